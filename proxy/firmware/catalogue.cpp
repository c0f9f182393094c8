// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/catalogue.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "proxy/firmware/signature.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace platen::firmware {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 256;
constexpr std::size_t kMaxNames = 200;
constexpr std::size_t kMaxKeyBytes = 16U << 10U;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kSha256Digits = 64;

/// Reads one entry; the first thing that is wrong is kept.
class EntryReader {
  public:
    explicit EntryReader(const json& object) : object_(object) {}

    Entry read() {
        static constexpr std::array<std::string_view, 10> kKeys{
            "vendor", "models",    "from",         "version",  "sha256",
            "bytes",  "downgrade", "irreversible", "approval", "text"};
        Entry entry;
        if (!object_.is_object()) {
            complain("an entry is an object");
            return entry;
        }
        for (const auto& [key, value] : object_.items()) {
            if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
                complain(text::cat({"unknown key ", text::oneLine(key, kMaxText)}));
            }
        }
        entry.vendor = textAt("vendor", true);
        entry.models = textsAt("models");
        entry.fromVersions = textsAt("from");
        entry.version = textAt("version", true);
        entry.sha256 = text::toLower(textAt("sha256", true));
        entry.bytes = bytesAt("bytes");
        entry.downgrade = flagAt("downgrade");
        entry.irreversible = flagAt("irreversible");
        entry.approval = textAt("approval", false);
        if (entry.sha256.size() != kSha256Digits ||
            entry.sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
            complain("sha256 must be 64 hexadecimal digits");
        }
        return entry;
    }
    [[nodiscard]] const std::string& problem() const { return problem_; }

  private:
    void complain(std::string text) {
        if (problem_.empty()) {
            problem_ = std::move(text);
        }
    }
    [[nodiscard]] const json* at(const char* key) const {
        const auto found = object_.find(key);
        return found == object_.end() ? nullptr : &*found;
    }
    std::string textAt(const char* key, bool needed) {
        const auto* value = at(key);
        if (value == nullptr && !needed) {
            return {};
        }
        if (value == nullptr || !value->is_string() ||
            value->get_ref<const std::string&>().size() > kMaxText ||
            (needed && value->get_ref<const std::string&>().empty())) {
            complain(text::cat({key, " must be a text of at most 256 octets"}));
            return {};
        }
        return value->get<std::string>();
    }
    std::vector<std::string> textsAt(const char* key) {
        std::vector<std::string> out;
        const auto* list = at(key);
        if (list == nullptr || !list->is_array() || list->empty() || list->size() > kMaxNames) {
            complain(text::cat({key, " must be a list of 1 to 200 texts"}));
            return out;
        }
        for (const auto& item : *list) {
            if (!item.is_string() || item.get_ref<const std::string&>().empty() ||
                item.get_ref<const std::string&>().size() > kMaxText) {
                complain(text::cat({key, " must be a list of texts"}));
                return out;
            }
            out.push_back(item.get<std::string>());
        }
        return out;
    }
    std::uint64_t bytesAt(const char* key) {
        const auto* value = at(key);
        const auto number =
            value != nullptr && value->is_number_unsigned() ? value->get<std::uint64_t>() : 0;
        if (number < 1 || number > kMaxImageBytes) {
            complain(text::cat({key, " must be 1 to ", std::to_string(kMaxImageBytes)}));
        }
        return number;
    }
    bool flagAt(const char* key) {
        const auto* value = at(key);
        if (value != nullptr && !value->is_boolean()) {
            complain(text::cat({key, " must be true or false"}));
            return false;
        }
        return value != nullptr && value->get<bool>();
    }

    const json& object_;
    std::string problem_;
};

}  // namespace

Result<std::vector<Entry>> parseCatalogue(std::string text) {
    const auto document = JsonDocument::parse(std::move(text), {kMaxCatalogueBytes, 8, true});
    if (!document) {
        return tl::unexpected<Error>(document.error());
    }
    const auto& root = document->root();
    const auto format = root.is_object() ? root.find("format") : root.end();
    const auto images = root.is_object() ? root.find("images") : root.end();
    if (!root.is_object() || format == root.end() || *format != 1 || images == root.end() ||
        !images->is_array() || images->size() > kMaxEntries) {
        return fail(ErrorCode::Malformed,
                    R"(a catalogue is {"format": 1, "images": [...]}, at most 1000 of them)");
    }
    std::vector<Entry> entries;
    for (const auto& item : *images) {
        EntryReader reader(item);
        entries.push_back(reader.read());
        if (!reader.problem().empty()) {
            return fail(ErrorCode::Malformed,
                        text::cat({"/images/", std::to_string(entries.size() - 1), ": ",
                                   reader.problem()}));
        }
    }
    return entries;
}

Result<std::vector<Entry>> loadCatalogue(const std::filesystem::path& file,
                                         const std::filesystem::path& publicKey) {
    auto text = readFile(file, kMaxCatalogueBytes);
    if (!text) {
        return fail(text.error().code, text::cat({"the catalogue: ", text.error().text}));
    }
    const auto key = readFile(publicKey, kMaxKeyBytes);
    if (!key) {
        return fail(key.error().code, text::cat({"the public key: ", key.error().text}));
    }
    auto signatureFile = file;
    signatureFile += ".sig";
    const auto signature = readFile(signatureFile, kSignatureBytes);
    if (!signature || !isSignedBy(*text, *signature, *key)) {
        return fail(ErrorCode::AuthFailed, "the catalogue's signature is absent or not valid");
    }
    return parseCatalogue(std::move(*text));
}

}  // namespace platen::firmware
