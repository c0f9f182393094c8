// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/varbind.hpp"
#include "mibmap/device_context.hpp"

#include <span>
#include <string>
#include <vector>

namespace platen::discovery {

/// Scalars that tell a printer beside the identify plan: its IEEE 1284 device id, by the PWG Port
/// Monitor MIB and by the tree that HP began and others copied (snmp-quirks section 4).
[[nodiscard]] const std::vector<Oid>& deviceIdScalars();

/// Whether an agent is a printer's, and the words for it.
struct Evidence {
    bool printer = false;
    std::string reason;  ///< `Printer-MIB, IEEE 1284 id`; why not, if it is none.
};

/// Judges the reply to the identify plan and deviceIdScalars. A computer that lists the printers
/// installed on it (hrDeviceType and hrPrinterStatus of Windows and of Net-SNMP hosts) is none.
/// Pure.
[[nodiscard]] Evidence judge(std::span<const VarBind> identification,
                             const mibmap::DeviceContext& context);

}  // namespace platen::discovery
