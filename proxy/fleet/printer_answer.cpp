// SPDX-License-Identifier: Apache-2.0
// What an answer of the printer means for its values and states, and what silence does.
#include "base/log.hpp"
#include "proxy/fleet/alert_book.hpp"
#include "proxy/fleet/counter_check.hpp"
#include "proxy/fleet/derived_states.hpp"
#include "proxy/fleet/evaluation_applier.hpp"
#include "proxy/fleet/gateway_alerts.hpp"
#include "proxy/fleet/keep.hpp"
#include "proxy/fleet/printer_device.hpp"
#include "proxy/fleet/snmp_access_values.hpp"
#include "proxy/fleet/supply_book.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace platen::fleet {

using mibmap::Group;

namespace {

const mibmap::Reading* findReading(const mibmap::Evaluation& evaluation, model::ParamIndex param) {
    const auto it = std::find_if(evaluation.readings.begin(), evaluation.readings.end(),
                                 [&](const auto& reading) { return reading.param == param; });
    return it != evaluation.readings.end() ? &*it : nullptr;
}

}  // namespace

bool PrinterDevice::sameIdentity(const mibmap::Evaluation& evaluation) const {
    if (record_.printerSerial.empty()) {
        // What has no serial number is known by its MAC address.
        const auto* mac = findReading(evaluation, context_.names.macAddress);
        const auto text = mac != nullptr ? mac->value.text() : std::string();
        return text.empty() || record_.macAddress.empty() || text == record_.macAddress;
    }
    const auto* serial = findReading(evaluation, context_.names.serialNumber);
    if (serial == nullptr) {
        return true;
    }
    const auto text = cleanIdentityText(serial->value.text());
    return !isUsableSerial(text) || text == record_.printerSerial;
}

ApplyContext PrinterDevice::applyContext() const {
    return {.codec = &context_.codec,
            .names = &context_.names,
            .map = map_.get(),
            .now = context_.loop.clock().wallNow(),
            .restarted = state_.restart.pending,
            .device = record_.id};
}

Circumstances PrinterDevice::circumstances() const {
    return {.translation = deviceContext_.revision,
            .values = state_.tree.overwrites(),
            .rows = state_.revision};
}

bool PrinterDevice::takeAnswer(Group group,
                               std::span<const VarBind> varbinds,
                               std::vector<std::string>& problems) {
    const auto now = context_.loop.clock().wallNow();
    const auto print = printOf(varbinds, record_.printerSerial, record_.macAddress);
    const auto lastRead =
        tracing_ ? std::nullopt : answers_.sameSince(group, print, circumstances(), now);
    if (lastRead) {
        takeSameAnswer(group, varbinds, *lastRead, problems);
        return true;
    }
    const auto evaluation = map_->evaluate(group, varbinds, deviceContext_, now, tracing_);
    problems.insert(problems.end(), evaluation.problems.begin(), evaluation.problems.end());
    return applyEvaluation(group, evaluation, print);
}

// The same effects as those of applyEvaluation with the last evaluation once more.
void PrinterDevice::takeSameAnswer(Group group,
                                   std::span<const VarBind> varbinds,
                                   WallTime lastRead,
                                   std::vector<std::string>& problems) {
    ChangeRecorder changes(state_.tree, ChangeCause::Device);
    const auto context = applyContext();
    const auto timed = map_->evaluateTimed(group, varbinds, deviceContext_, context.now);
    problems.insert(problems.end(), timed.problems.begin(), timed.problems.end());
    EvaluationApplier(state_, context, changes).apply(timed);
    if (group == Group::Supplies) {
        // Estimates go on with the days and with the pages counted elsewhere.
        saveNow_ = SupplyWatch(state_, context_.names).apply(state_, context, true, changes);
    }
    noteGroup(group, changes);
    if (group == Group::Counters && state_.readCountersAgain(lastRead, context.now)) {
        noteCompleteCounters(changes);
    }
    answers_.readAgain(group, context.now);
    finishAnswer(changes);
}

bool PrinterDevice::applyEvaluation(Group group,
                                    const mibmap::Evaluation& evaluation,
                                    const AnswerPrint& print) {
    answers_.forget(group);
    if (!sameIdentity(evaluation)) {
        LOG_WARNING("fleet", "printer.other_at_address", {"device", record_.id},
                    {"address", endpoint_.toString()});
        // Not from inside this call: the fleet disconnects this device.
        context_.loop.post([&events = events_, id = record_.id, endpoint = endpoint_] {
            events.identityMismatch(id, endpoint);
        });
        return false;
    }
    const bool upTime = noteUpTime(evaluation);
    ChangeRecorder changes(state_.tree, ChangeCause::Device);
    const auto context = applyContext();
    std::optional<SupplyWatch> supplies;
    if (group == Group::Supplies || group == Group::Configuration) {
        supplies.emplace(state_, context_.names);
    }
    EvaluationApplier applier(state_, context, changes);
    const auto counters = applier.apply(evaluation);
    // What uptime, alerts and suspect counters mean depends on when they are read.
    const bool lasting = map_->timeApart(group) && !upTime && !evaluation.alertsComplete &&
                         evaluation.problems.empty() && !counters.suspect &&
                         (!counters.any || group == Group::Counters);
    if (lasting) {
        // Before what follows: if that overwrites readings, the next answer must do so again.
        answers_.keep(group, print, circumstances(), context.now);
    }
    if (supplies) {
        if (group == Group::Supplies) {
            forgetFigures(state_, evaluation, applier, *context.names, changes);
        }
        saveNow_ = supplies->apply(state_, context, group == Group::Supplies, changes);
    }
    if (evaluation.alertsComplete) {
        applyAlerts(state_, evaluation.alerts, context, changes);
        alertsRead_ = true;
    }
    if (tracing_) {
        explainEvaluation(evaluation, applier);
    }
    noteGroup(group, changes);
    if (counters.any) {
        noteCounters(counters, changes);
        if (group != Group::Counters) {
            answers_.forget(Group::Counters);  // they share Counters.Source and Quality
        }
    }
    finishAnswer(changes);
    return true;
}

void PrinterDevice::finishAnswer(ChangeRecorder& changes) {
    onAnswered();
    store::Batch batch;
    if (std::exchange(saveNow_, false)) {
        unsavedReadings_ = true;
        collectUnsaved(batch);
    } else {
        saveInstancesAndCounters(batch);
    }
    commitAndLog(context_.store, std::move(batch), store::Durability::Relaxed, record_.id);
    publish(changes.take());
}

// Once the groups of a poll are in: a state looks at tables of all of them.
void PrinterDevice::derive() {
    ChangeRecorder changes(state_.tree, ChangeCause::Device);
    deriveStates(state_, applyContext(), changes);
    updateOwnAlerts(std::exchange(alertsRead_, false), changes);
    publish(changes.take());
}

void PrinterDevice::updateOwnAlerts(bool alertsRead, ChangeRecorder& changes) {
    if (updateGatewayAlerts(state_, applyContext(), alertsRead, changes)) {
        store::Batch batch;
        saveInstancesAndCounters(batch);
        commitAndLog(context_.store, std::move(batch), store::Durability::Relaxed, record_.id);
    }
}

bool PrinterDevice::noteUpTime(const mibmap::Evaluation& evaluation) {
    const auto* reading = findReading(evaluation, context_.names.upTime);
    if (reading == nullptr) {
        return false;
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
        if (state_.restart.seen > lastUpTimeRead_) {
            lastUpTime_ = state_.restart.upTime;
            lastUpTimeRead_ = state_.restart.seen;
        }
    }
    const bool restarted =
        lastUpTime_ && restartedBetween(*lastUpTime_, upTime, now - lastUpTimeRead_);
    lastUpTime_ = upTime;
    lastUpTimeRead_ = now;
    if (!restarted) {
        return true;
    }
    state_.restart = {.pending = true, .upTime = upTime, .seen = now, .dirty = true};
    configurationWanted_ = true;
    LOG_INFO("fleet", "printer.restarted", {"device", record_.id}, {"uptime_s", upTime});
    context_.loop.post([this, weak = std::weak_ptr<int>(alive_)] {
        if (!weak.expired()) {
            finishReboot({});
            events_.restarted(*this);
        }
    });
    return true;
}

void PrinterDevice::noteGroup(Group group, ChangeRecorder& changes) {
    const auto& n = context_.names;
    const auto now = context_.loop.clock().wallNow();
    changes.setTime(inService(n.lastContactTime), now);
    changes.setTime(inService(n.connectionLastSuccess), now);
    switch (group) {
        case Group::Status: {
            changes.setTime(inService(n.lastStatusTime), now);
            showTraffic(changes);
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
            changes.setText(inService(n.sourceList), snmp::toString(access_.version));
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
    if (outcome.lostPages > 0) {
        LOG_INFO("fleet", "counter.pages_lost", {"device", record_.id},
                 {"pages", outcome.lostPages});
    }
    if (outcome.newEpoch || number(n.countersEpoch) == 0) {
        changes.setUnsigned(inService(n.countersEpoch), number(n.countersEpoch) + 1);
        changes.setTime(inService(n.countersEpochStartTime), now);
        changes.setText(inService(n.countersEpochReason),
                        toString(outcome.newEpoch.value_or(EpochReason::FirstRead)));
        saveNow_ = saveNow_ || (outcome.newEpoch && outcome.newEpoch != EpochReason::FirstRead);
        if (outcome.newEpoch == EpochReason::CounterWentBack) {
            LOG_WARNING("fleet", "counter.went_back", {"device", record_.id},
                        {"epoch", number(n.countersEpoch)});
        } else if (outcome.newEpoch == EpochReason::OperatorReset) {
            LOG_WARNING("fleet", "counter.came_back", {"device", record_.id},
                        {"epoch", number(n.countersEpoch)});
        }
    }
    if (outcome.suspect) {
        changes.setText(inService(n.countersQuality), "Suspect");
        countersSuspect_ = true;
        return;  // not a complete read: ReadSequence stays
    }
    noteCompleteCounters(changes);
    changes.setText(inService(n.countersSource), outcome.totalSource);
    const bool agrees = noteChecks(outcome.totalSource, changes);
    const auto quality =
        agrees ? outcome.totalQuality : std::max(outcome.totalQuality, mibmap::Quality::Suspect);
    static constexpr std::array<std::string_view, 5> kNames{"Exact", "Derived", "Estimated",
                                                            "Suspect", "Stale"};
    changes.setText(inService(n.countersQuality), kNames.at(static_cast<std::size_t>(quality)));
}

bool PrinterDevice::noteChecks(std::string_view totalSource, ChangeRecorder& changes) {
    const auto& n = context_.names;
    if (!state_.tree.get(inService(n.totalImpressions))) {
        return true;
    }
    const auto failed = checkCounters(state_.tree, n, totalSource);
    const auto known = state_.tree.get(inService(n.countersFailedChecks));
    const auto before = known ? known->text() : std::string();
    const auto list = checkList(failed);
    if (list != before) {
        for (const auto& one : failed) {
            LOG_WARNING("fleet", "counter.disagrees", {"device", record_.id}, {"check", one.check},
                        {"total", one.total}, {"other", one.other});
        }
        if (failed.empty()) {
            LOG_INFO("fleet", "counter.agrees", {"device", record_.id}, {"before", before});
        }
    }
    changes.setText(inService(n.countersFailedChecks), list);
    return std::ranges::none_of(failed, &CounterDisagreement::lowersQuality);
}

void PrinterDevice::noteCompleteCounters(ChangeRecorder& changes) {
    const auto& n = context_.names;
    countersSuspect_ = false;
    // A 0 of the start was no answer to what the restart did.
    state_.restart.dirty = std::exchange(state_.restart.pending, false) || state_.restart.dirty;
    const auto sequence = state_.tree.get(inService(n.countersReadSequence));
    changes.setTime(inService(n.countersLastReadTime), context_.loop.clock().wallNow());
    changes.setUnsigned(inService(n.countersReadSequence),
                        (sequence ? sequence->asUnsigned() : 0) + 1);
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
    const auto now = context_.loop.clock().steadyNow();
    longestSilence_ = std::max(longestSilence_, std::chrono::floor<Millis>(now - lastAnswer_));
    lastAnswer_ = now;
    record_.lastSeen = context_.loop.clock().wallNow();
    if (reach_.onAnswer(asleep)) {
        setCommunication("Up", "Up", "");
        if (before == Reach::Unreachable) {
            LOG_INFO("fleet", "printer.back", {"device", record_.id},
                     {"address", endpoint_.toString()});
            nextDue_.fill(now);
            // Its MAC address tells whether it is the same.
            configurationWanted_ = configurationWanted_ || record_.printerSerial.empty();
        }
        events_.presenceChanged(record_.id);
    }
}

bool PrinterDevice::lost() const {
    constexpr std::chrono::hours kNight{12};
    constexpr std::chrono::hours kLongWeekend{4 * 24};
    const auto nap = std::clamp<Millis>(longestSilence_, kNight, kLongWeekend);
    return !reachable() && context_.loop.clock().steadyNow() - lastAnswer_ > nap + nap / 4;
}

void PrinterDevice::onFailed(const Error& error) {
    const bool changed = reach_.onSilence();
    const bool gone = !reach_.reachable();
    if (changed && gone) {
        LOG_INFO("fleet", "printer.unreachable", {"device", record_.id},
                 {"address", endpoint_.toString()});
        events_.presenceChanged(record_.id);
    }
    const auto snmpStatus = snmpStatusOf(error.code);
    setCommunication(silentStatus(gone, snmpStatus), snmpStatus, error.text);
    if (reboot_ && context_.loop.clock().steadyNow() >= reboot_->deadline) {
        finishReboot(fail(ErrorCode::Timeout, "the printer was not seen to restart"));
    }
}

/// CommunicationStatus of a printer whose last poll failed. One that was unreachable before the
/// gateway was started is so until it answers; and polls that were refused and polls that were lost
/// may take turns: the one that tells more stays.
std::string_view PrinterDevice::silentStatus(bool gone, std::string_view snmpStatus) const {
    const auto before = shownStatus();
    if (!gone && before != "Unreachable" && before != kAuthenticationFailure) {
        return "Up";
    }
    return snmpStatus == kAuthenticationFailure || before == kAuthenticationFailure
               ? kAuthenticationFailure
               : "Unreachable";
}

std::string PrinterDevice::shownStatus() const {
    const auto shown = state_.tree.get(inService(context_.names.communicationStatus));
    return shown ? std::string(shown->stringView()) : std::string();
}

bool PrinterDevice::refused() const {
    return shownStatus() == kAuthenticationFailure;
}

void PrinterDevice::setCommunication(std::string_view status,
                                     std::string_view snmpStatus,
                                     std::string_view error) {
    const auto& n = context_.names;
    ChangeRecorder changes(state_.tree, ChangeCause::Device);
    changes.setText(inService(n.communicationStatus), status);
    if (n.deviceStatus) {
        changes.setText({*n.deviceStatus, {}}, status == "Up"         ? "Up"
                                               : status == "Disabled" ? "Disabled"
                                                                      : "Error");
    }
    changes.setText(inService(n.snmpStatus), snmpStatus);
    changes.setText(inService(n.snmpLastError), error);
    if (status == "Unreachable" || status == kAuthenticationFailure) {
        changes.setText(inService(n.state), "Unknown");
        changes.setText(inService(n.severity), "Unknown");
    }
    updateOwnAlerts(false, changes);
    publish(changes.take());
}

void PrinterDevice::displaced() {
    // It is looked for; what is found soon only moved.
    constexpr std::chrono::minutes kSearch{3};
    disconnect();
    searchTimer_ = context_.loop.after(kSearch, "printer.search", [this] {
        searchTimer_.reset();
        reach_.onGone();
        LOG_INFO("fleet", "printer.unreachable", {"device", record_.id},
                 {"address", endpoint_.toString()});
        setCommunication("Unreachable", "Error", "another printer answers there");
        saveReadings();
    });
}

}  // namespace platen::fleet
