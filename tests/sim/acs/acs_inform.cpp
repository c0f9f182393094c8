// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "tests/sim/acs/acs_state.hpp"

#include <algorithm>

namespace platen::acs {

namespace {

std::string deviceIdOf(const Envelope& inform) {
    const pugi::xml_node who = childOf(inform.method, "DeviceId");
    const std::string productClass = textOf(who, "ProductClass");
    return text::cat({textOf(who, "OUI"), "-", productClass, productClass.empty() ? "" : "-",
                      textOf(who, "SerialNumber")});
}

}  // namespace

AcsDevice& Acs::rememberInform(const Envelope& inform) {
    const pugi::xml_node who = childOf(inform.method, "DeviceId");
    const std::string id = deviceIdOf(inform);
    const bool isNew = !devices_.contains(id);
    AcsDevice& device = devices_[id];
    device.id = id;
    device.manufacturer = textOf(who, "Manufacturer");
    device.oui = textOf(who, "OUI");
    device.productClass = textOf(who, "ProductClass");
    device.serialNumber = textOf(who, "SerialNumber");
    ++device.informs;
    AcsDevice::InformRecord record;
    record.time = clock_.wallNow();
    record.retryCount = text::toInt(textOf(inform.method, "RetryCount")).value_or(-1);
    for (const pugi::xml_node event : childOf(inform.method, "Event").children()) {
        const std::string key = textOf(event, "CommandKey");
        record.events.push_back(textOf(event, "EventCode") + (key.empty() ? "" : "=" + key));
    }
    if (record.events.empty()) {
        noteProtocolError("Inform without an event (C-INF-13)");
    }
    device.history.push_back(std::move(record));
    if (device.history.size() > kMaxHistory) {
        device.history.pop_front();
    }
    bool first = true;
    for (KnownParameter& one : readParameterValues(inform.method)) {
        if (first) {
            device.root = one.name.substr(0, one.name.find('.') + 1);
            first = false;
        }
        AcsDevice::Value& value = device.parameters[one.name];
        value.value = std::move(one.value);
        value.type = std::move(one.type);
    }
    if (isNew) {
        addFirstTasks(device);
    }
    return device;
}

/// Misbehaviour and refusals that stand in the place of an InformResponse.
std::optional<HttpReply> Acs::refuseInform(Connection& connection,
                                           const HttpRequest& request,
                                           const Envelope& inform) {
    const std::string& id = connection.device;
    MisbehaviourState& state = *misbehaviourFor(connection);
    if (!request.path().starts_with("/redirected") && state.take(Misbehaviour::Redirect)) {
        HttpReply out;
        out.status = 307;
        out.headers.emplace_back("Location",
                                 text::cat({"http://", request.header("host"), "/redirected"}));
        return out;
    }
    if (state.take(Misbehaviour::Fault8005)) {
        Session none;
        none.device = id;
        none.version = inform.version;
        return soapReply(none, makeFaultBody(8005, "Retry request"), inform.id);
    }
    if (state.take(Misbehaviour::EmptyInform)) {
        return emptyReply();
    }
    const auto open = std::ranges::find_if(
        sessions_, [&id](const auto& entry) { return entry.second.device == id; });
    if (open != sessions_.end()) {
        if (open->second.connection != 0) {
            return refuse(text::cat({"CPE already in session: ", id, " (C-SES-02)"}));
        }
        dropSession(std::string(open->first), false);
    }
    if (options_.maxSessions != 0 && sessions_.size() >= options_.maxSessions) {
        HttpReply out;
        out.status = 503;
        out.headers.emplace_back("Retry-After", std::to_string(state.retryAfterSeconds));
        out.close = true;
        return out;
    }
    return std::nullopt;
}

HttpReply Acs::onInform(Connection& connection,
                        const HttpRequest& request,
                        const Envelope& inform) {
    ++stats_->methods["Inform"];
    expireSessions();
    const std::string id = deviceIdOf(inform);
    if (textOf(childOf(inform.method, "DeviceId"), "SerialNumber").empty()) {
        return refuse("Missing or invalid DeviceId element");
    }
    if (!connection.device.empty() && connection.device != id) {
        return refuse(text::cat({id, " speaks on a connection of ", connection.device}));
    }
    connection.device = id;
    if (auto refused = refuseInform(connection, request, inform)) {
        return *std::move(refused);
    }
    ++stats_->informs;
    rememberInform(inform);
    Session session;
    session.device = id;
    session.connection = connection.id;
    session.version = inform.version;
    session.lastSeen = clock_.steadyNow();
    session.cookie = text::cat({std::to_string(++lastSession_), "-", random_.hex(8)});
    session.holding = misbehaviourFor(connection)->take(Misbehaviour::HoldRequests);
    connection.cookie = session.cookie;
    ++stats_->sessionsStarted;
    HttpReply reply = soapReply(session, makeCpeResponse("Inform"), inform.id);
    reply.headers.emplace_back("Set-Cookie",
                               text::cat({kCookieName, "=", session.cookie, "; Path=/"}));
    sessions_.emplace(session.cookie, std::move(session));
    stats_->maxConcurrent = std::max(stats_->maxConcurrent, sessions_.size());
    return reply;
}

}  // namespace platen::acs
