// SPDX-License-Identifier: Apache-2.0
#include "proxy/xmpp/jid.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::xmpp {
namespace {

TEST(Jid, KnowsItsParts) {
    const auto jid = parseJid("ACS1@TR069.example.com/Resource/1");
    ASSERT_TRUE(jid);
    EXPECT_EQ(jid->local, "acs1");
    EXPECT_EQ(jid->domain, "tr069.example.com");
    EXPECT_EQ(jid->resource, "Resource/1");
    EXPECT_EQ(jid->toString(), "acs1@tr069.example.com/Resource/1");
    EXPECT_EQ(parseJid("example.com")->toString(), "example.com");
}

TEST(Jid, RefusesWhatIsNoAddress) {
    const std::string longPart(kMaxJidPartBytes + 1, 'a');
    for (const auto& text :
         {std::string(), std::string("@example.com"), std::string("a@"), std::string("a@b/"),
          std::string("/r"), std::string("a@b@c"), std::string("a b@c"), std::string("a@c d"),
          std::string("a<b@c"), std::string("a@b/\x01"), std::string("a@b/\xff"), longPart + "@b",
          "a@" + longPart, "a@b/" + longPart}) {
        EXPECT_FALSE(parseJid(text)) << text;
    }
    EXPECT_TRUE(parseJid("a@b/" + longPart.substr(1)));
}

bool allowed(const std::string& list, const std::string& from) {
    return AllowedJids(list).allow(*parseJid(from));
}

// C-XMPP-03
TEST(AllowedJids, MatrixOfTheDataModel) {
    // The example of ConnReqAllowedJabberIDs.
    const std::string list = "ACS1@tr069.example.com, ACS2@tr-069.example.com/resource1";
    EXPECT_TRUE(allowed(list, "ACS1@tr069.example.com"));
    EXPECT_TRUE(allowed(list, "ACS1@tr069.example.com/resource1"));
    EXPECT_TRUE(allowed(list, "acs1@tr069.example.com/resource2"));
    EXPECT_TRUE(allowed(list, "ACS2@tr-069.example.com/resource1"));
    EXPECT_FALSE(allowed(list, "ACS2@tr-069.example.com"));
    EXPECT_FALSE(allowed(list, "ACS2@tr-069.example.com/Resource1"));
    EXPECT_FALSE(allowed(list, "ACS2@tr-069.example.com/resource"));
    EXPECT_FALSE(allowed(list, "ACS3@tr069.example.com"));
    EXPECT_FALSE(allowed(list, "ACS1@example.com"));
    EXPECT_FALSE(allowed(list, "tr069.example.com"));
}

TEST(AllowedJids, AnEmptyListTakesAnyoneAWrongOneNobody) {
    EXPECT_TRUE(allowed("", "a@b"));
    EXPECT_TRUE(allowed(" ", "a@b/c"));
    EXPECT_FALSE(allowed("@", "a@b"));
    EXPECT_FALSE(allowed(",", "a@b"));
    EXPECT_TRUE(allowed("@,a@b", "a@b"));
}

TEST(AllowedJids, TakesNoMoreThanTheModelAllows) {
    std::string list;
    for (std::size_t i = 0; i <= AllowedJids::kMaxEntries; ++i) {
        list += "a" + std::to_string(i) + "@b,";
    }
    EXPECT_TRUE(allowed(list, "a31@b"));
    EXPECT_FALSE(allowed(list, "a32@b"));
}

}  // namespace
}  // namespace platen::xmpp
