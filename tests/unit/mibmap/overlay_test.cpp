// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/mibmap/map_fixture.hpp"

#include <algorithm>
#include <map>

namespace platen::mibmap::testing {
namespace {

const char* const kBase = R"j({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
    "quirks": {"levelIsPercent": false},
    "enums": {"e": {"1": "one", "2": "two"}},
    "values": {"name": ["text", "plain", "$a"]},
    "scalars": {"a": "t.1.0", "b": "t.2.0"},
    "objects": [
      {"object": "MFP.{i}.Status.", "group": "status", "params": {
        "StateMessage": "@name", "UpTime": "$b", "ConfigChanges": ["if", ["quirk", "levelIsPercent"], 1, 0]}},
      {"object": "MFP.{i}.Console.", "group": "status", "params": {"DisplayText": ["enum", "e", "$b"]}}
    ]})j";

std::string overlay(const std::string& body) {
    return R"j({"format": 1, "match": {"sysDescr": ["x"]}, )j" + body + "}";
}

Evaluation run(const std::string& body, bool trace = false) {
    // Origins point into the map: it must live as long as what is compared.
    static std::vector<std::shared_ptr<const CompiledMap>> alive;
    const auto map = compileTexts({kBase, overlay(body)});
    EXPECT_TRUE(map) << (map ? "" : map.error().text);
    if (!map) {
        return {};
    }
    alive.push_back(*map);
    Recording r;
    r.set(oid("1.3.6.1.4.1.99999.1.0"), SnmpValue::string("name"));
    r.set(oid("1.3.6.1.4.1.99999.2.0"), SnmpValue::integer(2));
    r.set(oid("1.3.6.1.4.1.99999.3.0"), SnmpValue::integer(33));
    DeviceContext device;
    return (*map)->evaluate(Group::Status, r.answer((*map)->plan(Group::Status, device)), device,
                            kNow, trace);
}

std::string value(const Evaluation& out, std::string_view path) {
    const auto param = modelSchema().findParam(path);
    std::string found = "none";
    for (const Reading& reading : out.readings) {
        if (reading.param == *param) {
            found = reading.value.text() + "@" + std::to_string(reading.rank);
            break;
        }
    }
    return found;
}

TEST(Overlay, ARuleOfItsOwnOutranksTheStandardOne) {
    const auto out = run(R"j("scalars": {"c": "t.3.0"},
        "objects": [{"object": "MFP.{i}.Status.", "params": {"UpTime": "$c"}}])j");
    EXPECT_EQ(value(out, "MFP.{i}.Status.UpTime"), "33@10");
    EXPECT_EQ(value(out, "MFP.{i}.Status.StateMessage"), "name@0");
}

TEST(Overlay, FallsBackToTheStandardRuleWhenItsObjectIsMissing) {
    const auto out = run(R"j("scalars": {"c": "t.99.0"},
        "objects": [{"object": "MFP.{i}.Status.", "params": {"UpTime": "$c"}}])j");
    EXPECT_EQ(value(out, "MFP.{i}.Status.UpTime"), "2@0");
}

TEST(Overlay, OfTwoMakersTheOneThatHasAValueSpeaks) {
    const char* const base = R"j({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
        "values": {"vendorSerial": null},
        "objects": [{"object": "MFP.{i}.Status.", "group": "status",
                     "params": {"StateMessage": "@vendorSerial"}}]})j";
    const auto of = [](const char* instance) {
        return overlay(std::string(R"j("scalars": {"s)j") + instance + R"j(": "t.)j" + instance +
                       R"j(.0"}, "values": {"vendorSerial": ["text", "plain", "$s)j" + instance +
                       R"j("]})j");
    };
    const auto map = compileTexts({base, of("1"), of("2")});
    ASSERT_TRUE(map) << map.error().text;
    const auto told = [&](std::initializer_list<std::uint32_t> answered) {
        Recording r;
        for (const auto instance : answered) {
            r.set(oid("1.3.6.1.4.1.99999." + std::to_string(instance) + ".0"),
                  SnmpValue::string("SN" + std::to_string(instance)));
        }
        DeviceContext device;
        const auto out = (*map)->evaluate(
            Group::Status, r.answer((*map)->plan(Group::Status, device)), device, kNow, false);
        return value(out, "MFP.{i}.Status.StateMessage");
    };
    EXPECT_EQ(told({1, 2}), "SN2@0") << "the later map";
    EXPECT_EQ(told({1}), "SN1@0");
    EXPECT_EQ(told({}), "none");
}

TEST(Overlay, LosersAreSeenOnlyWhenTracing) {
    const std::string body = R"j("scalars": {"c": "t.3.0"},
        "objects": [{"object": "MFP.{i}.Status.", "params": {"UpTime": {"value": "$c", "rank": 5}}}])j";
    const auto param = *modelSchema().findParam("MFP.{i}.Status.UpTime");
    const auto count = [&](const Evaluation& out) {
        return std::count_if(out.readings.begin(), out.readings.end(),
                             [&](const Reading& reading) { return reading.param == param; });
    };
    EXPECT_EQ(count(run(body)), 1);
    const Evaluation traced = run(body, true);
    ASSERT_EQ(count(traced), 2);
    const auto winner = std::find_if(traced.readings.begin(), traced.readings.end(),
                                     [&](const Reading& r) { return r.param == param; });
    EXPECT_EQ(winner->rank, 5);
    ASSERT_GE(winner->origin, 0);
    const Origin& origin = traced.origins.at(static_cast<std::size_t>(winner->origin));
    EXPECT_EQ(origin.file, "vendor/test.json");
    EXPECT_EQ(origin.rule, "/objects/0/params/UpTime");
    EXPECT_EQ(origin.oid.toString(), "1.3.6.1.4.1.99999.3.0");
    EXPECT_EQ(origin.raw, "33");
}

TEST(Overlay, CanReplaceRemoveAndRedefine) {
    EXPECT_EQ(
        value(run(R"j("objects": [{"object": "MFP.{i}.Status.", "params": {"UpTime": null}}])j"),
              "MFP.{i}.Status.UpTime"),
        "none");
    EXPECT_EQ(
        value(
            run(R"j("objects": [{"object": "MFP.{i}.Status.", "params": {"UpTime": {"value": 7, "replace": true, "rank": -5}}}])j"),
            "MFP.{i}.Status.UpTime"),
        "7@-5");
    EXPECT_EQ(value(run(R"j("values": {"name": "other"})j"), "MFP.{i}.Status.StateMessage"),
              "other@0");
    EXPECT_EQ(value(run(R"j("enums": {"e": {"2": "zwei"}})j"), "MFP.{i}.Console.DisplayText"),
              "zwei@0");
    EXPECT_EQ(value(run(R"j("scalars": {"b": "t.3.0"})j"), "MFP.{i}.Status.UpTime"), "33@0");
    EXPECT_EQ(value(run(R"j("quirks": {"levelIsPercent": true})j"), "MFP.{i}.Status.ConfigChanges"),
              "1@0");
}

TEST(Overlay, AgentQuirksReachThePlan) {
    const auto map = compileTexts(
        {kBase,
         overlay(
             R"j("quirks": {"walkOnly": true, "noBulk": true, "maxVarbinds": 5, "maxRepetitions": 3})j")});
    ASSERT_TRUE(map) << map.error().text;
    const PollPlan plan = (*map)->plan(Group::Status, DeviceContext{});
    EXPECT_TRUE(plan.quirks.walkOnly);
    EXPECT_TRUE(plan.quirks.noBulk);
    EXPECT_EQ(plan.quirks.maxVarbinds, 5U);
    EXPECT_EQ(plan.quirks.maxRepetitions, 3U);
}

/// The quirks of mfp-model 7.1, tried over the real standard map.
std::string level(const std::string& quirks,
                  const std::vector<std::pair<std::string, std::int64_t>>& columns,
                  const char* param = "MFP.{i}.Supply.{i}.LevelPercent") {
    static const std::shared_ptr<const MapFile> standard = [] {
        auto loaded = loadMapFile(
            "standard.json",
            std::filesystem::path(PLATEN_SOURCE) / "mibmap" / "maps" / "standard.json", false);
        EXPECT_TRUE(loaded);
        return std::shared_ptr<const MapFile>(std::move(*loaded));
    }();
    static std::map<std::string, Result<std::shared_ptr<const CompiledMap>>> made;
    auto known = made.find(quirks);
    if (known == made.end()) {
        auto extra = parseMapFile("vendor/test.json", overlay(quirks), true);
        EXPECT_TRUE(extra) << (extra ? "" : extra.error().text);
        known =
            made.emplace(quirks,
                         compileMap(modelSchema(),
                                    {standard, std::shared_ptr<const MapFile>(std::move(*extra))}))
                .first;
    }
    const auto& map = known->second;
    EXPECT_TRUE(map) << (map ? "" : map.error().text);
    Recording r;
    for (const auto& [column, number] : columns) {
        r.set(oid("1.3.6.1.2.1.43.11.1.1." + column), SnmpValue::integer(number));
    }
    DeviceContext device;
    Polled polled;
    polled.groups.emplace_back(
        Group::Supplies,
        (*map)->evaluate(Group::Supplies, r.answer((*map)->plan(Group::Supplies, device)), device,
                         kNow, false));
    return polled.text(param, 1).value_or("none");
}

TEST(Overlay, LevelQuirks) {
    EXPECT_EQ(level(R"j("quirks": {"levelIsPercent": true})j",
                    {{"4.1.1", 3}, {"5.1.1", 3}, {"7.1.1", 13}, {"8.1.1", -2}, {"9.1.1", 60}}),
              "60");
    EXPECT_EQ(level(R"j("quirks": {"receptacleCountsUp": true})j",
                    {{"4.1.1", 4}, {"5.1.1", 4}, {"8.1.1", 100}, {"9.1.1", 30}}),
              "70");
    EXPECT_EQ(level(R"j("quirks": {"receptacleCountsUp": true})j",
                    {{"4.1.1", 3}, {"5.1.1", 3}, {"8.1.1", 100}, {"9.1.1", 30}}),
              "30");
    EXPECT_EQ(level(R"j("enums": {"levelRecode": {"-100": 0}})j",
                    {{"4.1.1", 3}, {"5.1.1", 3}, {"8.1.1", 100}, {"9.1.1", -100}}),
              "0");
    const std::string brother =
        R"j("enums": {"levelPercentCode": {"0": 100, "1": 5, "2": 0, "3": 1}})j";
    for (const auto& [code, percent] :
         {std::pair{0, "100"}, std::pair{1, "5"}, std::pair{2, "0"}, std::pair{3, "1"}}) {
        EXPECT_EQ(level(brother, {{"4.1.1", 3}, {"5.1.1", 3}, {"8.1.1", -2}, {"9.1.1", code}}),
                  percent);
        EXPECT_EQ(level(brother, {{"4.1.1", 3}, {"5.1.1", 3}, {"8.1.1", -2}, {"9.1.1", code}},
                        "MFP.{i}.Supply.{i}.LevelState"),
                  "Measured");
    }
}

TEST(Overlay, NoDeviceIndexReadsRowsWithoutIt) {
    EXPECT_EQ(level(R"j("quirks": {"noDeviceIndex": true})j",
                    {{"4.1", 3}, {"5.1", 3}, {"8.1", 100}, {"9.1", 30}}),
              "30");
    EXPECT_EQ(level(R"j("quirks": {"noDeviceIndex": ["supply"]})j",
                    {{"4.1", 3}, {"5.1", 3}, {"8.1", 100}, {"9.1", 30}}),
              "30");
    EXPECT_EQ(level(R"j("quirks": {"noDeviceIndex": ["input"]})j",
                    {{"4.1", 3}, {"5.1", 3}, {"8.1", 100}, {"9.1", 30}}),
              "none");
    EXPECT_EQ(level(R"j("quirks": {"noDeviceIndex": false})j",
                    {{"4.1", 3}, {"5.1", 3}, {"8.1", 100}, {"9.1", 30}}),
              "none");
}

TEST(Overlay, KeptColumnsCarryFromGroupToGroup) {
    const auto map = compileTexts({R"j({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
        "scalars": {"unit": {"oid": "t.1.{d}", "read": "configuration"}},
        "tables": {"tab": {"entry": "t.2", "index": "{d}.{n}", "columns": {"x": 1, "name": {"column": 2, "read": "configuration"}}}},
        "objects": [{"object": "MFP.{i}.Cover.{i}.", "table": "tab", "key": [["index"]], "group": "supplies",
          "params": {"Index": "$x", "Description": ["concat", ["text", "plain", "$name"], "/", "$unit"]}}]})j"});
    ASSERT_TRUE(map) << map.error().text;
    Recording r;
    r.set(oid("1.3.6.1.4.1.99999.1.1"), SnmpValue::integer(5));
    r.set(oid("1.3.6.1.4.1.99999.2.1.1.1"), SnmpValue::integer(1));
    r.set(oid("1.3.6.1.4.1.99999.2.2.1.1"), SnmpValue::string("first"));
    r.set(oid("1.3.6.1.4.1.99999.2.2.1.2"), SnmpValue::string("gone"));
    DeviceContext device;
    const auto pollGroup = [&](Group group) {
        return (*map)->evaluate(group, r.answer((*map)->plan(group, device)), device, kNow, false);
    };
    EXPECT_EQ((*map)->plan(Group::Supplies, device).tables.size(), 1U);
    EXPECT_TRUE((*map)->plan(Group::Supplies, device).scalars.empty());
    pollGroup(Group::Configuration);
    EXPECT_EQ(device.kept.size(), 3U);
    const Evaluation out = pollGroup(Group::Supplies);
    ASSERT_EQ(out.rows.size(), 1U) << "a kept name alone makes no row";
    ASSERT_EQ(out.readings.size(), 2U);
    EXPECT_EQ(out.readings[1].value.text(), "first/5");
    r.erase(oid("1.3.6.1.4.1.99999.2.2"));
    pollGroup(Group::Configuration);
    EXPECT_EQ(device.kept.size(), 1U) << "what is gone is forgotten";
}

}  // namespace
}  // namespace platen::mibmap::testing
