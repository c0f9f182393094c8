// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/icmp.hpp"

#include "base/text.hpp"
#include "proxy/net/socket_address.hpp"

#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <unistd.h>

// After the C library's own headers.
#include <linux/errqueue.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

namespace platen::net {

namespace {

constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kChecksumAt = 2;
constexpr std::size_t kIdentifierAt = 4;
constexpr std::size_t kMaxIpHeader = 60;
constexpr std::size_t kSequenceAt = 6;
/// Answers taken in one wake-up.
constexpr int kBatch = 32;

Address addressOf(const void* from) {
    const auto endpoint = toEndpoint(from);
    return endpoint ? endpoint->address : Address{};
}

/// RFC 1071. ICMPv6 sockets and ping sockets fill it in themselves.
std::uint16_t checksum(const std::vector<std::uint8_t>& packet) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < packet.size(); i += 2) {
        const std::uint32_t low = i + 1 < packet.size() ? packet[i + 1] : 0U;
        sum += (std::uint32_t{packet[i]} << 8U) | low;
    }
    while (sum > 0xFFFFU) {
        sum = (sum & 0xFFFFU) + (sum >> 16U);
    }
    return static_cast<std::uint16_t>(~sum);
}

/// An answer as read from a socket.
struct Answer {
    std::uint16_t sequence = 0;
    EchoResult::Kind kind = EchoResult::Kind::Reply;
    Address from;
    std::uint8_t icmpType = 0;
};

/// A socket of one address family, closed with it.
class PingSocket {
  public:
    /// A ping socket, or where the system grants none, a raw one (needs CAP_NET_RAW).
    static std::unique_ptr<PingSocket> open(bool ipv6, std::uint16_t identifier) {
        const int family = ipv6 ? AF_INET6 : AF_INET;
        const int protocol = ipv6 ? static_cast<int>(IPPROTO_ICMPV6) : IPPROTO_ICMP;
        constexpr int kFlags = SOCK_CLOEXEC | SOCK_NONBLOCK;
        int fd = ::socket(family, SOCK_DGRAM | kFlags, protocol);
        const bool raw = fd < 0;
        if (raw) {
            fd = ::socket(family, SOCK_RAW | kFlags, protocol);
        }
        if (fd < 0) {
            return nullptr;
        }
        auto socket = std::unique_ptr<PingSocket>(new PingSocket(fd, ipv6, raw, identifier));
        // Routers' answers come by the error queue.
        socket->setOption(ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_RECVERR : IP_RECVERR, 1);
        return socket;
    }
    PingSocket(const PingSocket&) = delete;
    PingSocket& operator=(const PingSocket&) = delete;
    ~PingSocket() { ::close(fd_); }

    [[nodiscard]] int fd() const { return fd_; }

    /// 0, or errno.
    int send(const EchoRequest& request, std::uint16_t sequence) {
        const int level = ipv6_ ? IPPROTO_IPV6 : IPPROTO_IP;
        setOption(level, ipv6_ ? IPV6_UNICAST_HOPS : IP_TTL, request.hopLimit);
        setOption(level, ipv6_ ? IPV6_TCLASS : IP_TOS, request.dscp << 2U);
        std::vector<std::uint8_t> packet(kHeaderBytes + std::min(request.dataBytes, kMaxEchoData));
        packet[0] = ipv6_ ? std::uint8_t{ICMP6_ECHO_REQUEST} : std::uint8_t{ICMP_ECHO};
        packet[kSequenceAt] = static_cast<std::uint8_t>(sequence >> 8U);
        packet[kSequenceAt + 1] = static_cast<std::uint8_t>(sequence);
        packet[kIdentifierAt] = static_cast<std::uint8_t>(identifier_ >> 8U);
        packet[kIdentifierAt + 1] = static_cast<std::uint8_t>(identifier_);
        if (raw_ && !ipv6_) {
            const auto sum = checksum(packet);
            packet[kChecksumAt] = static_cast<std::uint8_t>(sum >> 8U);
            packet[kChecksumAt + 1] = static_cast<std::uint8_t>(sum);
        }
        const SocketAddress to({request.target, 0});
        const auto sent =
            ::sendto(fd_, packet.data(), packet.size(), MSG_NOSIGNAL, to.data(), to.size());
        return sent < 0 ? errno : 0;
    }

    /// Reads one message; `errors`: of the error queue. Nothing when there is none left.
    [[nodiscard]] std::optional<Answer> receive(bool errors) const;

  private:
    PingSocket(int fd, bool ipv6, bool raw, std::uint16_t identifier)
        : fd_(fd), ipv6_(ipv6), raw_(raw), identifier_(identifier) {}
    void setOption(int level, int name, int value) const {
        (void)::setsockopt(fd_, level, name, &value, sizeof value);
    }
    /// The ICMP header, or nothing if it is no echo of ours. A raw socket sees those of others too,
    /// and on IPv4 the IP header before them.
    [[nodiscard]] std::optional<std::uint16_t> sequenceOf(std::span<const std::uint8_t> bytes,
                                                          bool errors) const;
    int fd_;
    bool ipv6_;
    bool raw_;
    std::uint16_t identifier_;
};

std::uint16_t numberAt(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>((bytes[at] << 8U) | bytes[at + 1]);
}

std::optional<std::uint16_t> PingSocket::sequenceOf(std::span<const std::uint8_t> bytes,
                                                    bool errors) const {
    if (raw_ && !ipv6_ && !errors) {
        const std::size_t header = bytes.empty() ? 0 : (bytes[0] & 0x0FU) * std::size_t{4};
        bytes = bytes.subspan(std::min(header, bytes.size()));
    }
    if (bytes.size() < kHeaderBytes) {
        return std::nullopt;
    }
    if (raw_) {
        const auto request = ipv6_ ? std::uint8_t{ICMP6_ECHO_REQUEST} : std::uint8_t{ICMP_ECHO};
        const auto reply = ipv6_ ? std::uint8_t{ICMP6_ECHO_REPLY} : std::uint8_t{ICMP_ECHOREPLY};
        if (bytes[0] != (errors ? request : reply) ||
            numberAt(bytes, kIdentifierAt) != identifier_) {
            return std::nullopt;
        }
    }
    return numberAt(bytes, kSequenceAt);
}

std::optional<Answer> PingSocket::receive(bool errors) const {
    std::array<std::uint8_t, kMaxIpHeader + kHeaderBytes> bytes{};
    std::array<char, 512> control{};
    sockaddr_storage from{};
    iovec part{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto got = ::recvmsg(fd_, &message, errors ? MSG_ERRQUEUE : 0);
    if (got < 0) {
        return std::nullopt;
    }
    Answer answer;
    answer.from = addressOf(&from);
    // What is not ours keeps sequence 0, which is never used.
    answer.sequence =
        sequenceOf(std::span(bytes).first(std::min(static_cast<std::size_t>(got), bytes.size())),
                   errors)
            .value_or(0);
    if (!errors) {
        return answer;
    }
    answer.kind = EchoResult::Kind::Unreachable;
    for (cmsghdr* item = CMSG_FIRSTHDR(&message); item != nullptr;
         item = CMSG_NXTHDR(&message, item)) {
        const bool v4 = item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_RECVERR;
        const bool v6 = item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_RECVERR;
        if (!v4 && !v6) {
            continue;
        }
        sock_extended_err error{};
        std::memcpy(&error, CMSG_DATA(item), sizeof error);
        answer.icmpType = error.ee_type;
        const auto exceeded =
            v6 ? std::uint8_t{ICMP6_TIME_EXCEEDED} : std::uint8_t{ICMP_TIME_EXCEEDED};
        const bool fromRouter =
            error.ee_origin == SO_EE_ORIGIN_ICMP || error.ee_origin == SO_EE_ORIGIN_ICMP6;
        if (fromRouter) {
            // The offender's address follows the error in the control message.
            answer.from = addressOf(CMSG_DATA(item) + sizeof error);
            if (error.ee_type == exceeded) {
                answer.kind = EchoResult::Kind::TimeExceeded;
            }
        }
    }
    return answer;
}

class PingSockets final : public Icmp {
  public:
    PingSockets(Loop& loop, std::uint16_t identifier) : loop_(loop), identifier_(identifier) {}
    PingSockets(const PingSockets&) = delete;
    PingSockets& operator=(const PingSockets&) = delete;
    ~PingSockets() override {
        for (const auto watch : watches_) {
            loop_.unwatch(watch);
        }
        for (const auto& [sequence, probe] : open_) {
            loop_.cancel(probe.timer);
        }
    }

    bool open() {
        for (const bool ipv6 : {false, true}) {
            auto socket = PingSocket::open(ipv6, identifier_);
            if (socket) {
                watches_.push_back(loop_.watch(
                    socket->fd(), Ready::Read, "icmp.receive",
                    [this, reader = socket.get()](Ready /*ready*/) { drain(*reader); }));
            }
            (ipv6 ? six_ : four_) = std::move(socket);
        }
        return four_ != nullptr || six_ != nullptr;
    }

    void echo(const EchoRequest& request, UniqueFunction<void(EchoResult)> done) override {
        const auto sequence = freeSequence();
        auto* const socket = request.target.ipv6 ? six_.get() : four_.get();
        const int error =
            socket == nullptr || !sequence ? EAFNOSUPPORT : socket->send(request, *sequence);
        if (error != 0) {
            EchoResult result;
            result.kind = error == ENETUNREACH || error == EHOSTUNREACH
                              ? EchoResult::Kind::Unreachable
                              : EchoResult::Kind::Failed;
            result.from = request.target;
            loop_.post([done = std::move(done), result]() mutable { done(result); });
            return;
        }
        Probe probe;
        probe.target = request.target;
        probe.sent = loop_.clock().steadyNow();
        probe.done = std::move(done);
        probe.timer = loop_.after(request.timeout, "icmp.timeout", [this, at = *sequence] {
            finish(at, EchoResult::Kind::Timeout, std::nullopt, 0);
        });
        open_.emplace(*sequence, std::move(probe));
    }

  private:
    struct Probe {
        Address target;
        SteadyTime sent;
        TimerId timer;
        UniqueFunction<void(EchoResult)> done;
    };

    /// Numbers go round, so that a late answer does not meet a young probe; 0 is never used.
    std::optional<std::uint16_t> freeSequence() {
        for (int tries = 0; tries < 65'535; ++tries) {
            last_ = static_cast<std::uint16_t>(last_ == 0xFFFF ? 1 : last_ + 1);
            if (!open_.contains(last_)) {
                return last_;
            }
        }
        return std::nullopt;
    }

    void drain(const PingSocket& socket) {
        for (const bool errors : {true, false}) {
            for (int i = 0; i < kBatch; ++i) {
                const auto answer = socket.receive(errors);
                if (!answer) {
                    break;
                }
                finish(answer->sequence, answer->kind, answer->from, answer->icmpType);
            }
        }
    }

    void finish(std::uint16_t sequence,
                EchoResult::Kind kind,
                std::optional<Address> from,
                std::uint8_t icmpType) {
        const auto found = open_.find(sequence);
        if (found == open_.end() ||
            (kind == EchoResult::Kind::Reply && from && *from != found->second.target)) {
            return;  // late, or somebody else's
        }
        auto node = open_.extract(found);
        auto& probe = node.mapped();
        loop_.cancel(probe.timer);
        EchoResult result;
        result.kind = kind;
        result.from = from.value_or(probe.target);
        result.icmpType = icmpType;
        result.roundTrip = std::chrono::duration_cast<std::chrono::microseconds>(
            loop_.clock().steadyNow() - probe.sent);
        probe.done(result);
    }

    Loop& loop_;
    std::uint16_t identifier_;
    std::unique_ptr<PingSocket> four_, six_;
    std::vector<WatchId> watches_;
    std::map<std::uint16_t, Probe> open_;
    std::uint16_t last_ = 0;
};

}  // namespace

Result<std::unique_ptr<Icmp>> openIcmp(Loop& loop) {
    // Only raw sockets carry it; the system gives ping sockets their own.
    const auto identifier = static_cast<std::uint16_t>(::getpid());
    auto icmp = std::make_unique<PingSockets>(loop, identifier);
    if (!icmp->open()) {
        return fail(
            ErrorCode::Refused,
            text::cat(
                {"no ping socket: ", std::generic_category().message(errno),
                 " (net.ipv4.ping_group_range must name the gateway's group, or CAP_NET_RAW)"}));
    }
    return std::unique_ptr<Icmp>(std::move(icmp));
}

}  // namespace platen::net
