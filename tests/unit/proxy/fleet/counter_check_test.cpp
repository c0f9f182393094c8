// SPDX-License-Identifier: Apache-2.0
// Totals against their siblings (mfp-model 7.4.9, features C2).
#include "proxy/fleet/counter_check.hpp"

#include "base/log.hpp"
#include "tests/support/log_lines.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <algorithm>

namespace platen::fleet {
namespace {

class CounterCheck : public FleetFixture {
  public:
    void say(model::ParamIndex param, std::uint64_t number) {
        ChangeRecorder(state.tree, ChangeCause::Device).setUnsigned(inService(param), number);
    }
    std::string failed(std::string_view source = "maker/total") {
        return checkList(checkCounters(state.tree, names, source));
    }
    void marker(const char* unit) {
        ChangeRecorder(state.tree, ChangeCause::Device)
            .setText(inRow(names.markerCounterUnit, 1), unit);
    }
    PrinterState state{knowledge.schema, pool};
};

TEST_F(CounterCheck, WithoutATotalOrASiblingNothingFails) {
    say(names.totalMonochrome, 7);
    EXPECT_EQ(failed(), "");
    say(names.totalImpressions, 100'000);
    EXPECT_EQ(failed(), "") << "mono alone is no sum";
}

TEST_F(CounterCheck, MonoAndColorMakeTheTotal) {
    // The TASKalfa of billing-and-security A2, exact.
    say(names.totalImpressions, 424'405);
    say(names.totalMonochrome, 241'538);
    say(names.totalFullColor, 182'867);
    EXPECT_EQ(failed(), "");
    say(names.totalFullColor, 182'867 + 2'142);  // half a percent and 20
    EXPECT_EQ(failed(), "");
    say(names.totalFullColor, 182'867 + 2'143);
    EXPECT_EQ(failed(), "ColorSum");
    say(names.totalFullColor, 182'867 - 2'143);
    EXPECT_EQ(failed(), "ColorSum");
    say(names.totalHighlight, 2'000);
    EXPECT_EQ(failed(), "");
}

TEST_F(CounterCheck, FunctionsAreNeverMoreThanTheTotal) {
    say(names.totalImpressions, 10'000);
    say(names.printImpressions, 10'070);
    EXPECT_EQ(failed(), "");
    say(names.printImpressions, 10'071);
    EXPECT_EQ(failed(), "FunctionSum");
    say(names.printImpressions, 1'000);
    EXPECT_EQ(failed(), "") << "what else there was is not known";
    say(names.copyImpressions, 8'600);
    EXPECT_EQ(failed(), "") << "400 pages of its own";
    say(names.copyImpressions, 8'599);
    EXPECT_EQ(failed(), "FunctionSum");
    say(names.faxInImpressions, 300);
    say(names.reportImpressions, 101);
    EXPECT_EQ(failed(), "");
}

TEST_F(CounterCheck, SheetsAreNotMoreThanSides) {
    say(names.totalImpressions, 1'000);
    say(names.totalSheets, 1'025);
    say(names.totalDuplexSheets, 512);
    EXPECT_EQ(failed(), "");
    say(names.totalSheets, 1'026);
    EXPECT_EQ(failed(), "SheetCount");
    say(names.totalDuplexSheets, 513);
    EXPECT_EQ(failed(), "SheetCount,DuplexCount");
}

TEST_F(CounterCheck, TheStandardsLifeCountIsToldBesideTheMakersMeter) {
    // PrintMaster's TASKalfa 6052ci: two percent.
    say(names.totalImpressions, 424'405);
    say(names.totalEngineCycles, 432'951);
    EXPECT_EQ(failed(), "") << "the marker's unit is not known";
    marker("Sheets");
    EXPECT_EQ(failed(), "");
    marker("Impressions");
    EXPECT_EQ(failed(), "MarkerLifeCount");
    EXPECT_EQ(failed("standard/prtMarkerLifeCount"), "") << "it is the total then";
    const auto all = checkCounters(state.tree, names, "kyocera/43.10.1.1.12");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_FALSE(all.front().lowersQuality) << "the meter to bill is chosen";
    EXPECT_EQ(all.front().other, 432'951U);
    say(names.totalEngineCycles, 424'405 + 2'142);
    EXPECT_EQ(failed(), "");
}

/// A maker's printer with meters of its own.
class CounterDrift : public FleetFixture {
  public:
    static constexpr const char* kTotal = "1.3.6.1.4.1.1347.43.10.1.1.12.1.1";
    static constexpr const char* kLifeCount = "1.3.6.1.2.1.43.10.2.1.4.1.1";

    CounterDrift() {
        for (auto* every : {&settings.polling.status, &settings.polling.supplies,
                            &settings.polling.counters, &settings.polling.configuration}) {
            *every = std::chrono::hours{1};
        }
        agent = &addPrinter("192.0.2.5", "kyocera-style-m5540");
        settle();
    }

    void count(const char* oid, std::int64_t number) {
        put(*agent, oid, SnmpValue::integer(number, SnmpType::Counter32));
        loop.advance(std::chrono::hours{1});
    }
    std::string counters(const std::string& param) const {
        return text(only(), "MFP.1.Counters." + param);
    }
    std::vector<std::string> told(std::string_view event) const {
        std::vector<std::string> found;
        std::ranges::copy_if(log.lines, std::back_inserter(found), [&](const std::string& line) {
            return line.find(event) != std::string::npos;
        });
        return found;
    }

    test::FakeAgent* agent = nullptr;
    test::LogLines log{clock};
};

TEST_F(CounterDrift, TheMakersMeterIsBilledAndTheStandardsIsKeptBesideIt) {
    EXPECT_EQ(counters("Total.Impressions"), "203261");
    EXPECT_EQ(counters("Source"), "kyocera/43.10.1.1.12");
    EXPECT_EQ(counters("Total.EngineCycles"), "203511");
    EXPECT_EQ(text(only(), "MFP.1.Marker.1.CounterUnit"), "Impressions");
    EXPECT_EQ(counters("Quality"), "Exact");
    EXPECT_EQ(counters("FailedCheckList"), "");
    EXPECT_TRUE(told("counter.disagrees").empty());
}

TEST_F(CounterDrift, ALifeCountThatRunsAwayIsToldOnceAndLowersNothing) {
    for (std::int64_t more = 300; more < 2'400; more += 300) {
        count(kLifeCount, 203'261 + more);
    }
    EXPECT_EQ(counters("FailedCheckList"), "MarkerLifeCount");
    EXPECT_EQ(counters("Quality"), "Exact");
    const auto disagreements = told("counter.disagrees");
    ASSERT_EQ(disagreements.size(), 1U);
    EXPECT_NE(disagreements.front().find("check=MarkerLifeCount total=203261 other=204"),
              std::string::npos)
        << disagreements.front();
    count(kLifeCount, 205'400);
    EXPECT_EQ(told("counter.disagrees").size(), 1U);
}

TEST_F(CounterDrift, ATotalThatStandsStillWhileItsFunctionsCountIsSuspect) {
    const auto sequence = counters("ReadSequence");
    for (std::int64_t print = 150'200; print < 151'600; print += 200) {
        count("1.3.6.1.4.1.1347.42.3.1.1.1.1.1", print);
    }
    EXPECT_EQ(counters("Print.Impressions"), "151400");
    EXPECT_NE(counters("FailedCheckList").find("FunctionSum"), std::string::npos)
        << counters("FailedCheckList");
    EXPECT_EQ(counters("Quality"), "Suspect");
    EXPECT_NE(counters("ReadSequence"), sequence) << "the read is whole all the same";
    EXPECT_EQ(counters("Epoch"), "1");
    EXPECT_GE(observer->changed["MFP.1.Counters.FailedCheckList"], 1);
    count(kLifeCount, 204'811);
    count(kTotal, 204'561);
    EXPECT_EQ(counters("FailedCheckList"), "");
    EXPECT_EQ(counters("Quality"), "Exact");
    EXPECT_EQ(told("counter.agrees").size(), 1U);
}

}  // namespace
}  // namespace platen::fleet
