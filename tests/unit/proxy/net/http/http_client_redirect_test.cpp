// SPDX-License-Identifier: Apache-2.0
// C-HTTP-12 to 16: redirects.
#include "proxy/net/digest_verifier.hpp"
#include "tests/unit/proxy/net/http/certificates.hpp"
#include "tests/unit/proxy/net/http/client_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace platen::net::test {
namespace {

using testing::HasSubstr;

Answer redirect(int status, const std::string& location) {
    return answer(status, "moved", "Location: " + location + "\r\nSet-Cookie: way=1\r\n");
}

class HttpClientRedirectTest : public ClientFixture {};

class HttpClientFollows : public ClientFixture, public testing::WithParamInterface<int> {};

INSTANTIATE_TEST_SUITE_P(Statuses, HttpClientFollows, testing::Values(301, 302, 307, 308));

// C-HTTP-10, -12, -15
TEST_P(HttpClientFollows, WithTheSameMethodBodyAndCookies) {
    const ScriptedServer server([](const Seen& seen) {
        return seen.number == 1 ? redirect(GetParam(), "/there?x=1") : answer(200, "here");
    });
    const auto session = open(optionsFor(server.url("/acs")));
    const auto reply = post(*session, "<inform/>");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->body, "here");
    EXPECT_EQ(reply->effectiveUrl, server.url("/there?x=1"));
    const auto seen = server.seen();
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[1].requestLine(), "POST /there?x=1 HTTP/1.1");
    EXPECT_EQ(seen[1].body, "<inform/>");
    EXPECT_EQ(seen[1].header("Content-Type"), "text/xml; charset=utf-8");
    EXPECT_EQ(seen[1].header("Cookie"), "way=1");
}

// C-HTTP-12
TEST_F(HttpClientRedirectTest, AnEmptyPostStaysOne) {
    const ScriptedServer server(
        [](const Seen& seen) { return seen.number == 1 ? redirect(302, "/there") : answer(204); });
    const auto session = open(optionsFor(server.url()));
    EXPECT_EQ(post(*session, "")->status, 204);
    EXPECT_EQ(server.seen()[1].requestLine(), "POST /there HTTP/1.1");
    EXPECT_EQ(server.seen()[1].header("Content-Length"), "0");
}

// C-HTTP-12
TEST_F(HttpClientRedirectTest, TheTargetServesTheRestOfTheSessionOnly) {
    const ScriptedServer other([](const Seen&) { return answer(200, "other"); });
    const ScriptedServer first([&other](const Seen&) { return redirect(307, other.url("/b")); });
    {
        const auto session = open(optionsFor(first.url()));
        EXPECT_EQ(post(*session, "a")->body, "other");
        EXPECT_EQ(post(*session, "b")->body, "other");
        EXPECT_EQ(first.seen().size(), 1U);
        EXPECT_EQ(other.seen().size(), 2U);
    }
    const auto next = open(optionsFor(first.url()));
    EXPECT_EQ(post(*next, "c")->body, "other");
    EXPECT_EQ(first.seen().size(), 2U);
}

// C-HTTP-12
TEST_F(HttpClientRedirectTest, MayComeInTheMiddleOfASession) {
    const ScriptedServer server([](const Seen& seen) {
        return seen.number == 2 ? redirect(302, "/later") : answer(200, seen.requestLine());
    });
    const auto session = open(optionsFor(server.url()));
    EXPECT_EQ(post(*session, "a")->body, "POST /acs HTTP/1.1");
    EXPECT_EQ(post(*session, "b")->body, "POST /later HTTP/1.1");
    EXPECT_EQ(post(*session, "c")->body, "POST /later HTTP/1.1");
}

// C-HTTP-13
TEST_F(HttpClientRedirectTest, FollowsFiveInARow) {
    const ScriptedServer server([](const Seen& seen) {
        return seen.number <= 5 ? redirect(302, "/hop" + std::to_string(seen.number))
                                : answer(200, "end");
    });
    const auto session = open(optionsFor(server.url()));
    const auto reply = post(*session, "a");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->body, "end");
    EXPECT_EQ(reply->effectiveUrl, server.url("/hop5"));
}

// C-HTTP-13
TEST_F(HttpClientRedirectTest, GivesUpAtTheSixth) {
    const ScriptedServer server(
        [](const Seen& seen) { return redirect(302, "/hop" + std::to_string(seen.number)); });
    const auto session = open(optionsFor(server.url()));
    const auto reply = post(*session, "a");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(reply.error().text, HasSubstr("too many redirects"));
    EXPECT_EQ(server.seen().size(), 6U);
}

// C-HTTP-16
TEST_F(HttpClientRedirectTest, RefusesA303) {
    const ScriptedServer server([](const Seen&) { return redirect(303, "/there"); });
    const auto session = open(optionsFor(server.url()));
    const auto reply = post(*session, "a");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(server.seen().size(), 1U);
}

// C-HTTP-16
TEST_F(HttpClientRedirectTest, RefusesOtherSchemes) {
    for (const auto* location : {"ftp://127.0.0.1/", "file:///etc/passwd", "gopher://x/"}) {
        const ScriptedServer server([location](const Seen&) { return redirect(302, location); });
        const auto session = open(optionsFor(server.url()));
        const auto reply = post(*session, "a");
        ASSERT_FALSE(reply) << location;
        EXPECT_EQ(reply.error().code, ErrorCode::Unsupported) << reply.error().text;
    }
}

// C-HTTP-16
TEST_F(HttpClientRedirectTest, RefusesToLeaveTls) {
    const TestAuthority authority("authority");
    const auto context = authority.server({.ip = "127.0.0.1"});
    const ScriptedServer open_([](const Seen&) { return answer(200); });
    const ScriptedServer server([&open_](const Seen&) { return redirect(302, open_.url()); },
                                context.get());
    auto options = optionsFor(server.url());
    options.caFile = authority.file();
    const auto session = open(std::move(options));
    const auto reply = post(*session, "a");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Unsupported) << reply.error().text;
    EXPECT_THAT(reply.error().text, HasSubstr("https to http"));
    EXPECT_TRUE(open_.seen().empty());
}

// C-HTTP-14, C-TLS-04
TEST_F(HttpClientRedirectTest, MayEnterTlsAndChecksTheTargetsCertificate) {
    const TestAuthority authority("authority");
    const auto good = authority.server({.ip = "127.0.0.1"});
    const auto wrong = authority.server({.dns = "other.example"});
    const ScriptedServer secure([](const Seen&) { return answer(200, "safe"); }, good.get());
    const ScriptedServer mismatched([](const Seen&) { return answer(200); }, wrong.get());
    const ScriptedServer first([&](const Seen& seen) {
        return redirect(302, seen.body == "good" ? secure.url() : mismatched.url());
    });
    auto options = optionsFor(first.url());
    options.caFile = authority.file();
    const auto session = open(std::move(options));
    const auto reply = post(*session, "good");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->body, "safe");

    options = optionsFor(first.url());
    options.caFile = authority.file();
    const auto other = open(std::move(options));
    const auto refused = post(*other, "bad");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Refused);
}

TEST_F(HttpClientRedirectTest, ARedirectNeedsATarget) {
    const ScriptedServer server(
        [](const Seen& seen) { return seen.number == 1 ? answer(302) : redirect(302, "http://"); });
    const auto session = open(optionsFor(server.url()));
    for (int i = 0; i < 2; ++i) {
        const auto reply = post(*session, "a");
        ASSERT_FALSE(reply);
        EXPECT_EQ(reply.error().code, ErrorCode::Malformed) << reply.error().text;
    }
}

// C-HTTP-14
TEST_F(HttpClientRedirectTest, AuthenticatesAnewWithTheTarget) {
    SystemRandom random;
    DigestVerifier verifier(clock_, random, "acs");
    const auto guarded = [&verifier](const Seen& seen) {
        const auto credentials = parseDigest(seen.header("Authorization"));
        const auto line = seen.requestLine();
        const bool good = credentials &&
                          verifier.verify(*credentials, "POST", line.substr(5, line.rfind(' ') - 5),
                                          "device", "s3cret") == DigestVerifier::Verdict::Accepted;
        return good;
    };
    const auto ask = [&verifier] {
        return answer(401, "", "WWW-Authenticate: " + verifier.challenge(false)[0] + "\r\n");
    };
    const ScriptedServer target(
        [&](const Seen& seen) { return guarded(seen) ? answer(200, "in") : ask(); });
    const ScriptedServer first(
        [&](const Seen& seen) { return guarded(seen) ? redirect(302, target.url("/b")) : ask(); });
    const auto session = open(withLogin(first.url()));
    const auto reply = post(*session, "a");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->body, "in");
    EXPECT_EQ(first.seen().size(), 2U);
    const auto seen = target.seen();
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].header("Authorization"), "<none>") << "it must ask for itself";
    EXPECT_EQ(seen[1].body, "a");
}

TEST_F(HttpClientRedirectTest, DropsCredentialsInTheLocation) {
    std::uint16_t port = 0;
    const ScriptedServer server([&port](const Seen& seen) {
        return seen.number == 1
                   ? redirect(302, "http://u:p@127.0.0.1:" + std::to_string(port) + "/b")
                   : answer(200);
    });
    port = server.port();
    const auto session = open(optionsFor(server.url()));
    const auto reply = post(*session, "a");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->effectiveUrl, server.url("/b"));
    EXPECT_EQ(server.seen()[1].header("Authorization"), "<none>");
}

}  // namespace
}  // namespace platen::net::test
