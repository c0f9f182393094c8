// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/loop.hpp"
#include "proxy/store/store.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <utility>

namespace platen::test {

/// A store whose commits can be made to fail; those that fail reach nothing. Loads always work, as
/// after a restart with the trouble gone.
class FailingStore final : public store::Store {
  public:
    /// `loop` must outlive it.
    FailingStore(std::unique_ptr<store::Store> inner, net::Loop& loop)
        : inner_(std::move(inner)), loop_(loop) {}

    /// All commits fail with Exhausted while it is on.
    void setDiskFull(bool full) { diskFull_ = full; }
    /// The n-th commit from the start (1 is the first) fails with Refused: the file is locked.
    void failCommit(std::uint64_t n) { busy_.insert(n); }
    [[nodiscard]] std::uint64_t commits() const { return commits_; }

    Result<store::Snapshot> load() override { return inner_->load(); }
    void commit(store::Batch batch,
                store::Durability durability,
                UniqueFunction<void(Result<void>)> done) override {
        ++commits_;
        if (diskFull_) {
            answer(std::move(done), Error{ErrorCode::Exhausted, "database or disk is full"});
        } else if (busy_.contains(commits_)) {
            answer(std::move(done), Error{ErrorCode::Refused, "database is locked"});
        } else {
            inner_->commit(std::move(batch), durability, std::move(done));
        }
    }
    void flush() override { inner_->flush(); }

  private:
    void answer(UniqueFunction<void(Result<void>)> done, Error error) {
        if (done) {
            loop_.post([done = std::move(done), error = std::move(error)]() mutable {
                done(tl::unexpected<Error>(std::move(error)));
            });
        }
    }

    std::unique_ptr<store::Store> inner_;
    net::Loop& loop_;
    bool diskFull_ = false;
    std::set<std::uint64_t> busy_;
    std::uint64_t commits_ = 0;
};

}  // namespace platen::test
