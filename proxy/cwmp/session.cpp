// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/session.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/cwmp/acs_behaviour.hpp"
#include "proxy/cwmp/soap_reader.hpp"

#include <algorithm>
#include <utility>

namespace platen::cwmp {
namespace {

constexpr long kHttpOk = 200;
constexpr long kHttpNoContent = 204;
constexpr long kHttpServerError = 500;
constexpr std::string_view kWhiteSpace = " \t\r\n";

bool isEmpty(const SessionReply& reply) {
    // 204, or 200 with nothing in it (C-HTTP-06). Some servers send a line feed.
    return reply.status == kHttpNoContent ||
           (reply.status == kHttpOk &&
            reply.body.find_first_not_of(kWhiteSpace) == std::string_view::npos);
}

/// A fault may come with HTTP 500 (C-FLT-03).
bool mayHoldEnvelope(const SessionReply& reply) {
    return reply.status == kHttpOk || reply.status == kHttpServerError;
}

/// Statuses that say nothing about the CWMP version: credentials, overload (C-VER-06).
bool suggestsOldAcs(long status) {
    switch (status) {
        case 401:
        case 403:
        case 407:
        case 408:
        case 429:
        case 502:
        case 503:
        case 504:
            return false;
        default:
            return status >= 400;
    }
}

std::string statusText(long status) {
    return text::cat({"HTTP status ", std::to_string(status)});
}

/// One line of the ACS's own words helps the operator; GenieACS says why it answers 400.
std::string statusText(const SessionReply& reply) {
    constexpr std::size_t kShown = 80;
    const auto line = text::trim(reply.body.substr(0, reply.body.find('\n')));
    if (line.empty() || line.front() == '<' || !text::isUtf8(line)) {
        return statusText(reply.status);
    }
    return text::cat({statusText(reply.status), ": ", text::cutUtf8(line, kShown)});
}

}  // namespace

Session::Session(Dialect dialect,
                 std::uint64_t idBase,
                 const SessionLimits& limits,
                 SessionManners manners)
    : dialect_(dialect), nextId_(idBase), limits_(limits), manners_(std::move(manners)) {}

Result<Envelope> Session::read(std::string_view body) const {
    auto envelope = readEnvelope(body);
    if (envelope || !manners_.repairAmpersands || body.size() > kSoapLimits.maxBytes) {
        return envelope;
    }
    const auto repaired = escapeStrayAmpersands(body);
    return repaired.size() == body.size() ? std::move(envelope) : readEnvelope(repaired);
}

Session::Step Session::post(std::string body) {
    Step step;
    step.kind = Step::Kind::Post;
    step.body = std::move(body);
    return step;
}

Session::Step Session::failed(ErrorCode code, std::string text) {
    Step step;
    step.kind = Step::Kind::Failed;
    step.error = Error{code, std::move(text)};
    return step;
}

std::string Session::newId() {
    lastId_ = std::to_string(nextId_++);
    return lastId_;
}

/// Some ACSs answer under an id of their own, which does no harm (C-SOAP-06).
void Session::checkId(const Envelope& envelope) const {
    if (envelope.id && *envelope.id != lastId_) {
        LOG_DEBUG("cwmp", "session.id_differs", {"sent", lastId_}, {"received", *envelope.id});
    }
}

Session::Step Session::start(const InformMessage& inform, OwnRequests own) {
    own_ = std::move(own);
    lastRequest_ = writeInform(inform, dialect_, newId());
    waiting_ = Waiting::InformResponse;
    return post(lastRequest_);
}

Session::Step Session::onReply(const SessionReply& reply) {
    if (waiting_ == Waiting::InformResponse) {
        return onInformReply(reply);
    }
    if (isEmpty(reply)) {
        return onEmpty();
    }
    if (!mayHoldEnvelope(reply)) {
        return failed(ErrorCode::Refused, statusText(reply));
    }
    auto envelope = read(reply.body);
    if (!envelope) {
        if (reply.status != kHttpOk) {
            return failed(ErrorCode::Refused, statusText(reply));
        }
        return failed(envelope.error().code, envelope.error().text);
    }
    if (reply.status != kHttpOk && !std::holds_alternative<FaultMessage>(envelope->message)) {
        return failed(ErrorCode::Refused, statusText(reply.status));
    }
    return onEnvelope(std::move(*envelope));
}

Session::Step Session::onInformReply(const SessionReply& reply) {
    if (isEmpty(reply)) {
        return failed(ErrorCode::Malformed, "empty reply to the Inform");
    }
    if (mayHoldEnvelope(reply)) {
        auto envelope = read(reply.body);
        if (envelope && std::holds_alternative<FaultMessage>(envelope->message)) {
            return onFault(std::get<FaultMessage>(envelope->message));
        }
        if (envelope && reply.status == kHttpOk) {
            return takeInformResponse(*envelope);
        }
        if (!envelope && reply.status == kHttpOk) {
            return failed(envelope.error().code, envelope.error().text);
        }
    }
    auto step = failed(ErrorCode::Refused, statusText(reply));
    step.oldDialect = dialect_ != Dialect::Cwmp10 && suggestsOldAcs(reply.status);
    return step;
}

Session::Step Session::takeInformResponse(const Envelope& envelope) {
    if (envelope.notUnderstood) {
        return failed(ErrorCode::Unsupported,
                      text::cat({"InformResponse has a header that must be understood: ",
                                 text::cutUtf8(*envelope.notUnderstood, kMaxNameLength)}));
    }
    if (!std::holds_alternative<InformResponseMessage>(envelope.message)) {
        return failed(ErrorCode::Malformed, "the reply to the Inform is no InformResponse");
    }
    if (envelope.useVersion) {
        const auto chosen = dialectOfVersion(*envelope.useVersion);
        if (!chosen || *envelope.useVersion > manners_.highestVersion) {
            return failed(ErrorCode::Unsupported,
                          text::cat({"the ACS chose CWMP version ",
                                     text::cutUtf8(*envelope.useVersion, kMaxKeyLength),
                                     ", which was not offered"}));
        }
        dialect_ = *chosen;
    } else if (envelope.dialect) {
        dialect_ = std::min(*envelope.dialect, newestDialect(manners_.highestVersion));
    }
    checkId(envelope);
    hold_ = envelope.holdRequests;
    confirmed_ = true;
    Step step;
    step.kind = Step::Kind::Confirm;
    return step;
}

Session::Step Session::onConfirmed() {
    return nextTurn();
}

/// Our turn, with nothing to answer: an own request, or the empty POST (C-SES-05, C-SES-09).
Session::Step Session::nextTurn() {
    if (!hold_ && !closed_ && !unheard_ && !own_.empty()) {
        repeats_ = 0;
        lastRequest_ = writeRequest(own_.front(), dialect_, newId());
        waiting_ = Waiting::Answer;
        return post(lastRequest_);
    }
    if (hold_ && ++emptyPosts_ > limits_.maxEmptyWhileHolding) {
        return failed(ErrorCode::Exhausted, "the ACS holds requests without end");
    }
    closed_ = closed_ || !hold_;
    waiting_ = Waiting::Request;
    return post({});
}

/// What a report was about is struck off before the session goes on (C-EVT-17).
Session::Step Session::ownAnswered(std::uint32_t refusal) {
    auto answered = std::move(own_.front());
    own_.pop_front();
    if (!answered.report) {
        return nextTurn();
    }
    Step step;
    step.kind = Step::Kind::Answered;
    step.own = std::move(answered);
    step.refusal = refusal;
    return step;
}

Session::Step Session::onRecorded() {
    return nextTurn();
}

Session::Step Session::repeat() {
    if (++repeats_ > limits_.maxRepeats) {
        return failed(ErrorCode::Exhausted, "the ACS asked for too many repeats (8005)");
    }
    return post(lastRequest_);
}

/// The ACS has nothing more to say.
Session::Step Session::onEmpty() {
    if (waiting_ == Waiting::Answer && manners_.dropUnanswered) {
        return ownAnswered(0);
    }
    if (waiting_ == Waiting::Answer) {
        // No answer to our request (Oktopus does so): it waits for another session (C-EVT-35), and
        // the ACS's own requests must not wait with it.
        unheard_ = true;
        return nextTurn();
    }
    if (!closed_ && !hold_) {
        return nextTurn();
    }
    Step step;
    step.kind = Step::Kind::Finished;
    return step;
}

Session::Step Session::onEnvelope(Envelope envelope) {
    hold_ = envelope.holdRequests;
    if (std::holds_alternative<RequestMessage>(envelope.message)) {
        return onRequest(std::move(envelope));
    }
    if (const auto* fault = std::get_if<FaultMessage>(&envelope.message)) {
        return onFault(*fault);
    }
    if (waiting_ == Waiting::Answer && std::holds_alternative<ResponseMessage>(envelope.message)) {
        checkId(envelope);
        // The name is not compared: an old FreeACS answers with another method's.
        return ownAnswered(0);
    }
    return unexpected("a response that answers nothing");
}

Session::Step Session::onRequest(Envelope envelope) {
    if (++requests_ > limits_.maxRequests) {
        return failed(ErrorCode::Exhausted, "too many requests of the ACS in one session");
    }
    if (waiting_ == Waiting::Answer) {
        // A request instead of the answer: it goes first (C-SES-07), ours is sent again after it.
        waiting_ = Waiting::Request;
    }
    requestId_ = std::move(envelope.id);
    if (envelope.notUnderstood) {
        return post(writeMustUnderstandFault(*envelope.notUnderstood, dialect_, requestId_));
    }
    auto& message = std::get<RequestMessage>(envelope.message);
    if (const auto* fault = std::get_if<Fault>(&message.request)) {
        return post(writeFault(*fault, dialect_, requestId_));
    }
    Step step;
    step.kind = Step::Kind::Execute;
    step.request = std::get<RpcRequest>(std::move(message.request));
    return step;
}

Session::Step Session::onResult(const RpcResult& result) {
    waiting_ = Waiting::Request;
    if (const auto* fault = std::get_if<Fault>(&result)) {
        return post(writeFault(*fault, dialect_, requestId_));
    }
    return post(writeResponse(std::get<RpcResponse>(result), dialect_, requestId_));
}

Session::Step Session::onFault(const FaultMessage& fault) {
    const auto text =
        text::cat({"the ACS answered with fault ", std::to_string(fault.code), " ", fault.text});
    switch (waiting_) {
        case Waiting::InformResponse: {
            if (fault.code == kAcsRetryRequest) {
                return repeat();
            }
            auto step = failed(ErrorCode::Refused, text);
            // No common version, or no detail at all: the namespace may be the reason (C-VER-06).
            step.oldDialect = dialect_ != Dialect::Cwmp10 && fault.code == 0;
            return step;
        }
        case Waiting::Answer:
            if (fault.code == kAcsRetryRequest) {
                return repeat();
            }
            // Answered with failure; the session goes on (C-SES-12, C-XFER-25).
            LOG_WARNING("cwmp", "request.refused", {"method", own_.front().method},
                        {"code", fault.code}, {"reason", fault.text});
            return ownAnswered(fault.code);
        case Waiting::Request:
            return unexpected(text);
    }
    return unexpected(text);
}

/// Never answered by a fault (C-SOAP-11): our turn goes on, a few times.
Session::Step Session::unexpected(std::string_view what) {
    if (++unexpected_ > limits_.maxUnexpected) {
        return failed(ErrorCode::Malformed, text::cat({"the ACS keeps sending ", what}));
    }
    return nextTurn();
}

}  // namespace platen::cwmp
