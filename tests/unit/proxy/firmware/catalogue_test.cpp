// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/catalogue.hpp"

#include "signing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace platen::firmware {
namespace {

const std::string kSha(64, 'a');

std::string catalogue(const std::string& more = "") {
    return R"({"format": 1, "images": [{"vendor": "Acme", "models": ["X*"], "from": ["1.*"],
        "version": "2.0", "sha256": ")" +
           kSha + R"(", "bytes": 1000)" + more + "}]}";
}

TEST(Catalogue, AnEntryIsRead) {
    const auto entries =
        parseCatalogue(catalogue(R"(, "downgrade": true, "irreversible": true, "approval": "me")"));
    ASSERT_TRUE(entries) << entries.error().text;
    ASSERT_EQ(entries->size(), 1U);
    const auto& entry = entries->front();
    EXPECT_EQ(entry.vendor, "Acme");
    EXPECT_EQ(entry.models, std::vector<std::string>{"X*"});
    EXPECT_EQ(entry.fromVersions, std::vector<std::string>{"1.*"});
    EXPECT_EQ(entry.version, "2.0");
    EXPECT_EQ(entry.sha256, kSha);
    EXPECT_EQ(entry.bytes, 1000U);
    EXPECT_TRUE(entry.downgrade && entry.irreversible);
    EXPECT_EQ(entry.approval, "me");
}

TEST(Catalogue, WhatIsWrongIsNamed) {
    for (const auto& [text, problem] :
         {std::tuple{std::string("[]"), "catalogue is"},
          std::tuple{std::string(R"({"format": 2, "images": []})"), "catalogue is"},
          std::tuple{std::string(R"({"format": 1, "images": [5]})"), "/images/0"},
          std::tuple{catalogue(R"(, "verson": "3")"), "verson"},
          std::tuple{catalogue(R"(, "downgrade": "yes")"), "downgrade"},
          std::tuple{std::string(R"({"format": 1, "images": [{"vendor": "A"}]})"), "models"},
          std::tuple{std::string("{"), "1:"}}) {
        const auto entries = parseCatalogue(text);
        ASSERT_FALSE(entries) << text;
        EXPECT_NE(entries.error().text.find(problem), std::string::npos) << entries.error().text;
    }
    auto text = catalogue();
    text.replace(text.find("1000"), 4, "0");
    EXPECT_FALSE(parseCatalogue(text)) << "no size";
    text = catalogue();
    text.replace(text.find(kSha), 1, "g");
    EXPECT_FALSE(parseCatalogue(text)) << "no hash";
    EXPECT_FALSE(parseCatalogue(std::string(kMaxCatalogueBytes + 1, ' ')));
}

// C-XFER-26
TEST(Catalogue, OnlyWhatTheKeySignedIsTaken) {
    const test::CatalogueFolder folder;
    folder.publish(catalogue());
    const auto good = loadCatalogue(folder.catalogue(), folder.keyFile());
    ASSERT_TRUE(good) << good.error().text;
    EXPECT_EQ(good->size(), 1U);

    folder.write("catalogue.json", catalogue(" "));
    auto bad = loadCatalogue(folder.catalogue(), folder.keyFile());
    ASSERT_FALSE(bad) << "changed after signing";
    EXPECT_EQ(bad.error().code, ErrorCode::AuthFailed);

    folder.publish(catalogue());
    folder.write("key.pem", test::SigningKey().publicPem());
    bad = loadCatalogue(folder.catalogue(), folder.keyFile());
    ASSERT_FALSE(bad) << "another key";
    EXPECT_EQ(bad.error().code, ErrorCode::AuthFailed);

    folder.write("key.pem", "no key");
    EXPECT_FALSE(loadCatalogue(folder.catalogue(), folder.keyFile()));
    folder.write("key.pem", folder.key.publicPem());
    std::filesystem::remove(folder.files / "catalogue.json.sig");
    bad = loadCatalogue(folder.catalogue(), folder.keyFile());
    ASSERT_FALSE(bad) << "no signature";
    EXPECT_EQ(bad.error().code, ErrorCode::AuthFailed);
    bad = loadCatalogue(folder.files / "none", folder.keyFile());
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace platen::firmware
