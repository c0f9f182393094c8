// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/bindings.hpp"

#include "stun_world.hpp"
#include "tests/support/fake_loop.hpp"
#include "tests/support/fake_resolver.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace platen::stun {
namespace {

using std::chrono::seconds;
using test::endpoint;

class BindingsTest : public testing::Test {
  protected:
    BindingsTest() {
        resolver.hosts["stun.example.net"] = {world.server.address};
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
    test::FakeResolver resolver{loop};
    test::StunWorld world{clock};
    bool open = false;
    bool refuseOpen = false;
    int changes = 0;
    std::vector<std::pair<std::string, std::size_t>> datagrams;
    Bindings bindings{loop, random, resolver, [this]() -> Result<std::unique_ptr<Sockets>> {
                          if (refuseOpen) {
                              return fail(ErrorCode::Refused, "no socket");
                          }
                          return std::make_unique<test::LentSockets>(world, loop, open);
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
    resolver.hosts["other.example.net"] = {world.server.address};
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
    EXPECT_EQ(resolver.asked.size(), 1U);
    resolver.hosts["later.example.net"] = {world.server.address};
    loop.advance(seconds{31});
    EXPECT_EQ(resolver.asked.size(), 2U);
    EXPECT_TRUE(bindings.binding(key("later.example.net")));
}

// C-UDP-06
TEST_F(BindingsTest, TheFirstIpv4AddressIsUsed) {
    resolver.hosts["both.example.net"] = {*net::Address::parse("2001:db8::1"),
                                          world.server.address};
    resolver.hosts["six.example.net"] = {*net::Address::parse("2001:db8::1")};
    want({key("both.example.net"), key("six.example.net")});
    loop.advance(seconds{1});
    EXPECT_TRUE(bindings.binding(key("both.example.net")));
    EXPECT_FALSE(bindings.binding(key("six.example.net")));
}

TEST_F(BindingsTest, AServerThatMovedIsFoundByItsName) {
    want({key("stun.example.net")});
    loop.advance(seconds{1});
    world.server = endpoint("198.51.100.2:3478");
    resolver.hosts["stun.example.net"] = {world.server.address};
    world.forgetMapping();
    loop.advance(seconds{600});
    EXPECT_EQ(bindings.binding(key("stun.example.net"))->mapped, world.outside);
    EXPECT_EQ(changes, 2);
    EXPECT_EQ(resolver.asked.size(), 2U);
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
