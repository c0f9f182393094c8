// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "tests/sim/acs/acs_state.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace platen::acs {

namespace {

using nlohmann::json;

std::string cookieOf(const HttpRequest& request) {
    for (const std::string_view part : text::split(request.header("cookie"), ';')) {
        const std::string_view pair = text::trim(part);
        if (pair.starts_with(kCookieName) && pair.substr(kCookieName.size()).starts_with('=')) {
            return std::string(pair.substr(kCookieName.size() + 1));
        }
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Acs>> Acs::make(AcsOptions options, const Clock& clock, Random& random) {
    std::unique_ptr<Acs> out(new Acs(std::move(options), clock, random));
    if (!out->options_.schemas.empty()) {
        auto schemas = SchemaCheck::load(out->options_.schemas);
        if (!schemas) {
            return tl::unexpected(schemas.error());
        }
        out->schemas_.emplace(*std::move(schemas));
    }
    return out;
}

Acs::Acs(AcsOptions options, const Clock& clock, Random& random)
    : options_(std::move(options)),
      clock_(clock),
      random_(random),
      stats_(std::make_unique<Statistics>()) {}
Acs::~Acs() = default;

void Acs::setConnectionRequester(ConnectionRequester requester) {
    requester_ = std::move(requester);
}
void Acs::setLogger(Logger logger) {
    logger_ = std::move(logger);
}

void Acs::noteProtocolError(std::string text) {
    ++stats_->protocolErrors;
    keepText(stats_->protocolProblems, std::move(text));
}

void Acs::log(std::string_view direction,
              const Connection& connection,
              int status,
              const std::string& body) {
    if (!logger_) {
        return;
    }
    logger_({{"time", formatDateTime(clock_.wallNow())},
             {"direction", direction},
             {"connection", connection.id},
             {"device", connection.device},
             {"session", connection.cookie},
             {"status", status},
             {"body", body}});
}

HttpReply Acs::onCpeRequest(ConnectionId id, const HttpRequest& request) {
    Connection& connection = connections_[id];
    connection.id = id;
    ++stats_->posts;
    log("in", connection, 0, request.body);
    HttpReply reply = misbehave(connection, answerCpe(connection, request));
    log("out", connection, reply.status, reply.body);
    return reply;
}

MisbehaviourState* Acs::misbehaviourFor(Connection& connection) {
    const auto device = devices_.find(connection.device);
    if (device != devices_.end() && device->second.misbehaviour.mode != Misbehaviour::None) {
        return &device->second.misbehaviour;
    }
    return &options_.misbehaviour;
}

HttpReply Acs::misbehave(Connection& connection, HttpReply reply) {
    MisbehaviourState& state = *misbehaviourFor(connection);
    if (!spoilsReply(state.mode) || reply.status == 401 || !state.take(state.mode)) {
        return reply;
    }
    const Misbehaviour mode = state.mode;
    HttpReply spoilt = spoilReply(std::move(reply), mode, state);
    if (endsSession(mode) && !connection.cookie.empty()) {
        dropSession(std::string(connection.cookie), false);
    }
    return spoilt;
}

HttpReply Acs::refuse(std::string_view why) {
    noteProtocolError(std::string(why));
    HttpReply out;
    out.status = 400;
    out.contentType = "text/plain";
    out.body = why;
    out.close = true;
    return out;
}

HttpReply Acs::answerCpe(Connection& connection, const HttpRequest& request) {
    if (request.method != "POST") {
        HttpReply out;
        out.status = 405;
        out.close = true;
        return out;
    }
    if (!isAuthorized(connection, request)) {
        return challenge(connection);
    }
    checkHead(request);
    const std::string cookie = cookieOf(request);
    const auto session = sessions_.find(cookie);
    if (session != sessions_.end()) {
        return onSessionRequest(session->second, connection, request);
    }
    if (!connection.cookie.empty()) {
        return refuse("Invalid session: the cookie did not come back (C-HTTP-10)");
    }
    const auto envelope = parseEnvelope(request.body);
    if (!envelope) {
        return refuse(text::cat({"Invalid session: no Inform, ", envelope.error().text}));
    }
    checkSchema(request, *envelope);
    if (envelope->name != "Inform") {
        return refuse("Bad session state: a session begins with Inform (C-SES-01)");
    }
    return onInform(connection, request, *envelope);
}

HttpReply Acs::soapReply(Session& session, std::string_view body, std::string_view id) {
    const auto device = devices_.find(session.device);
    MisbehaviourState& state =
        device != devices_.end() && device->second.misbehaviour.mode != Misbehaviour::None
            ? device->second.misbehaviour
            : options_.misbehaviour;
    EnvelopeHead head{
        .version = session.version, .id = id, .holdRequests = session.holding ? 1 : -1};
    if (state.take(Misbehaviour::WrongId)) {
        head.id = "not-the-id-you-sent";
    } else if (state.take(Misbehaviour::NoId)) {
        head.id = "";
    }
    HttpReply out;
    out.body = makeEnvelope(head, body);
    return out;
}

HttpReply Acs::onSessionRequest(Session& session,
                                Connection& connection,
                                const HttpRequest& request) {
    if (!connection.device.empty() && connection.device != session.device) {
        return refuse(
            text::cat({session.device, " speaks on a connection of ", connection.device}));
    }
    if (session.connection != connection.id) {
        ++stats_->reconnects;
        session.connection = connection.id;
        connection.cookie = session.cookie;
        connection.device = session.device;
    }
    session.lastSeen = clock_.steadyNow();
    session.mayEnd = false;
    if (!request.body.empty()) {
        return onEnvelope(session, request);
    }
    if (session.task != 0 || session.waitsForOther) {
        const std::string cookie = session.cookie;
        dropSession(cookie, false);
        return refuse("An empty POST instead of a response (C-SES-07)");
    }
    if (!session.holding) {
        session.cpeDone = true;
    }
    session.holding = false;
    return next(session);
}

HttpReply Acs::onEnvelope(Session& session, const HttpRequest& request) {
    const auto envelope = parseEnvelope(request.body);
    if (!envelope) {
        return refuse(envelope.error().text);
    }
    checkSchema(request, *envelope);
    ++stats_->methods[envelope->name];
    const bool isFault = envelope->name == "Fault";
    if (isFault || envelope->name.ends_with("Response")) {
        if (isFault) {
            ++stats_->faults[std::to_string(readFault(*envelope).at("code").get<std::int64_t>())];
        }
        if (session.task == 0 && !session.waitsForOther) {
            return refuse(text::cat({envelope->name, " that no one asked for"}));
        }
        if (session.task != 0) {
            AcsTask& task = tasks_.at(session.task);
            const std::string expected = std::to_string(task.id);
            if (envelope->id != expected) {
                noteProtocolError(text::cat({envelope->name, " has ID \"", envelope->id,
                                             "\" instead of \"", expected, "\" (C-SOAP-06)"}));
            }
            session.task = 0;
            if (isFault) {
                finishTask(task.id, AcsTask::State::Failed, readFault(*envelope));
            } else {
                learnFrom(devices_.at(session.device), task, *envelope);
                finishTask(task.id, AcsTask::State::Done, readRpcResult(*envelope));
            }
        }
        session.waitsForOther = false;
        return next(session);
    }
    if (envelope->name == "TransferComplete") {
        rememberTransfer(devices_.at(session.device), *envelope);
    }
    const std::string response = envelope->name == "Inform" ? "" : makeCpeResponse(envelope->name);
    if (session.cpeDone) {
        return refuse(
            text::cat({"Bad session state: ", envelope->name, " after the empty POST (C-SES-06)"}));
    }
    if (session.holding) {
        noteProtocolError(text::cat({envelope->name, " under HoldRequests (C-SOAP-07)"}));
    }
    return soapReply(session,
                     response.empty() ? makeFaultBody(8000, "Method not supported") : response,
                     envelope->id);
}

HttpReply Acs::next(Session& session) {
    AcsDevice& device = devices_.at(session.device);
    MisbehaviourState& state = device.misbehaviour.mode != Misbehaviour::None
                                   ? device.misbehaviour
                                   : options_.misbehaviour;
    if (state.take(Misbehaviour::UnknownRpc)) {
        session.waitsForOther = true;
        return soapReply(session, "<cwmp:X_TEST_NoSuchMethod></cwmp:X_TEST_NoSuchMethod>",
                         "unknown");
    }
    while (!device.queue.empty()) {
        const std::uint64_t id = device.queue.front();
        device.queue.pop_front();
        AcsTask& task = tasks_.at(id);
        const TypeLookup types{[](const void* context, const std::string& name) {
                                   const auto& known =
                                       static_cast<const AcsDevice*>(context)->parameters;
                                   const auto found = known.find(name);
                                   return found == known.end() ? std::string{} : found->second.type;
                               },
                               &device};
        const auto body = makeRpc(*task.spec, types);
        if (!body) {
            finishTask(id, AcsTask::State::Failed, {{"text", body.error().text}});
            continue;
        }
        task.state = AcsTask::State::Sent;
        session.task = id;
        return soapReply(session, *body, std::to_string(id));
    }
    if (!session.cpeDone) {  // it may send requests of its own, or be finished (C-SES-10)
        session.mayEnd = true;
        return emptyReply();
    }
    return endSession(session);
}

HttpReply Acs::endSession(Session& session) {
    const std::string cookie = session.cookie;
    ++devices_.at(session.device).sessions;
    dropSession(cookie, true);
    HttpReply out = emptyReply();
    out.close = true;
    return out;
}

void Acs::dropSession(const std::string& cookie, bool completed) {
    const auto found = sessions_.find(cookie);
    if (found == sessions_.end()) {
        return;
    }
    ++(completed ? stats_->sessionsCompleted : stats_->sessionsLost);
    const Session session = std::move(found->second);
    sessions_.erase(found);
    if (const auto connection = connections_.find(session.connection);
        connection != connections_.end()) {
        connection->second.cookie.clear();
    }
    if (session.task != 0) {
        finishTask(session.task, AcsTask::State::Failed, {{"text", "the session was lost"}});
    }
}

void Acs::onCpeConnectionClosed(ConnectionId id) {
    const auto connection = connections_.find(id);
    if (connection == connections_.end()) {
        return;
    }
    const auto session = sessions_.find(connection->second.cookie);
    if (session != sessions_.end() && session->second.connection == id) {
        session->second.connection = 0;  // it may go on with its cookie (C-HTTP-09)
        if (session->second.mayEnd) {
            (void)endSession(session->second);
        }
    }
    connections_.erase(connection);
}

void Acs::expireSessions() {
    const SteadyTime now = clock_.steadyNow();
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        const std::string cookie = at->first;
        const bool old = now - at->second.lastSeen > kSessionTimeout;
        ++at;
        if (old) {
            dropSession(cookie, false);
        }
    }
}

}  // namespace platen::acs
