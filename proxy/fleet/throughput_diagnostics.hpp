// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/diagnostics/throughput.hpp"
#include "proxy/fleet/diagnostic.hpp"

#include <memory>
#include <vector>

namespace platen::fleet {

/// DownloadDiagnostics and UploadDiagnostics of the gateway's own device (TR-143,
/// `Device.IP.Diagnostics.`). One runs at a time, so that none measures the other: the second
/// waits. None if the root model lacks them (Device:1). `schema` must outlive them.
[[nodiscard]] std::vector<std::unique_ptr<Diagnostic>> makeThroughputDiagnostics(
    const model::Schema& schema, const diagnostics::ThroughputStart& start);

}  // namespace platen::fleet
