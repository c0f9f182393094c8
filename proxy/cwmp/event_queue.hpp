// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"
#include "base/time.hpp"
#include "proxy/cwmp/soap_writer.hpp"
#include "proxy/store/store.hpp"
#include "proxy/transfer/transfer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::cwmp {

/// Events of this release in the order in which they go out (C-EVT-37). `4 VALUE CHANGE` is not
/// queued: it is there while a ChangeSet holds something; `3 SCHEDULED` goes with each
/// `M ScheduleInform`; nor are `7 TRANSFER COMPLETE` and the
/// events of file transfers, which are there while a transfer::Queue holds results.
enum class EventCode : std::uint8_t {
    Bootstrap,
    Boot,
    Periodic,
    ValueChange,
    ConnectionRequest,
    DiagnosticsComplete,
    Reboot,            ///< `M Reboot`
    ScheduleInform,    ///< `M ScheduleInform`
    PendingReboot,     ///< An `M Reboot` whose restart was not seen yet; never sent (C-PRX-41).
    PendingScheduled,  ///< An `M ScheduleInform` whose time has not come; never sent.
};

/// Code as on the wire; the pending ones have names of their own for the store.
[[nodiscard]] std::string_view toString(EventCode code);

/// The undelivered events of one device (C-EVT). Changes are told to the store by mutations that
/// the caller commits; BOOTSTRAP (known from the confirmed ACS URL) and CONNECTION REQUEST (must
/// not be repeated) are never stored. thread: loop
class EventQueue {
  public:
    explicit EventQueue(DeviceId device) : device_(device) {}

    /// Takes a stored row; unknown codes are dropped.
    void restore(const store::EventRow& row);
    /// False if an equal event waits already (C-EVT-30) or the queue is full of `M Reboot`s. Events
    /// of a running session do not count as waiting (C-EVT-31).
    bool add(EventCode code, std::string_view commandKey, store::Batch& batch);
    /// The restart was seen: pending `M Reboot`s become events. True if there were any.
    bool promoteReboots(store::Batch& batch);
    /// An `M ScheduleInform` that waits for its time; the sequence number of its row. Nothing if
    /// kMaxScheduled wait already or the queue is full.
    [[nodiscard]] std::optional<std::uint64_t> schedule(WallTime due,
                                                        std::string_view commandKey,
                                                        store::Batch& batch);
    /// Takes back what schedule gave.
    void unschedule(std::uint64_t sequence, store::Batch& batch);
    /// The earliest time that schedule was given and that is not promoted.
    [[nodiscard]] std::optional<WallTime> nextScheduled() const;
    /// What is due becomes an event. True if there was any.
    bool promoteScheduled(WallTime now, store::Batch& batch);
    /// BOOTSTRAP discards all others (C-EVT-00).
    void clear(store::Batch& batch);
    void erase(EventCode code, store::Batch& batch);
    void erase(EventCode code, std::string_view commandKey, store::Batch& batch);

    [[nodiscard]] bool empty() const;  ///< Nothing that could be sent.
    [[nodiscard]] bool has(EventCode code) const;
    [[nodiscard]] bool has(EventCode code, std::string_view commandKey) const;

    /// All events that can go out now; they belong to the session that starts.
    [[nodiscard]] std::vector<EventStruct> startDelivery();
    /// InformResponse came: the events of the session are delivered.
    void delivered(store::Batch& batch);
    /// The session failed before that: CONNECTION REQUEST goes (C-EVT-33), the rest waits again.
    void failed(store::Batch& batch);

    /// With `3 SCHEDULED`, `4 VALUE CHANGE`, `7 TRANSFER COMPLETE` and one event for each transfer
    /// 64 (C-EVT-04).
    static constexpr std::size_t kMaxEvents = 61 - transfer::kMaxPerDevice;
    /// `M ScheduleInform`s of one device, the undelivered among them.
    static constexpr std::size_t kMaxScheduled = 16;

  private:
    struct Entry {
        std::uint64_t sequence = 0;
        EventCode code = EventCode::Boot;
        bool inFlight = false;
        std::string commandKey;
        WallTime due = kUnknownTime;  ///< PendingScheduled only.
    };
    [[nodiscard]] store::EventRow rowOf(const Entry& entry) const;
    void eraseAt(std::size_t index, store::Batch& batch);

    DeviceId device_;
    std::uint64_t nextSequence_ = 1;
    std::vector<Entry> entries_;
};

}  // namespace platen::cwmp
