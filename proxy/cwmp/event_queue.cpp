// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/event_queue.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::cwmp {
namespace {

bool isStored(EventCode code) {
    switch (code) {
        case EventCode::Boot:
        case EventCode::Periodic:
        case EventCode::Reboot:
        case EventCode::ScheduleInform:
        case EventCode::PendingReboot:
        case EventCode::PendingScheduled:
            return true;
        case EventCode::DiagnosticsComplete:  // not over a restart (C-EVT-08)
        case EventCode::Bootstrap:
        case EventCode::ValueChange:
        case EventCode::ConnectionRequest:
            return false;
    }
    return false;
}

/// Never sent.
bool isPending(EventCode code) {
    return code == EventCode::PendingReboot || code == EventCode::PendingScheduled;
}

std::optional<EventCode> codeOf(std::string_view name) {
    constexpr std::array kCodes{EventCode::Boot, EventCode::Periodic, EventCode::Reboot,
                                EventCode::ScheduleInform, EventCode::PendingReboot};
    for (const auto code : kCodes) {
        if (toString(code) == name) {
            return code;
        }
    }
    return std::nullopt;
}

constexpr std::string_view kScheduled = "3 SCHEDULED";

/// The due time, in milliseconds since 1970, stands behind the stored name.
std::optional<WallTime> dueOf(std::string_view name) {
    const auto prefix = toString(EventCode::PendingScheduled);
    if (!name.starts_with(prefix)) {
        return std::nullopt;
    }
    name.remove_prefix(prefix.size());
    const auto due = text::toInt(text::trim(name));
    return due ? std::optional(WallTime{Millis{*due}}) : std::nullopt;
}

}  // namespace

std::string_view toString(EventCode code) {
    switch (code) {
        case EventCode::Bootstrap:
            return "0 BOOTSTRAP";
        case EventCode::Boot:
            return "1 BOOT";
        case EventCode::Periodic:
            return "2 PERIODIC";
        case EventCode::ValueChange:
            return "4 VALUE CHANGE";
        case EventCode::ConnectionRequest:
            return "6 CONNECTION REQUEST";
        case EventCode::DiagnosticsComplete:
            return "8 DIAGNOSTICS COMPLETE";
        case EventCode::Reboot:
            return "M Reboot";
        case EventCode::ScheduleInform:
            return "M ScheduleInform";
        case EventCode::PendingReboot:
            return "pending M Reboot";
        case EventCode::PendingScheduled:
            return "pending M ScheduleInform";
    }
    return "1 BOOT";
}

void EventQueue::restore(const store::EventRow& row) {
    nextSequence_ = std::max(nextSequence_, row.sequence + 1);
    const auto due = dueOf(row.code);
    const auto code = due ? EventCode::PendingScheduled : codeOf(row.code);
    if (code && entries_.size() < kMaxEvents) {
        entries_.push_back(
            {row.sequence, *code, false, row.commandKey, due.value_or(kUnknownTime)});
    }
}

store::EventRow EventQueue::rowOf(const Entry& entry) const {
    std::string code(toString(entry.code));
    if (entry.code == EventCode::PendingScheduled) {
        code += " " + std::to_string(entry.due.time_since_epoch().count());
    }
    return {device_, entry.sequence, std::move(code), entry.commandKey};
}

bool EventQueue::add(EventCode code, std::string_view commandKey, store::Batch& batch) {
    const auto same = [&](const Entry& entry) {
        return !entry.inFlight && entry.code == code && entry.commandKey == commandKey;
    };
    if (std::any_of(entries_.begin(), entries_.end(), same) || entries_.size() >= kMaxEvents) {
        return false;
    }
    const auto sequence = nextSequence_++;
    entries_.push_back({sequence, code, false, std::string(commandKey), kUnknownTime});
    if (isStored(code)) {
        batch.emplace_back(rowOf(entries_.back()));
    }
    return true;
}

std::optional<std::uint64_t> EventQueue::schedule(WallTime due,
                                                  std::string_view commandKey,
                                                  store::Batch& batch) {
    const auto held = std::count_if(entries_.begin(), entries_.end(), [](const Entry& entry) {
        return entry.code == EventCode::PendingScheduled || entry.code == EventCode::ScheduleInform;
    });
    if (static_cast<std::size_t>(held) >= kMaxScheduled || entries_.size() >= kMaxEvents) {
        return std::nullopt;
    }
    const auto sequence = nextSequence_++;
    entries_.push_back(
        {sequence, EventCode::PendingScheduled, false, std::string(commandKey), due});
    batch.emplace_back(rowOf(entries_.back()));
    return sequence;
}

void EventQueue::unschedule(std::uint64_t sequence, store::Batch& batch) {
    for (auto i = entries_.size(); i-- > 0;) {
        if (entries_[i].sequence == sequence) {
            eraseAt(i, batch);
        }
    }
}

std::optional<WallTime> EventQueue::nextScheduled() const {
    std::optional<WallTime> first;
    for (const auto& entry : entries_) {
        if (entry.code == EventCode::PendingScheduled && (!first || entry.due < *first)) {
            first = entry.due;
        }
    }
    return first;
}

bool EventQueue::promoteScheduled(WallTime now, store::Batch& batch) {
    bool any = false;
    for (auto& entry : entries_) {
        if (entry.code == EventCode::PendingScheduled && entry.due <= now) {
            entry.code = EventCode::ScheduleInform;
            batch.emplace_back(rowOf(entry));
            any = true;
        }
    }
    return any;
}

void EventQueue::eraseAt(std::size_t index, store::Batch& batch) {
    if (isStored(entries_[index].code)) {
        batch.emplace_back(store::EventErased{device_, entries_[index].sequence});
    }
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
}

bool EventQueue::promoteReboots(store::Batch& batch) {
    bool any = false;
    for (auto& entry : entries_) {
        if (entry.code == EventCode::PendingReboot) {
            entry.code = EventCode::Reboot;
            batch.emplace_back(rowOf(entry));
            any = true;
        }
    }
    return any;
}

void EventQueue::clear(store::Batch& batch) {
    while (!entries_.empty()) {
        eraseAt(entries_.size() - 1, batch);
    }
}

void EventQueue::erase(EventCode code, store::Batch& batch) {
    for (auto i = entries_.size(); i-- > 0;) {
        if (entries_[i].code == code) {
            eraseAt(i, batch);
        }
    }
}

void EventQueue::erase(EventCode code, std::string_view commandKey, store::Batch& batch) {
    for (auto i = entries_.size(); i-- > 0;) {
        if (entries_[i].code == code && entries_[i].commandKey == commandKey) {
            eraseAt(i, batch);
        }
    }
}

bool EventQueue::empty() const {
    return std::none_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
        return !entry.inFlight && !isPending(entry.code);
    });
}

bool EventQueue::has(EventCode code) const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [code](const Entry& entry) { return entry.code == code; });
}

bool EventQueue::has(EventCode code, std::string_view commandKey) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.code == code && entry.commandKey == commandKey;
    });
}

std::vector<EventStruct> EventQueue::startDelivery() {
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.code < b.code; });
    std::vector<EventStruct> events;
    bool scheduled = false;
    for (auto& entry : entries_) {
        if (isPending(entry.code)) {
            continue;
        }
        entry.inFlight = true;
        scheduled = scheduled || entry.code == EventCode::ScheduleInform;
        // An event that failed once and happened again is still one event (C-EVT-30).
        const std::string code(toString(entry.code));
        if (events.empty() || events.back().code != code ||
            events.back().commandKey != entry.commandKey) {
            events.push_back({code, entry.commandKey});
        }
    }
    if (scheduled) {  // One for all of them (C-EVT-30), behind `2 PERIODIC`.
        const auto at = std::find_if(events.begin(), events.end(), [](const EventStruct& event) {
            return event.code > kScheduled;
        });
        events.insert(at, {std::string(kScheduled), {}});
    }
    return events;
}

void EventQueue::delivered(store::Batch& batch) {
    for (auto i = entries_.size(); i-- > 0;) {
        if (entries_[i].inFlight) {
            eraseAt(i, batch);
        }
    }
}

void EventQueue::failed(store::Batch& batch) {
    for (auto i = entries_.size(); i-- > 0;) {
        if (!entries_[i].inFlight) {
            continue;
        }
        entries_[i].inFlight = false;
        if (entries_[i].code == EventCode::ConnectionRequest) {
            eraseAt(i, batch);
        }
    }
}

}  // namespace platen::cwmp
