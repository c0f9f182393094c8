// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/demo/snmp_get.hpp"

#include "base/text.hpp"
#include "tests/sim/fleet.hpp"
#include "tests/sim/message.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace platen::demo {

namespace {

constexpr int kTries = 3;
constexpr int kWaitMillis = 1000;

class Socket {
  public:
    explicit Socket(int type) : descriptor_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { ::close(descriptor_); }
    [[nodiscard]] int get() const { return descriptor_; }

  private:
    int descriptor_;
};

sockaddr_in socketAddress(std::uint32_t address, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_addr.s_addr = htonl(address);
    out.sin_port = htons(port);
    return out;
}

}  // namespace

Result<SnmpValue> snmpGet(const std::string& address, std::uint16_t port, const Oid& oid) {
    const auto host = sim::parseIpv4(address);
    if (!host) {
        return tl::unexpected(host.error());
    }
    const Socket udp(SOCK_DGRAM);
    const sockaddr_in to = socketAddress(*host, port);
    ::connect(udp.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    const sim::Bytes request = sim::encodeRequest({.requestId = 1}, {{oid, SnmpValue{}}});
    for (int i = 0; i < kTries; ++i) {
        ::send(udp.get(), request.data(), request.size(), 0);
        pollfd ready{.fd = udp.get(), .events = POLLIN, .revents = 0};
        std::array<std::uint8_t, 2048> buffer{};
        if (::poll(&ready, 1, kWaitMillis) != 1) {
            continue;
        }
        const ssize_t count = ::recv(udp.get(), buffer.data(), buffer.size(), 0);
        const auto size = static_cast<std::size_t>(count < 0 ? 0 : count);
        const auto response = sim::decodeResponse(sim::ByteView(buffer).first(size));
        if (!response || response->binds.size() != 1) {
            return fail(ErrorCode::Malformed, address + ": no SNMP response");
        }
        if (!response->binds[0].value.isValue()) {
            return fail(ErrorCode::NotFound, text::cat({address, ": no ", oid.toString()}));
        }
        return response->binds[0].value;
    }
    return fail(ErrorCode::Timeout, address + " does not answer");
}

std::uint16_t freePort(int socketType, std::uint16_t wanted) {
    for (const std::uint16_t port : {wanted, std::uint16_t{0}}) {
        const Socket probe(socketType);
        // UDP: the simulator binds all addresses
        sockaddr_in where =
            socketAddress(socketType == SOCK_DGRAM ? INADDR_ANY : INADDR_LOOPBACK, port);
        socklen_t size = sizeof where;
        auto* const raw = reinterpret_cast<sockaddr*>(&where);
        if (::bind(probe.get(), raw, size) == 0 && ::getsockname(probe.get(), raw, &size) == 0) {
            return ntohs(where.sin_port);
        }
    }
    return 0;
}

}  // namespace platen::demo
