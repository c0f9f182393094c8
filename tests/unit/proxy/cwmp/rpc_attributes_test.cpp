// SPDX-License-Identifier: Apache-2.0
#include "rpc_fixture.hpp"

namespace platen::cwmp {
namespace {

using Access = std::vector<std::string>;

class AttributesTest : public test::RpcTest {
  protected:
    test::SeenReply get(const std::string& name) { return run(test::gpa({name})); }
    std::string notification(const std::string& name) { return get(name).value(name); }
};

// C-ATT-05, C-ATT-06, C-ATT-09, C-ATT-11
TEST_F(AttributesTest, ShowsTheDefaultsOfTheModel) {
    EXPECT_EQ(notification("Device.DeviceInfo.SoftwareVersion"), "2");
    EXPECT_EQ(notification("Device.ManagementServer.ConnectionRequestURL"), "2");
    EXPECT_EQ(notification(mfp("Status")), "0");
    EXPECT_EQ(get(mfp("Status")).access.at(mfp("Status")), (Access{"Subscriber"}));
    const auto all = run(test::gpa({"Device."}));
    EXPECT_EQ(all.values.size(), run(test::gpv({"Device."})).values.size());
    EXPECT_EQ(get("Device.Nothing").faultCode, "9005");
    EXPECT_EQ(get(mfp("Alert.")).arrayType, "cwmp:ParameterAttributeStruct[0]");
}

// C-ATT-01, C-ATT-03
TEST_F(AttributesTest, SetsOneParameterOrAllBelowAPath) {
    EXPECT_EQ(run(test::spa(mfp("Status"), "1")).method, "SetParameterAttributesResponse");
    EXPECT_EQ(notification(mfp("Status")), "1");
    EXPECT_EQ(run(test::spa(mfp("Supply."), "2")).method, "SetParameterAttributesResponse");
    EXPECT_EQ(notification(mfp("Supply.4.Level")), "2");
    EXPECT_EQ(notification(mfp("Supply.1.Description")), "2");
    EXPECT_EQ(notification(mfp("Mode")), "0");
    EXPECT_EQ(run(test::spa(mfp("Status"), "0")).method, "SetParameterAttributesResponse");
    EXPECT_EQ(notification(mfp("Status")), "0");
}

// C-ATT-12
TEST_F(AttributesTest, GivesNewRowsTheDefaults) {
    run(test::spa(mfp("Supply."), "2"));
    device->put("MFP.1.Supply.9.Level", "1");
    EXPECT_EQ(notification(mfp("Supply.9.Level")), "0");
}

// C-ATT-03, C-NOT-10
TEST_F(AttributesTest, RefusesLightweightNotification) {
    for (const auto* value : {"3", "4", "5", "6"}) {
        EXPECT_EQ(run(test::spa(mfp("Status"), value)).faultCode, "9003");
    }
}

// C-ATT-04, C-ATT-05, C-NOT-09
TEST_F(AttributesTest, RefusesWhatTheModelDenies) {
    EXPECT_EQ(run(test::spa("Device.DeviceInfo.UpTime", "2")).faultCode, "9009");
    EXPECT_EQ(run(test::spa("Device.DeviceInfo.UpTime", "1")).method,
              "SetParameterAttributesResponse");
    EXPECT_EQ(run(test::spa("Device.DeviceInfo.SoftwareVersion", "0")).faultCode, "9009");
    EXPECT_EQ(run(test::spa("Device.DeviceInfo.SoftwareVersion", "2")).method,
              "SetParameterAttributesResponse");
    // Under a path those that refuse are left out.
    EXPECT_EQ(run(test::spa("Device.DeviceInfo.", "2")).method, "SetParameterAttributesResponse");
    EXPECT_EQ(notification("Device.DeviceInfo.UpTime"), "1");
    EXPECT_EQ(notification("Device.DeviceInfo.HardwareVersion"), "2");
}

// C-ATT-07, C-RPC-02
TEST_F(AttributesTest, IsAtomic) {
    const auto request =
        "<c:SetParameterAttributes><ParameterList>"
        "<A><Name>" +
        mfp("Status") +
        "</Name><NotificationChange>1</NotificationChange>"
        "<Notification>1</Notification><AccessListChange>0</AccessListChange><AccessList/></A>"
        "<A><Name>Device.Nothing</Name><NotificationChange>1</NotificationChange>"
        "<Notification>1</Notification><AccessListChange>0</AccessListChange><AccessList/></A>"
        "</ParameterList></c:SetParameterAttributes>";
    EXPECT_EQ(run(request).faultCode, "9005");
    EXPECT_EQ(notification(mfp("Status")), "0");
}

// C-ATT-08
TEST_F(AttributesTest, LaterEntriesWin) {
    const auto entry = [](const std::string& name, const std::string& value) {
        return "<A><Name>" + name +
               "</Name><NotificationChange>1</NotificationChange><Notification>" + value +
               "</Notification><AccessListChange>0</AccessListChange><AccessList/></A>";
    };
    run("<c:SetParameterAttributes><ParameterList>" + entry(mfp("Supply."), "2") +
        entry(mfp("Supply.1.Level"), "1") + "</ParameterList></c:SetParameterAttributes>");
    EXPECT_EQ(notification(mfp("Supply.1.Level")), "1");
    EXPECT_EQ(notification(mfp("Supply.4.Level")), "2");
}

TEST_F(AttributesTest, BoundsTheWorkOfOneRequest) {
    std::string list;
    for (int i = 0; i < 3000; ++i) {
        list +=
            "<A><Name>Device.</Name><NotificationChange>1</NotificationChange><Notification>1"
            "</Notification><AccessListChange>0</AccessListChange><AccessList/></A>";
    }
    EXPECT_EQ(run("<c:SetParameterAttributes><ParameterList>" + list +
                  "</ParameterList></c:SetParameterAttributes>")
                  .faultCode,
              "9004");
    EXPECT_EQ(notification(mfp("Status")), "0");
}

// C-ATT-02, C-ATT-09
TEST_F(AttributesTest, SetsAccessLists) {
    EXPECT_EQ(run(test::spa(mfp("Mode"), "", "Subscriber")).method,
              "SetParameterAttributesResponse");
    EXPECT_EQ(run(test::spa(mfp("Mode"), "", "Everybody")).faultCode, "9003");
    const auto empty =
        "<c:SetParameterAttributes><ParameterList><A><Name>" + mfp("Mode") +
        "</Name><NotificationChange>0</NotificationChange><Notification/><AccessListChange>1"
        "</AccessListChange><AccessList/></A></ParameterList></c:SetParameterAttributes>";
    EXPECT_EQ(run(empty).method, "SetParameterAttributesResponse");
    EXPECT_TRUE(get(mfp("Mode")).access[mfp("Mode")].empty());
    EXPECT_EQ(notification(mfp("Mode")), "0");
}

// C-ATT-10, C-EVT-34: on disk before the answer; nothing changed if the disk is full.
TEST_F(AttributesTest, AreStoredBeforeTheAnswer) {
    run(test::spa(mfp("Status"), "2"));
    const auto stored = world.store.load();
    ASSERT_EQ(stored->attributes.size(), 1U);
    EXPECT_EQ(stored->attributes[0].name, "MFP.1.Status");
    EXPECT_EQ(stored->attributes[0].notification, 2);
    world.store.setDiskFull(true);
    EXPECT_EQ(run(test::spa(mfp("Status"), "0")).faultCode, "9002");
    EXPECT_EQ(notification(mfp("Status")), "2");
}

}  // namespace
}  // namespace platen::cwmp
