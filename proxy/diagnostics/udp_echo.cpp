// SPDX-License-Identifier: Apache-2.0
#include "proxy/diagnostics/udp_echo.hpp"

#include "base/text.hpp"
#include "proxy/net/socket_address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace platen::diagnostics {
namespace {

constexpr std::size_t kMaxDatagram = 65'535;
constexpr std::size_t kUdpHeader = 8;
constexpr int kDatagramsPerTurn = 32;  // The loop has other work.

std::string errnoText(std::string_view what, int error) {
    return text::cat({what, ": ", std::generic_category().message(error)});
}

class UdpEchoServer final : public UdpEcho {
  public:
    UdpEchoServer(net::Loop& loop,
                  const UdpEchoOptions& options,
                  std::shared_ptr<UdpEchoCounts> counts)
        : loop_(loop), options_(options), counts_(std::move(counts)), buffer_(kMaxDatagram) {}
    UdpEchoServer(const UdpEchoServer&) = delete;
    UdpEchoServer& operator=(const UdpEchoServer&) = delete;
    ~UdpEchoServer() override {
        if (watch_) {
            loop_.unwatch(*watch_);
        }
        if (socket_ >= 0) {
            ::close(socket_);
        }
    }

    Result<void> open() {
        const bool v6 = options_.source.ipv6;
        socket_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (socket_ < 0) {
            return fail(ErrorCode::Refused, errnoText("UDP socket", errno));
        }
        const int on = 1;
        if (v6) {
            ::setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
            ::setsockopt(socket_, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
        } else {
            ::setsockopt(socket_, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
        }
        net::Endpoint own;
        own.address.ipv6 = v6;
        own.port = options_.port;
        const net::SocketAddress any(own);
        if (::bind(socket_, any.data(), any.size()) != 0) {
            return fail(ErrorCode::Refused,
                        errnoText(text::cat({"UDP port ", std::to_string(options_.port)}), errno));
        }
        watch_ =
            loop_.watch(socket_, net::Ready::Read, "udp.echo", [this](net::Ready) { serve(); });
        return {};
    }

  private:
    void serve() {
        for (int i = 0; i < kDatagramsPerTurn; ++i) {
            if (!serveOne()) {
                return;
            }
        }
    }

    /// False: there is no more now.
    bool serveOne() {
        sockaddr_storage from{};
        std::array<char, 256> control{};
        iovec part{buffer_.data(), buffer_.size()};
        msghdr message{};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const auto got = ::recvmsg(socket_, &message, 0);
        if (got < 0) {
            return false;  // An error of an earlier answer is taken off the socket, too.
        }
        const auto bytes = static_cast<std::size_t>(got);
        if (!isFromSource(from)) {
            return true;
        }
        if (!clock_) {
            clock_.emplace(loop_.clock());
        }
        const auto now = clock_->now();
        counts_->first = counts_->first.value_or(now);
        counts_->last = now;
        ++counts_->packetsReceived;
        counts_->bytesReceived += static_cast<std::uint32_t>(bytes + kUdpHeader);
        if (limit_.take(loop_.clock().steadyNow(), bytes + kUdpHeader)) {
            part.iov_len = bytes;
            answerFromWhereAsked(message);
            if (::sendmsg(socket_, &message, MSG_NOSIGNAL) == got) {
                ++counts_->packetsResponded;
                counts_->bytesResponded += static_cast<std::uint32_t>(bytes + kUdpHeader);
            }
        }
        return true;
    }

    [[nodiscard]] bool isFromSource(const sockaddr_storage& from) const {
        const auto endpoint = net::toEndpoint(&from);
        return endpoint && endpoint->address == options_.source &&
               endpoint->port >= kLowestEchoedPort;
    }

    /// The control data of the question, as far as an answer may have it: a machine with several
    /// addresses answers from the one that was asked, on the route that the system chooses.
    static void answerFromWhereAsked(msghdr& message) {
        bool known = false;
        for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr;
             header = CMSG_NXTHDR(&message, header)) {
            if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
                in_pktinfo info{};
                std::memcpy(&info, CMSG_DATA(header), sizeof info);
                info.ipi_ifindex = 0;
                std::memcpy(CMSG_DATA(header), &info, sizeof info);
                known = true;
            }
            known =
                known || (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO);
        }
        if (!known) {
            message.msg_control = nullptr;
            message.msg_controllen = 0;
        }
    }

    net::Loop& loop_;
    UdpEchoOptions options_;
    std::shared_ptr<UdpEchoCounts> counts_;
    std::vector<char> buffer_;
    std::optional<MicroClock> clock_;  ///< From the first datagram on: it may be set after a boot.
    EchoLimit limit_;
    int socket_ = -1;
    std::optional<net::WatchId> watch_;
};

}  // namespace

bool EchoLimit::take(SteadyTime now, std::size_t bytes) {
    if (now - second_ >= std::chrono::seconds{1}) {
        second_ = now;
        packets_ = 0;
        bytes_ = 0;
    }
    if (packets_ >= kMaxEchoesPerSecond || bytes_ + bytes > kMaxEchoBytesPerSecond) {
        return false;
    }
    ++packets_;
    bytes_ += bytes;
    return true;
}

Result<std::unique_ptr<UdpEcho>> openUdpEcho(net::Loop& loop,
                                             const UdpEchoOptions& options,
                                             std::shared_ptr<UdpEchoCounts> counts) {
    auto server = std::make_unique<UdpEchoServer>(loop, options, std::move(counts));
    if (auto opened = server->open(); !opened) {
        return tl::unexpected<Error>(opened.error());
    }
    return server;
}

}  // namespace platen::diagnostics
