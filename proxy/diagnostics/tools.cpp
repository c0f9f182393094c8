// SPDX-License-Identifier: Apache-2.0
#include "proxy/diagnostics/tools.hpp"

#include <algorithm>

namespace platen::diagnostics {

std::string_view toString(Outcome outcome) {
    switch (outcome) {
        case Outcome::Complete:
            return "Complete";
        case Outcome::CannotResolveHostName:
            return "Error_CannotResolveHostName";
        case Outcome::NoRouteToHost:
            return "Error_NoRouteToHost";
        case Outcome::MaxHopCountExceeded:
            return "Error_MaxHopCountExceeded";
        case Outcome::Other:
            return "Error_Other";
    }
    return "Error_Other";
}

const net::Address* pick(const std::vector<net::Address>& addresses, Protocol protocol) {
    const auto found = std::ranges::find_if(addresses, [protocol](const net::Address& address) {
        return protocol == Protocol::Any || address.ipv6 == (protocol == Protocol::IPv6);
    });
    return found == addresses.end() ? nullptr : &*found;
}

}  // namespace platen::diagnostics
