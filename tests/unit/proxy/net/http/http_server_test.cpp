// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/http_server.hpp"

#include "proxy/net/digest_verifier.hpp"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <latch>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace platen::net {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Handler = std::function<ServerReply(const ServerRequest&)>;

std::unique_ptr<HttpServer> startServer(Handler handler, HttpServerOptions options = {}) {
    if (options.listen.empty()) {
        options.listen = "127.0.0.1:0";
    }
    auto server = startPocoServer(options, std::move(handler));
    EXPECT_TRUE(server) << server.error().text;
    return server ? std::move(*server) : nullptr;
}

/// A plain client socket.
class RawClient {
  public:
    explicit RawClient(const HttpServer& server)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(server.localEndpoint().port);
        if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            ADD_FAILURE() << "cannot connect";
        }
    }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient() { ::close(descriptor_); }

    void send(std::string_view bytes) const {
        ASSERT_EQ(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    /// Everything until the server closes.
    [[nodiscard]] std::string readAll() const {
        std::string all;
        std::array<char, 4096> chunk{};
        for (;;) {
            const auto got = ::recv(descriptor_, chunk.data(), chunk.size(), 0);
            if (got <= 0) {
                return all;
            }
            all.append(chunk.data(), static_cast<std::size_t>(got));
        }
    }

  private:
    int descriptor_;
};

std::string ask(const HttpServer& server, std::string_view request) {
    const RawClient client(server);
    client.send(request);
    return client.readAll();
}

Handler echo() {
    return [](const ServerRequest& request) {
        return ServerReply{.status = 200,
                           .body = request.method + "|" + request.path + "|" +
                                   request.authorization + "|" + request.body + "|" +
                                   request.peer.address.toString(),
                           .contentType = "text/plain",
                           .headers = {{"X-Test", "1"}}};
    };
}

TEST(HttpServer, GivesTheHandlerWhatWasAsked) {
    const auto server = startServer(echo());
    const auto reply = ask(*server,
                           "POST /a%20b?x=1 HTTP/1.1\r\nHost: h\r\nAuthorization: Digest x\r\n"
                           "Content-Length: 4\r\n\r\nbody");
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(reply, HasSubstr("\r\nX-Test: 1\r\n"));
    EXPECT_THAT(reply, HasSubstr("\r\nContent-Type: text/plain\r\n"));
    EXPECT_THAT(reply, HasSubstr("\r\n\r\nPOST|/a%20b?x=1|Digest x|body|127.0.0.1"));
}

TEST(HttpServer, ClosesAConnectionThatGotItsAnswerAndDoesNotNameItself) {
    const auto server = startServer(echo());
    const auto reply = ask(*server, "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("\r\nConnection: Close\r\n"));
    EXPECT_THAT(reply, Not(HasSubstr("Server:")));
}

// C-CR-18
TEST(HttpServer, KeepsAConnectionForTheAnswerToA401) {
    const auto server = startServer([](const ServerRequest& request) {
        return ServerReply{.status = request.authorization.empty() ? 401 : 200};
    });
    const std::string bare = "GET / HTTP/1.1\r\nHost: h\r\n";
    const auto both = ask(*server, bare + "\r\n" + bare + "Authorization: Digest x\r\n\r\n");
    EXPECT_THAT(both, StartsWith("HTTP/1.1 401 "));
    const auto second = both.find("HTTP/1.1 200 OK");
    ASSERT_NE(second, std::string::npos) << both;
    EXPECT_THAT(both.substr(0, second), HasSubstr("\r\nConnection: Keep-Alive\r\n"));
    EXPECT_THAT(both.substr(second), HasSubstr("\r\nConnection: Close\r\n"));
    // A new connection is as good.
    EXPECT_THAT(ask(*server, bare + "Authorization: Digest x\r\n\r\n"),
                StartsWith("HTTP/1.1 200 OK"));
}

TEST(HttpServer, AConnectionHasTwoRequestsAndAShortPauseBetweenThem) {
    const auto server =
        startServer([](const ServerRequest&) { return ServerReply{.status = 401}; });
    const std::string bare = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    const auto replies = ask(*server, bare + bare + bare);
    const auto second = replies.find("HTTP/1.1 401 ", 1);
    ASSERT_NE(second, std::string::npos);
    EXPECT_EQ(replies.find("HTTP/1.1 401 ", second + 1), std::string::npos) << replies;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(ask(*server, bare), HasSubstr("Keep-Alive"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{3});
}

TEST(HttpServer, SendsSeveralHeadersOfOneNameAndAnEmptyBody) {
    const auto server = startServer([](const ServerRequest&) {
        return ServerReply{
            .status = 401,
            .body = "",
            .contentType = "text/plain",
            .headers = {{"WWW-Authenticate", "Digest a"}, {"WWW-Authenticate", "Digest b"}}};
    });
    const auto reply = ask(*server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 401 Unauthorized\r\n"));
    EXPECT_THAT(reply, HasSubstr("\r\nWWW-Authenticate: Digest a\r\n"));
    EXPECT_THAT(reply, HasSubstr("\r\nWWW-Authenticate: Digest b\r\n"));
    EXPECT_THAT(reply, HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST(HttpServer, AReplyWithoutContentHasNoLength) {
    const auto server =
        startServer([](const ServerRequest&) { return ServerReply{.status = 204}; });
    const auto reply = ask(*server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 204 No Content\r\n"));
    EXPECT_THAT(reply, Not(HasSubstr("Content-Length")));
}

TEST(HttpServer, TakesABodyUpToTheLimitByLengthAndByBytes) {
    const auto server = startServer(
        [](const ServerRequest& request) {
            return ServerReply{.status = 200, .body = std::to_string(request.body.size())};
        },
        {.maxBodyBytes = 100});
    const auto withLength = [&](std::size_t size) {
        return ask(*server, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " +
                                std::to_string(size) + "\r\n\r\n" + std::string(size, 'x'));
    };
    const auto chunked = [&](const std::string& hexSize, std::size_t size) {
        return ask(*server, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                hexSize + "\r\n" + std::string(size, 'x') + "\r\n0\r\n\r\n");
    };
    EXPECT_THAT(withLength(100), HasSubstr("\r\n\r\n100"));
    EXPECT_THAT(withLength(101), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(withLength(20'000), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(chunked("64", 100), HasSubstr("\r\n\r\n100"));
    EXPECT_THAT(chunked("65", 101), StartsWith("HTTP/1.1 413 "));
}

TEST(HttpServer, RefusesLongTargetsAndBrokenRequests) {
    const auto server = startServer(echo());
    const auto get = [&](std::size_t length) {
        return ask(*server,
                   "GET /" + std::string(length - 1, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n");
    };
    EXPECT_THAT(get(2048), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(get(2049), StartsWith("HTTP/1.1 414 "));
    EXPECT_THAT(get(20'000), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(
        ask(*server, "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"),
        StartsWith("HTTP/1.1 400 "));
}

TEST(HttpServer, AFailingHandlerIsA500) {
    const auto server = startServer([](const ServerRequest& request) -> ServerReply {
        if (request.path == "/odd") {
            throw 1;  // Not even a std::exception.
        }
        throw std::runtime_error("inside information");
    });
    const auto reply = ask(*server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(reply, Not(HasSubstr("inside information")));
    EXPECT_THAT(ask(*server, "GET /odd HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 500 "));
}

// C-CR-17
TEST(HttpServer, CutsAClientThatDoesNotFinishItsRequest) {
    const auto server = startServer(echo(), {.timeout = Millis{60}});
    const RawClient client(*server);
    client.send("GET / HTTP/1.1\r\nHo");
    const auto begin = std::chrono::steady_clock::now();
    static_cast<void>(client.readAll());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
}

TEST(HttpServer, StopsSoonWhateverItsClientsDo) {
    for (int round = 0; round < 5; ++round) {
        auto server = startServer(echo(), {.timeout = Millis{60'000}});
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 12; ++i) {
            clients.push_back(std::make_unique<RawClient>(*server));
            if (i % 2 == 0) {
                clients.back()->send("GET / HTTP/1.1\r\nHost");
            }
        }
        const auto begin = std::chrono::steady_clock::now();
        server.reset();
        ASSERT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{4});
    }
}

TEST(HttpServer, WaitsForARunningHandlerBeforeItIsGone) {
    std::latch inside(1);
    std::latch release(1);
    std::atomic<bool> finished{false};
    auto server = startServer([&](const ServerRequest&) {
        inside.count_down();
        release.wait();
        finished = true;
        return ServerReply{};
    });
    const RawClient client(*server);
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    inside.wait();
    std::thread stopper([&] {
        server.reset();
        EXPECT_TRUE(finished);
    });
    release.count_down();
    stopper.join();
}

// C-CR-01
TEST(HttpServer, ListensOnIpv6) {
    HttpServerOptions options;
    options.listen = "[::1]:0";
    auto server = startPocoServer(options, echo());
    if (!server) {
        GTEST_SKIP() << "no IPv6 here: " << server.error().text;
    }
    EXPECT_TRUE((*server)->localEndpoint().address.ipv6);
    const int descriptor = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    address.sin6_port = htons((*server)->localEndpoint().port);
    ASSERT_EQ(::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::send(descriptor, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27, MSG_NOSIGNAL);
    std::array<char, 4096> reply{};
    const auto got = ::recv(descriptor, reply.data(), reply.size(), MSG_WAITALL);
    ::close(descriptor);
    ASSERT_GT(got, 0);
    EXPECT_THAT(std::string(reply.data(), static_cast<std::size_t>(got)), HasSubstr("|::1"));
}

TEST(HttpServer, NamesAnAddressThatItCannotHave) {
    const auto first = startServer(echo());
    HttpServerOptions options;
    options.listen = first->localEndpoint().toString();
    const auto second = startPocoServer(options, echo());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Refused);
    EXPECT_THAT(second.error().text, HasSubstr(options.listen));
    options.listen = "somewhere:80";
    const auto named = startPocoServer(options, echo());
    ASSERT_FALSE(named);
    EXPECT_EQ(named.error().code, ErrorCode::Malformed);
}

// libcurl as the second opinion on our Digest verifier.
class CurlDigest : public testing::TestWithParam<const char*> {
  protected:
    /// Status of a GET with Digest authentication by libcurl alone.
    long get(const std::string& password, const char* from = nullptr) {
        const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(),
                                                                       &curl_easy_cleanup);
        const auto url = "http://" + server_->localEndpoint().toString() + "/cr/0123?ignored=1";
        long status = 0;
        curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
        curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
        curl_easy_setopt(easy.get(), CURLOPT_INTERFACE, from);
        curl_easy_setopt(easy.get(), CURLOPT_HTTPAUTH, CURLAUTH_DIGEST);
        curl_easy_setopt(easy.get(), CURLOPT_USERNAME, "a\"c\\s");
        curl_easy_setopt(easy.get(), CURLOPT_PASSWORD, password.c_str());
        EXPECT_EQ(curl_easy_perform(easy.get()), CURLE_OK);
        curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
        return status;
    }

    SystemClock clock_;
    SystemRandom random_;
    DigestVerifier verifier_{clock_, random_, "platen"};
    std::unique_ptr<HttpServer> server_ = startServer([this](const ServerRequest& request) {
        const auto credentials = parseDigest(request.authorization);
        if (credentials && verifier_.verify(*credentials, request.method, request.path, "a\"c\\s",
                                            "pass word") == DigestVerifier::Verdict::Accepted) {
            return ServerReply{.status = 204};
        }
        ServerReply reply{.status = 401};
        for (const auto& value : verifier_.challenge(false)) {
            if (value.ends_with(GetParam())) {
                reply.headers.emplace_back("WWW-Authenticate", value);
            }
        }
        return reply;
    });
};

INSTANTIATE_TEST_SUITE_P(Algorithms, CurlDigest, testing::Values("=MD5", "=SHA-256"));

// C-CR-03, -06
TEST_P(CurlDigest, IsAcceptedWithTheRightPasswordOnly) {
    EXPECT_EQ(get("pass word"), 204);
    EXPECT_EQ(get("pass work"), 401);
}

// C-CR-05
TEST_P(CurlDigest, IsAcceptedFromAnyAddress) {
    for (const auto* from : {"host!127.0.0.2", "host!127.9.8.7"}) {
        EXPECT_EQ(get("pass word", from), 204) << from;
        EXPECT_EQ(get("pass work", from), 401) << from;
    }
}

}  // namespace
}  // namespace platen::net
