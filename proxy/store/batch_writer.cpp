// SPDX-License-Identifier: Apache-2.0
#include "proxy/store/batch_writer.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace platen::store {
namespace {

/// The batch is to blame, not the disk: the rest of its group goes on.
bool isOwnFault(ErrorCode code) {
    return code == ErrorCode::Conflict || code == ErrorCode::TooLarge;
}

}  // namespace

Result<BatchWriter> BatchWriter::prepare(Db db) {
    auto mutations = MutationWriter::prepare(db);
    if (!mutations) {
        return tl::unexpected<Error>(std::move(mutations.error()));
    }
    return BatchWriter(std::move(db), std::move(*mutations));
}

void BatchWriter::write(std::span<Job> group) {
    auto outcome = tryGroup(group);
    if (!outcome && outcome.error().code == ErrorCode::Exhausted && group.size() > 1) {
        // What frees space or needs none must not fail with its neighbours.
        for (auto& job : group) {
            write({&job, 1});
        }
        return;
    }
    if (!outcome) {
        for (auto& job : group) {
            job.result = outcome;
        }
    }
    report(outcome);
}

Result<void> BatchWriter::tryGroup(std::span<Job> group) {
    const auto has = [group](Durability durability) {
        return std::ranges::any_of(
            group, [durability](const Job& job) { return job.durability == durability; });
    };
    const bool durable = has(Durability::Durable);
    const bool soon = has(Durability::Soon);
    if (auto set = setDurability(durable ? Durability::Durable : Durability::Relaxed); !set) {
        return set;
    }
    auto transaction = Tx::begin(db_);
    if (!transaction) {
        return tl::unexpected<Error>(std::move(transaction.error()));
    }
    for (auto& job : group) {
        job.result = writeOne(job);
        if (!job.result && !isOwnFault(job.result.error().code)) {
            return job.result;
        }
    }
    auto committed = transaction->commit();
    if (committed) {
        // fsync covers the whole log, so earlier Relaxed transactions are safe too.
        unsynced_ = !durable;
        syncSoon_ = !durable && (syncSoon_ || soon);
    }
    return committed;
}

Result<void> BatchWriter::writeOne(Job& job) {
    if (auto begun = db_.execOften("SAVEPOINT batch"); !begun) {
        return begun;
    }
    auto written = mutations_.write(job.batch);
    if (!written && !isOwnFault(written.error().code)) {
        return written;  // The whole transaction is given up.
    }
    if (!written) {
        if (auto undone = db_.execOften("ROLLBACK TO batch"); !undone) {
            return undone;
        }
    }
    if (auto released = db_.execOften("RELEASE batch"); !released) {
        return released;
    }
    return written;
}

Result<void> BatchWriter::setDurability(Durability durability) {
    if (durability == durability_) {
        return {};
    }
    // In WAL mode FULL adds the fsync at each commit (sqlite.org/pragma.html#pragma_synchronous).
    auto set = db_.exec(durability == Durability::Durable ? "PRAGMA synchronous = FULL"
                                                          : "PRAGMA synchronous = NORMAL");
    if (set) {
        durability_ = durability;
    }
    return set;
}

void BatchWriter::sync() {
    if (!unsynced_) {
        return;
    }
    // A checkpoint syncs the log before it copies from it.
    auto synced = db_.exec("PRAGMA wal_checkpoint(PASSIVE)");
    unsynced_ = !synced;
    syncSoon_ = syncSoon_ && !synced;
    report(synced);
}

void BatchWriter::report(const Result<void>& outcome) {
    if (!outcome && !failing_) {
        LOG_ERROR("store", "store.failing", {"reason", outcome.error().text});
    } else if (outcome && failing_) {
        LOG_INFO("store", "store.recovered");
    }
    failing_ = !outcome;
}

}  // namespace platen::store
