// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/session_run.hpp"

#include "proxy/cwmp/client_certificate.hpp"
#include "proxy/cwmp/soap_reader.hpp"

#include <utility>

namespace platen::cwmp {
namespace {

net::HttpSessionOptions httpOptions(const Context& context, const fleet::ManagedDevice& device) {
    const ManagementServer server(context.params, device.tree());
    net::HttpSessionOptions options;
    options.url = server.url();
    options.username = server.username();
    options.password = Secret(server.password());
    options.caFile = context.acs.caFile;
    options.clientCertificate = deviceFile(context.acs.clientCertificate, device.identity());
    options.clientKey = deviceFile(context.acs.clientKey, device.identity());
    options.proxy = context.acs.proxy;
    options.maxRedirects = context.acs.behaviour.maxRedirects;
    options.timeout = context.options.httpTimeout;
    options.maxResponseBytes = kSoapLimits.maxBytes;
    return options;
}

SessionManners mannersOf(const AcsBehaviour& behaviour) {
    return {behaviour.version, behaviour.dropUnanswered, behaviour.repairAmpersands};
}

}  // namespace

SessionRun::SessionRun(
    Context& context, fleet::ManagedDevice& device, EventQueue& events, Host& host, Dialect dialect)
    : context_(context),
      host_(host),
      device_(device.id()),
      session_(dialect,
               context.nextMessageId,
               context.options.sessionLimits,
               mannersOf(context.acs.behaviour)),
      executor_(context, device, events),
      http_(context.http.open(httpOptions(context, device))) {
    constexpr std::uint64_t kIdsOfOneSession = 1'000'000;
    context_.nextMessageId += kIdsOfOneSession;
}

SessionRun::~SessionRun() {
    if (limit_) {
        context_.loop.cancel(*limit_);
    }
}

void SessionRun::start(const InformMessage& inform, Session::OwnRequests own) {
    limit_ = context_.loop.after(context_.options.sessionTimeLimit, "cwmp.session", [this] {
        limit_.reset();
        abort("the session takes too long");
    });
    perform(session_.start(inform, std::move(own)));
}

void SessionRun::abort(const std::string& reason) {
    end(false, Error{ErrorCode::Timeout, reason}, false);
}

void SessionRun::perform(Session::Step step) {
    using Kind = Session::Step::Kind;
    if (ended_) {
        return;
    }
    switch (step.kind) {
        case Kind::Post:
            http_->post(std::move(step.body),
                        [this](Result<net::HttpReply> reply) { onReply(std::move(reply)); });
            return;
        case Kind::Confirm:
            host_.confirm([this, alive = std::weak_ptr<int>(alive_)] {
                if (!alive.expired()) {
                    perform(session_.onConfirmed());
                }
            });
            return;
        case Kind::Execute:
            if (step.request) {
                ++context_.counters.requests;
                executor_.execute(std::move(*step.request), [this](const RpcResult& result) {
                    perform(session_.onResult(result));
                });
            }
            return;
        case Kind::Answered:
            host_.reported(step.own && step.own->report ? *step.own->report : TransferReport{},
                           step.refusal, [this, alive = std::weak_ptr<int>(alive_)] {
                               if (!alive.expired()) {
                                   perform(session_.onRecorded());
                               }
                           });
            return;
        case Kind::Finished:
            end(true, {}, false);
            return;
        case Kind::Failed:
            end(false, std::move(step.error), step.oldDialect);
            return;
    }
}

void SessionRun::onReply(Result<net::HttpReply> reply) {
    if (!reply) {
        end(false, reply.error(), false);
        return;
    }
    retryAfter_ = reply->retryAfter;
    perform(session_.onReply({reply->status, reply->body}));
}

void SessionRun::end(bool success, Error error, bool oldDialect) {
    if (ended_) {
        return;
    }
    ended_ = true;
    SessionOutcome outcome;
    outcome.success = success;
    outcome.confirmed = session_.confirmed();
    outcome.oldDialect = oldDialect;
    outcome.dialect = session_.dialect();
    outcome.reboot = executor_.rebootRequested();
    outcome.factoryReset = executor_.factoryResetRequested();
    outcome.retryAfter = success ? Millis{0} : retryAfter_;
    outcome.error = std::move(error);
    // From the loop: the owner destroys this run, and we may be deep in a callback of its parts.
    context_.loop.post([this, alive = std::weak_ptr<int>(alive_), outcome = std::move(outcome)] {
        if (!alive.expired()) {
            host_.ended(outcome);
        }
    });
}

}  // namespace platen::cwmp
