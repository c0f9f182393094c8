// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::fleet {

/// The last restart of a printer that was seen: what its counters say next is to be taken with it
/// in mind, also by a gateway that was started again in between. Readings are stored less often
/// than this, so its uptime is kept beside it.
struct RestartMark {
    bool pending = false;      ///< Counters were not read whole since then.
    std::uint64_t upTime = 0;  ///< Seconds, when it was seen.
    WallTime seen = kUnknownTime;
    bool dirty = false;  ///< To be stored.
};

/// As one text for the store.
[[nodiscard]] std::string packRestart(const RestartMark& mark);
/// What packRestart wrote; nothing if it is damaged.
[[nodiscard]] std::optional<RestartMark> unpackRestart(std::string_view text);

}  // namespace platen::fleet
