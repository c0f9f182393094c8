// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "proxy/discovery/scanner.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/store/store.hpp"

#include <optional>
#include <string>
#include <utility>

namespace platen::fleet {

/// Keeps in the store where the discovery pass is, so that one over a large network goes on after a
/// restart. thread: loop
class ScanKeeper {
  public:
    static constexpr const char* kFact = "discovery.scan";
    static constexpr Millis kEvery{10'000};

    /// All must outlive it.
    ScanKeeper(net::Loop& loop, store::Store& store, const discovery::Scanner& scanner)
        : loop_(loop), store_(store), scanner_(scanner) {}
    ScanKeeper(const ScanKeeper&) = delete;
    ScanKeeper& operator=(const ScanKeeper&) = delete;
    ~ScanKeeper() { stopTimer(); }

    void restore(const store::Snapshot& snapshot);
    /// Where the next pass begins: once, what restore found or interrupted kept.
    [[nodiscard]] std::string takeResume() { return std::exchange(resume_, {}); }
    /// A pass runs from now on.
    void begun();
    void ended();
    /// The pass is about to be stopped: the next one goes on here, if the ranges are the same.
    void interrupted();

  private:
    void stopTimer();
    void later();
    void keep(std::string mark);

    net::Loop& loop_;
    store::Store& store_;
    const discovery::Scanner& scanner_;
    std::string resume_;
    std::string kept_;
    std::optional<net::TimerId> timer_;
};

}  // namespace platen::fleet
