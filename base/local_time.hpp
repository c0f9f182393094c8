// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <string>

namespace platen {

/// Local time with its offset, `2031-02-03T04:05:06+01:00` (C-INF-06, C-DT-03); a relative time has
/// no zone. The zone is the process's. thread: any
[[nodiscard]] std::string formatLocalTime(WallTime time);

}  // namespace platen
