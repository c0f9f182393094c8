// SPDX-License-Identifier: Apache-2.0
// Ninety days of a printer by a script: each thing that happens is recognised for what it is, at
// most once, and the total is exactly what was printed.
#include "base/log.hpp"
#include "tests/support/log_lines.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace platen::fleet {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* kLifeCount = "1.3.6.1.2.1.43.10.2.1.4.1.1";
constexpr const char* kPowerOnCount = "1.3.6.1.2.1.43.10.2.1.5.1.1";
constexpr const char* kTonerLevel = "1.3.6.1.2.1.43.11.1.1.9.1.1";
constexpr const char* kSerial = "1.3.6.1.2.1.43.5.1.1.17.1";
constexpr const char* kMac = "1.3.6.1.2.1.2.2.1.6.2";
constexpr const char* kDeviceId = "1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1";
constexpr const char* kOctetsIn = "1.3.6.1.2.1.2.2.1.10.2";
constexpr hours kStep{2};  // between polls
constexpr std::uint64_t kWrap = 1ULL << 32U;

/// What a printer does, and what the world should know of it.
class ScriptedPrinter {
  public:
    ScriptedPrinter(test::FakeAgent& agent, std::uint64_t count) : truth(count), agent_(agent) {}

    void print(std::uint64_t pages) {
        truth += pages;
        counter += pages;
        sincePowerOn += pages;
        toner -= 0.008 * static_cast<double>(pages);  // 12,500 pages a cartridge
    }
    void restart() {
        upTime = minutes{1};
        sincePowerOn = 0;
    }
    /// What the agent says now; `zero`: all counters are 0, as while it starts.
    void show(bool zero = false) {
        const auto ticks = std::chrono::duration_cast<std::chrono::seconds>(upTime).count() * 100;
        const auto raw = zero ? 0 : static_cast<std::int64_t>(counter % kWrap);
        const auto level = static_cast<std::int64_t>(std::max(toner, 0.0));
        auto rows = agent_.varbinds();
        const auto put = [&rows](const char* oid, SnmpValue value) {
            const auto key = Oid::parse(oid).value();
            const auto at = std::ranges::lower_bound(rows, key, {}, &VarBind::oid);
            ASSERT_TRUE(at != rows.end() && at->oid == key) << oid;
            at->value = std::move(value);
        };
        put(kLifeCount, SnmpValue::integer(raw, SnmpType::Counter32));
        put(kPowerOnCount, SnmpValue::integer(zero ? 0 : static_cast<std::int64_t>(sincePowerOn),
                                              SnmpType::Counter32));
        put(kTonerLevel, SnmpValue::integer(level));
        put(kOctetsIn,
            SnmpValue::integer(static_cast<std::int64_t>(octets % kWrap), SnmpType::Counter32));
        put("1.3.6.1.2.1.1.3.0", SnmpValue::integer(ticks, SnmpType::TimeTicks));
        put("1.3.6.1.2.1.25.1.1.0", SnmpValue::integer(ticks, SnmpType::TimeTicks));
        agent_.setVarbinds(std::move(rows));
    }
    void pass(Millis time) {
        upTime += time;
        octets += 500'000'000;  // wraps every few days
    }
    void sleeps(bool silent) { agent_.faults.silent = silent; }

    std::uint64_t truth = 0;        ///< The number that the ACS must see.
    std::uint64_t counter = truth;  ///< As the printer keeps it; wraps where it is shown.
    std::uint64_t sincePowerOn = 0;
    double toner = 90;
    Millis upTime = hours{24};
    std::uint64_t octets = 61'022'436;

  private:
    test::FakeAgent& agent_;
};

class PrinterLife : public FleetFixture {
  public:
    PrinterLife() {
        settings.polling.status = kStep;
        settings.polling.supplies = kStep;
        settings.polling.counters = kStep;
        settings.polling.configuration = hours{6};
        settings.discovery.interval = hours{5};
    }

    test::FakeAgent& addNumbered(const std::string& address, const char* serial, char macEnd) {
        auto& agent = addPrinter(address, "acme-laserpoint-410");
        put(agent, kSerial, SnmpValue::string(serial));
        put(agent, kDeviceId, SnmpValue::string("MFG:Acme;MDL:LaserPoint 410;CLS:PRINTER;"));
        put(agent, kMac, SnmpValue::string(std::string("\x00\x00\x5e\x00\x53", 5) + macEnd));
        return agent;
    }
    std::size_t told(const std::string& event) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(log.lines, [&](const std::string& line) {
                return line.find(event + " ") != std::string::npos || line.ends_with(event);
            }));
    }
    /// One day of an office: silent from 22 to 6, printing from 8 to 17. `atNoon` happens in
    /// an hour without pages.
    void day(ScriptedPrinter& printer, const std::function<void()>& atNoon = {}) {
        for (int hour = 0; hour < 24; hour += 2) {
            printer.sleeps(hour < 6 || hour >= 22);
            const bool service = hour == 12 && atNoon;
            if (hour >= 8 && hour <= 17 && !service) {
                printer.print(static_cast<std::uint64_t>(20 + (number * 7 + hour * 5) % 61));
            }
            if (service) {
                atNoon();
            }
            printer.show(hour >= 6 && hour < zeroUntil);
            printer.pass(kStep);
            loop.advance(kStep);
        }
        ++number;
    }
    void days(ScriptedPrinter& printer, int count) {
        for (int i = 0; i < count; ++i) {
            day(printer);
            if (printer.toner < 2) {
                printer.toner = 100;
                ++replaced;
            }
        }
    }
    std::string total(const PrinterDevice& device) const {
        return text(device, "MFP.1.Counters.Total.Impressions");
    }
    std::size_t history(const PrinterDevice& device) const {
        return device.tree().rows(names.supplyHistoryTable, serviceInstance()).size();
    }

    test::LogLines log{clock};
    int number = 0;  ///< Of the day.
    int zeroUntil = -1;
    std::size_t replaced = 0;
};

TEST_F(PrinterLife, NinetyDaysOfAPrinterAreTakenForWhatTheyAre) {
    auto& agent = addNumbered("192.0.2.5", "AL41-0K7731", '\x1a');
    ScriptedPrinter first(agent, kWrap - 5'000);
    first.show();
    settle();
    const auto& a = only();
    const auto identity = a.identity().serial;
    const auto expectTotal = [&](const char* when) {
        EXPECT_EQ(total(a), std::to_string(first.truth)) << when << ", day " << number;
        EXPECT_EQ(text(a, "MFP.1.Counters.Quality"), "Derived") << when;
    };

    days(first, 14);
    expectTotal("before the wrap");
    EXPECT_LT(first.counter, kWrap);
    // Toner falls by about two points a day.
    EXPECT_EQ(text(a, "MFP.1.Supply.1.EstimateMethod"), "LevelTrend");
    const auto left = std::stod(text(a, "MFP.1.Supply.1.EstimatedDaysRemaining"));
    EXPECT_NEAR(left, first.toner / 2.0, 3.0);

    days(first, 16);
    EXPECT_GT(first.counter, kWrap);
    expectTotal("after the wrap");
    EXPECT_EQ(text(a, "MFP.1.Counters.Epoch"), "1") << "a wrap is no new epoch";

    // The power goes at night; seven pages were not in its memory yet.
    constexpr std::uint64_t kLost = 7;
    first.counter -= kLost;
    first.restart();
    days(first, 1);
    expectTotal("after the power cut");
    EXPECT_EQ(told("counter.pages_lost"), 1U);
    EXPECT_EQ(observer->restarts.size(), 1U);
    // Counters are 0 for some hours after it woke up.
    zeroUntil = 12;
    first.sleeps(false);
    days(first, 1);
    zeroUntil = -1;
    expectTotal("after zeros");
    EXPECT_EQ(text(a, "MFP.1.Counters.Epoch"), "1");
    EXPECT_EQ(told("counter.went_back"), 0U);

    while (replaced == 0) {
        days(first, 1);
    }
    const auto atTheEnd = text(a, "MFP.1.Supply.1.State");
    EXPECT_TRUE(atTheEnd == "VeryLow" || atTheEnd == "Depleted") << atTheEnd;
    days(first, 8);
    EXPECT_EQ(history(a), 1U);
    EXPECT_EQ(text(a, "MFP.1.Supply.1.State"), "Normal");
    EXPECT_EQ(told("supply.replaced"), 1U);
    EXPECT_EQ(told("supply.replaced_early"), 0U);
    // Somebody takes out a cartridge that is nearly full.
    const auto wasted = static_cast<std::int64_t>(first.toner);
    EXPECT_GT(wasted, 70);
    first.toner = 100;
    days(first, 1);
    EXPECT_EQ(history(a), 2U);
    EXPECT_EQ(told("supply.replaced_early"), 1U);
    EXPECT_EQ(text(a, "MFP.1.SupplyHistory.2.LevelPercentAtRemoval"), std::to_string(wasted));
    EXPECT_EQ(text(a, "MFP.1.Supply.1.ReplacementCount"), "2");

    // A new main board at noon: the same serial number, the counter begins anew.
    day(first, [&] {
        first.counter = 0;
        first.restart();
    });
    expectTotal("on the day of the new board");
    days(first, 2);
    expectTotal("after the new board");
    EXPECT_EQ(text(a, "MFP.1.Counters.Epoch"), "2");
    EXPECT_EQ(text(a, "MFP.1.Counters.EpochReason"), "CounterWentBack");
    EXPECT_EQ(told("counter.went_back"), 1U);
    EXPECT_EQ(observer->restarts.size(), 2U);
    // Service writes the old number into it, and adds what was printed since.
    day(first, [&] { first.counter = first.truth - kLost; });
    expectTotal("after service put the number back");
    EXPECT_EQ(text(a, "MFP.1.Counters.Epoch"), "3");
    EXPECT_EQ(text(a, "MFP.1.Counters.EpochReason"), "OperatorReset");

    // Another address.
    network.remove(endpoint("192.0.2.5"));
    place("192.0.2.9", agent);
    days(first, 4);
    EXPECT_EQ(only().record().address, "192.0.2.9");
    EXPECT_EQ(only().identity().serial, identity);
    EXPECT_EQ(fleet->sightings().moved, 1U);
    expectTotal("after the move");

    // Another printer of the same model takes its place and its address.
    const auto finalTotal = total(a);
    auto& newAgent = addNumbered("192.0.2.9", "AL41-0K9002", '\x2b');
    ScriptedPrinter second(newAgent, 12'000);
    second.toner = 100;
    second.upTime = hours{500};
    second.show();
    days(second, 5);
    ASSERT_EQ(fleet->printers().size(), 2U);
    const auto& b = *fleet->printers().back();
    EXPECT_NE(b.identity().serial, identity);
    EXPECT_EQ(total(a), finalTotal) << "nothing of the new one is counted for the old one";
    EXPECT_EQ(history(a), 2U);
    EXPECT_EQ(total(b), std::to_string(second.truth));
    EXPECT_EQ(history(b), 0U);
    EXPECT_EQ(fleet->sightings().isNew, 2U);
    EXPECT_EQ(fleet->sightings().replaced, 1U);
    EXPECT_EQ(observer->restarts.size(), 2U);

    days(second, 90 - 8 - number);
    EXPECT_EQ(total(b), std::to_string(second.truth));
    EXPECT_EQ(fleet->sightings().gone, 1U) << "only the one that was taken away";
    network.remove(endpoint("192.0.2.9"));
    loop.advance(hours{8 * 24});
    EXPECT_FALSE(b.reachable());
    EXPECT_EQ(fleet->sightings().gone, 2U);
    EXPECT_EQ(fleet->sightings().back, 0U) << "nights are no news";
    EXPECT_EQ(total(b), std::to_string(second.truth));
    EXPECT_EQ(told("counter.went_back"), 1U);
    EXPECT_EQ(told("counter.came_back"), 1U);
    EXPECT_EQ(told("counter.pages_lost"), 1U);
    EXPECT_EQ(told("supply.replaced") + told("supply.replaced_early"), 2U);
    EXPECT_EQ(text(a, "MFP.1.Counters.Epoch"), "3");
    EXPECT_EQ(text(b, "MFP.1.Counters.Epoch"), "1");
    EXPECT_EQ(observer->added.size(), 2U);
}

TEST_F(PrinterLife, WithoutASerialNumberTheMacTellsThatAnotherPrinterStandsThere) {
    auto& agent = addNumbered("192.0.2.5", "", '\x1a');
    ScriptedPrinter first(agent, 40'000);
    first.upTime = hours{500};
    first.show();
    settle();
    const auto& a = only();
    days(first, 2);
    EXPECT_EQ(total(a), std::to_string(first.truth));
    // At night: one goes, one comes.
    ScriptedPrinter second(addNumbered("192.0.2.5", "", '\x2b'), 12'000);
    second.toner = 100;
    days(second, 2);
    ASSERT_EQ(fleet->printers().size(), 2U);
    const auto& b = *fleet->printers().back();
    EXPECT_EQ(total(a), std::to_string(first.truth));
    EXPECT_EQ(text(a, "MFP.1.Counters.Epoch"), "1");
    EXPECT_EQ(history(a), 0U);
    EXPECT_EQ(total(b), std::to_string(second.truth));
    EXPECT_EQ(fleet->sightings().replaced, 1U);
    EXPECT_EQ(told("counter.went_back") + told("supply.replaced_early"), 0U);
}

}  // namespace
}  // namespace platen::fleet
