// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/evaluation_applier.hpp"
#include "proxy/fleet/printer_state.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace platen::fleet {

/// What decides a supply's State (mfp-model 7.1, last paragraph).
struct SupplyInputs {
    std::int64_t levelPercent = -1;  ///< As believed; -1: no number.
    bool receptacle = false;
    std::int64_t lowThreshold = 20;
    std::int64_t veryLowThreshold = 5;
    std::vector<std::int64_t> alertCodes;  ///< Of active alerts that name this supply.
    bool lowToner = false;  ///< Error bits, only if this is the one toner that they can mean.
    bool noToner = false;
    bool missing = false;   ///< The bit of a missing marker supply, in the same way.
    bool panelLow = false;  ///< The panel's text, if it can mean only this one and stays.
    bool panelEmpty = false;
    bool someRemaining = false;  ///< The printer knows that it is not empty, and no more.
    std::string_view
        previous;  ///< State before; a state falls back only after kHysteresisPoints of rise.
};

inline constexpr std::int64_t kHysteresisPoints = 2;

/// The level that a state is made of: a fall is believed when two reads in a row have it, or when
/// alert, bit or panel agree (features C6: two that agree, or one for two polls). `before` is the
/// level one read ago, -1: none. Pure.
[[nodiscard]] constexpr std::int64_t believedLevel(std::int64_t percent,
                                                   std::int64_t before,
                                                   bool agreed) {
    return percent >= 0 && before > percent && !agreed ? before : percent;
}

/// Normal, Low, VeryLow, Depleted, AlmostFull, Full, Missing or Unknown. Pure.
[[nodiscard]] std::string_view supplyState(const SupplyInputs& inputs);

/// OK, Low, Empty, Missing, Open, Jammed, Fault or Unknown, from alert codes first, then the level.
/// Pure.
[[nodiscard]] std::string_view inputTrayState(const std::vector<std::int64_t>& alertCodes,
                                              std::int64_t level,
                                              std::int64_t levelPercent);
/// OK, NearFull, Full, Missing, Fault or Unknown. Pure.
[[nodiscard]] std::string_view outputTrayState(const std::vector<std::int64_t>& alertCodes,
                                               std::int64_t fillPercent);

/// Values that need more than one group of readings: State of supplies and trays, thresholds and
/// aliases of new supplies, extended marker counters, profiles met. Called after each applied
/// group.
void deriveStates(PrinterState& state, const ApplyContext& context, ChangeRecorder& changes);

/// Capabilities.ProfileNames: profiles of which each parameter has a source on this device.
[[nodiscard]] std::string profilesMet(const model::Tree& tree);

}  // namespace platen::fleet
