// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/printer_write.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/fleet/device_values.hpp"
#include "proxy/fleet/snmp_access_values.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::fleet {

namespace {

/// error-status names of RFC 3416, for fault texts.
std::string_view errorStatusName(int status) {
    static constexpr std::array<std::string_view, 19> kNames{"noError",
                                                             "tooBig",
                                                             "noSuchName",
                                                             "badValue",
                                                             "readOnly",
                                                             "genErr",
                                                             "noAccess",
                                                             "wrongType",
                                                             "wrongLength",
                                                             "wrongEncoding",
                                                             "wrongValue",
                                                             "noCreation",
                                                             "inconsistentValue",
                                                             "resourceUnavailable",
                                                             "commitFailed",
                                                             "undoFailed",
                                                             "authorizationError",
                                                             "notWritable",
                                                             "inconsistentName"};
    const auto index = static_cast<std::size_t>(std::max(status, 0));
    return index < kNames.size() ? kNames.at(index) : "unknown error";
}

const VarBind* find(const std::vector<VarBind>& varbinds, const Oid& oid) {
    const auto it = std::find_if(varbinds.begin(), varbinds.end(),
                                 [&](const VarBind& varbind) { return varbind.oid == oid; });
    return it != varbinds.end() ? &*it : nullptr;
}

/// Agents may answer with another integer type, and end strings with NUL.
bool sameValue(const SnmpValue& wanted, const SnmpValue& found) {
    if (const auto number = wanted.asInteger()) {
        return found.asInteger() == number;
    }
    if (wanted.type == SnmpType::OctetString) {
        return text::trim(wanted.octets) == text::trim(found.octets);
    }
    return wanted == found;
}

}  // namespace

PrinterWrite::PrinterWrite(PrinterDevice& device,
                           std::vector<Assignment> assignments,
                           store::Batch more,
                           UniqueFunction<void(WriteFaults)> done)
    : context_(device.context_),
      device_(device),
      exists_(device.exists_),
      assignments_(std::move(assignments)),
      more_(std::move(more)),
      done_(std::move(done)) {}

bool PrinterWrite::gone() const {
    return exists_.expired() || !device_.connected();
}

snmp::TargetId PrinterWrite::writeTarget() const {
    return device_.writeTarget_ ? *device_.writeTarget_ : *device_.target_;
}

Result<mibmap::SetPlan> PrinterWrite::planFor(const Assignment& assignment) const {
    const auto& schema = context_.codec.schema();
    const auto& param = schema.param(assignment.ref.param);
    const auto& object = schema.object(param.object);
    std::vector<std::uint32_t> indexes;
    if (object.depth >= 2) {
        const auto index = device_.state_.rowIndex({param.object, assignment.ref.instances});
        if (!index) {
            return fail(ErrorCode::NotFound, "the printer does not show this row now");
        }
        indexes.push_back(*index);
    }
    auto value = assignment.value;
    if (param.pathReference) {
        const auto target = context_.codec.parseInternal(std::string(value.stringView()) + ".");
        const auto row = target ? device_.state_.rowIndex(target->objectRef()) : std::nullopt;
        if (!row) {
            return fail(ErrorCode::NotFound, "the reference names no row of this printer");
        }
        value = model::Value::unsignedInteger(model::ValueType::UnsignedInt, *row);
    }
    return device_.map_->planSet(assignment.ref.param, indexes, value, device_.deviceContext_);
}

void PrinterWrite::start() {
    for (std::size_t i = 0; i < assignments_.size(); ++i) {
        const auto& assignment = assignments_[i];
        if (auto refusal = device_.diagnostics_.refusal(assignment)) {
            faults_.push_back({.index = i,
                               .kind = AssignmentFault::Kind::InvalidValue,
                               .text = std::move(*refusal)});
            continue;
        }
        if (device_.keptByGateway(assignment.ref)) {
            continue;  // the caller has checked access; ParameterKey comes along though no ACS may
                       // write it by name
        }
        if (!device_.writable(assignment.ref)) {
            faults_.push_back({.index = i,
                               .kind = AssignmentFault::Kind::NotWritable,
                               .text = "not writable on this device"});
            continue;
        }
        auto plan = planFor(assignment);
        if (!plan) {
            faults_.push_back({.index = i,
                               .kind = AssignmentFault::Kind::InvalidValue,
                               .text = plan.error().text});
            continue;
        }
        steps_.push_back(
            {.assignment = i, .plan = std::move(*plan), .before = {}, .written = false});
    }
    if (!faults_.empty()) {
        finish(std::move(faults_));
    } else if (steps_.empty()) {
        commit();
    } else {
        readBefore();
    }
}

void PrinterWrite::readAll(void (PrinterWrite::*then)(Result<snmp::ReadResult>)) {
    snmp::ReadRequest request;
    for (const auto& step : steps_) {
        for (const auto& varbind : step.plan.varbinds) {
            request.scalars.push_back(varbind.oid);
        }
    }
    request.forgetAbsent = true;  // what is written must be seen
    context_.engine.read(*device_.target_, std::move(request),
                         [self = shared_from_this(), then](Result<snmp::ReadResult> result) {
                             ((*self).*then)(std::move(result));
                         });
}

void PrinterWrite::readBefore() {
    readAll(&PrinterWrite::onBefore);
}

void PrinterWrite::onBefore(Result<snmp::ReadResult> result) {
    if (gone() || !result) {
        failAt(steps_.front().assignment, AssignmentFault::Kind::Refused,
               "SNMP: " +
                   (result ? std::string("the printer was disconnected") : result.error().text));
        return;
    }
    for (auto& step : steps_) {
        for (const auto& varbind : step.plan.varbinds) {
            if (const auto* before = find(result->varbinds, varbind.oid)) {
                step.before.push_back(*before);
            }
        }
    }
    writeNext();
}

void PrinterWrite::writeNext() {
    if (next_ >= steps_.size()) {
        readBack();
        return;
    }
    context_.engine.set(writeTarget(), steps_[next_].plan.varbinds,
                        [self = shared_from_this()](Result<snmp::SetRefusal> result) {
                            self->onWritten(std::move(result));
                        });
}

void PrinterWrite::onWritten(Result<snmp::SetRefusal> result) {
    auto& step = steps_[next_];
    if (gone()) {
        failAt(step.assignment, AssignmentFault::Kind::Refused,
               "SNMP: the printer was disconnected");
        return;
    }
    if (!result) {
        step.written = true;  // it may have been: undo tries
        failAt(step.assignment, AssignmentFault::Kind::Refused, "SNMP: " + result.error().text);
        return;
    }
    if (result->errorStatus != 0) {
        failAt(step.assignment, AssignmentFault::Kind::Refused,
               "SNMP: the printer refused: " + std::string(errorStatusName(result->errorStatus)));
        return;
    }
    step.written = true;
    ++next_;
    writeNext();
}

void PrinterWrite::readBack() {
    readAll(&PrinterWrite::onReadBack);
}

void PrinterWrite::onReadBack(Result<snmp::ReadResult> result) {
    if (gone() || !result) {
        failAt(
            steps_.front().assignment, AssignmentFault::Kind::Refused,
            "SNMP: no read-back: " + (result ? std::string("disconnected") : result.error().text));
        return;
    }
    for (const auto& step : steps_) {
        for (const auto& varbind : step.plan.varbinds) {
            const auto* found = find(result->varbinds, varbind.oid);
            if (found == nullptr || !sameValue(varbind.value, found->value)) {
                failAt(step.assignment, AssignmentFault::Kind::Refused,
                       "SNMP: the printer accepted the value but did not keep it");
                return;
            }
        }
    }
    commit();
}

void PrinterWrite::failAt(std::size_t assignment, AssignmentFault::Kind kind, std::string text) {
    faults_.push_back({.index = assignment, .kind = kind, .text = std::move(text)});
    next_ = steps_.size();
    undo();
}

void PrinterWrite::undo() {
    if (gone()) {
        finish(std::move(faults_));
        return;
    }
    undoNext();
}

void PrinterWrite::undoNext() {
    while (next_ > 0) {
        const auto& step = steps_[--next_];
        if (step.written && !step.before.empty()) {
            context_.engine.set(writeTarget(), step.before,
                                [self = shared_from_this()](Result<snmp::SetRefusal> result) {
                                    if (!result || result->errorStatus != 0) {
                                        LOG_WARNING("fleet", "write.undo_failed",
                                                    {"device", self->device_.record_.id});
                                    }
                                    self->undo();
                                });
            return;
        }
    }
    finish(std::move(faults_));
}

void PrinterWrite::commit() {
    auto batch = std::move(more_);
    for (const auto& assignment : assignments_) {
        if (device_.keptByGateway(assignment.ref) &&
            !device_.diagnostics_.isState(assignment.ref)) {
            batch.emplace_back(toRow(device_.record_.id, context_.codec, assignment));
        }
    }
    context_.store.commit(
        std::move(batch), store::Durability::Durable,
        [self = shared_from_this()](Result<void> result) {
            if (!result) {
                LOG_ERROR("fleet", "store.failed", {"error", result.error().text});
                self->failAt(0, AssignmentFault::Kind::Exhausted,
                             "gateway: the value could not be stored");
                return;
            }
            if (self->exists_.expired()) {
                self->finish({});
                return;
            }
            self->device_.answers_.clear();  // the printer may take a setting back
            ChangeRecorder changes(self->device_.state_.tree, ChangeCause::Acs);
            for (const auto& assignment : self->assignments_) {
                const bool kept = self->device_.keptByGateway(assignment.ref);
                changes.set(assignment.ref, assignment.value,
                            kept ? model::Source::Acs : model::Source::Snmp);
            }
            if (!self->steps_.empty()) {
                changes.setBool(inService(self->context_.names.snmpWriteSupported), true);
            }
            self->device_.publish(changes.take());
            self->device_.afterWrite(self->assignments_);
            self->device_.diagnostics_.written(self->assignments_);
            self->finish({});
        });
}

void PrinterWrite::finish(WriteFaults faults) {
    auto done = std::exchange(done_, {});
    if (!done) {
        return;
    }
    context_.loop.post([done = std::move(done), faults = std::move(faults)]() mutable {
        done(std::move(faults));
    });
}

void PrinterDevice::write(std::vector<Assignment> assignments,
                          store::Batch more,
                          UniqueFunction<void(WriteFaults)> done) {
    const auto job = std::make_shared<PrinterWrite>(*this, std::move(assignments), std::move(more),
                                                    std::move(done));
    job->start();
}

void PrinterDevice::afterWrite(const std::vector<Assignment>& assignments) {
    const auto& n = context_.names;
    const auto access = accessParams(n);
    bool connection = false;
    bool device = false;
    for (const auto& assignment : assignments) {
        const auto param = assignment.ref.param;
        connection = connection || param == n.enable || param == n.snmpEnable ||
                     param == n.snmpPort || param == n.snmpTimeout || param == n.snmpRetries ||
                     param == n.snmpMaxRepetitions || param == n.connectionAddress ||
                     param == n.statusInterval || param == n.supplyInterval ||
                     param == n.counterInterval || param == n.configInterval ||
                     std::ranges::find(access, param) != access.end();
        device = device || !keptByGateway(assignment.ref);
    }
    if (std::any_of(assignments.begin(), assignments.end(), [&n](const Assignment& assignment) {
            return assignment.ref.param == n.allowDeviceWrites;
        })) {
        ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
        noteWritable(changes);
        publish(changes.take());
    }
    if (connection) {
        // Later: the session that wrote this is not to be cut off from the printer in the middle of
        // its answer.
        context_.loop.post([this, weak = std::weak_ptr<int>(alive_)] {
            if (!weak.expired()) {
                applyConnectionSettings();
            }
        });
    } else if (device && running_) {
        configurationWanted_ = true;
    }
}

void PrinterDevice::applyConnectionSettings() {
    const auto& n = context_.names;
    const auto textOf = [&](model::ParamIndex param) {
        const auto value = state_.tree.get(inService(param));
        return value ? value->text() : std::string();
    };
    const auto port = state_.tree.get(inService(n.snmpPort));
    auto endpoint = endpoint_;
    if (const auto address = net::Address::parse(textOf(n.connectionAddress))) {
        endpoint.address = *address;
    }
    endpoint.port = port ? static_cast<std::uint16_t>(port->asUnsigned()) : endpoint.port;
    SnmpAccess access = accessOf(n, state_.tree, access_);
    auto map = map_;
    auto deviceContext = deviceContext_;
    connect(endpoint, std::move(access));
    map_ = std::move(map);
    deviceContext_ = std::move(deviceContext);
    record_.address = endpoint_.address.toString();
    startPolling(Millis{0});
}

std::optional<std::string> PrinterDevice::rebootRefusal() const {
    if (!writesAllowed()) {
        return "gateway: writes to this printer are not allowed";
    }
    if (map_ && !map_->planReset(false, deviceContext_)) {
        return "SNMP: this printer has no object to restart it";
    }
    return std::nullopt;
}

void PrinterDevice::reboot(UniqueFunction<void(Result<void>)> done) {
    const auto answer = [this](UniqueFunction<void(Result<void>)> call, Result<void> result) {
        context_.loop.post([call = std::move(call), result = std::move(result)]() mutable {
            call(std::move(result));
        });
    };
    if (!connected() || !map_) {
        answer(std::move(done), fail(ErrorCode::Refused, "SNMP: the printer is not connected"));
        return;
    }
    if (!writesAllowed()) {
        answer(std::move(done),
               fail(ErrorCode::Refused, "gateway: writes to this printer are not allowed"));
        return;
    }
    const auto plan = map_->planReset(false, deviceContext_);
    if (!plan || reboot_) {
        answer(std::move(done), plan ? fail(ErrorCode::Conflict, "a restart is under way")
                                     : tl::unexpected<Error>(plan.error()));
        return;
    }
    constexpr std::chrono::minutes kLongestRestart{5};
    reboot_ = RebootWait{std::move(done), context_.loop.clock().steadyNow() + kLongestRestart};
    context_.engine.set(
        writeTarget_ ? *writeTarget_ : *target_, plan->varbinds,
        [this, weak = std::weak_ptr<int>(alive_)](Result<snmp::SetRefusal> result) {
            if (weak.expired()) {
                return;
            }
            // No answer is no failure: many printers restart before they answer.
            if (result && result->errorStatus != 0) {
                finishReboot(fail(ErrorCode::Refused,
                                  "SNMP: the printer refused to restart: " +
                                      std::string(errorStatusName(result->errorStatus))));
                return;
            }
            watchReboot();
        });
}

void PrinterDevice::watchReboot() {
    if (!reboot_) {
        return;
    }
    if (context_.loop.clock().steadyNow() >= reboot_->deadline) {
        finishReboot(
            fail(ErrorCode::Timeout, "the printer was not seen to restart within five minutes"));
        return;
    }
    constexpr Millis kLook{5000};
    context_.loop.after(kLook, "printer.reboot", [this, weak = std::weak_ptr<int>(alive_)] {
        if (weak.expired() || !reboot_) {
            return;
        }
        pollGroups({mibmap::Group::Status},
                   [this, weak](const std::vector<GroupReport>& /*reports*/) {
                       if (!weak.expired()) {
                           watchReboot();
                       }
                   });
    });
}

void PrinterDevice::finishReboot(Result<void> result) {
    if (!reboot_) {
        return;
    }
    auto wait = std::exchange(reboot_, std::nullopt);
    if (!result) {
        LOG_WARNING("fleet", "printer.restart_failed", {"device", record_.id},
                    {"error", result.error().text});
    }
    context_.loop.post([done = std::move(wait->done), result = std::move(result)]() mutable {
        done(std::move(result));
    });
}

void PrinterDevice::factoryReset(UniqueFunction<void(Result<void>)> done) {
    const auto allowed = state_.tree.get(inService(context_.names.allowFactoryReset));
    const bool resetPrinter =
        allowed && allowed->asBool() && writesAllowed() && connected() && map_;
    if (resetPrinter) {
        if (const auto plan = map_->planReset(true, deviceContext_)) {
            LOG_WARNING("fleet", "printer.factory_reset", {"device", record_.id});
            context_.engine.set(writeTarget_ ? *writeTarget_ : *target_, plan->varbinds,
                                [](const Result<snmp::SetRefusal>&) {});
        }
    }
    // What the ACS had set goes; the gateway's defaults come back.
    std::vector<model::ParamRef> set;
    if (const auto root = context_.codec.parse("")) {
        state_.tree.forEachParam(*root,
                                 [&](const model::ParamRef& ref, const model::Value& /*value*/) {
                                     if (state_.tree.sourceOf(ref) == model::Source::Acs) {
                                         set.push_back(ref);
                                     }
                                 });
    }
    ChangeRecorder changes(state_.tree, ChangeCause::Acs);
    for (const auto& ref : set) {
        changes.erase(ref);
    }
    state_.attributes.clear();
    store::Batch batch;
    rows_.clear(batch);
    prepare();
    if (!state_.tree.get(inService(context_.names.assetTag))) {
        changes.setText(inService(context_.names.assetTag), "");
    }
    noteWritable(changes);
    batch.emplace_back(store::ValueErased{.device = record_.id, .name = {}});
    batch.emplace_back(store::AttributesErased{.device = record_.id});
    context_.store.commit(std::move(batch), store::Durability::Durable, std::move(done));
    publish(changes.take());
}

}  // namespace platen::fleet
