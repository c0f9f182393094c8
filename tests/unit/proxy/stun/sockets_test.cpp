// SPDX-License-Identifier: Apache-2.0
// The real sockets, on loopback.
#include "proxy/stun/sockets.hpp"

#include "proxy/net/epoll_loop.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace platen::stun {
namespace {

const net::Address kLoopback = net::Address::fromIpv4(0x7F000001U);

class SocketsTest : public testing::Test {
  protected:
    /// Runs the loop until `stop()` or for two seconds.
    bool run() {
        loop.after(Millis{2'000}, "test.limit", [this] { loop.stop(); });
        loop.run();
        return stopped;
    }
    void stop() {
        stopped = true;
        loop.stop();
    }
    SystemClock clock;
    net::EpollLoop loop{clock};
    bool stopped = false;
};

TEST_F(SocketsTest, DatagramsArriveOnTheirPort) {
    auto a = openSockets(loop, 0);
    auto b = openSockets(loop, 0);
    ASSERT_TRUE(a && b);
    std::vector<std::string> got;
    (*b)->onReceive([&](Via via, const net::Endpoint& from, std::span<const std::byte> bytes) {
        got.push_back((via == Via::Primary ? "first " : "second ") + std::to_string(bytes.size()));
        EXPECT_EQ(from.address, kLoopback);
        if (got.size() == 2) {
            stop();
        }
    });
    const std::vector<std::byte> largest(kMaxDatagramBytes);
    const std::vector<std::byte> tooLarge(kMaxDatagramBytes + 1);
    const net::Endpoint to{kLoopback, (*b)->port()};
    (*a)->send(Via::Primary, to, tooLarge);
    (*a)->send(Via::Primary, to, largest);
    (*a)->send(Via::Secondary, to, std::span(largest).first(3));
    ASSERT_TRUE(run());
    EXPECT_EQ(got, (std::vector<std::string>{"first 2048", "first 3"}));
}

TEST_F(SocketsTest, KnowsItsAddressAndTakesTheWishedPortIfItIsFree) {
    auto first = openSockets(loop, 0);
    ASSERT_TRUE(first);
    const auto port = (*first)->port();
    EXPECT_NE(port, 0);
    EXPECT_EQ((*first)->localTowards({kLoopback, 3478}), (net::Endpoint{kLoopback, port}));
    auto taken = openSockets(loop, port);
    ASSERT_TRUE(taken);
    EXPECT_NE((*taken)->port(), port);
    first->reset();
    auto again = openSockets(loop, port);
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->port(), port);
    EXPECT_FALSE((*again)->localTowards(*net::Endpoint::parse("[::1]:3478")));
}

}  // namespace
}  // namespace platen::stun
