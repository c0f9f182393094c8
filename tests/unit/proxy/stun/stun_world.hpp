// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/loop.hpp"
#include "proxy/stun/client.hpp"
#include "proxy/stun/sockets.hpp"
#include "tests/support/fake_clock.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace platen::test {

class CountingRandom final : public Random {
  public:
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) override { return ++last_ % bound; }
    [[nodiscard]] std::string hex(std::size_t bytes) override {
        auto text = std::to_string(++last_);
        return std::string(bytes * 2 - text.size(), '0') + text;
    }

  private:
    std::uint64_t last_ = 0;
};

inline net::Endpoint endpoint(const char* text) {
    return *net::Endpoint::parse(text);
}

/// What the scripted server does, and the NAT before it.
struct StunScript {
    bool silent = false;
    bool classicOnly = false;                 ///< No answer to messages with the cookie.
    bool cookieOnly = false;                  ///< No answer to those without.
    bool followsResponseAddress = true;       ///< False: answers go to the sender.
    std::optional<std::string> password;      ///< Asks for MESSAGE-INTEGRITY with it.
    std::optional<int> refuse;                ///< Error code for every request.
    std::optional<int> refuseTests;           ///< Error code for RESPONSE-ADDRESS.
    bool signAnswers = false;                 ///< With the password.
    std::string signWith;                     ///< With this one, if not empty.
    std::optional<net::Endpoint> answerFrom;  ///< Answers come from here.
    bool nat = true;
    std::optional<Millis> lifetime;  ///< Of a mapping without traffic from inside.
    bool newPortForEachPacket = false;
};

/// Both ports, the NAT and the server in one. Answers wait until the test delivers them.
class StunWorld final : public stun::Sockets {
  public:
    struct Sent {
        stun::Via via;
        stun::Message message;
        std::vector<std::byte> bytes;
        SteadyTime at;
    };
    struct Answer {
        stun::Via via;
        net::Endpoint from;
        std::vector<std::byte> bytes;
    };

    explicit StunWorld(const Clock& clock) : clock_(clock) {}

    StunScript script;
    net::Endpoint server = endpoint("198.51.100.1:3478");
    std::optional<net::Endpoint> local = endpoint("192.168.1.2:5000");
    net::Endpoint outside = endpoint("203.0.113.7:40000");
    std::vector<Sent> sent;
    std::deque<Answer> answers;
    Handler handler;

    void send(stun::Via via, const net::Endpoint& to, std::span<const std::byte> bytes) override {
        auto message = *stun::decode(bytes);
        sent.push_back({via, message, {bytes.begin(), bytes.end()}, clock_.steadyNow()});
        if (via == stun::Via::Primary) {
            mapOutbound();
        }
        if (to == server && !script.silent && !(script.classicOnly && message.hasCookie()) &&
            !(script.cookieOnly && !message.hasCookie())) {
            answer(via, message, bytes);
        }
    }
    [[nodiscard]] std::optional<net::Endpoint> localTowards(const net::Endpoint&) const override {
        return local;
    }
    void onReceive(Handler newHandler) override { handler = std::move(newHandler); }
    [[nodiscard]] std::uint16_t port() const override { return local->port; }

    [[nodiscard]] std::size_t count(stun::Via via) const {
        std::size_t n = 0;
        for (const auto& one : sent) {
            n += one.via == via ? 1U : 0U;
        }
        return n;
    }
    /// The NAT lost its table.
    void forgetMapping() { outside.port = static_cast<std::uint16_t>(outside.port + 1); }

  private:
    void mapOutbound() {
        const auto now = clock_.steadyNow();
        const bool expired =
            lastOutbound_ && script.lifetime && now - *lastOutbound_ > *script.lifetime;
        if (script.newPortForEachPacket || expired) {
            forgetMapping();
        }
        lastOutbound_ = now;
    }
    [[nodiscard]] bool alive() const {
        return !script.lifetime ||
               (lastOutbound_ && clock_.steadyNow() - *lastOutbound_ <= *script.lifetime);
    }
    void answer(stun::Via via, const stun::Message& request, std::span<const std::byte> bytes) {
        stun::Message reply;
        reply.transaction = request.transaction;
        const auto error = errorFor(request, bytes);
        if (error) {
            reply.type = stun::Type::BindingError;
            reply.error = stun::ErrorReply{*error, "no"};
        } else {
            reply.type = stun::Type::BindingResponse;
            const auto seen = script.nat ? outside : *local;
            (request.hasCookie() ? reply.xorMapped : reply.mapped) = seen;
        }
        if (!error && request.responseAddress && script.followsResponseAddress) {
            if (*request.responseAddress != (script.nat ? outside : *local) || !alive()) {
                return;  // The NAT drops it.
            }
            via = stun::Via::Primary;
        }
        std::optional<std::string> password;
        if (!script.signWith.empty()) {
            password = script.signWith;
        } else if (script.signAnswers) {
            password = script.password;
        }
        answers.push_back(
            {via, script.answerFrom.value_or(server), *stun::encode(reply, password)});
    }
    [[nodiscard]] std::optional<int> errorFor(const stun::Message& request,
                                              std::span<const std::byte> bytes) const {
        if (script.refuse) {
            return script.refuse;
        }
        if (script.refuseTests && request.responseAddress) {
            return script.refuseTests;
        }
        constexpr int kUnauthorized = 401;
        constexpr int kIntegrityFailure = 431;
        if (script.password && !request.integrity) {
            return kUnauthorized;
        }
        if (script.password && !stun::integrityHolds(bytes, *script.password)) {
            return kIntegrityFailure;
        }
        return std::nullopt;
    }

    const Clock& clock_;
    std::optional<SteadyTime> lastOutbound_;
};

/// Lends the one world to Bindings, which open and close their sockets; answers come with the
/// loop. `open` tells whether any are.
class LentSockets final : public stun::Sockets {
  public:
    LentSockets(StunWorld& world, net::Loop& loop, bool& open)
        : world_(world), loop_(loop), open_(open) {
        open_ = true;
    }
    LentSockets(const LentSockets&) = delete;
    LentSockets& operator=(const LentSockets&) = delete;
    ~LentSockets() override { open_ = false; }

    void send(stun::Via via, const net::Endpoint& to, std::span<const std::byte> bytes) override {
        world_.send(via, to, bytes);
        loop_.post([&world = world_, &open = open_] {
            while (open && !world.answers.empty()) {
                const auto answer = std::move(world.answers.front());
                world.answers.pop_front();
                world.handler(answer.via, answer.from, answer.bytes);
            }
        });
    }
    [[nodiscard]] std::optional<net::Endpoint> localTowards(
        const net::Endpoint& server) const override {
        return world_.localTowards(server);
    }
    void onReceive(Handler handler) override { world_.onReceive(std::move(handler)); }
    [[nodiscard]] std::uint16_t port() const override { return world_.port(); }

  private:
    StunWorld& world_;
    net::Loop& loop_;
    bool& open_;
};

}  // namespace platen::test
