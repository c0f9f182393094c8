// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/epoll_server.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace platen::acs {

namespace {

constexpr std::uint64_t kWakeKey = 0;
constexpr std::uint64_t kFirstConnectionKey = 1000;  ///< Below: listeners.
constexpr int kTickMillis = 5000;
constexpr std::size_t kChunkBytes = 100;

std::string serialize(const HttpReply& reply) {
    std::string out = text::cat({"HTTP/1.1 ", std::to_string(reply.status), " ",
                                 reasonPhrase(reply.status), "\r\nServer: platen-acs\r\n"});
    for (const auto& [name, value] : reply.headers) {
        out += text::cat({name, ": ", value, "\r\n"});
    }
    if (!reply.body.empty()) {
        out += text::cat({"Content-Type: ", reply.contentType, "\r\n"});
    }
    if (reply.close || reply.noLength) {
        out += "Connection: close\r\n";
    }
    if (reply.noLength) {
        return out + "\r\n" + reply.body;
    }
    if (!reply.chunked) {
        if (reply.status != 204) {
            out += text::cat({"Content-Length: ", std::to_string(reply.body.size()), "\r\n"});
        }
        return out + "\r\n" + reply.body;
    }
    out += "Transfer-Encoding: chunked\r\n\r\n";
    for (std::string_view rest = reply.body; !rest.empty();) {
        const std::string_view piece = rest.substr(0, kChunkBytes);
        std::array<char, 16> size{};
        const auto end =
            std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
        out +=
            text::cat({std::string_view(size.data(), static_cast<std::size_t>(end - size.data())),
                       ";test=extension\r\n", piece, "\r\n"});
        rest.remove_prefix(piece.size());
    }
    return out + "0\r\nX-Trailer: yes\r\n\r\n";
}

void add(int epoll, int descriptor, std::uint64_t key, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = key;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

struct EpollServer::Flags {
    std::atomic<bool> stop{false};
    std::atomic<bool> wake{false};
};

struct EpollServer::Listener {
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() {
        if (socket >= 0) {
            ::close(socket);
        }
    }
    int socket = -1;
    Handler handler;
};

struct EpollServer::Connection {
    Connection(ConnectionId theId, int theSocket, Listener& theListener)
        : id(theId), socket(theSocket), listener(theListener) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { ::close(socket); }

    ConnectionId id;
    int socket;
    Listener& listener;
    HttpReader reader{HttpReader::Kind::Request};
    std::string input;
    std::string output;
    std::size_t written = 0;
    bool closing = false;  ///< After the output.
    bool dead = false;     ///< At once.
    bool stalled = false;  ///< No more answers.
    bool waitsForWrite = false;
    SteadyTime lastUse{};
};

EpollServer::EpollServer(std::size_t maxConnections)
    : maxConnections_(maxConnections),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      flags_(std::make_unique<Flags>()) {
    if (epoll_ < 0 || wake_ < 0) {
        throw std::system_error(errno, std::generic_category(), "epoll");
    }
    add(epoll_, wake_, kWakeKey, EPOLLIN);
}

EpollServer::~EpollServer() {
    connections_.clear();
    ::close(wake_);
    ::close(epoll_);
}

Result<std::uint16_t> EpollServer::listen(std::string_view where, Handler handler) {
    const auto url = Url::parse(
        text::cat({"http://", where.ends_with(":0") ? where.substr(0, where.size() - 2) : where}));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (!url || ::inet_pton(AF_INET, url->host.c_str(), &address.sin_addr) != 1) {
        return fail(ErrorCode::Malformed, text::cat({where, ": ADDRESS:PORT is wanted"}));
    }
    address.sin_port = where.ends_with(":0") ? std::uint16_t{0} : htons(url->port);
    auto listener = std::make_unique<Listener>();
    listener->handler = std::move(handler);
    listener->socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int one = 1;
    ::setsockopt(listener->socket, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener->socket, raw, size) != 0 || ::listen(listener->socket, 4096) != 0 ||
        ::getsockname(listener->socket, raw, &size) != 0) {
        return fail(ErrorCode::Refused,
                    text::cat({where, ": ", std::generic_category().message(errno)}));
    }
    listeners_.push_back(std::move(listener));
    add(epoll_, listeners_.back()->socket, listeners_.size(), EPOLLIN);
    return ntohs(address.sin_port);
}

void EpollServer::setWakeHandler(std::function<void()> onWake) {
    onWake_ = std::move(onWake);
}

void EpollServer::wake() noexcept {
    flags_->wake = true;
    const std::uint64_t one = 1;
    // a full counter wakes as well, so the result says nothing
    [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

void EpollServer::stop() noexcept {
    flags_->stop = true;
    wake();
}

void EpollServer::run(const Clock& clock) {
    clock_ = &clock;
    SteadyTime lastSweep = clock.steadyNow();
    std::array<epoll_event, 256> events{};
    while (!flags_->stop) {
        const int count =
            ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), kTickMillis);
        for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
            onEvent(events[i].data.u64, events[i].events);
        }
        if (clock.steadyNow() - lastSweep > Millis{kTickMillis}) {
            lastSweep = clock.steadyNow();
            closeIdle();
        }
    }
    while (!connections_.empty()) {
        close(connections_.begin()->first);
    }
}

void EpollServer::onEvent(std::uint64_t key, std::uint32_t events) {
    if (key == kWakeKey) {
        std::uint64_t ignored = 0;
        [[maybe_unused]] const ssize_t count = ::read(wake_, &ignored, sizeof ignored);
        if (flags_->wake.exchange(false) && onWake_) {
            onWake_();
        }
        return;
    }
    if (key < kFirstConnectionKey) {
        accept(*listeners_[key - 1]);
        return;
    }
    const ConnectionId id = key - kFirstConnectionKey;
    const auto found = connections_.find(id);
    if (found == connections_.end()) {
        return;
    }
    Connection& connection = *found->second;
    connection.lastUse = clock_->steadyNow();
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        onReadable(connection);
    }
    if (!connection.dead) {
        write(connection);
    }
    if (connection.dead) {
        close(id);
    }
}

void EpollServer::accept(Listener& listener) {
    constexpr int kAcceptsPerTurn = 128;
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
        const int socket =
            ::accept4(listener.socket, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) {
            return;
        }
        const int one = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (connections_.size() >= maxConnections_) {
            ::close(socket);
            return;
        }
        const ConnectionId id = ++lastId_;
        auto connection = std::make_unique<Connection>(id, socket, listener);
        connection->lastUse = clock_->steadyNow();
        connections_.emplace(id, std::move(connection));
        add(epoll_, socket, id + kFirstConnectionKey, EPOLLIN);
    }
}

void EpollServer::onReadable(Connection& connection) {
    std::array<char, 16'384> buffer{};
    const ssize_t count = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
        connection.dead = count == 0 || (errno != EAGAIN && errno != EINTR);
        return;
    }
    if (connection.stalled) {
        return;
    }
    connection.input.append(buffer.data(), static_cast<std::size_t>(count));
    auto state = connection.reader.read(connection.input);
    while (state == HttpReader::State::Done && !connection.closing && !connection.dead) {
        answerComplete(connection);
        state = connection.input.empty() ? HttpReader::State::NeedMore
                                         : connection.reader.read(connection.input);
    }
    if (state == HttpReader::State::Bad && !connection.closing) {
        connection.output +=
            "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        connection.closing = true;
    } else if (connection.reader.wantsContinue()) {
        connection.output += "HTTP/1.1 100 Continue\r\n\r\n";
        connection.reader.continueSent();
    }
}

void EpollServer::answerComplete(Connection& connection) {
    const HttpRequest request = connection.reader.takeRequest();
    const HttpReply reply = connection.listener.handler.onRequest(connection.id, request);
    connection.stalled = reply.stall;
    connection.dead = reply.drop;
    if (reply.stall || reply.drop) {
        return;
    }
    connection.closing =
        reply.close || reply.noLength || text::toLower(request.header("connection")) == "close";
    connection.output += serialize(reply);
}

void EpollServer::write(Connection& connection) const {
    while (connection.written < connection.output.size()) {
        const std::string_view rest =
            std::string_view(connection.output).substr(connection.written);
        const ssize_t sent = ::send(connection.socket, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            connection.dead = errno != EAGAIN && errno != EINTR;
            break;
        }
        connection.written += static_cast<std::size_t>(sent);
    }
    const bool left = connection.written < connection.output.size();
    if (!left) {
        connection.output.clear();
        connection.written = 0;
        connection.dead = connection.dead || connection.closing;
    }
    if (left != connection.waitsForWrite && !connection.dead) {
        connection.waitsForWrite = left;
        epoll_event event{};
        event.events = left ? EPOLLIN | EPOLLOUT : EPOLLIN;
        event.data.u64 = connection.id + kFirstConnectionKey;
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.socket, &event);
    }
}

void EpollServer::close(ConnectionId id) {
    const auto found = connections_.find(id);
    const auto onClosed = found->second->listener.handler.onClosed;
    connections_.erase(found);
    if (onClosed) {
        onClosed(id);
    }
}

void EpollServer::closeIdle() {
    const SteadyTime now = clock_->steadyNow();
    for (auto at = connections_.begin(); at != connections_.end();) {
        const ConnectionId id = at->first;
        const bool idle = now - at->second->lastUse > kIdleTimeout;
        ++at;
        if (idle) {
            close(id);
        }
    }
}

}  // namespace platen::acs
