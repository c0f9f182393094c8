// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/fleet_context.hpp"
#include "proxy/fleet/printer_state.hpp"

#include <string>

namespace platen::fleet {

/// Gives a printer the values that the gateway itself keeps, where the store had none: connection
/// settings, asset fields, ProxierInfo, the identity in DeviceInfo. Values that are there stay.
void addPrinterDefaults(const FleetContext& context,
                        const store::DeviceRecord& record,
                        const net::Endpoint& endpoint,
                        const SnmpAccess& access,
                        PrinterState& state);

/// `X_PLATEN_SNMP`: ProxyProtocol and DiscoveryProtocol of a printer (C-PRX-05). Without a prefix
/// the gateway's OUI makes it a legal vendor value.
[[nodiscard]] std::string proxyProtocol(const FleetContext& context);

/// What the gateway's own device shows of its root model, apart from DeviceSummary.
void showRoot(const FleetContext& context, ChangeRecorder& changes);

}  // namespace platen::fleet
