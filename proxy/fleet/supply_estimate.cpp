// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/supply_estimate.hpp"

#include <algorithm>
#include <cmath>

namespace platen::fleet {

namespace {

/// -1 if it is more than can be said.
std::int64_t daysAt(double rest, double perDay) {
    if (perDay <= 0) {
        return -1;
    }
    const auto days = std::floor(rest / perDay);
    return days <= kLongestEstimateDays ? static_cast<std::int64_t>(days) : -1;
}

/// False if it lasts longer than can be said.
bool spread(double rest, const Pace& pace, Estimate& left) {
    left.days = daysAt(rest, pace.usual);
    if (left.days < 0) {
        return false;
    }
    left.low = daysAt(rest, pace.fast);
    left.high = daysAt(rest, pace.slow);
    return true;
}

std::int64_t clampCount(double count) {
    constexpr double kMostImpressions = 2'000'000'000;  // the parameter is an int
    return static_cast<std::int64_t>(std::min(std::floor(count), kMostImpressions));
}

}  // namespace

Estimate estimateSupply(const EstimateInputs& in) {
    Estimate left;
    const auto trend = in.coarse ? std::nullopt : in.trend;
    if (trend) {
        left.dailyUse = trend->usual;
    }
    if (in.told && *in.told >= 0 && *in.told <= kLongestEstimateDays) {
        left.method = "Device";
        left.days = left.low = left.high = *in.told;
    } else if (trend && in.percent >= 0) {
        if (spread(in.percent, *trend, left)) {
            left.method = "LevelTrend";
            if (in.perPoint) {
                left.impressions = clampCount(*in.perPoint * in.percent);
            }
        }
    } else if ((in.coarse || (in.percent < 0 && !in.noLimit)) && in.yield != 0 && in.used &&
               in.daily) {
        const auto rest = in.yield > *in.used ? in.yield - *in.used : 0;
        if (spread(static_cast<double>(rest), *in.daily, left)) {
            left.method = "YieldAndImpressions";
            left.impressions = clampCount(static_cast<double>(rest));
        }
    }
    return left;
}

}  // namespace platen::fleet
