// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proxy/discovery/contact.hpp"
#include "proxy/net/endpoint.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace platen::discovery {

/// The credentials that apply to an address, in the order of the configuration; none configured:
/// SNMPv2c `public`.
[[nodiscard]] std::vector<SnmpAccess> candidatesFor(const config::Snmp& settings,
                                                    const net::Address& address);
/// The same with the one of this label first; also if its name was given for this address in the
/// devices file, beyond its ranges.
[[nodiscard]] std::vector<SnmpAccess> candidatesFor(const config::Snmp& settings,
                                                    const net::Address& address,
                                                    std::string_view preferred);
/// The entry of this name, whatever its ranges are; nothing if there is none.
[[nodiscard]] std::optional<SnmpAccess> credentialNamed(const config::Snmp& settings,
                                                        std::string_view name);

}  // namespace platen::discovery
