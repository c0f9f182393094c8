// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "base/time.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/xmpp/wire.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace platen::xmpp {

/// As Device.XMPP.Connection.{i}.Status says it.
enum class Status : std::uint8_t {
    Disabled,
    Connecting,
    Enabled,
    ServerNotPresent,
    AuthenticationFailure,
    Error,
};
[[nodiscard]] const char* toString(Status status);

/// Keeps one XMPP connection up: connects, connects again with back-off and jitter, and finds dead
/// connections (C-XMPP-05). A state machine on the loop over a Wire. thread: loop
class Client {
  public:
    struct Callbacks {
        std::function<void()> changed;  ///< Status or JID; never inside a call of the client.
        std::function<void(Request)> request;
    };

    /// All must outlive it.
    Client(net::Loop& loop, Random& random, Wire& wire);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    void onEvents(Callbacks callbacks) { callbacks_ = std::move(callbacks); }
    /// Once; the first attempt starts.
    void start(Login login);
    void stop();
    void answer(std::uint64_t token, Answer answer) { wire_.answer(token, answer); }

    [[nodiscard]] Status status() const { return status_; }
    [[nodiscard]] WallTime lastChange() const { return lastChange_; }
    /// The full JID of the last connection, also while it is lost; empty before the first one.
    [[nodiscard]] const std::string& jid() const { return jid_; }
    [[nodiscard]] const Login& login() const { return login_; }
    /// Whether the last connection was one with TLS.
    [[nodiscard]] bool secured() const { return secured_; }

    /// TR-181 ServerRetryInitialInterval and ServerRetryIntervalMultiplier: the n-th wait is random
    /// up to this doubled n-1 times (RFC 6120 3.3), never below kLeastWait.
    static constexpr Millis kFirstWait{60'000};
    static constexpr Millis kLongestWait{1'920'000};
    static constexpr Millis kLeastWait{1'000};
    /// From the start of an attempt to the bound JID.
    static constexpr Millis kConnectLimit{60'000};
    /// RFC 6120 4.6.4: not more often than every five minutes.
    static constexpr Millis kKeepAlive{300'000};
    static constexpr Millis kPongLimit{30'000};
    /// A connection that held so long counts as a success: the next wait is the first one again.
    static constexpr Millis kSteady{60'000};
    /// Longest JID that the data model can show.
    static constexpr std::size_t kMaxShownBytes = 256;

  private:
    void attempt();
    void onOnline(const std::string& jid, bool secured);
    void onOffline(Loss loss, const std::string& detail);
    void onTimer();
    void arm(Millis wait);
    void disarm();
    void set(Status status);

    net::Loop& loop_;
    Random& random_;
    Wire& wire_;
    Login login_;
    Callbacks callbacks_;
    Status status_ = Status::Disabled;
    WallTime lastChange_ = kUnknownTime;
    std::string jid_;
    std::optional<net::TimerId> timer_;  ///< Next attempt, limit of an attempt, or keep-alive.
    SteadyTime onlineSince_{};
    std::uint32_t failures_ = 0;
    bool busy_ = false;  ///< Between connect and offline.
    bool awaitingPong_ = false;
    bool stopped_ = true;
    bool secured_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::xmpp
