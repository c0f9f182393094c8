// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/line_server.hpp"

#include "base/text.hpp"
#include "tests/sim/fleet.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace platen::sim {

Result<LineServer> LineServer::open(std::string_view listen) {
    const auto colon = listen.rfind(':');
    const auto address = parseIpv4(listen.substr(0, colon));
    const auto port =
        colon == std::string_view::npos ? std::nullopt : text::toUnsigned(listen.substr(colon + 1));
    if (!address || !port || *port > UINT16_MAX) {
        return fail(ErrorCode::Malformed, text::cat({listen, ": ADDRESS:PORT is wanted"}));
    }
    LineServer server;
    server.listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int one = 1;
    ::setsockopt(server.listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(*address);
    where.sin_port = htons(static_cast<std::uint16_t>(*port));
    socklen_t size = sizeof where;
    auto* const raw = reinterpret_cast<sockaddr*>(&where);
    if (::bind(server.listener_, raw, size) != 0 || ::listen(server.listener_, 8) != 0 ||
        ::getsockname(server.listener_, raw, &size) != 0) {
        return fail(ErrorCode::Refused,
                    text::cat({listen, ": ", std::generic_category().message(errno)}));
    }
    server.port_ = ntohs(where.sin_port);
    return server;
}

LineServer::LineServer(LineServer&& other) noexcept
    : listener_(std::exchange(other.listener_, -1)),
      port_(other.port_),
      connections_(std::move(other.connections_)) {
    other.connections_.clear();
}

LineServer& LineServer::operator=(LineServer&& other) noexcept {
    if (this != &other) {
        closeAll();
        listener_ = std::exchange(other.listener_, -1);
        port_ = other.port_;
        connections_ = std::exchange(other.connections_, {});
    }
    return *this;
}

LineServer::~LineServer() {
    closeAll();
}

void LineServer::closeAll() {
    for (const Connection& connection : connections_) {
        ::close(connection.socket);
    }
    connections_.clear();
    if (listener_ >= 0) {
        ::close(listener_);
        listener_ = -1;
    }
}

void LineServer::addDescriptors(std::vector<pollfd>& out) const {
    out.push_back({.fd = listener_, .events = POLLIN, .revents = 0});
    for (const Connection& connection : connections_) {
        out.push_back({.fd = connection.socket, .events = POLLIN, .revents = 0});
    }
}

void LineServer::accept() {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) {
        return;
    }
    if (connections_.size() >= kMaxConnections) {
        ::close(socket);
        return;
    }
    connections_.push_back({socket, {}});
}

bool LineServer::read(Connection& connection,
                      const std::function<std::string(std::string_view)>& answer) {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::recv(connection.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count <= 0) {
        return count < 0 && (errno == EAGAIN || errno == EINTR);
    }
    connection.input.append(buffer.data(), static_cast<std::size_t>(count));
    for (auto end = connection.input.find('\n'); end != std::string::npos;
         end = connection.input.find('\n')) {
        std::string_view line(connection.input.data(), end);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        const std::string reply = answer(line) + "\n";
        if (::send(connection.socket, reply.data(), reply.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(reply.size())) {
            return false;  // a client that does not read its answers
        }
        connection.input.erase(0, end + 1);
    }
    return connection.input.size() <= kMaxLineBytes;
}

void LineServer::serve(const std::vector<pollfd>& ready,
                       const std::function<std::string(std::string_view)>& answer) {
    for (const pollfd& entry : ready) {
        if (entry.revents == 0) {
            continue;
        }
        if (entry.fd == listener_) {
            accept();
            continue;
        }
        const auto found = std::ranges::find(connections_, entry.fd, &Connection::socket);
        if (found != connections_.end() && !read(*found, answer)) {
            ::close(found->socket);
            connections_.erase(found);
        }
    }
}

}  // namespace platen::sim
