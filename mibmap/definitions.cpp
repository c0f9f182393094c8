// SPDX-License-Identifier: Apache-2.0
#include "mibmap/definitions.hpp"

#include <algorithm>
#include <array>

namespace platen::mibmap {

const Constant* EnumTable::find(std::int64_t number) const {
    const auto it = std::lower_bound(numbers.begin(), numbers.end(), number,
                                     [](const auto& entry, auto n) { return entry.first < n; });
    return it != numbers.end() && it->first == number ? it->second : nullptr;
}

const Constant* EnumTable::find(std::string_view text) const {
    const auto it = std::lower_bound(texts.begin(), texts.end(), text,
                                     [](const auto& entry, auto t) { return entry.first < t; });
    return it != texts.end() && it->first == text ? it->second : nullptr;
}

std::optional<std::int64_t> EnumTable::numberOf(std::string_view name) const {
    for (const auto& [number, constant] : numbers) {
        if (constant->text == name) {
            return number;
        }
    }
    return std::nullopt;
}

namespace {

// Letters, digits and every octet of a multi-octet character belong to words.
bool isWordPart(char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x80 || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') ||
           (u >= 'A' && u <= 'Z') || u == '+';
}

char lowerAscii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// At most this many octets of a text are searched for words.
constexpr std::size_t kMaxWordText = 255;

}  // namespace

const Constant* WordTable::find(std::string_view text) const {
    std::array<char, kMaxWordText> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): hot
    const std::size_t size = std::min(text.size(), buffer.size());
    std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), buffer.begin(),
                   lowerAscii);
    const std::string_view lower(buffer.data(), size);
    const auto lookUp = [this](std::string_view word) -> const Constant* {
        const auto it = std::lower_bound(words.begin(), words.end(), word,
                                         [](const auto& entry, auto w) { return entry.first < w; });
        return it != words.end() && it->first == word ? it->second : nullptr;
    };
    std::size_t at = 0;
    while (at < size) {
        if (!isWordPart(lower[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < size && isWordPart(lower[end])) {
            ++end;
        }
        // Two words with one separator between them ("light cyan", "tri-color") come first.
        if (end + 1 < size && isWordPart(lower[end + 1])) {
            std::size_t second = end + 1;
            while (second < size && isWordPart(lower[second])) {
                ++second;
            }
            buffer[end] = ' ';
            if (const Constant* found = lookUp(lower.substr(at, second - at))) {
                return found;
            }
        }
        if (const Constant* found = lookUp(lower.substr(at, end - at))) {
            return found;
        }
        at = end;
    }
    for (const auto& [part, constant] : parts) {
        if (lower.find(part) != std::string_view::npos) {
            return constant;
        }
    }
    return nullptr;
}

std::string fillTemplate(std::string_view replacement,
                         const Pattern::Match& match,
                         std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        const bool group = replacement[i] == '$' && i + 1 < replacement.size() &&
                           replacement[i + 1] >= '0' && replacement[i + 1] <= '8';
        if (group) {
            out += match.group(text, static_cast<std::size_t>(replacement[++i] - '0'));
        } else {
            out += replacement[i];
        }
    }
    return out;
}

}  // namespace platen::mibmap
