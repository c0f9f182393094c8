// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proxy/store/store.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace platen::app {

/// A mark of this machine, derived from its machine-id(5) and telling nothing of it; empty where
/// the machine has none (many containers).
[[nodiscard]] std::string machineMark(const std::filesystem::path& file = "/etc/machine-id");

/// A copy of the state on a second machine would be the same devices twice (C-BS-04), so a state
/// belongs to the machine that it was made on until `platen take-over` moves it. Gives the row to
/// store at the first start. Errors: Conflict with what to do.
[[nodiscard]] Result<std::optional<store::FactRow>> checkMachine(const store::Snapshot& snapshot,
                                                                 const std::string& mark);

/// `platen take-over`: the state belongs to this machine from now on. Exit code.
[[nodiscard]] int runTakeOver(const config::Settings& settings);

}  // namespace platen::app
