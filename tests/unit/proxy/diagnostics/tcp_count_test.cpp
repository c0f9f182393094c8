// SPDX-License-Identifier: Apache-2.0
// The kernel's counts of a connection, against those of its other end.
#include "proxy/diagnostics/tcp_count.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace platen::diagnostics {
namespace {

/// Both ends of a TCP connection on loopback.
class Connection {
  public:
    Connection() {
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof where;
        auto* raw = reinterpret_cast<sockaddr*>(&where);
        EXPECT_EQ(::bind(listener, raw, size), 0);
        EXPECT_EQ(::listen(listener, 1), 0);
        EXPECT_EQ(::getsockname(listener, raw, &size), 0);
        near = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        ::setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        EXPECT_EQ(::connect(near, raw, size), 0);
        far = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        EXPECT_GE(far, 0);
        ::close(listener);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() {
        ::close(near);
        ::close(far);
    }
    /// Sends pieces of this size, each read before the next goes.
    void move(std::size_t piece, int times) const {
        const std::string out(piece, 'x');
        std::string in(piece, '\0');
        for (int i = 0; i < times; ++i) {
            ASSERT_EQ(::send(near, out.data(), out.size(), MSG_NOSIGNAL),
                      static_cast<ssize_t>(piece));
            ASSERT_EQ(::recv(far, in.data(), in.size(), MSG_WAITALL), static_cast<ssize_t>(piece));
        }
    }
    int near = -1, far = -1;
};

void expectWithin1Percent(std::uint64_t is, std::uint64_t wanted) {
    EXPECT_GE(is, wanted - wanted / 100);
    EXPECT_LE(is, wanted + wanted / 100);
}

// TP-181 5.2.2, TP-181 5.2.4, TP-181 5.14, TP-181 5.15: within 1 % of what was on the wire
TEST(TcpCountTest, CountsOctetsWithTheHeadersOfEachSegment) {
    const Connection connection;
    constexpr std::size_t kPiece = 1000;
    constexpr int kTimes = 2000;
    constexpr std::uint64_t kHeaders = 20 + 20 + 12;  // IPv4, TCP, its time stamps
    const auto before = tcpCount(connection.near, false);
    connection.move(kPiece, kTimes);
    const auto after = tcpCount(connection.near, false);
    expectWithin1Percent(after.sent - before.sent, kTimes * (kPiece + kHeaders));
    EXPECT_GE(after.received - before.received, kHeaders) << "acknowledgements";
}

TEST(TcpCountTest, BothEndsAgree) {
    const Connection connection;
    connection.move(60'000, 200);
    const auto near = tcpCount(connection.near, false);
    const auto far = tcpCount(connection.far, false);
    expectWithin1Percent(near.sent, far.received);
    EXPECT_GT(far.received, 12'000'000U);
}

TEST(TcpCountTest, WhatIsNoConnectionCountsNothing) {
    const auto none = tcpCount(-1, false);
    EXPECT_EQ(none.received, 0U);
    EXPECT_EQ(none.sent, 0U);
}

}  // namespace
}  // namespace platen::diagnostics
