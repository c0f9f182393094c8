// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/udp_request.hpp"

#include "base/text.hpp"
#include "proxy/stun/hmac_sha1.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace platen::stun {
namespace {

Result<UdpRequest> parse(std::string_view text) {
    return parseUdpRequest(std::as_bytes(std::span(text.data(), text.size())));
}

std::string sign(std::string_view text, std::string_view password) {
    const auto mac = hmacSha1(password, text);
    std::array<std::uint8_t, 20> octets{};
    std::memcpy(octets.data(), mac.data(), octets.size());
    return text::toHex(octets, false);
}

std::string request(const std::string& ts,
                    const std::string& id,
                    const std::string& un,
                    const std::string& password = "pa55-Word") {
    return "GET http://10.1.1.1:8080?ts=" + ts + "&id=" + id + "&un=" + un +
           "&cn=XTGRWIPC6D3IPXS3&sig=" + sign(ts + id + un + "XTGRWIPC6D3IPXS3", password) +
           " HTTP/1.1\r\nHost: 10.1.1.1:8080\r\n\r\n";
}

// RFC 2202, test cases 1 and 2.
TEST(HmacSha1, GivesTheVectorsOfTheRfc) {
    EXPECT_EQ(sign("Hi There", std::string(20, '\x0b')),
              "b617318655057264e28bc0b6fb378c8ef146be00");
    EXPECT_EQ(sign("what do ya want for nothing?", "Jefe"),
              "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(sign("", ""), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

// C-UDP-02, C-UDP-03; the signature was computed apart from this code.
TEST(UdpRequest, TakesTheMessageOfAnnexG) {
    const auto read = parse(
        "GET http://10.1.1.1:8080?ts=1120673700&id=1234&un=CPE57689&cn=XTGRWIPC6D3IPXS3"
        "&sig=103E2F8176DDE20F8CD7E9B21180FA173AB7FD17 HTTP/1.1\r\nHost: x\r\n\r\nbody");
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->time, 1120673700U);
    EXPECT_EQ(read->plain.id, "1234");
    EXPECT_EQ(read->plain.un, "CPE57689");
    EXPECT_EQ(read->plain.cn, "XTGRWIPC6D3IPXS3");
    EXPECT_EQ(checkUdpRequest(*read, "CPE57689", "pa55-Word", {}), UdpVerdict::Valid);
}

TEST(UdpRequest, TakesOtherOrdersPathsAndNoHeaders) {
    const auto sig = sign("71uc", "p");
    for (const auto& text : std::vector<std::string>{
             "GET http://h?sig=" + sig + "&cn=c&un=u&id=1&ts=7 HTTP/1.1",
             "GET /?ts=7&id=1&un=u&cn=c&sig=" + sig + " HTTP/1.0\r\n\r\n",
             "GET http://[2001:db8::1]:9/x?ts=7&id=1&un=u&more=&cn=c&x&sig=" + sig +
                 "#f HTTP/1.1\n",
         }) {
        const auto read = parse(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(checkUdpRequest(*read, "u", "p", {}), UdpVerdict::Valid) << text;
    }
}

TEST(UdpRequest, TakesEscapedTextSignedEitherWay) {
    for (const auto* signedText : {"71a b%c", "71a%20b%25c"}) {
        const auto read =
            parse("GET http://h?ts=7&id=1&un=a%20b%25&cn=c&sig=" + sign(signedText, "p") +
                  " HTTP/1.1\r\n\r\n");
        ASSERT_TRUE(read);
        EXPECT_EQ(checkUdpRequest(*read, "a b%", "p", {}), UdpVerdict::Valid) << signedText;
    }
    // An ACS that does not escape at all.
    const auto raw =
        parse("GET http://h?ts=7&id=1&un=100%&cn=c&sig=" + sign("71100%c", "p") + " HTTP/1.1\r\n");
    ASSERT_TRUE(raw);
    EXPECT_EQ(checkUdpRequest(*raw, "100%", "p", {}), UdpVerdict::Valid);
}

TEST(UdpRequest, RefusesWhatIsNoRequest) {
    const std::string sig(40, 'a');
    for (const auto& text : std::vector<std::string>{
             std::string(),
             std::string("GET"),
             std::string("GET "),
             std::string("GET  HTTP/1.1"),
             std::string("GET http://h HTTP/1.1"),
             std::string("GET http://h? HTTP/1.1"),
             "POST http://h?ts=7&id=1&un=u&cn=c&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts=7&id=1&un=u&cn=c&sig=" + sig,
             "GET http://h?ts=7&id=1&un=u&cn=c&sig=" + sig + " HTTP/2.0",
             "GET http://h?ts=7&id=1&un=u&cn=c HTTP/1.1",
             "GET http://h?id=1&un=u&cn=c&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts=&id=1&un=u&cn=c&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts&id=1&un=u&cn=c&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts=-7&id=1&un=u&cn=c&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts=7.0&id=1&un=u&cn=c&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts=18446744073709551616&id=1&un=u&cn=c&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts=7&ts=8&id=1&un=u&cn=c&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts=7&id=%zz&un=u&cn=c&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts=7&id=1&un=u&cn=c&sig=" + sig.substr(1) + " HTTP/1.1",
             "GET http://h?ts=7&id=1&un=u&cn=c&sig=" + sig.substr(1) + "x HTTP/1.1",
             "GET http://h?ts=7&id=" + std::string(kMaxIdBytes + 1, '1') + "&un=u&cn=c&sig=" + sig +
                 " HTTP/1.1",
             "GET http://h?ts=7&id=1&un=u&cn=" + std::string(kMaxCnonceBytes + 1, 'c') +
                 "&sig=" + sig + " HTTP/1.1",
             "GET http://h?ts=7&id=1&un=u&cn=c&sig=" + sig + std::string(40, '&') + " HTTP/1.1",
         }) {
        const auto read = parse(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, ErrorCode::Malformed) << text;
    }
    EXPECT_EQ(parse(std::string(kMaxUdpRequestBytes + 1, 'G')).error().code, ErrorCode::TooLarge);
}

struct Case {
    const char* name;
    const char* ts;
    const char* id;
    const char* un;
    const char* password;
    UdpVerdict verdict;
};

// C-UDP-03, after a valid request with ts 1000 and id 5.
TEST(UdpRequest, MatrixOfVerdicts) {
    ReplayGuard guard;
    guard.accept(*parse(request("1000", "5", "user")));
    for (const auto& one : {
             Case{"newer", "1001", "6", "user", "pa55-Word", UdpVerdict::Valid},
             Case{"same time, new id", "1000", "6", "user", "pa55-Word", UdpVerdict::Valid},
             Case{"copy", "1000", "5", "user", "pa55-Word", UdpVerdict::Replayed},
             Case{"newer with the last id", "1001", "5", "user", "pa55-Word", UdpVerdict::Replayed},
             Case{"older", "999", "6", "user", "pa55-Word", UdpVerdict::Replayed},
             Case{"another user", "1001", "6", "User", "pa55-Word", UdpVerdict::WrongUser},
             Case{"another password", "1001", "6", "user", "guess", UdpVerdict::WrongSignature},
             Case{"no password", "1001", "6", "user", "", UdpVerdict::WrongSignature},
         }) {
        const auto read = parse(request(one.ts, one.id, one.un, one.password));
        ASSERT_TRUE(read) << one.name;
        EXPECT_EQ(checkUdpRequest(*read, "user", "pa55-Word", guard), one.verdict) << one.name;
    }
    const auto good = *parse(request("1001", "6", "user"));
    EXPECT_EQ(checkUdpRequest(good, "", "pa55-Word", guard), UdpVerdict::NoCredentials);
    EXPECT_EQ(checkUdpRequest(good, "user", "", guard), UdpVerdict::NoCredentials);
}

TEST(UdpRequest, EachSignedFieldIsProtected) {
    const auto good = *parse(request("1001", "6", "user"));
    for (int field = 0; field < 4; ++field) {
        auto forged = good;
        if (field == 0) {
            forged.ts = "1002";
        } else if (field == 1) {
            forged.plain.id = forged.raw.id = "7";
        } else if (field == 2) {
            forged.plain.cn = forged.raw.cn = "X";
        } else {
            forged.signature.front() = forged.signature.front() == '0' ? '1' : '0';
        }
        EXPECT_EQ(checkUdpRequest(forged, "user", "pa55-Word", {}), UdpVerdict::WrongSignature)
            << field;
    }
}

TEST(ReplayGuard, RemembersAllIdsOfASecondUpToALimit) {
    ReplayGuard guard;
    for (std::size_t i = 0; i < ReplayGuard::kMaxIds; ++i) {
        const auto next = *parse(request("50", std::to_string(i), "u"));
        ASSERT_TRUE(guard.isFresh(next)) << i;
        guard.accept(next);
    }
    EXPECT_FALSE(guard.isFresh(*parse(request("50", "3", "u"))));
    EXPECT_FALSE(guard.isFresh(*parse(request("50", "1000", "u"))));
    EXPECT_TRUE(guard.isFresh(*parse(request("51", "1000", "u"))));
}

TEST(ReplayGuard, SurvivesTheStore) {
    ReplayGuard guard;
    EXPECT_EQ(guard.save(), "");
    guard.accept(*parse(request("50", "%01%20a", "u")));
    guard.accept(*parse(request("50", "b", "u")));
    ReplayGuard restored;
    restored.restore(guard.save());
    EXPECT_FALSE(restored.isFresh(*parse(request("50", "%01%20a", "u"))));
    EXPECT_FALSE(restored.isFresh(*parse(request("49", "c", "u"))));
    EXPECT_TRUE(restored.isFresh(*parse(request("50", "c", "u"))));
    for (const auto* broken : {"", "x", "50 zz", "50  61", "-1 61"}) {
        ReplayGuard fresh;
        fresh.restore(broken);
        EXPECT_EQ(fresh.save(), "") << broken;
    }
}

}  // namespace
}  // namespace platen::stun
