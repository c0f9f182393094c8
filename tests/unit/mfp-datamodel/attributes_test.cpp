// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/attributes.hpp"

#include "model_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class AttributeTableTest : public testing::Test {
  protected:
    ErrorCode refuse(std::string_view name, Notification notification) {
        const auto result = table_.set(refOf(name), {notification, {"Subscriber"}});
        return result ? ErrorCode::Internal : result.error().code;
    }
    bool accept(std::string_view name, Notification notification) {
        return table_.set(refOf(name), {notification, {"Subscriber"}}).has_value();
    }

    AttributeTable table_{realSchema()};
};

TEST_F(AttributeTableTest, DefaultsComeFromTheModel) {  // C-ATT-06, C-ATT-09
    for (const char* name :
         {"Device.DeviceInfo.SoftwareVersion", "Device.DeviceInfo.ProvisioningCode",
          "Device.ManagementServer.ConnectionRequestURL", "Device.GatewayInfo.SerialNumber",
          "MFP.1.Status.Severity", "MFP.1.Identification.SerialNumber", "MFP.1.Supply.4.State"}) {
        EXPECT_EQ(table_.get(refOf(name)).notification, Notification::Active) << name;
        EXPECT_EQ(table_.notification(refOf(name)), Notification::Active) << name;
    }
    for (const char* name :
         {"Device.DeviceInfo.UpTime", "MFP.1.Status.State", "MFP.1.Counters.Total.Impressions"}) {
        EXPECT_EQ(table_.get(refOf(name)).notification, Notification::Off) << name;
    }
    EXPECT_THAT(table_.get(refOf("MFP.1.Status.State")).accessList, ElementsAre("Subscriber"));
    EXPECT_THAT(table_.entries(), IsEmpty());
}

TEST_F(AttributeTableTest, NormalParametersTakeAnyKind) {
    EXPECT_TRUE(accept("MFP.1.Status.State", Notification::Active));
    EXPECT_EQ(table_.notification(refOf("MFP.1.Status.State")), Notification::Active);
    EXPECT_TRUE(accept("MFP.1.Status.State", Notification::Passive));
    EXPECT_EQ(table_.get(refOf("MFP.1.Status.State")).notification, Notification::Passive);
    EXPECT_THAT(table_.entries(), SizeIs(1));
    EXPECT_EQ(table_.notification(refOf("MFP.2.Status.State")), Notification::Off);
}

TEST_F(AttributeTableTest, ParametersMarkedCanDenyRefuseActiveKinds) {  // 9009, C-ATT-04
    for (const Notification kind : {Notification::Active, Notification::ActiveLightweight,
                                    Notification::ActiveWithLightweight}) {
        EXPECT_EQ(refuse("MFP.1.Counters.Total.Impressions", kind), ErrorCode::Refused);
        EXPECT_EQ(refuse("Device.ManagementServer.ParameterKey", kind), ErrorCode::Refused);
    }
    for (const Notification kind : {Notification::Passive, Notification::PassiveLightweight,
                                    Notification::PassiveWithLightweight, Notification::Off}) {
        EXPECT_TRUE(accept("MFP.1.Counters.Total.Impressions", kind));
    }
}

TEST_F(AttributeTableTest, ForcedParametersCannotBeTurnedDown) {  // C-ATT-05
    EXPECT_EQ(refuse("Device.DeviceInfo.SoftwareVersion", Notification::Off), ErrorCode::Refused);
    EXPECT_EQ(refuse("Device.DeviceInfo.SoftwareVersion", Notification::Passive),
              ErrorCode::Refused);
    for (const auto kind : {Notification::ActiveLightweight, Notification::ActiveWithLightweight}) {
        EXPECT_EQ(refuse("Device.DeviceInfo.SoftwareVersion", kind), ErrorCode::Refused)
            << "a datagram may get lost";
    }
    EXPECT_TRUE(accept("Device.DeviceInfo.SoftwareVersion", Notification::Active));
    EXPECT_TRUE(table_.set(refOf("Device.DeviceInfo.SoftwareVersion"), {Notification::Active, {}}));
    EXPECT_EQ(table_.notification(refOf("Device.DeviceInfo.SoftwareVersion")),
              Notification::Active);
}

TEST_F(AttributeTableTest, DefaultActiveOnesCanBeTurnedOff) {
    EXPECT_TRUE(accept("MFP.1.Status.Severity", Notification::Off));
    EXPECT_EQ(table_.notification(refOf("MFP.1.Status.Severity")), Notification::Off);
}

TEST_F(AttributeTableTest, ARefusedChangeLeavesWhatWasThere) {
    accept("MFP.1.Counters.Total.Impressions", Notification::Passive);
    refuse("MFP.1.Counters.Total.Impressions", Notification::Active);
    EXPECT_EQ(table_.notification(refOf("MFP.1.Counters.Total.Impressions")),
              Notification::Passive);
}

TEST_F(AttributeTableTest, GoingBackToTheDefaultNeedsNoEntry) {
    accept("MFP.1.Status.State", Notification::Active);
    accept("MFP.1.Status.State", Notification::Off);
    EXPECT_THAT(table_.entries(), IsEmpty());
}

TEST_F(AttributeTableTest, AccessListTakesSubscriberAndVendorNames) {  // C-ATT-09
    const ParamRef param = refOf("MFP.1.Status.State");
    EXPECT_TRUE(table_.set(param, {Notification::Off, {}}));
    EXPECT_THAT(table_.get(param).accessList, IsEmpty());
    EXPECT_TRUE(table_.set(param, {Notification::Off, {"Subscriber", "X_ACME_Panel"}}));
    EXPECT_EQ(table_.set(param, {Notification::Off, {"Everyone"}}).error().code,
              ErrorCode::Unsupported);
    const std::vector<std::string> most(AttributeTable::kMaxAccessListEntries, "X_A_B");
    EXPECT_TRUE(table_.set(param, {Notification::Off, most}));
    const std::vector<std::string> more(AttributeTable::kMaxAccessListEntries + 1, "X_A_B");
    EXPECT_EQ(table_.set(param, {Notification::Off, more}).error().code, ErrorCode::Unsupported);
    EXPECT_EQ(table_.check(param, {Notification::Off, {"X_" + std::string(100, 'a')}}).error().code,
              ErrorCode::Unsupported);
}

TEST_F(AttributeTableTest, EntriesSurviveARestart) {  // C-ATT-10
    accept("MFP.1.Status.State", Notification::Active);
    accept("Device.DeviceInfo.UpTime", Notification::Passive);
    AttributeTable restored(realSchema());
    restored.restore(table_.entries());
    EXPECT_EQ(restored.notification(refOf("MFP.1.Status.State")), Notification::Active);
    EXPECT_EQ(restored.notification(refOf("Device.DeviceInfo.UpTime")), Notification::Passive);
    EXPECT_THAT(restored.entries(), SizeIs(2));
}

TEST_F(AttributeTableTest, RestoreDropsWhatTheModelForbids) {
    table_.restore({{refOf("Device.DeviceInfo.UpTime"), {Notification::Active, {}}},
                    {refOf("MFP.1.Status.State"), {Notification::Passive, {}}},
                    {refOf("MFP.1.Status.State"), {Notification::Active, {}}},
                    {{ParamIndex(65535), {}}, {Notification::Active, {}}}});
    EXPECT_EQ(table_.notification(refOf("Device.DeviceInfo.UpTime")), Notification::Off);
    EXPECT_EQ(table_.notification(refOf("MFP.1.Status.State")), Notification::Active);
    EXPECT_THAT(table_.entries(), SizeIs(1));
}

TEST_F(AttributeTableTest, ClearRestoresTheDefaults) {
    accept("MFP.1.Status.Severity", Notification::Off);
    table_.clear();
    EXPECT_EQ(table_.notification(refOf("MFP.1.Status.Severity")), Notification::Active);
}

TEST_F(AttributeTableTest, NewRowsStartAnewAfterARemoval) {  // C-ATT-12
    accept("MFP.1.Supply.4.Alias", Notification::Active);
    accept("MFP.1.Supply.5.Alias", Notification::Active);
    accept("MFP.1.Finisher.4.Attribute.1.StringValue", Notification::Active);
    table_.eraseUnder(pathOf("MFP.1.Supply.4.").objectRef());
    EXPECT_EQ(table_.notification(refOf("MFP.1.Supply.4.Alias")), Notification::Off);
    EXPECT_EQ(table_.notification(refOf("MFP.1.Supply.5.Alias")), Notification::Active);
    table_.eraseUnder(pathOf("MFP.1.Finisher.4.").objectRef());
    EXPECT_THAT(table_.entries(), SizeIs(1));
}

}  // namespace
}  // namespace platen::model
