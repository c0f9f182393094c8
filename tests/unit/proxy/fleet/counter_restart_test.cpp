// SPDX-License-Identifier: Apache-2.0
// A gateway that is started again in the middle of anything counts like one that was not.
#include "base/log.hpp"
#include "proxy/fleet/device_values.hpp"
#include "proxy/fleet/evaluation_applier.hpp"
#include "proxy/fleet/restart_mark.hpp"
#include "tests/support/log_lines.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace platen::fleet {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kTop = 1ULL << 32U;

/// What a printer says at one poll.
struct Poll {
    std::optional<std::uint64_t> total{};  ///< Nothing: the object is absent.
    std::optional<std::uint64_t> mono{};
    bool restarted = false;
    minutes after{10};
};

/// A printer that prints, forgets, wraps, sleeps, loses its board and gets the number back, by
/// chance.
std::vector<Poll> randomLife(std::uint32_t seed, std::size_t polls) {
    std::mt19937 random(seed);
    const auto below = [&random](std::uint32_t bound) { return random() % bound; };
    std::uint64_t total = below(3) == 0 ? kTop - 300 - below(2000) : 1'000 + below(200'000);
    std::uint64_t lost = 0;  // before the last board
    std::vector<Poll> life;
    while (life.size() < polls) {
        Poll poll;
        poll.after = minutes{1 + below(90)};
        total = (total + below(60)) % kTop;
        switch (below(12)) {
            case 0:  // counters are 0 for a while
                for (auto n = below(5); n > 0; --n) {
                    life.push_back({.total = 0, .mono = 0, .after = poll.after});
                }
                break;
            case 1:  // a wrong number, mostly not for long
                for (auto n = below(5); n > 0; --n) {
                    life.push_back(
                        {.total = total / 3 + below(9), .mono = total / 7, .after = poll.after});
                }
                break;
            case 2:  // another board
                lost = total;
                total = below(40);
                poll.restarted = below(2) == 0;
                break;
            case 3:  // service puts the number back
                total = std::max(lost, total);
                break;
            case 4:  // the power goes
                total -= std::min<std::uint64_t>(total, below(12));
                poll.restarted = true;
                break;
            case 5:
                life.push_back({.after = poll.after});
                break;
            case 6:  // a long night
                poll.after = minutes{60 * (8 + below(300))};
                break;
            default:
                break;
        }
        poll.total = total;
        poll.mono = total / 2;
        life.push_back(poll);
    }
    return life;
}

class CounterRestart : public FleetFixture {
  public:
    struct Told {
        std::vector<std::string> values;  ///< After each poll.
        std::vector<std::string> events;
        friend bool operator==(const Told&, const Told&) = default;
    };

    /// What the counters make of a life; `again`: the state goes to the store and comes back
    /// before these polls.
    Told count(const std::vector<Poll>& life, const std::function<bool(std::size_t)>& again) {
        auto state = std::make_unique<PrinterState>(knowledge.schema, pool);
        WallTime now{std::chrono::sys_days{std::chrono::year{2031} / 1 / 1}};
        Told told;
        for (std::size_t i = 0; i < life.size(); ++i) {
            if (again(i)) {
                std::vector<store::CounterRow> rows;
                for (const auto& entry : state->counters) {
                    rows.push_back(toRow(DeviceId{1}, codec, entry));
                }
                state->restart = unpackRestart(packRestart(state->restart)).value();
                const auto mark = state->restart;
                state = std::make_unique<PrinterState>(knowledge.schema, pool);
                state->restart = mark;
                restoreCounters(rows, codec, *state);
            }
            const auto& poll = life[i];
            now += poll.after;
            state->restart.pending = state->restart.pending || poll.restarted;
            ChangeRecorder changes(state->tree, ChangeCause::Device);
            changes.setUnsigned(inService(names.printSpeed), 40);
            const ApplyContext around{
                .codec = &codec, .names = &names, .now = now, .restarted = state->restart.pending};
            mibmap::Evaluation read;
            const auto add = [&read](model::ParamIndex param, std::optional<std::uint64_t> raw) {
                if (raw) {
                    read.counters.push_back(
                        {.param = param, .raw = *raw, .modulus = kTop, .source = "maker/total"});
                }
            };
            add(names.totalImpressions, poll.total);
            add(names.totalMonochrome, poll.mono);
            const auto outcome = EvaluationApplier(*state, around, changes).apply(read);
            if (outcome.any && !outcome.suspect) {
                state->restart.pending = false;
            }
            std::string line;
            for (const auto& entry : state->counters) {
                line += std::to_string(entry.state.value()) + "/" +
                        std::to_string(entry.state.epoch) + " ";
            }
            told.values.push_back(line + (outcome.suspect ? "suspect" : ""));
            if (outcome.newEpoch) {
                told.events.push_back(std::to_string(i) + " " +
                                      std::string(toString(*outcome.newEpoch)));
            }
            if (outcome.lostPages > 0) {
                told.events.push_back(std::to_string(i) + " lost " +
                                      std::to_string(outcome.lostPages));
            }
        }
        return told;
    }
};

// mfp-model 7.4
TEST_F(CounterRestart, RandomLivesCountTheSameHoweverOftenTheGatewayIsStarted) {
    std::set<std::string> seen;
    for (std::uint32_t seed = 1; seed <= 150; ++seed) {
        const auto life = randomLife(seed, 40);
        const auto plain = count(life, [](std::size_t) { return false; });
        EXPECT_EQ(count(life, [](std::size_t) { return true; }), plain) << "seed " << seed;
        const auto one = seed % life.size();
        EXPECT_EQ(count(life, [one](std::size_t at) { return at == one; }), plain)
            << "seed " << seed << ", started again before poll " << one;
        for (const auto& event : plain.events) {
            seen.insert(event.substr(event.find(' ') + 1, 4));
        }
    }
    EXPECT_EQ(seen, (std::set<std::string>{"Coun", "Firs", "Oper", "lost"}))
        << "these lives are to have all that the rules are about";
}

TEST_F(CounterRestart, WhatIsStoredOfACounterIsAllOfIt) {
    CounterEntry entry;
    entry.ref = inService(names.totalImpressions);
    entry.state = {.source = "maker/total",
                   .epoch = 3,
                   .base = 1ULL << 40U,
                   .lastRaw = 17,
                   .confirmCount = 2,
                   .suspectRaw = 5,
                   .lastRead = WallTime{Millis{1'900'000'000'001}},
                   .suspectRead = WallTime{Millis{1'900'000'000'002}},
                   .baseBeforeFall = 7,
                   .rawBeforeFall = 1ULL << 33U};
    const std::vector rows{toRow(DeviceId{1}, codec, entry)};
    PrinterState state(knowledge.schema, pool);
    restoreCounters(rows, codec, state);
    EXPECT_EQ(state.counter(entry.ref).state, entry.state);
}

TEST(RestartMark, SurvivesTheStoreAndDamageIsNone) {
    const RestartMark mark{.pending = true, .upTime = 61, .seen = WallTime{Millis{1'900'000}}};
    const auto copy = unpackRestart(packRestart(mark));
    ASSERT_TRUE(copy);
    EXPECT_TRUE(copy->pending);
    EXPECT_EQ(copy->upTime, 61U);
    EXPECT_EQ(copy->seen, mark.seen);
    EXPECT_FALSE(unpackRestart(packRestart({}))->pending);
    for (const auto* text : {"", "1", "2\t1\t1", "1\t-1\t1", "1\tx\t1", "1\t1\t", "1\t1\t1\t1"}) {
        EXPECT_FALSE(unpackRestart(text)) << text;
    }
}

constexpr const char* kLifeCount = "1.3.6.1.2.1.43.10.2.1.4.1.1";
constexpr const char* kUpTime = "1.3.6.1.2.1.1.3.0";
constexpr const char* kHostUpTime = "1.3.6.1.2.1.25.1.1.0";

/// The whole gateway with its store: one read each step, by hand or by a new start.
class GatewayRestart : public FleetFixture {
  public:
    enum class Start : std::uint8_t { None, Clean, Crash };
    struct Step {
        std::optional<std::uint64_t> raw{};  ///< Nothing: the printer is silent.
        bool powerCut = false;               ///< Of the printer, before it says this.
    };

    GatewayRestart() {
        constexpr std::chrono::hours kNever{24 * 20};
        settings.polling.status = kNever;
        settings.polling.supplies = kNever;
        settings.polling.counters = kNever;
        settings.polling.configuration = kNever;
        settings.discovery.interval = kNever;
    }

    void show(test::FakeAgent& agent, const Step& step) {
        agent.faults.silent = !step.raw;
        upTime = step.powerCut ? seconds{60} : upTime + minutes{10};
        auto rows = agent.varbinds();
        const auto say = [&rows](const char* oid, std::int64_t number, SnmpType type) {
            const auto key = Oid::parse(oid).value();
            const auto at = std::ranges::find(rows, key, &VarBind::oid);
            ASSERT_NE(at, rows.end()) << oid;
            at->value = SnmpValue::integer(number, type);
        };
        if (step.raw) {
            say(kLifeCount, static_cast<std::int64_t>(*step.raw), SnmpType::Counter32);
        }
        for (const auto* oid : {kUpTime, kHostUpTime}) {
            say(oid, upTime.count() * 100, SnmpType::TimeTicks);
        }
        agent.setVarbinds(std::move(rows));
    }
    void start(Start how) {
        if (how == Start::Clean) {
            fleet->stop();
        }
        // Not stopped: what was not committed is lost.
        loop.advance(seconds{1});
        startGateway();
        loop.advance(minutes{9} + seconds{59});
    }
    std::size_t told(std::string_view event) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            log.lines,
            [&](const std::string& line) { return line.find(event) != std::string::npos; }));
    }

    /// What the ACS sees after each step, and what the log says at the end. `how` says before
    /// which steps the gateway is started.
    std::vector<std::string> live(const std::vector<Step>& steps,
                                  const std::function<Start(std::size_t)>& how) {
        fleet->stop();
        agents.clear();
        network.remove(endpoint("192.0.2.5"));
        store = store::makeMemoryStore(loop);
        log.lines.clear();
        upTime = std::chrono::hours{500};
        auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
        show(agent, steps.front());
        startGateway();
        loop.advance(minutes{10});
        std::vector<std::string> seen;
        for (std::size_t i = 1; i < steps.size(); ++i) {
            show(agent, steps[i]);
            if (const auto kind = how(i); kind != Start::None) {
                start(kind);
            } else {
                only().pollGroups({mibmap::Group::Status, mibmap::Group::Counters},
                                  [](const std::vector<GroupReport>& /*reports*/) {});
                loop.advance(minutes{10});
            }
            const auto& device = only();
            seen.push_back(text(device, "MFP.1.Counters.Total.Impressions") + " epoch " +
                           text(device, "MFP.1.Counters.Epoch") + " " +
                           text(device, "MFP.1.Counters.EpochReason") + " " +
                           text(device, "MFP.1.Counters.Quality"));
        }
        for (const auto* event : {"counter.went_back", "counter.came_back", "counter.pages_lost"}) {
            seen.push_back(event + std::string(" ") + std::to_string(told(event)));
        }
        return seen;
    }

    /// The same, started once before each step, stopped or crashed by turns, and before all steps.
    void expectSame(const std::vector<Step>& steps, const std::vector<std::string>& plain) {
        for (std::size_t at = 1; at < steps.size(); ++at) {
            const auto how = at % 2 == 0 ? Start::Clean : Start::Crash;
            EXPECT_EQ(live(steps, [&](std::size_t i) { return i == at ? how : Start::None; }),
                      plain)
                << "started before step " << at << (how == Start::Crash ? " after a crash" : "");
        }
        for (const auto how : {Start::Clean, Start::Crash}) {
            EXPECT_EQ(live(steps, [&](std::size_t) { return how; }), plain);
        }
    }

    seconds upTime{0};
    test::LogLines log{clock};
};

/// A board that lost its number, zeros before and after, pages meanwhile, and the number put back.
std::vector<GatewayRestart::Step> fallAndReturn() {
    return {{50'000}, {50'010}, {0},      {0},      {3, true}, {5},      {5},      {9},
            {20},     {0},      {50'010}, {50'030}, {50'030},  {50'040}, {50'060}, {50'060}};
}

TEST_F(GatewayRestart, InAnyStateOfAFallAndAReturnLosesNothingAndCountsNothingTwice) {
    const auto steps = fallAndReturn();
    const auto plain = live(steps, [](std::size_t) { return Start::None; });
    EXPECT_EQ(plain.at(plain.size() - 4), "50080 epoch 3 OperatorReset Derived");
    EXPECT_EQ(plain.at(plain.size() - 3), "counter.went_back 1");
    EXPECT_EQ(plain.at(plain.size() - 2), "counter.came_back 1");
    expectSame(steps, plain);
}

TEST_F(GatewayRestart, BetweenAPowerCutAndTheFirstGoodReadKnowsOfTheCutStill) {
    // Seven pages were not in the printer's memory; it says 0 while it starts.
    const std::vector<Step> steps{{181'742},       {181'742}, {0, true}, {0},
                                  {std::nullopt},  {181'735}, {181'735}, {181'740},
                                  {181'720, true}, {181'729}};
    const auto plain = live(steps, [](std::size_t) { return Start::None; });
    EXPECT_EQ(plain.at(plain.size() - 4), "181756 epoch 1 FirstRead Derived");
    EXPECT_EQ(plain.back(), "counter.pages_lost 2");
    expectSame(steps, plain);
}

TEST_F(GatewayRestart, RandomLivesOfAPrinterCountTheSame) {
    for (std::uint32_t seed = 7; seed < 9; ++seed) {
        std::vector<Step> steps{{90'000}};
        for (const auto& poll : randomLife(seed, 16)) {
            steps.push_back({poll.total, poll.restarted});
        }
        const auto plain = live(steps, [](std::size_t) { return Start::None; });
        EXPECT_EQ(live(steps, [](std::size_t) { return Start::Clean; }), plain) << seed;
        EXPECT_EQ(live(steps, [](std::size_t) { return Start::Crash; }), plain) << seed;
    }
}

TEST_F(GatewayRestart, AfterAnIdleWeekIsNoReasonToBelieveAZero) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    upTime = std::chrono::hours{500};
    show(agent, {50'000});
    settle();
    const auto read = [this](Millis then) {
        only().pollGroups({mibmap::Group::Counters},
                          [](const std::vector<GroupReport>& /*reports*/) {});
        loop.advance(then);
    };
    for (int i = 0; i < 18; ++i) {  // the same counter all the time
        read(std::chrono::hours{12});
    }
    show(agent, {0});
    start(Start::Clean);
    for (int i = 0; i < 4; ++i) {
        read(minutes{1});
    }
    EXPECT_EQ(text(only(), "MFP.1.Counters.Epoch"), "1");
    EXPECT_EQ(text(only(), "MFP.1.Counters.Quality"), "Suspect");
    EXPECT_EQ(text(only(), "MFP.1.Counters.Total.Impressions"), "50000");
}

TEST_F(GatewayRestart, ReadsInQuickSuccessionAreOneLook) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    upTime = std::chrono::hours{500};
    show(agent, {50'000});
    settle();
    show(agent, {12});
    for (int i = 0; i < 8; ++i) {  // a user who presses refresh
        only().pollGroups({mibmap::Group::Counters},
                          [](const std::vector<GroupReport>& /*reports*/) {});
        loop.advance(seconds{3});
    }
    EXPECT_EQ(text(only(), "MFP.1.Counters.Epoch"), "1");
    EXPECT_EQ(text(only(), "MFP.1.Counters.Quality"), "Suspect");
    for (int i = 0; i < 3; ++i) {
        loop.advance(minutes{1});
        only().pollGroups({mibmap::Group::Counters},
                          [](const std::vector<GroupReport>& /*reports*/) {});
    }
    loop.advance(seconds{3});
    EXPECT_EQ(text(only(), "MFP.1.Counters.Epoch"), "2");
    EXPECT_EQ(text(only(), "MFP.1.Counters.Total.Impressions"), "50000");
}

}  // namespace
}  // namespace platen::fleet
