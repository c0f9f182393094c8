// SPDX-License-Identifier: Apache-2.0
// The least that a CWMP session needs of an ACS: InformResponse to a POST with a body, 204 to an
// empty one. One thread, HTTP/1.1 with keep-alive, plain or TLS; loopback only. It counts TCP
// connections and whether each carried exactly one session; `GET /stats` shows the counts.
//   platen-null-acs PORT [CERTIFICATE KEY]
#include "base/text.hpp"

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace platen::bench {
namespace {

constexpr std::size_t kMaxRequest = 1U << 20U;
constexpr std::size_t kReadSize = 16U << 10U;
constexpr auto npos = std::string_view::npos;
constexpr int kBacklog = 4096;
constexpr int kEventsPerTurn = 256;

struct FreeContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
struct FreeSsl {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};
using UniqueContext = std::unique_ptr<SSL_CTX, FreeContext>;

struct Stats {
    std::uint64_t connections = 0;  ///< Accepted.
    std::uint64_t sessions = 0;     ///< Connections that carried one Inform, then one empty POST.
    std::uint64_t odd = 0;          ///< Connections that carried anything else.
    std::uint64_t asked = 0;        ///< Connections that asked for /stats, this one included.
};

struct Connection {
    explicit Connection(int descriptor) : socket(descriptor) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() {
        ssl.reset();
        ::close(socket);
    }
    int socket;
    std::unique_ptr<SSL, FreeSsl> ssl;
    std::string input;
    std::string output;
    std::string seen;   ///< A letter a request: Inform, Empty, Stats, other.
    bool last = false;  ///< The client wants no more answers.
};

/// One whole request at the front of `input`; nothing: more bytes are needed.
struct Request {
    std::string_view head, body;
    [[nodiscard]] std::size_t size() const { return head.size() + body.size(); }
};
std::optional<Request> takeRequest(std::string_view input) {
    constexpr std::string_view kEnd = "\r\n\r\n";
    const auto end = input.find(kEnd);
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const auto head = input.substr(0, end + kEnd.size());
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    std::uint64_t length = 0;
    if (const auto at = head.find(kLength); at != std::string_view::npos) {
        const auto from = at + kLength.size();
        length = text::toUnsigned(head.substr(from, head.find('\r', from) - from)).value_or(0);
    }
    if (length > input.size() - head.size()) {
        return std::nullopt;
    }
    return Request{head, input.substr(head.size(), length)};
}

std::string httpReply(std::string_view body, std::string_view type) {
    return text::cat({"HTTP/1.1 200 OK\r\nContent-Type: ", type,
                      "\r\nContent-Length: ", std::to_string(body.size()), "\r\n\r\n", body});
}

std::string informResponse(std::string_view inform) {
    // The gateway's own spelling of the header; this server serves nobody else.
    constexpr std::string_view kOpen = "<cwmp:ID soap:mustUnderstand=\"1\">";
    std::string_view id;
    if (const auto at = inform.find(kOpen); at != std::string_view::npos) {
        const auto from = at + kOpen.size();
        id = inform.substr(from, inform.find('<', from) - from);
    }
    return httpReply(
        text::cat({"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap-env:Envelope "
                   "xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\" "
                   "xmlns:soap-enc=\"http://schemas.xmlsoap.org/soap/encoding/\" "
                   "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
                   "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                   "xmlns:cwmp=\"urn:dslforum-org:cwmp-1-2\"><soap-env:Header><cwmp:ID "
                   "soap-env:mustUnderstand=\"1\">",
                   id,
                   "</cwmp:ID></soap-env:Header><soap-env:Body><cwmp:InformResponse>"
                   "<MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse></soap-env:Body>"
                   "</soap-env:Envelope>"}),
        "text/xml; charset=utf-8");
}

class NullAcs {
  public:
    NullAcs(std::uint16_t port, UniqueContext tls)
        : tls_(std::move(tls)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const int one = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, kBacklog) != 0) {
            std::perror("platen-null-acs");
            std::exit(1);
        }
        add(listener_);
    }
    NullAcs(const NullAcs&) = delete;
    NullAcs& operator=(const NullAcs&) = delete;
    ~NullAcs() {
        connections_.clear();
        ::close(listener_);
        ::close(epoll_);
    }

    void run() {
        std::array<epoll_event, kEventsPerTurn> events{};
        for (;;) {
            const int count = ::epoll_wait(epoll_, events.data(), kEventsPerTurn, -1);
            if (count < 0 && errno != EINTR) {
                return;
            }
            for (int i = 0; i < count; ++i) {
                const int socket = events.at(static_cast<std::size_t>(i)).data.fd;
                if (socket == listener_) {
                    accept();
                } else {
                    serve(socket);
                }
            }
        }
    }

  private:
    void add(int socket) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }

    void accept() {
        for (;;) {
            const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (socket < 0) {
                return;
            }
            ++stats_.connections;
            const int one = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            auto connection = std::make_unique<Connection>(socket);
            if (tls_) {
                connection->ssl.reset(SSL_new(tls_.get()));
                SSL_set_fd(connection->ssl.get(), socket);
                SSL_set_accept_state(connection->ssl.get());
            }
            connections_[socket] = std::move(connection);
            add(socket);
        }
    }

    void serve(int socket) {
        auto& connection = *connections_.at(socket);
        std::array<char, kReadSize> buffer{};
        for (;;) {
            const auto got = read(connection, buffer);
            if (got == 0) {
                return;  // later
            }
            if (got < 0 || connection.input.size() > kMaxRequest) {
                close(socket);
                return;
            }
            connection.input.append(buffer.data(), static_cast<std::size_t>(got));
            while (const auto request = takeRequest(connection.input)) {
                answer(connection, *request);
                connection.input.erase(0, request->size());
            }
            // Replies are smaller than any socket buffer: what does not fit is an error.
            if ((!connection.output.empty() && !write(connection)) || connection.last) {
                close(socket);
                return;
            }
        }
    }

    /// Bytes; 0: nothing now; -1: the end.
    static long read(Connection& connection, std::array<char, kReadSize>& buffer) {
        if (connection.ssl) {
            const int got = SSL_read(connection.ssl.get(), buffer.data(), kReadSize);
            if (got > 0) {
                return got;
            }
            return SSL_get_error(connection.ssl.get(), got) == SSL_ERROR_WANT_READ ? 0 : -1;
        }
        const auto got = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
        if (got > 0) {
            return got;
        }
        return got < 0 && errno == EAGAIN ? 0 : -1;
    }

    static bool write(Connection& connection) {
        const auto size = connection.output.size();
        const auto sent =
            connection.ssl
                ? SSL_write(connection.ssl.get(), connection.output.data(), static_cast<int>(size))
                : ::send(connection.socket, connection.output.data(), size, MSG_NOSIGNAL);
        connection.output.clear();
        return sent == static_cast<long>(size);
    }

    void answer(Connection& connection, const Request& request) {
        if (request.head.starts_with("GET /stats ")) {
            connection.seen += 'S';
            ++stats_.asked;
            connection.output += httpReply(
                text::cat({"connections=", std::to_string(stats_.connections), " sessions=",
                           std::to_string(stats_.sessions), " odd=", std::to_string(stats_.odd),
                           " asked=", std::to_string(stats_.asked), "\n"}),
                "text/plain");
        } else if (!request.head.starts_with("POST ")) {
            connection.seen += '?';
            connection.output += "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n";
        } else if (request.body.empty()) {
            connection.seen += 'E';
            // wrk opens a new connection only after such an answer.
            connection.last = request.head.find("\r\nConnection: close\r\n") != npos;
            connection.output += connection.last
                                     ? "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
                                     : "HTTP/1.1 204 No Content\r\n\r\n";
        } else {
            connection.seen += 'I';
            connection.output += informResponse(request.body);
        }
    }

    void close(int socket) {
        const auto found = connections_.find(socket);
        const auto& seen = found->second->seen;
        if (seen == "IE") {
            ++stats_.sessions;
        } else if (seen != "S") {
            ++stats_.odd;
        }
        connections_.erase(found);
    }

    UniqueContext tls_;
    int epoll_;
    int listener_ = -1;
    Stats stats_;
    std::unordered_map<int, std::unique_ptr<Connection>> connections_;
};

UniqueContext tlsContext(const char* certificate, const char* key) {
    UniqueContext context(SSL_CTX_new(TLS_server_method()));
    if (!context || SSL_CTX_use_certificate_chain_file(context.get(), certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context.get(), key, SSL_FILETYPE_PEM) != 1) {
        std::fprintf(stderr, "platen-null-acs: cannot use %s and %s\n", certificate, key);
        std::exit(1);
    }
    return context;
}

}  // namespace
}  // namespace platen::bench

int main(int argc, char** argv) {
    const std::vector<const char*> words(argv + 1, argv + argc);
    const auto port = words.empty() ? std::nullopt : platen::text::toUnsigned(words[0]);
    if (!port || *port == 0 || *port > UINT16_MAX || (words.size() != 1 && words.size() != 3)) {
        std::fprintf(stderr, "usage: platen-null-acs PORT [CERTIFICATE KEY]\n");
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    platen::bench::UniqueContext tls;
    if (words.size() == 3) {
        tls = platen::bench::tlsContext(words[1], words[2]);
    }
    platen::bench::NullAcs acs(static_cast<std::uint16_t>(*port), std::move(tls));
    std::puts("ready");
    std::fflush(stdout);
    acs.run();
    return 0;
}
