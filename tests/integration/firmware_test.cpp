// SPDX-License-Identifier: Apache-2.0
// Firmware for printers with the real programs: file server, catalogue, raw port, restart, version.
#include "tests/integration/firmware_world.hpp"

#include <csignal>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <tuple>

namespace platen::test {
namespace {

using net::test::answer;
using net::test::ScriptedServer;
using net::test::Seen;

std::string lastPart(const Seen& seen) {
    const auto line = seen.requestLine();
    const auto from = line.find('/') + 1;
    return line.substr(from, line.find(' ', from) - from);
}

// C-PRX-43, C-XFER-08, C-XFER-26, TP-181 5.1.4
TEST(Firmware, GoesToThePrinterAndIsReportedWhenItHasTheNewVersion) {
    FirmwareWorld site("127.24.0");
    ScriptedServer files(
        [](const Seen& seen) { return answer(200, FirmwareWorld::image(lastPart(seen))); });
    const auto refused = site.download("none", files.url("/2.0"));
    EXPECT_EQ(refused.value("state", ""), "failed") << "the catalogue is empty";
    EXPECT_EQ(refused["fault"]["code"], 9001) << refused.dump();
    site.vendor = site.world.value(site.id(), "Device.DeviceInfo.Manufacturer");
    site.publish({"2.0"});
    const auto other = site.download("other", files.url("/3.0"));
    ASSERT_EQ(other.value("state", ""), "done") << other.dump();
    const auto wrong = site.report(site.id(), "other");
    ASSERT_TRUE(wrong.is_object()) << site.world.gateway().errors();
    EXPECT_EQ(wrong["faultCode"], 9018) << "not in the catalogue" << wrong.dump();

    const auto task = site.download("update", files.url("/2.0"));
    ASSERT_EQ(task.value("state", ""), "done") << task.dump();
    const auto complete = site.report(site.id(), "update");
    ASSERT_TRUE(complete.is_object()) << site.world.gateway().errors();
    EXPECT_EQ(complete["faultCode"], 0) << complete.dump() << site.world.gateway().errors();
    EXPECT_EQ(site.world.value(site.id(), "Device.DeviceInfo.SoftwareVersion"), "2.0");
    std::set<std::string> events;
    for (const auto& inform : site.world.events(site.id())) {
        for (const auto& event : inform["events"]) {
            events.insert(event.get<std::string>());
        }
        if (events.contains("M Download=update")) {
            EXPECT_TRUE(inform.dump().find("1 BOOT") != std::string::npos) << inform.dump();
            EXPECT_TRUE(inform.dump().find("4 VALUE CHANGE") != std::string::npos);
            break;
        }
    }
    EXPECT_TRUE(events.contains("M Download=update"));
    EXPECT_EQ(site.count(site.id(), "update"), 1U);
    const auto stats = site.world.api("/stats");
    EXPECT_EQ(stats["schema"].value("failures", -1), 0) << stats.dump(2);
}

TEST(Firmware, APrinterThatIgnoresItIsReportedAndTheImageIsStopped) {
    FirmwareWorld site("127.24.1", "firmware-ignored");
    ScriptedServer files(
        [](const Seen& seen) { return answer(200, FirmwareWorld::image(lastPart(seen))); });
    site.vendor = site.world.value(site.id(), "Device.DeviceInfo.Manufacturer");
    site.publish({"2.0"});
    ASSERT_EQ(site.download("update", files.url("/2.0")).value("state", ""), "done");
    const auto complete = site.report(site.id(), "update");
    ASSERT_TRUE(complete.is_object()) << site.world.gateway().errors();
    EXPECT_EQ(complete["faultCode"], 9018) << complete.dump();
    const auto again = site.download("again", files.url("/2.0"));
    EXPECT_EQ(again["fault"]["code"], 9001) << again.dump();
}

// C-XFER-13: killed at random moments; PLATEN_SEED repeats a run.
TEST(Firmware, SurvivesKillNineAtAnyMomentWithOneReportAndOneImage) {
    const char* given = std::getenv("PLATEN_SEED");
    const auto seed = given != nullptr ? std::strtoul(given, nullptr, 10) : 20'261'122UL;
    std::mt19937_64 random(seed);
    SCOPED_TRACE("PLATEN_SEED=" + std::to_string(seed));
    FirmwareWorld site("127.24.2");
    ScriptedServer files(
        [](const Seen& seen) { return answer(200, FirmwareWorld::image(lastPart(seen))); });
    site.vendor = site.world.value(site.id(), "Device.DeviceInfo.Manufacturer");
    site.publish({"2.0", "3.0", "4.0", "5.0"});
    for (const auto* version : {"2.0", "3.0", "4.0", "5.0"}) {
        const std::string key = std::string("to ") + version;
        EXPECT_TRUE(eventually(std::chrono::seconds{40}, [&] {
            return !site.world.value(site.id(), "Device.DeviceInfo.SoftwareVersion").empty();
        })) << "the gateway is up again, and the printer";
        ASSERT_EQ(site.download(key, files.url(std::string("/") + version)).value("state", ""),
                  "done")
            << site.world.gateway().errors();
        // Fetching, waiting for idle, sending, restarting, verifying: about six seconds in all.
        const auto moment = std::chrono::milliseconds{random() % 6000};
        eventually(moment, [] { return false; });
        site.kill();
        site.world.startGateway();
        const auto complete = site.report(site.id(), key, std::chrono::seconds{60});
        ASSERT_TRUE(complete.is_object()) << key << moment.count() << site.world.gateway().errors();
        const auto fault = complete["faultCode"].get<int>();
        EXPECT_TRUE(fault == 0 || fault == 9010 || fault == 9018) << complete.dump();
        EXPECT_EQ(site.count(site.id(), key), 1U) << moment.count();
    }
}

/// Answers as a file server does that cannot be trusted.
net::test::Answer lie(const Seen& seen) {
    const auto what = lastPart(seen);
    const std::string good = R"({"acs": {"url": "https://other.test/"}})";
    if (what == "short") {  // Broken off in the middle.
        return {"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + good, true, false};
    }
    if (what == "size") {
        return answer(200, good + " ");
    }
    if (what == "huge") {
        return answer(200, std::string(100'000, ' '));
    }
    if (what == "endless") {
        return {"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{", false, true};
    }
    return what == "other" ? answer(200,
                                    "\x7f"
                                    "ELF, not a configuration")
                           : answer(403);
}

// C-XFER-10, C-XFER-13: each lie has its fault, also if the program is killed meanwhile.
TEST(Firmware, LiesOfFileServersAndKillsEndInOneReportEach) {
    FirmwareWorld site("127.24.3");
    const auto gateway = site.world.deviceId("GW-TEST");
    ScriptedServer files(&lie);
    std::mt19937_64 random(7);
    for (const auto& [what, size, fault] :
         {std::tuple{"short", 0, 9017}, std::tuple{"size", 39, 9018}, std::tuple{"huge", 0, 9010},
          std::tuple{"other", 0, 9018}, std::tuple{"forbidden", 0, 9012}}) {
        const auto task = site.world.runTask(gateway, {{"type", "download"},
                                                       {"commandKey", what},
                                                       {"fileType", "3 Vendor Configuration File"},
                                                       {"url", files.url(std::string("/") + what)},
                                                       {"fileSize", size}});
        ASSERT_EQ(task.value("state", ""), "done") << task.dump();
        eventually(std::chrono::milliseconds{random() % 60}, [] { return false; });
        site.kill();
        site.world.startGateway();
        const auto complete = site.report(gateway, what);
        ASSERT_TRUE(complete.is_object()) << what << site.world.gateway().errors();
        EXPECT_EQ(complete["faultCode"], fault) << complete.dump();
    }
    for (const auto* what : {"short", "size", "huge", "other", "forbidden"}) {
        // Twice only if the kill came between the ACS's answer and its way to the disk.
        EXPECT_GE(site.count(gateway, what), 1U);
        EXPECT_LE(site.count(gateway, what), 2U) << what;
    }
}

// C-XFER-24, C-EVT-10: the operator brings another configuration and reloads.
TEST(Autonomous, AnotherConfigurationFileIsReportedAlsoAfterAKill) {
    FirmwareWorld site("127.24.4");
    const auto gateway = site.world.deviceId("GW-TEST");
    const std::string policy = "Device.ManagementServer.AutonomousTransferCompletePolicy.";
    const auto set = site.world.runTask(
        gateway, {{"type", "set"},
                  {"values",
                   {{{"name", policy + "Enable"}, {"value", "true"}, {"type", "boolean"}},
                    {{"name", policy + "FileTypeFilter"},
                     {"value", "3 Vendor Configuration File"},
                     {"type", "string"}}}}});
    ASSERT_EQ(set.value("state", ""), "done") << set.dump();
    const auto version = site.world.value(gateway, "Device.DeviceInfo.VendorConfigFile.1.Version");
    EXPECT_EQ(version.size(), 16U);
    const auto informs = [&] {
        std::size_t number = 0;
        for (const auto& inform : site.world.events(gateway)) {
            number += inform.dump().find("10 AUTONOMOUS TRANSFER COMPLETE") != std::string::npos;
        }
        return number;
    };
    std::ofstream(site.world.configFile(), std::ios::app) << "// by the operator\n";
    site.world.gateway().signal(SIGHUP);
    EXPECT_TRUE(eventually(std::chrono::seconds{15}, [&] { return informs() == 1; }))
        << site.world.gateway().errors();
    EXPECT_EQ(site.world.api("/stats")["methods"].value("AutonomousTransferComplete", 0), 1);
    EXPECT_NE(site.world.value(gateway, "Device.DeviceInfo.VendorConfigFile.1.Version"), version);
    site.kill();
    std::ofstream(site.world.configFile(), std::ios::app) << "// while it was down\n";
    site.world.startGateway();
    EXPECT_TRUE(eventually(std::chrono::seconds{20}, [&] { return informs() >= 2; }))
        << site.world.gateway().errors();
    // C-DM-09, C-XFER-20: the rows and what Upload accepts belong together.
    ScriptedServer files([](const Seen&) { return answer(201); });
    for (const auto& [type, state] : {std::tuple{"3 Vendor Configuration File 1", "done"},
                                      std::tuple{"4 Vendor Log File 1", "done"},
                                      std::tuple{"3 Vendor Configuration File 2", "done"},
                                      std::tuple{"3 Vendor Configuration File 3", "failed"},
                                      std::tuple{"4 Vendor Log File 9", "failed"}}) {
        const auto task = site.world.runTask(gateway, {{"type", "upload"},
                                                       {"commandKey", type},
                                                       {"fileType", type},
                                                       {"url", files.url("/f")}});
        EXPECT_EQ(task.value("state", ""), state) << task.dump();
        if (std::string(state) == "done") {
            const auto complete = site.report(gateway, type);
            ASSERT_TRUE(complete.is_object()) << type;
            EXPECT_EQ(complete["faultCode"], 0);
        }
    }
    EXPECT_EQ(site.world.api("/stats")["schema"].value("failures", -1), 0);
}

}  // namespace
}  // namespace platen::test
