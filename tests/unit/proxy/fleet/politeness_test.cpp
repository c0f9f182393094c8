// SPDX-License-Identifier: Apache-2.0
// How much a printer is asked: packets and bytes of the day, slow agents, traps, quirks of its map.
#include "proxy/fleet/packet_budget.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

namespace platen::fleet {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(PacketBudget, KeepsATenthForPresence) {
    EXPECT_EQ(packetGrant(1'000'000, 0), PollGrant::All) << "no limit";
    EXPECT_EQ(packetGrant(899, 1'000), PollGrant::All);
    EXPECT_EQ(packetGrant(900, 1'000), PollGrant::PresenceOnly);
    EXPECT_EQ(packetGrant(999, 1'000), PollGrant::PresenceOnly);
    EXPECT_EQ(packetGrant(1'000, 1'000), PollGrant::Nothing);
    EXPECT_EQ(packetGrant(99'799, 100'000), PollGrant::All) << "at most 200";
    EXPECT_EQ(packetGrant(99'800, 100'000), PollGrant::PresenceOnly);
    EXPECT_EQ(packetGrant(299, 400), PollGrant::All) << "at least 100";
    EXPECT_EQ(packetGrant(300, 400), PollGrant::PresenceOnly);
    EXPECT_EQ(packetGrant(29, 60), PollGrant::All) << "half of a small one";
    EXPECT_EQ(packetGrant(30, 60), PollGrant::PresenceOnly);
    EXPECT_EQ(packetGrant(0, 1), PollGrant::PresenceOnly);
}

TEST(PacketBudget, EndsAtMidnight) {
    const WallTime noon = std::chrono::sys_days{std::chrono::year{2031} / 2 / 3} + hours{12};
    EXPECT_EQ(toNextDay(noon), hours{12});
    EXPECT_EQ(toNextDay(noon + hours{12} - Millis{1}), Millis{1});
    EXPECT_EQ(toNextDay(noon + hours{12}), hours{24});
}

class Politeness : public FleetFixture {
  public:
    std::uint64_t packets() { return only().traffic().today(clock.wallNow()).packets; }
};

TEST_F(Politeness, APrintersPacketsOfADayAreLimited) {
    settings.polling.packetsPerDay = 400;
    settings.discovery.interval = hours{1'000};
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(hours{12});
    EXPECT_TRUE(only().limited());
    EXPECT_LE(packets(), 400U);
    EXPECT_NE(text(only(), "MFP.1.Connection.SNMP.LastError").find("packets_per_day = 400"),
              std::string::npos);
    EXPECT_EQ(text(only(), "MFP.1.Status.CommunicationStatus"), "Up") << "it is asked for that";
    // The reserve: one packet in a quarter of an hour.
    const auto before = agent.requests.size();
    loop.advance(hours{2});
    EXPECT_EQ(agent.requests.size() - before, 8U);
    for (auto i = before; i < agent.requests.size(); ++i) {
        EXPECT_EQ(agent.requests[i].varbinds.size(), 1U);
    }
    // The next day it goes on.
    loop.advance(hours{10} + minutes{5});
    EXPECT_FALSE(only().limited());
    EXPECT_EQ(text(only(), "MFP.1.Connection.SNMP.LastError"), "");
    EXPECT_GT(agent.requests.size() - before, 60U);
}

TEST_F(Politeness, ALimitedPrinterThatGoesAwayIsNoticed) {
    settings.polling.packetsPerDay = 400;
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(hours{12});
    ASSERT_TRUE(only().limited());
    agent.faults.silent = true;
    loop.advance(hours{1});
    EXPECT_FALSE(only().reachable());
    agent.faults.silent = false;
    loop.advance(minutes{16});
    EXPECT_TRUE(only().reachable());
    EXPECT_LE(packets(), 400U);
}

TEST_F(Politeness, LostPacketsCountToo) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    agent.faults.silent = true;
    const auto before = packets();
    const auto requests = agent.requests.size();
    loop.advance(minutes{30});
    EXPECT_EQ(packets() - before, agent.requests.size() - requests);
    EXPECT_GT(packets(), before);
}

TEST_F(Politeness, TheLimitNeverLetsMoreThrough) {
    settings.polling.packetsPerDay = 60;
    settings.polling.status = seconds{10};
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    agent.faults.silent = true;
    loop.advance(hours{4});
    // What finding it cost comes on top: that is the limit of discovery.
    EXPECT_LE(packets(), 60U + 3U);
}

TEST_F(Politeness, TheDaysTrafficIsShown) {
    const auto shown = [this](const char* name) {
        return text(only(), "MFP.1.Connection.SNMP." + std::string(name));
    };
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(minutes{1});
    const auto first = std::stoul(shown("PacketsToday"));
    EXPECT_GT(std::stoul(shown("BytesToday")), 40 * first);
    EXPECT_EQ(shown("PacketsYesterday"), "0");
    const auto requests = agent.requests.size();
    loop.advance(hours{1});
    const auto today = only().traffic().today(clock.wallNow());
    EXPECT_EQ(std::stoul(shown("PacketsToday")), first + agent.requests.size() - requests);
    EXPECT_EQ(std::stoul(shown("PacketsToday")), today.packets);
    EXPECT_EQ(std::stoul(shown("BytesToday")), today.bytes);
    loop.advance(hours{24});
    EXPECT_EQ(std::stoul(shown("PacketsYesterday")),
              only().traffic().yesterday(clock.wallNow()).packets);
    EXPECT_GT(std::stoul(shown("PacketsYesterday")), std::stoul(shown("PacketsToday")) / 2);
    EXPECT_NE(shown("BytesYesterday"), "0");
}

TEST_F(Politeness, NoLimitIsTheDefault) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(hours{1});
    EXPECT_FALSE(only().limited());
    EXPECT_GT(packets(), 100U);
}

TEST_F(Politeness, APauseLiesBetweenTwoRequests) {
    settings.snmp.pause = seconds{2};
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    std::size_t most = 0;
    for (int step = 0; step < 300; ++step) {
        const auto before = agent.requests.size();
        loop.advance(seconds{1});
        most = std::max(most, agent.requests.size() - before);
    }
    EXPECT_EQ(most, 1U);
    EXPECT_EQ(text(only(), "MFP.1.Status.CommunicationStatus"), "Up");
}

TEST(Pace, ASlowAgentRestsFourTimesAsLongAsItWorked) {
    EXPECT_EQ(pacedInterval(seconds{60}, Millis{200}), seconds{60});
    EXPECT_EQ(pacedInterval(seconds{60}, seconds{15}), seconds{60});
    EXPECT_EQ(pacedInterval(seconds{60}, seconds{40}), seconds{160});
}

TEST_F(Politeness, ASlowAgentIsPolledLessOften) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settings.polling.status = seconds{5};
    settle();
    loop.advance(minutes{10});
    auto before = agent.requests.size();
    loop.advance(minutes{10});
    const auto quick = agent.requests.size() - before;
    agent.faults.delay = Millis{1'900};
    loop.advance(minutes{10});
    const auto answeredBefore = engine->stats().responses;
    loop.advance(minutes{10});
    const auto slow = engine->stats().responses - answeredBefore;
    EXPECT_LT(slow * 1'900U, 10U * 60'000U / 4) << "less than a quarter of its time";
    EXPECT_LT(slow, quick);
    EXPECT_EQ(text(only(), "MFP.1.Status.CommunicationStatus"), "Up");
}

TEST_F(Politeness, ATrapStartsAPollOfItsGroupsAtOnce) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(seconds{10});
    const auto before = agent.requests.size();
    only().pollSoon({mibmap::Group::Status});
    loop.advance(seconds{1});
    EXPECT_GT(agent.requests.size(), before);
    EXPECT_LE(agent.requests.size(), before + 4) << "the status only";
}

TEST_F(Politeness, NoTrapWakesAPrinterThatIsNotPolled) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(seconds{10});
    const auto before = agent.requests.size();
    only().pollSoon({});
    only().setGatewayValues({Assignment{inService(names.snmpEnable), model::Value::boolean(false)}},
                            false);
    only().pollSoon({mibmap::Group::Status});
    loop.advance(seconds{5});
    EXPECT_EQ(agent.requests.size(), before);
    only().setGatewayValues({Assignment{inService(names.snmpEnable), model::Value::boolean(true)}},
                            false);
    settings.polling.packetsPerDay = 1;  // used up
    only().pollSoon({mibmap::Group::Status});
    loop.advance(seconds{5});
    EXPECT_EQ(agent.requests.size(), before);
    settings.polling.packetsPerDay = 0;
    only().pollSoon({mibmap::Group::Status});
    loop.advance(seconds{5});
    EXPECT_GT(agent.requests.size(), before);
    fleet->stop();
    const auto stopped = agent.requests.size();
    auto printers = fleet->printers();
    printers.front()->pollSoon({mibmap::Group::Status});
    loop.advance(seconds{5});
    EXPECT_EQ(agent.requests.size(), stopped);
}

TEST_F(Politeness, AnAgentThatDropsLargeRequestsIsPresentedInFull) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto supplies = text(only(), "MFP.1.Supply.1.LevelPercent");
    const auto total = text(only(), "MFP.1.Counters.Total.Impressions");
    auto& other = addPrinter("192.0.2.6", "acme-laserpoint-410");
    other.faults.dropAbove = 1;
    put(other, "1.3.6.1.2.1.43.5.1.1.17.1", SnmpValue::string("ANOTHER-1"));
    fleet->reload();
    loop.advance(minutes{10});
    ASSERT_EQ(fleet->printers().size(), 2U);
    auto& printer = *fleet->printers().back();
    EXPECT_EQ(text(printer, "MFP.1.Supply.1.LevelPercent"), supplies);
    EXPECT_EQ(text(printer, "MFP.1.Counters.Total.Impressions"), total);
    EXPECT_TRUE(printer.reachable());
    EXPECT_EQ(printer.learnedLimits().maxVarbinds, 1U);
    const auto retries = engine->stats().retries;
    loop.advance(hours{1});
    EXPECT_EQ(engine->stats().retries, retries) << "no try that fails";
}

TEST_F(Politeness, TheAcssMaxRepetitionsAreTheEngines) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto largest = [&agent](std::size_t from) {
        std::int32_t most = 0;
        for (auto i = from; i < agent.requests.size(); ++i) {
            if (agent.requests[i].type == snmp::PduType::GetBulk) {
                most = std::max(most, agent.requests[i].errorIndex);
            }
        }
        return most;
    };
    EXPECT_GT(largest(0), 2);
    const auto path = codec.parseInternal("MFP.1.Connection.SNMP.MaxRepetitions");
    if (!path) {
        GTEST_SKIP() << "the model has no such parameter";
    }
    only().write(
        {{path->paramRef(), model::Value::unsignedInteger(model::ValueType::UnsignedInt, 2)}}, {},
        [](const WriteFaults& faults) { EXPECT_TRUE(faults.empty()); });
    loop.advance(seconds{1});
    const auto from = agent.requests.size();
    loop.advance(hours{7});
    EXPECT_EQ(largest(from), 2);
}

}  // namespace
}  // namespace platen::fleet
