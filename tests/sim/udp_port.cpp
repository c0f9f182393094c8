// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/udp_port.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

namespace platen::sim {

namespace {

constexpr int kBufferBytes = 8 << 20;
constexpr std::size_t kControlBytes = CMSG_SPACE(sizeof(in_pktinfo));

sockaddr_in socketAddress(Ipv4 address, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_addr.s_addr = htonl(address);
    out.sin_port = htons(port);
    return out;
}

std::string lastError() {
    return std::generic_category().message(errno);
}

struct alignas(cmsghdr) Control {
    std::array<char, kControlBytes> bytes;
};

}  // namespace

struct UdpPort::Impl {
    struct Outgoing {
        std::size_t start = 0;
        std::size_t size = 0;
        UdpPeer to;
        Ipv4 from = 0;
    };

    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (socket >= 0) {
            ::close(socket);
        }
    }

    void prepareReceive();
    void sendBatch(std::size_t first, std::size_t count);

    int socket = -1;
    std::uint16_t port = 0;
    // receiving
    std::vector<std::uint8_t> input = std::vector<std::uint8_t>(kBatch * kMaxRequestBytes);
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> vectors{};
    std::array<sockaddr_in, kBatch> peers{};
    std::array<Control, kBatch> controls{};
    // sending
    Bytes output;
    std::vector<Outgoing> outgoing;
};

UdpPort::UdpPort(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UdpPort::UdpPort(UdpPort&&) noexcept = default;
UdpPort& UdpPort::operator=(UdpPort&&) noexcept = default;
UdpPort::~UdpPort() = default;

Result<UdpPort> UdpPort::open(std::uint16_t port) {
    auto impl = std::make_unique<Impl>();
    impl->socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (impl->socket < 0) {
        return fail(ErrorCode::Refused, "UDP socket: " + lastError());
    }
    const int one = 1;
    ::setsockopt(impl->socket, IPPROTO_IP, IP_PKTINFO, &one, sizeof one);
    ::setsockopt(impl->socket, SOL_SOCKET, SO_RCVBUF, &kBufferBytes, sizeof kBufferBytes);
    ::setsockopt(impl->socket, SOL_SOCKET, SO_SNDBUF, &kBufferBytes, sizeof kBufferBytes);
    // Nobody outside this machine shall reach the simulated printers. Not fatal where it is
    // refused: the fleet answers for loopback addresses only.
    ::setsockopt(impl->socket, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
    const sockaddr_in any = socketAddress(INADDR_ANY, port);
    if (::bind(impl->socket, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) {
        return fail(ErrorCode::Refused, "UDP port " + std::to_string(port) + ": " + lastError());
    }
    sockaddr_in bound{};
    socklen_t size = sizeof bound;
    ::getsockname(impl->socket, reinterpret_cast<sockaddr*>(&bound), &size);
    impl->port = ntohs(bound.sin_port);
    return UdpPort(std::move(impl));
}

int UdpPort::descriptor() const {
    return impl_->socket;
}
std::uint16_t UdpPort::port() const {
    return impl_->port;
}

void UdpPort::Impl::prepareReceive() {
    for (std::size_t i = 0; i < kBatch; ++i) {
        vectors[i] = {input.data() + i * kMaxRequestBytes, kMaxRequestBytes};
        headers[i] = {};
        headers[i].msg_hdr.msg_name = &peers[i];
        headers[i].msg_hdr.msg_namelen = sizeof peers[i];
        headers[i].msg_hdr.msg_iov = &vectors[i];
        headers[i].msg_hdr.msg_iovlen = 1;
        headers[i].msg_hdr.msg_control = controls[i].bytes.data();
        headers[i].msg_hdr.msg_controllen = kControlBytes;
    }
}

bool UdpPort::receive(const std::function<void(ByteView, UdpPeer, Ipv4)>& onDatagram) {
    Impl& impl = *impl_;
    impl.prepareReceive();
    const int count = ::recvmmsg(impl.socket, impl.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
        msghdr& header = impl.headers[i].msg_hdr;
        const cmsghdr* control = CMSG_FIRSTHDR(&header);
        if ((header.msg_flags & MSG_TRUNC) != 0 || control == nullptr ||
            control->cmsg_level != IPPROTO_IP || control->cmsg_type != IP_PKTINFO) {
            continue;
        }
        in_pktinfo info{};
        std::memcpy(&info, CMSG_DATA(control), sizeof info);
        onDatagram({impl.input.data() + i * kMaxRequestBytes, impl.headers[i].msg_len},
                   {ntohl(impl.peers[i].sin_addr.s_addr), ntohs(impl.peers[i].sin_port)},
                   ntohl(info.ipi_addr.s_addr));
    }
    return count > 0;
}

void UdpPort::queue(ByteView datagram, UdpPeer to, Ipv4 from) {
    Impl& impl = *impl_;
    impl.outgoing.push_back(
        {.start = impl.output.size(), .size = datagram.size(), .to = to, .from = from});
    impl.output.insert(impl.output.end(), datagram.begin(), datagram.end());
}

void UdpPort::Impl::sendBatch(std::size_t first, std::size_t count) {
    std::array<mmsghdr, kBatch> out{};
    std::array<iovec, kBatch> pieces{};
    std::array<sockaddr_in, kBatch> targets{};
    std::array<Control, kBatch> sources{};
    for (std::size_t i = 0; i < count; ++i) {
        const Outgoing& one = outgoing[first + i];
        targets[i] = socketAddress(one.to.address, one.to.port);
        pieces[i] = {output.data() + one.start, one.size};
        msghdr& header = out[i].msg_hdr;
        header.msg_name = &targets[i];
        header.msg_namelen = sizeof targets[i];
        header.msg_iov = &pieces[i];
        header.msg_iovlen = 1;
        header.msg_control = sources[i].bytes.data();
        header.msg_controllen = kControlBytes;
        cmsghdr* control = CMSG_FIRSTHDR(&header);
        control->cmsg_level = IPPROTO_IP;
        control->cmsg_type = IP_PKTINFO;
        control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
        in_pktinfo info{};
        info.ipi_spec_dst.s_addr = htonl(one.from);
        std::memcpy(CMSG_DATA(control), &info, sizeof info);
    }
    // what the kernel does not take is lost, as on a network
    ::sendmmsg(socket, out.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
}

void UdpPort::flush() {
    Impl& impl = *impl_;
    for (std::size_t first = 0; first < impl.outgoing.size(); first += kBatch) {
        impl.sendBatch(first, std::min(kBatch, impl.outgoing.size() - first));
    }
    impl.outgoing.clear();
    impl.output.clear();
}

}  // namespace platen::sim
