// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/lan.hpp"

#include "base/text.hpp"
#include "proxy/net/socket_address.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <tuple>
#include <utility>

namespace platen::net {

namespace {

constexpr std::size_t kMaxDatagram = 65'535;
/// Datagrams taken in one wake-up; the loop has other work.
constexpr int kBatch = 16;

tl::unexpected<Error> refused(const char* what) {
    return fail(ErrorCode::Refused,
                text::cat({what, ": ", std::generic_category().message(errno)}));
}

std::optional<Address> addressOf(const sockaddr* from) {
    if (from == nullptr) {
        return std::nullopt;
    }
    const auto endpoint = toEndpoint(from);
    return endpoint ? std::optional(endpoint->address) : std::nullopt;
}

unsigned bitsOf(const Address& mask) {
    unsigned bits = 0;
    for (const auto octet : mask.bytes) {
        bits += static_cast<unsigned>(std::popcount(octet));
    }
    return bits;
}

std::optional<LanNetwork> toNetwork(const ifaddrs& entry) {
    const auto address = addressOf(entry.ifa_addr);
    const auto mask = addressOf(entry.ifa_netmask);
    if (!address || !mask || (entry.ifa_flags & IFF_UP) == 0) {
        return std::nullopt;
    }
    LanNetwork network;
    network.interface = entry.ifa_name;
    network.index = ::if_nametoindex(entry.ifa_name);
    network.address = *address;
    std::tie(network.first, network.last) = networkOf(*address, bitsOf(*mask));
    network.multicast = (entry.ifa_flags & IFF_MULTICAST) != 0;
    network.loopback = (entry.ifa_flags & IFF_LOOPBACK) != 0;
    // Computed: an address that was added without `brd` has none of its own. /31 and /32 have none.
    constexpr unsigned kLongestWithBroadcast = 30;
    if ((entry.ifa_flags & IFF_BROADCAST) != 0 && !address->ipv6 &&
        bitsOf(*mask) <= kLongestWithBroadcast) {
        network.broadcast = network.last;
    }
    return network;
}

class SystemLanSocket final : public LanSocket {
  public:
    SystemLanSocket(Loop& loop, int fd, std::uint32_t index, Lan::Handler handler)
        : loop_(loop), fd_(fd), index_(index), handler_(std::move(handler)) {}
    SystemLanSocket(const SystemLanSocket&) = delete;
    SystemLanSocket& operator=(const SystemLanSocket&) = delete;
    ~SystemLanSocket() override {
        if (watch_) {
            loop_.unwatch(*watch_);
        }
        ::close(fd_);
    }

    void watch() {
        watch_ = loop_.watch(fd_, Ready::Read, "lan.receive", [this](Ready) { drain(); });
    }

    Result<void> send(const Endpoint& to, std::span<const std::byte> bytes) override {
        const SocketAddress address(to, index_);
        const auto sent =
            ::sendto(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL, address.data(), address.size());
        if (sent >= 0) {
            return {};
        }
        if (errno == EAGAIN || errno == ENOBUFS) {
            return fail(ErrorCode::Exhausted, "send: buffer is full");
        }
        return refused("send");
    }

  private:
    void drain() {
        std::vector<std::byte> buffer(kMaxDatagram);
        for (int i = 0; i < kBatch; ++i) {
            sockaddr_storage from{};
            socklen_t size = sizeof from;
            const auto got =
                ::recvfrom(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC,
                           // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
                           reinterpret_cast<sockaddr*>(&from), &size);
            if (got < 0) {
                return;
            }
            const auto endpoint = toEndpoint(&from);
            if (!endpoint || static_cast<std::size_t>(got) > buffer.size()) {
                continue;
            }
            handler_(*endpoint,
                     std::span<const std::byte>(buffer).first(static_cast<std::size_t>(got)));
        }
    }

    Loop& loop_;
    int fd_;
    std::uint32_t index_;
    Lan::Handler handler_;
    std::optional<WatchId> watch_;
};

bool set(int fd, int level, int name, int value) {
    return ::setsockopt(fd, level, name, &value, sizeof value) == 0;
}

/// Bound to the network's own address, so that answers come over it. IPv6 multicast leaves with
/// the link-local address, so there the port only is bound.
bool prepare(int fd, const LanNetwork& network, int hops) {
    const auto index = static_cast<int>(network.index);
    if (network.address.ipv6) {
        sockaddr_in6 in6{};
        in6.sin6_family = AF_INET6;
        return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
               set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, index) &&
               set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops) &&
               // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
               ::bind(fd, reinterpret_cast<const sockaddr*>(&in6), sizeof in6) == 0;
    }
    ip_mreqn interface {};
    interface.imr_ifindex = index;
    sockaddr_in in4{};
    in4.sin_family = AF_INET;
    std::memcpy(&in4.sin_addr, network.address.bytes.data(), sizeof in4.sin_addr);
    return ::setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface) == 0 &&
           set(fd, IPPROTO_IP, IP_MULTICAST_TTL, hops) && set(fd, SOL_SOCKET, SO_BROADCAST, 1) &&
           // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
           ::bind(fd, reinterpret_cast<const sockaddr*>(&in4), sizeof in4) == 0;
}

class SystemLan final : public Lan {
  public:
    explicit SystemLan(Loop& loop) : loop_(loop) {}

    [[nodiscard]] std::vector<LanNetwork> networks() const override {
        std::vector<LanNetwork> out;
        ifaddrs* list = nullptr;
        if (::getifaddrs(&list) != 0) {
            return out;
        }
        for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
            if (auto network = toNetwork(*entry)) {
                out.push_back(std::move(*network));
            }
        }
        ::freeifaddrs(list);
        return out;
    }

    Result<std::unique_ptr<LanSocket>> open(const LanNetwork& network,
                                            int hops,
                                            Handler onAnswer) override {
        const int fd = ::socket(network.address.ipv6 ? AF_INET6 : AF_INET,
                                SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return refused("UDP socket");
        }
        auto socket =
            std::make_unique<SystemLanSocket>(loop_, fd, network.index, std::move(onAnswer));
        if (!prepare(fd, network, hops)) {
            return refused("UDP socket for multicast");
        }
        socket->watch();
        return socket;
    }

  private:
    Loop& loop_;
};

}  // namespace

std::pair<Address, Address> networkOf(const Address& address, unsigned bits) {
    Address first = address;
    Address last = address;
    const std::size_t length = address.ipv6 ? 16 : 4;
    for (std::size_t i = 0; i < length; ++i) {
        const auto kept = std::min(8U, bits - std::min(bits, static_cast<unsigned>(8 * i)));
        const auto hostMask = static_cast<std::uint8_t>(0xFFU >> kept);
        first.bytes.at(i) = static_cast<std::uint8_t>(first.bytes.at(i) & ~hostMask);
        last.bytes.at(i) = static_cast<std::uint8_t>(last.bytes.at(i) | hostMask);
    }
    return {first, last};
}

std::unique_ptr<Lan> makeSystemLan(Loop& loop) {
    return std::make_unique<SystemLan>(loop);
}

}  // namespace platen::net
