// SPDX-License-Identifier: Apache-2.0
// The UDP echo server on loopback.
#include "proxy/diagnostics/udp_echo.hpp"

#include "proxy/net/epoll_loop.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace platen::diagnostics {
namespace {

/// A UDP socket at one address of 127.0.0.0/8.
class Sender {
  public:
    explicit Sender(const char* address, std::uint16_t port = 0)
        : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        sockaddr_in own = at(address, port);
        bound_ = ::bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0;
    }
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;
    ~Sender() { ::close(socket_); }

    [[nodiscard]] bool bound() const { return bound_; }
    [[nodiscard]] std::uint16_t port() const {
        sockaddr_in own{};
        socklen_t size = sizeof own;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &size);
        return ntohs(own.sin_port);
    }
    void send(const std::string& bytes, const char* to, std::uint16_t port) const {
        const auto there = at(to, port);
        ::sendto(socket_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&there),
                 sizeof there);
    }
    /// What came, and from where; nothing if nothing did.
    std::optional<std::string> take(std::string* from = nullptr) const {
        std::array<char, 2048> buffer{};
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        const auto got = ::recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                    reinterpret_cast<sockaddr*>(&peer), &size);
        if (got < 0) {
            return std::nullopt;
        }
        if (from != nullptr) {
            std::array<char, INET_ADDRSTRLEN> text{};
            *from = ::inet_ntop(AF_INET, &peer.sin_addr, text.data(), text.size());
        }
        return std::string(buffer.data(), static_cast<std::size_t>(got));
    }

  private:
    static sockaddr_in at(const char* address, std::uint16_t port) {
        sockaddr_in out{};
        out.sin_family = AF_INET;
        out.sin_port = htons(port);
        ::inet_pton(AF_INET, address, &out.sin_addr);
        return out;
    }
    int socket_;
    bool bound_ = false;
};

std::uint16_t freePort() {
    return Sender("127.0.0.1").port();
}

class UdpEchoTest : public testing::Test {
  protected:
    void open() {
        const auto source = net::Address::parse("127.0.0.9").value();
        auto opened = openUdpEcho(loop_, {source, port_}, counts_);
        for (int i = 0; i < 5 && !opened; ++i) {  // Another program was faster.
            port_ = freePort();
            opened = openUdpEcho(loop_, {source, port_}, counts_);
        }
        ASSERT_TRUE(opened) << opened.error().text;
        echo_ = std::move(*opened);
    }
    /// One turn of the loop: what is sent on loopback is there at once.
    void settle() {
        loop_.post([this] { loop_.stop(); });
        loop_.run();
    }

    test::FakeClock clock_;
    net::EpollLoop loop_{clock_};
    std::uint16_t port_ = freePort();
    std::shared_ptr<UdpEchoCounts> counts_ = std::make_shared<UdpEchoCounts>();
    std::unique_ptr<UdpEcho> echo_;
};

// TP-181 5.2.7
TEST_F(UdpEchoTest, AnswersItsSourceWithWhatItSentAndCounts) {
    open();
    const Sender source("127.0.0.9");
    const auto begin = clock_.wallNow();
    for (const std::string bytes : {"one", "", "three"}) {
        clock_.advance(Millis{5});
        source.send(bytes, "127.0.0.1", port_);
        settle();
        EXPECT_EQ(source.take(), bytes);
    }
    EXPECT_EQ(counts_->packetsReceived, 3U);
    EXPECT_EQ(counts_->packetsResponded, 3U);
    EXPECT_EQ(counts_->bytesReceived, 3U * 8U + 8U) << "with UDP headers";
    EXPECT_EQ(counts_->bytesResponded, counts_->bytesReceived);
    EXPECT_EQ(counts_->first, begin + Millis{5});
    EXPECT_EQ(counts_->last, begin + Millis{15});
}

TEST_F(UdpEchoTest, TimesAreRightIfTheClockIsSetAfterTheStart) {
    open();
    clock_.setWall(clock_.wallNow() + std::chrono::years{10});
    const Sender source("127.0.0.9");
    source.send("x", "127.0.0.1", port_);
    settle();
    EXPECT_EQ(counts_->first, clock_.wallNow());
}

// TP-181 5.2.7: only SourceIPAddress is answered, and nobody once it is disabled.
TEST_F(UdpEchoTest, AnswersNobodyElse) {
    open();
    const Sender other("127.0.0.8");
    other.send("hello", "127.0.0.1", port_);
    settle();
    EXPECT_FALSE(other.take());
    EXPECT_EQ(counts_->packetsReceived, 0U);
    echo_.reset();
    const Sender source("127.0.0.9");
    source.send("hello", "127.0.0.1", port_);
    settle();
    EXPECT_FALSE(source.take());
    EXPECT_EQ(counts_->packetsReceived, 0U);
}

TEST_F(UdpEchoTest, AnswersFromTheAddressThatWasAsked) {
    open();
    const Sender source("127.0.0.9");
    source.send("x", "127.0.0.77", port_);
    settle();
    std::string from;
    EXPECT_EQ(source.take(&from), "x");
    EXPECT_EQ(from, "127.0.0.77");
}

// Two echo services would talk to each other for ever.
TEST_F(UdpEchoTest, ServicesAreNotAnswered) {
    open();
    const Sender service("127.0.0.9", 1007);
    if (!service.bound()) {
        GTEST_SKIP() << "this user may not use low ports";
    }
    service.send("hello", "127.0.0.1", port_);
    settle();
    EXPECT_FALSE(service.take());
    EXPECT_EQ(counts_->packetsReceived, 0U);
}

TEST_F(UdpEchoTest, APortThatIsInUseIsAnError) {
    const Sender owner("0.0.0.0", port_);
    const auto opened =
        openUdpEcho(loop_, {net::Address::parse("127.0.0.9").value(), port_}, counts_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Refused);
    EXPECT_NE(opened.error().text.find(std::to_string(port_)), std::string::npos);
}

TEST(EchoLimitTest, LimitsDatagramsAndOctetsOfASecond) {
    EchoLimit limit;
    const SteadyTime start{std::chrono::hours{1}};
    for (std::uint32_t i = 0; i < kMaxEchoesPerSecond; ++i) {
        ASSERT_TRUE(limit.take(start + Millis{i}, 10));
    }
    EXPECT_FALSE(limit.take(start + Millis{999}, 10));
    EXPECT_TRUE(limit.take(start + Millis{1000}, kMaxEchoBytesPerSecond - 10));
    EXPECT_TRUE(limit.take(start + Millis{1001}, 10));
    EXPECT_FALSE(limit.take(start + Millis{1002}, 1));
    EXPECT_TRUE(limit.take(start + Millis{2000}, 1));
}

}  // namespace
}  // namespace platen::diagnostics
