// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/client.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace platen::stun {
namespace {

constexpr int kUnauthorized = 401;
/// After this many failures in a row a server that did answer is tried in the other form too.
constexpr unsigned kFailuresBeforeOtherForm = 3;

bool isUsable(const net::Endpoint& mapped) {
    return !mapped.address.ipv6 && mapped.port != 0 && mapped.address.ipv4() != 0;
}

}  // namespace

StunClient::StunClient(ClientSettings settings, ClientPorts& ports, Random& random, SteadyTime now)
    : settings_(std::move(settings)),
      ports_(ports),
      random_(random),
      search_(settings_.periods),
      refreshedAt_(now),
      restUntil_(now) {}

SteadyTime StunClient::wakeAt() const {
    return running_ ? running_->due : restUntil_;
}

TransactionId StunClient::newTransaction() {
    TransactionId id{};
    const auto octets = text::fromHex(random_.hex(id.size()));
    std::transform(octets->begin(), octets->end(), id.begin(),
                   [](std::uint8_t octet) { return static_cast<std::byte>(octet); });
    if (cookie_) {
        setCookie(id);
    }
    return id;
}

void StunClient::begin(Purpose purpose, bool bindingChange, bool authenticate, SteadyTime now) {
    running_.reset();
    const auto local = ports_.localTowards(settings_.server);
    if (!local) {
        fail("no route", now);
        return;
    }
    Transaction next;
    next.purpose = purpose;
    next.local = *local;
    next.authenticated = authenticate;
    next.request.transaction = newTransaction();
    if (purpose == Purpose::Test) {
        next.request.responseAddress = binding_->mapped;
    } else {
        // Only from the port that takes connection requests (Annex G).
        next.request.connectionRequestBinding = true;
        next.request.bindingChange = bindingChange;
    }
    std::optional<std::string> password;
    if (authenticate) {
        next.request.username = settings_.username;
        password = settings_.password;
    }
    auto bytes = encode(next.request, password);
    if (!bytes) {
        fail(bytes.error().text, now);
        return;
    }
    next.bytes = std::move(*bytes);
    running_ = std::move(next);
    transmit(now);
}

void StunClient::transmit(SteadyTime now) {
    auto& running = *running_;
    ++running.sent;
    running.due = now + (running.sent < kMaxSends ? running.wait : kLongestWait);
    running.wait = std::min(running.wait * 2, kLongestWait);
    ports_.send(running.purpose == Purpose::Test ? Via::Secondary : Via::Primary, settings_.server,
                running.bytes);
}

void StunClient::onTime(SteadyTime now) {
    if (now < wakeAt()) {
        return;
    }
    if (!running_) {
        begin(next_, changePending_, false, now);
    } else if (running_->sent < kMaxSends) {
        transmit(now);
    } else if (running_->purpose == Purpose::Test) {
        onTestEnd(false, now);
    } else {
        fail("no answer", now);
    }
}

bool StunClient::onMessage(SteadyTime now,
                           Via via,
                           const net::Endpoint& from,
                           const Message& message,
                           std::span<const std::byte> bytes) {
    if (!running_ || message.transaction != running_->request.transaction ||
        from != settings_.server || message.type == Type::BindingRequest) {
        return false;
    }
    // Servers of RFC 3489 do not sign all answers; a signature that is there must be right.
    if (running_->authenticated && message.integrity &&
        !integrityHolds(bytes, settings_.password)) {
        return true;
    }
    if (running_->purpose == Purpose::Test) {
        return onTestMessage(via, message, now);
    }
    if (via != Via::Primary) {
        return true;
    }
    if (message.type == Type::BindingError) {
        onError(message.error ? message.error->code : 0, now);
    } else if (const auto mapped = message.reflexive(); mapped && isUsable(*mapped)) {
        onBound(*mapped, now);
    }
    return true;
}

bool StunClient::onTestMessage(Via via, const Message& message, SteadyTime now) {
    if (message.type == Type::BindingResponse && via == Via::Primary) {
        onTestEnd(true, now);
        return true;
    }
    if (message.type == Type::BindingError && message.error &&
        message.error->code == kUnauthorized && !running_->authenticated &&
        !settings_.username.empty()) {
        begin(Purpose::Test, false, true, now);
        return true;
    }
    // It answered to where the request came from, or refused: no help with RESPONSE-ADDRESS.
    search_.impossible();
    begin(Purpose::Keep, changePending_, false, now);
    return true;
}

void StunClient::onTestEnd(bool alive, SteadyTime now) {
    if (!alive) {
        search_.expired();
    } else if (!disturbed_) {
        search_.alive();
    }
    // Either way the binding is old now, or gone: refresh it, which also shows a new mapping.
    begin(Purpose::Keep, changePending_, false, now);
}

void StunClient::onBound(const net::Endpoint& mapped, SteadyTime now) {
    const bool told = running_->request.bindingChange;
    const Binding found{mapped, running_->local};
    const bool moved = !binding_ || binding_->mapped != mapped;
    running_.reset();
    if (failures_ > 0) {
        LOG_INFO("stun", "server.answers", {"server", settings_.server.toString()});
        failures_ = 0;
    }
    refreshedAt_ = now;
    if (told) {
        changePending_ = false;
    }
    if (moved) {
        LOG_INFO("stun", "binding.changed", {"server", settings_.server.toString()},
                 {"mapped", mapped.toString()}, {"local", found.local.toString()});
        // A mapping that went although nothing tested it: it lives shorter than we thought.
        if (binding_ && !search_.searching()) {
            search_.restart();
        }
        changePending_ = true;
    }
    binding_ = found;
    // A NAT that gives a new port to each packet must not make us talk without end.
    if (moved && !told) {
        begin(Purpose::Keep, true, false, now);
        return;
    }
    rest(now);
}

void StunClient::onError(int code, SteadyTime now) {
    if (code == kUnauthorized && !running_->authenticated && !settings_.username.empty()) {
        begin(Purpose::Keep, running_->request.bindingChange, true, now);
        return;
    }
    fail("error " + std::to_string(code), now);
}

void StunClient::fail(const std::string& reason, SteadyTime now) {
    running_.reset();
    if (failures_ == 0) {
        LOG_WARNING("stun", "server.failed", {"server", settings_.server.toString()},
                    {"reason", reason});
    }
    ++failures_;
    if (!binding_ || failures_ >= kFailuresBeforeOtherForm) {
        cookie_ = !cookie_;
    }
    search_.restart();  // A test that failed may have failed for the same reason.
    constexpr unsigned kMaxShift = 5;
    const auto wait = std::min(kFirstRetry * (1U << std::min(failures_ - 1, kMaxShift)),
                               std::chrono::duration_cast<Millis>(kLongestRetry));
    next_ = Purpose::Keep;
    restUntil_ = now + std::clamp(wait, search_.lowest(), search_.highest());
}

void StunClient::rest(SteadyTime now) {
    const auto step = search_.next(binding_ && binding_->natDetected());
    next_ = step.test ? Purpose::Test : Purpose::Keep;
    disturbed_ = false;
    restUntil_ = std::max(now, refreshedAt_ + step.wait);
}

void StunClient::setPeriods(const KeepAlivePeriods& periods, SteadyTime now) {
    if (periods == settings_.periods) {
        return;
    }
    settings_.periods = periods;
    search_ = LifetimeSearch(periods);
    if (!running_ && binding_ && failures_ == 0) {
        rest(now);
    }
}

}  // namespace platen::stun
