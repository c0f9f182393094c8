// SPDX-License-Identifier: Apache-2.0
// A client that is not ours, the curl command, at the gateway's connection request listener.
#include "tests/integration/peers_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace platen::test {
namespace {

using nlohmann::json;

constexpr const char* kRequestEvent = "6 CONNECTION REQUEST";
const std::string kManagement = "Device.ManagementServer.";
const std::string kModels = "Device.DeviceInfo.SupportedDataModel.";

struct Seen {
    int status = 0;       ///< Of the last answer.
    std::string headers;  ///< Of all answers.
    std::string body;     ///< Of all answers.
    std::string type;
};

class CurlCommand : public testing::Test {
  protected:
    void SetUp() override {
        if (systemProgram("curl").empty()) {
            GTEST_SKIP() << "the curl command is not installed";
        }
        world.startPrinters({onePrinter()});
        world.startAcs();
        ASSERT_TRUE(registers(world, 1)) << world.gateway().errors();
        id = world.deviceId(kPrinterSerial);
        url = knownValue(world, id, kManagement + "ConnectionRequestURL");
        ASSERT_EQ(url.find("http://127.0.0.1:"), 0U) << url;
    }
    /// Runs curl with these words more, and looks at what it got.
    [[nodiscard]] Seen curl(const std::string& target, const std::vector<std::string>& more) const {
        const auto headers = (world.folder().path() / "headers").string();
        const auto body = (world.folder().path() / "body").string();
        std::vector<std::string> words{systemProgram("curl"),
                                       "--disable",
                                       "--silent",
                                       "--show-error",
                                       "--max-time",
                                       "10",
                                       "--noproxy",
                                       "*",
                                       "--dump-header",
                                       headers,
                                       "--output",
                                       body,
                                       "--write-out",
                                       "%{http_code} %{content_type}\n"};
        words.insert(words.end(), more.begin(), more.end());
        words.push_back(target);
        std::filesystem::remove(body);  // curl makes none for an empty one
        const auto done = runToEnd(words);
        EXPECT_EQ(done.exit, 0) << done.errors;
        Seen seen;
        std::istringstream out(done.output);
        out >> seen.status >> std::ws;
        std::getline(out, seen.type);
        seen.headers = readFile(headers);
        seen.body = readFile(body);
        return seen;
    }
    void setCredentials() {
        const auto task = world.runTask(id, {{"type", "set"},
                                             {"values",
                                              {{{"name", kManagement + "ConnectionRequestUsername"},
                                                {"value", "second opinion"},
                                                {"type", "xsd:string"}},
                                               {{"name", kManagement + "ConnectionRequestPassword"},
                                                {"value", "p\"a:s s\\w"},
                                                {"type", "xsd:string"}}}}});
        ASSERT_EQ(task.value("state", ""), "done") << task.dump();
        ASSERT_TRUE(eventually(std::chrono::seconds{10}, [this] { return isQuiet(world, id); }));
    }

    GatewayWorld world{"127.31.0"};
    std::string id, url;
};

int countOf(const std::string& text, const std::string& part) {
    int count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

// C-CR-01, C-CR-03, C-CR-04, C-CR-06, C-CR-07, C-CR-17, C-CR-18
TEST_F(CurlCommand, GetsASessionWithTheRightPasswordOnly) {
    ASSERT_NO_FATAL_FAILURE(setCredentials());
    const std::string good = "second opinion:p\"a:s s\\w";
    const auto before = countEvents(world, id, kRequestEvent);

    const auto bare = curl(url, {});
    EXPECT_EQ(bare.status, 401);
    EXPECT_EQ(bare.body, "");
    EXPECT_EQ(countOf(bare.headers, "WWW-Authenticate:"), 1) << bare.headers;
    EXPECT_EQ(countOf(bare.headers, "WWW-Authenticate: Digest "), 1) << bare.headers;
    EXPECT_EQ(countOf(bare.headers, "qop=\"auth\""), 1) << bare.headers;
    EXPECT_EQ(countOf(bare.headers, "SHA-256"), 0) << "one that every ACS knows";

    const auto wrong = curl(url, {"--digest", "--user", "second opinion:other"});
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(countOf(wrong.headers, "WWW-Authenticate: Digest "), 2) << wrong.headers;
    EXPECT_EQ(curl(url, {"--digest", "--user", "other:p\"a:s s\\w"}).status, 401);
    EXPECT_EQ(curl(url, {"--basic", "--user", good}).status, 401);

    const auto unknown = curl(url + "0", {"--digest", "--user", good});
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(countOf(unknown.headers, "WWW-Authenticate"), 0) << "no hint";
    EXPECT_EQ(curl(url, {"--request", "DELETE", "--digest", "--user", good}).status, 405);

    // One connection for the challenge and the answer to it, and a new one for each.
    for (const auto& how :
         {std::vector<std::string>{"--digest"},
          std::vector<std::string>{"--anyauth", "--header", "Connection: close"}}) {
        auto words = how;
        words.insert(words.end(), {"--user", good});
        const auto taken = curl(url, words);
        EXPECT_TRUE(taken.status == 200 || taken.status == 204) << taken.headers;
        EXPECT_EQ(taken.body, "");
        // Nothing of what was refused before has led to a session.
        const auto wanted = before + (how.size() == 1 ? 1 : 2);
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [&] {
            return countEvents(world, id, kRequestEvent) >= wanted && isQuiet(world, id);
        })) << world.gateway().errors();
        EXPECT_EQ(countEvents(world, id, kRequestEvent), wanted);
    }
    EXPECT_TRUE(isClean(world)) << world.api("/stats").dump(2);
}

// C-DM-06
TEST_F(CurlCommand, GetsTheDeviceTypeDocumentsOfSupportedDataModel) {
    const auto xmllint = systemProgram("xmllint");
    const auto schemas = std::string(PLATEN_SHARED) + "/standards/schemas";
    const bool validate =
        !xmllint.empty() && std::filesystem::exists(schemas + "/cwmp-devicetype-1-3.xsd");
    for (const auto* serial : {kGatewaySerial, kPrinterSerial}) {
        const auto device = world.deviceId(serial);
        const auto rows =
            world.value(device, "Device.DeviceInfo.SupportedDataModelNumberOfEntries");
        ASSERT_TRUE(rows == "1" || rows == "2") << serial << rows;
        for (int row = 1; row <= std::stoi(rows); ++row) {
            const auto path = kModels + std::to_string(row) + ".";
            const auto place = world.value(device, path + "URL");
            const auto uuid = world.value(device, path + "UUID");
            ASSERT_EQ(uuid.size(), 36U) << serial << row << uuid;
            const auto document = curl(place, {});
            EXPECT_EQ(document.status, 200) << place;
            EXPECT_EQ(document.type.find("text/xml"), 0U) << document.type;
            EXPECT_EQ(countOf(document.body, " uuid=\"" + uuid + "\""), 1) << place;
            const auto spec = world.value(device, path + "URN");
            EXPECT_NE(document.body.find(spec), std::string::npos) << spec;
            EXPECT_EQ(curl(place, {}).body, document.body) << "it does not change";
            EXPECT_EQ(curl(place, {"--data", "x"}).status, 405);
            if (validate) {
                const auto file = world.folder().write("document.xml", document.body);
                const auto checked = runToEnd(
                    {"env", "XML_CATALOG_FILES=" + schemas + "/catalog.xml", xmllint, "--nonet",
                     "--noout", "--schema", schemas + "/cwmp-devicetype-1-3.xsd", file});
                EXPECT_EQ(checked.exit, 0) << checked.errors.substr(0, 2000);
            }
        }
    }
    if (!validate) {
        GTEST_SKIP() << "not validated: xmllint or cwmp-devicetype-1-3.xsd is missing";
    }
}

}  // namespace
}  // namespace platen::test
