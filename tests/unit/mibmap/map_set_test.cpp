// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/mibmap/map_fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

namespace platen::mibmap::testing {
namespace {

std::filesystem::path dataFolder(const char* name) {
    return std::filesystem::path(PLATEN_SOURCE) / "tests" / "data" / name;
}

std::string readFile(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

class MapFolder : public ::testing::Test {
  protected:
    void SetUp() override {
        std::filesystem::create_directories(root_ / "vendor");
        std::filesystem::create_directories(root_ / "extra" / "vendor");
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(root_ / name) << text;
    }
    static std::string map(const std::string& message, const std::string& more = "") {
        return R"j({"format": 1, )j" + more +
               R"j("objects": [{"object": "MFP.{i}.Status.", "group": "status", "params": {"StateMessage": ")j" +
               message + R"j("}}]})j";
    }
    [[nodiscard]] Result<std::unique_ptr<MapSet>> load(bool extra = false) {
        return MapSet::load(modelSchema(), root_, extra ? root_ / "extra" : std::filesystem::path(),
                            problems_);
    }
    static std::string message(MapSet& set, const DeviceContext& device) {
        auto map = set.select(device);
        DeviceContext copy = device;
        const auto out = map->evaluate(Group::Status, {}, copy, kNow, false);
        return out.readings.empty() ? "none" : out.readings.front().value.text();
    }

    test::TemporaryFolder folder_;
    const std::filesystem::path& root_ = folder_.path();
    std::vector<std::string> problems_;
};

TEST_F(MapFolder, ABrokenOverlayIsLeftOutAndNamed) {
    write("standard.json", map("standard"));
    write("vendor/a.json", R"({"format": 1, "match": {"sysDescr": ["x"]}, "objects": [{}]})");
    write("vendor/b.json", "{");
    write("vendor/c.json", map("c", R"("match": {"sysDescr": ["acme"]}, )"));
    write("vendor/notes.txt", "not a map");
    const auto set = load();
    ASSERT_TRUE(set) << set.error().text;
    ASSERT_EQ(problems_.size(), 2U);
    EXPECT_EQ(problems_[0].rfind("vendor/a.json:1:", 0), 0U) << problems_[0];
    EXPECT_NE(problems_[1].find("b.json"), std::string::npos) << problems_[1];
    DeviceContext device;
    device.sysDescr = "acme printer";
    EXPECT_EQ(message(**set, device), "c");
}

TEST_F(MapFolder, ABrokenStandardMapIsAnError) {
    EXPECT_FALSE(load());
    write("standard.json", R"({"format": 1, "objects": [{"object": "MFP.{i}.Stats."}]})");
    const auto set = load();
    ASSERT_FALSE(set);
    EXPECT_NE(set.error().text.find("did you mean \"MFP.{i}.Status.\"?"), std::string::npos)
        << set.error().text;
}

TEST_F(MapFolder, OverlaysAreChosenBySysObjectIdAndSysDescr) {
    write("standard.json", map("standard"));
    write("vendor/acme.json", map("acme", R"("match": {"sysObjectID": ["1.3.6.1.4.1.99999"]}, )"));
    write("vendor/acme-7.json",
          map("acme-7", R"("match": {"sysObjectID": ["1.3.6.1.4.1.99999.7"]}, )"));
    write("vendor/rebrand.json", map("rebrand", R"("match": {"sysDescr": ["(?i)rebrand"]}, )"));
    const auto set = load();
    ASSERT_TRUE(set) << set.error().text;
    ASSERT_TRUE(problems_.empty()) << problems_.front();
    const auto chosen = [&](const char* id, const char* descr) {
        DeviceContext device;
        device.sysObjectId = oid(id);
        device.sysDescr = descr;
        return message(**set, device);
    };
    EXPECT_EQ(chosen("1.3.6.1.4.1.11.1", "x"), "standard");
    EXPECT_EQ(chosen("1.3.6.1.4.1.99999.1", "x"), "acme");
    EXPECT_EQ(chosen("1.3.6.1.4.1.99999.7.1", "x"), "acme-7");
    EXPECT_EQ(chosen("1.3.6.1.4.1.999990.1", "x"), "standard");
    EXPECT_EQ(chosen("1.3.6.1.4.1.11.1", "A REBRAND of acme"), "rebrand");
    EXPECT_EQ(chosen("1.3.6.1.4.1.99999.1", "rebrand"), "acme") << "the id says more";
    DeviceContext device;
    device.sysObjectId = oid("1.3.6.1.4.1.99999.7");
    EXPECT_EQ((*set)->select(device).get(), (*set)->select(device).get());
    EXPECT_EQ(
        (*set)->select(device)->files(),
        (std::vector<std::string>{"standard.json", "vendor/acme.json", "vendor/acme-7.json"}));
}

TEST_F(MapFolder, OverlaysThatMeetForTheFirstTimeAreCompiledBesideTheLoop) {
    write("standard.json", map("standard"));
    write("vendor/acme.json", map("acme", R"("match": {"sysObjectID": ["1.3.6.1.4.1.99999"]}, )"));
    write("vendor/acme-7.json",
          map("acme-7", R"("match": {"sysObjectID": ["1.3.6.1.4.1.99999.7"]}, )"));
    auto set = load();
    ASSERT_TRUE(set) << set.error().text;
    std::vector<std::pair<UniqueFunction<void()>, UniqueFunction<void()>>> beside;
    (*set)->compileBeside([&beside](UniqueFunction<void()> work, UniqueFunction<void()> done) {
        beside.emplace_back(std::move(work), std::move(done));
    });
    DeviceContext device;
    std::vector<std::shared_ptr<const CompiledMap>> chosen;
    const auto choose = [&](const char* id) {
        device.sysObjectId = oid(id);
        (*set)->choose(device, [&chosen](std::shared_ptr<const CompiledMap> map) {
            chosen.push_back(std::move(map));
        });
    };
    choose("1.3.6.1.4.1.99999.1");
    ASSERT_EQ(chosen.size(), 1U) << "each overlay alone is there from the start";
    choose("1.3.6.1.4.1.99999.7");
    choose("1.3.6.1.4.1.99999.7.1");
    EXPECT_EQ(chosen.size(), 1U);
    ASSERT_EQ(beside.size(), 1U) << "once for both devices";
    beside[0].first();
    beside[0].second();
    ASSERT_EQ(chosen.size(), 3U);
    EXPECT_EQ(chosen[1].get(), chosen[2].get());
    EXPECT_EQ(chosen[1].get(), (*set)->select(device).get());
    EXPECT_EQ(chosen[1]->files().size(), 3U);
    choose("1.3.6.1.4.1.99999.7");
    EXPECT_EQ(chosen.size(), 4U) << "now it is known";
}

TEST_F(MapFolder, WorkThatEndsAfterTheSetIsDropped) {
    write("standard.json", map("standard"));
    write("vendor/a.json", map("a", R"("match": {"sysDescr": ["both"]}, )"));
    write("vendor/b.json", map("b", R"("match": {"sysDescr": ["both"]}, )"));
    auto set = load();
    ASSERT_TRUE(set) << set.error().text;
    UniqueFunction<void()> work;
    UniqueFunction<void()> done;
    (*set)->compileBeside([&](UniqueFunction<void()> first, UniqueFunction<void()> then) {
        work = std::move(first);
        done = std::move(then);
    });
    DeviceContext device;
    device.sysDescr = "both";
    bool chosen = false;
    (*set)->choose(device, [&chosen](const std::shared_ptr<const CompiledMap>&) { chosen = true; });
    set->reset();
    work();
    done();
    EXPECT_FALSE(chosen);
}

TEST_F(MapFolder, OverlaysAreChosenByAnInstanceThatTheAgentHas) {
    write("standard.json", map("standard"));
    write("vendor/engine.json",
          map("engine", R"("match": {"present": ["1.3.6.1.4.1.99999.1.0"]}, )"));
    const auto set = load();
    ASSERT_TRUE(set) << set.error().text;
    ASSERT_TRUE(problems_.empty()) << problems_.front();
    const auto plan = (*set)->identifyPlan();
    EXPECT_NE(std::find(plan.scalars.begin(), plan.scalars.end(), oid("1.3.6.1.4.1.99999.1.0")),
              plan.scalars.end());
    Recording agent;
    DeviceContext device;
    (*set)->identify(agent.answer(plan), device);
    EXPECT_EQ(message(**set, device), "standard");
    EXPECT_FALSE(device.isPrinter());
    agent.set(oid("1.3.6.1.4.1.99999.1.0"), SnmpValue::string("Q1"));
    (*set)->identify(agent.answer(plan), device);
    EXPECT_EQ(message(**set, device), "engine");
    EXPECT_TRUE(device.isPrinter()) << "a label printer has no Printer-MIB";
}

TEST_F(MapFolder, TheExtraFolderAddsAndReplaces) {
    write("standard.json", map("standard"));
    write("vendor/acme.json", map("old", R"("match": {"sysDescr": ["acme"]}, )"));
    write("extra/standard.json", map("site"));
    write("extra/vendor/acme.json", map("new", R"("match": {"sysDescr": ["acme"]}, )"));
    const auto set = load(true);
    ASSERT_TRUE(set) << set.error().text;
    ASSERT_TRUE(problems_.empty()) << problems_.front();
    DeviceContext device;
    EXPECT_EQ(message(**set, device), "site");
    device.sysDescr = "acme";
    EXPECT_EQ(message(**set, device), "new");
}

TEST(MapSet, IdentifiesThePrinterOfAnAgent) {
    MapSet& maps = sourceMaps();
    const auto identify = [&](const std::vector<std::pair<std::string, SnmpValue>>& rows) {
        Recording r;
        for (const auto& [at, value] : rows) {
            r.set(oid(at), value);
        }
        DeviceContext device;
        maps.identify(r.answer(maps.identifyPlan()), device);
        return device;
    };
    const auto printerType = SnmpValue::objectId(oid("1.3.6.1.2.1.25.3.1.5"));
    const DeviceContext byType =
        identify({{"1.3.6.1.2.1.1.1.0", SnmpValue::string(std::string("ACME") + '\0')},
                  {"1.3.6.1.2.1.1.2.0", SnmpValue::objectId(oid("1.3.6.1.4.1.99999.1"))},
                  {"1.3.6.1.2.1.25.3.2.1.2.1", SnmpValue::objectId(oid("1.3.6.1.2.1.25.3.1.4"))},
                  {"1.3.6.1.2.1.25.3.2.1.2.3", printerType},
                  {"1.3.6.1.2.1.43.5.1.1.3.3", SnmpValue::integer(3)}});
    EXPECT_EQ(byType.printerIndex, 3U);
    EXPECT_TRUE(byType.hasPrinterMib);
    EXPECT_EQ(byType.sysDescr, "ACME");
    EXPECT_EQ(byType.sysObjectId.toString(), "1.3.6.1.4.1.99999.1");
    // hrDeviceType is missing: the first index of the Printer-MIB tables.
    EXPECT_EQ(identify({{"1.3.6.1.2.1.43.10.2.1.4.6.1", SnmpValue::integer(1)}}).printerIndex, 6U);
    EXPECT_EQ(identify({{"1.3.6.1.4.1.2699.1.2.1.2.1.1.6.1", SnmpValue::integer(8)}}).printerIndex,
              8U);
    // An agent with nothing but the system group is no printer for the Printer-MIB.
    const DeviceContext bare =
        identify({{"1.3.6.1.2.1.1.1.0", SnmpValue::string("HP SNMP Agent")}});
    EXPECT_EQ(bare.printerIndex, 1U);
    EXPECT_FALSE(bare.hasPrinterMib);
}

TEST(MapFiles, EveryBadMapIsExplained) {
    std::size_t seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dataFolder("maps-bad"))) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        ++seen;
        auto file = loadMapFile(entry.path().filename().string(), entry.path(), false);
        std::string text;
        if (!file) {
            text = file.error().text;
        } else {
            const auto map =
                compileMap(modelSchema(), {std::shared_ptr<const MapFile>(std::move(*file))});
            text = map ? "no problem found" : map.error().text;
        }
        // Paths of the machine do not belong into expected texts.
        const std::string folder = dataFolder("maps-bad").string() + "/";
        for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
            text.erase(at, folder.size());
        }
        std::filesystem::path expected = entry.path();
        expected.replace_extension(".expected");
        if (std::getenv("PLATEN_UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
            std::ofstream(expected) << text << "\n";
        }
        EXPECT_EQ(std::string(text::trim(readFile(expected))), std::string(text::trim(text)))
            << entry.path();
    }
    EXPECT_GE(seen, 10U);
}

TEST(MapFiles, LimitsHoldAtTheBorder) {
    const auto withEnum = [](std::size_t entries) {
        std::string text = R"({"format": 1, "enums": {"e": {)";
        for (std::size_t i = 0; i < entries; ++i) {
            text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(": "x")";
        }
        return text + "}}}";
    };
    EXPECT_TRUE(compileTexts({withEnum(5000)}));
    EXPECT_FALSE(compileTexts({withEnum(5001)}));
    // Functions that call each other for ever.
    const auto circle = compileTexts({R"j({"format": 1,
        "functions": {"f": {"args": ["x"], "is": ["g", "%x"]}, "g": {"args": ["x"], "is": ["f", "%x"]}},
        "objects": [{"object": "MFP.{i}.Status.", "params": {"StateMessage": ["f", "a"]}}]})j"});
    ASSERT_FALSE(circle);
    EXPECT_NE(circle.error().text.find("nested too deeply"), std::string::npos);
    // Functions that double at each step: 2^15 parts are too many in a second.
    const auto bomb = compileTexts({R"j({"format": 1,
        "functions": {"a": {"args": ["x"], "is": ["concat", "%x", "%x", "%x", "%x", "%x", "%x", "%x", "%x"]},
                      "b": {"args": ["x"], "is": ["a", ["a", ["a", "%x"]]]}},
        "objects": [{"object": "MFP.{i}.Status.", "params": {"StateMessage": ["b", ["b", ["b", "x"]]]}}]})j"});
    ASSERT_FALSE(bomb);
    EXPECT_NE(bomb.error().text.find("100000"), std::string::npos);
}

TEST(MapFiles, HostileVarbindsDoNoHarm) {
    // Every object of every group with every type of value, empty, huge and special.
    MapSet& maps = sourceMaps();
    DeviceContext device;
    device.sysObjectId = oid("1.3.6.1.4.1.1347");
    const auto map = maps.select(device);
    std::vector<SnmpValue> values{
        SnmpValue::integer(-1),
        SnmpValue::integer(INT64_MIN),
        SnmpValue::integer(INT64_MAX, SnmpType::Counter64),
        SnmpValue::integer(-1, SnmpType::Counter64),
        SnmpValue::string(""),
        SnmpValue::string(std::string(2 * Datum::kMaxOctets, '\xFF')),
        SnmpValue::string(std::string("\0\0\0", 3)),
        SnmpValue::objectId(Oid{}),
        SnmpValue::objectId(oid("0.0")),
        SnmpValue{},
    };
    SnmpValue none;
    none.type = SnmpType::NoSuchInstance;
    values.push_back(none);
    for (const SnmpValue& value : values) {
        for (const Group group : kPollGroups) {
            const PollPlan plan = map->plan(group, device);
            std::vector<VarBind> varbinds;
            for (const Oid& scalar : plan.scalars) {
                varbinds.push_back({scalar, value});
            }
            for (const auto& table : plan.tables) {
                for (const Oid& column : table) {
                    varbinds.push_back({column, value});
                    for (std::uint32_t row : {0U, 1U, 4294967295U}) {
                        varbinds.push_back({column.child({1, row}), value});
                        varbinds.push_back({column.child({row}), value});
                        varbinds.push_back({column.child({1, row, row, row}), value});
                    }
                }
            }
            // Unsorted, too: an agent that mixes its answers up is survived.
            const Evaluation mixed = map->evaluate(group, varbinds, device, kNow, true);
            std::sort(varbinds.begin(), varbinds.end(),
                      [](const VarBind& a, const VarBind& b) { return a.oid < b.oid; });
            const Evaluation sorted = map->evaluate(group, varbinds, device, kNow, false);
            EXPECT_LE(sorted.problems.size(), Evaluation::kMaxProblems);
            EXPECT_LE(mixed.problems.size(), Evaluation::kMaxProblems);
            for (const Reading& reading : sorted.readings) {
                EXPECT_LT(reading.row, static_cast<std::int32_t>(sorted.rows.size()));
            }
        }
    }
}

TEST(MapFiles, TooManyRowsStopAtTheLimit) {
    DeviceContext device;
    const auto map = sourceMaps().select(device);
    std::vector<VarBind> varbinds;
    for (std::uint32_t row = 1; row <= 1200; ++row) {
        varbinds.push_back(
            {oid("1.3.6.1.2.1.43.11.1.1.9.1").child({row}), SnmpValue::integer(row)});
    }
    const Evaluation out = map->evaluate(Group::Supplies, varbinds, device, kNow, false);
    EXPECT_EQ(out.rows.size(), 1000U);
    ASSERT_EQ(out.problems.size(), 1U) << "once for all of them";
    EXPECT_EQ(out.problems.front(), "supply.level: more than 1000 rows");
}

}  // namespace
}  // namespace platen::mibmap::testing
