// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/update.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace platen::firmware {
namespace {

using transfer::FaultCode;
using transfer::Outcome;

constexpr Millis kLookLimit{120'000};           // A read of the printer that never comes back.
constexpr std::chrono::minutes kSettle{5};      // After a restart, until the version counts.
constexpr std::int64_t kLooksPerTimeout = 240;  // Every 15 s by default.
constexpr Millis kShortestInterval{1000};
constexpr Millis kLongestInterval{15'000};

}  // namespace

Update::Update(Firmware& firmware,
               DeviceId device,
               const transfer::Transfer& transfer,
               transfer::Received received,
               UniqueFunction<void(transfer::Applied)> done)
    : firmware_(firmware),
      device_(device),
      transfer_(transfer.id),
      url_(transfer.url),
      received_(std::move(received)),
      done_(std::move(done)),
      deadline_(now() + firmware.settings().timeout) {
    if (!transfer.windows.empty()) {
        windowEnd_ = transfer.windows.front().end;
    }
    if (const auto* push = firmware_.push(device); push != nullptr && received_.file.empty()) {
        // How much the printer has is not known; it is never sent again by itself.
        phase_ = Phase::Verifying;
        const auto passed =
            std::max(firmware_.ports().loop.clock().wallNow() - push->begun, Millis{0});
        const auto left = firmware_.settings().timeout - passed;
        deadline_ = now() + std::max(left, 4 * interval());
        LOG_INFO("firmware", "firmware.resumed", {"device", device_}, {"version", push->version});
    }
    look(Millis{0});
}

Update::~Update() {
    if (timer_) {
        firmware_.ports().loop.cancel(*timer_);
    }
    firmware_.ended(device_);
}

SteadyTime Update::now() const {
    return firmware_.ports().loop.clock().steadyNow();
}

Millis Update::interval() const {
    return std::clamp(firmware_.settings().timeout / kLooksPerTimeout, kShortestInterval,
                      kLongestInterval);
}

void Update::look(Millis delay) {
    auto& loop = firmware_.ports().loop;
    if (timer_) {
        loop.cancel(*timer_);
    }
    timer_ = loop.after(delay, "firmware.look", [this] {
        const auto number = ++looks_;
        timer_ = firmware_.ports().loop.after(kLookLimit, "firmware.look", [this] {
            timer_.reset();
            ++looks_;
            onLooked(false);
        });
        firmware_.ports().printers.refresh(
            device_, [this, alive = std::weak_ptr<int>(alive_), number](bool answered) {
                if (!alive.expired() && number == looks_) {
                    firmware_.ports().loop.cancel(*timer_);
                    timer_.reset();
                    onLooked(answered);
                }
            });
    });
}

void Update::onLooked(bool answered) {
    if (phase_ == Phase::Waiting) {
        wait(answered);
    } else {
        verify(answered);
    }
}

std::string Update::obstacle(bool answered) {
    const auto view = firmware_.ports().printers.view(device_);
    if (!answered || !view) {
        idleSince_.reset();
        return "the printer does not answer";
    }
    if (!view->idle) {
        idleSince_.reset();
        return text::cat({"the printer is not idle: ", view->state});
    }
    if (!idleSince_) {
        idleSince_ = now();
    }
    if (firmware_.held()) {
        return "updates are held at this site";
    }
    if (firmware_.othersTurn(device_)) {
        deadline_ = now() + firmware_.settings().timeout;
        return "another printer is being updated";
    }
    return now() - *idleSince_ < firmware_.settings().idle ? "the printer was in use" : "";
}

void Update::wait(bool answered) {
    if (windowEnd_ != kUnknownTime && firmware_.ports().loop.clock().wallNow() >= windowEnd_) {
        end({FaultCode::OutsideWindow, "the printer did not get idle within the time window"},
            false);
        return;
    }
    // What would not do is told at once, not after an hour.
    auto entry = firmware_.entryFor(device_, received_);
    if (auto* fault = std::get_if<Outcome>(&entry)) {
        fault->last = true;
        end(std::move(*fault), false);
        return;
    }
    auto reason = obstacle(answered);
    if (reason.empty()) {
        begin(std::get<Entry>(entry));
    } else if (now() >= deadline_) {
        end({FaultCode::DownloadFailed, std::move(reason)}, false);
    } else {
        look(interval());
    }
}

void Update::begin(const Entry& entry) {
    phase_ = Phase::Storing;
    const auto view = firmware_.ports().printers.view(device_);
    PushRecord record;
    record.transfer = transfer_;
    record.url = url_;
    record.sha256 = entry.sha256;
    record.approval = entry.approval;
    record.version = entry.version;
    record.fromVersion = view ? view->facts.version : std::string();
    record.begun = firmware_.ports().loop.clock().wallNow();
    LOG_INFO("firmware", "firmware.begins", {"device", device_}, {"from", record.fromVersion},
             {"to", record.version});
    firmware_.begin(
        device_, std::move(record), [this, alive = std::weak_ptr<int>(alive_)](bool stored) {
            if (alive.expired()) {
                return;
            }
            if (stored) {
                send();
            } else {
                end({FaultCode::DownloadFailed, "the gateway could not store it"}, false);
            }
        });
}

void Update::send() {
    phase_ = Phase::Sending;
    const auto view = firmware_.ports().printers.view(device_);
    if (!view || channel_ >= view->facts.channels.size()) {
        end({FaultCode::DownloadFailed, "the printer is not there"}, false);
        return;
    }
    upTime_ = view->upTime;
    PushRequest request;
    request.printer = view->address;
    request.channel = view->facts.channels[channel_];
    request.image = received_.file;
    request.timeLimit = firmware_.settings().timeout;
    auto done = [this](PushResult result) { onSent(std::move(result)); };
    const auto& ports = firmware_.ports();
    push_ = request.channel.kind == mibmap::FirmwareChannel::Kind::Raw
                ? startRawPush(ports.loop, std::move(request), std::move(done))
                : startFilePush(ports.fetcher, std::move(request), std::move(done));
}

void Update::onSent(PushResult result) {
    const auto finished = std::move(push_);
    if (result.outcome.good()) {
        phase_ = Phase::Verifying;
        deadline_ = now() + firmware_.settings().timeout;
        LOG_INFO("firmware", "firmware.sent", {"device", device_}, {"bytes", received_.bytes});
        look(interval());
        return;
    }
    const auto view = firmware_.ports().printers.view(device_);
    if (!result.begun && view && channel_ + 1 < view->facts.channels.size()) {
        ++channel_;
        send();
        return;
    }
    result.outcome.last = result.begun;
    end(std::move(result.outcome), result.begun);
}

void Update::verify(bool answered) {
    const auto* push = firmware_.push(device_);
    const auto view = firmware_.ports().printers.view(device_);
    const bool seen = answered && view && push != nullptr;
    if (seen && text::equalsIgnoreCase(view->facts.version, push->version)) {
        LOG_INFO("firmware", "firmware.done", {"device", device_}, {"version", push->version});
        end({}, false);
        return;
    }
    if (seen && view->upTime) {
        if (upTime_ && *view->upTime < *upTime_) {
            restartedAt_ = now();
        }
        upTime_ = view->upTime;
    }
    const auto settle =
        std::min<Millis>(kSettle, firmware_.settings().timeout / 4);  // For short time-outs.
    const bool settled = seen && restartedAt_ && now() - *restartedAt_ >= settle;
    if (!settled && now() < deadline_) {
        look(interval());
        return;
    }
    Outcome outcome{FaultCode::DownloadFailed, "the printer did not answer after the update", true};
    if (seen) {
        const bool same = text::equalsIgnoreCase(view->facts.version, push->fromVersion);
        outcome.code = same ? FaultCode::Corrupted : FaultCode::DownloadFailed;
        outcome.text = text::cat({"after the update the printer reports version ",
                                  text::oneLine(view->facts.version, 64)});
    }
    end(std::move(outcome), true);
}

void Update::end(Outcome outcome, bool stops) {
    if (timer_) {
        firmware_.ports().loop.cancel(*timer_);
        timer_.reset();
    }
    transfer::Applied applied;
    applied.more = firmware_.finish(device_, stops ? outcome.text : std::string());
    applied.outcome = std::move(outcome);
    auto done = std::move(done_);
    done(std::move(applied));  // May destroy this: last.
}

}  // namespace platen::firmware
