// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/sockets.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace platen::stun {
namespace {

/// Datagrams taken in one wake-up; checking them must fit the loop's 5 ms.
constexpr int kBatch = 32;

sockaddr_in toSockaddr(const net::Endpoint& endpoint) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    address.sin_addr.s_addr = htonl(endpoint.address.ipv4());
    return address;
}

net::Endpoint fromSockaddr(const sockaddr_in& address) {
    return {net::Address::fromIpv4(ntohl(address.sin_addr.s_addr)), ntohs(address.sin_port)};
}

// NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API is made so
const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}
sockaddr* generic(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}
// NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)

Error systemError(const char* what, int error) {
    return {ErrorCode::Refused, text::cat({what, ": ", std::generic_category().message(error)})};
}

/// An open descriptor that the loop may watch.
class Socket {
  public:
    Socket(net::Loop& loop, int descriptor) : loop_(loop), descriptor_(descriptor) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() {
        if (watch_) {
            loop_.unwatch(*watch_);
        }
        ::close(descriptor_);
    }
    void watch(UniqueFunction<void(net::Ready)> onReady) {
        watch_ = loop_.watch(descriptor_, net::Ready::Read, "stun.receive", std::move(onReady));
    }
    [[nodiscard]] int descriptor() const { return descriptor_; }

    static Result<std::unique_ptr<Socket>> open(net::Loop& loop) {
        const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (descriptor < 0) {
            return tl::unexpected(systemError("UDP socket", errno));
        }
        return std::make_unique<Socket>(loop, descriptor);
    }
    [[nodiscard]] bool bind(std::uint16_t port) const {
        const auto any = toSockaddr({net::Address::fromIpv4(INADDR_ANY), port});
        return ::bind(descriptor_, generic(any), sizeof any) == 0;
    }
    [[nodiscard]] net::Endpoint local() const {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(descriptor_, generic(address), &size);
        return fromSockaddr(address);
    }

  private:
    net::Loop& loop_;
    int descriptor_;
    std::optional<net::WatchId> watch_;
};

class UdpSockets final : public Sockets {
  public:
    UdpSockets(std::unique_ptr<Socket> primary, std::unique_ptr<Socket> secondary)
        : primary_(std::move(primary)), secondary_(std::move(secondary)) {}

    void send(Via via, const net::Endpoint& to, std::span<const std::byte> bytes) override {
        if (to.address.ipv6) {
            return;
        }
        const auto address = toSockaddr(to);
        // A full buffer or an unreachable net: the retransmission covers it.
        static_cast<void>(::sendto(socket(via).descriptor(), bytes.data(), bytes.size(),
                                   MSG_NOSIGNAL, generic(address), sizeof address));
    }

    std::optional<net::Endpoint> localTowards(const net::Endpoint& server) const override {
        if (server.address.ipv6) {
            return std::nullopt;
        }
        // Connecting a datagram socket sends nothing; the kernel chooses the source address.
        const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (descriptor < 0) {
            return std::nullopt;
        }
        const auto address = toSockaddr(server);
        sockaddr_in local{};
        socklen_t size = sizeof local;
        const bool known = ::connect(descriptor, generic(address), sizeof address) == 0 &&
                           ::getsockname(descriptor, generic(local), &size) == 0;
        ::close(descriptor);
        if (!known) {
            return std::nullopt;
        }
        return net::Endpoint{fromSockaddr(local).address, port()};
    }

    void onReceive(Handler handler) override {
        handler_ = std::move(handler);
        for (const auto via : {Via::Primary, Via::Secondary}) {
            socket(via).watch([this, via](net::Ready) { drain(via); });
        }
    }
    std::uint16_t port() const override { return primary_->local().port; }

  private:
    [[nodiscard]] Socket& socket(Via via) const {
        return via == Via::Primary ? *primary_ : *secondary_;
    }

    void drain(Via via) {
        for (int i = 0; i < kBatch; ++i) {
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const auto got = ::recvfrom(socket(via).descriptor(), buffer_.data(), buffer_.size(),
                                        MSG_DONTWAIT | MSG_TRUNC, generic(from), &size);
            if (got < 0) {
                if (errno == EAGAIN) {
                    return;
                }
                continue;  // an ICMP error of an earlier packet
            }
            const auto length = static_cast<std::size_t>(got);
            if (length <= buffer_.size()) {
                handler_(via, fromSockaddr(from), std::span(buffer_).first(length));
            }
        }
    }

    std::unique_ptr<Socket> primary_, secondary_;
    Handler handler_;
    std::array<std::byte, kMaxDatagramBytes> buffer_{};
};

}  // namespace

Result<std::unique_ptr<Sockets>> openSockets(net::Loop& loop, std::uint16_t wishedPort) {
    auto primary = Socket::open(loop);
    auto secondary = Socket::open(loop);
    if (!primary) {
        return tl::unexpected(std::move(primary.error()));
    }
    if (!secondary) {
        return tl::unexpected(std::move(secondary.error()));
    }
    const bool bound = (wishedPort != 0 && (*primary)->bind(wishedPort)) || (*primary)->bind(0);
    if (!bound || !(*secondary)->bind(0)) {
        return tl::unexpected(systemError("UDP bind", errno));
    }
    return std::make_unique<UdpSockets>(std::move(*primary), std::move(*secondary));
}

}  // namespace platen::stun
