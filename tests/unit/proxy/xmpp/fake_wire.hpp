// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "proxy/xmpp/wire.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace platen::test {

/// A wire on which the test plays the server: it calls the events itself.
class FakeWire final : public xmpp::Wire {
  public:
    void onEvents(Events eventsIn) override { events = std::move(eventsIn); }
    void connect(const xmpp::Login& login) override {
        ++connects;
        user = login.username;
    }
    void drop() override { ++drops; }
    void ping() override { ++pings; }
    void answer(std::uint64_t token, xmpp::Answer answer) override {
        answers.emplace_back(token, answer);
    }
    Events events;
    int connects = 0, drops = 0, pings = 0;
    std::string user;
    std::vector<std::pair<std::uint64_t, xmpp::Answer>> answers;
};

/// Always the largest number.
class TopRandom final : public Random {
  public:
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) override {
        return least ? 0 : bound - 1;
    }
    [[nodiscard]] std::string hex(std::size_t bytes) override {
        std::string out;
        out.resize(2 * bytes, 'a');
        return out;
    }
    bool least = false;
};

}  // namespace platen::test
