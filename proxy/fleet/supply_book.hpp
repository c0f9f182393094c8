// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/value.hpp"
#include "proxy/fleet/evaluation_applier.hpp"
#include "proxy/fleet/printer_state.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace platen::fleet {

/// Rows of SupplyHistory that are kept (mfp-model section 5).
inline constexpr std::size_t kSupplyHistorySize = 200;
/// A rise of the level by so many points is a replacement (mfp-model 7.5).
inline constexpr std::int32_t kReplacementRise = 10;

/// Follows the supplies over one read: made before the read is applied, asked after it. Sees
/// replacements (a new serial number, or a level that rose), writes SupplyHistory, counts, and
/// estimates what is left (mfp-model 7.5). What there is no data for stays absent.
///
/// A level must have been low in the last two reads to have risen: agents report 0 for a moment
/// while they start or sleep. A level that fell at once to nothing (the cartridge is out) or to
/// where the one before had ended (a sleeping agent says what it knew), stayed there and came back
/// was no replacement either; if a fuller one follows, what was left before the fall is what went.
class SupplyWatch {
  public:
    SupplyWatch(const PrinterState& state, const WellKnown& names);

    /// `levelsRead`: the read was of the supplies, so that levels are new ones. True if a supply
    /// was replaced.
    bool apply(PrinterState& state,
               const ApplyContext& context,
               bool levelsRead,
               ChangeRecorder& changes) const;

  private:
    using Field = std::optional<model::Value>;
    /// What a replacement overwrites.
    struct Before {
        std::uint32_t row = 0;
        Field level, percent, serial, partNumber, installDate, impressions, coverage;
    };
    class Pass;

    [[nodiscard]] const Before* find(std::uint32_t row) const;

    std::vector<Before> before_;  // sorted by row
};

/// Days left that a printer told once and does not tell now, or that are out of range, are no
/// figure: the gateway estimates by itself. After a read of the supplies was put into the tree.
void forgetFigures(const PrinterState& state,
                   const mibmap::Evaluation& evaluation,
                   const EvaluationApplier& applier,
                   const WellKnown& n,
                   ChangeRecorder& changes);

}  // namespace platen::fleet
