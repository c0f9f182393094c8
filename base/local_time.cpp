// SPDX-License-Identifier: Apache-2.0
#include "base/local_time.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace platen {

std::string formatLocalTime(WallTime time) {
    if (!clockIsSet(time)) {
        return formatDateTime(time);  // relative: it has no zone
    }
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    const auto stamp = static_cast<std::time_t>(seconds);
    std::tm local{};
    if (localtime_r(&stamp, &local) == nullptr) {
        return formatDateTime(time);
    }
    const auto offset = local.tm_gmtoff / 60;
    const auto distance = offset < 0 ? -offset : offset;
    std::array<char, 64> buffer{};
    const int length = std::snprintf(
        buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d:%02d%c%02ld:%02ld",
        local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min,
        local.tm_sec, offset < 0 ? '-' : '+', distance / 60, distance % 60);
    return {buffer.data(), static_cast<std::size_t>(std::max(length, 0))};
}

}  // namespace platen
