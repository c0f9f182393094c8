// SPDX-License-Identifier: Apache-2.0
// C-AUTH: how the client proves who it is.
#include "proxy/net/digest_verifier.hpp"
#include "tests/unit/proxy/net/http/certificates.hpp"
#include "tests/unit/proxy/net/http/client_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace platen::net::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class HttpClientAuthTest : public ClientFixture {
  protected:
    /// A 401 with these WWW-Authenticate values.
    static Answer challenge(const std::vector<std::string>& values) {
        std::string headers;
        for (const auto& value : values) {
            headers += "WWW-Authenticate: " + value + "\r\n";
        }
        return answer(401, "who are you?", headers + "Set-Cookie: asked=1\r\n");
    }
    /// Checks the request as a server would; true if it is right.
    bool accepts(const Seen& seen) {
        const auto credentials = parseDigest(seen.header("Authorization"));
        const auto target = seen.requestLine();
        const auto path = target.substr(5, target.rfind(' ') - 5);
        return credentials && verifier_.verify(*credentials, "POST", path, "device", "s3cret") ==
                                  DigestVerifier::Verdict::Accepted;
    }
    DigestCredentials credentialsOf(const Seen& seen) {
        const auto credentials = parseDigest(seen.header("Authorization"));
        EXPECT_TRUE(credentials) << seen.head;
        return credentials ? *credentials : DigestCredentials{};
    }

    SystemRandom random_;
    DigestVerifier verifier_{clock_, random_, "acs"};
};

// C-AUTH-01, -03, -05, -07, C-HTTP-10
TEST_F(HttpClientAuthTest, TheFirstPostHasItsBodyAndNoAuthorization) {
    const ScriptedServer server([this](const Seen& seen) {
        return accepts(seen) ? answer(200, "in") : challenge({verifier_.challenge(false)[0]});
    });
    const auto session = open(withLogin(server.url("/acs?id=1")));
    const auto reply = post(*session, "<inform/>");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->status, 200);
    const auto seen = server.seen();
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].header("Authorization"), "<none>");
    EXPECT_EQ(seen[0].body, "<inform/>");
    EXPECT_EQ(seen[1].body, "<inform/>");
    EXPECT_EQ(seen[1].connection, 1) << "the nonce may be bound to the connection";
    EXPECT_EQ(seen[1].header("Cookie"), "asked=1");
    EXPECT_EQ(seen[1].header("Content-Type"), "text/xml; charset=utf-8");
    EXPECT_EQ(credentialsOf(seen[1]).uri, "/acs?id=1");
}

// C-AUTH-05, -08
TEST_F(HttpClientAuthTest, LaterPostsCarryTheAuthorizationWithARisingCount) {
    const ScriptedServer server([this](const Seen& seen) {
        return accepts(seen) ? answer(200) : challenge({verifier_.challenge(false)[0]});
    });
    const auto session = open(withLogin(server.url()));
    for (const auto* body : {"a", "", "c"}) {
        ASSERT_TRUE(post(*session, body));
    }
    const auto seen = server.seen();
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(credentialsOf(seen[1]).nc, "00000001");
    EXPECT_EQ(credentialsOf(seen[2]).nc, "00000002");
    EXPECT_EQ(credentialsOf(seen[3]).nc, "00000003");
    EXPECT_EQ(credentialsOf(seen[3]).nonce, credentialsOf(seen[1]).nonce);
    EXPECT_EQ(seen[2].body, "");
}

// C-AUTH-08
TEST_F(HttpClientAuthTest, AcceptsAChallengeAtTheThirdPostEvenIfItIsEmpty) {
    const ScriptedServer server([this](const Seen& seen) {
        return seen.number < 3 || accepts(seen) ? answer(200)
                                                : challenge({verifier_.challenge(false)[0]});
    });
    const auto session = open(withLogin(server.url()));
    for (const auto* body : {"a", "b", ""}) {
        const auto reply = post(*session, body);
        ASSERT_TRUE(reply) << reply.error().text;
        EXPECT_EQ(reply->status, 200);
    }
    EXPECT_EQ(server.seen().size(), 4U);
}

// C-AUTH-06
TEST_F(HttpClientAuthTest, AnswersANewNonceWithoutStaleOnceTheOldOneServed) {
    // Some ACSs bind the nonce to the connection and forget it with it (GenieACS PR 364).
    const ScriptedServer server([this](const Seen& seen) {
        auto reply = accepts(seen) && seen.number != 3 ? answer(200)
                                                       : challenge({verifier_.challenge(false)[0]});
        reply.close = seen.number == 2;
        return reply;
    });
    const auto session = open(withLogin(server.url()));
    ASSERT_TRUE(post(*session, "a"));
    const auto reply = post(*session, "b");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->status, 200);
    const auto seen = server.seen();
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_NE(credentialsOf(seen[3]).nonce, credentialsOf(seen[2]).nonce);
    EXPECT_NE(credentialsOf(seen[3]).cnonce, credentialsOf(seen[2]).cnonce);
    EXPECT_EQ(credentialsOf(seen[3]).nc, "00000001");
    EXPECT_EQ(seen[3].body, "b");
}

// C-AUTH-06
TEST_F(HttpClientAuthTest, AStaleNonceDoesNotCountAsWrongCredentials) {
    const ScriptedServer server([this](const Seen& seen) {
        return accepts(seen) && seen.number == 3 ? answer(200)
                                                 : challenge({verifier_.challenge(true)[0]});
    });
    const auto session = open(withLogin(server.url()));
    const auto reply = post(*session, "a");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->status, 200);
}

// C-AUTH-09
TEST_F(HttpClientAuthTest, FailsAtTheSecondRefusal) {
    const ScriptedServer server(
        [this](const Seen&) { return challenge({verifier_.challenge(false)[0]}); });
    const auto session = open(withLogin(server.url()));
    const auto reply = post(*session, "a");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::AuthFailed);
    EXPECT_THAT(reply.error().text, HasSubstr("127.0.0.1"));
    EXPECT_THAT(reply.error().text, Not(HasSubstr("s3cret")));
    EXPECT_EQ(server.seen().size(), 2U);
}

// C-AUTH-09
TEST_F(HttpClientAuthTest, NeverPostsMoreThanThreeTimesHoweverStale) {
    const ScriptedServer server(
        [this](const Seen&) { return challenge({verifier_.challenge(true)[0]}); });
    const auto session = open(withLogin(server.url()));
    const auto reply = post(*session, "a");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::AuthFailed);
    EXPECT_EQ(server.seen().size(), 3U);
}

// C-AUTH-04
TEST_F(HttpClientAuthTest, TakesTheStrongestChallenge) {
    const ScriptedServer server([this](const Seen& seen) {
        return accepts(seen) ? answer(200) : challenge(verifier_.challenge(false));
    });
    const auto session = open(withLogin(server.url()));
    EXPECT_EQ(post(*session, "a")->status, 200);
    EXPECT_EQ(credentialsOf(server.seen()[1]).algorithm, "SHA-256");
}

TEST_F(HttpClientAuthTest, PrefersDigestToBasic) {
    const ScriptedServer server([this](const Seen& seen) {
        return accepts(seen) ? answer(200)
                             : challenge({"Basic realm=\"acs\"", verifier_.challenge(false)[0]});
    });
    const auto session = open(withLogin(server.url()));
    EXPECT_EQ(post(*session, "a")->status, 200);
}

// C-AUTH-02
TEST_F(HttpClientAuthTest, NeverAnswersBasicWithoutTls) {
    const ScriptedServer server([](const Seen&) { return challenge({"Basic realm=\"acs\""}); });
    const auto session = open(withLogin(server.url()));
    const auto reply = post(*session, "a");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::AuthFailed);
    EXPECT_THAT(reply.error().text, HasSubstr("Basic"));
    EXPECT_EQ(server.seen().size(), 1U);
}

// C-AUTH-01, -09
TEST_F(HttpClientAuthTest, AnswersBasicUnderTlsAndFailsAtTheSecondRefusal) {
    const TestAuthority authority("authority");
    const auto context = authority.server({.ip = "127.0.0.1"});
    bool take = true;
    const ScriptedServer server(
        [&take](const Seen& seen) {
            return take && seen.header("Authorization") == "Basic ZGV2aWNlOnMzY3JldA=="
                       ? answer(200)
                       : challenge({"Basic realm=\"acs\""});
        },
        context.get());
    auto options = withLogin(server.url());
    options.caFile = authority.file();
    const auto session = open(std::move(options));
    const auto first = post(*session, "a");
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_EQ(first->status, 200);
    EXPECT_EQ(post(*session, "b")->status, 200);
    EXPECT_EQ(server.seen().size(), 3U);
    take = false;
    const auto refused = post(*session, "c");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::AuthFailed);
    EXPECT_EQ(server.seen().size(), 4U);
}

TEST_F(HttpClientAuthTest, WithoutAUserNameTheCallerGetsThe401) {
    const ScriptedServer server(
        [this](const Seen&) { return challenge({verifier_.challenge(false)[0]}); });
    const auto session = open(optionsFor(server.url()));
    const auto reply = post(*session, "a");
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->status, 401);
    EXPECT_EQ(server.seen().size(), 1U);
}

TEST_F(HttpClientAuthTest, FailsOnAChallengeThatNobodyKnows) {
    const ScriptedServer server(
        [](const Seen& seen) { return seen.number == 1 ? challenge({"Negotiate"}) : answer(401); });
    const auto session = open(withLogin(server.url()));
    for (int i = 0; i < 2; ++i) {
        const auto reply = post(*session, "a");
        ASSERT_FALSE(reply);
        EXPECT_EQ(reply.error().code, ErrorCode::AuthFailed);
    }
    EXPECT_EQ(server.seen().size(), 2U);
}

}  // namespace
}  // namespace platen::net::test
