// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/cwmp/device_agent.hpp"
#include "proxy/cwmp/inform_builder.hpp"
#include "proxy/cwmp/schedule.hpp"
#include "proxy/cwmp/transfer_reports.hpp"

#include <algorithm>
#include <utility>

namespace platen::cwmp {
namespace {

// How long an ACS that only took the old namespace is spoken to in it, before the newest is tried
// again (C-VER-02, C-VER-06).
constexpr std::chrono::hours kOldDialectMemory{24};

constexpr std::uint32_t kMethodNotSupported = 8000;  // Of an ACS.

// The wall clock may be set while a ScheduleInform waits, so it is looked at from time to time.
constexpr Millis kLongestSleep{3'600'000};

}  // namespace

std::optional<net::TimerId>& DeviceAgent::slot(Timer timer) {
    switch (timer) {
        case Timer::Retry:
            return retryTimer_;
        case Timer::Periodic:
            return periodicTimer_;
        case Timer::Notify:
            return notifyTimer_;
        case Timer::Scheduled:
            return scheduledTimer_;
    }
    return retryTimer_;
}

void DeviceAgent::cancel(Timer timer) {
    auto& id = slot(timer);
    if (id) {
        context_.loop.cancel(*id);
        id.reset();
    }
}

void DeviceAgent::requestSession() {
    if (!canRun()) {
        return;
    }
    if (run_) {
        again_ = true;  // C-SES-02
        return;
    }
    cancel(Timer::Retry);
    cancel(Timer::Notify);
    if (!waiting_) {
        waiting_ = true;
        context_.gate->request(id_);
    }
}

bool DeviceAgent::startSession() {
    if (!waiting_) {
        return false;
    }
    waiting_ = false;
    if (!canRun()) {
        return false;
    }
    device_->sessionStarts();
    bootstrapInFlight_ = events_.has(EventCode::Bootstrap);
    const auto changed = changes_.startDelivery();
    auto events = events_.startDelivery();
    auto own = reportTransfers(context_.transfers.queue(id_), events);
    auto inform = buildInform(context_, *device_, std::move(events), changed, retryCount_);
    if (inform.events.empty()) {
        return false;  // C-INF-13
    }
    const auto now = context_.loop.clock().steadyNow();
    if (dialect_ != Dialect::Cwmp10 || now >= oldDialectUntil_) {
        dialect_ = newestDialect(context_.acs.behaviour.version);
    }
    again_ = false;
    reportTaken_ = own.empty();
    // What an RPC asks for is done after the session (C-XFER-03).
    context_.transfers.setReady(id_, false);
    sessionUrl_ = server().url();
    ++context_.counters.sessionsStarted;
    run_ = std::make_unique<SessionRun>(context_, *device_, events_, *this, dialect_);
    run_->start(inform, std::move(own));
    return true;
}

void DeviceAgent::confirm(UniqueFunction<void()> done) {
    store::Batch batch;
    changes_.delivered(batch);
    if (!batch.empty()) {
        device_->keepTold(batch);
    }
    events_.delivered(batch);
    // At worst an event comes twice after a power cut; a BOOTSTRAP would undo what the ACS has
    // done.
    const auto durability =
        bootstrapInFlight_ ? store::Durability::Durable : store::Durability::Soon;
    if (bootstrapInFlight_) {
        bootstrapInFlight_ = false;
        bootstrapUrl_ = sessionUrl_;
        batch.emplace_back(fact(kAcsFact, bootstrapUrl_));  // C-EVT-36
    }
    if (auto version = softwareVersion(); version != toldVersion_) {
        toldVersion_ = std::move(version);
        batch.emplace_back(fact(kVersionFact, toldVersion_));
    }
    if (batch.empty()) {
        context_.loop.post(std::move(done));
        return;
    }
    // A full disk must not end the session.
    context_.store.commit(std::move(batch), durability,
                          [id = id_, done = std::move(done)](const Result<void>& stored) mutable {
                              logStoreFailure(id, stored);
                              done();
                          });
}

void DeviceAgent::reported(const TransferReport& report,
                           std::uint32_t refusal,
                           UniqueFunction<void()> done) {
    reportTaken_ = true;
    if (report.autonomous && refusal == kMethodNotSupported && noAutonomous_ != sessionUrl_) {
        noAutonomous_ = sessionUrl_;  // This ACS does not hear of the next ones (C-XFER-25).
        store({fact(kNoAutonomousFact, noAutonomous_)});
    }
    context_.transfers.acknowledge(id_, report.transfer, std::move(done));
}

void DeviceAgent::ended(const SessionOutcome& outcome) {
    const auto finished = std::move(run_);
    context_.transfers.setReady(id_, device_ != nullptr);
    context_.gate->release();
    newDialectWorks_ = newDialectWorks_ || (outcome.confirmed && dialect_ != Dialect::Cwmp10);
    if (outcome.success) {
        runSucceeded();
    } else {
        runFailed(outcome);
    }
    armScheduled();
    afterSession(outcome);
    if (context_.onSessionEnded) {
        context_.onSessionEnded();
    }
}

void DeviceAgent::runSucceeded() {
    ++context_.counters.sessionsSucceeded;
    if (retryCount_ > 0) {
        LOG_INFO("cwmp", "session.recovered", {"device", id_}, {"failed", retryCount_});
    } else {
        LOG_DEBUG("cwmp", "session.done", {"device", id_});
    }
    lastSuccess_ = context_.loop.clock().steadyNow();
    hadSuccess_ = true;
    lastSuccessAt_ = context_.loop.clock().wallNow();
    lastError_.clear();
    attempts_ = 0;
    setRetryCount(0);
}

void DeviceAgent::runFailed(const SessionOutcome& outcome) {
    ++context_.counters.sessionsFailed;
    if (attempts_ == 0) {  // Also the first one after a start, whatever the count of before.
        LOG_WARNING("cwmp", "session.failed", {"device", id_}, {"reason", outcome.error.text});
    } else {
        // One line for each device, not one for each attempt while an ACS is down.
        LOG_DEBUG("cwmp", "session.failed_again", {"device", id_}, {"reason", outcome.error.text},
                  {"attempt", retryCount_ + 1});
    }
    lastFailureAt_ = context_.loop.clock().wallNow();
    lastError_ = outcome.error.text;
    store::Batch batch;
    if (!outcome.confirmed) {
        events_.failed(batch);
    } else if (!hasEvents()) {
        // The ACS must get its chance soon (it may have had more to ask), but all events are
        // delivered and an Inform needs one (C-INF-13).
        events_.add(EventCode::Periodic, {}, batch);
    }
    store(std::move(batch));
    ++attempts_;
    setRetryCount(retryCount_ + 1);
    if (outcome.oldDialect && !newDialectWorks_) {
        // Next time in the oldest namespace; if that fails, too, in the newest again.
        dialect_ = Dialect::Cwmp10;
        oldDialectUntil_ = context_.loop.clock().steadyNow() + kOldDialectMemory;
    } else if (!outcome.confirmed) {
        dialect_ = Dialect::Cwmp12;
    }
}

/// What waited for the end of the session (C-SES-14), then the next one if there is a reason.
void DeviceAgent::afterSession(const SessionOutcome& outcome) {
    if (context_.stopping || device_ == nullptr) {
        return;
    }
    if (outcome.factoryReset) {
        startFactoryReset();
        return;
    }
    if (outcome.reboot) {
        startReboot();
    }
    device_->sessionEnded();
    checkBootstrap();
    if (waiting_) {
        return;
    }
    if (again_) {
        again_ = false;
        if (hasEvents() || hasActiveChange()) {
            requestSession();
            return;
        }
    }
    if (!outcome.success) {
        if (hasEvents() || hasActiveChange()) {
            scheduleRetry(outcome.retryAfter);
        }
    } else if (!events_.empty()) {
        requestSession();
    } else if (hasEvents()) {
        reportLater();
    } else {
        armNotify();
    }
}

void DeviceAgent::startReboot() {
    if (rebooting_) {
        return;  // One restart serves all CommandKeys (C-CMD-02).
    }
    rebooting_ = true;
    LOG_INFO("cwmp", "reboot.started", {"device", id_});
    device_->reboot([this, alive = std::weak_ptr<int>(alive_)](const Result<void>& done) {
        if (alive.expired() || device_ == nullptr) {
            return;
        }
        rebooting_ = false;
        if (!done) {
            // `M Reboot` waits for the next restart that is really seen (C-PRX-41).
            LOG_WARNING("cwmp", "reboot.failed", {"device", id_}, {"reason", done.error().text});
        } else if (events_.has(EventCode::PendingReboot)) {
            handleRestart();  // Nobody told us by restarted().
        }
    });
}

void DeviceAgent::startFactoryReset() {
    LOG_INFO("cwmp", "factory_reset.started", {"device", id_});
    device_->factoryReset([this, alive = std::weak_ptr<int>(alive_)](const Result<void>& done) {
        if (alive.expired() || device_ == nullptr) {
            return;
        }
        if (!done) {
            LOG_WARNING("cwmp", "factory_reset.failed", {"device", id_},
                        {"reason", done.error().text});
            checkBootstrap();
            if (hasEvents()) {
                requestSession();
            }
            return;
        }
        store::Batch batch;
        events_.clear(batch);
        context_.transfers.clear(id_);
        changes_.clear(batch);
        bootstrapUrl_.clear();
        batch.emplace_back(fact(kAcsFact, {}));
        store(std::move(batch));
        setRetryCount(0);
        attempts_ = 0;
        quiet_ = true;
        applyDeviceDefaults(true);
        quiet_ = false;
        schedulePeriodic();
        checkBootstrap();
    });
}

void DeviceAgent::setRetryCount(std::uint32_t count) {
    if (count != retryCount_) {
        retryCount_ = count;
        store({fact(kRetryFact, std::to_string(count))});
    }
}

void DeviceAgent::scheduleRetry(Millis atLeast) {
    if (!canRun()) {
        return;
    }
    cancel(Timer::Retry);
    cancel(Timer::Notify);
    const auto management = server();
    const auto wait = retryWait(attempts_, management.retryMinimumSeconds(),
                                management.retryMultiplier(), context_.random);
    const auto least =
        std::max(std::min(atLeast, kLongestRetryAfter), context_.acs.behaviour.retryMinimum);
    retryTimer_ = context_.loop.after(std::max(wait, least), "cwmp.retry", [this] {
        retryTimer_.reset();
        requestSession();
    });
}

/// A good session that left reports (C-EVT-35): at once if the ACS took some and more have come,
/// else with the pauses of failures, for an ACS that never lets us speak must not be called all the
/// time.
void DeviceAgent::reportLater() {
    if (reportTaken_) {
        unheard_ = 0;
        requestSession();
        return;
    }
    ++unheard_;
    attempts_ = unheard_;
    scheduleRetry(Millis{0});
    attempts_ = 0;
}

void DeviceAgent::schedulePeriodic() {
    cancel(Timer::Periodic);
    if (device_ == nullptr || context_.stopping) {
        return;
    }
    const auto management = server();
    if (!management.periodicEnabled()) {
        return;
    }
    const auto now = context_.loop.clock().wallNow();
    const auto interval = management.periodicInterval();
    // A timer that is a little early by the wall clock must not fire for the same time twice.
    const bool early = periodicAt_ > now && periodicAt_ - now < interval / 2;
    const auto& identity = device_->identity();
    const auto spread =
        spreadHash(text::cat({identity.oui, "-", identity.productClass, "-", identity.serial}));
    const auto from = early ? periodicAt_ : now;
    const auto at = nextPeriodic(from, interval, management.periodicTime(), spread);
    periodicTimer_ = context_.loop.after(at - now, "cwmp.periodic", [this, at] {
        periodicTimer_.reset();
        periodicAt_ = at;
        onPeriodic();
    });
}

void DeviceAgent::onPeriodic() {
    if (device_->reachable()) {
        addEvent(EventCode::Periodic);
    } else {
        periodicMissed_ = true;  // C-PRX-25
    }
    schedulePeriodic();
}

/// For the next ScheduleInform, which a session may have brought.
void DeviceAgent::armScheduled() {
    cancel(Timer::Scheduled);
    const auto due = events_.nextScheduled();
    if (device_ == nullptr || context_.stopping || !due) {
        return;
    }
    const auto wait = std::clamp(*due - context_.loop.clock().wallNow(), Millis{0}, kLongestSleep);
    scheduledTimer_ = context_.loop.after(wait, "cwmp.scheduled", [this] {
        scheduledTimer_.reset();
        onScheduled();
    });
}

void DeviceAgent::onScheduled() {
    const auto now = context_.loop.clock().wallNow();
    const auto due = events_.nextScheduled();
    if (due && *due <= now && !device_->reachable()) {
        scheduledHeld_ = true;  // C-PRX-25
        return;
    }
    store::Batch batch;
    if (events_.promoteScheduled(now, batch)) {
        store(std::move(batch));
        requestSession();
    }
    armScheduled();
}

bool DeviceAgent::hasActiveChange() const {
    const auto refs = changes_.refs();
    return std::any_of(refs.begin(), refs.end(), [this](const model::ParamRef& ref) {
        return device_->attributes().notification(ref) == model::Notification::Active;
    });
}

/// A session for active changes alone: after a moment in which more may come, and not too soon
/// after the last one (C-NOT-03, C-NOT-04). In a retry wait they ride along.
void DeviceAgent::armNotify() {
    if (run_ || waiting_ || retryTimer_ || notifyTimer_ || !canRun() || !hasActiveChange()) {
        return;
    }
    const auto now = context_.loop.clock().steadyNow();
    auto wait = context_.options.activeCoalesce;
    if (hadSuccess_) {
        const auto hold = std::max(context_.options.activeHoldOff, server().activeThrottle());
        wait = std::max(wait, std::chrono::ceil<Millis>(lastSuccess_ + hold - now));
    }
    notifyTimer_ = context_.loop.after(wait, "cwmp.notify", [this] {
        notifyTimer_.reset();
        requestSession();
    });
}

}  // namespace platen::cwmp
