// SPDX-License-Identifier: Apache-2.0
#include "proxy/xmpp/client.hpp"

#include "base/log.hpp"
#include "proxy/xmpp/jid.hpp"

#include <algorithm>
#include <utility>

namespace platen::xmpp {
namespace {

/// The longest wait before the attempt after so many failures in a row.
Millis waitLimit(std::uint32_t failures) {
    auto limit = Client::kFirstWait;
    for (std::uint32_t i = 1; i < failures && limit < Client::kLongestWait; ++i) {
        limit *= 2;
    }
    return std::min(limit, Client::kLongestWait);
}

Status statusOf(Loss loss) {
    switch (loss) {
        case Loss::Closed:
        case Loss::NoServer:
            return Status::ServerNotPresent;
        case Loss::LoginRefused:
            return Status::AuthenticationFailure;
        case Loss::NotTrusted:
        case Loss::LimitExceeded:
            return Status::Error;
    }
    return Status::Error;
}

}  // namespace

const char* toString(Loss loss) {
    switch (loss) {
        case Loss::Closed:
            return "closed";
        case Loss::NoServer:
            return "no server";
        case Loss::LoginRefused:
            return "user name or password refused";
        case Loss::NotTrusted:
            return "no TLS, or certificate not trusted";
        case Loss::LimitExceeded:
            return "a stanza beyond the limits";
    }
    return "closed";
}

const char* toString(Status status) {
    switch (status) {
        case Status::Disabled:
            return "Disabled";
        case Status::Connecting:
            return "Connecting";
        case Status::Enabled:
            return "Enabled";
        case Status::ServerNotPresent:
            return "ServerNotPresent";
        case Status::AuthenticationFailure:
            return "Error_AuthenticationFailure";
        case Status::Error:
            return "Error";
    }
    return "Error";
}

Client::Client(net::Loop& loop, Random& random, Wire& wire)
    : loop_(loop), random_(random), wire_(wire) {
    wire_.onEvents(
        {.online = [this](const std::string& jid, bool secured) { onOnline(jid, secured); },
         .offline = [this](Loss loss, const std::string& detail) { onOffline(loss, detail); },
         .request =
             [this](Request request) {
                 if (!stopped_ && callbacks_.request) {
                     callbacks_.request(std::move(request));
                 }
             },
         .pong =
             [this] {
                 if (std::exchange(awaitingPong_, false)) {
                     arm(kKeepAlive);
                 }
             }});
}

Client::~Client() {
    stop();
    wire_.onEvents({});
}

void Client::start(Login login) {
    login_ = std::move(login);
    stopped_ = false;
    loop_.post([this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired() && !stopped_) {
            attempt();
        }
    });
}

void Client::stop() {
    stopped_ = true;
    disarm();
    wire_.drop();
}

void Client::attempt() {
    busy_ = true;
    set(Status::Connecting);
    wire_.connect(login_);
    arm(kConnectLimit);
}

void Client::onOnline(const std::string& jid, bool secured) {
    if (stopped_) {
        return;
    }
    const auto bound = parseJid(jid);
    if (!bound || jid.size() > kMaxShownBytes) {
        LOG_WARNING("xmpp", "jid.refused", {"reason", "the server bound no usable JID"});
        wire_.drop();
        return;
    }
    jid_ = jid;
    secured_ = secured;
    onlineSince_ = loop_.clock().steadyNow();
    awaitingPong_ = false;
    LOG_INFO("xmpp", "online", {"jid", jid_});
    set(Status::Enabled);
    arm(kKeepAlive);
}

void Client::onOffline(Loss loss, const std::string& detail) {
    const bool held =
        status_ == Status::Enabled && loop_.clock().steadyNow() - onlineSince_ >= kSteady;
    busy_ = false;
    disarm();
    if (stopped_) {
        return;
    }
    failures_ = held ? 1 : failures_ + 1;
    const auto limit = static_cast<std::uint64_t>(waitLimit(failures_).count());
    const auto wait =
        std::max(kLeastWait, Millis{static_cast<std::int64_t>(random_.below(limit + 1))});
    LOG_WARNING("xmpp", "offline", {"reason", toString(loss)}, {"detail", detail},
                {"retry_seconds", wait.count() / 1000});
    set(statusOf(loss));
    arm(wait);
}

void Client::onTimer() {
    if (!busy_) {
        attempt();
    } else if (status_ != Status::Enabled || awaitingPong_) {
        wire_.drop();  // Silent for too long; offline comes.
    } else {
        awaitingPong_ = true;
        wire_.ping();
        arm(kPongLimit);
    }
}

void Client::arm(Millis wait) {
    disarm();
    timer_ = loop_.after(wait, "xmpp.client", [this] {
        timer_.reset();
        onTimer();
    });
}

void Client::disarm() {
    if (timer_) {
        loop_.cancel(*timer_);
        timer_.reset();
    }
}

void Client::set(Status status) {
    if (status_ != status) {
        status_ = status;
        lastChange_ = loop_.clock().wallNow();
    }
    if (callbacks_.changed) {
        callbacks_.changed();
    }
}

}  // namespace platen::xmpp
