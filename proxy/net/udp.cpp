// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/net/datagram.hpp"
#include "proxy/net/socket_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace platen::net {

namespace {

constexpr std::size_t kMaxDatagram = 65'535;
/// Datagrams taken in one wake-up; what they set off must fit the loop's 5 ms.
constexpr std::size_t kBatch = 4;
/// A burst of answers of a whole fleet must not overflow; the kernel caps it at rmem_max.
constexpr int kReceiveBuffer = 4 * 1024 * 1024;

std::string errnoText(const char* what, int error) {
    return text::cat({what, ": ", std::generic_category().message(error)});
}

/// Room for one recvmmsg. Pages that no datagram reaches are never touched.
struct ReceiveBatch {
    using Bytes = std::array<std::byte, kBatch * kMaxDatagram>;
    ReceiveBatch() : bytes(std::make_unique_for_overwrite<Bytes>()) {
        for (std::size_t i = 0; i < kBatch; ++i) {
            vectors[i] = {bytes->data() + i * kMaxDatagram, kMaxDatagram};
        }
    }
    void rearm() {
        for (std::size_t i = 0; i < kBatch; ++i) {
            messages[i] = {};
            messages[i].msg_hdr.msg_name = &from[i];
            messages[i].msg_hdr.msg_namelen = sizeof from[i];
            messages[i].msg_hdr.msg_iov = &vectors[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
    }
    std::unique_ptr<Bytes> bytes;
    std::array<iovec, kBatch> vectors{};
    std::array<sockaddr_storage, kBatch> from{};
    std::array<mmsghdr, kBatch> messages{};
};

class UdpSocket {
  public:
    UdpSocket(Loop& loop, int fd) : loop_(loop), fd_(fd) {}
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;
    ~UdpSocket() {
        if (watch_) {
            loop_.unwatch(*watch_);
        }
        ::close(fd_);
    }
    void watch(UniqueFunction<void(Ready)> onReady) {
        watch_ = loop_.watch(fd_, Ready::Read, "udp.receive", std::move(onReady));
    }
    [[nodiscard]] int fd() const { return fd_; }

  private:
    Loop& loop_;
    int fd_;
    std::optional<WatchId> watch_;
};

Result<std::unique_ptr<UdpSocket>> openSocket(Loop& loop,
                                              int family,
                                              const std::optional<Endpoint>& at = std::nullopt) {
    const int fd = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return fail(ErrorCode::Refused, errnoText("UDP socket", errno));
    }
    auto socket = std::make_unique<UdpSocket>(loop, fd);
    // Best effort: without CAP_NET_ADMIN the kernel takes what net.core.rmem_max allows.
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
    const int on = 1;
    if (family == AF_INET6) {
        ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
    Endpoint any;
    any.address.ipv6 = family == AF_INET6;
    const SocketAddress own(at.value_or(any));
    if (::bind(fd, own.data(), own.size()) != 0) {
        return fail(ErrorCode::Refused, errnoText("UDP bind", errno));
    }
    return socket;
}

class UdpDatagrams final : public Datagrams {
  public:
    UdpDatagrams(std::unique_ptr<UdpSocket> v4, std::unique_ptr<UdpSocket> v6)
        : v4_(std::move(v4)), v6_(std::move(v6)) {}

    Result<void> send(const Endpoint& to, std::span<const std::byte> bytes) override {
        const auto& socket = to.address.ipv6 ? v6_ : v4_;
        if (!socket) {
            return fail(ErrorCode::Refused, "this machine has no IPv6");
        }
        const SocketAddress address(to);
        const auto sent = ::sendto(socket->fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL,
                                   address.data(), address.size());
        if (sent >= 0) {
            return {};
        }
        const int error = errno;
        if (error == EAGAIN || error == ENOBUFS || error == ENOMEM || error == EINTR) {
            return fail(ErrorCode::Exhausted, errnoText("UDP send", error));
        }
        return fail(error == EMSGSIZE ? ErrorCode::TooLarge : ErrorCode::Refused,
                    errnoText("UDP send", error));
    }

    void onReceive(
        UniqueFunction<void(const Endpoint&, std::span<const std::byte>)> handler) override {
        handler_ = std::move(handler);
        for (auto* socket : {v4_.get(), v6_.get()}) {
            if (socket != nullptr) {
                socket->watch([this, fd = socket->fd()](Ready) { drain(fd); });
            }
        }
    }

  private:
    void drain(int fd) {
        batch_.rearm();
        const int count = ::recvmmsg(fd, batch_.messages.data(), kBatch, MSG_DONTWAIT, nullptr);
        for (int i = 0; i < count; ++i) {
            deliver(static_cast<std::size_t>(i));
        }
    }

    void deliver(std::size_t i) {
        const auto& message = batch_.messages[i];
        const auto from = toEndpoint(&batch_.from[i]);
        if (!from || (message.msg_hdr.msg_flags & MSG_TRUNC) != 0) {
            return;
        }
        handler_(*from, {batch_.bytes->data() + i * kMaxDatagram, message.msg_len});
    }

    UniqueFunction<void(const Endpoint&, std::span<const std::byte>)> handler_;
    ReceiveBatch batch_;
    std::unique_ptr<UdpSocket> v4_;
    std::unique_ptr<UdpSocket> v6_;
};

}  // namespace

Result<std::unique_ptr<Datagrams>> openUdp(Loop& loop) {
    auto v4 = openSocket(loop, AF_INET);
    if (!v4) {
        return tl::unexpected<Error>(std::move(v4.error()));
    }
    auto v6 = openSocket(loop, AF_INET6);
    if (!v6) {
        LOG_INFO("net", "udp.no_ipv6", {"reason", v6.error().text});
    }
    return std::make_unique<UdpDatagrams>(std::move(*v4), v6 ? std::move(*v6) : nullptr);
}

Result<std::unique_ptr<Datagrams>> openUdpListener(Loop& loop, const Endpoint& at) {
    auto socket = openSocket(loop, at.address.ipv6 ? AF_INET6 : AF_INET, at);
    if (!socket) {
        return tl::unexpected<Error>(std::move(socket.error()));
    }
    return at.address.ipv6 ? std::make_unique<UdpDatagrams>(nullptr, std::move(*socket))
                           : std::make_unique<UdpDatagrams>(std::move(*socket), nullptr);
}

}  // namespace platen::net
