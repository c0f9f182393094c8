// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/address_ranges.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace platen::discovery {

namespace {

Result<AddressRange> parseCidr(std::string_view text, std::size_t slash) {
    const auto address = net::Address::parse(text.substr(0, slash));
    const auto bits = text::toUnsigned(text.substr(slash + 1));
    constexpr std::uint64_t kIpv4Bits = 32;
    if (!address || !bits || address->ipv6 || *bits > kIpv4Bits) {
        return fail(ErrorCode::Malformed,
                    std::string(text) + " is no IPv4 network such as 192.0.2.0/24");
    }
    constexpr std::uint64_t kShortest = 12;  // 2^20 addresses
    if (*bits < kShortest) {
        return fail(ErrorCode::TooLarge, std::string(text) + " has more than 1048576 addresses");
    }
    const auto hostBits = static_cast<std::uint32_t>(kIpv4Bits - *bits);
    const std::uint32_t mask = hostBits == 0 ? 0 : (1U << hostBits) - 1U;
    auto first = address->ipv4() & ~mask;
    auto last = first | mask;
    if (hostBits >= 2) {  // /31 and /32 have no network and broadcast address
        ++first;
        --last;
    }
    return AddressRange{net::Address::fromIpv4(first), net::Address::fromIpv4(last)};
}

Result<AddressRange> parseSpan(std::string_view text, std::size_t dash) {
    const auto first = net::Address::parse(text::trim(text.substr(0, dash)));
    auto tail = std::string(text::trim(text.substr(dash + 1)));
    if (first && !first->ipv6 && tail.find('.') == std::string::npos) {
        const auto head = first->toString();
        tail = head.substr(0, head.rfind('.') + 1) + tail;  // 192.0.2.10-20
    }
    const auto last = net::Address::parse(tail);
    if (!first || !last || first->ipv6 || last->ipv6 || last->ipv4() < first->ipv4()) {
        return fail(ErrorCode::Malformed,
                    std::string(text) + " is no range such as 192.0.2.10-192.0.2.20");
    }
    if (last->ipv4() - first->ipv4() >= AddressRange::kMaxAddresses) {
        return fail(ErrorCode::TooLarge, std::string(text) + " has more than 1048576 addresses");
    }
    return AddressRange{*first, *last};
}

}  // namespace

Result<AddressRange> AddressRange::parse(std::string_view text) {
    const auto trimmed = text::trim(text);
    if (const auto slash = trimmed.find('/'); slash != std::string_view::npos) {
        return parseCidr(trimmed, slash);
    }
    if (const auto dash = trimmed.find('-'); dash != std::string_view::npos) {
        return parseSpan(trimmed, dash);
    }
    const auto address = net::Address::parse(trimmed);
    if (!address) {
        return fail(ErrorCode::Malformed,
                    std::string(trimmed) + " is no address, network or range");
    }
    return AddressRange{*address, *address};
}

bool AddressRange::contains(const net::Address& address) const {
    return address.ipv6 == first.ipv6 && address.bytes >= first.bytes &&
           address.bytes <= last.bytes;
}

std::optional<net::Address> AddressWalk::next() {
    while (range_ < ranges_.size()) {
        const auto& range = ranges_[range_];
        const auto size = range.first.ipv6 ? 1U
                                           : static_cast<std::uint64_t>(range.last.ipv4()) -
                                                 range.first.ipv4() + 1;
        if (offset_ >= size) {
            ++range_;
            offset_ = 0;
            continue;
        }
        const auto address =
            range.first.ipv6
                ? range.first
                : net::Address::fromIpv4(range.first.ipv4() + static_cast<std::uint32_t>(offset_));
        ++offset_;
        const bool excluded =
            std::any_of(exclude_.begin(), exclude_.end(),
                        [&](const AddressRange& out) { return out.contains(address); });
        if (!excluded) {
            return address;
        }
    }
    return std::nullopt;
}

Result<std::vector<AddressRange>> parseRanges(std::span<const std::string> texts) {
    std::vector<AddressRange> ranges;
    for (const auto& text : texts) {
        auto range = AddressRange::parse(text);
        if (!range) {
            return tl::unexpected<Error>(range.error());
        }
        ranges.push_back(*range);
    }
    return ranges;
}

}  // namespace platen::discovery
