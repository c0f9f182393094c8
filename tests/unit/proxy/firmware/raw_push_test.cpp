// SPDX-License-Identifier: Apache-2.0
// Real sockets on loopback.
#include "proxy/firmware/push.hpp"
#include "proxy/net/epoll_loop.hpp"
#include "signing.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace platen::firmware {
namespace {

using transfer::FaultCode;

/// Takes one connection, reads some or all, closes.
class PrinterPort {
  public:
    explicit PrinterPort(std::size_t most) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof where;
        auto* raw = reinterpret_cast<sockaddr*>(&where);
        EXPECT_EQ(::bind(socket_, raw, size), 0);
        EXPECT_EQ(::listen(socket_, 1), 0);
        EXPECT_EQ(::getsockname(socket_, raw, &size), 0);
        port = ntohs(where.sin_port);
        thread_ = std::thread([this, most] { take(most); });
    }
    PrinterPort(const PrinterPort&) = delete;
    PrinterPort& operator=(const PrinterPort&) = delete;
    ~PrinterPort() {
        finish();
        ::close(socket_);
    }
    void finish() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    std::uint16_t port = 0;
    std::string received;

  private:
    void take(std::size_t most) {
        const int peer = ::accept(socket_, nullptr, nullptr);
        std::array<char, 65'536> buffer{};
        const std::string status = "@PJL USTATUS\r\n";  // Printers talk meanwhile.
        EXPECT_EQ(::send(peer, status.data(), status.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(status.size()));
        while (received.size() < most) {
            const auto got = ::recv(peer, buffer.data(), buffer.size(), 0);
            if (got <= 0) {
                break;
            }
            received.append(buffer.data(), static_cast<std::size_t>(got));
        }
        ::close(peer);
    }
    int socket_;
    std::thread thread_;
};

class RawPushTest : public testing::Test {
  protected:
    PushResult push(std::uint16_t port, const std::string& image, std::string octets = {}) {
        folder.write("image", image);
        std::optional<PushResult> result;
        PushRequest request;
        request.printer = net::Address::fromIpv4(0x7F000001);
        request.channel = {mibmap::FirmwareChannel::Kind::Raw, port, {}, {}};
        request.image = folder.files / "image";
        request.octets = std::move(octets);
        std::unique_ptr<Push> running;
        loop.post([&] {
            running = startRawPush(loop, std::move(request), [&](PushResult done) {
                result = std::move(done);
                running.reset();
                loop.stop();
            });
        });
        loop.after(std::chrono::seconds{20}, "test.limit", [&] { loop.stop(); });
        loop.run();
        EXPECT_TRUE(result.has_value()) << "it never ended";
        return result ? std::move(*result) : PushResult{};
    }
    test::CatalogueFolder folder;
    SystemClock clock;
    net::EpollLoop loop{clock};
};

TEST_F(RawPushTest, AllOctetsArriveInOrder) {
    std::string image(3'000'000, '\0');
    for (std::size_t i = 0; i < image.size(); ++i) {
        image[i] = static_cast<char>(i * 31U % 251U);
    }
    PrinterPort printer(image.size() + 1);
    const auto result = push(printer.port, image);
    EXPECT_TRUE(result.outcome.good()) << result.outcome.text;
    EXPECT_TRUE(result.begun);
    printer.finish();
    EXPECT_TRUE(printer.received == image) << printer.received.size();
}

TEST_F(RawPushTest, OctetsWithoutAFileAreSentAsTheyAre) {
    const std::string page(200'000, 'p');
    PrinterPort printer(page.size() + 1);
    const auto result = push(printer.port, "the file", page);
    EXPECT_TRUE(result.outcome.good()) << result.outcome.text;
    printer.finish();
    EXPECT_TRUE(printer.received == page) << printer.received.size();
}

TEST_F(RawPushTest, AClosedPortIsToldAndNothingWasSent) {
    std::uint16_t port = 0;
    {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof where;
        ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&where), size), 0);
        ASSERT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&where), &size), 0);
        port = ntohs(where.sin_port);
        ::close(socket);
    }
    const auto result = push(port, "image");
    EXPECT_EQ(result.outcome.code, FaultCode::DownloadFailed);
    EXPECT_NE(result.outcome.text.find("not open"), std::string::npos) << result.outcome.text;
    EXPECT_FALSE(result.begun);
}

TEST_F(RawPushTest, APrinterThatBreaksOffIsToldAsBegun) {
    PrinterPort printer(100'000);
    std::string image;
    image.resize(20'000'000, 'x');
    const auto result = push(printer.port, image);
    EXPECT_EQ(result.outcome.code, FaultCode::DownloadFailed);
    EXPECT_TRUE(result.begun);
}

TEST_F(RawPushTest, AMissingImageIsToldLater) {
    PushRequest request;
    request.printer = net::Address::fromIpv4(0x7F000001);
    request.image = folder.files / "none";
    std::optional<PushResult> result;
    std::unique_ptr<Push> running;
    loop.post([&] {
        running = startRawPush(loop, std::move(request), [&](PushResult done) {
            result = std::move(done);
            loop.stop();
        });
        EXPECT_FALSE(result.has_value()) << "never inside the call";
    });
    loop.run();
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->outcome.code, FaultCode::DownloadFailed);
    EXPECT_FALSE(result->begun);
}

}  // namespace
}  // namespace platen::firmware
