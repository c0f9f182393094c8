// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/diagnostics/tools.hpp"
#include "proxy/fleet/diagnostic.hpp"

#include <memory>
#include <vector>

namespace platen::fleet {

/// IPPing and TraceRoute of the gateway's own device, from the site (`Device.IP.Diagnostics.`).
/// The tools must outlive them.
[[nodiscard]] std::vector<std::unique_ptr<Diagnostic>> makeIpDiagnostics(
    const model::Schema& schema, diagnostics::Tools tools);

}  // namespace platen::fleet
