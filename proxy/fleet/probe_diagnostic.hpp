// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/diagnostic.hpp"
#include "proxy/snmp/engine.hpp"

#include <functional>
#include <memory>
#include <string>

namespace platen::fleet {

/// Reads from the printer; Refused while it is not connected.
using ProbeNow =
    std::function<void(snmp::ReadRequest, UniqueFunction<void(Result<snmp::ReadResult>)>)>;

/// `MFP.1.Diagnostics.Probe.`: reads the OIDs of OIDList for support work, only while
/// Connection.AllowProbe is true. `probe` must outlive it.
[[nodiscard]] std::unique_ptr<Diagnostic> makeProbeDiagnostic(const model::Schema& schema,
                                                              ProbeNow probe);

/// What OIDList asks for. Errors: Malformed with the item, TooLarge.
[[nodiscard]] Result<snmp::ReadRequest> probeRequest(std::string_view oidList);

/// One line of Probe.Result: OID, type, value; texts in quotes, other octets in hexadecimal.
[[nodiscard]] std::string probeLine(const VarBind& varbind);

}  // namespace platen::fleet
