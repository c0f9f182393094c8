// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/round_trip.hpp"

#include <algorithm>

namespace platen::snmp {

namespace {
constexpr std::int64_t kGranularityMicros = 10'000;
constexpr std::int64_t kLongestMillis = 600'000;
}  // namespace

RoundTrip::RoundTrip(Millis longest)
    : longest_(static_cast<std::uint32_t>(
          std::clamp<std::int64_t>(longest.count(), kMinTimeout.count(), kLongestMillis))),
      timeout_(longest_) {}

Millis RoundTrip::timeout(bool patient) const {
    return Millis{patient ? longest_ : timeout_};
}

void RoundTrip::sample(std::chrono::microseconds took) {
    const std::int64_t micros =
        std::clamp<std::int64_t>(took.count(), 1, std::int64_t{longest_} * 1000);
    std::int64_t smooth = smooth_;
    std::int64_t variation = variation_;
    if (smooth == 0) {
        smooth = micros;
        variation = micros / 2;
    } else {  // RFC 6298 2.3: beta 1/4, alpha 1/8
        variation += (std::abs(smooth - micros) - variation) / 4;
        smooth = std::max<std::int64_t>(smooth + (micros - smooth) / 8, 1);
    }
    smooth_ = static_cast<std::uint32_t>(smooth);
    variation_ = static_cast<std::uint32_t>(variation);
    const auto wait = smooth + std::max(kGranularityMicros, 4 * variation);
    timeout_ = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(wait / 1000 + 1, kMinTimeout.count(), longest_));
}

void RoundTrip::backOff() {
    timeout_ = std::min(timeout_ * 2, longest_);
}

void RoundTrip::forget() {
    smooth_ = 0;
    variation_ = 0;
    timeout_ = longest_;
}

}  // namespace platen::snmp
