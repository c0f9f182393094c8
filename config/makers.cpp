// SPDX-License-Identifier: Apache-2.0
#include "config/makers.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "config/value_checks.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace platen::config {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxTextBytes = 1024;  // Of a text that is searched for a brand.
constexpr std::size_t kMaxMakers = 1000;

/// Where a row breaks the format, and why.
struct Flaw {
    std::string pointer;
    std::string text;
};

bool isWordCharacter(char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           octet >= 0x80;
}

std::optional<Flaw> readWords(const Json& list, const std::string& pointer, Maker& maker) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Json& word = list[i];
        if (!word.is_string() || checkIdentity(word.get<std::string>())) {
            return Flaw{text::cat({pointer, "/", std::to_string(i)}), "a word is expected"};
        }
        maker.words.push_back(word.get<std::string>());
    }
    return std::nullopt;
}

std::optional<Flaw> readEnterprises(const Json& list, const std::string& pointer, Maker& maker) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Json& number = list[i];
        if (!number.is_number_unsigned() || number.get<std::uint64_t>() > UINT32_MAX) {
            return Flaw{text::cat({pointer, "/", std::to_string(i)}),
                        "an enterprise number is expected"};
        }
        maker.enterprises.push_back(number.get<std::uint32_t>());
    }
    return std::nullopt;
}

std::optional<Flaw> readMaker(const Json& row, const std::string& pointer, Maker& maker) {
    if (!row.is_object() || row.size() != 4 || !row.contains("brand") || !row.contains("oui") ||
        !row.contains("words") || !row.contains("enterprises")) {
        return Flaw{pointer, "a maker has brand, oui, words and enterprises"};
    }
    if (!row["brand"].is_string() || checkIdentity(row["brand"].get<std::string>())) {
        return Flaw{pointer + "/brand", "1 to 64 printable ASCII characters are expected"};
    }
    maker.brand = row["brand"].get<std::string>();
    if (!row["oui"].is_string()) {
        return Flaw{pointer + "/oui", "an OUI is expected"};
    }
    maker.oui = row["oui"].get<std::string>();
    if (const Complaint complaint = checkOui(maker.oui)) {
        return Flaw{pointer + "/oui", *complaint};
    }
    if (!row["words"].is_array() || row["words"].empty() || !row["enterprises"].is_array()) {
        return Flaw{pointer, "words (at least one) and enterprises are arrays"};
    }
    auto flaw = readWords(row["words"], pointer + "/words", maker);
    return flaw ? flaw : readEnterprises(row["enterprises"], pointer + "/enterprises", maker);
}

}  // namespace

Result<Makers> Makers::load(const std::filesystem::path& path) {
    const auto document = JsonDocument::load(path, JsonLimits{});
    if (!document) {
        return tl::unexpected<Error>(document.error());
    }
    const auto malformed = [&](const Flaw& flaw) {
        const TextPosition position = document->positionOf(flaw.pointer, false);
        return fail(
            ErrorCode::Malformed,
            text::cat({path.string(), ":", std::to_string(position.line), ":",
                       std::to_string(position.column), ": ", flaw.pointer, ": ", flaw.text}));
    };
    const Json& root = document->root();
    if (!root.is_object() || !root.contains("makers") || !root["makers"].is_array() ||
        root["makers"].size() > kMaxMakers) {
        return malformed({"", "an object with an array \"makers\" is expected"});
    }
    Makers result;
    for (std::size_t i = 0; i < root["makers"].size(); ++i) {
        const std::string pointer = text::cat({"/makers/", std::to_string(i)});
        Maker maker;
        if (const auto flaw = readMaker(root["makers"][i], pointer, maker)) {
            return malformed(*flaw);
        }
        for (const std::string& word : maker.words) {
            const std::string lowered = text::toLower(word);
            if (std::any_of(result.words_.begin(), result.words_.end(),
                            [&](const Word& known) { return known.lowered == lowered; })) {
                return malformed({pointer, text::cat({"the word \"", word, "\" is there twice"})});
            }
            result.words_.push_back({lowered, i});
        }
        for (const std::uint32_t number : maker.enterprises) {
            if (!result.byEnterprise_.emplace(number, i).second) {
                return malformed({pointer, text::cat({std::to_string(number), " is there twice"})});
            }
        }
        result.makers_.push_back(std::move(maker));
    }
    return result;
}

const Maker* Makers::byEnterprise(std::uint32_t number) const {
    const auto found = byEnterprise_.find(number);
    return found == byEnterprise_.end() ? nullptr : &makers_[found->second];
}

const Maker* Makers::byText(std::string_view text) const {
    const std::string lowered = text::toLower(text.substr(0, kMaxTextBytes));
    const Word* best = nullptr;
    std::size_t bestAt = std::string::npos;
    for (const Word& word : words_) {
        for (auto at = lowered.find(word.lowered); at != std::string::npos && at <= bestAt;
             at = lowered.find(word.lowered, at + 1)) {
            const auto end = at + word.lowered.size();
            const bool whole = (at == 0 || !isWordCharacter(lowered[at - 1])) &&
                               (end == lowered.size() || !isWordCharacter(lowered[end]));
            if (whole) {
                if (at < bestAt || word.lowered.size() > best->lowered.size()) {
                    best = &word;
                    bestAt = at;
                }
                break;
            }
        }
    }
    return best == nullptr ? nullptr : &makers_[best->maker];
}

const Maker* Makers::byBrand(std::string_view brand) const {
    const auto found = std::find_if(makers_.begin(), makers_.end(), [&](const Maker& maker) {
        return text::equalsIgnoreCase(maker.brand, brand);
    });
    return found == makers_.end() ? nullptr : &*found;
}

}  // namespace platen::config
