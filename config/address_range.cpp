// SPDX-License-Identifier: Apache-2.0
#include "config/address_range.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace platen::config {

namespace {

std::size_t lengthOf(const Address& address) {
    return address.v6 ? 16 : 4;
}

std::string_view withoutBlanks(std::string_view text) {
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
    }
    while (text.ends_with(' ')) {
        text.remove_suffix(1);
    }
    return text;
}

Result<AddressRange> malformed() {
    return fail(ErrorCode::Malformed,
                "not a range (192.0.2.0/24, 192.0.2.10-192.0.2.20, or one address)");
}

Result<AddressRange> parsePrefix(std::string_view addressText, std::string_view bitsText) {
    const auto address = parseAddress(addressText);
    const auto bits = text::toUnsigned(bitsText);
    if (!address || !bits || bitsText.size() > 3 || *bits > lengthOf(*address) * 8) {
        return malformed();
    }
    AddressRange range{*address, *address, true};
    for (std::size_t i = 0; i < lengthOf(*address); ++i) {
        const std::uint64_t kept = std::min<std::uint64_t>(8, *bits - std::min(*bits, 8 * i));
        const auto hostMask = static_cast<std::uint8_t>(0xFFU >> kept);
        range.first.octets.at(i) = static_cast<std::uint8_t>(range.first.octets.at(i) & ~hostMask);
        range.last.octets.at(i) = static_cast<std::uint8_t>(range.last.octets.at(i) | hostMask);
    }
    return range;
}

}  // namespace

std::optional<Address> parseAddress(std::string_view text) {
    Address address;
    address.v6 = text.find(':') != std::string_view::npos;
    const std::string copy(text);
    if (copy.find('\0') != std::string::npos) {
        return std::nullopt;  // inet_pton would stop there.
    }
    const int family = address.v6 ? AF_INET6 : AF_INET;
    if (inet_pton(family, copy.c_str(), address.octets.data()) != 1) {
        return std::nullopt;
    }
    return address;
}

bool AddressRange::contains(const Address& address) const {
    return address.v6 == first.v6 && first.octets <= address.octets &&
           address.octets <= last.octets;
}

std::uint64_t AddressRange::size() const {
    // Schoolbook subtraction over the octets; anything beyond 64 bits is as good as endless.
    std::uint64_t difference = 0;
    const std::size_t length = lengthOf(first);
    std::array<int, 16> octets{};
    int borrow = 0;
    for (std::size_t i = length; i-- > 0;) {
        int value = int{last.octets.at(i)} - int{first.octets.at(i)} - borrow;
        borrow = value < 0 ? 1 : 0;
        octets.at(i) = value + borrow * 256;
    }
    for (std::size_t i = 0; i < length; ++i) {
        if (difference > (std::numeric_limits<std::uint64_t>::max() >> 8U)) {
            return std::numeric_limits<std::uint64_t>::max();
        }
        difference = (difference << 8U) | static_cast<std::uint64_t>(octets.at(i));
    }
    return difference == std::numeric_limits<std::uint64_t>::max() ? difference : difference + 1;
}

Result<AddressRange> parseAddressRange(std::string_view text) {
    const auto slash = text.find('/');
    if (slash != std::string_view::npos) {
        return parsePrefix(text.substr(0, slash), text.substr(slash + 1));
    }
    const auto dash = text.find('-');
    const auto first = parseAddress(withoutBlanks(text.substr(0, dash)));
    if (!first) {
        return malformed();
    }
    if (dash == std::string_view::npos) {
        return AddressRange{*first, *first, false};
    }
    const auto last = parseAddress(withoutBlanks(text.substr(dash + 1)));
    if (!last || last->v6 != first->v6) {
        return malformed();
    }
    if (last->octets < first->octets) {
        return fail(ErrorCode::Malformed, "not a range: it ends before it begins");
    }
    return AddressRange{*first, *last, false};
}

bool isHostName(std::string_view text) {
    constexpr std::size_t kMaxName = 253;
    constexpr std::size_t kMaxLabel = 63;
    if (text.ends_with('.')) {
        text.remove_suffix(1);
    }
    if (text.empty() || text.size() > kMaxName) {
        return false;
    }
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto labels = text::split(text, '.');
    const auto good = [&](std::string_view label) {
        return !label.empty() && label.size() <= kMaxLabel && !label.starts_with('-') &&
               !label.ends_with('-') && std::all_of(label.begin(), label.end(), [&](char c) {
                   return isLetter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
               });
    };
    return std::all_of(labels.begin(), labels.end(), good) && isLetter(labels.back().front());
}

Result<Targets> parseTargets(std::span<const std::string> texts) {
    Targets targets;
    for (const auto& text : texts) {
        if (isHostName(text)) {
            targets.hosts.push_back(text);
            continue;
        }
        auto range = parseAddressRange(text);
        if (!range) {
            return tl::unexpected<Error>(std::move(range.error()));
        }
        targets.ranges.push_back(*range);
    }
    return targets;
}

Result<std::vector<AddressRange>> parseAddressRanges(std::span<const std::string> texts) {
    std::vector<AddressRange> ranges;
    ranges.reserve(texts.size());
    for (const auto& text : texts) {
        auto range = parseAddressRange(text);
        if (!range) {
            return tl::unexpected<Error>(std::move(range.error()));
        }
        ranges.push_back(*range);
    }
    return ranges;
}

}  // namespace platen::config
