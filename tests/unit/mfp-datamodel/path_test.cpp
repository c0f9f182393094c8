// SPDX-License-Identifier: Apache-2.0
#include "base/local_time.hpp"
#include "model_fixture.hpp"

#include <gtest/gtest.h>

namespace platen::model {
namespace {

class PathCodecTest : public testing::Test {
  protected:
    PathCodec codec_{realSchema(), "X_PLATEN"};
    PathCodec plain_{realSchema(), ""};
};

// C-DM-13
TEST_F(PathCodecTest, ParameterNamesCarryThePrefixOutside) {
    const ParamRef level = refOf("MFP.1.Supply.2.Level");
    EXPECT_EQ(codec_.name(level), "Device.Services.X_PLATEN_MFP.1.Supply.2.Level");
    EXPECT_EQ(plain_.name(level), "Device.Services.MFP.1.Supply.2.Level");
    EXPECT_EQ(codec_.internalName(level), "MFP.1.Supply.2.Level");
    const auto parsed = codec_.parse("Device.Services.X_PLATEN_MFP.1.Supply.2.Level");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->kind, Path::Kind::Parameter);
    EXPECT_EQ(parsed->paramRef(), level);
    EXPECT_EQ(parsed->object, objectOf("MFP.{i}.Supply.{i}."));
}

TEST_F(PathCodecTest, TheCountOfTheServiceCarriesThePrefixToo) {
    const ParamRef count = refOf("Device.Services.MFPNumberOfEntries");
    EXPECT_EQ(codec_.name(count), "Device.Services.X_PLATEN_MFPNumberOfEntries");
    EXPECT_EQ(codec_.parse("Device.Services.X_PLATEN_MFPNumberOfEntries")->paramRef(), count);
    EXPECT_FALSE(codec_.parse("Device.Services.MFPNumberOfEntries"));
    EXPECT_EQ(plain_.parse("Device.Services.MFPNumberOfEntries")->paramRef(), count);
    EXPECT_EQ(codec_.name(refOf("MFP.1.SupplyNumberOfEntries")),
              "Device.Services.X_PLATEN_MFP.1.SupplyNumberOfEntries");
}

TEST_F(PathCodecTest, StandardObjectsHaveNoPrefix) {
    const ParamRef serial = refOf("Device.DeviceInfo.SerialNumber");
    EXPECT_EQ(codec_.name(serial), "Device.DeviceInfo.SerialNumber");
    EXPECT_EQ(codec_.parse("Device.DeviceInfo.SerialNumber")->paramRef(), serial);
}

TEST_F(PathCodecTest, PartialPathsNameObjectsRowsAndTables) {
    const auto row = codec_.parse("Device.Services.X_PLATEN_MFP.1.Supply.2.");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->kind, Path::Kind::Object);
    EXPECT_EQ(codec_.name(row->objectRef()), "Device.Services.X_PLATEN_MFP.1.Supply.2.");
    EXPECT_EQ(codec_.internalName(row->objectRef()), "MFP.1.Supply.2.");

    const auto table = codec_.parse("Device.Services.X_PLATEN_MFP.1.Supply.");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->kind, Path::Kind::Table);
    EXPECT_EQ(table->instances.numbers[1], 0U);
    EXPECT_EQ(codec_.tableName(table->object, table->instances),
              "Device.Services.X_PLATEN_MFP.1.Supply.");

    const auto service = codec_.parse("Device.Services.X_PLATEN_MFP.");
    ASSERT_TRUE(service);
    EXPECT_EQ(service->kind, Path::Kind::Table);
    EXPECT_EQ(codec_.tableName(service->object, {}), "Device.Services.X_PLATEN_MFP.");

    EXPECT_EQ(codec_.parse("Device.")->kind, Path::Kind::Object);
    EXPECT_EQ(codec_.parse("")->object, realSchema().root());
    EXPECT_EQ(codec_.parse("")->kind, Path::Kind::Object);
}

TEST_F(PathCodecTest, ThreeLevelsOfInstances) {
    const std::string name = "Device.Services.X_PLATEN_MFP.1.Finisher.2.Attribute.3.StringValue";
    EXPECT_EQ(codec_.name(codec_.parse(name)->paramRef()), name);
}

TEST_F(PathCodecTest, WrongFormsAreNotFound) {  // C-GPV-05, C-ALI-02, C-ALI-06, C-DT-09
    for (const char* name : {
             "Device",
             "device.",
             ".",
             "..",
             "Device..",
             "Device.DeviceInfo",
             "Device.DeviceInfo.SerialNumber.",
             "Device.DeviceInfo.Nothing",
             "Device.DeviceInfo.serialNumber",
             "MFP.1.",
             "Device.Services.MFP.1.",
             "Device.Services.MFP.",
             "Device.Services.X_OTHER_MFP.1.",
             "Device.Services.X_PLATEN_MFP",
             "Device.Services.X_PLATEN_MFP.Supply.",
             "Device.Services.X_PLATEN_MFP.1",
             "Device.Services.X_PLATEN_MFP.0.",
             "Device.Services.X_PLATEN_MFP.01.",
             "Device.Services.X_PLATEN_MFP.-1.",
             "Device.Services.X_PLATEN_MFP.+1.",
             "Device.Services.X_PLATEN_MFP.4294967296.",
             "Device.Services.X_PLATEN_MFP.99999999999999999999.",
             "Device.Services.X_PLATEN_MFP.{i}.",
             "Device.Services.X_PLATEN_MFP.*.Enable",
             "Device.Services.X_PLATEN_MFP.[cpe-1].Enable",
             "Device.Services.X_PLATEN_MFP.1.X_PLATEN_Supply.",
             "Device.Services.X_PLATEN_MFP.1.X_PLATEN_SupplyNumberOfEntries",
             "Device.X_PLATEN_Services.",
             " Device.",
             "Device. ",
         }) {
        const auto parsed = codec_.parse(name);
        ASSERT_FALSE(parsed) << name;
        EXPECT_EQ(parsed.error().code, ErrorCode::NotFound) << name;
    }
}

TEST_F(PathCodecTest, LargestInstanceNumberIsTaken) {
    EXPECT_EQ(codec_.parse("Device.Services.X_PLATEN_MFP.4294967295.")->instances.numbers[0],
              4294967295U);
}

TEST_F(PathCodecTest, LongNamesAreTooLarge) {
    const std::string longest(PathCodec::kMaxPathBytes, 'x');
    EXPECT_EQ(codec_.parse(longest).error().code, ErrorCode::NotFound);
    EXPECT_EQ(codec_.parse(longest + "x").error().code, ErrorCode::TooLarge);
}

TEST_F(PathCodecTest, InternalNamesBeginWithTheModel) {
    EXPECT_EQ(codec_.parseInternal("MFP.1.Supply.")->kind, Path::Kind::Table);
    EXPECT_EQ(codec_.parseInternal("MFP.")->kind, Path::Kind::Table);
    EXPECT_EQ(codec_.parseInternal("Device.Services.MFPNumberOfEntries")->kind,
              Path::Kind::Parameter);
    EXPECT_EQ(codec_.parseInternal("")->object, realSchema().root());
    EXPECT_FALSE(codec_.parseInternal("Device.Services.MFP.1."));
    EXPECT_FALSE(codec_.parseInternal("Device.Services.X_PLATEN_MFP.1."));
    EXPECT_FALSE(codec_.parseInternal("Device.Services.X_PLATEN_MFPNumberOfEntries"));
    EXPECT_FALSE(plain_.parseInternal("Device.Services.MFP.1."));
}

// C-DT-03
TEST_F(PathCodecTest, OnlyTheLocalTimeCarriesAnOffset) {
    const auto noon = Value::dateTime(*parseDateTime("2031-02-03T12:00:00Z"));
    const auto local = codec_.valueText(paramOf("Device.Time.CurrentLocalTime"), noon);
    EXPECT_EQ(local, formatLocalTime(noon.asTime()));
    EXPECT_TRUE(local.at(19) == '+' || local.at(19) == '-') << local;
    EXPECT_EQ(codec_.valueText(paramOf("Device.ManagementServer.PeriodicInformTime"), noon),
              "2031-02-03T12:00:00Z");
}

TEST_F(PathCodecTest, ReferencesAreTranslatedBothWays) {  // without a final dot
    const ParamIndex colorant = paramOf("MFP.{i}.Supply.{i}.ColorantReference");
    EXPECT_EQ(codec_.valueText(colorant, Value::string("MFP.1.Colorant.2")),
              "Device.Services.X_PLATEN_MFP.1.Colorant.2");
    EXPECT_EQ(codec_.valueText(colorant, Value::string("")), "");
    EXPECT_EQ(*codec_.internalText(colorant, "Device.Services.X_PLATEN_MFP.1.Colorant.2"),
              "MFP.1.Colorant.2");
    EXPECT_EQ(*codec_.internalText(colorant, ""), "");
    const ParamIndex dns = paramOf("Device.DNS.Client.Server.{i}.Interface");
    EXPECT_EQ(codec_.valueText(dns, Value::string("Device.IP.Interface.1")),
              "Device.IP.Interface.1");
    const ParamIndex smtp = paramOf("MFP.{i}.EmailAlert.SMTPReference");
    EXPECT_EQ(codec_.valueText(smtp, Value::string("MFP.1.Network.SMTP")),
              "Device.Services.X_PLATEN_MFP.1.Network.SMTP");
}

TEST_F(PathCodecTest, ReferencesThatNameNothingAreRefused) {
    const ParamIndex tray = paramOf("MFP.{i}.InputTray.{i}.NextTrayReference");
    for (const char* text :
         {"InputTray.2", "MFP.1.InputTray.2", "Device.Services.MFP.1.InputTray.2",
          "Device.Services.X_PLATEN_MFP.1.InputTray.2.", "Device.Services.X_PLATEN_MFP.1.InputTray",
          " "}) {
        EXPECT_EQ(codec_.internalText(tray, text).error().code, ErrorCode::NotFound) << text;
    }
}

TEST_F(PathCodecTest, ListsOfReferencesAreTranslatedItemByItem) {
    const ParamIndex trays = paramOf("MFP.{i}.Finisher.{i}.OutputTrayReferences");
    const std::string outside =
        "Device.Services.X_PLATEN_MFP.1.OutputTray.1,Device.Services.X_PLATEN_MFP.1.OutputTray.2";
    EXPECT_EQ(codec_.valueText(trays, Value::string("MFP.1.OutputTray.1,MFP.1.OutputTray.2")),
              outside);
    EXPECT_EQ(*codec_.internalText(trays, outside), "MFP.1.OutputTray.1,MFP.1.OutputTray.2");
    EXPECT_FALSE(codec_.internalText(trays, outside + ",x"));
}

TEST_F(PathCodecTest, HiddenValuesReadAsEmpty) {  // C-AUTH-11
    const Value secret = Value::string("secret");
    EXPECT_EQ(codec_.valueText(paramOf("Device.ManagementServer.Password"), secret), "");
    EXPECT_EQ(codec_.valueText(paramOf("MFP.{i}.Connection.SNMP.ReadCommunity"), secret), "");
    EXPECT_EQ(codec_.valueText(paramOf("Device.ManagementServer.Username"), secret), "secret");
    EXPECT_EQ(*codec_.internalText(paramOf("Device.ManagementServer.Password"), "a.b"), "a.b");
}

TEST(InstancesTest, WithAndUpTo) {
    const Instances instances = Instances{}.with(0, 1).with(1, 2).with(2, 3);
    EXPECT_EQ(instances.upTo(1), Instances{}.with(0, 1));
    EXPECT_EQ(instances.upTo(99), instances);
    EXPECT_EQ(instances.with(kMaxDepth, 7), instances);
}

}  // namespace
}  // namespace platen::model
