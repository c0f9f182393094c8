// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string_view>

namespace platen::app {

/// Tells systemd a state (`READY=1`, `STOPPING=1`, `WATCHDOG=1`) if NOTIFY_SOCKET is set; harmless
/// otherwise (sd_notify(3)).
void notifySystemd(std::string_view state);

/// Half of WATCHDOG_USEC, how often the loop must report; nothing without a watchdog.
[[nodiscard]] std::optional<Millis> watchdogPeriod();

}  // namespace platen::app
