// SPDX-License-Identifier: Apache-2.0
// An answer that says nothing new is not translated; what the gateway shows is the same as if it
// were.
#include "proxy/fleet/answer_memory.hpp"

#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace platen::fleet {
namespace {

using mibmap::Group;
using std::chrono::hours;
using std::chrono::minutes;

constexpr WallTime kThen{std::chrono::sys_days{std::chrono::year{2031} / 2 / 3}};

std::vector<VarBind> answer() {
    return {{Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}, SnmpValue::integer(4711, SnmpType::TimeTicks)},
            {Oid{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4, 1, 1}, SnmpValue::integer(15)},
            {Oid{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 6, 1, 1}, SnmpValue::string("Black toner")},
            {Oid{1, 3, 6, 1, 2, 1, 1, 2, 0}, SnmpValue::objectId(Oid{1, 3, 6, 1, 4, 1, 11})}};
}

AnswerPrint printOfChanged(const std::function<void(std::vector<VarBind>&)>& change) {
    auto varbinds = answer();
    change(varbinds);
    return printOf(varbinds, "SN1", "02");
}

TEST(AnswerPrint, IsTheSameForTheSameAnswer) {
    EXPECT_EQ(printOf(answer(), "SN1", "02"), printOf(answer(), "SN1", "02"));
}

TEST(AnswerPrint, LeavesClocksOut) {
    EXPECT_EQ(printOf(answer(), "SN1", "02"),
              printOfChanged([](auto& varbinds) { varbinds[0].value.number = 4712; }));
}

TEST(AnswerPrint, ChangesWithAllElse) {
    const std::vector<AnswerPrint> prints{
        printOf(answer(), "SN1", "02"),
        printOf(answer(), "SN2", "02"),
        printOf(answer(), "SN1", "03"),
        printOf(answer(), "SN10", "2"),
        printOfChanged([](auto& varbinds) { varbinds[1].value.number = 16; }),
        printOfChanged([](auto& varbinds) { varbinds[1].value.number = 15LL << 32U; }),
        printOfChanged([](auto& varbinds) { varbinds[1].value.type = SnmpType::Gauge32; }),
        printOfChanged([](auto& varbinds) { varbinds[1].value = SnmpValue::string("15"); }),
        printOfChanged([](auto& varbinds) { varbinds[1].oid = varbinds[1].oid.child({1}); }),
        printOfChanged([](auto& varbinds) { varbinds[2].value.octets = "Black toneR"; }),
        printOfChanged([](auto& varbinds) { varbinds[2].value.octets = "Black toner "; }),
        printOfChanged([](auto& varbinds) { varbinds[2].value.octets.push_back('\0'); }),
        printOfChanged([](auto& varbinds) { varbinds[3].value.oid = Oid{1, 3, 6, 1, 4, 1, 12}; }),
        printOfChanged([](auto& varbinds) { varbinds.pop_back(); }),
        printOfChanged([](auto& varbinds) { std::swap(varbinds[1], varbinds[2]); })};
    for (std::size_t i = 0; i < prints.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_NE(prints[i], prints[j]) << i << " and " << j;
        }
    }
}

TEST(AnswerMemory, KnowsTheLastAnswerOfEachGroup) {
    AnswerMemory memory;
    const auto print = printOf(answer(), "", "");
    EXPECT_FALSE(memory.sameSince(Group::Supplies, AnswerPrint{}, {}, kThen));
    memory.keep(Group::Supplies, print, {}, kThen);
    EXPECT_EQ(memory.sameSince(Group::Supplies, print, {}, kThen + minutes{5}), kThen);
    EXPECT_FALSE(memory.sameSince(Group::Counters, print, {}, kThen + minutes{5}));
    EXPECT_FALSE(memory.sameSince(Group::Supplies, printOf(answer(), "1", ""), {}, kThen));
    memory.readAgain(Group::Supplies, kThen + minutes{5});
    EXPECT_EQ(memory.sameSince(Group::Supplies, print, {}, kThen + minutes{10}),
              kThen + minutes{5});
    memory.forget(Group::Supplies);
    EXPECT_FALSE(memory.sameSince(Group::Supplies, print, {}, kThen + minutes{10}));
}

TEST(AnswerMemory, HoldsForADayAndNotBeforeItBegan) {
    AnswerMemory memory;
    const auto print = printOf(answer(), "", "");
    memory.keep(Group::Supplies, print, {}, kThen);
    memory.readAgain(Group::Supplies, kThen + hours{23});
    EXPECT_TRUE(memory.sameSince(Group::Supplies, print, {}, kThen + hours{24} - Millis{1}));
    EXPECT_FALSE(memory.sameSince(Group::Supplies, print, {}, kThen + hours{24}));
    EXPECT_FALSE(memory.sameSince(Group::Supplies, print, {}, kThen - Millis{1}));
}

TEST(AnswerMemory, HoldsInTheSameCircumstancesOnly) {
    AnswerMemory memory;
    const auto print = printOf(answer(), "", "");
    const Circumstances before{.translation = 1, .values = 2, .rows = 3};
    memory.keep(Group::Supplies, print, before, kThen);
    EXPECT_TRUE(memory.sameSince(Group::Supplies, print, before, kThen));
    EXPECT_FALSE(memory.sameSince(Group::Supplies, print, {2, 2, 3}, kThen));
    EXPECT_FALSE(memory.sameSince(Group::Supplies, print, {1, 3, 3}, kThen));
    EXPECT_FALSE(memory.sameSince(Group::Supplies, print, {1, 2, 4}, kThen));
}

/// A gateway with one printer that is polled by hand.
class HandPolled final : public FleetFixture {
  public:
    explicit HandPolled(std::vector<VarBind> varbinds) {
        constexpr hours kNever{24 * 365};
        settings.polling = {
            .status = kNever, .supplies = kNever, .counters = kNever, .configuration = kNever};
        startGateway();
        agents.push_back(std::make_unique<test::FakeAgent>(std::move(varbinds)));
        place("192.0.2.5", *agents.back());
        settle();
    }
    void TestBody() override {}

    test::FakeAgent& agent() { return *agents.front(); }
    void poll(std::vector<Group> groups = {Group::Status, Group::Supplies, Group::Counters,
                                           Group::Configuration}) {
        only().pollGroups(std::move(groups), [](const auto&) {});
        loop.advance(std::chrono::seconds{1});
    }
    /// The printer's clocks go on with ours.
    void pass(Millis time) {
        loop.advance(time);
        auto varbinds = agent().varbinds();
        for (auto& varbind : varbinds) {
            if (varbind.value.type == SnmpType::TimeTicks && mibmap::isClock(varbind.oid)) {
                varbind.value.number += time.count() / 10;
            }
        }
        agent().setVarbinds(std::move(varbinds));
    }
    void change(const char* oid, SnmpValue value) { put(agent(), oid, std::move(value)); }

    /// All that it shows and knows, a line each.
    std::vector<std::string> all() {
        std::vector<std::string> lines;
        const auto& tree = only().tree();
        tree.forEachParam(
            *codec.parse(""), [&](const model::ParamRef& ref, const model::Value& value) {
                if (ref.param == names.bytesToday || ref.param == names.bytesYesterday) {
                    return;  // request ids have one to four octets
                }
                lines.push_back(codec.internalName(ref) + " = " + value.text() + " of " +
                                std::string(toString(*tree.sourceOf(ref))));
            });
        for (const auto& counter : only().state().counters) {
            lines.push_back(codec.internalName(counter.ref) + " counted " +
                            std::to_string(counter.state.value()) + " read " +
                            std::to_string(counter.state.lastRead.time_since_epoch().count()));
        }
        for (const auto& row : only().state().rowIndexes) {
            lines.push_back(codec.internalName(row.row) + " is row " + std::to_string(row.index));
        }
        return lines;
    }
};

constexpr const char* kOffice = "acme-laserpoint-410";
constexpr const char* kTonerLevel = "1.3.6.1.2.1.43.11.1.1.9.1.1";

TEST(RepeatedAnswers, AreNotTranslated) {
    HandPolled gateway(FleetFixture::recording(kOffice));
    gateway.poll();
    const auto before = gateway.only().repeatedAnswers();
    gateway.poll();
    gateway.pass(minutes{5});
    gateway.poll();
    // Supplies, counters and configuration; the status tells of uptime and alerts.
    EXPECT_EQ(gateway.only().repeatedAnswers(), before + 6);
}

TEST(RepeatedAnswers, MoveTheTimesOfReading) {
    HandPolled gateway(FleetFixture::recording(kOffice));
    gateway.poll();
    const std::string service = "MFP.1.";
    const auto sequence =
        std::stoi(gateway.text(gateway.only(), service + "Counters.ReadSequence"));
    gateway.pass(minutes{5});
    gateway.poll();
    const auto now = formatDateTime(std::chrono::floor<std::chrono::seconds>(
        gateway.clock.wallNow() - std::chrono::seconds{1}));
    EXPECT_EQ(gateway.text(gateway.only(), service + "Counters.LastReadTime"), now);
    EXPECT_EQ(gateway.text(gateway.only(), service + "Counters.ReadSequence"),
              std::to_string(sequence + 1));
}

TEST(RepeatedAnswers, AChangedVarbindIsSeen) {
    HandPolled gateway(FleetFixture::recording(kOffice));
    gateway.poll();
    gateway.poll();
    gateway.change(kTonerLevel, SnmpValue::integer(7));
    gateway.poll();
    EXPECT_EQ(gateway.text(gateway.only(), "MFP.1.Supply.1.Level"), "7");
}

TEST(RepeatedAnswers, WhatTheAcsChangedIsOverwrittenAsBefore) {
    HandPolled gateway(FleetFixture::recording(kOffice));
    gateway.poll();
    gateway.poll();
    const auto ref = gateway.codec.parseInternal("MFP.1.Supply.1.Category")->paramRef();
    const auto said = gateway.text(gateway.only(), "MFP.1.Supply.1.Category");
    gateway.only().state().tree.set(ref, model::Value::string("other"), model::Source::Acs);
    gateway.poll();
    EXPECT_EQ(gateway.text(gateway.only(), "MFP.1.Supply.1.Category"), said);
}

/// Random life of one printer, seen by a gateway as it is and by one that translates all.
void liveAlike(const std::vector<VarBind>& start, std::uint32_t seed, int steps) {
    HandPolled plain(start);
    HandPolled thorough(start);
    if (plain.fleet->printers().size() != 1 || thorough.fleet->printers().size() != 1) {
        return;  // not taken up as a printer at all
    }
    thorough.only().setTracing(true);  // whoever asks where values come from gets all translated
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t bound) { return random() % bound; };
    std::vector<std::string> story;
    for (int step = 0; step < steps; ++step) {
        auto varbinds = plain.agent().varbinds();
        const auto at = below(varbinds.size());
        VarBind& one = varbinds[at];
        story.push_back(one.oid.toString());
        switch (below(8)) {
            case 0:
                one.value.number += 1;
                break;
            case 1:
                one.value.number = static_cast<std::int64_t>(below(110));
                break;
            case 2:
                one.value.octets += "x";
                break;
            case 3:
                varbinds.erase(varbinds.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 4:
                varbinds = start;
                break;
            default:
                story.back() = "-";
        }
        static constexpr std::array<minutes, 5> kPauses{minutes{1}, minutes{5}, minutes{16},
                                                        hours{7}, hours{25}};
        const auto pause = kPauses.at(below(kPauses.size()));
        const bool silent = below(12) == 0;
        std::vector<Group> groups{Group::Status};
        for (const auto group : {Group::Supplies, Group::Counters, Group::Configuration}) {
            if (below(4) != 0) {
                groups.push_back(group);
            }
        }
        for (auto* gateway : {&plain, &thorough}) {
            gateway->agent().setVarbinds(varbinds);
            gateway->pass(pause);
            gateway->agent().faults.silent = silent;
            gateway->poll(groups);
            if (silent) {
                gateway->loop.advance(minutes{2});
                gateway->agent().faults.silent = false;
            }
        }
        if (plain.fleet->printers().size() != 1 || thorough.fleet->printers().size() != 1) {
            break;  // another serial number: another printer
        }
        const auto shown = plain.all();
        const auto wanted = thorough.all();
        for (std::size_t i = 0; i < std::max(shown.size(), wanted.size()); ++i) {
            ASSERT_EQ(i < shown.size() ? shown[i] : "", i < wanted.size() ? wanted[i] : "")
                << "step " << step << " of seed " << seed << ", changed " << story.back();
        }
    }
}

class RandomLife : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(All,
                         RandomLife,
                         testing::Values("acme-colorworks-c310-de",
                                         "acme-colorworks-c7200",
                                         "acme-inkstream-6100",
                                         "acme-labelmark-200",
                                         "acme-laserpoint-410",
                                         "kyocera-style-m5540"),
                         nameOfRecording);

TEST_P(RandomLife, LooksTheSameAsIfAllWereTranslated) {
    for (const std::uint32_t seed : {1U, 2U}) {
        liveAlike(FleetFixture::recording(GetParam()), seed, 30);
    }
}

TEST(RandomLifeOfTheCorpus, LooksTheSameAsIfAllWereTranslated) {
    const auto folder = std::filesystem::path(PLATEN_SHARED) / "corpus/snmp";
    if (!std::filesystem::is_directory(folder)) {
        GTEST_SKIP() << "no recordings in " << folder;
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".snmprec") {
            SCOPED_TRACE(entry.path().filename().string());
            liveAlike(FleetFixture::recordingAt(entry.path()), 3, 6);
        }
    }
}

}  // namespace
}  // namespace platen::fleet
