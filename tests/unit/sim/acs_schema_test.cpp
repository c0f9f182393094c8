// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sim/acs_fixture.hpp"

namespace platen::acs {
namespace {

namespace fs = std::filesystem;

class AcsSchema : public AcsFixture {
  protected:
    void SetUp() override {
        const fs::path folder = fs::path(PLATEN_SHARED) / "standards/schemas";
        if (!fs::exists(folder / "catalog.xml")) {
            GTEST_SKIP() << "shared schemas are not here: " << folder;
        }
        AcsOptions options = quiet();
        options.schemas = folder;
        start(options);
    }
};

TEST_F(AcsSchema, GoodInformsOfEachVersionPass) {
    for (const char* version : {"1-0", "1-1", "1-2"}) {
        newSession();
        cpe_.version = std::string("urn:dslforum-org:cwmp-") + version;
        send(cpe_.inform());
        send("");
    }
    const auto s = stats()["schema"];
    EXPECT_EQ(s["checked"], 3);
    EXPECT_EQ(s["failures"], 0) << s.dump();
}

TEST_F(AcsSchema, LowerCaseOuiAndMissingElementsFail) {
    cpe_.oui = "02a1b2";
    send(cpe_.inform());
    newSession();
    cpe_.oui = "02A1B3";
    std::string text = cpe_.inform();
    text.erase(text.find("<MaxEnvelopes>"), std::string("<MaxEnvelopes>1</MaxEnvelopes>").size());
    send(text);
    const auto s = stats()["schema"];
    EXPECT_EQ(s["failures"], 2);
    EXPECT_NE(s["problems"].dump().find("OUI"), std::string::npos);
}

TEST_F(AcsSchema, OwnRequestsAreValidToo) {
    auto schemas = SchemaCheck::load(fs::path(PLATEN_SHARED) / "standards/schemas");
    ASSERT_TRUE(schemas);
    const std::vector<nlohmann::json> tasks{
        {{"type", "get"}, {"names", {"Device."}}},
        {{"type", "set"},
         {"values", {{{"name", "Device.A"}, {"value", "1"}, {"type", "xsd:boolean"}}}},
         {"parameterKey", "k"}},
        {{"type", "getnames"}, {"path", "Device."}},
        {{"type", "getattributes"}, {"names", {"Device.A"}}},
        {{"type", "setattributes"},
         {"attributes",
          {{{"name", "Device.A"}, {"notification", 2}, {"accessList", {"Subscriber"}}}}}},
        {{"type", "reboot"}, {"commandKey", "k"}},
        {{"type", "factoryreset"}},
        {{"type", "addobject"}, {"object", "Device.T."}},
        {{"type", "deleteobject"}, {"object", "Device.T.1."}},
        {{"type", "scheduleinform"}, {"delay", 5}, {"commandKey", "k"}},
        {{"type", "download"}, {"commandKey", "k"}, {"url", "http://127.0.0.1/f"}},
        {{"type", "upload"}, {"commandKey", "k"}, {"url", "http://127.0.0.1/f"}},
        {{"type", "getrpcmethods"}}};
    for (const auto& task : tasks) {
        const auto body = makeRpc(task, {});
        ASSERT_TRUE(body) << task.dump();
        const auto problem = schemas->findProblem(cpe_.envelope("1", *body), cpe_.version);
        EXPECT_FALSE(problem.has_value()) << task.dump() << ": " << problem.value_or("");
    }
    for (const char* method : {"Inform", "TransferComplete", "AutonomousTransferComplete",
                               "GetRPCMethods", "RequestDownload"}) {
        const auto problem =
            schemas->findProblem(cpe_.envelope("1", makeCpeResponse(method)), cpe_.version);
        EXPECT_FALSE(problem.has_value()) << method << ": " << problem.value_or("");
    }
    EXPECT_FALSE(schemas->findProblem(cpe_.envelope("1", makeFaultBody(8005, "Retry request")),
                                      cpe_.version));
}

TEST_F(AcsSchema, UnknownNamespaceAndBrokenXmlAreProblems) {
    auto schemas = SchemaCheck::load(fs::path(PLATEN_SHARED) / "standards/schemas");
    ASSERT_TRUE(schemas);
    EXPECT_TRUE(schemas->findProblem(cpe_.inform(), "urn:dslforum-org:cwmp-1-9"));
    EXPECT_TRUE(schemas->findProblem("<a", cpe_.version));
}

TEST(AcsSchemaFolder, MissingFolderIsReported) {
    EXPECT_FALSE(SchemaCheck::load("/nonexistent"));
}

}  // namespace
}  // namespace platen::acs
