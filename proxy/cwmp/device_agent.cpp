// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/device_agent.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/cwmp/autonomous_policy.hpp"
#include "proxy/cwmp/device_defaults.hpp"
#include "proxy/cwmp/inform_builder.hpp"

#include <algorithm>
#include <utility>

namespace platen::cwmp {
namespace {

constexpr std::size_t kPathBytes = 16;  // Of randomness; twice as many characters (C-CR-02).
constexpr DeviceId kGateway{0};

}  // namespace

DeviceAgent::DeviceAgent(Context& context, DeviceId id)
    : context_(context),
      id_(id),
      events_(id),
      changes_(id, context.codec),
      tokens_(context.options.connectionRequestBurst) {}

DeviceAgent::~DeviceAgent() {
    stop();
}

store::FactRow DeviceAgent::fact(std::string_view kind, std::string text) const {
    return {text::cat({"cwmp.", kind, ".", std::to_string(id_.value())}), std::move(text)};
}

void DeviceAgent::restoreFact(std::string_view kind, const std::string& text) {
    if (kind == kAcsFact) {
        bootstrapUrl_ = text;
    } else if (kind == kPathFact) {
        path_ = text;
    } else if (kind == kNoAutonomousFact) {
        noAutonomous_ = text;
    } else if (kind == kVersionFact) {
        toldVersion_ = text;
    } else if (kind == kRetryFact) {
        const auto count = text::toUnsigned(text);
        constexpr std::uint64_t kMost = 0xFFFFFFFFU;
        retryCount_ = static_cast<std::uint32_t>(std::min(count.value_or(0), kMost));
    }
}

ManagementServer DeviceAgent::server() const {
    return {context_.params, device_->tree()};
}

bool DeviceAgent::canRun() const {
    if (device_ == nullptr || context_.stopping) {
        return false;
    }
    const auto management = server();
    return management.enabled() && !management.url().empty();
}

void DeviceAgent::attach(fleet::ManagedDevice& device, bool isNew) {
    device_ = &device;
    if (path_.empty()) {
        path_ = context_.random.hex(kPathBytes);
        store({fact(kPathFact, path_)});
    }
    // An ACS that does not know the device yet asks for its values; else only what moved is news.
    quiet_ = isNew || bootstrapUrl_.empty();
    applyDeviceDefaults(false);
    quiet_ = false;
    if (id_ == kGateway) {
        // The start of this program is the restart of the gateway's own device (C-PRX-28).
        store::Batch batch;
        events_.erase(EventCode::Boot, batch);
        events_.add(EventCode::Boot, {}, batch);
        events_.promoteReboots(batch);
        store(std::move(batch));
    }
    compareVersion();
    checkBootstrap();
    schedulePeriodic();
    armScheduled();
    context_.transfers.setReady(id_, true);
    if (hasEvents()) {
        requestSession();
    } else {
        armNotify();
    }
}

bool DeviceAgent::hasEvents() const {
    return !events_.empty() || context_.transfers.hasResults(id_);
}

void DeviceAgent::transferEnded() {
    requestSession();
}

void DeviceAgent::transferredByItself(transfer::Transfer transfer, store::Batch more) {
    if (device_ != nullptr && server().url() != noAutonomous_ &&
        wantsAutonomous(context_.codec.schema(), device_->tree(), transfer)) {
        context_.transfers.record(id_, std::move(transfer), std::move(more));
    } else {
        store(std::move(more));
    }
}

std::string DeviceAgent::softwareVersion() const {
    if (!context_.params.softwareVersion) {
        return {};
    }
    const auto value = device_->tree().get({*context_.params.softwareVersion, {}});
    return value ? value->text() : std::string();
}

/// An update while we were not looking, of the gateway itself for one (C-NOT-07).
void DeviceAgent::compareVersion() {
    if (!toldVersion_.empty() && softwareVersion() != toldVersion_) {
        store::Batch batch;
        changes_.add({*context_.params.softwareVersion, {}}, batch);
        store(std::move(batch));
    }
}

void DeviceAgent::detach() {
    stop();
    context_.transfers.setReady(id_, false);
    context_.table.erase(path_);
    if (run_) {
        run_.reset();
        context_.gate->release();
        // What the session carried is not known to be delivered.
        store::Batch batch;
        events_.failed(batch);
        store(std::move(batch));
    }
    waiting_ = false;
    again_ = false;
    rebooting_ = false;
    scheduledHeld_ = false;
    device_ = nullptr;
}

void DeviceAgent::forget() {
    context_.transfers.clear(id_);
    store::Batch batch;
    events_.clear(batch);
    changes_.clear(batch);
    for (const auto kind : {kAcsFact, kRetryFact, kPathFact, kVersionFact, kNoAutonomousFact}) {
        batch.emplace_back(fact(kind, {}));
    }
    store(std::move(batch));
}

void DeviceAgent::stop() {
    cancel(Timer::Retry);
    cancel(Timer::Periodic);
    cancel(Timer::Notify);
    cancel(Timer::Scheduled);
}

void DeviceAgent::abort() {
    if (run_) {
        run_->abort("the gateway stops");
    }
}

AgentStatus DeviceAgent::status() const {
    AgentStatus status;
    status.active = active();
    status.waiting = waiting_;
    status.retryCount = retryCount_;
    status.lastSuccess = lastSuccessAt_;
    status.lastFailure = lastFailureAt_;
    status.lastError = lastError_;
    return status;
}

void DeviceAgent::applyDeviceDefaults(bool reset) {
    applyDefaults(context_, *device_, path_, reset);
    updateTable();
}

void DeviceAgent::settingsChanged() {
    if (device_ != nullptr) {
        applyDeviceDefaults(false);
        checkBootstrap();
        schedulePeriodic();
    }
}

void DeviceAgent::updateTable() {
    const auto management = server();
    if (management.httpConnectionRequestEnabled()) {
        context_.table.set(path_, {id_, management.connectionRequestUsername(),
                                   management.connectionRequestPassword()});
    } else {
        context_.table.erase(path_);  // This path stops to exist (C-CR-14).
    }
}

/// BOOTSTRAP is due whenever the ACS of now is not the one that confirmed the last (C-EVT-00,
/// C-DIS-10). A running session is finished first.
void DeviceAgent::checkBootstrap() {
    if (run_ || events_.has(EventCode::Bootstrap)) {
        return;
    }
    const auto url = server().url();
    if (url.empty() || url == bootstrapUrl_) {
        return;
    }
    const bool first = bootstrapUrl_.empty();
    newDialectWorks_ = false;
    dialect_ = Dialect::Cwmp12;
    store::Batch batch;
    if (!first) {
        events_.clear(batch);  // They were for the old ACS (C-BS-05).
        context_.transfers.clear(id_);
    }
    changes_.clear(batch);
    events_.add(EventCode::Bootstrap, {}, batch);
    if (first || id_ == kGateway) {
        events_.add(EventCode::Boot, {}, batch);  // C-PRX-27
    }
    store(std::move(batch));
    cancel(Timer::Notify);
    requestSession();
}

void DeviceAgent::addEvent(EventCode code) {
    store::Batch batch;
    if (events_.add(code, {}, batch)) {
        store(std::move(batch));
        requestSession();  // A new event does not wait for the retry (C-RTY-03).
    }
}

void DeviceAgent::resumeHeld() {
    if ((!periodicMissed_ && !scheduledHeld_) || !device_->reachable()) {
        return;
    }
    store::Batch batch;
    bool any = false;
    if (std::exchange(scheduledHeld_, false)) {
        any = events_.promoteScheduled(context_.loop.clock().wallNow(), batch);
        armScheduled();
    }
    if (std::exchange(periodicMissed_, false)) {
        any = events_.add(EventCode::Periodic, {}, batch) || any;
    }
    if (any) {  // One session with all of them.
        store(std::move(batch));
        requestSession();
    }
}

void DeviceAgent::valuesChanged(std::span<const fleet::Change> changes) {
    if (device_ == nullptr) {
        return;
    }
    store::Batch batch;
    bool active = false;
    for (const auto& change : changes) {
        afterManagementChange(change.ref.param);
        if (quiet_ || change.cause == fleet::ChangeCause::Acs) {
            continue;  // C-NOT-06
        }
        const auto notification = device_->attributes().notification(change.ref);
        if (isNotified(notification)) {
            changes_.add(change.ref, batch);
            active = active || notification == model::Notification::Active;
        }
    }
    store(std::move(batch));
    if (active) {
        armNotify();
    }
    resumeHeld();
}

void DeviceAgent::afterManagementChange(model::ParamIndex param) {
    const auto& params = context_.params;
    if (params.url == param) {
        if (!quiet_) {
            checkBootstrap();
        }
    } else if (params.periodicEnable == param || params.periodicInterval == param ||
               params.periodicTime == param) {
        schedulePeriodic();
    } else if (params.connectionRequestUsername == param ||
               params.connectionRequestPassword == param) {
        updateTable();
    } else if (params.httpConnectionRequestEnable == param) {
        updateTable();
        setConnectionRequestUrl(context_, *device_, path_);
    } else if (params.enableCwmp == param && server().enabled()) {
        schedulePeriodic();
        if (hasEvents()) {
            requestSession();
        }
    }
}

void DeviceAgent::restarted() {
    if (device_ == nullptr) {
        return;
    }
    handleRestart();
    resumeHeld();
}

void DeviceAgent::diagnosticsComplete() {
    if (device_ != nullptr) {
        addEvent(EventCode::DiagnosticsComplete);
    }
}

void DeviceAgent::handleRestart() {
    store::Batch batch;
    events_.promoteReboots(batch);
    events_.add(EventCode::Boot, {}, batch);
    store(std::move(batch));
    attempts_ = 0;  // C-RTY-05
    if (context_.transfers.handedOver(id_)) {
        return;  // The restart into new firmware is told with its TransferComplete (C-PRX-43).
    }
    requestSession();
}

bool DeviceAgent::takeConnectionRequestToken() {
    const auto& options = context_.options;
    const auto now = context_.loop.clock().steadyNow();
    const auto refill = std::max(options.connectionRequestRefill, Millis{1});
    const auto gained = (now - tokensAt_) / refill;
    if (gained > 0) {
        const auto room = options.connectionRequestBurst - tokens_;
        tokens_ += static_cast<std::uint32_t>(
            std::min<std::int64_t>(gained, static_cast<std::int64_t>(room)));
        tokensAt_ = now;
    }
    if (tokens_ == 0) {
        return false;
    }
    --tokens_;
    return true;
}

void DeviceAgent::connectionRequested(UniqueFunction<void(ConnectionRequestVerdict)> done) {
    using Verdict = ConnectionRequestVerdict;
    auto verdict = Verdict::Accepted;
    if (!canRun()) {
        verdict = Verdict::Disabled;
    } else if (!takeConnectionRequestToken()) {
        verdict = Verdict::RateLimited;
    }
    if (verdict != Verdict::Accepted) {
        context_.loop.post([done = std::move(done), verdict]() mutable { done(verdict); });
        return;
    }
    ++context_.counters.connectionRequests;
    device_->checkReachable(
        [this, alive = std::weak_ptr<int>(alive_), done = std::move(done)](bool up) mutable {
            if (alive.expired() || !canRun()) {
                done(Verdict::Disabled);
                return;
            }
            done(up ? Verdict::Accepted : Verdict::Unreachable);
            if (up) {
                addEvent(EventCode::ConnectionRequest);  // After the answer (C-CR-07).
            }
        });
}

}  // namespace platen::cwmp
