// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/store/sqlite.hpp"

#include <span>

namespace platen::store {

/// SQL that lifts a file from one version to the next; run in one transaction with the new number.
/// The step at place i gives version i + 1. A released step is never changed.
using Migration = const char*;

/// All steps of this program, oldest first.
[[nodiscard]] std::span<const Migration> migrations();

/// Marks a file as ours (`PRAGMA application_id`): "Pltn".
inline constexpr int kApplicationId = 0x506C746E;

/// Lifts the file to the last step, one transaction a step; nothing to do is fine. Errors:
/// Unsupported (newer version than the steps know), Malformed (damaged, or another program's
/// database), and those of Db.
[[nodiscard]] Result<void> migrate(Db& db, std::span<const Migration> steps);

}  // namespace platen::store
