// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/evaluation.hpp"
#include "proxy/fleet/evaluation_applier.hpp"
#include "proxy/fleet/printer_state.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace platen::fleet {

/// Rows of AlertHistory that are kept (mfp-model section 5).
inline constexpr std::size_t kAlertHistorySize = 100;

/// Matches the alerts of one complete read with the known ones: a key that is still there keeps its
/// row, a new one gets a number that was never used, one that has gone moves to AlertHistory;
/// counts active warnings and criticals (mfp-model 7.6). The gateway's own rows stay as they are.
void applyAlerts(PrinterState& state,
                 std::span<const mibmap::AlertReading> alerts,
                 const ApplyContext& context,
                 ChangeRecorder& changes);

/// True for a row that the gateway made (gateway_alerts.hpp), not the printer.
[[nodiscard]] bool isGatewaysOwn(const PrinterState& state,
                                 const WellKnown& names,
                                 std::uint32_t row);

/// Internal name of a row as a reference has it: without the final dot (C-DT-08).
[[nodiscard]] std::string referenceTo(const ApplyContext& context, const model::ObjectRef& row);

/// Moves an active alert's row to AlertHistory; its number is not used again.
void clearAlert(PrinterState& state,
                std::uint32_t row,
                const ApplyContext& context,
                ChangeRecorder& changes);

/// ActiveWarnings and ActiveCriticals from all rows that are active, the gateway's own too.
void countAlerts(const PrinterState& state, const WellKnown& names, ChangeRecorder& changes);

/// Alert.{i}.Reference from what is known of the rows by now: supplies may be read after the alert
/// that names one.
void resolveAlertTargets(PrinterState& state, const ApplyContext& context, ChangeRecorder& changes);

}  // namespace platen::fleet
