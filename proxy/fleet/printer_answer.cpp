// SPDX-License-Identifier: Apache-2.0
// What an answer of the printer means for its values and states, and what silence does.
#include "base/log.hpp"
#include "proxy/fleet/alert_book.hpp"
#include "proxy/fleet/derived_states.hpp"
#include "proxy/fleet/evaluation_applier.hpp"
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
                               .restarted = restartedSinceCounters_,
                               .device = record_.id};
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
    commitAndLog(context_.store, std::move(batch), store::Durability::Relaxed, record_.id);
    publish(changes.take());
    return true;
}

// Once the groups of a poll are in: a state looks at tables of all of them.
void PrinterDevice::derive() {
    ChangeRecorder changes(state_.tree, ChangeCause::Device);
    const ApplyContext context{.codec = &context_.codec,
                               .names = &context_.names,
                               .now = context_.loop.clock().wallNow(),
                               .restarted = restartedSinceCounters_,
                               .device = record_.id};
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
    countersSuspect_ = false;
    restartedSinceCounters_ = false;  // a 0 of the start was no answer to what the restart did
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
    setCommunication(gone ? "Unreachable" : "Up", snmpStatusOf(error.code), error.text);
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
    if (n.deviceStatus) {
        changes.setText({*n.deviceStatus, {}}, status == "Up"         ? "Up"
                                               : status == "Disabled" ? "Disabled"
                                                                      : "Error");
    }
    changes.setText(inService(n.snmpStatus), snmpStatus);
    changes.setText(inService(n.snmpLastError), error);
    if (status == "Unreachable") {
        changes.setText(inService(n.state), "Unknown");
        changes.setText(inService(n.severity), "Unknown");
    }
    publish(changes.take());
}

}  // namespace platen::fleet
