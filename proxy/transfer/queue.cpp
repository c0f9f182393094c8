// SPDX-License-Identifier: Apache-2.0
#include "proxy/transfer/queue.hpp"

#include <algorithm>
#include <utility>

namespace platen::transfer {
namespace {

bool isScheduled(const Transfer& transfer) {
    return transfer.kind == Kind::ScheduledDownload;
}

/// Worth another try in the window: not what would come out the same again.
bool mayPass(FaultCode code) {
    return code != FaultCode::Denied && code != FaultCode::Corrupted &&
           code != FaultCode::NotAuthentic;
}

/// The first moment at which it may be started.
WallTime earliest(const Transfer& transfer) {
    if (isScheduled(transfer) && !transfer.windows.empty()) {
        return std::max(transfer.notBefore, transfer.windows.front().start);
    }
    return transfer.notBefore;
}

}  // namespace

Transfer* Queue::entry(std::uint64_t id) {
    const auto found = std::ranges::find(transfers_, id, &Transfer::id);
    return found == transfers_.end() ? nullptr : &*found;
}

const Transfer* Queue::find(std::uint64_t id) const {
    const auto found = std::ranges::find(transfers_, id, &Transfer::id);
    return found == transfers_.end() ? nullptr : &*found;
}

void Queue::save(const Transfer& transfer, store::Batch& batch) const {
    batch.emplace_back(toRow(device_, transfer));
}

void Queue::end(Transfer& transfer, WallTime now, Outcome outcome, store::Batch& batch) const {
    transfer.state = State::Done;
    // The clock may have been set back meanwhile (C-XFER-28).
    transfer.completed = std::max(now, transfer.started);
    transfer.outcome = std::move(outcome);
    transfer.windows.clear();
    transfer.username.clear();
    transfer.password = Secret();  // Nobody needs it any more.
    save(transfer, batch);
}

void Queue::restore(const store::TransferRow& row, WallTime now, store::Batch& batch) {
    nextId_ = std::max(nextId_, row.id + 1);
    if (transfers_.size() >= kMaxPerDevice) {
        batch.emplace_back(store::TransferErased{device_, row.id});
        return;
    }
    transfers_.push_back(fromRow(row));
    auto& transfer = transfers_.back();
    if (transfer.state != State::Running) {
        return;
    }
    if (!isScheduled(transfer) && transfer.attempts >= kMaxStarts) {
        end(transfer, now,
            {generalFault(transfer.kind), "the gateway was stopped each time it was tried"}, batch);
        return;
    }
    transfer.state = State::Waiting;
    save(transfer, batch);
}

std::optional<std::uint64_t> Queue::add(Transfer transfer, store::Batch& batch) {
    if (transfers_.size() >= kMaxPerDevice) {
        return std::nullopt;
    }
    transfer.id = nextId_++;
    transfer.state = State::Waiting;
    save(transfer, batch);
    transfers_.push_back(std::move(transfer));
    return transfers_.back().id;
}

bool Queue::record(Transfer done, store::Batch& batch) {
    const auto autonomous = std::ranges::count_if(
        transfers_, [](const Transfer& one) { return isAutonomous(one.kind); });
    if (transfers_.size() >= kMaxPerDevice ||
        autonomous >= static_cast<std::ptrdiff_t>(kMaxAutonomous)) {
        return false;
    }
    done.id = nextId_++;
    done.state = State::Done;
    save(done, batch);
    transfers_.push_back(std::move(done));
    return true;
}

void Queue::remove(std::uint64_t id, store::Batch& batch) {
    if (std::erase_if(transfers_, [id](const Transfer& one) { return one.id == id; }) > 0) {
        batch.emplace_back(store::TransferErased{device_, id});
    }
}

void Queue::clear(store::Batch& batch) {
    for (const auto& transfer : transfers_) {
        batch.emplace_back(store::TransferErased{device_, transfer.id});
    }
    transfers_.clear();
}

Outcome Queue::cancel(std::string_view commandKey, store::Batch& batch) {
    bool any = false;
    for (const auto& transfer : transfers_) {
        if (transfer.commandKey != commandKey || isAutonomous(transfer.kind)) {
            continue;
        }
        if (transfer.state != State::Waiting) {
            return {FaultCode::CannotCancel, transfer.state == State::Running
                                                 ? "the transfer is in progress"
                                                 : "the transfer has ended"};
        }
        any = true;
    }
    if (!any) {
        return {FaultCode::CannotCancel, "no transfer with this CommandKey waits"};
    }
    std::erase_if(transfers_, [&](const Transfer& transfer) {
        if (transfer.commandKey != commandKey || isAutonomous(transfer.kind)) {
            return false;
        }
        batch.emplace_back(store::TransferErased{device_, transfer.id});
        return true;
    });
    return {};
}

bool Queue::expire(WallTime now, store::Batch& batch) {
    bool any = false;
    for (auto& transfer : transfers_) {
        if (!isScheduled(transfer) || transfer.state != State::Waiting) {
            continue;
        }
        bool moved = false;
        while (!transfer.windows.empty() && transfer.windows.front().end <= now) {
            transfer.windows.erase(transfer.windows.begin());
            transfer.attempts = 0;
            moved = true;
        }
        if (transfer.windows.empty()) {
            end(transfer, now, {FaultCode::OutsideWindow, "the time windows have passed"}, batch);
            any = true;
        } else if (moved) {
            save(transfer, batch);
        }
    }
    return any;
}

const Transfer* Queue::due(WallTime now) const {
    const Transfer* first = nullptr;
    for (const auto& transfer : transfers_) {
        if (transfer.state == State::Running) {
            return nullptr;
        }
        if (first == nullptr && transfer.state == State::Waiting && earliest(transfer) <= now &&
            (!isScheduled(transfer) ||
             (!transfer.windows.empty() && now < transfer.windows.front().end))) {
            first = &transfer;
        }
    }
    return first;
}

std::optional<WallTime> Queue::nextTime(WallTime now) const {
    std::optional<WallTime> next;
    const auto consider = [&next, now](WallTime time) {
        if (time > now) {
            next = next ? std::min(*next, time) : time;
        }
    };
    for (const auto& transfer : transfers_) {
        if (transfer.state == State::Waiting) {
            consider(earliest(transfer));
            if (!transfer.windows.empty()) {
                consider(transfer.windows.front().end);
            }
        }
    }
    return next;
}

void Queue::started(std::uint64_t id, WallTime now, store::Batch& batch) {
    if (auto* transfer = entry(id)) {
        transfer->state = State::Running;
        transfer->started = now;
        ++transfer->attempts;
        save(*transfer, batch);
    }
}

bool Queue::retryInWindow(Transfer& transfer, WallTime now) {
    if (transfer.windows.empty()) {
        return false;
    }
    const auto& window = transfer.windows.front();
    const auto most = window.maxRetries < 0 ? kOwnRetries : window.maxRetries;
    if (transfer.attempts <= static_cast<std::uint32_t>(most) && now + kRetryPause < window.end) {
        transfer.notBefore = now + kRetryPause;
        return true;
    }
    if (transfer.windows.size() > 1) {
        transfer.windows.erase(transfer.windows.begin());
        transfer.attempts = 0;
        transfer.notBefore = kUnknownTime;
        return true;
    }
    return false;
}

bool Queue::finished(std::uint64_t id, WallTime now, Outcome outcome, store::Batch& batch) {
    auto* transfer = entry(id);
    if (transfer == nullptr) {
        return false;
    }
    if (!isScheduled(*transfer) || outcome.good() || outcome.last || !mayPass(outcome.code)) {
        end(*transfer, now, std::move(outcome), batch);
        return true;
    }
    const bool passed = !transfer->windows.empty() && now >= transfer->windows.front().end;
    if (retryInWindow(*transfer, now)) {
        transfer->state = State::Waiting;
        save(*transfer, batch);
        return false;
    }
    if (passed) {
        outcome = {FaultCode::OutsideWindow, "not completed within the time windows"};
    }
    end(*transfer, now, std::move(outcome), batch);
    return true;
}

void Queue::interrupted(std::uint64_t id, store::Batch& batch) {
    auto* transfer = entry(id);
    if (transfer != nullptr && transfer->state == State::Running) {
        transfer->state = State::Waiting;
        transfer->attempts -= transfer->attempts > 0 ? 1U : 0U;
        transfer->started = kUnknownTime;
        save(*transfer, batch);
    }
}

bool Queue::hasResults() const {
    return std::ranges::any_of(
        transfers_, [](const Transfer& transfer) { return transfer.state == State::Done; });
}

}  // namespace platen::transfer
