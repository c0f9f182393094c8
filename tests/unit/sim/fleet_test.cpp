// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/fleet.hpp"

#include "tests/sim/command_line.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace platen::sim {
namespace {

namespace fs = std::filesystem;

const std::string kLocation = "1.3.6.1.2.1.1.6.0";

class SimFleet : public ::testing::Test {
  protected:
    static FleetOptions options(std::size_t count = 0) {
        FleetOptions out;
        out.recordings = {fs::path(PLATEN_SOURCE) / "tests/data/recordings"};
        out.count = count;
        return out;
    }
    Fleet make(const FleetOptions& wanted) {
        auto fleet = Fleet::make(wanted, clock_.steadyNow());
        EXPECT_TRUE(fleet) << (fleet ? "" : fleet.error().text);
        return *std::move(fleet);
    }
    std::string ask(Fleet& fleet, const std::string& line) {
        return fleet.command(line, clock_.steadyNow());
    }

    test::FakeClock clock_;
};

TEST_F(SimFleet, GivesEachRecordingTheNextAddress) {
    Fleet fleet = make(options());
    EXPECT_EQ(fleet.size(), 6U);
    EXPECT_EQ(fleet.at(0x7F010001)->recording().name(), "acme-colorworks-c310-de.snmprec");
    EXPECT_NE(fleet.at(0x7F010006), nullptr);
    EXPECT_EQ(fleet.at(0x7F010007), nullptr);
}

TEST_F(SimFleet, CopiesDifferAndAddressesLeaveOutNetworksAndBroadcasts) {
    Fleet fleet = make(options(600));
    EXPECT_EQ(fleet.at(0x7F0100FF), nullptr);
    EXPECT_EQ(fleet.at(0x7F010100), nullptr);
    ASSERT_NE(fleet.at(0x7F010101), nullptr);
    std::set<std::string> serials;
    std::size_t printers = 0;
    const Oid column{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 17};
    for (Ipv4 address = 0x7F010001; printers < fleet.size(); ++address) {
        if (const Printer* printer = fleet.at(address)) {
            ++printers;
            auto cursor = printer->after(column.ids());
            serials.insert(printer->step(cursor, clock_.steadyNow())->value().octets);
        }
    }
    EXPECT_EQ(serials.size(), 600U);
}

TEST_F(SimFleet, SetAndGetByCommand) {
    Fleet fleet = make(options());
    EXPECT_EQ(ask(fleet, "set 127.1.0.2 " + kLocation + " string Room 5, west"), "ok");
    EXPECT_EQ(ask(fleet, "get 127.1.0.2 " + kLocation), "ok 4|Room 5, west");
    EXPECT_EQ(ask(fleet, "set 127.1.0.2 " + kLocation + " 4x 42fc"), "ok");
    EXPECT_EQ(ask(fleet, "get 127.1.0.2 " + kLocation), "ok 4x|42fc");
    EXPECT_EQ(ask(fleet, "unset 127.1.0.2 " + kLocation), "ok");
    EXPECT_EQ(ask(fleet, "get 127.1.0.2 " + kLocation), "error: " + kLocation + " is not there");
}

TEST_F(SimFleet, SwapAndMoveChangeAddressesOnly) {
    Fleet fleet = make(options());
    const Printer* first = fleet.at(0x7F010001);
    const Printer* second = fleet.at(0x7F010002);
    EXPECT_EQ(ask(fleet, "swap 127.1.0.1 127.1.0.2"), "ok");
    EXPECT_EQ(fleet.at(0x7F010001), second);
    EXPECT_EQ(fleet.at(0x7F010002), first);
    EXPECT_EQ(ask(fleet, "move 127.1.0.1 127.9.9.9"), "ok");
    EXPECT_EQ(fleet.at(0x7F010001), nullptr);
    EXPECT_EQ(fleet.at(0x7F090909), second);
    EXPECT_EQ(ask(fleet, "move 127.9.9.9 127.1.0.2"), "error: 127.1.0.2 is taken");
}

TEST_F(SimFleet, FaultsSilenceAndRestartByCommand) {
    Fleet fleet = make(options());
    EXPECT_EQ(ask(fleet, "fault 127.1.0.1 delay=50ms nobulk"), "ok nobulk delay=50ms");
    EXPECT_EQ(ask(fleet, "silence * on"), "ok");
    EXPECT_TRUE(fleet.at(0x7F010006)->faults().silent);
    EXPECT_EQ(ask(fleet, "silence 127.1.0.6 off"), "ok");
    EXPECT_FALSE(fleet.at(0x7F010006)->faults().silent);
    EXPECT_EQ(ask(fleet, "restart 127.1.0.6 5s"), "ok");
    EXPECT_FALSE(fleet.at(0x7F010006)->isUp(clock_.steadyNow()));
    EXPECT_TRUE(ask(fleet, "stats").starts_with("ok printers=6 gets=0"));
    EXPECT_TRUE(ask(fleet, "stats 127.1.0.1").starts_with("ok gets=0"));
    EXPECT_NE(ask(fleet, "list").find("127.1.0.6"), std::string::npos);
}

TEST_F(SimFleet, NonsenseIsAnsweredWithAnError) {
    Fleet fleet = make(options());
    for (const char* line :
         {"", "   ", "jump", "get", "get 127.1.0.1", "get 127.9.9.9 1.3.6", "get x 1.3",
          "set 127.1.0.1 1.3.6.1 2", "set 127.1.0.1 1.3.6.1 2 x", "set 127.1.0.1 9.9 2 1",
          "fault 127.1.0.1 nosuch", "swap 127.1.0.1", "swap 127.1.0.1 1.2.3.4",
          "silence 127.1.0.1 maybe", "restart 127.1.0.1 soon"}) {
        EXPECT_TRUE(ask(fleet, line).starts_with("error: ")) << line;
    }
}

class SimScript : public SimFleet {
  protected:
    Result<Fleet> withScript(const std::string& text) {
        FleetOptions wanted = options();
        wanted.script = folder_.write("script.json", text);
        return Fleet::make(wanted, clock_.steadyNow());
    }

  private:
    test::TemporaryFolder folder_;
};

TEST_F(SimScript, SetsFaultsValuesAndCounters) {
    auto fleet = withScript(R"({"printers": [
        {"address": "127.1.0.1", "faults": {"delay": "50ms", "toobig": 10, "silent": true},
         "set": [{"oid": "1.3.6.1.2.1.1.6.0", "type": "4", "value": "scripted"}],
         "readonly": ["1.3.6.1.2.1.1.1"], "community": "geheim"},
        {"address": "127.1.0.2", "counters": {"1.3.6.1.2.1.43.10.2.1.4.1.1": 60}}]})");
    ASSERT_TRUE(fleet) << fleet.error().text;
    EXPECT_EQ(fleet->at(0x7F010001)->faults().toString(), "silent delay=50ms toobig=10");
    EXPECT_EQ(ask(*fleet, "get 127.1.0.1 " + kLocation), "ok 4|scripted");
    EXPECT_EQ(fleet->at(0x7F010001)->options().community, "geheim");
    clock_.advance(std::chrono::minutes{2});
    EXPECT_EQ(ask(*fleet, "get 127.1.0.2 1.3.6.1.2.1.43.10.2.1.4.1.1"), "ok 65|413027");
}

TEST_F(SimScript, SaysWhereItIsWrong) {
    for (const char* text :
         {"[]", "{}", R"({"printers": [3]})", R"({"printers": [{"address": "127.9.9.9"}]})",
          R"({"printers": [{"address": "127.1.0.1", "x": 1}]})",
          R"({"printers": [{"address": "127.1.0.1", "faults": {"speed": 1}}]})",
          R"({"printers": [{"address": "127.1.0.1", "set": [{"oid": "1.3"}]}]})"}) {
        EXPECT_FALSE(withScript(text)) << text;
    }
}

TEST(SimCommandLine, ReadsEveryOption) {
    const auto options = parseCommandLine({"--recordings",
                                           "a",
                                           "b",
                                           "--listen",
                                           "127.2.0.1",
                                           "--port",
                                           "1999",
                                           "--count",
                                           "12",
                                           "--serials",
                                           "--fault",
                                           "127.2.0.1:delay=5ms",
                                           "--control",
                                           "127.0.0.1:0",
                                           "--community",
                                           "c",
                                           "--restart-silence",
                                           "1s",
                                           "--seed",
                                           "9"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->fleet.recordings.size(), 2U);
    EXPECT_EQ(options->fleet.firstAddress, 0x7F020001U);
    EXPECT_EQ(options->port, 1999);
    EXPECT_EQ(options->fleet.count, 12U);
    EXPECT_TRUE(options->fleet.serials);
    EXPECT_EQ(options->fleet.faults.at(0).second, "delay=5ms");
    EXPECT_EQ(options->seed, 9U);
}

TEST(SimCommandLine, RefusesWhatItDoesNotKnow) {
    using Args = std::vector<std::string_view>;
    for (const Args& args :
         {Args{}, Args{"--recordings"}, Args{"--recordings", "a", "--port", "70000"},
          Args{"--recordings", "a", "--listen", "10.0.0.1"},
          Args{"--recordings", "a", "--what", "x"}, Args{"--recordings", "a", "--count", "0"},
          Args{"--recordings", "a", "--fault", "x"}}) {
        EXPECT_FALSE(parseCommandLine(args));
    }
}

}  // namespace
}  // namespace platen::sim
