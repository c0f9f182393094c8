// SPDX-License-Identifier: Apache-2.0
// What happens to printers in the network, each told and counted once; and passes that go on after
// a restart.
#include "proxy/fleet/sightings.hpp"

#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

namespace platen::fleet {
namespace {

using namespace std::chrono_literals;

class SightingsTest : public FleetFixture {
  public:
    SightingsTest() { settings.discovery.interval = 1h; }
    void remove(const std::string& address) { network.remove(endpoint(address)); }
    void nextPass() { loop.advance(1h + 1min); }
    std::string scanFact() const {
        const auto snapshot = store->load().value();
        for (const auto& fact : snapshot.facts) {
            if (fact.key == ScanKeeper::kFact) {
                return fact.text;
            }
        }
        return "(none)";
    }
};

TEST_F(SightingsTest, NewAndMoved) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    EXPECT_EQ(fleet->sightings().isNew, 1U);
    remove("192.0.2.5");
    place("192.0.2.9", agent);
    nextPass();
    nextPass();
    EXPECT_EQ(fleet->sightings().isNew, 1U);
    EXPECT_EQ(fleet->sightings().moved, 1U);
    EXPECT_EQ(fleet->sightings().replaced, 0U);
    EXPECT_EQ(only().record().address, "192.0.2.9");
}

TEST_F(SightingsTest, GoneAfterAWholePassWithoutItAndBackWhenItAnswers) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    remove("192.0.2.5");
    loop.advance(10min);
    EXPECT_FALSE(only().reachable());
    EXPECT_EQ(fleet->sightings().gone, 0U);
    loop.advance(12h);
    EXPECT_EQ(fleet->sightings().gone, 0U) << "printers sleep at night";
    loop.advance(5h);
    EXPECT_EQ(fleet->sightings().gone, 1U);
    nextPass();
    EXPECT_EQ(fleet->sightings().gone, 1U);
    place("192.0.2.5", agent);
    nextPass();
    EXPECT_TRUE(only().reachable());
    EXPECT_EQ(fleet->sightings().back, 1U);
    EXPECT_EQ(fleet->sightings().isNew, 1U);
}

TEST_F(SightingsTest, ShortSilenceIsNeitherGoneNorBack) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    remove("192.0.2.5");
    loop.advance(10min);
    place("192.0.2.5", agent);
    nextPass();
    EXPECT_TRUE(only().reachable());
    EXPECT_EQ(fleet->sightings().gone, 0U);
    EXPECT_EQ(fleet->sightings().back, 0U);
}

TEST_F(SightingsTest, AnotherPrinterAtTheAddressOfALostOneReplacesIt) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    addPrinter("192.0.2.5", "acme-colorworks-c7200");
    nextPass();
    EXPECT_EQ(fleet->printers().size(), 2U);
    EXPECT_EQ(fleet->sightings().isNew, 2U);
    EXPECT_EQ(fleet->sightings().replaced, 1U);
}

TEST_F(SightingsTest, SecondAddressIsADuplicateOnce) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    place("192.0.2.6", agent);
    settle();
    nextPass();
    nextPass();
    EXPECT_EQ(fleet->sightings().duplicate, 1U);
    EXPECT_EQ(fleet->sightings().isNew, 1U);
}

TEST_F(SightingsTest, MacOfTheNeighbourTableNamesAPrinterThatDoesNotSayIts) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    std::vector<VarBind> rows = agent.varbinds();
    const Oid interfaces{1, 3, 6, 1, 2, 1, 2, 2};
    const Oid serial{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 17};
    std::erase_if(rows, [&](const VarBind& varbind) {
        return varbind.oid.startsWith(interfaces) || varbind.oid.startsWith(serial);
    });
    agent.setVarbinds(rows);
    settle();
    // Without it the address is all there is; the printer stays itself when its MAC gets known.
    EXPECT_EQ(only().record().macAddress, "");
    const auto before = only().identity().serial;
    fleet->stop();
    context->neighbourMac = [](const net::Address& address) {
        return address.toString() == "192.0.2.5" ? std::string("00:1B:A9:AA:BB:0C") : std::string();
    };
    remove("192.0.2.5");
    fleet->start();
    loop.advance(10min);
    place("192.0.2.5", agent);
    nextPass();
    EXPECT_EQ(only().identity().serial, before);
}

TEST_F(SightingsTest, PassOverALargeNetworkGoesOnAfterARestart) {
    settings.discovery.ranges = {"10.0.0.0/20"};
    fleet->reload();
    loop.advance(60s);
    EXPECT_NE(scanFact(), "(none)");
    EXPECT_NE(scanFact(), "");
    fleet->stop();
    loop.runUntilIdle();
    const auto mark = scanFact();
    const auto sent = network.sent;
    startGateway();
    // A whole pass takes 4,094 / 25 s = 164 s; what is left takes less.
    loop.advance(150s);
    EXPECT_EQ(scanFact(), "") << mark;
    EXPECT_LT(network.sent - sent, 4'094U * 2 - 2'000);
}

TEST_F(SightingsTest, ReloadWithOtherExcludesHoldsAtOnce) {
    settings.discovery.ranges = {"10.0.0.0/20"};
    fleet->reload();
    loop.advance(10s);
    addPrinter("10.0.8.1", "acme-laserpoint-410");
    settings.discovery.exclude = {"10.0.8.0/24"};
    fleet->reload();
    loop.advance(200s);
    EXPECT_TRUE(fleet->printers().empty());
}

TEST(TrafficMeter, CountsByDays) {
    TrafficMeter meter;
    const WallTime noon{std::chrono::sys_days{std::chrono::year{2031} / 2 / 3} + 12h};
    meter.add(3, 500, noon);
    meter.add(2, 100, noon + 11h);
    EXPECT_EQ(meter.today(noon + 11h).packets, 5U);
    EXPECT_EQ(meter.today(noon + 11h).bytes, 600U);
    EXPECT_EQ(meter.yesterday(noon + 11h).packets, 0U);
    meter.add(7, 70, noon + 12h);
    EXPECT_EQ(meter.yesterday(noon + 12h).packets, 5U);
    EXPECT_EQ(meter.today(noon + 12h).packets, 7U);
    EXPECT_EQ(meter.yesterday(noon + 60h).packets, 0U);
    EXPECT_EQ(meter.today(noon - 48h).packets, 0U);
}

TEST_F(SightingsTest, PollsOfEachPrinterAreCounted) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto first = only().traffic().today(clock.wallNow());
    EXPECT_GT(first.packets, 0U);
    EXPECT_GT(first.bytes, first.packets);
    loop.advance(1h);
    EXPECT_GT(only().traffic().today(clock.wallNow()).packets, first.packets + 60);
}

}  // namespace
}  // namespace platen::fleet
