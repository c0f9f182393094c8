// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/demo/acs_client.hpp"

#include "base/text.hpp"
#include "tests/sim/acs/http_client.hpp"

#include <nlohmann/json.hpp>

namespace platen::demo {

namespace {

using nlohmann::json;

constexpr Millis kTimeout{5000};

std::string pathOf(const std::string& device, std::string_view what) {
    return text::cat({"/devices/", acs::percentEncode(device), what.empty() ? "" : "/", what});
}

}  // namespace

Result<json> AcsClient::call(std::string_view method,
                             const std::string& target,
                             const std::string& body) const {
    const auto answer = acs::requestOnce(
        api_ + target,
        {.method = std::string(method), .target = target, .headers = {}, .body = body}, kTimeout);
    if (!answer) {
        return tl::unexpected(answer.error());
    }
    auto parsed = json::parse(answer->body, nullptr, false);
    if (answer->status >= 300 || parsed.is_discarded()) {
        return fail(ErrorCode::Refused, text::cat({method, " ", target, ": ", answer->body}));
    }
    return parsed;
}

Result<std::vector<AcsClient::Device>> AcsClient::devices() const {
    const auto list = call("GET", "/devices", "");
    if (!list) {
        return tl::unexpected(list.error());
    }
    std::vector<Device> out;
    for (const json& one : *list) {
        out.push_back({.id = one.value("id", ""),
                       .manufacturer = one.value("manufacturer", ""),
                       .productClass = one.value("productClass", ""),
                       .serialNumber = one.value("serialNumber", ""),
                       .informs = one.value("informs", std::uint64_t{0}),
                       .sessions = one.value("sessions", std::uint64_t{0})});
    }
    return out;
}

Result<AcsClient::Parameters> AcsClient::parameters(const std::string& device,
                                                    const std::string& prefix) const {
    const auto list =
        call("GET", pathOf(device, "parameters?prefix=" + acs::percentEncode(prefix)), "");
    if (!list) {
        return tl::unexpected(list.error());
    }
    Parameters out;
    for (const json& one : *list) {
        out[one.value("name", "")] = one.value("value", "");
    }
    return out;
}

Result<std::vector<AcsClient::InformRecord>> AcsClient::history(const std::string& device) const {
    const auto list = call("GET", pathOf(device, "events"), "");
    if (!list) {
        return tl::unexpected(list.error());
    }
    std::vector<InformRecord> out;
    for (const json& one : *list) {
        InformRecord record;
        record.time = one.value("time", "");
        for (const json& event : one.value("events", json::array())) {
            record.events.push_back(event.get<std::string>());
        }
        out.push_back(std::move(record));
    }
    return out;
}

Result<AcsClient::Queued> AcsClient::post(const std::string& device,
                                          std::string_view what,
                                          const json& spec) const {
    const auto answer = call("POST", pathOf(device, what), spec.dump());
    if (!answer) {
        return tl::unexpected(answer.error());
    }
    return Queued{.task = answer->value("id", std::uint64_t{0}),
                  .knock = answer->value("connectionRequest", std::uint64_t{0})};
}

Result<AcsClient::Queued> AcsClient::get(const std::string& device,
                                         const std::vector<std::string>& names) const {
    return post(device, "tasks", {{"type", "get"}, {"names", names}, {"connectionRequest", true}});
}

Result<AcsClient::Queued> AcsClient::set(const std::string& device,
                                         const std::string& name,
                                         const std::string& value) const {
    return post(device, "tasks",
                {{"type", "set"},
                 {"values", {{{"name", name}, {"value", value}}}},
                 {"connectionRequest", true}});
}

Result<AcsClient::Queued> AcsClient::connectionRequest(const std::string& device) const {
    return post(device, "connection-request", json::object());
}

Result<AcsClient::Task> AcsClient::task(std::uint64_t id) const {
    const auto answer = call("GET", "/tasks/" + std::to_string(id), "");
    if (!answer) {
        return tl::unexpected(answer.error());
    }
    const std::string state = answer->value("state", "");
    if (state == "done") {
        return Task{TaskState::Done, {}};
    }
    if (state == "failed") {
        return Task{TaskState::Failed, answer->value("fault", json::object()).dump()};
    }
    return Task{};
}

Result<AcsClient::Summary> AcsClient::summary() const {
    const auto stats = call("GET", "/stats", "");
    if (!stats) {
        return tl::unexpected(stats.error());
    }
    const json& sessions = stats->at("sessions");
    const json& schema = stats->at("schema");
    Summary out{.informs = stats->at("informs").get<std::uint64_t>(),
                .sessions = sessions.at("completed").get<std::uint64_t>(),
                .maxConcurrent = sessions.at("maxConcurrent").get<std::uint64_t>(),
                .schemaChecked = schema.at("checked").get<std::uint64_t>(),
                .schemaFailures = schema.at("failures").get<std::uint64_t>(),
                .protocolErrors = stats->at("protocolErrors").get<std::uint64_t>(),
                .problems = {}};
    for (const char* const key : {"protocolProblems"}) {
        for (const json& text : stats->at(key)) {
            out.problems.push_back(text.get<std::string>());
        }
    }
    for (const json& text : schema.at("problems")) {
        out.problems.push_back(text.get<std::string>());
    }
    return out;
}

}  // namespace platen::demo
