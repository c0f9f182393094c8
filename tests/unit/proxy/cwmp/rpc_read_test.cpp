// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/rpc_read.hpp"

#include "rpc_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace platen::cwmp {
namespace {

using Names = std::vector<std::string>;

class GetParameterValuesTest : public test::RpcTest {};
class GetParameterNamesTest : public test::RpcTest {};
class GetRpcMethodsTest : public test::RpcTest {};

// C-GRM-01, C-PRX-40
TEST_F(GetRpcMethodsTest, ListsExactlyWhatIsSupported) {
    const auto reply = run("<c:GetRPCMethods/>");
    const std::set<std::string> methods(reply.strings.begin(), reply.strings.end());
    EXPECT_EQ(methods, (std::set<std::string>{
                           "GetRPCMethods", "SetParameterValues", "GetParameterValues",
                           "GetParameterNames", "SetParameterAttributes", "GetParameterAttributes",
                           "AddObject", "DeleteObject", "Reboot", "FactoryReset", "ScheduleInform",
                           "Download", "Upload", "ScheduleDownload", "CancelTransfer",
                           "GetQueuedTransfers", "GetAllQueuedTransfers"}));
    EXPECT_EQ(reply.strings.size(), methods.size());
}

// C-GPV-01, C-GPV-04, C-DT-01
TEST_F(GetParameterValuesTest, ReadsOneParameterOfEachType) {
    const auto reply = run(test::gpv({mfp("Enable"), mfp("Status"), mfp("Offset"), mfp("Delay"),
                                      mfp("Balance"), mfp("Pages"), mfp("LastSeen"), mfp("Blob"),
                                      mfp("Raw"), mfp("Colors"), mfp("Supply.1.Description")}));
    ASSERT_EQ(reply.method, "GetParameterValuesResponse");
    EXPECT_EQ(reply.value(mfp("Enable")), "true");
    EXPECT_EQ(reply.value(mfp("Offset")), "-3");
    EXPECT_EQ(reply.value(mfp("Balance")), "-5000000000");
    EXPECT_EQ(reply.value(mfp("Pages")), "12345678901");
    EXPECT_EQ(reply.value(mfp("LastSeen")), "2031-02-03T04:05:06Z");
    EXPECT_EQ(reply.value(mfp("Colors")), "Black,Cyan");
    EXPECT_EQ(reply.value(mfp("Supply.1.Description")), "Black <Toner> & \"more\"");
    EXPECT_EQ(reply.types.at(mfp("Pages")), "xsd:unsignedLong");
    EXPECT_EQ(reply.types.at(mfp("Blob")), "soap-enc:base64");
    EXPECT_EQ(reply.types.at(mfp("Colors")), "xsd:string");
    EXPECT_EQ(reply.arrayType, "cwmp:ParameterValueStruct[11]");
}

TEST_F(GetParameterValuesTest, ReadsPartialPathsAndTheWholeModel) {
    const auto supplies = run(test::gpv({mfp("Supply.")}));
    EXPECT_EQ(supplies.names(), (Names{mfp("Supply.1.Description"), mfp("Supply.1.Level"),
                                       mfp("Supply.1.Threshold"), mfp("Supply.4.Description"),
                                       mfp("Supply.4.Level"), mfp("Supply.4.Threshold")}));
    EXPECT_EQ(run(test::gpv({mfp("Supply.4.")})).values.size(), 3U);
    const auto all = run(test::gpv({""}));
    EXPECT_GT(all.values.size(), 40U);
    EXPECT_EQ(run(test::gpv({"Device."})).names(), all.names());
}

// C-GPV-02, C-GPV-03, C-GPV-05, C-ALI-02, C-ALI-06
TEST_F(GetParameterValuesTest, FaultsWith9005ForEachNameThatIsNotThere) {
    for (const auto& name : Names{"Device.Nothing",
                                  "Nothing",
                                  "Device",
                                  "device.",
                                  "Device.DeviceInfo",
                                  "Device.DeviceInfo.SoftwareVersion.",
                                  "Device..",
                                  ".",
                                  mfp("Supply"),
                                  mfp("Supply.2."),
                                  mfp("Supply.01.Level"),
                                  mfp("Supply.0.Level"),
                                  mfp("Supply.-1.Level"),
                                  mfp("Supply.99999999999999999999.Level"),
                                  mfp("Supply.{i}.Level"),
                                  mfp("Supply.[black].Level"),
                                  mfp("Supply.*.Level"),
                                  mfp("supply.1.Level"),
                                  "Device.Services.MFP.1.Status",
                                  "MFP.1.Status",
                                  "Device.Services.X_PLATEN_MFP.2."}) {
        EXPECT_EQ(run(test::gpv({name})).faultCode, "9005") << name;
        EXPECT_EQ(run(test::gpv({"Device.DeviceInfo.UpTime", name})).faultCode, "9005") << name;
    }
}

// C-GPV-03; FreeACS needs it.
TEST_F(GetParameterValuesTest, GivesAnEmptyListForAnEmptyTable) {
    const auto reply = run(test::gpv({"Device.DeviceInfo.VendorConfigFile.", mfp("Alert.")}));
    EXPECT_EQ(reply.method, "GetParameterValuesResponse");
    EXPECT_EQ(reply.arrayType, "cwmp:ParameterValueStruct[0]");
}

// C-GPV-06
TEST_F(GetParameterValuesTest, TakesOverlappingNames) {
    const auto reply =
        run(test::gpv({mfp("Supply.1.Level"), mfp("Supply.1."), mfp("Supply.1.Level")}));
    EXPECT_EQ(reply.method, "GetParameterValuesResponse");
    EXPECT_EQ(reply.value(mfp("Supply.1.Level")), "80");
}

// C-GPV-07
TEST_F(GetParameterValuesTest, RefusesAnAnswerThatWouldBeTooLarge) {
    EXPECT_EQ(run(test::gpv(Names(5000, "Device."))).faultCode, "9004");
}

// C-AUTH-11
TEST_F(GetParameterValuesTest, HidesPasswords) {
    const auto reply = run(test::gpv({"Device.ManagementServer."}));
    EXPECT_EQ(reply.value("Device.ManagementServer.Password"), "");
    EXPECT_EQ(reply.value("Device.ManagementServer.ConnectionRequestPassword"), "");
    EXPECT_EQ(reply.value("Device.ManagementServer.Username"), "cpe");
    for (const auto& post : world.acs.posts) {
        EXPECT_EQ(post.find("secret-of-the-cpe"), std::string::npos);
    }
}

// C-GPV-09, C-PRX-26: the last value while the printer is off.
// C-GPV-08
TEST_F(GetParameterValuesTest, AnswersFromTheCacheWhileThePrinterIsOff) {
    device->probe = true;  // it goes off right after the connection request
    device->up = false;
    EXPECT_EQ(run(test::gpv({mfp("Supply.1.Level")})).value(mfp("Supply.1.Level")), "80");
}

// C-SCALE-03 and the budget of 5 ms for 2,000 parameters (optimised build; Debug gets more).
TEST_F(GetParameterValuesTest, BuildsALargeAnswerFast) {
    for (int row = 10; row < 680; ++row) {
        const auto base = "MFP.1.Supply." + std::to_string(row) + ".";
        device->put(base + "Description", "A supply with a name of common length");
        device->put(base + "Level", "50");
        device->put(base + "Threshold", "10");
    }
    const auto before = std::chrono::steady_clock::now();
    const auto result = getParameterValues(*device, world.codec, {{"Device."}});
    const auto took = std::chrono::steady_clock::now() - before;
    ASSERT_TRUE(std::holds_alternative<RpcResponse>(result));
    EXPECT_GT(std::get<RpcResponse>(result).content.size(), 200'000U);
    EXPECT_LT(took, std::chrono::milliseconds(200));
    RecordProperty(
        "microseconds",
        static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
}

// C-GPN-01, C-GPN-02
TEST_F(GetParameterNamesTest, ListsTheRootForAnEmptyPathAtTheNextLevel) {
    const auto reply = run(test::gpn("", true));
    EXPECT_EQ(reply.names(), (Names{"Device."}));
    EXPECT_EQ(reply.value("Device."), "false");
    EXPECT_EQ(reply.arrayType, "cwmp:ParameterInfoStruct[1]");
}

TEST_F(GetParameterNamesTest, ListsTheWholeTreeForAnEmptyPath) {
    const auto all = run(test::gpn("", false)).names();
    EXPECT_EQ(all.front(), "Device.");
    const std::set<std::string> set(all.begin(), all.end());
    EXPECT_EQ(set.size(), all.size()) << "each name once";
    for (const auto& name :
         {std::string("Device.DeviceInfo."), std::string("Device.DeviceInfo.VendorConfigFile."),
          std::string("Device.Services."), std::string("Device.Services.X_PLATEN_MFP."), mfp(""),
          mfp("Supply."), mfp("Supply.4."), mfp("Supply.4.Level"), mfp("Alert.")}) {
        EXPECT_TRUE(set.contains(name)) << name;
    }
    EXPECT_EQ(run(test::gpn("Device.", false)).names(), all);
}

// C-GPN-03, C-GPN-06
TEST_F(GetParameterNamesTest, ListsDirectChildrenAtTheNextLevel) {
    EXPECT_EQ(run(test::gpn(mfp("Supply."), true)).names(),
              (Names{mfp("Supply.1."), mfp("Supply.4.")}));
    EXPECT_EQ(
        run(test::gpn(mfp("Supply.4."), true)).names(),
        (Names{mfp("Supply.4.Description"), mfp("Supply.4.Level"), mfp("Supply.4.Threshold")}));
    EXPECT_EQ(run(test::gpn(mfp("Supply.4."), false)).names(),
              (Names{mfp("Supply.4."), mfp("Supply.4.Description"), mfp("Supply.4.Level"),
                     mfp("Supply.4.Threshold")}));
    const auto children = run(test::gpn("Device.", true)).names();
    EXPECT_EQ(std::count(children.begin(), children.end(), "Device."), 0);
    EXPECT_EQ(std::count(children.begin(), children.end(), "Device.DeviceInfo."), 1);
    EXPECT_EQ(std::count(children.begin(), children.end(), "Device.RootDataModelVersion"), 1);
}

// C-GPN-04, C-GPN-05
TEST_F(GetParameterNamesTest, HandlesFullNamesAndUnknownOnes) {
    EXPECT_EQ(run(test::gpn(mfp("Mode"), false)).names(), (Names{mfp("Mode")}));
    EXPECT_EQ(run(test::gpn(mfp("Mode"), true)).faultCode, "9003");
    EXPECT_EQ(run(test::gpn(mfp("Modes"), false)).faultCode, "9005");
    EXPECT_EQ(run(test::gpn(mfp("Supply.2."), true)).faultCode, "9005");
    EXPECT_EQ(run(test::gpn(mfp("Alert."), true)).arrayType, "cwmp:ParameterInfoStruct[0]");
}

// C-GPN-07
TEST_F(GetParameterNamesTest, SaysWhatCanBeWritten) {
    device->notWritable.insert("MFP.1.Delay");
    const auto reply = run(test::gpn(mfp(""), false));
    EXPECT_EQ(reply.value(mfp("Mode")), "true");
    EXPECT_EQ(reply.value(mfp("Delay")), "false");
    EXPECT_EQ(reply.value(mfp("Status")), "false");
    EXPECT_EQ(reply.value(mfp("Supply.")), "false") << "AddObject is not supported";
    EXPECT_EQ(reply.value(mfp("Supply.1.")), "false");
}

// C-GPN-08
TEST_F(GetParameterNamesTest, ListsExactlyWhatGetParameterValuesReads) {
    auto names = run(test::gpn("Device.", false)).names();
    std::erase_if(names, [](const std::string& name) { return name.ends_with('.'); });
    EXPECT_EQ(run(test::gpv({"Device."})).names(), names);
    for (const auto& name : names) {
        ASSERT_EQ(run(test::gpv({name})).names(), (Names{name}));
    }
}

}  // namespace
}  // namespace platen::cwmp
