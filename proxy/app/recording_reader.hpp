// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "mibmap/recording.hpp"
#include "proxy/app/core.hpp"
#include "proxy/app/one_shot_poll.hpp"
#include "proxy/app/redaction.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace platen::app {

/// A recording, read as if it were a printer in the network.
struct ReadRecording {
    std::unique_ptr<Core> core;  ///< Plays the recording, which must outlive it.
    std::unique_ptr<OneShotPoll> poll;
};

/// Reads all groups, with the origin of each value. `extraMap` may be empty. Errors: a data file
/// cannot be had; Unsupported (nothing can be read from it, with the reason). A recording of
/// what is no printer is read as well: OneShotPoll::doubt.
[[nodiscard]] Result<ReadRecording> readRecording(const config::Settings& settings,
                                                  const mibmap::Recording& recording,
                                                  const std::filesystem::path& extraMap);

/// Private texts that the maps know where to find: serial numbers, names, owners. Errors: as
/// readRecording.
[[nodiscard]] Result<std::vector<PrivateText>> privateTextsOf(const config::Settings& settings,
                                                              const mibmap::Recording& recording);

}  // namespace platen::app
