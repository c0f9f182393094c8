// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/digest_answer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace platen::net {
namespace {

AuthOffer offerOf(const std::vector<std::string>& headers) {
    return readChallenges(headers);
}

TEST(ReadChallenges, TakesDigestWithAllItsFields) {
    const auto offer =
        offerOf({"Digest realm=\"r\", nonce=\"n\", opaque=\"o\", stale=TRUE,"
                 " algorithm=MD5, qop=\"auth\""});
    ASSERT_TRUE(offer.digest);
    EXPECT_FALSE(offer.basic);
    EXPECT_EQ(offer.challenge.realm, "r");
    EXPECT_EQ(offer.challenge.nonce, "n");
    EXPECT_EQ(offer.challenge.opaque, "o");
    EXPECT_EQ(offer.challenge.algorithm, "MD5");
    EXPECT_TRUE(offer.challenge.qopAuth);
    EXPECT_TRUE(offer.challenge.stale);
}

// C-AUTH-04
TEST(ReadChallenges, PrefersTheStrongestWhateverTheOrder) {
    const std::string md5 = R"(Digest realm="r", nonce="weak", algorithm=MD5, qop="auth")";
    const std::string sha = R"(Digest realm="r", nonce="strong", algorithm=SHA-256, qop="auth")";
    const std::string unknown = R"(Digest realm="r", nonce="odd", algorithm=SHA-512-256)";
    EXPECT_EQ(offerOf({md5, sha, unknown}).challenge.nonce, "strong");
    EXPECT_EQ(offerOf({sha, md5}).challenge.nonce, "strong");
    EXPECT_EQ(offerOf({md5 + ", " + sha}).challenge.nonce, "strong");
    EXPECT_EQ(offerOf({unknown, md5}).challenge.nonce, "weak");
}

TEST(ReadChallenges, SeesBasicBesideDigestInOneHeader) {
    const auto offer =
        offerOf({R"(Basic realm="a", Digest realm="r", nonce="n", Negotiate dG9rZW4=)"});
    EXPECT_TRUE(offer.basic);
    EXPECT_TRUE(offer.digest);
    EXPECT_FALSE(offer.challenge.qopAuth);
}

// C-AUTH-05
TEST(ReadChallenges, ChoosesAuthWhenAuthIntIsOfferedToo) {
    EXPECT_TRUE(offerOf({"Digest realm=r, nonce=n, qop=\"auth,auth-int\""}).digest);
    EXPECT_TRUE(offerOf({"Digest realm=r, nonce=n, qop=\"auth-int, AUTH\""}).digest);
    EXPECT_FALSE(offerOf({"Digest realm=r, nonce=n, qop=\"auth-int\""}).digest);
}

TEST(ReadChallenges, PassesOverWhatIsBroken) {
    EXPECT_FALSE(offerOf({}).digest);
    EXPECT_FALSE(offerOf({""}).digest);
    EXPECT_FALSE(offerOf({"Digest"}).digest);
    EXPECT_FALSE(offerOf({"Digest realm=\"r\""}).digest);
    EXPECT_FALSE(offerOf({"Digest realm=\"r, nonce=\"n\""}).digest);
    EXPECT_FALSE(offerOf({"Digest realm=\"r\", nonce=\"a\x02\""}).digest);
    EXPECT_FALSE(offerOf({"Digest realm=\"r\", nonce=\"" + std::string(5000, 'n') + "\""}).digest);
    EXPECT_TRUE(offerOf({"\x01", "Digest realm=\"r\", nonce=\"n\""}).digest);
}

// C-AUTH-05
TEST(AnswerDigest, QuotesWhatMustBeQuotedAndNothingElse) {
    const DigestChallenge challenge{.realm = "http-auth@example.org",
                                    .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                                    .opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
                                    .algorithm = "MD5",
                                    .qopAuth = true};
    // RFC 7616 3.9.1
    EXPECT_EQ(answerDigest(challenge, {.username = "Mufasa",
                                       .password = "Circle of Life",
                                       .method = "GET",
                                       .uri = "/dir/index.html",
                                       .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"}),
              "Digest username=\"Mufasa\", realm=\"http-auth@example.org\","
              " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", uri=\"/dir/index.html\","
              " response=\"8ca523f5e9506fed4657c9700eebdbec\", algorithm=MD5, qop=auth,"
              " nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\","
              " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
}

// C-AUTH-04
TEST(AnswerDigest, LeavesOutQopNcAndCnonceWhereNoQopWasOffered) {
    const DigestChallenge challenge{.realm = "testrealm@host.com",
                                    .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"};
    EXPECT_EQ(answerDigest(challenge, {.username = "Mufasa",
                                       .password = "CircleOfLife",
                                       .method = "GET",
                                       .uri = "/dir/index.html",
                                       .cnonce = "0a4f113b"}),
              // RFC 2069 2.4 with the response of its erratum 749.
              "Digest username=\"Mufasa\", realm=\"testrealm@host.com\","
              " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\","
              " response=\"1949323746fe6a43ef61f9606e7febea\"");
}

TEST(AnswerDigest, CountsInEightDigits) {
    const DigestChallenge challenge{.realm = "r", .nonce = "n", .qopAuth = true};
    const auto header = answerDigest(challenge, {.username = "u",
                                                 .password = "p",
                                                 .method = "POST",
                                                 .uri = "/",
                                                 .count = 0x1abcdef2,
                                                 .cnonce = "c"});
    EXPECT_NE(header.find(", nc=1abcdef2,"), std::string::npos) << header;
}

TEST(AnswerDigest, EscapesQuotesInTheUserName) {
    const DigestChallenge challenge{.realm = "r\"x", .nonce = "n"};
    const auto header = answerDigest(
        challenge, {.username = "a\\b\"c", .password = "p", .method = "POST", .uri = "/"});
    EXPECT_EQ(header.rfind("Digest username=\"a\\\\b\\\"c\", realm=\"r\\\"x\"", 0), 0U) << header;
}

}  // namespace
}  // namespace platen::net
