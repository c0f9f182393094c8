// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/mibmap/map_fixture.hpp"

#include <algorithm>

namespace platen::mibmap::testing {
namespace {

/// A polled printer (hrDeviceIndex 2) with units and languages to write against.
Polled printer() {
    Recording r;
    r.set(oid("1.3.6.1.2.1.25.3.2.1.2.2"), SnmpValue::objectId(oid("1.3.6.1.2.1.25.3.1.5")));
    r.set(oid("1.3.6.1.2.1.43.8.2.1.3.2.1"), SnmpValue::integer(3));
    r.set(oid("1.3.6.1.2.1.43.8.2.1.3.2.4"), SnmpValue::integer(4));
    r.set(oid("1.3.6.1.2.1.43.7.1.1.2.2.1"), SnmpValue::string("en"));
    r.set(oid("1.3.6.1.2.1.43.7.1.1.3.2.1"), SnmpValue::string("US"));
    r.set(oid("1.3.6.1.2.1.43.7.1.1.2.2.7"), SnmpValue::string("de"));
    r.set(oid("1.3.6.1.2.1.43.5.1.1.10.2"), SnmpValue::integer(1));
    return poll(r, sourceMaps());
}

Result<SetPlan> plan(const Polled& polled,
                     std::string_view path,
                     const std::string& text,
                     std::vector<std::uint32_t> row = {}) {
    const auto param = modelSchema().findParam(path);
    EXPECT_TRUE(param) << path;
    const auto& definition = modelSchema().param(*param);
    // References come as the SNMP sub-index of their target.
    if (definition.pathReference) {
        return polled.map->planSet(
            *param, row,
            model::Value::unsignedInteger(model::ValueType::UnsignedInt,
                                          static_cast<std::uint64_t>(std::stoul(text))),
            polled.device);
    }
    const auto value = modelSchema().parseValue(*param, text);
    EXPECT_TRUE(value) << path << " " << text;
    return polled.map->planSet(*param, row, *value, polled.device);
}

std::string shown(const Result<SetPlan>& plan) {
    if (!plan) {
        return "error: " + plan.error().text;
    }
    EXPECT_EQ(plan->varbinds.size(), 1U);
    const VarBind& varbind = plan->varbinds.front();
    const bool text = varbind.value.type == SnmpType::OctetString;
    return varbind.oid.toString() + "=" +
           (text ? "'" + varbind.value.octets + "'" : std::to_string(varbind.value.number));
}

TEST(Set, EachKindOfValueIsEncoded) {
    const Polled polled = printer();
    const std::string prt = "1.3.6.1.2.1.43.";
    struct Case {
        const char* path;
        const char* value;
        std::vector<std::uint32_t> row;
        std::string expected;
    };
    const Case cases[] = {
        {"MFP.{i}.Identification.Location", "Room 5", {}, "1.3.6.1.2.1.1.6.0='Room 5'"},
        {"MFP.{i}.Identification.Contact", "Jörg", {}, "1.3.6.1.2.1.1.4.0='Jörg'"},
        {"MFP.{i}.Identification.SystemName", "prn-7", {}, "1.3.6.1.2.1.1.5.0='prn-7'"},
        {"MFP.{i}.Identification.PrinterName", "Front", {}, prt + "5.1.1.16.2='Front'"},
        {"MFP.{i}.Identification.CurrentOperator",
         "mailto:a@b",
         {},
         prt + "5.1.1.4.2='mailto:a@b'"},
        {"MFP.{i}.Identification.ServicePerson", "x", {}, prt + "5.1.1.5.2='x'"},
        {"MFP.{i}.Identification.OperatorPanelLanguage", "DE", {}, prt + "5.1.1.10.2=7"},
        {"MFP.{i}.Identification.OperatorPanelLanguage", "en-us", {}, prt + "5.1.1.10.2=1"},
        {"MFP.{i}.Console.Lock", "Disabled", {}, prt + "5.1.1.13.2=4"},
        {"MFP.{i}.Console.LocalizationReference", "7", {}, prt + "5.1.1.10.2=7"},
        {"MFP.{i}.Settings.StartupPage", "Off", {}, prt + "5.1.1.14.2=4"},
        {"MFP.{i}.Settings.BannerPage", "On", {}, prt + "5.1.1.15.2=3"},
        {"MFP.{i}.Settings.OutputTrayReference", "2", {}, prt + "5.1.1.7.2=2"},
        {"MFP.{i}.Print.PaperSourceReference", "4", {}, prt + "5.1.1.6.2=4"},
        {"MFP.{i}.Localization.{i}.Current", "true", {7}, prt + "5.1.1.2.2=7"},
        {"MFP.{i}.InputTray.{i}.Default", "true", {4}, prt + "5.1.1.6.2=4"},
        {"MFP.{i}.OutputTray.{i}.Default", "1", {3}, prt + "5.1.1.7.2=3"},
        {"MFP.{i}.MediaPath.{i}.Default", "true", {2}, prt + "5.1.1.9.2=2"},
        {"MFP.{i}.InputTray.{i}.Name", "Tray 4", {4}, prt + "8.2.1.13.2.4='Tray 4'"},
        {"MFP.{i}.InputTray.{i}.MediaName", "iso_a4", {1}, prt + "8.2.1.12.2.1='iso_a4'"},
        {"MFP.{i}.InputTray.{i}.MediaFeedLength", "297000", {4}, prt + "8.2.1.4.2.4=297000"},
        {"MFP.{i}.InputTray.{i}.MediaFeedLength", "279400", {1}, prt + "8.2.1.4.2.1=110000"},
        {"MFP.{i}.InputTray.{i}.MediaCrossFeedWidth", "-2", {1}, prt + "8.2.1.5.2.1=-2"},
        {"MFP.{i}.InputTray.{i}.MaxCapacity", "500", {1}, prt + "8.2.1.9.2.1=500"},
        {"MFP.{i}.InputTray.{i}.Security", "On", {1}, prt + "8.2.1.19.2.1=3"},
        {"MFP.{i}.InputTray.{i}.MediaWeight", "80", {1}, prt + "8.2.1.20.2.1=80"},
        {"MFP.{i}.InputTray.{i}.MediaType", "labels", {1}, prt + "8.2.1.21.2.1='labels'"},
        {"MFP.{i}.InputTray.{i}.MediaColor", "white", {1}, prt + "8.2.1.22.2.1='white'"},
        {"MFP.{i}.InputTray.{i}.LoadTimeout", "-1", {1}, prt + "8.2.1.24.2.1=-1"},
        {"MFP.{i}.InputTray.{i}.NextTrayReference", "0", {1}, prt + "8.2.1.25.2.1=0"},
        {"MFP.{i}.OutputTray.{i}.StackingOrder", "LastToFirst", {1}, prt + "9.2.1.19.2.1=4"},
        {"MFP.{i}.OutputTray.{i}.DeliveryOrientation", "FaceUp", {1}, prt + "9.2.1.20.2.1=3"},
        {"MFP.{i}.OutputTray.{i}.OffsetStacking", "Off", {1}, prt + "9.2.1.24.2.1=4"},
        {"MFP.{i}.Channel.{i}.State", "NotAccepting", {3}, prt + "14.1.1.6.2.3=4"},
        {"MFP.{i}.Channel.{i}.PageLanguageReference", "5", {3}, prt + "14.1.1.5.2.3=5"},
        {"MFP.{i}.Interpreter.{i}.DefaultOrientation", "Landscape", {2}, prt + "15.1.1.7.2.2=4"},
        {"MFP.{i}.Interpreter.{i}.DefaultCharSetIn", "106", {2}, prt + "15.1.1.10.2.2=106"},
        {"MFP.{i}.Finisher.{i}.Present", "On", {1}, prt + "30.1.1.3.2.1=3"},
        {"MFP.{i}.Finisher.{i}.Attribute.{i}.IntegerValue",
         "5",
         {1, 30, 1},
         prt + "33.1.1.3.2.1.30.1=5"},
        {"MFP.{i}.InserterTray.{i}.MediaType", "cover", {1}, prt + "32.1.1.15.2.1='cover'"},
    };
    for (const Case& test : cases) {
        EXPECT_EQ(shown(plan(polled, test.path, test.value, test.row)), test.expected) << test.path;
        EXPECT_TRUE(polled.map->writable(*modelSchema().findParam(test.path)));
    }
}

TEST(Set, WhatCannotBeWrittenSaysSo) {
    const Polled polled = printer();
    // Not known to SNMP at all.
    EXPECT_EQ(plan(polled, "MFP.{i}.Print.Copies", "2").error().code, ErrorCode::Unsupported);
    // Only true has a meaning.
    EXPECT_EQ(plan(polled, "MFP.{i}.InputTray.{i}.Default", "false", {4}).error().code,
              ErrorCode::Unsupported);
    // A language that the printer does not have.
    EXPECT_EQ(plan(polled, "MFP.{i}.Identification.OperatorPanelLanguage", "fr").error().code,
              ErrorCode::Unsupported);
    // A tray whose unit was never read.
    EXPECT_EQ(plan(polled, "MFP.{i}.InputTray.{i}.MediaFeedLength", "297000", {9}).error().code,
              ErrorCode::Unsupported);
    // Out of the object's range, and too long in its encoding.
    EXPECT_EQ(plan(polled, "MFP.{i}.InputTray.{i}.MediaWeight", "-3", {1}).error().code,
              ErrorCode::Unsupported);
    std::string longName;
    for (int i = 0; i < 40; ++i) {
        longName += "ß";
    }
    EXPECT_EQ(plan(polled, "MFP.{i}.InputTray.{i}.Name", longName, {1}).error().code,
              ErrorCode::Unsupported);
    // A row without an SNMP index.
    EXPECT_EQ(plan(polled, "MFP.{i}.InputTray.{i}.Name", "x").error().code, ErrorCode::Unsupported);
}

TEST(Set, LevelsCapacitiesOfSuppliesAndSerialNumbersAreNeverWritten) {
    // mfp-model decision 9 and printer-mibs section 9.
    const Polled polled = printer();
    for (const char* path :
         {"MFP.{i}.Identification.SerialNumber", "MFP.{i}.Supply.{i}.Level",
          "MFP.{i}.Supply.{i}.MaxCapacity", "MFP.{i}.InputTray.{i}.Level",
          "MFP.{i}.OutputTray.{i}.RemainingCapacity", "MFP.{i}.Console.DisplayText",
          "MFP.{i}.Channel.{i}.InterfaceIndex", "MFP.{i}.Diagnostics.ResetCommand"}) {
        EXPECT_FALSE(polled.map->writable(*modelSchema().findParam(path))) << path;
    }
    for (std::size_t i = 0; i < modelSchema().paramCount(); ++i) {
        const model::ParamIndex param(static_cast<std::uint16_t>(i));
        if (polled.map->writable(param)) {
            EXPECT_TRUE(modelSchema().param(param).readWrite) << modelSchema().templatePath(param);
        }
    }
}

TEST(Set, ResetWritesPrtGeneralReset) {
    const Polled polled = printer();
    EXPECT_EQ(shown(polled.map->planReset(false, polled.device)), "1.3.6.1.2.1.43.5.1.1.3.2=4");
    EXPECT_EQ(shown(polled.map->planReset(true, polled.device)), "1.3.6.1.2.1.43.5.1.1.3.2=6");
}

TEST(Set, GeneralTextIsWrittenInTheDeclaredCharacterSet) {
    const auto map = compileTexts({R"({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
        "scalars": {"a": "t.1.0"},
        "objects": [{"object": "MFP.{i}.Identification.", "params": {
            "Location": {"set": {"to": "$a", "as": "general"}}, "Contact": {"set": {"to": "$a", "as": "console"}}}}]})"});
    ASSERT_TRUE(map) << map.error().text;
    DeviceContext device;
    device.generalCharset = 4;
    const auto write = [&](const char* path, const char* text) {
        return (*map)->planSet(*modelSchema().findParam(path), {}, model::Value::string(text),
                               device);
    };
    EXPECT_EQ(shown(write("MFP.{i}.Identification.Location", "ü")), "1.3.6.1.4.1.99999.1.0='\xFC'");
    EXPECT_EQ(write("MFP.{i}.Identification.Location", "黒").error().code, ErrorCode::Unsupported);
    EXPECT_EQ(shown(write("MFP.{i}.Identification.Contact", "ü")), "1.3.6.1.4.1.99999.1.0='ü'");
}

}  // namespace
}  // namespace platen::mibmap::testing
