// SPDX-License-Identifier: Apache-2.0
// The day's packets and bytes of a printer, their limits, and both over restarts of the gateway.
#include "proxy/fleet/traffic_meter.hpp"

#include "proxy/fleet/device_values.hpp"
#include "proxy/fleet/packet_budget.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

namespace platen::fleet {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kNoon = std::chrono::sys_days{std::chrono::year{2031} / 2 / 3} + hours{12};

TrafficMeter again(TrafficMeter& meter) {
    TrafficMeter other;
    other.restore(meter.pack());
    return other;
}

TEST(TrafficMeter, GoesOnAfterARestartOnTheSameDay) {
    TrafficMeter before;
    before.add(3, 300, kNoon - hours{24});
    before.add(5, 500, kNoon);
    EXPECT_TRUE(before.unsaved());
    auto after = again(before);
    EXPECT_FALSE(before.unsaved());
    EXPECT_EQ(after.today(kNoon + hours{1}), (Traffic{5, 500}));
    EXPECT_FALSE(after.unsaved());
    after.add(1, 100, kNoon + hours{2});
    EXPECT_EQ(after.today(kNoon + hours{2}), (Traffic{6, 600}));
    EXPECT_EQ(after.yesterday(kNoon), (Traffic{3, 300}));
    EXPECT_EQ(after.yesterday(kNoon + hours{12}), (Traffic{6, 600}));
}

TEST(TrafficMeter, BeginsAnewOnTheNextDay) {
    TrafficMeter before;
    before.add(5, 500, kNoon);
    auto next = again(before);
    EXPECT_EQ(next.today(kNoon + hours{24}), Traffic{});
    EXPECT_EQ(next.yesterday(kNoon + hours{24}), (Traffic{5, 500}));
    auto later = again(before);
    EXPECT_EQ(later.today(kNoon + hours{48}), Traffic{});
    EXPECT_EQ(later.yesterday(kNoon + hours{48}), Traffic{});
}

TEST(TrafficMeter, WaitsForAClockThatIsNotSetAtTheStart) {
    for (const WallTime wrong : {WallTime{} + hours{1}, kNoon - hours{24 * 700}}) {
        TrafficMeter before;
        before.add(5, 500, kNoon);
        auto after = again(before);
        after.add(1, 100, wrong);
        EXPECT_EQ(after.today(wrong), (Traffic{1, 100}));
        EXPECT_EQ(after.today(kNoon), (Traffic{5, 500}));
        EXPECT_EQ(after.today(kNoon + hours{24}), Traffic{});
    }
}

TEST(TrafficMeter, WhatAWrongClockStoredIsForgotten) {
    TrafficMeter before;
    before.add(5, 500, kNoon + hours{48});
    auto after = again(before);
    EXPECT_EQ(after.today(kNoon), Traffic{});
    EXPECT_EQ(after.today(kNoon + hours{24}), Traffic{});
    EXPECT_EQ(after.today(kNoon + hours{48}), Traffic{});
}

TEST(TrafficMeter, DamagedTextCountsAsNothing) {
    TrafficMeter good;
    good.add(5, 500, kNoon);
    const auto text = good.pack();
    TrafficMeter whole;
    whole.restore(text);
    EXPECT_EQ(whole.today(kNoon).packets, 5U);
    const auto day = text.substr(0, text.find('\t'));
    for (const auto& damaged :
         {std::string(), text + "\t1", text.substr(0, text.rfind('\t')), day + "\tx\t500\t0\t0",
          day + "\t-5\t500\t0\t0", day + "\t5\t99999999999999999999\t0\t0",
          std::string("9223372036854775807\t5\t500\t0\t0")}) {
        TrafficMeter meter;
        meter.restore(damaged);
        EXPECT_EQ(meter.today(kNoon), Traffic{}) << damaged;
        EXPECT_EQ(meter.yesterday(kNoon), Traffic{}) << damaged;
    }
}

/// Counts the batches with a printer's traffic.
class CountingStore final : public store::Store {
  public:
    explicit CountingStore(std::unique_ptr<store::Store> inner) : inner_(std::move(inner)) {}
    Result<store::Snapshot> load() override { return inner_->load(); }
    void flush() override { inner_->flush(); }
    void commit(store::Batch batch,
                store::Durability durability,
                UniqueFunction<void(Result<void>)> done) override {
        const auto has = [&](std::string_view name) {
            return std::any_of(batch.begin(), batch.end(), [&](const store::Mutation& mutation) {
                const auto* row = std::get_if<store::ReadingRow>(&mutation);
                return row != nullptr && row->name == name;
            });
        };
        if (has(kTrafficRow)) {
            ++(has(kReadingsRow) ? withReadings : alone);
        }
        inner_->commit(std::move(batch), durability, std::move(done));
    }
    int withReadings = 0, alone = 0;

  private:
    std::unique_ptr<store::Store> inner_;
};

class TrafficOverRestarts : public FleetFixture {
  public:
    /// At noon of a day, so that no midnight comes between.
    TrafficOverRestarts() {
        settings.discovery.interval = hours{1'000};
        const auto wall = clock.wallNow().time_since_epoch();
        const auto day = std::chrono::floor<std::chrono::days>(wall) + std::chrono::days{1};
        loop.advance(std::chrono::ceil<Millis>(day + hours{12} - wall));
        startGateway();
    }
    Traffic today() { return only().traffic().today(clock.wallNow()); }
    void stopAndStart() {
        fleet->stop();
        loop.advance(Millis{1});
        startGateway();
    }
};

TEST_F(TrafficOverRestarts, TheDaysCountsGoOn) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(hours{1});
    const auto before = today();
    ASSERT_GT(before.packets, 60U);
    ASSERT_GT(before.bytes, 6'000U);
    fleet->stop();
    loop.advance(Millis{1});
    fleet.reset();
    startGateway();
    EXPECT_EQ(today(), before);
    loop.advance(minutes{10});
    const auto more = today();
    EXPECT_GT(more.packets, before.packets);
    EXPECT_LT(more.packets, before.packets + 100);
    EXPECT_GT(more.bytes, before.bytes);
}

TEST_F(TrafficOverRestarts, ACrashLosesMinutesOnly) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(hours{3});
    const auto atLeast = today();
    loop.advance(minutes{7});
    startGateway();  // nothing was told to stop
    EXPECT_GE(today().packets, atLeast.packets);
    EXPECT_GE(today().bytes, atLeast.bytes);
}

TEST_F(TrafficOverRestarts, AStopKeepsASilentPrintersCountsToo) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    agent.faults.silent = true;
    loop.advance(hours{3});
    const auto before = today();
    stopAndStart();
    EXPECT_EQ(today(), before);
}

TEST_F(TrafficOverRestarts, ASilentPrintersPacketsAreKeptTooWhereTheyAreLimited) {
    settings.polling.packetsPerDay = 10'000;
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    agent.faults.silent = true;
    loop.advance(hours{3});
    const auto atLeast = today();
    loop.advance(minutes{7});
    startGateway();
    EXPECT_GE(today().packets, atLeast.packets);
}

TEST_F(TrafficOverRestarts, ALimitThatIsReachedHoldsAfterARestart) {
    settings.polling.packetsPerDay = 400;
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(hours{6});
    ASSERT_TRUE(only().limited());
    for (int start = 0; start < 3; ++start) {
        stopAndStart();
        settle();
    }
    const auto requests = agent.requests.size();
    loop.advance(hours{1});
    EXPECT_TRUE(only().limited());
    EXPECT_LE(today().packets, 400U);
    EXPECT_EQ(agent.requests.size() - requests, 4U) << "whether it is there";
    EXPECT_NE(text(only(), "MFP.1.Connection.SNMP.LastError").find("packets_per_day = 400"),
              std::string::npos);
    // And no longer than the day.
    fleet->stop();
    loop.advance(hours{12});
    startGateway();
    loop.advance(minutes{5});
    EXPECT_FALSE(only().limited());
    EXPECT_EQ(text(only(), "MFP.1.Connection.SNMP.LastError"), "");
    EXPECT_GT(agent.requests.size() - requests, 20U);
}

TEST_F(TrafficOverRestarts, CountsAreWrittenWithTheReadingsAndNotForEachPoll) {
    settings.polling.status = seconds{20};
    auto counting = std::make_unique<CountingStore>(std::move(store));
    auto& writes = *counting;
    store = std::move(counting);
    startGateway();
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(hours{2});
    EXPECT_GE(writes.withReadings, 2 * 60 / 6);
    EXPECT_LE(writes.withReadings, 2 * 60 / 5 + 1);
    EXPECT_EQ(writes.alone, 0);
    // What is silent has none; without a limit that need not be kept up.
    agent.faults.silent = true;
    loop.advance(hours{1});
    EXPECT_LE(writes.alone, 1);
    settings.polling.bytesPerDay = 1'000'000;
    loop.advance(hours{2});
    EXPECT_GE(writes.alone, 3);
    EXPECT_LE(writes.alone, 2 * 60 / 5 + 1);
}

TEST(ByteBudget, KeepsATenthForPresence) {
    EXPECT_EQ(byteGrant(1'000'000'000'000, 0), PollGrant::All) << "no limit";
    EXPECT_EQ(byteGrant(449'999, 500'000), PollGrant::All);
    EXPECT_EQ(byteGrant(450'000, 500'000), PollGrant::PresenceOnly);
    EXPECT_EQ(byteGrant(499'999, 500'000), PollGrant::PresenceOnly);
    EXPECT_EQ(byteGrant(500'000, 500'000), PollGrant::Nothing);
    EXPECT_EQ(byteGrant(3'999'939'999, 4'000'000'000), PollGrant::All) << "at most 60,000";
    EXPECT_EQ(byteGrant(3'999'940'000, 4'000'000'000), PollGrant::PresenceOnly);
    EXPECT_EQ(byteGrant(69'999, 100'000), PollGrant::All) << "at least 30,000";
    EXPECT_EQ(byteGrant(70'000, 100'000), PollGrant::PresenceOnly);
    EXPECT_EQ(byteGrant(999, 2'000), PollGrant::All) << "half of a small one";
    EXPECT_EQ(byteGrant(1'000, 2'000), PollGrant::PresenceOnly);
}

TEST_F(TrafficOverRestarts, APrintersBytesOfADayAreLimited) {
    settings.polling.bytesPerDay = 300'000;
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(hours{8});
    ASSERT_TRUE(only().limited());
    EXPECT_LE(today().bytes, 300'000U);
    EXPECT_GT(today().bytes, 270'000U - 1);
    EXPECT_EQ(text(only(), "MFP.1.Connection.SNMP.LastError"),
              "polling.bytes_per_day = 300000 is reached: until 00:00 UTC it is only asked whether "
              "it is there");
    EXPECT_EQ(text(only(), "MFP.1.Status.CommunicationStatus"), "Up");
    const auto requests = agent.requests.size();
    loop.advance(hours{1});
    EXPECT_EQ(agent.requests.size() - requests, 4U);
    only().pollSoon({mibmap::Group::Status});
    loop.advance(seconds{1});
    EXPECT_EQ(agent.requests.size() - requests, 4U) << "no trap wakes it";
    stopAndStart();
    settle();
    EXPECT_TRUE(only().limited());
    loop.advance(hours{4});
    EXPECT_FALSE(only().limited()) << "the next day";
    EXPECT_EQ(text(only(), "MFP.1.Connection.SNMP.LastError"), "");
}

TEST_F(TrafficOverRestarts, TheLimitThatIsReachedFirstCounts) {
    settings.polling.bytesPerDay = 4'000'000'000;
    settings.polling.packetsPerDay = 400;
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(hours{8});
    ASSERT_TRUE(only().limited());
    EXPECT_NE(text(only(), "MFP.1.Connection.SNMP.LastError").find("packets_per_day = 400"),
              std::string::npos);
    // A limit that is taken away, and one that is not reached.
    settings.polling.packetsPerDay = 0;
    loop.advance(hours{1});
    EXPECT_FALSE(only().limited());
    EXPECT_EQ(text(only(), "MFP.1.Connection.SNMP.LastError"), "");
}

}  // namespace
}  // namespace platen::fleet
