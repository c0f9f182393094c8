// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/datagram.hpp"
#include "proxy/net/epoll_loop.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace platen::net {
namespace {

std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// A plain blocking socket on loopback that answers each datagram with what it got.
class Peer {
  public:
    explicit Peer(int family) : fd_(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in6 in6{};
        sockaddr_in in4{};
        in6.sin6_family = AF_INET6;
        in6.sin6_addr = in6addr_loopback;
        in4.sin_family = AF_INET;
        in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool six = family == AF_INET6;
        const auto* address =
            six ? reinterpret_cast<const sockaddr*>(&in6) : reinterpret_cast<const sockaddr*>(&in4);
        ok_ = fd_ >= 0 && ::bind(fd_, address, six ? sizeof in6 : sizeof in4) == 0;
        sockaddr_in6 bound{};
        socklen_t size = sizeof bound;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &size);
        endpoint_.address = *Address::parse(six ? "::1" : "127.0.0.1");
        endpoint_.port = ntohs(bound.sin6_port);  // same place in both families
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer() { ::close(fd_); }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] Endpoint endpoint() const { return endpoint_; }
    /// Takes one datagram (it is there: loopback delivers at once) and sends it back `copies`
    /// times.
    std::string echo(int copies) const {
        std::string buffer(70'000, '\0');
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const auto got = ::recvfrom(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                    reinterpret_cast<sockaddr*>(&from), &size);
        EXPECT_GE(got, 0);
        buffer.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        for (int i = 0; i < copies; ++i) {
            EXPECT_EQ(::sendto(fd_, buffer.data(), buffer.size(), 0,
                               reinterpret_cast<const sockaddr*>(&from), size),
                      got);
        }
        return buffer;
    }

  private:
    int fd_;
    bool ok_ = false;
    Endpoint endpoint_;
};

class UdpTest : public ::testing::TestWithParam<int> {
  protected:
    void SetUp() override {
        if (!peer_.ok()) {
            GTEST_SKIP() << "no loopback for this address family";
        }
        auto udp = openUdp(loop_);
        ASSERT_TRUE(udp) << udp.error().text;
        udp_ = std::move(*udp);
        udp_->onReceive([this](const Endpoint& from, std::span<const std::byte> bytes) {
            from_ = from;
            received_.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            if (received_.size() >= expected_) {
                loop_.stop();
            }
        });
    }
    void runUntil(std::size_t expected) {
        expected_ = expected;
        const auto deadline = loop_.after(Millis{5000}, "deadline", [this] { loop_.stop(); });
        loop_.run();
        loop_.cancel(deadline);
    }

    SystemClock clock_;
    EpollLoop loop_{clock_};
    Peer peer_{GetParam()};
    std::unique_ptr<Datagrams> udp_;
    Endpoint from_;
    std::vector<std::string> received_;
    std::size_t expected_ = 1;
};

TEST_P(UdpTest, CarriesADatagramThereAndBack) {
    ASSERT_TRUE(udp_->send(peer_.endpoint(), bytesOf("hello")));
    EXPECT_EQ(peer_.echo(1), "hello");
    EXPECT_TRUE(received_.empty()) << "received only by the loop";
    runUntil(1);
    EXPECT_EQ(received_, std::vector<std::string>{"hello"});
    EXPECT_EQ(from_, peer_.endpoint());
}

TEST_P(UdpTest, TakesMoreThanOneBatchOfAnswers) {
    constexpr int kCopies = 150;
    ASSERT_TRUE(udp_->send(peer_.endpoint(), bytesOf("x")));
    peer_.echo(kCopies);
    runUntil(kCopies);
    EXPECT_EQ(received_.size(), std::size_t{kCopies});
}

TEST_P(UdpTest, CarriesTheLargestAndTheEmptyDatagram) {
    const std::string large(65'507, 'y');
    ASSERT_TRUE(udp_->send(peer_.endpoint(), bytesOf(large)));
    ASSERT_TRUE(udp_->send(peer_.endpoint(), bytesOf("")));
    peer_.echo(1);
    peer_.echo(1);
    runUntil(2);
    EXPECT_EQ(received_, (std::vector<std::string>{large, ""}));
}

TEST_P(UdpTest, RefusesWhatNoDatagramCanHold) {
    const std::string huge(70'000, 'z');
    const auto sent = udp_->send(peer_.endpoint(), bytesOf(huge));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::TooLarge);
}

TEST_P(UdpTest, AClosedPortIsSilenceNotAnError) {
    Endpoint closed = peer_.endpoint();
    {
        const Peer gone(GetParam());
        closed = gone.endpoint();
    }
    EXPECT_TRUE(udp_->send(closed, bytesOf("a")));
    EXPECT_TRUE(udp_->send(closed, bytesOf("b"))) << "the ICMP error of the first must not stick";
    ASSERT_TRUE(udp_->send(peer_.endpoint(), bytesOf("c")));
    peer_.echo(1);
    runUntil(1);
    EXPECT_EQ(received_, std::vector<std::string>{"c"});
}

INSTANTIATE_TEST_SUITE_P(
    Families, UdpTest, ::testing::Values(AF_INET, AF_INET6), [](const auto& family) {
        return family.param == AF_INET ? std::string("Ipv4") : std::string("Ipv6");
    });

}  // namespace
}  // namespace platen::net
