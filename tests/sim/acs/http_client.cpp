// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/http_client.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace platen::acs {

namespace {

tl::unexpected<Error> socketError(std::string_view what) {
    const bool late = errno == EAGAIN || errno == EINPROGRESS || errno == ETIMEDOUT;
    return fail(late ? ErrorCode::Timeout : ErrorCode::Refused,
                text::cat({what, ": ", std::generic_category().message(errno)}));
}

timeval toTimeval(Millis time) {
    return {.tv_sec = time.count() / 1000, .tv_usec = (time.count() % 1000) * 1000};
}

std::string authorization(const std::map<std::string, std::string, std::less<>>& challenge,
                          const Credentials& credentials,
                          const std::string& target) {
    const auto field = [&challenge](std::string_view key) {
        const auto found = challenge.find(key);
        return found == challenge.end() ? std::string{} : found->second;
    };
    DigestInput in{.username = credentials.username,
                   .password = credentials.password,
                   .realm = field("realm"),
                   .nonce = field("nonce"),
                   .method = "GET",
                   .uri = target,
                   .qop = field("qop").empty() ? "" : "auth",
                   .nc = "00000001",
                   .cnonce = SystemRandom().hex(8)};
    std::string out = text::cat({"Digest username=\"", in.username, "\", realm=\"", in.realm,
                                 "\", nonce=\"", in.nonce, "\", uri=\"", in.uri, "\", response=\"",
                                 digestResponse(in), "\", algorithm=MD5"});
    if (!in.qop.empty()) {
        out += text::cat({", qop=auth, nc=", in.nc, ", cnonce=\"", in.cnonce, "\""});
    }
    if (const std::string opaque = field("opaque"); !opaque.empty()) {
        out += text::cat({", opaque=\"", opaque, "\""});
    }
    return out;
}

/// The Digest challenge with MD5 (or without an algorithm) among the WWW-Authenticate headers.
std::map<std::string, std::string, std::less<>> md5Challenge(const HttpAnswer& answer) {
    for (const auto& [name, value] : answer.headers) {
        const auto fields = name == "www-authenticate"
                                ? parseDigestFields(value)
                                : Result<std::map<std::string, std::string, std::less<>>>(
                                      fail(ErrorCode::NotFound, ""));
        if (fields &&
            (!fields->contains("algorithm") || fields->find("algorithm")->second == "MD5")) {
            return *fields;
        }
    }
    return {};
}

}  // namespace

Result<HttpConnection> HttpConnection::open(const Url& url, Millis timeout) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(url.port);
    const std::string host = url.host == "localhost" ? "127.0.0.1" : url.host;
    if (::inet_pton(AF_INET, host.c_str(), &where.sin_addr) != 1) {
        return fail(ErrorCode::Malformed, url.host + ": a numeric IPv4 address is wanted");
    }
    HttpConnection out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), url.host);
    const timeval limit = toTimeval(timeout);
    const int one = 1;
    ::setsockopt(out.socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(out.socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    ::setsockopt(out.socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (::connect(out.socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        return socketError(text::cat({"connect to ", url.host, ":", std::to_string(url.port)}));
    }
    return out;
}

HttpConnection::HttpConnection(HttpConnection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      host_(std::move(other.host_)),
      input_(std::move(other.input_)) {}

HttpConnection& HttpConnection::operator=(HttpConnection&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(host_, other.host_);
    std::swap(input_, other.input_);
    return *this;
}

HttpConnection::~HttpConnection() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

Result<HttpAnswer> HttpConnection::exchange(const ClientRequest& request) {
    std::string out =
        text::cat({request.method, " ", request.target, " HTTP/1.1\r\nHost: ", host_, "\r\n"});
    for (const auto& [name, value] : request.headers) {
        out += text::cat({name, ": ", value, "\r\n"});
    }
    if (request.method != "GET") {
        out += text::cat({"Content-Length: ", std::to_string(request.body.size()), "\r\n"});
    }
    out += "\r\n" + request.body;
    for (std::string_view rest = out; !rest.empty();) {
        const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;  // As after a stop and a continuation.
        }
        if (sent <= 0) {
            return socketError("send");
        }
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    HttpReader reader(HttpReader::Kind::Answer);
    std::array<char, 16'384> buffer{};
    auto state = reader.read(input_);
    while (state == HttpReader::State::NeedMore) {
        const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return socketError("receive");
        }
        if (count == 0 && reader.end() != HttpReader::State::Done) {
            return fail(ErrorCode::Refused, "the server closed the connection");
        }
        input_.append(buffer.data(), static_cast<std::size_t>(count));
        state = count == 0 ? HttpReader::State::Done : reader.read(input_);
    }
    if (state == HttpReader::State::Bad) {
        return fail(ErrorCode::Malformed, "the answer is no HTTP");
    }
    return reader.takeAnswer();
}

Result<HttpAnswer> requestOnce(std::string_view url, ClientRequest request, Millis timeout) {
    const auto parsed = Url::parse(url);
    if (!parsed) {
        return tl::unexpected(parsed.error());
    }
    auto connection = HttpConnection::open(*parsed, timeout);
    if (!connection) {
        return tl::unexpected(connection.error());
    }
    if (request.target.empty()) {
        request.target = parsed->target;
    }
    request.headers.emplace_back("Connection", "close");
    return connection->exchange(request);
}

Result<int> digestGet(std::string_view url, const Credentials& credentials, Millis timeout) {
    auto first = requestOnce(url, {}, timeout);
    if (!first) {
        return tl::unexpected(first.error());
    }
    const auto challenge = md5Challenge(*first);
    if (first->status != 401 || challenge.empty()) {
        return first->status;
    }
    const std::string target = Url::parse(url)->target;
    const auto second =
        requestOnce(url,
                    {.method = "GET",
                     .target = target,
                     .headers = {{"Authorization", authorization(challenge, credentials, target)}},
                     .body = {}},
                    timeout);
    if (!second) {
        return tl::unexpected(second.error());
    }
    return second->status;
}

}  // namespace platen::acs
