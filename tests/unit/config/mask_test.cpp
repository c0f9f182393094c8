// SPDX-License-Identifier: Apache-2.0
#include "config/mask.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace platen::config {
namespace {

TEST(MaskSecrets, HidesValuesOfSecrets) {
    EXPECT_EQ(maskSecrets(R"({"password": "hunter2", "port": 161})"),
              R"({"password": "*******", "port": 161})");
    EXPECT_EQ(maskSecrets(R"({"community" : "häß"})"), R"({"community" : "***"})");
    EXPECT_EQ(maskSecrets(R"({"password": 1234, "a": 1})"), R"({"password": ****, "a": 1})");
    EXPECT_EQ(maskSecrets("{\"password\":\n  \"x\"}"), "{\"password\":\n  \"*\"}");
    EXPECT_EQ(maskSecrets(R"({"password": ["a", {"b": "c"}], "d": "e"})"),
              R"({"password": ["*", {"b": "*"}], "d": "e"})");
}

TEST(MaskSecrets, KeepsNamesOfSecretFiles) {
    EXPECT_EQ(maskSecrets(R"({"password": {"file": "acs.password"}, "a": "b"})"),
              R"({"password": {"file": "acs.password"}, "a": "b"})");
    EXPECT_EQ(maskSecrets(R"({"client_key": "key.pem"})"), R"({"client_key": "key.pem"})");
}

TEST(MaskSecrets, HidesValuesBehindTypingErrors) {
    EXPECT_EQ(maskSecrets(R"({"pasword": "hunter2"})"), R"({"pasword": "*******"})");
    EXPECT_EQ(maskSecrets(R"({"comunity": "x"})"), R"({"comunity": "*"})");
    EXPECT_EQ(maskSecrets(R"({"apiKey": "x"})"), R"({"apiKey": "*"})");
    EXPECT_EQ(maskSecrets(R"({"p\u0061ssword": "x"})"), R"({"p\u0061ssword": "*"})");
}

TEST(MaskSecrets, WorksOnTextsThatDoNotParse) {
    EXPECT_EQ(maskSecrets("{\"password\": \"hunter2\n}"), "{\"password\": \"*******\n}");
    EXPECT_EQ(maskSecrets("{\"password\": hunter2, \"a\": 1}"),
              "{\"password\": *******, \"a\": 1}");
    EXPECT_EQ(maskSecrets("{password: \"hunter2\"}"), "{password: \"*******\"}");
    EXPECT_EQ(maskSecrets("{'password': 'hunter2'}"), "{'password': *********}");
    EXPECT_EQ(maskSecrets("{\"password\" \"hunter2\"}"), "{\"password\" \"*******\"}");
    EXPECT_EQ(maskSecrets("{\"password\": \"hunter2"), "{\"password\": \"*******");
}

TEST(MaskSecrets, HidesUserNamesOfUrlsAndPastedKeys) {
    EXPECT_EQ(maskSecrets(R"({"proxy": "http://u:pw@host:1/"})"),
              R"({"proxy": "http://****@host:1/"})");
    EXPECT_EQ(maskSecrets(R"({"url": "http://host/"})"), R"({"url": "http://host/"})");
    EXPECT_EQ(maskSecrets(R"({"client_key": "-----BEGIN"})"), R"({"client_key": "**********"})");
}

TEST(MaskSecrets, LeavesCommentsAndTheRestAlone) {
    const std::string text =
        "{ // the \"password\": comes later\n \"a\": [1, true, \"x\"] /* \" */ }";
    EXPECT_EQ(maskSecrets(text), text);
}

TEST(MaskSecrets, KeepsEveryPosition) {
    const std::string seed =
        "{\"password\": \"hünter\", \"a\": {\"community\": [1, \"x\"]}, // c\n 'b': "
        "\"http://u@h\"}\n";
    std::mt19937 generator(11);  // NOLINT(bugprone-random-generator-seed): repeatable
    for (int round = 0; round < 3000; ++round) {
        std::string text = seed;
        for (int change = 0; change < 3; ++change) {
            text[generator() % text.size()] = static_cast<char>(generator() % 128);
        }
        if (!text::isUtf8(text)) {
            continue;
        }
        const std::string masked = maskSecrets(text);
        ASSERT_EQ(text::utf8Length(masked), text::utf8Length(text)) << text;
        ASSERT_EQ(std::count(masked.begin(), masked.end(), '\n'),
                  std::count(text.begin(), text.end(), '\n'));
    }
}

TEST(MayNameSecret, KnowsOrdinaryNames) {
    for (const char* name : {"url", "port", "ranges", "version", "username", "client_key", "file",
                             "credentials", "site", "customer", "timeout"}) {
        EXPECT_FALSE(mayNameSecret(name)) << name;
    }
    for (const char* name :
         {"password", "Passwort", "community", "write_community", "auth_secret"}) {
        EXPECT_TRUE(mayNameSecret(name)) << name;
    }
}

}  // namespace
}  // namespace platen::config
