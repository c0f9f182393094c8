// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace platen::text {

namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v' || c == '\0';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

template <typename T>
std::optional<T> toNumber(std::string_view text) {
    T value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::uint8_t> hexDigit(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<std::uint8_t>(c - '0');
    }
    const char l = lower(c);
    if (l >= 'a' && l <= 'f') {
        return static_cast<std::uint8_t>(l - 'a' + 10);
    }
    return std::nullopt;
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        above[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

}  // namespace

std::string cat(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts) {
        size += part.size();
    }
    std::string out;
    out.reserve(size);
    for (const std::string_view part : parts) {
        out.append(part);
    }
    return out;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isBlank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::string toLower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

bool equalsIgnoreCase(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto at = text.find(separator);
        pieces.push_back(text.substr(0, at));
        if (at == std::string_view::npos) {
            return pieces;
        }
        text.remove_prefix(at + 1);
    }
}

std::optional<std::int64_t> toInt(std::string_view text) {
    return toNumber<std::int64_t>(text);
}

std::optional<std::uint64_t> toUnsigned(std::string_view text) {
    return toNumber<std::uint64_t>(text);
}

std::string toHex(std::span<const std::uint8_t> bytes, bool upperCase) {
    const std::string_view digits = upperCase ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        out.push_back(digits[byte >> 4U]);
        out.push_back(digits[byte & 0x0FU]);
    }
    return out;
}

std::optional<std::vector<std::uint8_t>> fromHex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::vector<std::uint8_t> out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = hexDigit(text[i]);
        const auto low = hexDigit(text[i + 1]);
        if (!high || !low) {
            return std::nullopt;
        }
        out.push_back(static_cast<std::uint8_t>((*high << 4U) | *low));
    }
    return out;
}

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
    constexpr std::size_t kMaxWord = 64;  // Longer words are no typing errors of ours.
    if (word.empty() || word.size() > kMaxWord) {
        return std::nullopt;
    }
    const std::string lowered = toLower(word);
    std::optional<std::string_view> best;
    std::size_t bestDistance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        if (candidate.size() > kMaxWord) {
            continue;
        }
        const std::size_t distance = editDistance(lowered, toLower(candidate));
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

std::string oneLine(std::string_view bytes, std::size_t maxCharacters) {
    std::string clean = cleanForXml(bytes);
    std::replace_if(
        clean.begin(), clean.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    if (utf8Length(clean) <= maxCharacters) {
        return clean;
    }
    return cutUtf8(clean, maxCharacters) + "...";
}

bool isUtf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const utf8::CodePoint next = utf8::decode(bytes);
        if (!next.valid) {
            return false;
        }
        bytes.remove_prefix(next.length);
    }
    return true;
}

std::size_t utf8Length(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string cutUtf8(std::string_view text, std::size_t maxCharacters) {
    std::size_t clusterStart = 0;  // Where the base of the last kept character stands.
    std::size_t at = 0;
    std::size_t count = 0;
    while (at < text.size()) {
        const utf8::CodePoint next = utf8::decode(text.substr(at));
        const bool joins = utf8::isCombining(next.value);
        if (count == maxCharacters) {
            return std::string(text.substr(0, joins ? clusterStart : at));
        }
        if (!joins) {
            clusterStart = at;
        }
        at += next.length;
        ++count;
    }
    return std::string(text);
}

std::string cleanForXml(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const utf8::CodePoint next = utf8::decode(bytes);
        const std::string_view raw = bytes.substr(0, next.length);
        bytes.remove_prefix(next.length);
        if (!next.valid || next.value == 0xFFFE || next.value == 0xFFFF) {
            out.append(utf8::kReplacement);
        } else if (!utf8::isControl(next.value) || next.value == '\n' || next.value == '\t') {
            out.append(raw);
        }
    }
    return out;
}

}  // namespace platen::text
