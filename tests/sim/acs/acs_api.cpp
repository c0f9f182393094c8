// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "base/text.hpp"
#include "tests/sim/acs/acs_state.hpp"

#include <nlohmann/json.hpp>

namespace platen::acs {

namespace {

using nlohmann::json;

HttpReply jsonReply(int status, const json& body) {
    HttpReply out;
    out.status = status;
    out.contentType = "application/json";
    // texts of CPEs may be broken UTF-8, which must not stop an answer
    out.body = body.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
    return out;
}

HttpReply errorReply(int status, std::string_view text) {
    return jsonReply(status, {{"error", text}});
}

std::vector<std::string> splitPath(std::string_view path) {
    std::vector<std::string> out;
    for (const std::string_view part : text::split(path, '/')) {
        if (!part.empty()) {
            out.push_back(percentDecode(part));
        }
    }
    return out;
}

Result<json> parseBody(const HttpRequest& request) {
    JsonLimits limits;
    limits.maxBytes = std::size_t{8} << 20U;
    const auto document = JsonDocument::parse(request.body.empty() ? "{}" : request.body, limits);
    if (!document) {
        return tl::unexpected(document.error());
    }
    if (!document->root().is_object()) {
        return fail(ErrorCode::Malformed, "a JSON object is wanted");
    }
    return document->root();
}

json parametersOf(const AcsDevice& device, std::string_view prefix) {
    json out = json::array();
    for (auto at = device.parameters.lower_bound(prefix); at != device.parameters.end(); ++at) {
        if (!at->first.starts_with(prefix)) {
            break;
        }
        json one{{"name", at->first}, {"value", at->second.value}, {"type", at->second.type}};
        if (at->second.writable >= 0) {
            one["writable"] = at->second.writable == 1;
        }
        out.push_back(std::move(one));
    }
    return out;
}

json describeInform(const AcsDevice::InformRecord& record) {
    return {{"time", formatDateTime(record.time)},
            {"events", record.events},
            {"retryCount", record.retryCount}};
}

}  // namespace

json Acs::describe(const AcsTask& task) {
    json out{{"id", task.id},
             {"device", task.device},
             {"type", task.type},
             {"state", toString(task.state)},
             {"created", formatDateTime(task.created)}};
    if (task.state == AcsTask::State::Done) {
        out["result"] = *task.result;
    } else if (task.state == AcsTask::State::Failed) {
        out["fault"] = *task.result;
    }
    if (task.state == AcsTask::State::Done || task.state == AcsTask::State::Failed) {
        out["finished"] = formatDateTime(task.finished);
    }
    return out;
}

json Acs::describe(const AcsDevice& device, bool full) const {
    json out{{"id", device.id},
             {"manufacturer", device.manufacturer},
             {"oui", device.oui},
             {"productClass", device.productClass},
             {"serialNumber", device.serialNumber},
             {"root", device.root},
             {"informs", device.informs},
             {"sessions", device.sessions},
             {"parameters", device.parameters.size()},
             {"queued", device.queue.size()}};
    if (!device.history.empty()) {
        out["lastInform"] = describeInform(device.history.back());
    }
    if (full) {
        out["connectionRequestUsername"] = device.connectionRequest.username;
        out["misbehave"] = toString(device.misbehaviour.mode);
    }
    return out;
}

json Acs::statistics() const {
    json events = json::object();
    for (const auto& [id, device] : devices_) {
        events[id] = device.informs;
    }
    return {{"posts", stats_->posts},
            {"informs", stats_->informs},
            {"informsByDevice", std::move(events)},
            {"devices", devices_.size()},
            {"sessions",
             {{"active", sessions_.size()},
              {"started", stats_->sessionsStarted},
              {"completed", stats_->sessionsCompleted},
              {"lost", stats_->sessionsLost},
              {"maxConcurrent", stats_->maxConcurrent},
              {"reconnects", stats_->reconnects}}},
            {"connections", connections_.size()},
            {"unauthorized", stats_->unauthorized},
            {"schema",
             {{"enabled", schemas_.has_value()},
              {"checked", stats_->schemaChecked},
              {"failures", stats_->schemaFailures},
              {"problems", stats_->schemaProblems}}},
            {"protocolErrors", stats_->protocolErrors},
            {"protocolProblems", stats_->protocolProblems},
            {"methods", stats_->methods},
            {"faults", stats_->faults}};
}

HttpReply Acs::onApiRequest(const HttpRequest& request) {
    const std::vector<std::string> path = splitPath(request.path());
    const std::string_view first = path.empty() ? std::string_view{} : std::string_view(path[0]);
    if (first == "devices") {
        return devicesApi(request, path);
    }
    if (first == "stats" && request.method == "GET") {
        return jsonReply(200, statistics());
    }
    if (first == "stats" && request.method == "DELETE") {
        *stats_ = Statistics{};
        return jsonReply(200, json::object());
    }
    if (first == "misbehave" && request.method == "POST") {
        return postMisbehaviour(options_.misbehaviour, request);
    }
    if (first == "tasks" && path.size() == 2 && request.method == "GET") {
        const auto task = tasks_.find(text::toUnsigned(path[1]).value_or(0));
        return task == tasks_.end() ? errorReply(404, "no such task")
                                    : jsonReply(200, describe(task->second));
    }
    return errorReply(404, "unknown path; see tests/sim/README.md");
}

HttpReply Acs::devicesApi(const HttpRequest& request, const std::vector<std::string>& path) {
    if (path.size() == 1) {
        if (request.method == "DELETE") {
            while (!sessions_.empty()) {
                dropSession(std::string(sessions_.begin()->first), false);
            }
            devices_.clear();
            tasks_.clear();
            return jsonReply(200, json::object());
        }
        json out = json::array();
        for (const auto& [id, device] : devices_) {
            out.push_back(describe(device, false));
        }
        return jsonReply(200, out);
    }
    const auto device = devices_.find(path[1]);
    return device == devices_.end() ? errorReply(404, "no such device")
                                    : deviceApi(device->second, request, path);
}

HttpReply Acs::deviceApi(AcsDevice& device,
                         const HttpRequest& request,
                         const std::vector<std::string>& path) {
    const std::string_view what = path.size() == 3 ? std::string_view(path[2]) : std::string_view{};
    const bool isGet = request.method == "GET";
    if (path.size() == 2 && isGet) {
        return jsonReply(200, describe(device, true));
    }
    if (what == "parameters" && isGet) {
        return jsonReply(200, parametersOf(device, request.query("prefix")));
    }
    if (what == "transfers" && isGet) {
        json out = json::array();
        for (const auto& record : device.transfers) {
            out.push_back({{"commandKey", record.commandKey},
                           {"faultCode", record.faultCode},
                           {"faultString", record.faultString},
                           {"startTime", record.startTime},
                           {"completeTime", record.completeTime}});
        }
        return jsonReply(200, out);
    }
    if (what == "events" && isGet) {
        json out = json::array();
        for (const auto& record : device.history) {
            out.push_back(describeInform(record));
        }
        return jsonReply(200, out);
    }
    if (what == "tasks" && isGet) {
        json out = json::array();
        for (const auto& [id, task] : tasks_) {
            if (task.device == device.id) {
                out.push_back(describe(task));
            }
        }
        return jsonReply(200, out);
    }
    if (what == "tasks" && request.method == "DELETE") {
        for (const std::uint64_t id : device.queue) {
            finishTask(id, AcsTask::State::Failed, {{"text", "deleted"}});
        }
        device.queue.clear();
        return jsonReply(200, json::object());
    }
    if (what == "misbehave" && request.method == "POST") {
        return postMisbehaviour(device.misbehaviour, request);
    }
    if (what == "connection-request" && request.method == "POST") {
        return postTask(device, {{"type", "connectionrequest"}});
    }
    if (what == "tasks" && request.method == "POST") {
        const auto spec = parseBody(request);
        return spec ? postTask(device, *spec) : errorReply(400, spec.error().text);
    }
    return errorReply(404, "unknown path; see tests/sim/README.md");
}

HttpReply Acs::postTask(AcsDevice& device, const json& spec) {
    const auto type = spec.find("type");
    if (type == spec.end() || !type->is_string()) {
        return errorReply(400, "the task needs a \"type\"");
    }
    const bool isRequest = *type == "connectionrequest";
    if (!isRequest) {
        if (const auto body = makeRpc(spec, {}); !body) {
            return errorReply(400, body.error().text);
        }
    }
    json out{{"id", addTask(device, spec, false)}};
    const auto knock = spec.find("connectionRequest");
    if (!isRequest && knock != spec.end() && knock->is_boolean() && knock->get<bool>()) {
        out["connectionRequest"] = addTask(device, {{"type", "connectionrequest"}}, false);
    }
    return jsonReply(202, out);
}

HttpReply Acs::postMisbehaviour(MisbehaviourState& state, const HttpRequest& request) {
    const auto body = parseBody(request);
    if (!body) {
        return errorReply(400, body.error().text);
    }
    const auto text = body->find("mode");
    const auto mode =
        parseMisbehaviour(text != body->end() && text->is_string() ? text->get<std::string>() : "");
    if (!mode) {
        return errorReply(400, mode.error().text);
    }
    const auto number = [&body](const char* key, int fallback) {
        const auto found = body->find(key);
        return found != body->end() && found->is_number_integer() ? found->get<int>() : fallback;
    };
    constexpr int kMaxMegabytes = 256;
    state = {.mode = *mode,
             .left = number("count", -1),
             .retryAfterSeconds = number("retryAfter", 5),
             .megabytes = std::clamp(number("megabytes", 16), 1, kMaxMegabytes)};
    return jsonReply(200, {{"mode", toString(state.mode)}, {"count", state.left}});
}

}  // namespace platen::acs
