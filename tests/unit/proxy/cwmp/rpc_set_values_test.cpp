// SPDX-License-Identifier: Apache-2.0
#include "rpc_fixture.hpp"

#include <map>

namespace platen::cwmp {
namespace {

using fleet::AssignmentFault;

class SetParameterValuesTest : public test::RpcTest {
  protected:
    test::SeenReply set(const std::vector<test::Setting>& settings, std::string_view key = "k") {
        return run(test::spv(settings, key));
    }
    [[nodiscard]] std::string parameterKey() const {
        return device->text("Device.ManagementServer.ParameterKey");
    }
};

// C-SPV-08, C-KEY-01, C-SES-16, C-RPC-03
TEST_F(SetParameterValuesTest, WritesAndStoresTheKeyBeforeItAnswers) {
    const auto replies =
        run({test::spv({{mfp("Mode"), "xsd:string", "Quiet"}, {mfp("Offset"), "xsd:int", "-10"}},
                       "key 1"),
             test::gpv({mfp("Mode"), mfp("Offset"), "Device.ManagementServer.ParameterKey"})});
    ASSERT_EQ(replies.size(), 2U);
    EXPECT_EQ(replies[0].method, "SetParameterValuesResponse");
    EXPECT_EQ(replies[0].status, "0");
    EXPECT_EQ(replies[1].value(mfp("Mode")), "Quiet");
    EXPECT_EQ(replies[1].value(mfp("Offset")), "-10");
    EXPECT_EQ(replies[1].value("Device.ManagementServer.ParameterKey"), "key 1");
}

// C-SPV-07
TEST_F(SetParameterValuesTest, TakesAnEmptyListWithAKey) {
    EXPECT_EQ(set({}, "only the key").status, "0");
    EXPECT_EQ(parameterKey(), "only the key");
}

// C-KEY-04, C-KEY-03
TEST_F(SetParameterValuesTest, KeepsTheKeyLetterForLetter) {
    set({}, " \xC3\xA9 &lt;&amp;&gt; ");
    EXPECT_EQ(parameterKey(), " \xC3\xA9 <&> ");
    device->change("Device.DeviceInfo.SoftwareVersion", "2");
    world.loop.advance(std::chrono::minutes(5));
    EXPECT_EQ(world.last().parameters.at("Device.ManagementServer.ParameterKey"), " \xC3\xA9 <&> ");
}

// C-SPV-01, C-SPV-02, C-SPV-03, C-RPC-02, C-KEY-03
TEST_F(SetParameterValuesTest, ReportsAllParametersInErrorAndChangesNothing) {
    const auto reply = set({{mfp("Mode"), "xsd:string", "Quiet"},
                            {"Device.Nothing", "xsd:string", "x"},
                            {mfp("Supply."), "xsd:string", "x"},
                            {mfp("Status"), "xsd:string", "Up"},
                            {mfp("Delay"), "xsd:boolean", "1"},
                            {mfp("Offset"), "xsd:int", "11"},
                            {mfp("Location"), "xsd:string", "123456789"},
                            {"Device.ManagementServer.ParameterKey", "xsd:string", "x"}});
    EXPECT_EQ(reply.method, "Fault");
    EXPECT_EQ(reply.faultCode, "9003");
    EXPECT_EQ(reply.faultcode, "soap:Client");
    const std::map<std::string, std::string> expected{
        {"Device.Nothing", "9005"},
        {mfp("Supply."), "9005"},
        {mfp("Status"), "9008"},
        {mfp("Delay"), "9006"},
        {mfp("Offset"), "9007"},
        {mfp("Location"), "9007"},
        {"Device.ManagementServer.ParameterKey", "9008"}};
    EXPECT_EQ(reply.faults, expected);
    EXPECT_EQ(device->text("MFP.1.Mode"), "Fast");
    EXPECT_EQ(parameterKey(), "");
    EXPECT_EQ(device->writes, 0U);
}

// C-SPV-05
TEST_F(SetParameterValuesTest, RefusesANameTwice) {
    const auto reply = set({{mfp("Mode"), "", "Quiet"}, {mfp("Mode"), "", "Quiet"}});
    EXPECT_EQ(reply.faultCode, "9003");
    EXPECT_EQ(device->writes, 0U);
}

struct TypeCase {
    std::string name, type, text, fault;
};

// C-SPV-11, C-SPV-14, C-DT-02, C-DT-06, C-DT-10, C-DT-11
TEST_F(SetParameterValuesTest, ChecksTypesAndLiterals) {
    const std::vector<TypeCase> cases{
        {"Enable", "xsd:boolean", "0", ""},
        {"Enable", "xsd:boolean", " true ", ""},
        {"Enable", "", "false", ""},
        {"Enable", "xsd:boolean", "TRUE", "9006"},
        {"Enable", "xsd:boolean", "", "9006"},
        {"Enable", "xsd:string", "true", "9006"},
        {"Offset", "xsd:int", "+7", ""},
        {"Offset", "xsd:int", " 007 ", ""},
        {"Offset", "xsd:unsignedInt", "7", ""},
        {"Offset", "xsd:long", "-7", ""},
        {"Offset", "xs:int", "5", ""},
        {"Offset", "int", "5", ""},
        {"Offset", "xsd:int", "-11", "9007"},
        {"Offset", "xsd:int", "1.5", "9006"},
        {"Offset", "xsd:int", "", "9006"},
        {"Offset", "xsd:int", "+-5", "9006"},
        {"Offset", "xsd:string", "5", "9006"},
        {"Offset", "xsd:dateTime", "5", "9006"},
        {"Delay", "xsd:unsignedInt", "4294967295", ""},
        {"Delay", "xsd:int", "12", ""},
        {"LastSeen", "xsd:dateTime", "1970-01-01T04:25:25.635Z", ""},
        {"LastSeen", "xsd:dateTime", "0001-01-01T00:00:00Z", ""},
        {"LastSeen", "xsd:dateTime", "yesterday", "9006"},
        {"LastSeen", "xsd:dateTime", "", "9006"},
        {"Mode", "xsd:string", "Quiet", ""},
        {"Mode", "xsd:string", "quiet", "9007"},
        {"Mode", "xsd:anyURI", "Fast", ""},
        {"Location", "xsd:string", "", ""},
        {"Location", "xsd:string", " a b ", ""},
        {"Location", "xsd:string", "12345678", ""},
        {"Location", "xsd:string",
         "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", ""},
        {"Blob", "soap-enc:base64", "QUJDRA==", ""},
        {"Blob", "xsd:base64Binary", "QUJD", ""},
        {"Blob", "xsd:hexBinary", "00", "9006"},
        {"Raw", "xsd:hexBinary", "0aFF", ""},
        {"Raw", "xsd:hexBinary", "0aF", "9006"},
        {"Colors", "xsd:string", "Black,Magenta", ""},
    };
    for (const auto& one : cases) {
        const auto reply = set({{mfp(one.name), one.type, one.text}});
        const auto label = one.name + " " + one.type + " '" + one.text + "'";
        if (one.fault.empty()) {
            EXPECT_EQ(reply.status, "0") << label << ' ' << reply.faultText;
        } else {
            ASSERT_TRUE(reply.faults.contains(mfp(one.name))) << label;
            EXPECT_EQ(reply.faults.at(mfp(one.name)), one.fault) << label;
        }
    }
    EXPECT_EQ(device->text("MFP.1.Offset"), "5");
}

TEST_F(SetParameterValuesTest, OutOfRangeForTheTypeIsAFault) {
    for (const auto* text : {"4294967296", "-1"}) {
        const auto reply = set({{mfp("Delay"), "xsd:unsignedInt", text}});
        ASSERT_TRUE(reply.faults.contains(mfp("Delay")));
        const auto code = reply.faults.at(mfp("Delay"));
        EXPECT_TRUE(code == "9006" || code == "9007") << code;
    }
}

// C-SPV-09
TEST_F(SetParameterValuesTest, AnEqualValueIsASuccess) {
    EXPECT_EQ(set({{mfp("Mode"), "xsd:string", "Fast"}}).status, "0");
    EXPECT_EQ(set({{mfp("Mode"), "xsd:string", "Fast"}}).status, "0");
    EXPECT_EQ(device->writes, 2U);
}

// C-DIS-08
TEST_F(SetParameterValuesTest, ChecksTheAcsUrl) {
    const std::string url = "Device.ManagementServer.URL";
    for (const auto* bad : {"ftp://acs/", "acs.example.net", "", "http://", "https:///path",
                            "http://a b/", "http://:80/", "http://user@/", "//acs/"}) {
        const auto reply = set({{url, "xsd:string", bad}});
        ASSERT_TRUE(reply.faults.contains(url)) << bad;
        EXPECT_EQ(reply.faults.at(url), "9007") << bad;
    }
    EXPECT_EQ(set({{url, "xsd:string", "HTTPS://acs.example.net/a?b=c"}}).status, "0");
}

// C-RTY-02, C-TIM-01
TEST_F(SetParameterValuesTest, ChecksTheRangesOfTheRetryParameters) {
    const std::string base = "Device.ManagementServer.";
    const auto reply = set({{base + "CWMPRetryMinimumWaitInterval", "", "0"},
                            {base + "CWMPRetryIntervalMultiplier", "", "999"},
                            {base + "PeriodicInformInterval", "", "0"}});
    EXPECT_EQ(reply.faults.size(), 3U);
    for (const auto& fault : reply.faults) {
        EXPECT_EQ(fault.second, "9007") << fault.first;
    }
    EXPECT_EQ(set({{base + "CWMPRetryMinimumWaitInterval", "", "65535"},
                   {base + "CWMPRetryIntervalMultiplier", "", "65535"},
                   {base + "PeriodicInformInterval", "", "31"}})
                  .status,
              "0");
}

// C-SPV-13, C-PRX-26, C-PRX-49
TEST_F(SetParameterValuesTest, MapsWhatThePrinterSays) {
    const std::vector<std::pair<AssignmentFault::Kind, std::string>> kinds{
        {AssignmentFault::Kind::NotWritable, "9008"},
        {AssignmentFault::Kind::InvalidValue, "9007"},
        {AssignmentFault::Kind::InvalidType, "9006"},
        {AssignmentFault::Kind::Refused, "9001"},
        {AssignmentFault::Kind::Failed, "9002"}};
    for (const auto& [kind, code] : kinds) {
        device->onWrite = [kind = kind](const std::vector<fleet::Assignment>& assignments) {
            EXPECT_EQ(assignments.size(), 3U) << "two values and ParameterKey";
            return fleet::WriteFaults{{1, kind, "the printer says no (SNMP)"}};
        };
        const auto reply = set({{mfp("Mode"), "", "Quiet"}, {mfp("Delay"), "", "1"}});
        EXPECT_EQ(reply.faultCode, "9003");
        EXPECT_EQ(reply.faults, (std::map<std::string, std::string>{{mfp("Delay"), code}}));
        EXPECT_EQ(parameterKey(), "");
    }
}

// C-SPV-04
TEST_F(SetParameterValuesTest, ExhaustionIsTheMainFault) {
    device->onWrite = [](const auto&) {
        return fleet::WriteFaults{{0, AssignmentFault::Kind::Exhausted, "queue full"}};
    };
    const auto reply = set({{mfp("Mode"), "", "Quiet"}});
    EXPECT_EQ(reply.faultCode, "9004");
    EXPECT_TRUE(reply.faults.empty());
}

// C-RPC-04
TEST_F(SetParameterValuesTest, AFaultOfTheKeyIsAnInternalError) {
    device->onWrite = [](const auto& assignments) {
        return fleet::WriteFaults{
            {assignments.size() - 1, AssignmentFault::Kind::Failed, "not stored"}};
    };
    EXPECT_EQ(set({{mfp("Mode"), "", "Quiet"}}).faultCode, "9002");
}

// C-RPC-05: a fault text never quotes a password.
TEST_F(SetParameterValuesTest, DoesNotRepeatSecretsInFaults) {
    const auto secret = std::string(257, 's');
    const auto reply = set({{"Device.ManagementServer.Password", "xsd:string", secret}});
    EXPECT_EQ(reply.faults.at("Device.ManagementServer.Password"), "9007");
    EXPECT_EQ(world.acs.posts.back().find("sss"), std::string::npos);
}

}  // namespace
}  // namespace platen::cwmp
