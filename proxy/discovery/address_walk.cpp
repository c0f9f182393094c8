// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/address_walk.hpp"

#include <algorithm>

namespace platen::discovery {

namespace {

/// Precondition: not the last address of its family.
config::Address after(config::Address address) {
    std::size_t at = address.v6 ? 16 : 4;
    do {
        --at;
        ++address.octets.at(at);
    } while (address.octets.at(at) == 0 && at > 0);
    return address;
}

}  // namespace

config::Address toConfig(const net::Address& address) {
    return {.octets = address.bytes, .v6 = address.ipv6};
}

net::Address toNet(const config::Address& address) {
    return {.bytes = address.octets, .ipv6 = address.v6};
}

bool AddressWalk::skipped(const config::Address& address) const {
    const auto& range = ranges_[range_];
    constexpr std::uint64_t kSmallestWithEnds = 4;  // /31 and /32 have hosts only
    const bool noHost = range.network && !address.v6 && range.size() >= kSmallestWithEnds &&
                        (address == range.first || address == range.last);
    return noHost || std::any_of(exclude_.begin(), exclude_.end(),
                                 [&](const auto& out) { return out.contains(address); });
}

bool AddressWalk::goTo(const Mark& mark) {
    if (mark.range > ranges_.size() || (mark.range == ranges_.size() && mark.last) ||
        (mark.last && !ranges_[mark.range].contains(*mark.last))) {
        return false;
    }
    range_ = mark.range;
    last_ = mark.last;
    return true;
}

std::optional<net::Address> AddressWalk::next() {
    while (range_ < ranges_.size()) {
        const auto& range = ranges_[range_];
        const bool endless = range.first.v6 && range.size() > config::kMaxIpv6Walk;
        if (last_ == range.last || endless) {
            ++range_;
            last_.reset();
            continue;
        }
        last_ = last_ ? after(*last_) : range.first;
        if (!skipped(*last_)) {
            return toNet(*last_);
        }
    }
    return std::nullopt;
}

}  // namespace platen::discovery
