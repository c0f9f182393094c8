// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/store/store.hpp"
#include "proxy/transfer/transfer.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

namespace platen::transfer {

/// The transfers of one device: what waits, what runs (one at a time), and what has ended and was
/// not confirmed by the ACS. No clock and no I/O: the time comes with each call, and changes are
/// told to the store by mutations that the caller commits. thread: loop
class Queue {
  public:
    explicit Queue(DeviceId device) : device_(device) {}

    /// Takes a stored row. One that ran when the program ended waits again; after kMaxStarts such
    /// ends it has failed.
    void restore(const store::TransferRow& row, WallTime now, store::Batch& batch);
    /// Nothing if kMaxPerDevice are here; else its id.
    [[nodiscard]] std::optional<std::uint64_t> add(Transfer transfer, store::Batch& batch);
    /// One that is over and that no ACS asked for; it waits for AutonomousTransferComplete. False
    /// if kMaxAutonomous of them are here, or kMaxPerDevice in all.
    [[nodiscard]] bool record(Transfer done, store::Batch& batch);
    /// The ACS confirmed TransferComplete, or the request could not be stored.
    void remove(std::uint64_t id, store::Batch& batch);
    /// Everything, without a word to the ACS (C-BS-05).
    void clear(store::Batch& batch);
    /// All that wait with this key go, without TransferComplete (C-XFER-22). 9021, and nothing is
    /// changed, if there is none or one runs or has ended.
    [[nodiscard]] Outcome cancel(std::string_view commandKey, store::Batch& batch);

    /// Ends scheduled transfers whose last window has passed (9020). True if any ended.
    bool expire(WallTime now, store::Batch& batch);
    /// What is to be started now; null: nothing, or one runs.
    [[nodiscard]] const Transfer* due(WallTime now) const;
    /// When after `now` due() or expire() may have something new to do; nothing if nothing waits
    /// for a time.
    [[nodiscard]] std::optional<WallTime> nextTime(WallTime now) const;

    void started(std::uint64_t id, WallTime now, store::Batch& batch);
    /// True if it is over; false if it will be tried again in a window.
    bool finished(std::uint64_t id, WallTime now, Outcome outcome, store::Batch& batch);
    /// The program ends in order while it runs: as if it had not been started.
    void interrupted(std::uint64_t id, store::Batch& batch);

    [[nodiscard]] const std::deque<Transfer>& all() const { return transfers_; }
    [[nodiscard]] const Transfer* find(std::uint64_t id) const;
    [[nodiscard]] bool empty() const { return transfers_.empty(); }
    [[nodiscard]] bool hasResults() const;

  private:
    [[nodiscard]] Transfer* entry(std::uint64_t id);
    void end(Transfer& transfer, WallTime now, Outcome outcome, store::Batch& batch) const;
    void save(const Transfer& transfer, store::Batch& batch) const;
    [[nodiscard]] static bool retryInWindow(Transfer& transfer, WallTime now);

    DeviceId device_;
    std::uint64_t nextId_ = 1;
    std::deque<Transfer> transfers_;  ///< By id.
};

}  // namespace platen::transfer
