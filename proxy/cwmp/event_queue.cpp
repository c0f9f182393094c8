// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/event_queue.hpp"

#include <algorithm>
#include <array>

namespace platen::cwmp {
namespace {

bool isStored(EventCode code) {
    switch (code) {
        case EventCode::Boot:
        case EventCode::Periodic:
        case EventCode::Reboot:
        case EventCode::PendingReboot:
            return true;
        case EventCode::DiagnosticsComplete:  // not over a restart (C-EVT-08)
        case EventCode::Bootstrap:
        case EventCode::ValueChange:
        case EventCode::ConnectionRequest:
            return false;
    }
    return false;
}

std::optional<EventCode> codeOf(std::string_view name) {
    constexpr std::array kCodes{EventCode::Boot, EventCode::Periodic, EventCode::Reboot,
                                EventCode::PendingReboot};
    for (const auto code : kCodes) {
        if (toString(code) == name) {
            return code;
        }
    }
    return std::nullopt;
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
        case EventCode::PendingReboot:
            return "pending M Reboot";
    }
    return "1 BOOT";
}

void EventQueue::restore(const store::EventRow& row) {
    nextSequence_ = std::max(nextSequence_, row.sequence + 1);
    const auto code = codeOf(row.code);
    if (code && entries_.size() < kMaxEvents) {
        entries_.push_back({row.sequence, *code, false, row.commandKey});
    }
}

bool EventQueue::add(EventCode code, std::string_view commandKey, store::Batch& batch) {
    const auto same = [&](const Entry& entry) {
        return !entry.inFlight && entry.code == code && entry.commandKey == commandKey;
    };
    if (std::any_of(entries_.begin(), entries_.end(), same) || entries_.size() >= kMaxEvents) {
        return false;
    }
    const auto sequence = nextSequence_++;
    entries_.push_back({sequence, code, false, std::string(commandKey)});
    if (isStored(code)) {
        batch.emplace_back(store::EventRow{device_, sequence, std::string(toString(code)),
                                           std::string(commandKey)});
    }
    return true;
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
            batch.emplace_back(store::EventRow{
                device_, entry.sequence, std::string(toString(entry.code)), entry.commandKey});
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
        return !entry.inFlight && entry.code != EventCode::PendingReboot;
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
    for (auto& entry : entries_) {
        if (entry.code == EventCode::PendingReboot) {
            continue;
        }
        entry.inFlight = true;
        // An event that failed once and happened again is still one event (C-EVT-30).
        const std::string code(toString(entry.code));
        if (events.empty() || events.back().code != code ||
            events.back().commandKey != entry.commandKey) {
            events.push_back({code, entry.commandKey});
        }
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
