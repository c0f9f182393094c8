// SPDX-License-Identifier: Apache-2.0
#include "config/value_checks.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::config {
namespace {

using namespace std::string_literals;

TEST(CheckUrl, TakesHttpAndHttps) {
    for (const char* good :
         {"http://acs", "https://acs.example.net:7547/", "http://192.0.2.7/path?query=1",
          "HTTPS://acs.example.net", "http://[2001:db8::1]:7547/x", "http://acs_1.example.net./"}) {
        EXPECT_EQ(checkUrl(good), std::nullopt) << good;
    }
}

TEST(CheckUrl, RefusesTheRest) {
    for (const char* bad : {"acs.example.net",     "ftp://acs",         "http://",
                            "http:///path",        "http://acs:0/",     "http://acs:65536/",
                            "http://acs:x/",       "http://acs:/",      "http://[::1/",
                            "http://[192.0.2.1]/", "http://a b/",       "http://user@acs/",
                            "http://u:p@acs/",     "http://acs/#top",   "http://-acs/",
                            "http://acs..net/",    "http://999.1.1.1/", "http://acs/\"",
                            "http://ac\xC3\xA9/",  "http://[]/",        "http://[::1]x/"}) {
        EXPECT_NE(checkUrl(bad), std::nullopt) << bad;
    }
}

TEST(CheckUrl, LengthHoldsAtLimitAndBreaksAtLimitPlusOne) {
    const std::string start = "http://acs/";
    EXPECT_EQ(checkUrl(start + std::string(256 - start.size(), 'a')), std::nullopt);
    EXPECT_NE(checkUrl(start + std::string(257 - start.size(), 'a')), std::nullopt);
}

TEST(CheckProxyUrl, TakesUserNames) {
    EXPECT_EQ(checkProxyUrl("http://user:pw@proxy.example.net:3128"), std::nullopt);
    EXPECT_EQ(checkProxyUrl("socks5h://127.0.0.1:1080"), std::nullopt);
    EXPECT_NE(checkProxyUrl("proxy:3128"), std::nullopt);
    EXPECT_NE(checkProxyUrl("ftp://proxy"), std::nullopt);
}

TEST(CheckListen, TakesAddressAndPort) {
    for (const char* good : {"0.0.0.0:7548", "[::]:7548", "localhost:0", "[::1]:65535"}) {
        EXPECT_EQ(checkListen(good), std::nullopt) << good;
    }
    for (const char* bad : {"7548", ":7548", "0.0.0.0", "0.0.0.0:", "0.0.0.0:65536", "::1:80",
                            "[::1]", "[127.0.0.1]:80", "256.0.0.1:80", "a b:80", "[:80"}) {
        EXPECT_NE(checkListen(bad), std::nullopt) << bad;
    }
}

TEST(SplitHostPort, GivesBothHalves) {
    EXPECT_EQ(splitHostPort("[::1]:80")->host, "::1");
    EXPECT_EQ(splitHostPort("[::1]:80")->port, 80);
    EXPECT_EQ(splitHostPort("localhost:0")->port, 0);
}

TEST(HostOfUrl, StripsPortPathAndBrackets) {
    EXPECT_EQ(hostOfUrl("http://acs.example.net:7547/x"), "acs.example.net");
    EXPECT_EQ(hostOfUrl("http://[::]:7547/x"), "::");
    EXPECT_TRUE(isWildcard("0.0.0.0"));
    EXPECT_TRUE(isWildcard("::"));
    EXPECT_FALSE(isWildcard("127.0.0.1"));
    EXPECT_FALSE(isWildcard("acs"));
}

TEST(CheckOui, TakesSixHexadecimalDigits) {
    EXPECT_EQ(checkOui("02A1B2"), std::nullopt);
    EXPECT_EQ(checkOui("001083"), std::nullopt);
    for (const char* bad : {"02A1B", "02A1B2C3", "02-A1-B2", "02A1BG", "01005E", "FFFFFF"}) {
        EXPECT_NE(checkOui(bad), std::nullopt) << bad;
    }
}

TEST(CheckVendorPrefix, TakesTheFormOfTr106) {
    for (const char* good : {"X_PLATEN", "X_0123AB", "X_EXAMPLE-COM", "X_BROADCOM_COM"}) {
        EXPECT_EQ(checkVendorPrefix(good), std::nullopt) << good;
    }
    for (const char* bad : {"X_", "PLATEN", "x_PLATEN", "X_A.B", "X_A_", "X_A B"}) {
        EXPECT_NE(checkVendorPrefix(bad), std::nullopt) << bad;
    }
    EXPECT_EQ(checkVendorPrefix("X_" + std::string(34, 'A')), std::nullopt);
    EXPECT_NE(checkVendorPrefix("X_" + std::string(35, 'A')), std::nullopt);
}

TEST(CheckIdentity, TakesPrintableAsciiUpTo64) {
    EXPECT_EQ(checkIdentity("Platen 1"), std::nullopt);
    EXPECT_EQ(checkIdentity(std::string(64, 'a')), std::nullopt);
    for (const std::string& bad : {""s, " a"s, "a "s, "ä"s, "a\tb"s, std::string(65, 'a')}) {
        EXPECT_NE(checkIdentity(bad), std::nullopt) << bad;
    }
}

TEST(CheckFilePattern, TakesTheThreePartsOfAnIdentity) {
    EXPECT_EQ(checkFilePattern("certificates/{oui}-{product_class}-{serial}.pem"), std::nullopt);
    for (const std::string& bad :
         {"{mac}.pem"s, "{serial.pem"s, "{}"s, "{{serial}}"s, "x}{oui}"s}) {
        EXPECT_NE(checkFilePattern(bad), std::nullopt) << bad;
    }
}

TEST(CheckText, RefusesControlCharacters) {
    EXPECT_EQ(checkText("Größe 東京"), std::nullopt);
    for (const std::string& bad : {"a\nb"s, "a\tb"s, "a\0b"s, "\x7F"s, "\xFF"s}) {
        EXPECT_NE(checkText(bad), std::nullopt);
    }
}

TEST(WithoutUserInfo, HidesNameAndPassword) {
    EXPECT_EQ(withoutUserInfo("http://u:p@host/x"), "http://***@host/x");
    EXPECT_EQ(withoutUserInfo("http://u:p@q@host"), "http://***@host");
    EXPECT_EQ(withoutUserInfo("http://host/a@b"), "http://host/a@b");
    EXPECT_EQ(withoutUserInfo(""), "");
}

}  // namespace
}  // namespace platen::config
