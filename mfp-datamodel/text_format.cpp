// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/text_format.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace platen::model {

namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool isHexDigit(char c) {
    return isDigit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool isIpv4Address(std::string_view text) {
    const auto parts = text::split(text, '.');
    return parts.size() == 4 && std::ranges::all_of(parts, [](std::string_view part) {
               const bool plain = !part.empty() && part.size() <= 3 &&
                                  std::ranges::all_of(part, isDigit) &&
                                  (part.size() == 1 || part.front() != '0');
               return plain && text::toUnsigned(part).value_or(256) <= 255;
           });
}

/// Number of 16-bit groups of one side of `::`, or nothing usable: `kNoGroups`.
constexpr std::size_t kNoGroups = 99;

std::size_t countGroups(std::string_view text, bool mayEndInIpv4) {
    if (text.empty()) {
        return 0;
    }
    const auto parts = text::split(text, ':');
    std::size_t groups = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string_view part = parts[i];
        if (mayEndInIpv4 && i + 1 == parts.size() && isIpv4Address(part)) {
            groups += 2;
        } else if (!part.empty() && part.size() <= 4 && std::ranges::all_of(part, isHexDigit)) {
            ++groups;
        } else {
            return kNoGroups;
        }
    }
    return groups;
}

bool isIpv6Address(std::string_view text) {
    constexpr std::size_t kGroups = 8;
    if (text.size() > 45) {
        return false;
    }
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        return countGroups(text, true) == kGroups;
    }
    const std::size_t left = countGroups(text.substr(0, gap), false);
    const std::size_t right = countGroups(text.substr(gap + 2), true);
    return left + right < kGroups;
}

bool isAlias(std::string_view text) {
    return isLetter(text.front()) && std::ranges::all_of(text, [](char c) {
               return isLetter(c) || isDigit(c) || c == '-' || c == '_';
           });
}

bool isMacAddress(std::string_view text) {
    const auto parts = text::split(text, ':');
    return parts.size() == 6 && std::ranges::all_of(parts, [](std::string_view part) {
               return part.size() == 2 && std::ranges::all_of(part, isHexDigit);
           });
}

bool isUrl(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon + 1 == text.size() || !isLetter(text.front())) {
        return false;
    }
    const bool scheme = std::ranges::all_of(text.substr(0, colon), [](char c) {
        return isLetter(c) || isDigit(c) || c == '+' || c == '-' || c == '.';
    });
    return scheme && std::ranges::all_of(text, [](char c) {
               return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
           });
}

bool isUuid(std::string_view text) {
    constexpr std::size_t kLength = 36;
    if (text.size() != kLength) {
        return false;
    }
    for (std::size_t i = 0; i < kLength; ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isHexDigit(text[i])) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string_view toString(TextFormat format) {
    switch (format) {
        case TextFormat::Any:
            return "";
        case TextFormat::Alias:
            return "alias";
        case TextFormat::IpAddress:
            return "IP address";
        case TextFormat::Ipv4Address:
            return "IPv4 address";
        case TextFormat::Ipv6Address:
            return "IPv6 address";
        case TextFormat::MacAddress:
            return "MAC address";
        case TextFormat::Url:
            return "URL";
        case TextFormat::Uuid:
            return "UUID";
    }
    return "";
}

TextFormat textFormatOf(std::string_view dataType) {
    struct Row {
        std::string_view name;
        TextFormat format;
    };
    static constexpr std::array<Row, 7> kRows{{
        {"Alias", TextFormat::Alias},
        {"IPAddress", TextFormat::IpAddress},
        {"IPv4Address", TextFormat::Ipv4Address},
        {"IPv6Address", TextFormat::Ipv6Address},
        {"MACAddress", TextFormat::MacAddress},
        {"URL", TextFormat::Url},
        {"UUID", TextFormat::Uuid},
    }};
    const auto* const found = std::ranges::find(kRows, dataType, &Row::name);
    return found == kRows.end() ? TextFormat::Any : found->format;
}

bool hasFormat(TextFormat format, std::string_view text) {
    if (text.empty()) {
        return true;
    }
    switch (format) {
        case TextFormat::Any:
            return true;
        case TextFormat::Alias:
            return isAlias(text);
        case TextFormat::IpAddress:
            return isIpv4Address(text) || isIpv6Address(text);
        case TextFormat::Ipv4Address:
            return isIpv4Address(text);
        case TextFormat::Ipv6Address:
            return isIpv6Address(text);
        case TextFormat::MacAddress:
            return isMacAddress(text);
        case TextFormat::Url:
            return isUrl(text);
        case TextFormat::Uuid:
            return isUuid(text);
    }
    return false;
}

}  // namespace platen::model
