// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/tree.hpp"
#include "proxy/fleet/well_known.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace platen::fleet {

/// A total that does not agree with another counter of the same printer.
struct CounterDisagreement {
    std::string_view check;   ///< As in Counters.FailedCheckList.
    std::uint64_t total = 0;  ///< Total.Impressions.
    std::uint64_t other = 0;  ///< What it was compared with.
    /// It lowers Quality. The standard's life count does not: the maker's meter is the one that is
    /// billed, and the difference (service runs) is only to be known.
    bool lowersQuality = true;
};

/// Compares Total.Impressions with its siblings, as far as the printer has them (mfp-model 7.4.9,
/// features C2): mono and colour, the functions, sheets, sheets printed on both sides, and the
/// standard's life count if a maker's counter gives the total and the marker counts impressions.
/// Half a percent and some pages between are no disagreement; functions may leave out what the
/// machine prints for itself. `totalSource` is that of the total. Pure.
[[nodiscard]] std::vector<CounterDisagreement> checkCounters(const model::Tree& tree,
                                                             const WellKnown& names,
                                                             std::string_view totalSource);

/// For Counters.FailedCheckList.
[[nodiscard]] std::string checkList(const std::vector<CounterDisagreement>& failed);

}  // namespace platen::fleet
