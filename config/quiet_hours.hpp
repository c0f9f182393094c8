// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace platen::config {

inline constexpr std::uint32_t kMinutesOfDay = 24 * 60;

/// Part of each day, in minutes since midnight; goes over midnight if it ends before it begins.
struct QuietWindow {
    std::uint32_t from = 0;
    std::uint32_t to = 0;  ///< First minute that is no longer quiet.

    [[nodiscard]] bool contains(std::uint32_t minute) const {
        return from < to ? minute >= from && minute < to : minute >= from || minute < to;
    }
};

/// Reads `22:00-06:00`; 24:00 is the end of the day. Errors: Malformed.
[[nodiscard]] Result<QuietWindow> parseQuietWindow(std::string_view text);

/// How many minutes from `minute` of the day on are quiet; 0: it is not quiet. Windows that cannot
/// be read are left out.
[[nodiscard]] std::uint32_t quietMinutesFrom(std::span<const std::string> windows,
                                             std::uint32_t minute);

/// True if the windows together fill the day.
[[nodiscard]] bool neverEnds(std::span<const std::string> windows);

}  // namespace platen::config
