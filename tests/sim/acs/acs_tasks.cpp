// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "tests/sim/acs/acs_state.hpp"

#include <nlohmann/json.hpp>

namespace platen::acs {

namespace {

using nlohmann::json;

constexpr std::string_view kLearn = "learn";  ///< Marks tasks of the ACS itself.

std::string managementServer(const AcsDevice& device, std::string_view name) {
    return text::cat({device.root, "ManagementServer.", name});
}

}  // namespace

std::string_view toString(AcsTask::State state) {
    switch (state) {
        case AcsTask::State::Queued:
            return "queued";
        case AcsTask::State::Sent:
            return "sent";
        case AcsTask::State::Done:
            return "done";
        case AcsTask::State::Failed:
            return "failed";
    }
    return "failed";
}

std::uint64_t Acs::addTask(AcsDevice& device, const json& spec, bool front) {
    while (tasks_.size() >= kMaxTasks && (tasks_.begin()->second.state == AcsTask::State::Done ||
                                          tasks_.begin()->second.state == AcsTask::State::Failed)) {
        tasks_.erase(tasks_.begin());
    }
    AcsTask task;
    task.id = ++lastTask_;
    task.device = device.id;
    task.type = spec.value("type", "");
    task.spec = std::make_unique<json>(spec);
    task.result = std::make_unique<json>();
    task.created = clock_.wallNow();
    const bool rpc = isRpcTask(task.type);
    AcsTask& stored = tasks_.emplace(task.id, std::move(task)).first->second;
    if (!rpc) {
        startConnectionRequest(stored, device);
    } else if (front) {
        device.queue.push_front(stored.id);
    } else {
        device.queue.push_back(stored.id);
    }
    return stored.id;
}

/// Passwords read back empty (C-AUTH-11), so the ACS sets its own at first contact; then it looks
/// around.
void Acs::addFirstTasks(AcsDevice& device) {
    if (options_.provision) {
        device.connectionRequest = {.username = "acs-" + random_.hex(4),
                                    .password = random_.hex(8)};
        addTask(device,
                {{"type", "set"},
                 {"values",
                  {{{"name", managementServer(device, "ConnectionRequestUsername")},
                    {"value", device.connectionRequest.username},
                    {"type", "xsd:string"}},
                   {{"name", managementServer(device, "ConnectionRequestPassword")},
                    {"value", device.connectionRequest.password},
                    {"type", "xsd:string"}}}}},
                false);
    }
    for (const std::string& path : options_.learn) {
        addTask(device,
                {{"type", "getnames"}, {"path", path}, {"nextLevel", false}, {kLearn, true}},
                false);
        addTask(device, {{"type", "get"}, {"names", {path}}, {kLearn, true}}, false);
    }
}

void Acs::finishTask(std::uint64_t id, AcsTask::State state, json result) {
    const auto found = tasks_.find(id);
    if (found == tasks_.end()) {
        return;
    }
    AcsTask& task = found->second;
    task.state = state;
    task.finished = clock_.wallNow();
    *task.result = std::move(result);
    if (task.spec->contains(kLearn) && state == AcsTask::State::Done) {
        *task.result = json::object();  // kept once, as the device's parameters
    }
}

void Acs::learnFrom(AcsDevice& device, const AcsTask& task, const Envelope& response) {
    if (response.name == "SetParameterValuesResponse") {
        for (const json& one : task.spec->value("values", json::array())) {
            const std::string name = one.value("name", "");
            const auto known = device.parameters.find(name);
            if (known != device.parameters.end() && one.contains("value")) {
                const json& value = one.at("value");
                known->second.value = value.is_string() ? value.get<std::string>() : value.dump();
            }
        }
        return;
    }
    if (!options_.keepParameters) {
        return;
    }
    if (response.name == "GetParameterValuesResponse") {
        for (KnownParameter& one : readParameterValues(response.method)) {
            AcsDevice::Value& value = device.parameters[one.name];
            value.value = std::move(one.value);
            value.type = std::move(one.type);
        }
    } else if (response.name == "GetParameterNamesResponse") {
        const json names = readRpcResult(response);
        for (const json& one : names.at("names")) {
            const auto name = one.at("name").get<std::string>();
            if (!name.ends_with('.')) {
                device.parameters[name].writable = one.at("writable").get<bool>() ? 1 : 0;
            }
        }
    }
}

void Acs::rememberTransfer(AcsDevice& device, const Envelope& report) {
    const pugi::xml_node fault = childOf(report.method, "FaultStruct");
    AcsDevice::TransferRecord record;
    record.commandKey = textOf(report.method, "CommandKey");
    record.faultCode = text::toInt(textOf(fault, "FaultCode")).value_or(-1);
    record.faultString = textOf(fault, "FaultString");
    record.startTime = textOf(report.method, "StartTime");
    record.completeTime = textOf(report.method, "CompleteTime");
    device.transfers.push_back(std::move(record));
    if (device.transfers.size() > kMaxHistory) {
        device.transfers.pop_front();
    }
}

void Acs::startConnectionRequest(AcsTask& task, const AcsDevice& device) {
    const auto url = device.parameters.find(managementServer(device, "ConnectionRequestURL"));
    if (!requester_ || url == device.parameters.end() || url->second.value.empty()) {
        finishTask(task.id, AcsTask::State::Failed, {{"text", "no ConnectionRequestURL is known"}});
        return;
    }
    task.state = AcsTask::State::Sent;
    requester_(task.id, url->second.value, device.connectionRequest);
}

void Acs::connectionRequestDone(std::uint64_t task, const Result<int>& status) {
    if (!status) {
        finishTask(task, AcsTask::State::Failed, {{"text", status.error().text}});
        return;
    }
    const bool accepted = *status == 200 || *status == 204;
    finishTask(task, accepted ? AcsTask::State::Done : AcsTask::State::Failed,
               {{"status", *status}});
}

}  // namespace platen::acs
