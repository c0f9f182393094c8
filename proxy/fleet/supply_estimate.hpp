// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/supply_tracks.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace platen::fleet {

/// Longest estimate; beyond it there is none.
inline constexpr std::int32_t kLongestEstimateDays = 3650;
/// A level that moves in such steps says nothing about the days between (mfp-model 7.5.3).
inline constexpr std::int32_t kCoarseStep = 10;

/// What is known of one supply.
struct EstimateInputs {
    std::int32_t percent = -1;          ///< LevelPercent.
    bool noLimit = false;               ///< The printer says that it does not run out.
    std::optional<std::int64_t> told;   ///< The maker's own days.
    std::optional<Pace> trend;          ///< Percentage points a day.
    bool coarse = false;                ///< The level moves in steps of kCoarseStep or more.
    std::uint64_t yield = 0;            ///< Rated impressions; 0: not known.
    std::optional<std::uint64_t> used;  ///< Impressions with this supply.
    std::optional<Pace> daily;          ///< Impressions a day that use this supply.
    std::optional<double> perPoint;     ///< Impressions for a percentage point, as seen.
};

/// What is left of a supply; -1: not known.
struct Estimate {
    std::string_view method = "StateOnly";
    double dailyUse = -1;  ///< Percentage points.
    std::int64_t days = -1;
    std::int64_t low = -1, high = -1;  ///< Range of the days.
    std::int64_t impressions = -1;
};

/// Days left by mfp-model 7.5, the first of its methods that has its data: the maker's figure, the
/// trend of the level, yield and impressions; else only the state. The range is what remains at the
/// pace of the faster and of the slower quarter of pairs of days; `high` alone is -1 if that is
/// beyond kLongestEstimateDays. A maker's figure has no spread: both are that figure. Pure.
[[nodiscard]] Estimate estimateSupply(const EstimateInputs& in);

}  // namespace platen::fleet
