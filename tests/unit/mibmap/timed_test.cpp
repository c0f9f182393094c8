// SPDX-License-Identifier: Apache-2.0
// What depends on clocks is told apart: then an answer in which only clocks moved needs only that.
#include "tests/unit/mibmap/map_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace platen::mibmap::testing {
namespace {

std::string rowName(const Evaluation& evaluation, std::int32_t row) {
    if (row < 0) {
        return "";
    }
    const Row& found = evaluation.rows[static_cast<std::size_t>(row)];
    return found.key + "@" + std::to_string(found.index.value_or(0)) + "<" +
           rowName(evaluation, found.parent);
}

/// Values by parameter and row; of several the one that comes first.
std::map<std::pair<std::uint16_t, std::string>, std::string> valuesOf(
    const Evaluation& evaluation) {
    std::map<std::pair<std::uint16_t, std::string>, std::string> values;
    for (const Reading& reading : evaluation.readings) {
        values.emplace(std::pair(reading.param.value(), rowName(evaluation, reading.row)),
                       reading.value.text());
    }
    return values;
}

std::vector<VarBind> later(std::vector<VarBind> varbinds, std::chrono::seconds time) {
    for (VarBind& varbind : varbinds) {
        if (isClock(varbind.oid) && varbind.value.type == SnmpType::TimeTicks) {
            varbind.value.number += time.count() * 100;
        }
    }
    return varbinds;
}

/// After `time` in which only clocks moved, the timed part of the evaluation is all that differs.
void expectTimedIsAllThatMoves(const Recording& recording, std::chrono::seconds time) {
    const auto polled = poll(recording, sourceMaps());
    if (!polled.map) {
        return;
    }
    for (const Group group : kPollGroups) {
        if (!polled.map->timeApart(group)) {
            continue;
        }
        auto device = polled.device;
        const auto varbinds = recording.answer(polled.map->plan(group, device));
        const auto moved = later(varbinds, time);
        const auto before = valuesOf(polled.map->evaluate(group, varbinds, device, kNow, false));
        const auto revision = device.revision;
        const auto timed = valuesOf(polled.map->evaluateTimed(group, moved, device, kNow + time));
        EXPECT_EQ(device.revision, revision);
        const auto after = valuesOf(polled.map->evaluate(group, moved, device, kNow + time, false));
        auto put = before;
        for (const auto& [place, value] : timed) {
            put[place] = value;
        }
        EXPECT_EQ(put, after) << toString(group);
    }
}

void expectForAllOf(const std::filesystem::path& folder) {
    if (!std::filesystem::is_directory(folder)) {
        GTEST_SKIP() << "no recordings in " << folder;
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".snmprec") {
            continue;
        }
        SCOPED_TRACE(entry.path().filename().string());
        const auto recording = Recording::load(entry.path());
        ASSERT_TRUE(recording.has_value());
        expectTimedIsAllThatMoves(*recording, std::chrono::minutes{5});
        expectTimedIsAllThatMoves(*recording, std::chrono::hours{7});
    }
}

TEST(Timed, IsAllThatMovesInOurRecordings) {
    expectForAllOf(std::filesystem::path(PLATEN_SOURCE) / "tests/data/recordings");
}

TEST(Timed, IsAllThatMovesInTheCorpus) {
    expectForAllOf(std::filesystem::path(PLATEN_SHARED) / "corpus/snmp");
}

std::shared_ptr<const CompiledMap> compiled(const std::string& objects) {
    const auto map = compileTexts({R"({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
             "scalars": {"a": "t.1.0", "up": "1.3.6.1.2.1.1.3.0"},
             "tables": {"tab": {"entry": "t.10.1", "index": "{n}", "columns": {"x": 1}}},
             "values": {"age": ["div", "$up", 100]},
             "objects": [)" + objects +
                                   "]}"});
    EXPECT_TRUE(map.has_value()) << (map ? "" : map.error().text);
    return map ? *map : nullptr;
}

TEST(Timed, AGroupWhoseRowsDependOnAClockIsNotApart) {
    const auto values = compiled(R"({"object": "MFP.{i}.Status.", "group": "status",
        "params": {"StateMessage": ["concat", ["text", "plain", "$a"], "@age"]}})");
    ASSERT_TRUE(values);
    EXPECT_TRUE(values->timeApart(Group::Status));
    const auto rows = compiled(R"({"object": "MFP.{i}.Supply.{i}.", "group": "supplies",
        "table": "tab", "where": ["lt", 5, "@age"], "key": ["$x"], "params": {"Level": "$x"}})");
    ASSERT_TRUE(rows);
    EXPECT_FALSE(rows->timeApart(Group::Supplies));
    EXPECT_TRUE(rows->timeApart(Group::Counters));
}

TEST(Timed, OnlyRulesWithAClockAreEvaluated) {
    const auto map = compiled(R"({"object": "MFP.{i}.Status.", "group": "status",
        "params": {"StateMessage": "@age", "UpTime": "$a"}})");
    ASSERT_TRUE(map);
    const std::vector<VarBind> varbinds{
        {oid("1.3.6.1.2.1.1.3.0"), SnmpValue::integer(4200, SnmpType::TimeTicks)},
        {oid("1.3.6.1.4.1.99999.1.0"), SnmpValue::integer(7)}};
    DeviceContext device;
    EXPECT_EQ(map->evaluate(Group::Status, varbinds, device, kNow, false).readings.size(), 2U);
    const auto timed = map->evaluateTimed(Group::Status, varbinds, device, kNow);
    ASSERT_EQ(timed.readings.size(), 1U);
    EXPECT_EQ(timed.readings.front().value.text(), "42");
    EXPECT_TRUE(timed.completeTables.empty());
}

TEST(Timed, ParametersOfSeveralGroupsAreKnown) {
    const auto map = compiled(
        R"({"object": "MFP.{i}.Status.", "group": "status",
            "params": {"StateMessage": {"rules": [{"value": "$a"}, {"value": "$a", "group": "supplies"}]},
                       "UpTime": "$a"}})");
    ASSERT_TRUE(map);
    EXPECT_TRUE(map->inSeveralGroups(*modelSchema().findParam("MFP.{i}.Status.StateMessage")));
    EXPECT_FALSE(map->inSeveralGroups(*modelSchema().findParam("MFP.{i}.Status.UpTime")));
}

TEST(Timed, ClocksAreUptimesAndTheDate) {
    EXPECT_TRUE(isClock(oid("1.3.6.1.2.1.1.3.0")));
    EXPECT_TRUE(isClock(oid("1.3.6.1.2.1.25.1.1.0")));
    EXPECT_TRUE(isClock(oid("1.3.6.1.2.1.25.1.2.0")));
    EXPECT_FALSE(isClock(oid("1.3.6.1.2.1.1.5.0")));
    EXPECT_FALSE(isClock(oid("1.3.6.1.2.1.25.1.2")));
}

}  // namespace
}  // namespace platen::mibmap::testing
