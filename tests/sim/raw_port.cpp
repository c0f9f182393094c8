// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/raw_port.hpp"

#include "base/text.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace platen::sim {

Result<RawPort> RawPort::open(std::uint16_t port) {
    RawPort out;
    out.listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int one = 1;
    ::setsockopt(out.listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_ANY);
    where.sin_port = htons(port);
    if (::bind(out.listener_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
        ::listen(out.listener_, 16) != 0) {
        return fail(ErrorCode::Refused, text::cat({"raw port ", std::to_string(port), ": ",
                                                   std::generic_category().message(errno)}));
    }
    return out;
}

RawPort::RawPort(RawPort&& other) noexcept
    : listener_(std::exchange(other.listener_, -1)),
      connections_(std::exchange(other.connections_, {})) {}

RawPort::~RawPort() {
    for (const Connection& connection : connections_) {
        ::close(connection.socket);
    }
    if (listener_ >= 0) {
        ::close(listener_);
    }
}

void RawPort::addDescriptors(std::vector<pollfd>& out) const {
    out.push_back({.fd = listener_, .events = POLLIN, .revents = 0});
    for (const Connection& connection : connections_) {
        out.push_back({.fd = connection.socket, .events = POLLIN, .revents = 0});
    }
}

void RawPort::accept(const std::function<bool(Ipv4)>& takes) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) {
        return;
    }
    constexpr Ipv4 kLoopbackNet = 127;
    sockaddr_in own{};
    socklen_t size = sizeof own;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size);
    const Ipv4 printer = ntohl(own.sin_addr.s_addr);
    if (connections_.size() >= kMaxConnections || printer >> 24U != kLoopbackNet ||
        !takes(printer)) {
        ::close(socket);
        return;
    }
    connections_.push_back({socket, {printer, {}, 0}});
}

void RawPort::serve(const std::vector<pollfd>& ready,
                    const std::function<bool(Ipv4)>& takes,
                    const std::function<void(const RawJob&)>& done) {
    for (const pollfd& entry : ready) {
        if (entry.revents == 0) {
            continue;
        }
        if (entry.fd == listener_) {
            accept(takes);
            continue;
        }
        const auto found = std::ranges::find(connections_, entry.fd, &Connection::socket);
        if (found == connections_.end()) {
            continue;
        }
        std::array<char, 65'536> buffer{};
        const auto got = ::recv(found->socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got > 0) {
            auto& job = found->job;
            const auto count = static_cast<std::size_t>(got);
            job.head.append(buffer.data(), std::min(count, kMaxHead - job.head.size()));
            job.bytes += count;
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            ::close(found->socket);
            const auto job = std::move(found->job);
            connections_.erase(found);
            if (got == 0) {
                done(job);
            }
        }
    }
}

}  // namespace platen::sim
