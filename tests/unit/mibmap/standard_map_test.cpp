// SPDX-License-Identifier: Apache-2.0
// The standard map against the tables of mfp-model: every row of a table is one case.
#include "base/text.hpp"
#include "tests/unit/mibmap/map_fixture.hpp"

#include <algorithm>
#include <iterator>

namespace platen::mibmap::testing {
namespace {

const char* const kHr = "1.3.6.1.2.1.25.";
const char* const kPrt = "1.3.6.1.2.1.43.";

Oid hr(const std::string& rest) {
    return oid(kHr + rest);
}

Oid prt(const std::string& rest) {
    return oid(kPrt + rest);
}

/// A device with nothing but what the test sets; its printer has hrDeviceIndex 1.
Polled pollWith(const std::vector<std::pair<Oid, SnmpValue>>& rows) {
    Recording recording;
    recording.set(hr("3.2.1.2.1"), SnmpValue::objectId(hr("3.1.5")));
    for (const auto& [at, value] : rows) {
        recording.set(at, value);
    }
    return poll(recording, sourceMaps());
}

SnmpValue n(std::int64_t number) {
    return SnmpValue::integer(number);
}

SnmpValue s(std::string_view octets) {
    return SnmpValue::string(std::string(octets));
}

TEST(StandardMap, CompilesWithoutProblems) {
    std::vector<std::string> problems;
    const auto maps = MapSet::load(
        modelSchema(), std::filesystem::path(PLATEN_SOURCE) / "mibmap" / "maps", {}, problems);
    ASSERT_TRUE(maps) << maps.error().text;
    EXPECT_TRUE(problems.empty()) << problems.front();
}

TEST(StandardMap, StateMatrix) {
    struct Case {
        int device;   // 0: absent
        int printer;  // 0: absent
        const char* errors;
        int alertCode;  // 0: none
        int alertSeverity;
        const char* state;
        const char* severity;
    };
    // mfp-model 6.1, row by row.
    const Case cases[] = {
        {3, 3, "\x02", 0, 0, "Offline", "Critical"},
        {5, 1, "\x02", 0, 0, "Offline", "Critical"},
        {2, 3, "\x02", 0, 0, "Idle", "OK"},
        {2, 3, "", 0, 0, "Idle", "OK"},
        {2, 4, "", 0, 0, "Processing", "OK"},
        {2, 5, "", 0, 0, "Warmup", "OK"},
        {2, 1, "", 0, 0, "Standby", "OK"},
        {2, 2, "", 0, 0, "Unknown", "OK"},
        {3, 3, "", 0, 0, "Idle", "Warning"},
        {3, 4, "", 0, 0, "Processing", "Warning"},
        {3, 5, "", 0, 0, "Warmup", "Warning"},
        {3, 1, "", 23, 4, "Standby", "Warning"},
        {3, 2, "", 1019, 4, "Standby", "Warning"},
        {3, 1, "\x04", 0, 0, "Stopped", "Critical"},
        {3, 1, "", 808, 3, "Stopped", "Critical"},
        {3, 1, "", 0, 0, "Idle", "Warning"},
        {3, 2, "", 0, 0, "Idle", "Warning"},
        {4, 3, "", 0, 0, "Testing", "OK"},
        {4, 1, "", 0, 0, "Testing", "OK"},
        {5, 5, "", 0, 0, "Warmup", "Warning"},
        {5, 1, "", 0, 0, "Stopped", "Critical"},
        {5, 3, "\x08", 0, 0, "Stopped", "Critical"},
        {5, 4, "", 501, 3, "Stopped", "Critical"},
        {5, 3, "", 0, 0, "Idle", "Warning"},
        {5, 4, "", 0, 0, "Processing", "Warning"},
        {1, 3, "", 0, 0, "Idle", "OK"},
        {1, 4, "", 0, 0, "Processing", "OK"},
        {0, 5, "", 0, 0, "Warmup", "OK"},
        {0, 3, "", 0, 0, "Idle", "OK"},
        {1, 1, "", 0, 0, "Unknown", "Unknown"},
        {0, 2, "", 0, 0, "Unknown", "Unknown"},
        {0, 0, "", 0, 0, "Unknown", "Unknown"},
    };
    int row = 0;
    for (const Case& test : cases) {
        std::vector<std::pair<Oid, SnmpValue>> rows;
        if (test.device != 0) {
            rows.emplace_back(hr("3.2.1.5.1"), n(test.device));
        }
        if (test.printer != 0) {
            rows.emplace_back(hr("3.5.1.1.1"), n(test.printer));
        }
        rows.emplace_back(hr("3.5.1.2.1"), s(test.errors));
        if (test.alertCode != 0) {
            rows.emplace_back(prt("18.1.1.2.1.1"), n(test.alertSeverity));
            rows.emplace_back(prt("18.1.1.4.1.1"), n(5));
            rows.emplace_back(prt("18.1.1.7.1.1"), n(test.alertCode));
        }
        const Polled polled = pollWith(rows);
        EXPECT_EQ(polled.text("MFP.{i}.Status.State"), test.state) << "case " << row;
        EXPECT_EQ(polled.text("MFP.{i}.Status.Severity"), test.severity) << "case " << row;
        ++row;
    }
}

TEST(StandardMap, RunningAndUnknownIsIdleIfThePanelSaysSo) {
    for (const char* text : {"Ready", "Bereit", "Готов", "Pronto"}) {
        const Polled polled = pollWith(
            {{hr("3.2.1.5.1"), n(2)}, {hr("3.5.1.1.1"), n(2)}, {prt("16.5.1.2.1.1"), s(text)}});
        EXPECT_EQ(polled.text("MFP.{i}.Status.State"), "Idle") << text;
    }
}

TEST(StandardMap, EveryErrorBitHasItsNameSeverityAndReason) {
    struct Case {
        const char* name;
        const char* severity;
        const char* reason;
    };
    // mfp-model 6.2, in bit order.
    const Case cases[] = {
        {"LowPaper", "Warning", "media-low-warning"},
        {"NoPaper", "Critical", "media-empty-error"},
        {"LowToner", "Warning", "toner-low-warning"},
        {"NoToner", "Critical", "toner-empty-error"},
        {"DoorOpen", "Critical", "door-open-error"},
        {"Jammed", "Critical", "media-jam-error"},
        {"Offline", "OK", ""},
        {"ServiceRequested", "Warning", "other-warning"},
        {"InputTrayMissing", "Warning", "input-tray-missing-warning"},
        {"OutputTrayMissing", "Warning", "output-tray-missing-warning"},
        {"MarkerSupplyMissing", "Critical", "marker-supply-missing-error"},
        {"OutputNearFull", "Warning", "output-area-almost-full-warning"},
        {"OutputFull", "Critical", "output-area-full-error"},
        {"InputTrayEmpty", "Warning", "media-empty-warning"},
        {"OverduePreventiveMaintenance", "Warning", "other-warning"},
    };
    for (std::size_t bit = 0; bit < std::size(cases); ++bit) {
        std::string octets(2, '\0');
        octets[bit / 8] = static_cast<char>(0x80U >> (bit % 8));
        const Polled polled = pollWith(
            {{hr("3.2.1.5.1"), n(2)}, {hr("3.5.1.1.1"), n(3)}, {hr("3.5.1.2.1"), s(octets)}});
        EXPECT_EQ(polled.text("MFP.{i}.Status.DetectedErrorList"), cases[bit].name);
        EXPECT_EQ(polled.text("MFP.{i}.Status.Severity"), cases[bit].severity) << cases[bit].name;
        EXPECT_EQ(polled.text("MFP.{i}.Status.StateReasons"), cases[bit].reason) << cases[bit].name;
        const auto& alerts = polled.group(Group::Status).alerts;
        if (std::string_view(cases[bit].reason).empty()) {
            EXPECT_TRUE(alerts.empty());
            continue;
        }
        ASSERT_EQ(alerts.size(), 1U) << cases[bit].name;
        EXPECT_EQ(alerts[0].severity, cases[bit].severity);
        EXPECT_EQ(alerts[0].stateReason, cases[bit].reason);
        EXPECT_EQ(alerts[0].origin, "DetectedErrorState");
    }
}

TEST(StandardMap, ErrorOctetsOfAnyLength) {
    const auto list = [](std::string_view octets) {
        return pollWith({{hr("3.5.1.2.1"), s(octets)}}).text("MFP.{i}.Status.DetectedErrorList");
    };
    EXPECT_EQ(list(""), "");
    EXPECT_EQ(list("\x20"), "LowToner");
    EXPECT_EQ(list(std::string_view("\xA1\x02", 2)),
              "LowPaper,LowToner,ServiceRequested,OverduePreventiveMaintenance");
    EXPECT_EQ(list(std::string_view("\x80\x01\xFF\xFF", 4)), "LowPaper");
    EXPECT_FALSE(pollWith({}).text("MFP.{i}.Status.DetectedErrorList"));
}

TEST(StandardMap, NoPaperIsAWarningWhileAnotherTrayHasPaper) {
    const Polled polled = pollWith({{hr("3.2.1.5.1"), n(2)},
                                    {hr("3.5.1.1.1"), n(3)},
                                    {hr("3.5.1.2.1"), s("\x40")},
                                    {prt("8.2.1.10.1.1"), n(0)},
                                    {prt("8.2.1.10.1.2"), n(-3)}});
    EXPECT_EQ(polled.text("MFP.{i}.Status.Severity"), "Warning");
}

TEST(StandardMap, OfflineBitCountsOnlyWhenTheDeviceIsDown) {
    const auto severity = [](int status) {
        return pollWith({{hr("3.2.1.5.1"), n(status)},
                         {hr("3.5.1.1.1"), n(3)},
                         {hr("3.5.1.2.1"), s("\x02")}})
            .text("MFP.{i}.Status.Severity");
    };
    EXPECT_EQ(severity(2), "OK");
    EXPECT_EQ(severity(5), "Critical");
}

// C-DT-14
TEST(StandardMap, Levels) {
    struct Case {
        int supplyClass, type, unit;
        std::int64_t capacity, level;
        const char* state;
        const char* percent;
    };
    // mfp-model 7.1, step by step; the rows of printer-mibs section 14 that need rules.
    const Case cases[] = {
        {3, 3, 7, 25000, -3, "SomeRemaining", "-1"},
        {3, 3, 7, 25000, -2, "Unknown", "-1"},
        {3, 3, 7, 25000, -1, "NoLimit", "-1"},
        {3, 3, 7, 25000, -7, "Unknown", "-1"},
        {3, 3, 19, -2, 40, "Measured", "40"},
        {3, 3, 19, 100, 40, "Measured", "40"},
        {3, 3, 19, 50, 40, "Measured", "40"},
        {3, 3, 19, 100, 250, "Measured", "100"},
        {4, 4, 19, -2, 0, "Unknown", "-1"},
        {4, 4, 19, -2, 100, "Unknown", "-1"},
        {4, 4, 19, 100, 30, "Measured", "30"},
        {3, 3, 7, 25000, 22750, "Measured", "91"},
        {3, 3, 7, 6480, 712, "Measured", "10"},
        {3, 3, 7, 25000, 1, "Measured", "1"},
        {3, 3, 7, 25000, 0, "Measured", "0"},
        {3, 3, 7, 100, 200, "Measured", "100"},
        {3, 3, 13, -2, 0, "Unknown", "-1"},
        {3, 3, 13, -2, 50, "Unknown", "-1"},
        {3, 3, 13, 0, 50, "Unknown", "-1"},
        {3, 3, 13, -1, 50, "Unknown", "-1"},
        {3, 3, 18, 2602394, 2550346, "Measured", "97"},
        {3, 3, 7, 2147483647, 2147483646, "Measured", "99"},
        {4, 4, 7, 6700, 6030, "Measured", "90"},
    };
    int row = 0;
    for (const Case& test : cases) {
        const Polled polled = pollWith({{prt("11.1.1.4.1.7"), n(test.supplyClass)},
                                        {prt("11.1.1.5.1.7"), n(test.type)},
                                        {prt("11.1.1.7.1.7"), n(test.unit)},
                                        {prt("11.1.1.8.1.7"), n(test.capacity)},
                                        {prt("11.1.1.9.1.7"), n(test.level)}});
        EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.LevelState", 7), test.state) << "case " << row;
        EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.LevelPercent", 7), test.percent)
            << "case " << row;
        EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.LevelSource", 7),
                  std::string_view(test.percent) == "-1" ? "None" : "PrinterMIB");
        EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.Level", 7), std::to_string(test.level));
        EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.MaxCapacity", 7), std::to_string(test.capacity));
        ++row;
    }
}

TEST(StandardMap, ALevelThatIsMissingIsNotReported) {
    const Polled polled = pollWith({{prt("11.1.1.6.1.1"), s("Toner")}});
    EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.LevelState", 1), "NotReported");
    EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.LevelPercent", 1), "-1");
    EXPECT_FALSE(polled.text("MFP.{i}.Supply.{i}.Level", 1));
}

TEST(StandardMap, SupplyTypesHaveTheirCategory) {
    struct Range {
        const char* category;
        std::vector<int> types;
    };
    const Range ranges[] = {
        {"Consumable", {3, 5, 6, 7, 12, 13, 21, 23, 25, 35, 36}},
        {"Receptacle", {4, 8, 14, 24, 26}},
        {"ServicePart", {9, 10, 11, 15, 16, 17, 18, 19, 20, 22}},
        {"FinishingSupply", {27, 28, 29, 30, 31, 32, 33, 34}},
        {"Other", {1, 2, 37, 99}},
    };
    for (const Range& range : ranges) {
        for (const int type : range.types) {
            const Polled polled = pollWith({{prt("11.1.1.5.1.1"), n(type)}});
            EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.Category", 1), range.category) << type;
        }
    }
    EXPECT_EQ(pollWith({{prt("11.1.1.4.1.1"), n(4)}, {prt("11.1.1.5.1.1"), n(1)}})
                  .text("MFP.{i}.Supply.{i}.Category", 1),
              "Receptacle");
}

TEST(StandardMap, ColourComesFromTheColorantThenFromWords) {
    struct Case {
        const char* colorant;  // empty: index 0
        const char* description;
        int type;
        const char* expected;
    };
    const Case cases[] = {
        {"black", "CF350A", 3, "Black"},         {"tri-color ink cartridge", "x", 5, "TriColor"},
        {"light cyan", "x", 5, "LightCyan"},     {"spot varnish", "x", 5, "Other"},
        {"cyan", "Black Toner", 3, "Cyan"},      {"", "Cyan Toner", 3, "Cyan"},
        {"", "Toner (Black)", 3, "Black"},       {"", "Toner preto", 3, "Black"},
        {"", "Tonerkassette Gelb", 3, "Yellow"}, {"", "TK-3190", 3, "Unknown"},
        {"", "Waste Toner Box", 4, "None"},      {"", "Fuser", 15, "None"},
    };
    for (const Case& test : cases) {
        std::vector<std::pair<Oid, SnmpValue>> rows{{prt("11.1.1.5.1.1"), n(test.type)},
                                                    {prt("11.1.1.6.1.1"), s(test.description)}};
        const bool colorant = !std::string_view(test.colorant).empty();
        rows.emplace_back(prt("11.1.1.3.1.1"), n(colorant ? 3 : 0));
        if (colorant) {
            rows.emplace_back(prt("12.1.1.4.1.3"),
                              s(std::string(test.colorant) + std::string(1, '\0')));
        }
        const Polled polled = pollWith(rows);
        EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.Color", 1), test.expected) << test.description;
        const auto& references = polled.group(Group::Supplies).references;
        const auto it = std::find_if(references.begin(), references.end(), [](const auto& ref) {
            return ref.param == *modelSchema().findParam("MFP.{i}.Supply.{i}.ColorantReference");
        });
        ASSERT_NE(it, references.end());
        EXPECT_EQ(it->indexes,
                  colorant ? std::vector<std::uint32_t>{3} : std::vector<std::uint32_t>{});
    }
}

TEST(StandardMap, PartAndSerialNumbersLeaveTheDescription) {
    struct Case {
        const char* raw;
        const char* description;
        const char* part;
        const char* serial;
    };
    const Case cases[] = {
        {"Black Toner, PN 006R01509;SN48178080E0000481", "Black Toner", "006R01509",
         "48178080E0000481"},
        {"Fuser, PN 008R13087;SNunknown", "Fuser", "008R13087", ""},
        {"Fuser, PN unknown;SNunknown", "Fuser", "", ""},
        {"Black Toner [K] Cartridge;SN18205B80E00004B7", "Black Toner [K] Cartridge", "",
         "18205B80E00004B7"},
        {"Black Toner S/N:CRUM-12345", "Black Toner", "", "CRUM-12345"},
        {"Black Cartridge HP CF217A", "Black Cartridge HP CF217A", "CF217A", ""},
        {"Toner", "Toner", "", ""},
    };
    for (const Case& test : cases) {
        const Polled polled = pollWith({{prt("11.1.1.6.1.1"), s(test.raw)}});
        EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.Description", 1), test.description);
        EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.PartNumber", 1).value_or(""), test.part);
        EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.SerialNumber", 1).value_or(""), test.serial);
    }
}

std::vector<std::string> supplyKeys(const Polled& polled) {
    std::vector<std::string> keys;
    for (const Row& row : polled.group(Group::Supplies).rows) {
        if (row.object == *modelSchema().findObject("MFP.{i}.Supply.{i}.")) {
            keys.push_back(row.key);
        }
    }
    return keys;
}

TEST(StandardMap, SupplyKeysDoNotDependOnTheCartridge) {
    const auto keys = [](const char* black, const char* kitA, const char* kitB) {
        return supplyKeys(pollWith({{prt("12.1.1.4.1.1"), s("black")},
                                    {prt("11.1.1.3.1.1"), n(1)},
                                    {prt("11.1.1.5.1.1"), n(3)},
                                    {prt("11.1.1.6.1.1"), s(black)},
                                    {prt("11.1.1.5.1.2"), n(1)},
                                    {prt("11.1.1.6.1.2"), s(kitA)},
                                    {prt("11.1.1.5.1.3"), n(1)},
                                    {prt("11.1.1.6.1.3"), s(kitB)},
                                    {prt("11.1.1.5.1.4"), n(1)},
                                    {prt("11.1.1.6.1.4"), s("Stapler 1")},
                                    {prt("11.1.1.5.1.5"), n(1)},
                                    {prt("11.1.1.6.1.5"), s("Stapler 2")}}));
    };
    const auto before = keys("Black Cartridge HP", "Maintenance Kit, PN 115R00084;SN1", "ADF Kit");
    const auto after =
        keys("Black Cartridge HP CB436A", "Maintenance Kit, PN 115R00085;SN12345", "ADF Kit");
    EXPECT_EQ(before, after);
    ASSERT_EQ(before.size(), 5U);
    EXPECT_NE(before[1].find("maintenance kit"), std::string::npos) << before[1];
    EXPECT_NE(before[3], before[4]);
    EXPECT_NE(before[4].find("#5"), std::string::npos) << before[4];
}

TEST(StandardMap, SubunitStatusIsTakenApart) {
    struct Case {
        int raw;
        const char* status;
        const char* alerts;
        const char* offline;
    };
    // mfp-model 6.3.
    const Case cases[] = {
        {0, "Idle", "None", "false"},        {1, "OnRequest", "None", "false"},
        {2, "Standby", "None", "false"},     {4, "Active", "None", "false"},
        {5, "Unknown", "None", "false"},     {6, "Busy", "None", "false"},
        {8, "Idle", "Warning", "false"},     {9, "OnRequest", "Warning", "false"},
        {19, "Broken", "Critical", "false"}, {24, "Idle", "CriticalAndWarning", "false"},
        {32, "Idle", "None", "true"},        {126, "Busy", "CriticalAndWarning", "true"},
    };
    for (const Case& test : cases) {
        const Polled polled = pollWith({{prt("8.2.1.11.1.2"), n(test.raw)}});
        EXPECT_EQ(polled.text("MFP.{i}.InputTray.{i}.Status", 2), test.status) << test.raw;
        EXPECT_EQ(polled.text("MFP.{i}.InputTray.{i}.AlertSeverity", 2), test.alerts) << test.raw;
        EXPECT_EQ(polled.text("MFP.{i}.InputTray.{i}.Offline", 2), test.offline) << test.raw;
        EXPECT_EQ(polled.text("MFP.{i}.InputTray.{i}.StatusRaw", 2), std::to_string(test.raw));
    }
    EXPECT_FALSE(pollWith({{prt("8.2.1.11.1.2"), n(-1)}}).text("MFP.{i}.InputTray.{i}.Status", 2));
}

TEST(StandardMap, UnitsBecomeMicrometres) {
    const auto tray = [](int unit, std::int64_t feed, std::int64_t cross) {
        return pollWith({{prt("8.2.1.3.1.1"), n(unit)},
                         {prt("8.2.1.4.1.1"), n(feed)},
                         {prt("8.2.1.5.1.1"), n(cross)}});
    };
    const Polled inches = tray(3, 110000, 85000);
    EXPECT_EQ(inches.text("MFP.{i}.InputTray.{i}.MediaFeedLength", 1), "279400");
    EXPECT_EQ(inches.text("MFP.{i}.InputTray.{i}.MediaCrossFeedWidth", 1), "215900");
    EXPECT_EQ(inches.text("MFP.{i}.InputTray.{i}.MediaSizeName", 1), "na_letter_8.5x11in");
    const Polled metric = tray(4, 297000, 210000);
    EXPECT_EQ(metric.text("MFP.{i}.InputTray.{i}.MediaFeedLength", 1), "297000");
    EXPECT_EQ(metric.text("MFP.{i}.InputTray.{i}.MediaSizeName", 1), "iso_a4_210x297mm");
    const Polled special = tray(3, -2, -1);
    EXPECT_EQ(special.text("MFP.{i}.InputTray.{i}.MediaFeedLength", 1), "-2");
    EXPECT_FALSE(special.text("MFP.{i}.InputTray.{i}.MediaSizeName", 1));
    EXPECT_FALSE(tray(1, 5, 5).text("MFP.{i}.InputTray.{i}.MediaFeedLength", 1));
}

TEST(StandardMap, CapabilitiesComeFromMarkersAndPaths) {
    const Polled polled = pollWith({{prt("10.2.1.2.1.1"), n(4)},
                                    {prt("10.2.1.6.1.1"), n(4)},
                                    {prt("13.4.1.2.1.1"), n(7)},
                                    {prt("13.4.1.3.1.1"), n(3)},
                                    {prt("13.4.1.4.1.1"), n(2130)},
                                    {prt("13.4.1.5.1.1"), n(170000)},
                                    {prt("13.4.1.6.1.1"), n(118110)},
                                    {prt("13.4.1.9.1.1"), n(5)},
                                    {prt("13.4.1.2.1.2"), n(7)},
                                    {prt("13.4.1.4.1.2"), n(4000)},
                                    {prt("13.4.1.9.1.2"), n(3)},
                                    {prt("15.1.1.2.1.1"), n(82)},
                                    {prt("15.1.1.2.1.2"), n(79)},
                                    {prt("15.1.1.2.1.3"), n(82)},
                                    {prt("30.1.1.2.1.1"), n(3)},
                                    {prt("30.1.1.2.1.2"), n(8)}});
    EXPECT_EQ(polled.text("MFP.{i}.Capabilities.ColorMode"), "FullColor");
    EXPECT_EQ(polled.text("MFP.{i}.Capabilities.DuplexSupported"), "true");
    EXPECT_EQ(polled.text("MFP.{i}.Capabilities.LargeFormatSupported"), "true");
    EXPECT_EQ(polled.text("MFP.{i}.Capabilities.MarkTechnology"), "Laser");
    EXPECT_EQ(polled.text("MFP.{i}.Capabilities.PrintSpeed"), "36");
    EXPECT_EQ(polled.text("MFP.{i}.Capabilities.InterpreterList"), "PCL5e,PS3");
    EXPECT_EQ(polled.text("MFP.{i}.Capabilities.FinishingList"), "Staple,Punch");
}

TEST(StandardMap, LightsBlinkOnlyWhenBothTimesAreSet) {
    const auto light = [](int on, int off) {
        return pollWith({{prt("17.6.1.2.1.1"), n(on)}, {prt("17.6.1.3.1.1"), n(off)}})
            .text("MFP.{i}.Console.Light.{i}.State", 1);
    };
    EXPECT_EQ(light(0, 0), "Off");
    EXPECT_EQ(light(0, 100), "Off");
    EXPECT_EQ(light(100, 0), "On");
    EXPECT_EQ(light(100, 100), "Blinking");
}

TEST(StandardMap, ATotalNeedsImpressionsAndOneMarker) {
    const auto total = [](const std::vector<std::pair<int, int>>& markers) {
        std::vector<std::pair<Oid, SnmpValue>> rows;
        int index = 1;
        for (const auto& [unit, count] : markers) {
            rows.emplace_back(prt("10.2.1.3.1." + std::to_string(index)), n(unit));
            rows.emplace_back(prt("10.2.1.4.1." + std::to_string(index)), n(count));
            ++index;
        }
        const Polled polled = pollWith(rows);
        const auto* counter = polled.counter("MFP.{i}.Counters.Total.Impressions");
        if (counter == nullptr) {
            return std::string("none");
        }
        EXPECT_EQ(counter->quality, Quality::Derived);
        EXPECT_EQ(counter->source, "standard/prtMarkerLifeCount");
        EXPECT_EQ(counter->modulus, 4294967296U);
        return std::to_string(counter->raw);
    };
    EXPECT_EQ(total({{7, 61244}}), "61244");
    EXPECT_EQ(total({{8, 61244}}), "none");
    EXPECT_EQ(total({{7, 1000}, {7, 1000}, {7, 1000}, {7, 1000}}), "none");
    EXPECT_EQ(total({}), "none");
    EXPECT_EQ(total({{7, 0}}), "0");
}

TEST(StandardMap, EngineCyclesAreThoseOfTheDefaultMarker) {
    const Polled polled = pollWith(
        {{prt("5.1.1.8.1"), n(2)}, {prt("10.2.1.4.1.1"), n(10)}, {prt("10.2.1.4.1.2"), n(20)}});
    ASSERT_NE(polled.counter("MFP.{i}.Counters.Total.EngineCycles"), nullptr);
    EXPECT_EQ(polled.counter("MFP.{i}.Counters.Total.EngineCycles")->raw, 20U);
}

TEST(StandardMap, SerialNumbersAreCleanedAndPlaceholdersIgnored) {
    const auto serial = [](const char* raw) { return pollWith({{prt("5.1.1.17.1"), s(raw)}}); };
    EXPECT_EQ(serial("74636C6601FK2-130-0").text("MFP.{i}.Identification.SerialNumber"),
              "74636C6601FK2");
    EXPECT_EQ(serial("7XQ1R92-132-13").text("MFP.{i}.Identification.SerialNumber"), "7XQ1R92");
    EXPECT_EQ(serial("VLW7X73031").text("MFP.{i}.Identification.SerialNumberSource"), "PrinterMIB");
    for (const char* bad : {"", "  ", "XXXXXXXX", "0000000000", "N/A", "unknown", "-", "????"}) {
        const Polled polled = serial(bad);
        EXPECT_FALSE(polled.text("MFP.{i}.Identification.SerialNumber")) << bad;
        EXPECT_EQ(polled.text("MFP.{i}.Identification.SerialNumberSource"), "None") << bad;
    }
}

TEST(StandardMap, InterfaceOfThePolledAddressIsTheOneShown) {
    Recording r;
    const std::string mac("\x00\x11\x22\x33\x44\x55", 6);
    const std::string other("\x00\x11\x22\x33\x44\x66", 6);
    r.set(oid("1.3.6.1.2.1.2.2.1.6.1"), s(""));
    r.set(oid("1.3.6.1.2.1.2.2.1.6.2"), s(mac));
    r.set(oid("1.3.6.1.2.1.2.2.1.6.3"), s(other));
    r.set(oid("1.3.6.1.2.1.4.20.1.2.192.0.2.7"), n(3));
    r.set(oid("1.3.6.1.2.1.4.20.1.3.192.0.2.7"), [] {
        SnmpValue v;
        v.type = SnmpType::IpAddress;
        v.octets = std::string("\xFF\xFF\xFF\x00", 4);
        return v;
    }());
    r.set(oid("1.3.6.1.2.1.4.20.1.2.192.0.2.9"), n(2));
    const Polled byAddress = poll(r, sourceMaps(), false, oid("1.3.6.1.2.1.4.20.1.2.192.0.2.7"));
    EXPECT_EQ(byAddress.text("MFP.{i}.Identification.MACAddress"), "00:11:22:33:44:66");
    EXPECT_EQ(byAddress.text("Device.Ethernet.Interface.{i}.MACAddress", 1), "00:11:22:33:44:66");
    EXPECT_EQ(byAddress.text("Device.IP.Interface.{i}.IPv4Address.{i}.IPAddress", 1), "192.0.2.7");
    EXPECT_EQ(byAddress.text("Device.IP.Interface.{i}.IPv4Address.{i}.SubnetMask", 1),
              "255.255.255.0");
    const Polled unknown = poll(r, sourceMaps());
    EXPECT_EQ(unknown.text("MFP.{i}.Identification.MACAddress"), "00:11:22:33:44:55");
    EXPECT_EQ(unknown.text("Device.IP.Interface.{i}.IPv4Address.{i}.IPAddress", 1), "192.0.2.9");
}

TEST(StandardMap, TextsUseTheDeclaredCharacterSet) {
    const Polled polled = pollWith({{prt("5.1.1.2.1"), n(2)},
                                    {prt("5.1.1.10.1"), n(1)},
                                    {prt("7.1.1.4.1.1"), n(5)},
                                    {prt("7.1.1.4.1.2"), n(2009)},
                                    {prt("11.1.1.6.1.1"), s("Kit manuten\x87\xC6o")},
                                    {prt("16.5.1.2.1.1"), s("\xA3\xF3"
                                                            "d\xBC")}});
    EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.Description", 1), "Kit manutenção");
    EXPECT_EQ(polled.text("MFP.{i}.Console.DisplayText"), "Łódź");
    EXPECT_EQ(polled.device.generalCharset, 2009U);
    EXPECT_EQ(polled.device.consoleCharset, 5U);
}

TEST(StandardMap, TheFirstConsoleLineWithTextIsTheMessage) {
    const Polled polled = pollWith({{prt("16.5.1.2.1.1"), s("   ")},
                                    {prt("16.5.1.2.1.2"), s("Sleep mode\non")},
                                    {prt("16.5.1.2.1.3"), s("Ready   ")},
                                    {prt("16.5.1.2.1.4"), s("")}});
    EXPECT_EQ(polled.text("MFP.{i}.Status.StateMessage"), "Sleep mode");
    EXPECT_EQ(polled.text("MFP.{i}.Console.DisplayText"), "\nSleep mode\non\nReady");
}

TEST(StandardMap, PrinterIndexOtherThanOneIsFollowed) {
    Recording r;
    r.set(hr("3.2.1.2.4"), SnmpValue::objectId(hr("3.1.5")));
    r.set(hr("3.2.1.5.1"), n(5));
    r.set(hr("3.2.1.5.4"), n(2));
    r.set(hr("3.5.1.1.4"), n(4));
    r.set(prt("11.1.1.9.4.1"), n(50));
    r.set(prt("11.1.1.9.9.1"), n(10));
    const Polled polled = poll(r, sourceMaps());
    EXPECT_EQ(polled.device.printerIndex, 4U);
    EXPECT_EQ(polled.text("MFP.{i}.Status.State"), "Processing");
    EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.Level", 1), "50");
    EXPECT_EQ(polled.indexes("MFP.{i}.Supply.{i}.").size(), 1U);
}

TEST(StandardMap, AStatusPollIsSmall) {
    DeviceContext device;
    const PollPlan plan = sourceMaps().select(device)->plan(Group::Status, device);
    EXPECT_LE(plan.scalars.size(), 16U);
    ASSERT_LE(plan.tables.size(), 2U);
    std::size_t columns = 0;
    for (const auto& table : plan.tables) {
        columns += table.size();
    }
    EXPECT_LE(columns, 9U);
    EXPECT_NE(std::find(plan.scalars.begin(), plan.scalars.end(), prt("5.1.1.17.1")),
              plan.scalars.end())
        << "the serial number shows that another machine stands there";
}

TEST(StandardMap, NumbersOfAnyTypeAndNumbersAsTextAreTaken) {
    const Polled polled =
        pollWith({{prt("11.1.1.8.1.1"), SnmpValue::integer(100, SnmpType::Gauge32)},
                  {prt("11.1.1.9.1.1"), s(" 42 ")},
                  {prt("10.2.1.3.1.1"), n(7)},
                  {prt("10.2.1.4.1.1"), SnmpValue::integer(7, SnmpType::Counter64)}});
    EXPECT_EQ(polled.text("MFP.{i}.Supply.{i}.LevelPercent", 1), "42");
    EXPECT_EQ(polled.counter("MFP.{i}.Counters.Total.Impressions")->raw, 7U);
}

}  // namespace
}  // namespace platen::mibmap::testing
