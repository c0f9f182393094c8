// SPDX-License-Identifier: Apache-2.0
#include "model_fixture.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace platen::model {
namespace {

constexpr ErrorCode kWrongType = ErrorCode::Malformed;     // 9006
constexpr ErrorCode kNotAllowed = ErrorCode::Unsupported;  // 9007

Result<Value> parse(std::string_view path, std::string_view text) {
    return realSchema().parseValue(paramOf(path), text);
}
std::string good(std::string_view path, std::string_view text) {
    const auto value = parse(path, text);
    return value ? value->text() : "error: " + value.error().text;
}
ErrorCode bad(std::string_view path, std::string_view text) {
    const auto value = parse(path, text);
    return value ? ErrorCode::Internal : value.error().code;
}
Value fit(std::string_view path, const Value& value) {
    return realSchema().fit(paramOf(path), value);
}
Value uint(std::uint64_t number) {
    return Value::unsignedInteger(ValueType::UnsignedInt, number);
}

TEST(ParseValue, BooleanTakesAllFourForms) {  // C-DT-02
    constexpr const char* kPath = "MFP.{i}.Enable";
    EXPECT_EQ(good(kPath, "1"), "true");
    EXPECT_EQ(good(kPath, "true"), "true");
    EXPECT_EQ(good(kPath, "0"), "false");
    EXPECT_EQ(good(kPath, " false "), "false");
    for (const char* text : {"", "TRUE", "yes", "2", "tru"}) {
        EXPECT_EQ(bad(kPath, text), kWrongType) << text;
    }
}

TEST(ParseValue, UnsignedIntHasNoSignAndItsOwnRange) {  // C-DT-12
    constexpr const char* kPath = "MFP.{i}.Connection.Poll.StatusInterval";
    EXPECT_EQ(good(kPath, "0"), "0");
    EXPECT_EQ(good(kPath, " 4294967295 "), "4294967295");
    for (const char* text : {"4294967296", "-1", "+1", "1.0", "0x10", "", "1 2", "ten"}) {
        EXPECT_EQ(bad(kPath, text), kWrongType) << text;
    }
}

TEST(ParseValue, IntMayHaveASign) {
    constexpr const char* kPath = "MFP.{i}.InputTray.{i}.MediaFeedLength";
    EXPECT_EQ(good(kPath, "-2147483648"), "-2147483648");
    EXPECT_EQ(good(kPath, "+7"), "7");
    EXPECT_EQ(bad(kPath, "2147483648"), kWrongType);
    EXPECT_EQ(bad(kPath, "+-7"), kWrongType);
    EXPECT_EQ(bad(kPath, "+"), kWrongType);
}

TEST(ParseValue, LongTypesAreWide) {
    EXPECT_EQ(good("MFP.{i}.Counters.Meter.{i}.Offset", "-9223372036854775808"),
              "-9223372036854775808");
    EXPECT_EQ(good("MFP.{i}.Counters.Total.Impressions", "18446744073709551615"),
              "18446744073709551615");
    EXPECT_EQ(bad("MFP.{i}.Counters.Total.Impressions", "18446744073709551616"), kWrongType);
}

TEST(ParseValue, RangesOfTheModelAreNotAllowedNotWrongType) {
    EXPECT_EQ(good("MFP.{i}.Copy.Scale", "25"), "25");
    EXPECT_EQ(good("MFP.{i}.Copy.Scale", "400"), "400");
    EXPECT_EQ(bad("MFP.{i}.Copy.Scale", "24"), kNotAllowed);
    EXPECT_EQ(bad("MFP.{i}.Copy.Scale", "401"), kNotAllowed);
    EXPECT_EQ(good("MFP.{i}.Copy.Darkness", "-5"), "-5");
    EXPECT_EQ(bad("MFP.{i}.Copy.Darkness", "-6"), kNotAllowed);
    EXPECT_EQ(good("Device.ManagementServer.DelayReboot", "-1"), "-1");
    EXPECT_EQ(bad("Device.ManagementServer.DelayReboot", "-2"), kNotAllowed);
    EXPECT_EQ(bad("Device.ManagementServer.PeriodicInformInterval", "0"), kNotAllowed);
}

TEST(ParseValue, LengthCountsCharactersNotBytes) {                 // C-DT-11
    constexpr const char* kPath = "MFP.{i}.Identification.Floor";  // 32 characters
    std::string text;
    for (int i = 0; i < 32; ++i) {
        text += "ü";
    }
    EXPECT_EQ(good(kPath, text), text);
    EXPECT_EQ(bad(kPath, text + "x"), kNotAllowed);
    EXPECT_EQ(bad(kPath, "\xFF"), kWrongType);
    EXPECT_EQ(good(kPath, ""), "");
}

TEST(ParseValue, EnumerationIsCaseSensitive) {  // C-DT-10
    EXPECT_EQ(good("MFP.{i}.Copy.ColorMode", "Auto"), "Auto");
    EXPECT_EQ(bad("MFP.{i}.Copy.ColorMode", "auto"), kNotAllowed);
    EXPECT_EQ(bad("MFP.{i}.Copy.ColorMode", " Auto"), kNotAllowed);
    EXPECT_EQ(bad("MFP.{i}.Copy.ColorMode", ""), kNotAllowed);
}

TEST(ParseValue, DateTimeKeepsFractionsAndTurnsToUtc) {  // C-DT-03, -04, -06
    constexpr const char* kPath = "MFP.{i}.Identification.InstallDate";
    EXPECT_EQ(good(kPath, "2031-02-03T04:05:06.789Z"), "2031-02-03T04:05:06.789Z");
    EXPECT_EQ(good(kPath, "2031-02-03T04:05:06+01:00"), "2031-02-03T03:05:06Z");
    EXPECT_EQ(good(kPath, "0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
    EXPECT_EQ(good(kPath, "9999-12-31T23:59:59Z"), "9999-12-31T23:59:59Z");
    for (const char* text : {"", "yesterday", "2031-02-30T00:00:00Z", "2031-02-03"}) {
        EXPECT_EQ(bad(kPath, text), kWrongType) << text;
    }
}

TEST(ParseValue, ListItemsAreCheckedOneByOne) {  // C-DT-07
    constexpr const char* kPath = "MFP.{i}.EmailAlert.Recipient.{i}.ConditionList";
    EXPECT_EQ(good(kPath, "PaperLow , CoverOpen"), "PaperLow , CoverOpen");
    EXPECT_EQ(good(kPath, ""), "");
    EXPECT_EQ(good(kPath, "  "), "  ");
    EXPECT_EQ(bad(kPath, "PaperLow,coveropen"), kNotAllowed);
    EXPECT_EQ(bad(kPath, "PaperLow,"), kNotAllowed);
    EXPECT_EQ(bad(kPath, "PaperLow CoverOpen"), kNotAllowed);
}

TEST(ParseValue, ListItemsCountDecodedCharacters) {
    constexpr const char* kPath = "MFP.{i}.Network.LPD.QueueNames";  // items of 32
    const std::string item = std::string(31, 'q') + "%20";
    EXPECT_EQ(good(kPath, item), item);
    EXPECT_EQ(bad(kPath, item + "x"), kNotAllowed);
    EXPECT_EQ(good(kPath, "front desk, lobby"), "front desk, lobby") << "free texts";
    EXPECT_EQ(bad(kPath, "a,\xFF"), kWrongType);
}

TEST(ParseValue, ListsOfNumbersAndAddressesCheckTheirItems) {
    EXPECT_EQ(good("MFP.{i}.Network.RawPort.PortList", "9100, 9101"), "9100, 9101");
    EXPECT_EQ(bad("MFP.{i}.Network.RawPort.PortList", "9100,x"), kNotAllowed);
    EXPECT_EQ(good("MFP.{i}.Network.DNS.Servers", "192.0.2.1, 2001:db8::53"),
              "192.0.2.1, 2001:db8::53");
    EXPECT_EQ(bad("MFP.{i}.Network.DNS.Servers", "192.0.2.1,dns.example"), kNotAllowed);
}

TEST(ParseValue, ListsHaveAMaximumOfItemsAndOfLength) {
    constexpr const char* kPath = "Device.ManagementServer.ConnReqAllowedJabberIDs";
    std::string items = "a@b";
    for (int i = 1; i < 32; ++i) {
        items += ",a@b";
    }
    EXPECT_EQ(good(kPath, items), items);
    EXPECT_EQ(bad(kPath, items + ",a@b"), kNotAllowed);
    EXPECT_EQ(bad("Device.DeviceInfo.AdditionalSoftwareVersion",
                  std::string(40, 'a') + "," + std::string(40, 'b')),
              kNotAllowed);
}

TEST(ParseValue, FormsOfAddressesAndAliasesAreChecked) {  // C-DT-13
    EXPECT_EQ(good("Device.DNS.Client.Server.{i}.DNSServer", "192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(bad("Device.DNS.Client.Server.{i}.DNSServer", "192.0.2.999"), kNotAllowed);
    EXPECT_EQ(bad("MFP.{i}.Alias", "1 printer"), kNotAllowed);
    EXPECT_EQ(bad("Device.ManagementServer.URL", "acs"), kNotAllowed);
    EXPECT_EQ(good("Device.IP.Interface.{i}.IPv4Address.{i}.IPAddress", ""), "");
}

TEST(ParseValue, MinimumLengthHolds) {
    EXPECT_EQ(bad("Device.DeviceInfo.ManufacturerOUI", "0000F"), kNotAllowed);
    EXPECT_EQ(good("Device.DeviceInfo.ManufacturerOUI", "0000F0"), "0000F0");
}

TEST(ParseValue, ErrorNamesTheParameterButNotASecret) {
    const auto value = parse("MFP.{i}.Connection.EWS.Password", std::string(65, 's'));
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().text, "Password: longer than 64");
}

TEST(Fit, CutsStringsInCharacters) {
    const std::string fitted =
        fit("MFP.{i}.Identification.Floor", Value::string(std::string(31, 'a') + "üü")).text();
    EXPECT_EQ(fitted, std::string(31, 'a') + "ü");
    EXPECT_EQ(fit("MFP.{i}.Identification.Floor", Value::string("2")).text(), "2");
}

TEST(Fit, ClampsNumbersIntoTypeAndRange) {
    EXPECT_EQ(fit("MFP.{i}.Copy.Scale", uint(1000)).text(), "400");
    EXPECT_EQ(fit("MFP.{i}.Copy.Scale", uint(0)).text(), "25");
    EXPECT_EQ(fit("MFP.{i}.Copy.Darkness", Value::integer(ValueType::Int, -99)).text(), "-5");
    EXPECT_EQ(fit("MFP.{i}.Status.UpTime",
                  Value::unsignedInteger(ValueType::UnsignedLong, std::uint64_t{1} << 40U))
                  .text(),
              "4294967295");
    EXPECT_EQ(fit("MFP.{i}.Status.UpTime", Value::integer(ValueType::Int, -1)).text(), "0");
    EXPECT_EQ(fit("MFP.{i}.InputTray.{i}.MediaFeedLength",
                  Value::integer(ValueType::Long, std::int64_t{1} << 40U))
                  .text(),
              "2147483647");
    EXPECT_EQ(fit("MFP.{i}.Counters.Total.Impressions",
                  Value::unsignedInteger(ValueType::UnsignedLong,
                                         std::numeric_limits<std::uint64_t>::max()))
                  .text(),
              "18446744073709551615");
}

TEST(Fit, ConvertsBetweenTypes) {
    EXPECT_EQ(fit("MFP.{i}.Status.UpTime", Value::string(" 42 ")), uint(42));
    EXPECT_EQ(fit("MFP.{i}.Status.UpTime", Value::string("n/a")), uint(0));
    EXPECT_EQ(fit("MFP.{i}.Identification.Floor", uint(3)), Value::string("3"));
    EXPECT_EQ(fit("MFP.{i}.Enable", uint(1)), Value::boolean(true));
    EXPECT_EQ(fit("MFP.{i}.Enable", Value::string("true")), Value::boolean(true));
    EXPECT_EQ(fit("MFP.{i}.Enable", Value::string("false")), Value::boolean(false));
    EXPECT_EQ(fit("MFP.{i}.Status.LastContactTime", Value::string("2031-02-03T04:05:06Z")).text(),
              "2031-02-03T04:05:06Z");
    EXPECT_EQ(fit("MFP.{i}.Status.LastContactTime", uint(5)).text(), "0001-01-01T00:00:00Z");
}

TEST(Fit, CutsListItemsAndDropsSurplus) {
    const std::string longItem(40, 'q');
    EXPECT_EQ(fit("MFP.{i}.Network.LPD.QueueNames", Value::string("a," + longItem)).text(),
              "a," + std::string(32, 'q'));
    EXPECT_EQ(fit("Device.DeviceInfo.AdditionalSoftwareVersion",
                  Value::string(std::string(30, 'a') + "," + std::string(30, 'b') + "," +
                                std::string(30, 'c')))
                  .text(),
              std::string(30, 'a') + "," + std::string(30, 'b'));
    std::string ids = "x";
    for (int i = 0; i < 40; ++i) {
        ids += ",x";
    }
    EXPECT_EQ(
        fit("Device.ManagementServer.ConnReqAllowedJabberIDs", Value::string(ids)).text().size(),
        32U + 31U);
}

TEST(Fit, KeepsWhatAlreadyFitsWithoutACopyOfTheText) {
    const Value value = Value::string("Black");
    EXPECT_EQ(fit("MFP.{i}.Identification.Floor", value).stringView().data(),
              value.stringView().data());
}

}  // namespace
}  // namespace platen::model
