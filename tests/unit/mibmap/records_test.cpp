// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "tests/unit/mibmap/map_fixture.hpp"

#include <gtest/gtest.h>

namespace platen::mibmap::testing {
namespace {

/// What the rows of a `records` table say about this octet string: `name=value/length` each.
std::string rowsOf(const std::string& octets, const std::string& more = "") {
    const std::string text =
        R"j({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
            "tables": {"part": {"records": "t.8.0", "columns": {"value": 1, "length": 2}}},)j" +
        more +
        R"j("objects": [{"object": "MFP.{i}.Status.", "group": "status", "params": {"StateReasons":
            ["list", "part", ["concat", ["index"], "=", "$value", "/", "$length"]]}}]})j";
    const auto map = compileTexts({text});
    if (!map) {
        return "error: " + map.error().text;
    }
    Recording r;
    r.set(oid("1.3.6.1.4.1.99999.8.0"), SnmpValue::string(octets));
    DeviceContext device;
    const auto plan = (*map)->plan(Group::Status, device);
    EXPECT_EQ(plan.scalars.size(), 1U) << "one GET brings them all";
    EXPECT_TRUE(plan.tables.empty());
    const Evaluation out = (*map)->evaluate(Group::Status, r.answer(plan), device, kNow, true);
    return out.readings.empty() ? "none" : out.readings.front().value.text();
}

std::string bytes(std::initializer_list<int> octets) {
    std::string out;
    for (const int octet : octets) {
        out += static_cast<char>(octet);
    }
    return out;
}

TEST(Records, AreRowsByTheirName) {
    EXPECT_EQ(rowsOf(bytes({0x81, 1, 4, 0, 0, 0, 0x50, 0x11, 1, 2, 4, 0x14, 0x63, 1, 1, 9, 0xff})),
              "17=1044/2,99=9/1,129=80/4");
}

TEST(Records, EndAtTheMarkOrWithTheOctets) {
    EXPECT_EQ(rowsOf(bytes({1, 1, 1, 7, 0xff, 2, 1, 1, 8})), "1=7/1");
    EXPECT_EQ(rowsOf(bytes({1, 1, 1, 7})), "1=7/1");
    EXPECT_EQ(rowsOf(bytes({0xff})), "none");
    EXPECT_EQ(rowsOf(""), "none");
}

TEST(Records, CutOffOnesAreLeftOut) {
    EXPECT_EQ(rowsOf(bytes({1, 1, 1, 7, 2, 1, 4, 0, 0})), "1=7/1");
    EXPECT_EQ(rowsOf(bytes({1, 1, 1, 7, 2, 1})), "1=7/1");
    EXPECT_EQ(rowsOf(bytes({1, 1, 200, 7})), "none");
}

TEST(Records, WithoutANumberAreSkipped) {
    EXPECT_EQ(rowsOf(bytes({1, 1, 0, 2, 1, 1, 5})), "2=5/1");
    EXPECT_EQ(rowsOf(bytes({1, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 2, 1, 1, 5})), "2=5/1");
    EXPECT_EQ(rowsOf(bytes({1, 1, 7, 1, 2, 3, 4, 5, 6, 7})), "1=283686952306183/7");
}

TEST(Records, ATextOfAnyKindDoesNoHarm) {
    EXPECT_EQ(rowsOf("not records at all"), "none");
    std::string all;
    for (int i = 0; i < 3000; ++i) {
        all += bytes({i % 255, 1, 1, 1});
    }
    const std::string rows = rowsOf(all);
    EXPECT_EQ(std::count(rows.begin(), rows.end(), '='), 255);
}

TEST(Records, MistakesInTheMapAreTold) {
    const auto broken = [](const std::string& table) {
        const auto map = compileTexts(
            {R"j({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"}, "tables": {"part": )j" + table +
             R"j(}, "objects": []})j"});
        return map ? std::string("fine") : map.error().text;
    };
    EXPECT_NE(broken(R"({"records": "t.8.0", "columns": {"value": 3}})")
                  .find("1, its value, and 2, its length"),
              std::string::npos);
    EXPECT_NE(broken(R"({"records": "t.8.{n}", "columns": {"value": 1}})")
                  .find("the entry is a fixed OID"),
              std::string::npos);
    EXPECT_NE(broken(R"({"records": "t.8.0", "index": "{n}", "columns": {"value": 1}})")
                  .find(R"("records" without "index")"),
              std::string::npos);
    EXPECT_EQ(broken(R"({"records": "t.8.{d}", "columns": {"value": 1}})"), "fine");
}

TEST(Records, CannotBeWritten) {
    const auto map = compileTexts({R"j({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
        "tables": {"part": {"records": "t.8.0", "columns": {"value": 1}}},
        "objects": [{"object": "MFP.{i}.InputTray.{i}.", "table": "part", "key": [["index"]],
          "params": {"MediaWeight": {"value": "$value", "set": {"to": "$value", "as": "integer"}}}}]})j"});
    ASSERT_FALSE(map);
    EXPECT_NE(map.error().text.find("a field of a record cannot be written"), std::string::npos);
}

TEST(Records, KeptOnesServeOtherGroups) {
    const auto map = compileTexts({R"j({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
        "tables": {"part": {"records": "t.8.0", "read": "configuration", "columns": {"value": 1}}},
        "objects": [{"object": "MFP.{i}.Status.", "group": "status", "params": {"UpTime": ["row", "part", 17, "$value"]}}]})j"});
    ASSERT_TRUE(map) << map.error().text;
    Recording r;
    r.set(oid("1.3.6.1.4.1.99999.8.0"), SnmpValue::string(bytes({17, 1, 1, 42, 0xff})));
    DeviceContext device;
    (*map)->evaluate(Group::Configuration, r.answer((*map)->plan(Group::Configuration, device)),
                     device, kNow, false);
    EXPECT_TRUE((*map)->plan(Group::Status, device).scalars.empty());
    const Evaluation out = (*map)->evaluate(Group::Status, {}, device, kNow, false);
    ASSERT_EQ(out.readings.size(), 1U);
    EXPECT_EQ(out.readings.front().value.text(), "42");
}

}  // namespace
}  // namespace platen::mibmap::testing
