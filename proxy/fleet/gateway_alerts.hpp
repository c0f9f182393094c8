// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/evaluation_applier.hpp"
#include "proxy/fleet/printer_state.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <vector>

namespace platen::fleet {

/// Alert.Code of the rows that the gateway makes itself (mfp-model 5, Group and Origin Gateway).
/// Printers send the numbers of PrtAlertCodeTC, of which IANA's largest is 31,838, and some send
/// their own of 16 bits: these lie above all of them, so that a rule of an ACS for a printer's code
/// never meets one. CodeName and StateReason of a supply are the ones that printers use.
enum class GatewayAlertCode : std::int32_t {
    Unreachable = 1'000'001,        ///< CommunicationStatus is Unreachable.
    CredentialRefused = 1'000'002,  ///< CommunicationStatus is AuthenticationFailure.
    CounterWentBack = 1'000'003,    ///< A new epoch of the counters began for that reason.
    SupplyLow = 1'000'011,          ///< These: State of a supply of which the printer says nothing.
    SupplyVeryLow = 1'000'012,
    SupplyDepleted = 1'000'013,
    SupplyAlmostFull = 1'000'014,
    SupplyFull = 1'000'015,
    SupplyMissing = 1'000'016,
};

/// What one row is about. The rest of it is written once, when it is raised: AlertKey
/// `Gateway:INDEX:CODE:-2` (a printer's key begins with a number), Severity Warning. A row of
/// another code is another alert: a supply that becomes empty gets a new row, as printers do it.
///
/// Always Warning: a printer that stops for an empty or missing supply says so itself, and
/// Status.ActiveCriticals, an active notification, must not move for all printers of a site that is
/// switched off at night; Status.CommunicationStatus tells of those already.
struct GatewayAlert {
    GatewayAlertCode code = GatewayAlertCode::Unreachable;
    /// GroupIndex: row of the supply, epoch of the counters, else -1.
    std::int32_t index = -1;

    friend auto operator<=>(const GatewayAlert&, const GatewayAlert&) = default;
};

/// One of them in the Alert table.
struct GatewayAlertRow {
    GatewayAlert alert;
    std::uint32_t row = 0;
};

/// How long a counter that went back is shown, if no newer epoch begins before.
inline constexpr std::chrono::hours kCounterAlertStays{24};

/// The gateway's own rows among the active alerts, by row. Pure.
[[nodiscard]] std::vector<GatewayAlertRow> gatewayAlertRows(const PrinterState& state,
                                                            const WellKnown& names);

/// The gateway's alerts that should be active now. Pure; nothing is remembered beside the tree, so
/// that a start of the gateway finds the same. `alertsRead`: the printer's own alerts were read in
/// this poll; without, what it says of a supply may not be known yet, and none of a supply is due
/// that is not among `present`.
[[nodiscard]] std::vector<GatewayAlert> gatewayAlertsDue(
    const PrinterState& state,
    const ApplyContext& context,
    const std::vector<GatewayAlertRow>& present,
    bool alertsRead);

/// Makes the rows that are due and moves those that are not to AlertHistory; ActiveWarnings and
/// Severity follow. True if a row came or went; else nothing was written.
bool updateGatewayAlerts(PrinterState& state,
                         const ApplyContext& context,
                         bool alertsRead,
                         ChangeRecorder& changes);

/// Status.Severity as it is shown, if the printer's own states, bits and alerts make it `printers`:
/// at least Warning while the gateway has an alert about a supply or a counter (mfp-model 6.1:
/// worst Alert row), never worse because of it. Silence is no severity: that is Unknown. Pure.
[[nodiscard]] model::Value shownSeverity(const PrinterState& state,
                                         const WellKnown& names,
                                         const model::Value& printers);

}  // namespace platen::fleet
