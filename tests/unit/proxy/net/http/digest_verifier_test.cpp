// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/digest_verifier.hpp"

#include "base/text.hpp"
#include "proxy/net/digest_answer.hpp"
#include "tests/support/fake_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace platen::net {
namespace {

using testing::HasSubstr;
using testing::Not;
using Verdict = DigestVerifier::Verdict;

/// Gives the nonces that a test wants, then numbered ones.
class ScriptedRandom final : public Random {
  public:
    explicit ScriptedRandom(std::vector<std::string> nonces = {}) : nonces_(std::move(nonces)) {}
    std::uint64_t below(std::uint64_t) override { return 0; }
    std::string hex(std::size_t) override {
        const auto number = given_++;
        return number < nonces_.size() ? nonces_[number] : "nonce" + std::to_string(number);
    }

  private:
    std::vector<std::string> nonces_;
    std::size_t given_ = 0;
};

DigestCredentials parsed(const std::string& header) {
    auto credentials = parseDigest(header);
    EXPECT_TRUE(credentials) << credentials.error().text;
    return credentials ? *credentials : DigestCredentials{};
}

class DigestVerifierTest : public testing::Test {
  protected:
    /// A right answer to the first challenge in `values`.
    static DigestCredentials answer(const std::vector<std::string>& values,
                                    std::uint32_t count = 1,
                                    std::string_view uri = "/path",
                                    std::string_view password = "secret") {
        const auto offer = readChallenges({values.data(), 1});
        EXPECT_TRUE(offer.digest) << values.front();
        return parsed(answerDigest(offer.challenge, {.username = "acs",
                                                     .password = password,
                                                     .method = "GET",
                                                     .uri = uri,
                                                     .count = count,
                                                     .cnonce = "c0ffee"}));
    }
    Verdict verify(const DigestCredentials& credentials, std::string_view uri = "/path") {
        return verifier_.verify(credentials, "GET", uri, "acs", "secret");
    }

    test::FakeClock clock_;
    ScriptedRandom random_;
    DigestVerifier verifier_{clock_, random_, "platen"};
};

TEST_F(DigestVerifierTest, ChallengesWithMd5FirstAndSha256Second) {
    EXPECT_THAT(verifier_.challenge(false),
                testing::ElementsAre(
                    "Digest realm=\"platen\", nonce=\"nonce0\", qop=\"auth\", algorithm=MD5",
                    "Digest realm=\"platen\", nonce=\"nonce0\", qop=\"auth\", algorithm=SHA-256"));
    EXPECT_THAT(verifier_.challenge(true)[0], HasSubstr("nonce=\"nonce1\""));
    EXPECT_THAT(verifier_.challenge(true)[0], HasSubstr(", stale=true"));
}

TEST_F(DigestVerifierTest, AcceptsARightAnswer) {
    EXPECT_EQ(verify(answer(verifier_.challenge(false))), Verdict::Accepted);
}

// C-AUTH-04
TEST_F(DigestVerifierTest, AcceptsSha256AndSessionVariants) {
    for (const std::string algorithm : {"SHA-256", "sha-256", "MD5-sess", "SHA-256-sess"}) {
        auto value = verifier_.challenge(false)[0];
        value.replace(value.find("MD5"), 3, algorithm);
        EXPECT_EQ(verify(answer({value})), Verdict::Accepted) << algorithm;
    }
}

TEST_F(DigestVerifierTest, RefusesWrongPasswordUserRealmMethodAndAlgorithm) {
    const auto challenge = verifier_.challenge(false);
    EXPECT_EQ(verify(answer(challenge, 1, "/path", "wrong")), Verdict::Wrong);
    const auto right = answer(challenge);
    auto other = right;
    other.username = "someone";
    EXPECT_EQ(verify(other), Verdict::Wrong);
    other = right;
    other.realm = "elsewhere";
    EXPECT_EQ(verify(other), Verdict::Wrong);
    other = right;
    other.algorithm = "SHA-512-256";
    EXPECT_EQ(verify(other), Verdict::Wrong);
    EXPECT_EQ(verifier_.verify(right, "POST", "/path", "acs", "secret"), Verdict::Wrong);
    EXPECT_EQ(verify(right), Verdict::Accepted) << "what failed must not have used the nonce up";
}

TEST_F(DigestVerifierTest, RefusesEverybodyWhileNoCredentialsAreSet) {
    const auto challenge = verifier_.challenge(false);
    const auto offer = readChallenges({challenge.data(), 1});
    const auto empty = parsed(answerDigest(
        offer.challenge,
        {.username = "", .password = "", .method = "GET", .uri = "/path", .cnonce = "c"}));
    EXPECT_EQ(verifier_.verify(empty, "GET", "/path", "", ""), Verdict::Wrong);
}

// C-CR-16
TEST_F(DigestVerifierTest, ComparesTheUriWithTheRequestTarget) {
    const auto challenge = verifier_.challenge(false);
    EXPECT_EQ(verify(answer(challenge, 1, "/other"), "/path"), Verdict::Wrong);
    EXPECT_EQ(verify(answer(challenge, 1, "/path?x=1"), "/path"), Verdict::Wrong);
    EXPECT_EQ(verify(answer(challenge, 1, "/path?x=1"), "/path?x=1"), Verdict::Accepted);
    EXPECT_EQ(verify(answer(challenge, 2, "http://gw:7548/path"), "/path"), Verdict::Accepted);
    EXPECT_EQ(verify(answer(challenge, 3, "/path"), "http://gw:7548/path"), Verdict::Accepted);
    EXPECT_EQ(verify(answer(challenge, 4, "http://gw:7548"), "/"), Verdict::Accepted);
}

// C-CR-15
TEST_F(DigestVerifierTest, TakesEachCountOnceAndOnlyRising) {
    const auto challenge = verifier_.challenge(false);
    EXPECT_EQ(verify(answer(challenge, 1)), Verdict::Accepted);
    EXPECT_EQ(verify(answer(challenge, 1)), Verdict::Stale) << "a replay";
    EXPECT_EQ(verify(answer(challenge, 5)), Verdict::Accepted);
    EXPECT_EQ(verify(answer(challenge, 4)), Verdict::Stale);
    EXPECT_EQ(verify(answer(challenge, 6)), Verdict::Accepted);
}

TEST_F(DigestVerifierTest, RefusesACountThatIsNotEightHexadecimalDigits) {
    const auto right = answer(verifier_.challenge(false));
    for (const auto* nc : {"", "1", "0000001", "000000001", "0000000g", "-0000001", "0x000001"}) {
        auto bad = right;
        bad.nc = nc;
        EXPECT_EQ(verify(bad), Verdict::Wrong) << nc;
    }
}

// C-CR-15
TEST_F(DigestVerifierTest, ANonceGoesStale) {
    const auto challenge = verifier_.challenge(false);
    clock_.advance(DigestVerifier::kNonceLife - Millis{1});
    EXPECT_EQ(verify(answer(challenge, 1)), Verdict::Accepted);
    clock_.advance(Millis{1});
    EXPECT_EQ(verify(answer(challenge, 2)), Verdict::Stale);
    EXPECT_EQ(verify(answer(challenge, 2, "/path", "wrong")), Verdict::Wrong)
        << "stale is told only to those who know the password";
}

TEST_F(DigestVerifierTest, AForeignNonceIsStale) {
    EXPECT_EQ(verify(answer({"Digest realm=\"platen\", nonce=\"made-up\", qop=\"auth\""})),
              Verdict::Stale);
}

TEST_F(DigestVerifierTest, KeepsTheNewestNoncesOfAFlood) {
    const auto first = verifier_.challenge(false);
    const auto second = verifier_.challenge(false);
    for (std::size_t i = 0; i < DigestVerifier::kMaxNonces - 1; ++i) {
        static_cast<void>(verifier_.challenge(false));
    }
    EXPECT_EQ(verify(answer(first)), Verdict::Stale);
    EXPECT_EQ(verify(answer(second)), Verdict::Accepted);
}

// C-CR-16
TEST_F(DigestVerifierTest, RefusesAnAnswerWithoutQopWhenQopWasOffered) {
    auto value = verifier_.challenge(false)[0];
    value.erase(value.find(", qop=\"auth\""), 12);
    EXPECT_EQ(verify(answer({value})), Verdict::Wrong);
}

TEST_F(DigestVerifierTest, RefusesAuthInt) {
    auto credentials = answer(verifier_.challenge(false));
    credentials.qop = "auth-int";
    EXPECT_EQ(verify(credentials), Verdict::Wrong);
}

TEST_F(DigestVerifierTest, AcceptsUpperCaseHexadecimal) {
    auto credentials = answer(verifier_.challenge(false));
    for (char& c : credentials.response) {
        c = (c >= 'a' && c <= 'f') ? static_cast<char>(c - 'a' + 'A') : c;
    }
    EXPECT_EQ(verify(credentials), Verdict::Accepted);
}

// C-CR-16
TEST_F(DigestVerifierTest, WithoutQopANonceServesOneRequest) {
    DigestVerifier legacy(clock_, random_, "platen", DigestQop::None);
    const auto challenge = legacy.challenge(false);
    EXPECT_THAT(challenge[0], Not(HasSubstr("qop")));
    const auto right = answer(challenge);
    EXPECT_TRUE(right.nc.empty());
    EXPECT_EQ(legacy.verify(right, "GET", "/path", "acs", "secret"), Verdict::Accepted);
    EXPECT_EQ(legacy.verify(right, "GET", "/path", "acs", "secret"), Verdict::Stale);
    auto withQop = right;
    withQop.qop = "auth";
    withQop.nc = "00000002";
    EXPECT_EQ(legacy.verify(withQop, "GET", "/path", "acs", "secret"), Verdict::Wrong);
}

// RFC 7616 3.9.1 and RFC 2617 3.5: header of the client, password, nonce.
TEST_F(DigestVerifierTest, AcceptsTheExamplesOfTheRfcs) {
    const std::string nonce7616 = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    const std::string common =
        "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\","
        " nonce=\"" +
        nonce7616 +
        "\", nc=00000001,"
        " cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth,"
        " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", ";
    ScriptedRandom random({nonce7616, nonce7616});
    for (const auto* rest :
         {"algorithm=MD5, response=\"8ca523f5e9506fed4657c9700eebdbec\"",
          "algorithm=SHA-256, response="
          "\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""}) {
        DigestVerifier verifier(clock_, random, "http-auth@example.org");
        static_cast<void>(verifier.challenge(false));
        EXPECT_EQ(verifier.verify(parsed(common + rest), "GET", "/dir/index.html", "Mufasa",
                                  "Circle of Life"),
                  Verdict::Accepted)
            << rest;
    }
    ScriptedRandom random2617({"dcd98b7102dd2f0e8b11d0f600bfb0c093"});
    DigestVerifier verifier(clock_, random2617, "testrealm@host.com");
    static_cast<void>(verifier.challenge(false));
    const auto credentials = parsed(
        "Digest username=\"Mufasa\", realm=\"testrealm@host.com\","
        " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth,"
        " nc=00000001, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\","
        " opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
    EXPECT_EQ(verifier.verify(credentials, "GET", "/dir/index.html", "Mufasa", "Circle Of Life"),
              Verdict::Accepted);
}

TEST(ParseDigest, ReadsAllFields) {
    const auto c = parsed(
        "digest username=\"a \\\"b\\\\\", realm=\"r, s\" , nonce=n1,uri=\"/p?q=1\","
        "response=\"ff\", algorithm=\"MD5\", qop=\"auth\", nc=00000001, cnonce=\"c\", opaque=o,"
        " unknown=1");
    EXPECT_EQ(c.username, "a \"b\\");
    EXPECT_EQ(c.realm, "r, s");
    EXPECT_EQ(c.nonce, "n1");
    EXPECT_EQ(c.uri, "/p?q=1");
    EXPECT_EQ(c.response, "ff");
    EXPECT_EQ(c.algorithm, "MD5");
    EXPECT_EQ(c.qop, "auth");
    EXPECT_EQ(c.nc, "00000001");
    EXPECT_EQ(c.cnonce, "c");
    EXPECT_EQ(c.opaque, "o");
}

struct BadHeader {
    const char* header;
    ErrorCode code;
};

class ParseDigestErrors : public testing::TestWithParam<BadHeader> {};

INSTANTIATE_TEST_SUITE_P(
    Headers,
    ParseDigestErrors,
    testing::Values(
        BadHeader{"", ErrorCode::Unsupported},
        BadHeader{"Basic dTpw", ErrorCode::Unsupported},
        BadHeader{"Digestive username=\"a\"", ErrorCode::Unsupported},
        BadHeader{"Digest", ErrorCode::Malformed},
        BadHeader{"Digest username=\"a\"", ErrorCode::Malformed},
        BadHeader{"Digest username=\"a", ErrorCode::Malformed},
        BadHeader{"Digest username=\"a\\", ErrorCode::Malformed},
        BadHeader{"Digest username=\"a\", username=\"b\", realm=r, nonce=n, uri=u, response=r",
                  ErrorCode::Malformed},
        BadHeader{"Digest username=\"a\", Digest realm=r, nonce=n, uri=u, response=r",
                  ErrorCode::Malformed},
        BadHeader{"Digest username=\"a\", realm=r, nonce=n, response=r", ErrorCode::Malformed},
        BadHeader{"Digest username=\"a\", @=1", ErrorCode::Malformed},
        BadHeader{"Digest username=\"a\x01\", realm=r, nonce=n, uri=u, response=r",
                  ErrorCode::Malformed}));

TEST_P(ParseDigestErrors, AreNamed) {
    const auto credentials = parseDigest(GetParam().header);
    ASSERT_FALSE(credentials);
    EXPECT_EQ(credentials.error().code, GetParam().code) << credentials.error().text;
}

TEST(ParseDigest, HoldsItsLimits) {
    const std::string start =
        "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"r\", opaque=\"";
    const std::string fits = start + std::string(kMaxDigestHeaderBytes - start.size() - 1, 'x');
    EXPECT_TRUE(parseDigest(fits + "\""));
    const auto over = parseDigest(fits + "x\"");
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, ErrorCode::TooLarge);

    std::string many = "Digest username=a, realm=r, nonce=n, uri=u, response=r";
    for (int i = 5; i < 32; ++i) {
        many += ", p" + std::to_string(i) + "=1";
    }
    EXPECT_TRUE(parseDigest(many));
    const auto tooMany = parseDigest(many + ", last=1");
    ASSERT_FALSE(tooMany);
    EXPECT_EQ(tooMany.error().code, ErrorCode::TooLarge);
}

}  // namespace
}  // namespace platen::net
