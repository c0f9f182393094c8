// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/stun/lifetime_search.hpp"
#include "proxy/stun/message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace platen::stun {

/// Which of our two UDP ports: connection requests come to the first one; the second one only
/// starts tests of the binding's life (C-UDP-07).
enum class Via : std::uint8_t { Primary, Secondary };

/// A binding that a server has told us.
struct Binding {
    net::Endpoint mapped;  ///< The address that the world sees.
    net::Endpoint local;   ///< Ours, when it was told.

    /// C-UDP-08
    [[nodiscard]] bool natDetected() const { return mapped != local; }
    friend bool operator==(const Binding&, const Binding&) = default;
};

/// The network as the client sees it.
class ClientPorts {
  public:
    ClientPorts() = default;
    ClientPorts(const ClientPorts&) = delete;
    ClientPorts& operator=(const ClientPorts&) = delete;
    virtual ~ClientPorts() = default;
    /// A datagram that cannot be sent counts as lost.
    virtual void send(Via via, const net::Endpoint& to, std::span<const std::byte> bytes) = 0;
    /// Our address and first port as packets to this server carry them; nothing without a route.
    [[nodiscard]] virtual std::optional<net::Endpoint> localTowards(
        const net::Endpoint& server) const = 0;
};

struct ClientSettings {
    net::Endpoint server;  ///< IPv4: Annex G builds on RFC 3489.
    std::string username;  ///< Empty: never with MESSAGE-INTEGRITY.
    std::string password;
    KeepAlivePeriods periods;
};

/// The STUN client of TR-069 Annex G towards one server: a state machine that is given the time and
/// the messages. It finds the binding of the first port, tells the server of a change, keeps it
/// alive, and finds out how long it lives. thread: loop
class StunClient {
  public:
    /// `ports` and `random` must outlive it. The first request goes out with the first onTime.
    StunClient(ClientSettings settings, ClientPorts& ports, Random& random, SteadyTime now);

    /// When onTime is due.
    [[nodiscard]] SteadyTime wakeAt() const;
    void onTime(SteadyTime now);
    /// A message that came from `from`; `bytes` are those it was decoded from. False: not an answer
    /// to this client.
    bool onMessage(SteadyTime now,
                   Via via,
                   const net::Endpoint& from,
                   const Message& message,
                   std::span<const std::byte> bytes);
    /// Something else came in on the first port: it may have refreshed the binding under test.
    void onOtherTraffic() { disturbed_ = true; }
    void setPeriods(const KeepAlivePeriods& periods, SteadyTime now);

    /// The last one that was told, also while the server does not answer.
    [[nodiscard]] const std::optional<Binding>& binding() const { return binding_; }
    /// Transactions without success since the last good one.
    [[nodiscard]] unsigned failures() const { return failures_; }

    // RFC 3489 9.3: nine requests, 100 ms doubling to 1.6 s between them, 1.6 s for the last
    // answer.
    static constexpr unsigned kMaxSends = 9;
    static constexpr Millis kFirstWait{100};
    static constexpr Millis kLongestWait{1'600};
    /// After a failed transaction; doubles up to kLongestRetry, within the keep-alive periods.
    static constexpr Millis kFirstRetry{10'000};
    static constexpr Millis kLongestRetry{300'000};

  private:
    enum class Purpose : std::uint8_t { Keep, Test };
    struct Transaction {
        Purpose purpose = Purpose::Keep;
        Message request;
        std::vector<std::byte> bytes;
        net::Endpoint local;
        bool authenticated = false;
        unsigned sent = 0;
        Millis wait = kFirstWait;
        SteadyTime due{};
    };

    void begin(Purpose purpose, bool bindingChange, bool authenticate, SteadyTime now);
    void transmit(SteadyTime now);
    void onBound(const net::Endpoint& mapped, SteadyTime now);
    void onError(int code, SteadyTime now);
    void onTestEnd(bool alive, SteadyTime now);
    bool onTestMessage(Via via, const Message& message, SteadyTime now);
    void fail(const std::string& reason, SteadyTime now);
    void rest(SteadyTime now);
    [[nodiscard]] TransactionId newTransaction();

    ClientSettings settings_;
    ClientPorts& ports_;
    Random& random_;
    LifetimeSearch search_;
    std::optional<Transaction> running_;
    std::optional<Binding> binding_;
    SteadyTime refreshedAt_;  ///< Last answer to a request of the first port.
    SteadyTime restUntil_;
    Purpose next_ = Purpose::Keep;
    unsigned failures_ = 0;
    bool changePending_ = false;  ///< The server has not confirmed that it knows of the change.
    bool disturbed_ = false;
    bool cookie_ = false;  ///< Speak as RFC 5389 does, for servers that know nothing older.
};

}  // namespace platen::stun
