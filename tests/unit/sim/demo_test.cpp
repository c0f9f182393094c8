// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/demo/demo.hpp"

#include "tests/sim/demo/child_process.hpp"
#include "tests/sim/demo/printer_view.hpp"
#include "tests/sim/demo/snmp_get.hpp"
#include "tests/sim/simulator.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <fstream>

namespace platen::demo {
namespace {

namespace fs = std::filesystem;

AcsClient::Parameters serviceOf(const std::map<std::string, std::string>& values) {
    AcsClient::Parameters out;
    for (const auto& [name, value] : values) {
        out[std::string(kService) + name] = value;
    }
    return out;
}

TEST(DemoView, ShowsPercentagesStatesAndWhatIsAbsent) {
    const PrinterView view = makeView(serviceOf({{"Identification.SerialNumber", "S1"},
                                                 {"Identification.ModelName", "LaserPoint"},
                                                 {"Counters.Total.Impressions", "1234567"},
                                                 {"Status.State", "Idle"},
                                                 {"Supply.2.Description", "Drum"},
                                                 {"Supply.2.LevelPercent", "-1"},
                                                 {"Supply.2.LevelState", "SomeRemaining"},
                                                 {"Supply.10.Type", "Fuser"},
                                                 {"Supply.10.LevelPercent", "0"},
                                                 {"Supply.1.Description", "Black"},
                                                 {"Supply.1.LevelPercent", "64"}}));
    EXPECT_EQ(view.serial, "S1");
    EXPECT_EQ(view.manufacturer, "-");
    EXPECT_EQ(view.impressions, "1,234,567");
    EXPECT_EQ(view.supplies,
              (std::vector<std::string>{"Black 64 %", "Drum SomeRemaining", "Fuser 0 %"}));
}

TEST(DemoView, TableHasAHeaderAndWrapsSupplies) {
    PrinterView view{.serial = "S1",
                     .manufacturer = "Acme",
                     .model = "Büro",
                     .impressions = "-",
                     .state = "Idle",
                     .supplies = {}};
    view.supplies.assign(12, "Tonerkassette 50 %");
    const std::string table = formatTable({view});
    EXPECT_TRUE(table.starts_with("  SERIAL"));
    std::size_t lines = 0;
    std::size_t start = 0;
    for (auto end = table.find('\n'); end != std::string::npos; end = table.find('\n', start)) {
        EXPECT_LE(end - start, 101U);
        start = end + 1;
        ++lines;
    }
    EXPECT_EQ(lines, 5U);
}

TEST(DemoView, GroupsDigits) {
    EXPECT_EQ(groupDigits("0"), "0");
    EXPECT_EQ(groupDigits("999"), "999");
    EXPECT_EQ(groupDigits("1000"), "1,000");
    EXPECT_EQ(groupDigits("-"), "-");
}

TEST(DemoChild, RunsAndReportsItsEnd) {
    const test::TemporaryFolder folder;
    const auto log = folder / "child.log";
    auto child = ChildProcess::start("/bin/sh", {"-c", "echo hello; exit 3"}, log);
    ASSERT_TRUE(child);
    EXPECT_EQ(child->wait(Millis{5000}), 3);
    std::ifstream stream(log);
    std::string line;
    std::getline(stream, line);
    EXPECT_EQ(line, "hello");
}

TEST(DemoChild, IsStoppedBySignal) {
    const test::TemporaryFolder folder;
    const auto log = folder / "child.log";
    auto child = ChildProcess::start("/bin/sleep", {"60"}, log);
    ASSERT_TRUE(child);
    EXPECT_FALSE(child->exitStatus().has_value());
    const auto end = child->stop(Millis{5000});
    EXPECT_EQ(end.status, 128 + 15);
    EXPECT_FALSE(end.killed);
}

TEST(DemoChild, MissingProgramIsReported) {
    EXPECT_FALSE(ChildProcess::start("/nonexistent/program", {}, "/dev/null"));
}

TEST(DemoCommandLine, ReadsItsOptions) {
    const auto options =
        parseCommandLine({"--seconds", "30", "--keep", "--schemas", "s"}, "/x/bin");
    ASSERT_TRUE(options);
    EXPECT_EQ(options->runFor, Millis{30'000});
    EXPECT_TRUE(options->keepFiles);
    EXPECT_EQ(options->programs, fs::path("/x/bin"));
    for (const std::vector<std::string_view>& args : {std::vector<std::string_view>{"--seconds"},
                                                      {"--seconds", "0"},
                                                      {"--seconds", "soon"},
                                                      {"--what", "x"}}) {
        EXPECT_FALSE(parseCommandLine(args, "/x/bin"));
    }
}

TEST(DemoRun, SaysWhatIsMissing) {
    DemoOptions options;
    options.programs = "/nonexistent";
    options.runFor = Millis{1000};
    const std::atomic<bool> interrupted{false};
    EXPECT_EQ(runDemo(options, interrupted), 1);
}

TEST(DemoSnmpGet, AsksTheSimulatedPrinter) {
    sim::SimulatorOptions options;
    options.fleet.recordings = {fs::path(PLATEN_SOURCE) /
                                "tests/data/recordings/acme-labelmark-200.snmprec"};
    options.port = 0;
    const auto thread = sim::SimulatorThread::start(options);
    ASSERT_TRUE(thread);
    const std::uint16_t port = (*thread)->simulator().port();
    const auto location = snmpGet("127.1.0.1", port, Oid{1, 3, 6, 1, 2, 1, 1, 6, 0});
    ASSERT_TRUE(location);
    EXPECT_EQ(location->octets, "Packing line 3");
    EXPECT_FALSE(snmpGet("127.1.0.1", port, Oid{1, 3, 6, 1, 9, 9}));
    EXPECT_FALSE(snmpGet("printer", port, Oid{1, 3, 6, 1}));
}

TEST(DemoPorts, TakesTheWantedPortOnlyIfItIsFree) {
    const std::uint16_t any = freePort(SOCK_STREAM, 0);
    EXPECT_NE(any, 0);
    EXPECT_EQ(freePort(SOCK_STREAM, any), any);
}

}  // namespace
}  // namespace platen::demo
