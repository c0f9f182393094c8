// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/device_type_files.hpp"

#include "tests/support/product_schema.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::app {
namespace {

class DeviceTypeFilesTest : public testing::Test {
  protected:
    [[nodiscard]] std::optional<net::ServerReply> get(const std::string& path,
                                                      const std::string& method = "GET") const {
        net::ServerRequest request;
        request.method = method;
        request.path = path;
        return files_.answer(request);
    }

    model::PathCodec codec_{test::productSchema(), "X_PLATEN"};
    DeviceTypeFiles files_{codec_};
};

// C-DM-06
TEST_F(DeviceTypeFilesTest, EachUrlOfTheTableGivesTheDocumentWithItsUuid) {
    const auto entries = files_.entries("http://gateway.example.net:7548");
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].url, "http://gateway.example.net:7548/device-2.xml");
    EXPECT_EQ(entries[1].url, "http://gateway.example.net:7548/mfp-1.xml");
    EXPECT_TRUE(entries[1].service);
    for (const auto& entry : entries) {
        const auto reply = get(entry.url.substr(entry.url.rfind('/')));
        ASSERT_TRUE(reply) << entry.url;
        EXPECT_EQ(reply->status, 200);
        EXPECT_EQ(reply->contentType, "text/xml; charset=\"utf-8\"");
        EXPECT_NE(reply->body.find("uuid=\"" + entry.uuid + "\""), std::string::npos);
        EXPECT_NE(reply->body.find("spec=\"" + entry.urn + "\""), std::string::npos);
    }
    EXPECT_EQ(files_.entries("http://gateway.example.net/x/")[0].url,
              "http://gateway.example.net/x/device-2.xml");
}

TEST_F(DeviceTypeFilesTest, OtherPathsAndMethodsAreNotAnswered) {
    EXPECT_FALSE(get("/0123456789abcdef"));
    EXPECT_FALSE(get("/"));
    EXPECT_FALSE(get("/device-2.xml/.."));
    EXPECT_EQ(get("/device-2.xml", "POST")->status, 405);
}

}  // namespace
}  // namespace platen::app
