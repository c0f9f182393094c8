// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/http_client.hpp"

#include "tests/unit/proxy/net/http/client_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>

namespace platen::net::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class HttpClientTest : public ClientFixture {};

// C-HTTP-01, -04, -20
TEST_F(HttpClientTest, PostsABodyWithTheHeadersOfCwmp) {
    const ScriptedServer server([](const Seen&) {
        return answer(200, "<reply/>", "Content-Type: text/xml; charset=utf-8\r\n");
    });
    const auto session = open(optionsFor(server.url("/acs?x=1")));
    const auto reply = post(*session, "<inform/>");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body, "<reply/>");
    EXPECT_EQ(reply->contentType, "text/xml; charset=utf-8");
    EXPECT_EQ(reply->retryAfter, Millis{0});
    EXPECT_EQ(reply->effectiveUrl, server.url("/acs?x=1"));
    const auto seen = server.seen();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].requestLine(), "POST /acs?x=1 HTTP/1.1");
    EXPECT_EQ(seen[0].body, "<inform/>");
    EXPECT_EQ(seen[0].header("Content-Type"), "text/xml; charset=utf-8");
    EXPECT_THAT(seen[0].head, HasSubstr("\r\nSOAPAction:\r\n"));
    EXPECT_EQ(seen[0].header("Content-Length"), "9");
    EXPECT_EQ(seen[0].header("User-Agent"), "Platen");
    EXPECT_EQ(seen[0].header("Host"), "127.0.0.1:" + std::to_string(server.port()));
    for (const auto* absent :
         {"Expect", "Transfer-Encoding", "Authorization", "Cookie", "Accept-Encoding"}) {
        EXPECT_EQ(seen[0].header(absent), "<none>") << absent;
    }
}

// C-HTTP-05
TEST_F(HttpClientTest, AnEmptyPostHasLengthZeroAndNeitherTypeNorAction) {
    const ScriptedServer server([](const Seen&) { return Answer{"HTTP/1.1 204 None\r\n\r\n"}; });
    const auto session = open(optionsFor(server.url()));
    const auto reply = post(*session, "");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->status, 204);
    EXPECT_TRUE(reply->body.empty());
    const auto seen = server.seen();
    EXPECT_EQ(seen[0].requestLine(), "POST /acs HTTP/1.1");
    EXPECT_EQ(seen[0].header("Content-Length"), "0");
    EXPECT_EQ(seen[0].header("Content-Type"), "<none>");
    EXPECT_EQ(seen[0].header("SOAPAction"), "<none>");
}

// C-HTTP-08
TEST_F(HttpClientTest, ALargeBodyGoesWithoutExpectAndUnchunked) {
    const ScriptedServer server([](const Seen&) { return answer(200); });
    const auto session = open(optionsFor(server.url()));
    const std::string body(2U << 20U, 'x');
    ASSERT_TRUE(post(*session, body));
    const auto seen = server.seen();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].body, body);
    EXPECT_EQ(seen[0].header("Expect"), "<none>");
    EXPECT_EQ(seen[0].header("Content-Length"), std::to_string(body.size()));
}

// C-HTTP-07
TEST_F(HttpClientTest, ReadsAChunkedBodyWithExtensionsAndTrailers) {
    const ScriptedServer server([](const Seen&) {
        return Answer{
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "4;name=value\r\nabcd\r\n3\r\nefg\r\n0\r\nX-Trailer: 1\r\n\r\n"};
    });
    const auto session = open(optionsFor(server.url()));
    const auto first = post(*session, "a");
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_EQ(first->body, "abcdefg");
    EXPECT_TRUE(post(*session, "b"));
    EXPECT_EQ(server.seen()[1].connection, 1);
}

// C-HTTP-07, -09, -10
TEST_F(HttpClientTest, ReadsABodyThatEndsWithTheConnectionAndGoesOnWithANewOne) {
    const ScriptedServer server([](const Seen& seen) {
        return Answer{.bytes = "HTTP/1.1 200 OK\r\nSet-Cookie: s=1\r\n\r\npart " +
                               std::to_string(seen.number),
                      .close = true};
    });
    const auto session = open(optionsFor(server.url()));
    EXPECT_EQ(post(*session, "a")->body, "part 1");
    EXPECT_EQ(post(*session, "b")->body, "part 2");
    const auto seen = server.seen();
    EXPECT_EQ(seen[1].connection, 2);
    EXPECT_EQ(seen[1].header("Cookie"), "s=1");
}

// C-HTTP-09
TEST_F(HttpClientTest, KeepsOneConnectionForTheWholeSession) {
    const ScriptedServer server([](const Seen&) { return answer(200, "x"); });
    const auto session = open(optionsFor(server.url()));
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(post(*session, i % 2 == 0 ? "body" : ""));
    }
    for (const auto& seen : server.seen()) {
        EXPECT_EQ(seen.connection, 1);
    }
}

// C-HTTP-09
TEST_F(HttpClientTest, ReconnectsWhenTheServerClosedWithoutAWord) {
    const ScriptedServer server([](const Seen&) {
        auto reply = answer(200, "x");
        reply.close = true;
        return reply;
    });
    const auto session = open(optionsFor(server.url()));
    for (int i = 1; i <= 4; ++i) {
        const auto reply = post(*session, "body " + std::to_string(i));
        ASSERT_TRUE(reply) << reply.error().text;
    }
    const auto seen = server.seen();
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(seen[3].connection, 4);
    EXPECT_EQ(seen[3].body, "body 4");
}

// C-PRX-20
TEST_F(HttpClientTest, TwoSessionsNeverShareAConnection) {
    const ScriptedServer server([](const Seen&) {
        auto reply = answer(200, "x");
        reply.close = true;
        return reply;
    });
    const auto one = open(optionsFor(server.url()));
    const auto two = open(optionsFor(server.url()));
    ASSERT_TRUE(post(*one, "one"));
    ASSERT_TRUE(post(*two, "two"));
    const auto seen = server.seen();
    EXPECT_NE(seen[0].connection, seen[1].connection);
}

// C-HTTP-10, -11
TEST_F(HttpClientTest, ReturnsAllCookiesInTheSessionAndNoneInTheNext) {
    const ScriptedServer server([](const Seen& seen) {
        if (seen.number == 1) {
            return answer(200, "x",
                          "Set-Cookie: first=1; Path=/\r\n"
                          "Set-Cookie: elsewhere=1; Path=/other\r\n");
        }
        if (seen.number == 2) {
            return answer(200, "x", "Set-Cookie: second=\"quoted value\"\r\n");
        }
        return answer(204);
    });
    {
        const auto session = open(optionsFor(server.url("/acs/in")));
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(post(*session, "x"));
        }
    }
    const auto next = open(optionsFor(server.url("/acs/in")));
    ASSERT_TRUE(post(*next, "x"));
    const auto seen = server.seen();
    EXPECT_EQ(seen[0].header("Cookie"), "<none>");
    EXPECT_EQ(seen[1].header("Cookie"), "first=1");
    EXPECT_THAT(seen[2].header("Cookie"), HasSubstr("first=1"));
    EXPECT_THAT(seen[2].header("Cookie"), HasSubstr("second=\"quoted value\""));
    EXPECT_EQ(seen[3].header("Cookie"), "<none>");
}

// C-HTTP-10
TEST_F(HttpClientTest, ReturnsALongCookie) {
    const std::string value(2000, 'c');
    const ScriptedServer server(
        [&value](const Seen&) { return answer(200, "", "Set-Cookie: s=" + value + "\r\n"); });
    const auto session = open(optionsFor(server.url()));
    ASSERT_TRUE(post(*session, "x"));
    ASSERT_TRUE(post(*session, "x"));
    EXPECT_EQ(server.seen()[1].header("Cookie"), "s=" + value);
}

TEST_F(HttpClientTest, GivesErrorStatusesToTheCaller) {
    const ScriptedServer server(
        [](const Seen& seen) { return answer(seen.number == 1 ? 500 : 404, "<html>"); });
    const auto session = open(optionsFor(server.url()));
    EXPECT_EQ(post(*session, "x")->status, 500);
    const auto reply = post(*session, "x");
    EXPECT_EQ(reply->status, 404);
    EXPECT_EQ(reply->body, "<html>");
}

TEST_F(HttpClientTest, ReadsRetryAfterInSecondsAndAsADate) {
    const ScriptedServer server([](const Seen& seen) {
        constexpr std::array<const char*, 6> kValues{
            "120", "Mon, 03 Feb 2031 00:05:00 GMT", "Mon, 03 Feb 2020 00:00:00 GMT", "soon",
            "-5",  "99999999999999999999"};
        return answer(503, "",
                      std::string("Retry-After: ") +
                          kValues.at(static_cast<std::size_t>(seen.number - 1)) + "\r\n");
    });
    const auto session = open(optionsFor(server.url()));
    EXPECT_EQ(post(*session, "x")->retryAfter, Millis{120'000});
    EXPECT_EQ(post(*session, "x")->retryAfter, Millis{300'000});
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(post(*session, "x")->retryAfter, Millis{0});
    }
}

TEST_F(HttpClientTest, CutsAnEndlessRetryAfterToAWeek) {
    const ScriptedServer server(
        [](const Seen&) { return answer(503, "", "Retry-After: 18446744073709551615\r\n"); });
    const auto session = open(optionsFor(server.url()));
    EXPECT_EQ(post(*session, "x")->retryAfter, std::chrono::hours(24 * 7));
}

TEST_F(HttpClientTest, RefusesAResponseOverTheLimitByLengthAndByBytes) {
    const ScriptedServer server([](const Seen& seen) {
        const std::string body(seen.number <= 2 ? 1000 : 1001, 'x');
        return seen.number % 2 == 1
                   ? answer(200, body)
                   : Answer{.bytes = "HTTP/1.1 200 OK\r\n\r\n" + body, .close = true};
    });
    auto options = optionsFor(server.url());
    options.maxResponseBytes = 1000;
    const auto session = open(std::move(options));
    EXPECT_EQ(post(*session, "x")->body.size(), 1000U);
    EXPECT_EQ(post(*session, "x")->body.size(), 1000U);
    for (int i = 0; i < 2; ++i) {
        const auto reply = post(*session, "x");
        ASSERT_FALSE(reply);
        EXPECT_EQ(reply.error().code, ErrorCode::TooLarge) << reply.error().text;
    }
}

TEST_F(HttpClientTest, RefusesEndlessHeaders) {
    const ScriptedServer server([](const Seen&) {
        std::string headers;
        for (int i = 0; i < 100; ++i) {
            headers += "X-Filler: " + std::string(1000, 'x') + "\r\n";
        }
        return answer(200, "", headers);
    });
    const auto session = open(optionsFor(server.url()));
    const auto reply = post(*session, "x");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::TooLarge);
}

TEST_F(HttpClientTest, GivesUpOnAServerThatSaysNothing) {
    const ScriptedServer server([](const Seen&) { return Answer{.bytes = "", .stall = true}; });
    auto options = optionsFor(server.url());
    options.timeout = Millis{50};
    const auto session = open(std::move(options));
    const auto reply = post(*session, "x");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Timeout);
    EXPECT_THAT(reply.error().text, HasSubstr("127.0.0.1:" + std::to_string(server.port())));
}

TEST_F(HttpClientTest, GivesUpInTheMiddleOfABody) {
    const ScriptedServer server([](const Seen&) {
        return Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .stall = true};
    });
    auto options = optionsFor(server.url());
    options.timeout = Millis{50};
    const auto session = open(std::move(options));
    const auto reply = post(*session, "x");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Timeout);
}

struct BadAnswer {
    const char* bytes;
    ErrorCode code;
};

class HttpClientBadAnswers : public ClientFixture, public testing::WithParamInterface<BadAnswer> {};

INSTANTIATE_TEST_SUITE_P(
    Answers,
    HttpClientBadAnswers,
    testing::Values(BadAnswer{"", ErrorCode::Refused},
                    BadAnswer{"this is not HTTP\r\n\r\n", ErrorCode::Malformed},
                    BadAnswer{"HTTP/1.1 abc\r\n\r\n", ErrorCode::Malformed},
                    BadAnswer{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                              ErrorCode::Malformed},
                    BadAnswer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                              ErrorCode::Malformed}));

TEST_P(HttpClientBadAnswers, AreErrors) {
    const ScriptedServer server(
        [](const Seen&) { return Answer{.bytes = GetParam().bytes, .close = true}; });
    const auto session = open(optionsFor(server.url()));
    const auto reply = post(*session, "x");
    ASSERT_FALSE(reply) << reply->status;
    EXPECT_EQ(reply.error().code, GetParam().code) << reply.error().text;
    EXPECT_THAT(reply.error().text, HasSubstr("127.0.0.1"));
}

TEST_F(HttpClientTest, NamesTheHostThatRefusesAndNoCredentials) {
    std::string url;
    {
        const ScriptedServer gone([](const Seen&) { return answer(200); });
        url = "http://urluser:urlsecret@127.0.0.1:" + std::to_string(gone.port()) + "/";
    }
    const auto session = open(withLogin(url));
    const auto reply = post(*session, "x");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Refused);
    EXPECT_THAT(reply.error().text, HasSubstr("127.0.0.1:"));
    for (const auto* secret : {"urluser", "urlsecret", "device", "s3cret"}) {
        EXPECT_THAT(reply.error().text, Not(HasSubstr(secret)));
    }
}

TEST_F(HttpClientTest, DoesNotSendCredentialsOfTheUrl) {
    const ScriptedServer server([](const Seen&) { return answer(200); });
    const auto session =
        open(optionsFor("http://u:p@127.0.0.1:" + std::to_string(server.port()) + "/x#part"));
    const auto reply = post(*session, "x");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(server.seen()[0].header("Authorization"), "<none>");
    EXPECT_EQ(reply->effectiveUrl, server.url("/x"));
}

TEST_F(HttpClientTest, SaysWhatIsWrongWithTheUrl) {
    const auto empty = open(optionsFor(""));
    EXPECT_EQ(post(*empty, "x").error().code, ErrorCode::Malformed);
    const auto file = open(optionsFor("file:///etc/passwd"));
    EXPECT_EQ(post(*file, "x").error().code, ErrorCode::Unsupported);
    const auto ftp = open(optionsFor("ftp://127.0.0.1/"));
    EXPECT_EQ(post(*ftp, "x").error().code, ErrorCode::Unsupported);
}

// C-HTTP-03
TEST_F(HttpClientTest, TakesOnePostAtATime) {
    const ScriptedServer server([](const Seen&) { return answer(200); });
    const auto session = open(optionsFor(server.url()));
    std::optional<Result<HttpReply>> first;
    std::optional<Result<HttpReply>> second;
    session->post("a", [&](Result<HttpReply> reply) {
        first = std::move(reply);
        loop_.stop();
    });
    session->post("b", [&](Result<HttpReply> reply) { second = std::move(reply); });
    EXPECT_FALSE(second);
    runLoop();
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(*first);
    ASSERT_FALSE(*second);
    EXPECT_EQ(second->error().code, ErrorCode::Conflict);
    EXPECT_EQ(server.seen().size(), 1U);
}

TEST_F(HttpClientTest, MayPostAgainInTheCallback) {
    const ScriptedServer server([](const Seen&) { return answer(200); });
    const auto session = open(optionsFor(server.url()));
    int replies = 0;
    session->post("a", [&](const Result<HttpReply>& reply) {
        EXPECT_TRUE(reply);
        ++replies;
        session->post("b", [&](const Result<HttpReply>& next) {
            EXPECT_TRUE(next);
            ++replies;
            loop_.stop();
        });
    });
    runLoop();
    EXPECT_EQ(replies, 2);
    EXPECT_EQ(server.seen()[1].connection, 1);
}

TEST_F(HttpClientTest, MayBeDestroyedInTheCallback) {
    const ScriptedServer server([](const Seen&) { return answer(200); });
    for (const auto& url : {server.url(), std::string("nonsense://x")}) {
        auto session = open(optionsFor(url));
        bool called = false;
        session->post("a", [&](const Result<HttpReply>&) {
            called = true;
            session.reset();
            loop_.stop();
        });
        runLoop();
        EXPECT_TRUE(called);
        EXPECT_EQ(session, nullptr);
    }
}

TEST_F(HttpClientTest, DestroyedBeforeTheAnswerItNeverCallsBack) {
    const ScriptedServer server([](const Seen&) { return answer(200); });
    for (const auto& url : {server.url(), std::string("nonsense://x")}) {
        auto session = open(optionsFor(url));
        session->post("a", [](const Result<HttpReply>&) { ADD_FAILURE() << "called back"; });
        session->post("b", [](const Result<HttpReply>&) { ADD_FAILURE() << "called back"; });
        session.reset();
    }
    // A whole exchange of another session gives a wrong call the time to come.
    const auto other = open(optionsFor(server.url()));
    EXPECT_TRUE(post(*other, "x"));
}

TEST_F(HttpClientTest, SessionsOutliveTheClient) {
    const ScriptedServer server([](const Seen&) { return answer(200); });
    const auto session = open(optionsFor(server.url()));
    client_.reset();
    EXPECT_TRUE(post(*session, "x"));
}

// C-HTTP-10
TEST_F(HttpClientTest, KeepsSecureCookiesForTls) {
    // Through a proxy, because curl takes loopback for a secure place.
    const ScriptedServer proxy([](const Seen&) {
        return answer(200, "", "Set-Cookie: safe=1; Secure\r\nSet-Cookie: plain=1\r\n");
    });
    auto options = optionsFor("http://acs.example.net/acs");
    options.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
    const auto session = open(std::move(options));
    ASSERT_TRUE(post(*session, "x"));
    ASSERT_TRUE(post(*session, "x"));
    EXPECT_EQ(proxy.seen()[1].header("Cookie"), "plain=1");
}

// C-HTTP-21
TEST_F(HttpClientTest, AsksAPlainProxyForTheWholeUrl) {
    const ScriptedServer proxy([](const Seen&) { return answer(200, "by proxy"); });
    auto options = optionsFor("http://acs.example.net:7547/acs");
    options.proxy = "http://who:pass@127.0.0.1:" + std::to_string(proxy.port());
    const auto session = open(std::move(options));
    const auto reply = post(*session, "x");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->body, "by proxy");
    const auto seen = proxy.seen();
    EXPECT_EQ(seen[0].requestLine(), "POST http://acs.example.net:7547/acs HTTP/1.1");
    EXPECT_EQ(seen[0].header("Proxy-Authorization"), "Basic d2hvOnBhc3M=");
}

// C-HTTP-21
TEST_F(HttpClientTest, TunnelsHttpsThroughAProxy) {
    const ScriptedServer proxy([](const Seen&) { return answer(403); });
    auto options = optionsFor("https://acs.example.net/acs");
    options.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
    const auto session = open(std::move(options));
    const auto reply = post(*session, "x");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Refused) << reply.error().text;
    EXPECT_EQ(proxy.seen()[0].requestLine(), "CONNECT acs.example.net:443 HTTP/1.1");
}

TEST_F(HttpClientTest, IgnoresTheProxyOfTheEnvironment) {
    const ScriptedServer server([](const Seen&) { return answer(200); });
    ::setenv("http_proxy", "http://127.0.0.1:1/", 1);  // NOLINT(concurrency-mt-unsafe): own name
    const auto session = open(optionsFor(server.url()));
    EXPECT_TRUE(post(*session, "x"));
    ::unsetenv("http_proxy");  // NOLINT(concurrency-mt-unsafe): own name
}

}  // namespace
}  // namespace platen::net::test
