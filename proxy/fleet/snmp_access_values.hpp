// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/discovery/contact.hpp"
#include "proxy/fleet/well_known.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How a printer is spoken to, as parameters of Connection.SNMP. that the ACS reads and sets.
namespace platen::fleet {

/// Parameters that belong to the access itself: version, communities, user, protocols.
[[nodiscard]] std::array<model::ParamIndex, 10> accessParams(const WellKnown& names);
/// Their values for this access. Passwords are among them: they are hidden parameters.
[[nodiscard]] std::vector<std::pair<model::ParamIndex, std::string>> accessTexts(
    const WellKnown& names, const discovery::SnmpAccess& access);
/// The access that a device's parameters ask for. What they cannot say (the Cisco ciphers) stays as
/// it is `now`, as long as they say nothing else.
[[nodiscard]] discovery::SnmpAccess accessOf(const WellKnown& names,
                                             const model::Tree& tree,
                                             const discovery::SnmpAccess& now);
/// Connection.SNMP.Status, and CommunicationStatus, of a printer that refuses the credential.
inline constexpr std::string_view kAuthenticationFailure = "AuthenticationFailure";
/// Connection.SNMP.Status for a failure.
[[nodiscard]] std::string_view snmpStatusOf(ErrorCode code);
/// True if the failure means that the printer cannot be read at all now.
[[nodiscard]] bool endsContact(ErrorCode code);

}  // namespace platen::fleet
