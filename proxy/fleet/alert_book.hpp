// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/evaluation.hpp"
#include "proxy/fleet/evaluation_applier.hpp"
#include "proxy/fleet/printer_state.hpp"

#include <span>

namespace platen::fleet {

/// Rows of AlertHistory that are kept (mfp-model section 5).
inline constexpr std::size_t kAlertHistorySize = 100;

/// Matches the alerts of one complete read with the known ones: a key that is still there keeps its
/// row, a new one gets a number that was never used, one that has gone moves to AlertHistory;
/// counts active warnings and criticals (mfp-model 7.6).
void applyAlerts(PrinterState& state,
                 std::span<const mibmap::AlertReading> alerts,
                 const ApplyContext& context,
                 ChangeRecorder& changes);

/// Alert.{i}.Reference from what is known of the rows by now: supplies may be read after the alert
/// that names one.
void resolveAlertTargets(PrinterState& state, const ApplyContext& context, ChangeRecorder& changes);

}  // namespace platen::fleet
