// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/traffic_meter.hpp"

#include "base/text.hpp"

#include <array>
#include <chrono>

namespace platen::fleet {

void TrafficMeter::add(std::uint64_t packets, std::uint64_t bytes, WallTime now) {
    roll(now);
    days_.today.packets += packets;
    days_.today.bytes += bytes;
    unsaved_ = unsaved_ || packets != 0 || bytes != 0;
}

void TrafficMeter::roll(WallTime now) {
    const auto day =
        std::int64_t{std::chrono::floor<std::chrono::days>(now).time_since_epoch().count()};
    if (day == days_.day) {
        return;
    }
    const bool first = days_.day == 0;
    // A clock that was set back or far ahead begins anew.
    days_ = {.day = day, .today = {}, .yesterday = day == days_.day + 1 ? days_.today : Traffic{}};
    if (kept_.day == day) {
        days_ = kept_;
    } else if (kept_.day != 0 && kept_.day + 1 == day) {
        days_.yesterday = kept_.today;
    }
    if (kept_.day <= day || !first) {
        kept_ = {};
    }
}

std::string TrafficMeter::pack() {
    unsaved_ = false;
    return text::cat({std::to_string(days_.day), "\t", std::to_string(days_.today.packets), "\t",
                      std::to_string(days_.today.bytes), "\t",
                      std::to_string(days_.yesterday.packets), "\t",
                      std::to_string(days_.yesterday.bytes)});
}

void TrafficMeter::restore(std::string_view text) {
    const auto fields = text::split(text, '\t');
    constexpr std::size_t kFields = 5;
    if (fields.size() != kFields) {
        return;
    }
    std::array<std::int64_t, kFields> numbers{};
    for (std::size_t i = 0; i < kFields; ++i) {
        const auto number = text::toInt(fields[i]);
        if (!number || *number < 0) {
            return;
        }
        numbers.at(i) = *number;
    }
    const auto count = [&](std::size_t at) { return static_cast<std::uint64_t>(numbers.at(at)); };
    constexpr std::int64_t kLastDay = 10'000'000;  // beyond what WallTime can say in a text
    if (numbers.front() > kLastDay) {
        return;
    }
    kept_ = {.day = numbers.front(),
             .today = {.packets = count(1), .bytes = count(2)},
             .yesterday = {.packets = count(3), .bytes = count(4)}};
}

}  // namespace platen::fleet
