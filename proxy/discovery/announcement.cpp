// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/announcement.hpp"

namespace platen::discovery {

std::string_view toString(Channel channel) {
    switch (channel) {
        case Channel::Mdns:
            return "mDNS";
        case Channel::Wsd:
            return "WS-Discovery";
        case Channel::Broadcast:
            return "SNMP broadcast";
    }
    return "mDNS";
}

std::string Announcement::text() const {
    std::string out = channel == Channel::Broadcast ? "answered the " : "announced by ";
    out += toString(channel);
    if (!name.empty()) {
        out += " as \"" + name + "\"";
    }
    return out;
}

}  // namespace platen::discovery
