// SPDX-License-Identifier: Apache-2.0
#include "proxy/store/sqlite_store.hpp"

#include "base/text.hpp"
#include "proxy/store/batch_writer.hpp"
#include "proxy/store/migrations.hpp"
#include "proxy/store/snapshot_reader.hpp"
#include "proxy/store/sqlite.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace platen::store {
namespace {

/// One transaction holds about this many mutations, so that the first done of a flood comes soon.
constexpr std::size_t kMaxGroupMutations = 20'000;

Error explain(const std::filesystem::path& file, const Error& error) {
    auto text = text::cat({file.string(), ": ", error.text});
    if (error.code == ErrorCode::Malformed) {
        text +=
            ". Stop the gateway, keep a copy of the file, then restore a backup or rescue it"
            " with `sqlite3 FILE .recover`. Without either, move the file away: printers are"
            " then found anew and bootstrap at the ACS again.";
    }
    return Error{error.code, std::move(text)};
}

class SqliteStore final : public Store {
  public:
    SqliteStore(std::filesystem::path file,
                net::Loop& loop,
                BatchWriter writer,
                const SqliteLimits& limits)
        : file_(std::move(file)),
          loop_(loop),
          maxQueuedBatches_(limits.maxQueuedBatches),
          soon_(limits.soon),
          writer_(std::move(writer)),
          thread_([this] { run(); }) {}

    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;
    ~SqliteStore() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    Result<Snapshot> load() override;
    void commit(Batch batch,
                Durability durability,
                UniqueFunction<void(Result<void>)> done) override;
    void flush() override;

  private:
    void run();
    [[nodiscard]] std::vector<Job> takeGroup();
    void report(std::vector<Job>& group);

    const std::filesystem::path file_;
    net::Loop& loop_;
    const std::size_t maxQueuedBatches_;
    const Millis soon_;

    std::mutex mutex_;
    std::condition_variable wake_;     ///< For the writer: work, flush or end.
    std::condition_variable flushed_;  ///< For flush().
    std::deque<Job> queue_;
    std::uint64_t accepted_ = 0;  ///< Batches taken into the queue so far.
    std::uint64_t written_ = 0;   ///< Of those, written or failed.
    std::uint64_t syncWanted_ = 0;
    std::uint64_t synced_ = 0;  ///< All of these are on disk.
    bool stopping_ = false;

    BatchWriter writer_;  ///< Only the writer thread uses it.
    std::thread thread_;  ///< Last member: it uses all others.
};

Result<Snapshot> SqliteStore::load() {
    flush();
    auto snapshot = readSnapshot(file_);
    if (!snapshot) {
        return tl::unexpected<Error>(explain(file_, snapshot.error()));
    }
    return snapshot;
}

void SqliteStore::commit(Batch batch,
                         Durability durability,
                         UniqueFunction<void(Result<void>)> done) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() < maxQueuedBatches_) {
            queue_.push_back(Job{.batch = std::move(batch),
                                 .durability = durability,
                                 .done = std::move(done),
                                 .result = {}});
            ++accepted_;
            wake_.notify_one();
            return;
        }
    }
    if (done) {
        loop_.post([done = std::move(done)]() mutable {
            done(fail(ErrorCode::Exhausted, "the store's queue is full"));
        });
    }
}

void SqliteStore::flush() {
    std::unique_lock lock(mutex_);
    const auto target = accepted_;
    syncWanted_ = std::max(syncWanted_, target);
    wake_.notify_one();
    flushed_.wait(lock, [this, target] { return synced_ >= target; });
}

std::vector<Job> SqliteStore::takeGroup() {
    std::vector<Job> group;
    std::size_t mutations = 0;
    while (!queue_.empty() && mutations < kMaxGroupMutations) {
        mutations += queue_.front().batch.size() + 1;
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return group;
}

void SqliteStore::run() {
    // Real time, not the loop's: this thread has no other.
    std::optional<std::chrono::steady_clock::time_point> syncDue;
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto ready = [this] { return stopping_ || !queue_.empty() || synced_ < syncWanted_; };
        if (syncDue) {
            wake_.wait_until(lock, *syncDue, ready);
        } else {
            wake_.wait(lock, ready);
        }
        if (!queue_.empty()) {
            auto group = takeGroup();
            lock.unlock();
            writer_.write(group);
            report(group);
            if (writer_.syncSoon() && !syncDue) {
                syncDue = std::chrono::steady_clock::now() + soon_;
            }
            lock.lock();
            written_ += group.size();
        }
        if (syncDue && std::chrono::steady_clock::now() >= *syncDue) {
            syncDue.reset();
            syncWanted_ = std::max(syncWanted_, written_);
        }
        if (synced_ < syncWanted_ && written_ >= syncWanted_) {
            const auto reached = written_;
            lock.unlock();
            writer_.sync();
            lock.lock();
            synced_ = reached;
            flushed_.notify_all();
        }
        if (stopping_ && queue_.empty()) {
            lock.unlock();
            writer_.sync();
            return;
        }
    }
}

void SqliteStore::report(std::vector<Job>& group) {
    for (auto& job : group) {
        if (job.done) {
            // One task each: an exception in one must not swallow the others.
            loop_.post([done = std::move(job.done), result = std::move(job.result)]() mutable {
                done(std::move(result));
            });
        }
    }
}

Result<BatchWriter> openWriter(const std::filesystem::path& file, const SqliteLimits& limits) {
    auto db = Db::open(file, Db::Mode::ReadWrite);
    if (!db) {
        return tl::unexpected<Error>(std::move(db.error()));
    }
    const auto pages = limits.maxPages == 0
                           ? std::string()
                           : "PRAGMA max_page_count = " + std::to_string(limits.maxPages);
    for (const char* pragma : {"PRAGMA journal_mode = WAL", "PRAGMA journal_size_limit = 67108864",
                               "PRAGMA cell_size_check = ON", "PRAGMA trusted_schema = OFF",
                               "PRAGMA synchronous = FULL", pages.c_str()}) {
        if (auto done = db->exec(pragma); !done) {
            return tl::unexpected<Error>(std::move(done.error()));
        }
    }
    if (auto done = migrate(*db, migrations()); !done) {
        return tl::unexpected<Error>(std::move(done.error()));
    }
    return BatchWriter::prepare(std::move(*db));
}

}  // namespace

Result<std::unique_ptr<Store>> openSqlite(const std::filesystem::path& file,
                                          net::Loop& loop,
                                          const SqliteLimits& limits) {
    auto writer = openWriter(file, limits);
    if (!writer) {
        return tl::unexpected<Error>(explain(file, writer.error()));
    }
    return std::unique_ptr<Store>(
        std::make_unique<SqliteStore>(file, loop, std::move(*writer), limits));
}

Result<std::unique_ptr<Store>> openSqlite(const std::filesystem::path& file, net::Loop& loop) {
    return openSqlite(file, loop, SqliteLimits{});
}

}  // namespace platen::store
