// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "proxy/store/mutation_writer.hpp"
#include "proxy/store/sqlite.hpp"
#include "proxy/store/store.hpp"

#include <span>
#include <utility>

namespace platen::store {

/// One commit on its way to the disk.
struct Job {
    Batch batch;
    Durability durability = Durability::Relaxed;
    UniqueFunction<void(Result<void>)> done;
    Result<void> result;
};

/// Puts groups of batches into one transaction each, so that they share one fsync. thread: one at a
/// time
class BatchWriter {
  public:
    [[nodiscard]] static Result<BatchWriter> prepare(Db db);

    /// Writes the jobs in order and sets their results. A batch that breaks a constraint fails
    /// alone; when the disk is full, those that still fit are written.
    void write(std::span<Job> group);
    /// Makes all that was written as safe as Durable.
    void sync();
    /// What was written Soon waits for sync().
    [[nodiscard]] bool syncSoon() const { return syncSoon_; }

  private:
    BatchWriter(Db db, MutationWriter mutations)
        : db_(std::move(db)), mutations_(std::move(mutations)) {}
    [[nodiscard]] Result<void> tryGroup(std::span<Job> group);
    [[nodiscard]] Result<void> writeOne(Job& job);
    [[nodiscard]] Result<void> setDurability(Durability durability);
    void report(const Result<void>& outcome);

    Db db_;
    MutationWriter mutations_;
    Durability durability_ = Durability::Durable;  ///< SQLite's default is FULL.
    bool unsynced_ = false;
    bool syncSoon_ = false;
    bool failing_ = false;  ///< One log line for each change, not for each batch.
};

}  // namespace platen::store
