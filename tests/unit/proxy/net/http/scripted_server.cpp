// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/proxy/net/http/scripted_server.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace platen::net::test {

std::string Seen::requestLine() const {
    return head.substr(0, head.find("\r\n"));
}

std::string Seen::header(std::string_view name) const {
    for (const auto line : text::split(head, '\n')) {
        const auto colon = line.find(':');
        if (colon != std::string_view::npos &&
            text::equalsIgnoreCase(line.substr(0, colon), name)) {
            return std::string(text::trim(line.substr(colon + 1)));
        }
    }
    return "<none>";
}

Answer answer(int status, std::string_view body, std::string_view headers) {
    return Answer{
        .bytes = text::cat({"HTTP/1.1 ", std::to_string(status), " Scripted\r\n", headers,
                            "Content-Length: ", std::to_string(body.size()), "\r\n\r\n", body})};
}

/// A socket with TLS or without, whose waits end when the server is stopped.
struct ScriptedServer::Connection {
    int descriptor;
    int stop;
    std::unique_ptr<SSL, decltype(&SSL_free)> tls{nullptr, &SSL_free};

    ~Connection() { ::close(descriptor); }

    /// False when the test is over.
    [[nodiscard]] bool wait() const {
        std::array<pollfd, 2> polled{{{.fd = descriptor, .events = POLLIN, .revents = 0},
                                      {.fd = stop, .events = POLLIN, .revents = 0}}};
        return ::poll(polled.data(), polled.size(), -1) > 0 && polled[1].revents == 0;
    }
    bool handshake(SSL_CTX* context) {
        tls.reset(SSL_new(context));
        SSL_set_fd(tls.get(), descriptor);
        return wait() && SSL_accept(tls.get()) == 1;
    }
    bool read(std::string& into) const {
        std::array<char, 16384> chunk{};
        if (!(tls && SSL_pending(tls.get()) > 0) && !wait()) {
            return false;
        }
        const auto got = tls ? static_cast<ssize_t>(SSL_read(tls.get(), chunk.data(),
                                                             static_cast<int>(chunk.size())))
                             : ::recv(descriptor, chunk.data(), chunk.size(), 0);
        if (got <= 0) {
            return false;
        }
        into.append(chunk.data(), static_cast<std::size_t>(got));
        return true;
    }
    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = tls ? static_cast<ssize_t>(SSL_write(tls.get(), bytes.data(),
                                                                   static_cast<int>(bytes.size())))
                                  : ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return;
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
};

ScriptedServer::ScriptedServer(Script script, SSL_CTX* tls)
    : script_(std::move(script)), tls_(tls) {
    // As the program does: OpenSSL and libcurl write to connections that the peer has closed.
    std::signal(SIGPIPE, SIG_IGN);  // NOLINT(concurrency-mt-unsafe): before the server's thread
    std::array<int, 2> stop{};
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::pipe(stop.data()) != 0 || ::bind(listener_, generic, sizeof address) != 0 ||
        ::listen(listener_, 16) != 0 || ::getsockname(listener_, generic, &length) != 0) {
        throw std::runtime_error("no scripted server");
    }
    stopRead_ = stop[0];
    stopWrite_ = stop[1];
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

ScriptedServer::~ScriptedServer() {
    [[maybe_unused]] const auto written = ::write(stopWrite_, "x", 1);
    thread_.join();
    for (const int descriptor : {listener_, stopRead_, stopWrite_}) {
        ::close(descriptor);
    }
}

std::string ScriptedServer::url(std::string_view path) const {
    return text::cat(
        {tls_ != nullptr ? "https" : "http", "://127.0.0.1:", std::to_string(port_), path});
}

std::vector<Seen> ScriptedServer::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

void ScriptedServer::run() {
    for (int number = 1;; ++number) {
        std::array<pollfd, 2> polled{{{.fd = listener_, .events = POLLIN, .revents = 0},
                                      {.fd = stopRead_, .events = POLLIN, .revents = 0}}};
        if (::poll(polled.data(), polled.size(), -1) <= 0 || polled[1].revents != 0) {
            return;
        }
        Connection connection{::accept(listener_, nullptr, nullptr), stopRead_};
        if (tls_ == nullptr || connection.handshake(tls_)) {
            serve(connection, number);
        }
    }
}

void ScriptedServer::serve(Connection& connection, int number) {
    std::string buffer;
    for (;;) {
        auto end = buffer.find("\r\n\r\n");
        while (end == std::string::npos) {
            if (!connection.read(buffer)) {
                return;
            }
            end = buffer.find("\r\n\r\n");
        }
        Seen seen{.head = buffer.substr(0, end + 2), .body = {}, .connection = number};
        const auto length = text::toUnsigned(seen.header("Content-Length")).value_or(0);
        while (buffer.size() < end + 4 + length) {
            if (!connection.read(buffer)) {
                return;
            }
        }
        seen.body = buffer.substr(end + 4, length);
        buffer.erase(0, end + 4 + length);
        {
            const std::lock_guard lock(mutex_);
            seen.number = static_cast<int>(seen_.size()) + 1;
            seen_.push_back(seen);
        }
        const auto reply = script_(seen);
        connection.write(reply.bytes);
        if (reply.stall) {
            static_cast<void>(connection.wait());
        }
        if (reply.close) {
            return;
        }
    }
}

}  // namespace platen::net::test
