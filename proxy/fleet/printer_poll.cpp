// SPDX-License-Identifier: Apache-2.0
// A printer's polls: which group is due, reading it, and what an answer or a silence means.
#include "base/log.hpp"
#include "proxy/discovery/read_request.hpp"
#include "proxy/fleet/alert_book.hpp"
#include "proxy/fleet/derived_states.hpp"
#include "proxy/fleet/evaluation_applier.hpp"
#include "proxy/fleet/printer_device.hpp"
#include "proxy/fleet/supply_book.hpp"

#include <algorithm>
#include <utility>

namespace platen::fleet {

using mibmap::Group;

namespace {

std::size_t slotOf(Group group) {
    const auto it = std::find(mibmap::kPollGroups.begin(), mibmap::kPollGroups.end(), group);
    return static_cast<std::size_t>(it - mibmap::kPollGroups.begin());
}

/// Translation order: configuration gives charsets and colorants to the others, status the uptime
/// to the counters.
std::vector<Group> inOrder(std::vector<Group> groups) {
    static constexpr std::array kOrder{Group::Configuration, Group::Status, Group::Supplies,
                                       Group::Counters};
    std::vector<Group> sorted;
    for (const auto group : kOrder) {
        if (std::find(groups.begin(), groups.end(), group) != groups.end()) {
            sorted.push_back(group);
        }
    }
    return sorted;
}

const mibmap::Reading* findReading(const mibmap::Evaluation& evaluation, model::ParamIndex param) {
    const auto it = std::find_if(evaluation.readings.begin(), evaluation.readings.end(),
                                 [&](const auto& reading) { return reading.param == param; });
    return it != evaluation.readings.end() ? &*it : nullptr;
}

}  // namespace

/// One pass over some groups.
struct PrinterDevice::PollRun {
    std::vector<Group> groups;
    std::size_t next = 0;
    std::vector<GroupReport> reports;
    bool failed = false;
};

Millis PrinterDevice::intervalOf(Group group) const {
    const auto& n = context_.names;
    const auto param = group == Group::Status     ? n.statusInterval
                       : group == Group::Supplies ? n.supplyInterval
                       : group == Group::Counters ? n.counterInterval
                                                  : n.configInterval;
    const auto value = state_.tree.get(inService(param));
    constexpr std::uint64_t kShortest = 1;
    constexpr std::uint64_t kLongest = 30ULL * 24 * 3600;
    const auto seconds = value ? value->asUnsigned() : 0;
    if (seconds == 0) {
        return Millis::max();  // 0 = never
    }
    return std::chrono::seconds(std::clamp(seconds, kShortest, kLongest));
}

void PrinterDevice::startPolling(Millis initialDelay) {
    running_ = true;
    const auto now = context_.loop.clock().steadyNow();
    for (auto& due : nextDue_) {
        due =
            std::max(due, now + initialDelay);  // a group that was read a moment ago keeps its time
    }
    schedule(initialDelay);
}

void PrinterDevice::schedule(Millis delay) {
    if (timer_) {
        context_.loop.cancel(*timer_);
    }
    timer_ = context_.loop.after(delay, "printer.poll", [this] {
        timer_.reset();
        onCycleTimer();
    });
}

void PrinterDevice::scheduleNext() {
    if (!running_ || !connected()) {
        return;
    }
    const auto now = context_.loop.clock().steadyNow();
    if (reach_.failures() > 0) {
        const auto interval = intervalOf(Group::Status);
        schedule(
            reach_.retryDelay(interval == Millis::max() ? Reachability::kSlowestRetry : interval));
        return;
    }
    const auto due = *std::min_element(nextDue_.begin(), nextDue_.end());
    const auto wait = due > now ? std::chrono::ceil<Millis>(due - now) : Millis{0};
    constexpr Millis kLongestSleep{60 * 60 * 1000};
    schedule(std::min(wait, kLongestSleep));
}

std::vector<Group> PrinterDevice::dueGroups() const {
    const auto now = context_.loop.clock().steadyNow();
    std::vector<Group> due;
    for (const auto group : mibmap::kPollGroups) {
        if (nextDue_.at(slotOf(group)) <= now) {
            due.push_back(group);
        }
    }
    return due;
}

bool PrinterDevice::configurationStands() const {
    // prtGeneralConfigChanges is a hint only (mfp-model 7.7): it may spare reads for a day, not for
    // ever.
    constexpr std::chrono::hours kLongestTrust{24};
    return lastConfigChanges_ && !configurationWanted_ && lastConfigurationRead_ != kUnknownTime &&
           context_.loop.clock().wallNow() - lastConfigurationRead_ < kLongestTrust;
}

void PrinterDevice::onCycleTimer() {
    const auto enabled = state_.tree.get(inService(context_.names.enable));
    const auto snmpEnabled = state_.tree.get(inService(context_.names.snmpEnable));
    if ((enabled && !enabled->asBool()) || (snmpEnabled && !snmpEnabled->asBool())) {
        setCommunication("Disabled", "Disabled", "");
        return;  // writing Enable starts it again
    }
    // A silent printer is asked for its status only; the rest follows when it answers.
    auto groups = reach_.failures() > 0 ? std::vector<Group>{Group::Status} : dueGroups();
    if (configurationStands() && std::erase(groups, Group::Configuration) > 0) {
        nextDue_.at(slotOf(Group::Configuration)) =
            context_.loop.clock().steadyNow() + intervalOf(Group::Configuration);
    }
    if (groups.empty()) {
        scheduleNext();
        return;
    }
    pollGroups(std::move(groups), [](const std::vector<GroupReport>& /*reports*/) {});
}

void PrinterDevice::pollGroups(std::vector<Group> groups,
                               UniqueFunction<void(std::vector<GroupReport>)> done) {
    waiting_.push_back(std::move(done));
    if (polling_ || !connected()) {
        return;  // joins the run under way
    }
    polling_ = true;
    auto run = std::make_shared<PollRun>();
    run->groups = inOrder(std::move(groups));
    if (map_) {
        readNext(std::move(run));
    } else {
        identify(std::move(run));
    }
}

/// A refresh that the ACS waits for; it is answered even if the printer is disconnected meanwhile.
struct PrinterDevice::Refresh {
    PrinterDevice& device;
    std::weak_ptr<int> exists;
    std::vector<Group> groups;  ///< Still to be read.
    UniqueFunction<void(std::optional<Error>)> done;
    int rounds = 0;

    Refresh(PrinterDevice& ofDevice,
            std::vector<Group> wanted,
            UniqueFunction<void(std::optional<Error>)> then)
        : device(ofDevice),
          exists(ofDevice.exists_),
          groups(std::move(wanted)),
          done(std::move(then)) {}
    Refresh(const Refresh&) = delete;
    Refresh& operator=(const Refresh&) = delete;
    ~Refresh() { answer(Error{ErrorCode::Refused, "the printer is not connected"}); }

    void answer(std::optional<Error> error) {
        if (exists.expired() || !done) {
            return;
        }
        device.context_.loop.post(
            [exists = exists, done = std::move(done), error = std::move(error)]() mutable {
                if (!exists.expired()) {
                    done(std::move(error));
                }
            });
        done = {};
    }
};

void PrinterDevice::refresh(std::vector<Group> groups,
                            UniqueFunction<void(std::optional<Error>)> done) {
    refreshNext(std::make_shared<Refresh>(*this, std::move(groups), std::move(done)));
}

void PrinterDevice::refreshNext(std::shared_ptr<Refresh> call) {
    if (!connected()) {
        return;  // the call answers as it goes
    }
    auto groups = call->groups;
    pollGroups(std::move(groups), [this, call](const std::vector<GroupReport>& reports) {
        for (const auto& report : reports) {
            if (report.error) {
                call->answer(report.error);
                return;
            }
            std::erase(call->groups, report.group);
        }
        // It may have joined a poll that read less.
        constexpr int kMaxRounds = 2;
        if (call->groups.empty() || ++call->rounds == kMaxRounds) {
            call->answer(std::nullopt);
        } else {
            refreshNext(call);
        }
    });
}

void PrinterDevice::identify(std::shared_ptr<PollRun> run) {
    context_.engine.read(
        *target_, discovery::toRequest(context_.maps.identifyPlan()),
        [this, run, weak = std::weak_ptr<int>(alive_)](Result<snmp::ReadResult> result) mutable {
            if (!weak.expired()) {
                onIdentified(std::move(run), std::move(result));
            }
        });
}

void PrinterDevice::onIdentified(std::shared_ptr<PollRun> run, Result<snmp::ReadResult> result) {
    if (!result) {
        run->reports.push_back({.group = Group::Identify,
                                .error = result.error(),
                                .pdus = 0,
                                .bytes = 0,
                                .took = {},
                                .problems = {}});
        onFailed(result.error());
        finishRun(run);
        return;
    }
    context_.maps.identify(result->varbinds, deviceContext_);
    map_ = context_.maps.select(deviceContext_);
    // Charsets, colorants and rows are needed before anything else can be translated.
    if (std::find(run->groups.begin(), run->groups.end(), Group::Configuration) ==
        run->groups.end()) {
        run->groups.insert(run->groups.begin(), Group::Configuration);
    }
    readNext(std::move(run));
}

void PrinterDevice::readNext(std::shared_ptr<PollRun> run) {
    if (run->failed || run->next >= run->groups.size()) {
        finishRun(run);
        return;
    }
    const auto group = run->groups[run->next++];
    const auto& plan = map_->plan(group, deviceContext_);
    if (plan.scalars.empty() && plan.tables.empty()) {
        readNext(std::move(run));
        return;
    }
    auto request = discovery::toRequest(plan);
    request.forgetAbsent = group == Group::Configuration && configurationWanted_;
    context_.engine.read(*target_, std::move(request),
                         [this, run, group, weak = std::weak_ptr<int>(alive_)](
                             Result<snmp::ReadResult> result) mutable {
                             if (!weak.expired()) {
                                 onGroupRead(std::move(run), group, std::move(result));
                             }
                         });
}

void PrinterDevice::onGroupRead(std::shared_ptr<PollRun> run,
                                Group group,
                                Result<snmp::ReadResult> result) {
    GroupReport report;
    report.group = group;
    if (!result) {
        report.error = result.error();
        run->reports.push_back(std::move(report));
        run->failed = result.error().code == ErrorCode::Timeout;
        if (run->failed) {
            onFailed(result.error());
        }
        readNext(std::move(run));
        return;
    }
    report.pdus = result->pdus;
    report.bytes = result->bytes;
    report.took = result->took;
    report.problems = std::move(result->problems);
    const auto evaluation = map_->evaluate(group, result->varbinds, deviceContext_,
                                           context_.loop.clock().wallNow(), tracing_);
    report.problems.insert(report.problems.end(), evaluation.problems.begin(),
                           evaluation.problems.end());
    run->reports.push_back(std::move(report));
    if (!applyEvaluation(group, evaluation)) {
        run->failed = true;  // another printer: nothing more is read here
    }
    if (group == Group::Status && !run->failed && configurationWanted_ &&
        std::find(run->groups.begin(), run->groups.end(), Group::Configuration) ==
            run->groups.end()) {
        run->groups.push_back(Group::Configuration);
    }
    readNext(std::move(run));
}

void PrinterDevice::applyGroup(Group group, std::vector<VarBind> varbinds) {
    const auto evaluation =
        map_->evaluate(group, varbinds, deviceContext_, context_.loop.clock().wallNow(), tracing_);
    if (applyEvaluation(group, evaluation)) {
        derive();
    }
    const auto interval = intervalOf(group);
    nextDue_.at(slotOf(group)) = interval == Millis::max()
                                     ? SteadyTime::max()
                                     : context_.loop.clock().steadyNow() + interval;
}

bool PrinterDevice::sameIdentity(const mibmap::Evaluation& evaluation) const {
    const auto* serial = findReading(evaluation, context_.names.serialNumber);
    if (serial == nullptr || record_.printerSerial.empty()) {
        return true;
    }
    const auto text = cleanIdentityText(serial->value.text());
    return !isUsableSerial(text) || text == record_.printerSerial;
}

bool PrinterDevice::applyEvaluation(Group group, const mibmap::Evaluation& evaluation) {
    if (!sameIdentity(evaluation)) {
        LOG_WARNING("fleet", "printer.other_at_address", {"device", record_.id},
                    {"address", endpoint_.toString()});
        // Not from inside this call: the fleet disconnects this device.
        context_.loop.post([&events = events_, id = record_.id, endpoint = endpoint_] {
            events.identityMismatch(id, endpoint);
        });
        return false;
    }
    noteUpTime(evaluation);
    ChangeRecorder changes(state_.tree, ChangeCause::Device);
    const ApplyContext context{.codec = &context_.codec,
                               .names = &context_.names,
                               .now = context_.loop.clock().wallNow(),
                               .restarted = restartedSinceCounters_};
    std::optional<SupplyWatch> supplies;
    if (group == Group::Supplies || group == Group::Configuration) {
        supplies.emplace(state_, context_.names);
    }
    EvaluationApplier applier(state_, context, changes);
    const auto counters = applier.apply(evaluation);
    if (supplies) {
        supplies->apply(state_, context, group == Group::Supplies, changes);
    }
    if (evaluation.alertsComplete) {
        applyAlerts(state_, evaluation.alerts, context, changes);
    }
    if (tracing_) {
        explainEvaluation(evaluation, applier);
    }
    noteGroup(group, changes);
    if (counters.any) {
        noteCounters(counters, changes);
    }
    onAnswered();
    store::Batch batch;
    saveInstancesAndCounters(batch);
    if (!batch.empty()) {
        context_.store.commit(std::move(batch), store::Durability::Relaxed,
                              [id = record_.id](Result<void> result) {
                                  if (!result) {
                                      LOG_ERROR("fleet", "store.failed", {"device", id},
                                                {"error", result.error().text});
                                  }
                              });
    }
    publish(changes.take());
    return true;
}

// Once the groups of a poll are in: a state looks at tables of all of them.
void PrinterDevice::derive() {
    ChangeRecorder changes(state_.tree, ChangeCause::Device);
    const ApplyContext context{.codec = &context_.codec,
                               .names = &context_.names,
                               .now = context_.loop.clock().wallNow(),
                               .restarted = restartedSinceCounters_};
    deriveStates(state_, context, changes);
    publish(changes.take());
}

void PrinterDevice::noteUpTime(const mibmap::Evaluation& evaluation) {
    const auto* reading = findReading(evaluation, context_.names.upTime);
    if (reading == nullptr) {
        return;
    }
    const auto now = context_.loop.clock().wallNow();
    const auto upTime = reading->value.asUnsigned();
    if (!lastUpTime_) {
        // After a start of the gateway the last stored reading tells whether the printer restarted
        // meanwhile.
        const auto stored = state_.tree.get(inService(context_.names.upTime));
        const auto contact = state_.tree.get(inService(context_.names.lastContactTime));
        if (stored && contact && contact->asTime() != kUnknownTime) {
            lastUpTime_ = stored->asUnsigned();
            lastUpTimeRead_ = contact->asTime();
        }
    }
    const bool restarted =
        lastUpTime_ && restartedBetween(*lastUpTime_, upTime, now - lastUpTimeRead_);
    lastUpTime_ = upTime;
    lastUpTimeRead_ = now;
    if (!restarted) {
        return;
    }
    restartedSinceCounters_ = true;
    configurationWanted_ = true;
    LOG_INFO("fleet", "printer.restarted", {"device", record_.id}, {"uptime_s", upTime});
    context_.loop.post([this, weak = std::weak_ptr<int>(alive_)] {
        if (!weak.expired()) {
            finishReboot({});
            events_.restarted(*this);
        }
    });
}

void PrinterDevice::noteGroup(Group group, ChangeRecorder& changes) {
    const auto& n = context_.names;
    const auto now = context_.loop.clock().wallNow();
    changes.setTime(inService(n.lastContactTime), now);
    changes.setTime(inService(n.connectionLastSuccess), now);
    switch (group) {
        case Group::Status: {
            changes.setTime(inService(n.lastStatusTime), now);
            if (lastUpTime_) {
                const auto boot = now - std::chrono::seconds(*lastUpTime_);
                const auto known = state_.tree.get(inService(n.lastBootTime));
                constexpr std::chrono::seconds kNoise{60};
                if (!known || std::chrono::abs(known->asTime() - boot) > kNoise) {
                    changes.setTime(inService(n.lastBootTime), boot);
                }
                changes.setUnsigned({n.infoUpTime, {}}, *lastUpTime_);
            }
            const auto configChanges = state_.tree.get(inService(n.configChanges));
            if (configChanges) {
                const auto count = configChanges->asUnsigned();
                configurationWanted_ =
                    configurationWanted_ || (lastConfigChanges_ && *lastConfigChanges_ != count);
                lastConfigChanges_ = count;
            }
            break;
        }
        case Group::Supplies:
            changes.setTime(inService(n.lastSupplyTime), now);
            break;
        case Group::Configuration: {
            changes.setTime(inService(n.lastConfigTime), now);
            lastConfigurationRead_ = now;
            configurationWanted_ = false;
            if (!state_.tree.get(inService(n.assetTag))) {
                changes.setText(inService(n.assetTag),
                                "");  // no object for it in the printer: kept here
            }
            changes.setText(inService(n.assetTagStorage),
                            keptByGateway(inService(n.assetTag)) ? "Gateway" : "Device");
            changes.setText(inService(n.sourceList),
                            access_.version == snmp::Version::V1 ? "SNMPv1" : "SNMPv2c");
            const auto firmware = state_.tree.get(inService(n.engineFirmwareVersion));
            if (firmware && !firmware->stringView().empty()) {
                changes.set({n.infoSoftwareVersion, {}}, *firmware, model::Source::Gateway);
            }
            break;
        }
        case Group::Counters:
        case Group::Identify:
            break;
    }
}

void PrinterDevice::noteCounters(const CounterOutcome& outcome, ChangeRecorder& changes) {
    const auto& n = context_.names;
    const auto now = context_.loop.clock().wallNow();
    const auto number = [&](model::ParamIndex param) {
        const auto value = state_.tree.get(inService(param));
        return value ? value->asUnsigned() : 0;
    };
    restartedSinceCounters_ = false;
    if (outcome.newEpoch || number(n.countersEpoch) == 0) {
        changes.setUnsigned(inService(n.countersEpoch), number(n.countersEpoch) + 1);
        changes.setTime(inService(n.countersEpochStartTime), now);
        changes.setText(inService(n.countersEpochReason),
                        toString(outcome.newEpoch.value_or(EpochReason::FirstRead)));
        if (outcome.newEpoch == EpochReason::CounterWentBack) {
            LOG_WARNING("fleet", "counter.went_back", {"device", record_.id},
                        {"epoch", number(n.countersEpoch)});
        }
    }
    if (outcome.suspect) {
        changes.setText(inService(n.countersQuality), "Suspect");
        countersSuspect_ = true;
        return;  // not a complete read: ReadSequence stays
    }
    countersSuspect_ = false;
    changes.setTime(inService(n.countersLastReadTime), now);
    changes.setUnsigned(inService(n.countersReadSequence), number(n.countersReadSequence) + 1);
    changes.setText(inService(n.countersSource), outcome.totalSource);
    static constexpr std::array<std::string_view, 5> kNames{"Exact", "Derived", "Estimated",
                                                            "Suspect", "Stale"};
    changes.setText(inService(n.countersQuality),
                    kNames.at(static_cast<std::size_t>(outcome.totalQuality)));
}

void PrinterDevice::explainEvaluation(const mibmap::Evaluation& evaluation,
                                      const EvaluationApplier& applier) {
    const auto add = [&](model::ParamIndex param, std::int32_t row, std::string value,
                         std::int16_t rank, std::int32_t place) {
        const auto& origin = evaluation.origins.at(static_cast<std::size_t>(place));
        explanations_.push_back({.name = context_.codec.internalName(applier.refOf(param, row)),
                                 .value = std::move(value),
                                 .file = std::string(origin.file),
                                 .rule = std::string(origin.rule),
                                 .oid = origin.oid.empty() ? std::string() : origin.oid.toString(),
                                 .raw = origin.raw,
                                 .rank = rank,
                                 .winner = false});
    };
    for (const auto& reading : evaluation.readings) {
        add(reading.param, reading.row, reading.value.text(), reading.rank, reading.origin);
    }
    for (const auto& reading : evaluation.counters) {
        add(reading.param, reading.row, std::to_string(reading.raw), reading.rank, reading.origin);
    }
    std::stable_sort(explanations_.begin(), explanations_.end(),
                     [](const Explanation& a, const Explanation& b) {
                         return a.name != b.name ? a.name < b.name : a.rank > b.rank;
                     });
    for (std::size_t i = 0; i < explanations_.size(); ++i) {
        explanations_[i].winner = i == 0 || explanations_[i - 1].name != explanations_[i].name;
    }
}

void PrinterDevice::onAnswered() {
    const auto state = state_.tree.get(inService(context_.names.state));
    const bool asleep = state && state->stringView() == "Standby";
    const auto before = reach_.state();
    if (reach_.onAnswer(asleep)) {
        setCommunication("Up", "Up", "");
        if (before == Reach::Unreachable) {
            LOG_INFO("fleet", "printer.back", {"device", record_.id},
                     {"address", endpoint_.toString()});
            nextDue_.fill(context_.loop.clock().steadyNow());
        }
        events_.presenceChanged(record_.id);
    }
}

void PrinterDevice::onFailed(const Error& error) {
    const bool changed = reach_.onSilence();
    const bool gone = !reach_.reachable();
    if (changed && gone) {
        LOG_INFO("fleet", "printer.unreachable", {"device", record_.id},
                 {"address", endpoint_.toString()});
        events_.presenceChanged(record_.id);
    }
    setCommunication(gone ? "Unreachable" : "Up", "Timeout", error.text);
    if (reboot_ && context_.loop.clock().steadyNow() >= reboot_->deadline) {
        finishReboot(fail(ErrorCode::Timeout, "the printer was not seen to restart"));
    }
}

void PrinterDevice::setCommunication(std::string_view status,
                                     std::string_view snmpStatus,
                                     std::string_view error) {
    const auto& n = context_.names;
    ChangeRecorder changes(state_.tree, ChangeCause::Device);
    changes.setText(inService(n.communicationStatus), status);
    changes.setText(inService(n.snmpStatus), snmpStatus);
    changes.setText(inService(n.snmpLastError), error);
    if (status == "Unreachable") {
        changes.setText(inService(n.state), "Unknown");
        changes.setText(inService(n.severity), "Unknown");
    }
    publish(changes.take());
}

void PrinterDevice::finishRun(const std::shared_ptr<PollRun>& run) {
    polling_ = false;
    const auto now = context_.loop.clock().steadyNow();
    const bool answered = reach_.failures() == 0;
    derive();
    if (answered) {
        for (const auto group : run->groups) {
            // A counter that fell is looked at again soon: three reads must agree
            // (mfp-model 7.4.5).
            const auto interval =
                intervalOf(group == Group::Counters && countersSuspect_ ? Group::Status : group);
            nextDue_.at(slotOf(group)) =
                interval == Millis::max() ? SteadyTime::max() : now + interval;
        }
        ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
        changes.setText(inService(context_.names.serviceStatus), "Enabled");
        // What can be claimed depends on what is there, not on its values.
        if (capabilitiesWanted_ || profilesShape_ != state_.tree.shape()) {
            changes.setText(inService(context_.names.profileNames), profilesMet(state_.tree));
            noteWritable(changes);
            capabilitiesWanted_ = false;
            state_.tree.compact();
            state_.rowIndexes.shrink_to_fit();
            state_.counters.shrink_to_fit();
            profilesShape_ = state_.tree.shape();
        }
        publish(changes.take());
    }
    scheduleNext();
    auto waiting = std::exchange(waiting_, {});
    for (auto& done : waiting) {
        done(run->reports);
    }
}

}  // namespace platen::fleet
