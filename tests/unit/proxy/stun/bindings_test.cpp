// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/bindings.hpp"

#include "stun_world.hpp"
#include "tests/support/fake_loop.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>

namespace platen::stun {
namespace {

using std::chrono::seconds;
using test::endpoint;

class FakeResolver final : public Resolver {
  public:
    explicit FakeResolver(test::FakeLoop& loop) : loop_(loop) {}
    void resolve(const std::string& host,
                 UniqueFunction<void(Result<net::Address>)> done) override {
        ++lookups;
        const auto found = hosts.find(host);
        Result<net::Address> result =
            found == hosts.end() ? Result<net::Address>(fail(ErrorCode::NotFound, "unknown"))
                                 : Result<net::Address>(found->second);
        loop_.post([done = std::move(done), result = std::move(result)]() mutable {
            done(std::move(result));
        });
    }
    std::map<std::string, net::Address> hosts;
    int lookups = 0;

  private:
    test::FakeLoop& loop_;
};

/// Gives the one world to the Bindings; answers come with the loop.
class SharedSockets final : public Sockets {
  public:
    SharedSockets(test::StunWorld& world, test::FakeLoop& loop, bool& open)
        : world_(world), loop_(loop), open_(open) {
        open_ = true;
    }
    SharedSockets(const SharedSockets&) = delete;
    SharedSockets& operator=(const SharedSockets&) = delete;
    ~SharedSockets() override { open_ = false; }

    void send(Via via, const net::Endpoint& to, std::span<const std::byte> bytes) override {
        world_.send(via, to, bytes);
        loop_.post([this] {
            while (open_ && !world_.answers.empty()) {
                const auto answer = std::move(world_.answers.front());
                world_.answers.pop_front();
                world_.handler(answer.via, answer.from, answer.bytes);
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
    test::StunWorld& world_;
    test::FakeLoop& loop_;
    bool& open_;
};

class BindingsTest : public testing::Test {
  protected:
    BindingsTest() {
        resolver.hosts["stun.example.net"] = world.server.address;
        bindings.onEvents({[this] { ++changes; },
                           [this](const net::Endpoint& from, std::span<const std::byte> bytes) {
                               datagrams.emplace_back(from.toString(), bytes.size());
                           }});
    }
    static BindingKey key(const std::string& host, const std::string& user = {}) {
        return {host, 3478, user, user.empty() ? "" : "p"};
    }
    void want(const std::vector<BindingKey>& keys, KeepAlivePeriods periods = {}) {
        Bindings::Wanted wanted;
        for (const auto& one : keys) {
            wanted[one] = periods;
        }
        bindings.want(wanted);
    }

    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::CountingRandom random;
    FakeResolver resolver{loop};
    test::StunWorld world{clock};
    bool open = false;
    bool refuseOpen = false;
    int changes = 0;
    std::vector<std::pair<std::string, std::size_t>> datagrams;
    Bindings bindings{loop, random, resolver, [this]() -> Result<std::unique_ptr<Sockets>> {
                          if (refuseOpen) {
                              return fail(ErrorCode::Refused, "no socket");
                          }
                          return std::make_unique<SharedSockets>(world, loop, open);
                      }};
};

// C-UDP-01: nothing listens until a device wants it.
TEST_F(BindingsTest, PortsAreOpenExactlyWhileABindingIsWanted) {
    EXPECT_FALSE(open);
    EXPECT_EQ(bindings.port(), 0);
    want({key("stun.example.net")});
    EXPECT_TRUE(open);
    loop.advance(seconds{1});
    EXPECT_EQ(bindings.binding(key("stun.example.net"))->mapped, world.outside);
    EXPECT_EQ(changes, 1);
    want({});
    EXPECT_FALSE(open);
    EXPECT_FALSE(bindings.binding(key("stun.example.net")));
    loop.advance(seconds{600});
    EXPECT_EQ(loop.pendingTimers(), 0U);
}

TEST_F(BindingsTest, EachServerAndUserHasItsOwnClient) {
    resolver.hosts["other.example.net"] = world.server.address;
    want({key("stun.example.net"), key("stun.example.net", "u1"), key("other.example.net")});
    loop.advance(seconds{1});
    EXPECT_EQ(bindings.clients(), 3U);
    EXPECT_TRUE(bindings.binding(key("stun.example.net", "u1")));
    EXPECT_TRUE(bindings.binding(key("other.example.net")));
    want({key("stun.example.net", "u1")});
    EXPECT_EQ(bindings.clients(), 1U);
    EXPECT_FALSE(bindings.binding(key("other.example.net")));
    EXPECT_TRUE(bindings.binding(key("stun.example.net", "u1")));
}

TEST_F(BindingsTest, AnUnknownNameIsLookedUpAgain) {
    want({key("later.example.net")});
    loop.advance(seconds{30});
    EXPECT_EQ(resolver.lookups, 1);
    resolver.hosts["later.example.net"] = world.server.address;
    loop.advance(seconds{31});
    EXPECT_EQ(resolver.lookups, 2);
    EXPECT_TRUE(bindings.binding(key("later.example.net")));
}

TEST_F(BindingsTest, AServerThatMovedIsFoundByItsName) {
    want({key("stun.example.net")});
    loop.advance(seconds{1});
    world.server = endpoint("198.51.100.2:3478");
    resolver.hosts["stun.example.net"] = world.server.address;
    world.forgetMapping();
    loop.advance(seconds{600});
    EXPECT_EQ(bindings.binding(key("stun.example.net"))->mapped, world.outside);
    EXPECT_EQ(changes, 2);
    EXPECT_EQ(resolver.lookups, 2);
}

TEST_F(BindingsTest, SocketsThatCannotBeOpenedAreTriedAgain) {
    refuseOpen = true;
    want({key("stun.example.net")});
    EXPECT_EQ(bindings.clients(), 0U);
    refuseOpen = false;
    loop.advance(seconds{61});
    EXPECT_TRUE(bindings.binding(key("stun.example.net")));
    refuseOpen = true;
    want({});
    want({key("stun.example.net")});
    want({});
    refuseOpen = false;
    loop.advance(seconds{120});
    EXPECT_FALSE(open);
}

TEST_F(BindingsTest, OnlyOtherDatagramsOfTheFirstPortAreHandedOn) {
    want({key("stun.example.net")});
    loop.advance(seconds{1});
    const std::string get = "GET http://h?x HTTP/1.1\r\n\r\n";
    const auto bytes = std::as_bytes(std::span(get.data(), get.size()));
    world.handler(Via::Primary, endpoint("192.0.2.9:9"), bytes);
    world.handler(Via::Secondary, endpoint("192.0.2.9:9"), bytes);
    world.handler(Via::Primary, endpoint("192.0.2.9:9"), {});
    world.handler(Via::Primary, endpoint("192.0.2.9:9"), std::vector<std::byte>(20));
    ASSERT_EQ(datagrams.size(), 2U);
    EXPECT_EQ(datagrams[0], std::pair(std::string("192.0.2.9:9"), get.size()));
    EXPECT_EQ(datagrams[1].second, 0U);
}

TEST_F(BindingsTest, ChangedPeriodsReachTheClient) {
    want({key("stun.example.net")}, {seconds{600}, seconds{600}});
    loop.advance(seconds{100});
    const auto before = world.sent.size();
    want({key("stun.example.net")}, {seconds{20}, seconds{20}});
    loop.advance(seconds{61});
    EXPECT_EQ(world.sent.size(), before + 4U);
}

}  // namespace
}  // namespace platen::stun
