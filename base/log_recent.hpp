// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace platen::log {

/// Keeps the newest lines in memory, at most so many bytes of them, for whoever may read the log
/// from afar; 0 (the default): none. They are what was written, each behind its time. thread: any
void keepRecent(std::size_t maxBytes);

/// The lines kept, the oldest first, each with its line end. thread: any
[[nodiscard]] std::string recent();

}  // namespace platen::log
