// SPDX-License-Identifier: Apache-2.0
// The meters that stand in the recordings, read by hand (snmp-quirks, section 5): which number is
// the machine's own must not depend on luck.
#include "tests/unit/mibmap/recording.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>

namespace platen::mibmap::testing {
namespace {

struct Meter {
    std::string_view recording;
    std::string_view param;  ///< Below MFP.{i}.Counters.
    std::uint64_t value;
};

constexpr std::array kMeters = std::to_array<Meter>({
    {"sharp-mx-3570n", "Total.Impressions", 121104},
    {"sharp-mx-3570n", "Total.EngineCycles", 121104},
    {"sharp-mx-3570n", "Total.MonochromeImpressions", 91164},
    {"sharp-mx-3570n", "Total.FullColorImpressions", 29940},
    {"sharp-mx-3570n", "Total.DuplexSheets", 41020},
    {"sharp-mx-3570n", "Print.Impressions", 82214},
    {"sharp-mx-3570n", "Print.MonochromeImpressions", 53631},
    {"sharp-mx-3570n", "Print.FullColorImpressions", 28583},
    {"sharp-mx-3570n", "Copy.Impressions", 38804},
    {"sharp-mx-3570n", "Copy.MonochromeImpressions", 37485},
    {"sharp-mx-3570n", "Copy.FullColorImpressions", 1319},
    {"sharp-mx-3570n", "Report.MonochromeImpressions", 48},
    {"sharp-mx-3570n", "Report.FullColorImpressions", 38},
    {"sharp-mx-3570n", "Scan.Images", 13534},
    {"sharp-mx-3100n-1", "Total.Impressions", 89298},
    {"sharp-mx-3100n-2", "Total.Impressions", 89656},
    {"kyocera-ecosys-p3055dn", "Total.Impressions", 60994},
    {"kyocera-ecosys-p3055dn", "Total.EngineCycles", 61244},
    {"kyocera-taskalfa-2550ci", "Total.Impressions", 136683},
    {"konica-bizhub-c250i", "Total.Impressions", 33803},
    {"konica-bizhub-c250i", "Total.EngineCycles", 33810},
    {"konica-bizhub-c250i", "Copy.MonochromeImpressions", 3672},
    {"konica-bizhub-c250i", "Print.MonochromeImpressions", 22876},
    {"konica-bizhub-c250i", "Copy.FullColorImpressions", 544},
    {"konica-bizhub-c250i", "Print.FullColorImpressions", 6711},
    {"konica-bizhub-c250i", "Total.DuplexSheets", 7357},
    {"konica-bizhub-c250i", "Scan.Images", 5653},
    {"ricoh-mp-c3002", "Total.EngineCycles", 271871},
    {"brother-mfc-7820n", "Total.EngineCycles", 18171},
    {"brother-dcp-1618w", "Total.Impressions", 3914},
    {"brother-dcp-9020cdw", "Total.Impressions", 4939},
    {"brother-dcp-9020cdw", "Total.MonochromeImpressions", 1762},
    {"brother-dcp-9020cdw", "Total.FullColorImpressions", 3177},
    {"brother-dcp-l2540dn", "Total.Impressions", 333},
    {"brother-hl-5350dn", "Total.Impressions", 69411},
    {"brother-hl-l2340dw", "Total.Impressions", 986},
    {"brother-hl-l2340dw", "Total.EngineCycles", 1279},
    {"brother-mfc-5490cn", "Total.EngineCycles", 8989},
    {"brother-mfc-t910dw", "Total.Impressions", 3384},
    {"brother-mfc-t910dw", "Total.MonochromeImpressions", 185},
    {"brother-mfc-t910dw", "Total.FullColorImpressions", 3199},
    {"brother-mfc-t910dw", "Total.DuplexSheets", 1445},
    {"xerox-workcentre-3655x", "Total.Impressions", 149647},
    {"xerox-workcentre-3655x", "Total.MonochromeImpressions", 149647},
    {"xerox-workcentre-3655x", "Print.Impressions", 69174},
    {"xerox-workcentre-3655x", "Print.Sheets", 63428},
    {"xerox-workcentre-3655x", "Print.DuplexSheets", 5746},
    {"xerox-workcentre-3655x", "Copy.Impressions", 80194},
    {"xerox-workcentre-3655x", "FaxIn.Impressions", 279},
    {"xerox-workcentre-3655x", "FaxOut.Images", 587},
    {"xerox-workcentre-3655x", "Scan.NetworkImages", 5016},
    {"xerox-workcentre-5325", "Total.Impressions", 52848},
    {"hp-m130nw", "Total.Impressions", 15232},
    {"hp-m130nw", "Total.MonochromeImpressions", 15232},
    {"hp-m130nw", "Total.DuplexSheets", 0},
    {"hp-m130nw", "Scan.FlatbedImages", 1190},
    {"hp-m130nw", "Scan.Images", 1190},
    {"hp-m1522n-1", "Total.Impressions", 9814},
    {"hp-m551-2", "Total.Impressions", 7147},
    {"hp-envy-6000", "Total.Impressions", 931},
    {"lexmark-mx711-a1", "Total.EngineCycles", 69112},
    {"ibm-infoprint-1130", "Total.EngineCycles", 470285},
});

/// Recordings without a meter: then there is no total, not 0.
constexpr std::array<std::string_view, 12> kNone{
    "epson-wf-c5790",       "konica-bizhub-25e",    "brother-mfc-l2710dw", "toshiba-e-studio2505ac",
    "canon-lbp6670",        "dell-s5830dn",         "hp-m452nw",           "hp-m880",
    "fujifilm-apeos-c7580", "xerox-altalink-c8045", "oki-mc873",           "hp-lj1022n"};

std::filesystem::path file(std::string_view recording) {
    return std::filesystem::path(PLATEN_SHARED) / "corpus" / "snmp" /
           (std::string(recording) + ".snmprec");
}

class Meters : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(file(kMeters.front().recording))) {
            GTEST_SKIP() << "no recordings in " << file("").parent_path();
        }
    }
};

TEST_F(Meters, AreTheMachinesOwn) {
    std::string_view last;
    std::optional<Polled> polled;
    for (const Meter& meter : kMeters) {
        if (meter.recording != last) {
            const auto recording = Recording::load(file(meter.recording));
            ASSERT_TRUE(recording) << meter.recording;
            polled.emplace(poll(*recording, sourceMaps()));
            last = meter.recording;
        }
        const CounterReading* counter =
            polled->counter("MFP.{i}.Counters." + std::string(meter.param));
        ASSERT_NE(counter, nullptr) << meter.recording << " " << meter.param;
        EXPECT_EQ(counter->raw, meter.value) << meter.recording << " " << meter.param;
    }
}

TEST_F(Meters, AreAbsentWhereTheAgentHasNone) {
    for (const std::string_view name : kNone) {
        const auto recording = Recording::load(file(name));
        ASSERT_TRUE(recording) << name;
        EXPECT_EQ(poll(*recording, sourceMaps()).counter("MFP.{i}.Counters.Total.Impressions"),
                  nullptr)
            << name;
    }
}

// Black, full colour and highlight colour never add up to more than the total they are parts of.
TEST_F(Meters, PartsAreNoMoreThanTheWhole) {
    for (const auto& entry : std::filesystem::directory_iterator(file("").parent_path())) {
        if (entry.path().extension() != ".snmprec") {
            continue;
        }
        const auto recording = Recording::load(entry.path());
        ASSERT_TRUE(recording);
        const Polled polled = poll(*recording, sourceMaps());
        for (const std::string of : {"Total.", "Print.", "Copy.", "FaxIn."}) {
            const auto value = [&](const char* name) {
                const auto* counter = polled.counter("MFP.{i}.Counters." + of + name);
                return counter != nullptr ? counter->raw : 0;
            };
            const auto* whole = polled.counter("MFP.{i}.Counters." + of + "Impressions");
            if (whole != nullptr) {
                EXPECT_LE(value("MonochromeImpressions") + value("FullColorImpressions") +
                              value("HighlightColorImpressions"),
                          whole->raw)
                    << entry.path().stem() << " " << of;
                EXPECT_LE(value("DuplexSheets") * 2, whole->raw)
                    << entry.path().stem() << " " << of;
            }
        }
    }
}

}  // namespace
}  // namespace platen::mibmap::testing
