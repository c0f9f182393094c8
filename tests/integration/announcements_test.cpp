// SPDX-License-Identifier: Apache-2.0
// Discovery by announcements in network namespaces that the test makes: real multicast between the
// real program and small responders (tests/sim/announcers.py), or Debian's avahi-daemon. Needs
// root.
#include "tests/integration/process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace platen::test {
namespace {

using nlohmann::json;

class AnnouncementsTest : public testing::Test {
  public:
    void SetUp() override {
        if (::geteuid() != 0 || runToEnd({"unshare", "-n", "true"}).exit != 0) {
            GTEST_SKIP() << "needs root and network namespaces (unshare -n)";
        }
        if (runToEnd({"python3", "-c", "pass"}).exit != 0 ||
            runToEnd(
                {"unshare", "-n", "ip", "link", "add", "a0", "type", "veth", "peer", "name", "a1"})
                    .exit != 0) {
            GTEST_SKIP() << "needs python3 and veth links (iproute2)";
        }
    }
    /// `platen discover` at the gateway's end; rows by address.
    std::map<std::string, json> discover(const std::string& settings) {
        const auto config = folder.write(
            "platen.json",
            R"({"gateway": {"state_dir": "state"}, "discovery": {"packets_per_second": 200, )" +
                settings + "}}");
        const std::string script =
            std::string(PLATEN_SOURCE) + "/tests/integration/announcements/gateway_side.sh";
        const auto result =
            runToEnd({"unshare", "-n", script, side, PLATEN_BIN, folder.path().string(),
                      program("platen"), "discover", "--config", config, "--json"});
        EXPECT_EQ(result.exit, 0) << result.output << result.errors << log("printers.log");
        std::map<std::string, json> rows;
        for (const auto& row : json::parse(result.output, nullptr, false)) {
            rows[row.value("address", "")] = row;
        }
        return rows;
    }
    std::string log(const std::string& name) const {
        std::ifstream in(folder.path() / name);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    std::string side = "printers_side.sh";
    TemporaryFolder folder;
};

TEST_F(AnnouncementsTest, NothingIsMulticastUnlessItIsSwitchedOn) {
    const auto rows = discover(R"("ranges": ["198.18.5.0/28"], "exclude": ["198.18.5.9"])");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.at("198.18.5.7").at("state"), "printer");
    EXPECT_EQ(log("announcers.log"), "ready\n");
}

TEST_F(AnnouncementsTest, CandidatesOfTheRangesAreAskedAndTheOthersAreNot) {
    const auto rows = discover(
        R"("ranges": ["198.18.5.4/30", "198.18.5.8/30", "fd12:5::/64"], "exclude": ["198.18.5.9"],)"
        R"( "mdns": true, "wsd": true, "broadcast": true)");
    ASSERT_TRUE(rows.contains("198.18.5.7")) << log("announcers.log");
    EXPECT_EQ(rows.at("198.18.5.7").at("state"), "printer");
    EXPECT_EQ(
        rows.at("198.18.5.7").at("reason"),
        "Printer-MIB, IEEE 1284 id, hrDeviceType printer; announced by mDNS as \"Laserpoint 410\"");
    ASSERT_TRUE(rows.contains("198.18.5.8")) << log("announcers.log");
    EXPECT_EQ(rows.at("198.18.5.8").at("state"), "silent");
    const auto silent = rows.at("198.18.5.8").at("reason").get<std::string>();
    EXPECT_NE(silent.find("no answer to SNMP; announced by WS-Discovery as \"urn:uuid:"),
              std::string::npos)
        << silent;
    ASSERT_TRUE(rows.contains("198.18.5.10"));
    EXPECT_EQ(rows.at("198.18.5.10").at("reason"),
              "no answer to SNMP; answered the SNMP broadcast");
    EXPECT_EQ(rows.at("198.18.5.9").at("state"), "not-asked");
    EXPECT_EQ(rows.at("198.18.5.9").at("reason"),
              "announced by mDNS as \"Excluded\", but excluded by discovery.exclude");
    EXPECT_EQ(rows.at("198.18.6.9").at("state"), "not-asked");
    ASSERT_TRUE(rows.contains("fd12:5::66"));
    EXPECT_EQ(rows.at("fd12:5::66").at("state"), "silent");
    // The excluded printer got not one packet, and each channel asked twice.
    const auto heard = log("announcers.log");
    EXPECT_EQ(heard.find("watched"), std::string::npos) << heard;
    for (const char* line : {"mdns question\n", "wsd question\n", "broadcast question\n"}) {
        const auto first = heard.find(line);
        ASSERT_NE(first, std::string::npos) << line << heard;
        const auto second = heard.find(line, first + 1);
        ASSERT_NE(second, std::string::npos) << line << heard;
        EXPECT_EQ(heard.find(line, second + 1), std::string::npos) << line << heard;
    }
}

/// Debian's avahi-daemon announces; the printer that is there is its own host.
class AvahiTest : public AnnouncementsTest {
  public:
    void SetUp() override {
        AnnouncementsTest::SetUp();
        if (IsSkipped()) {
            return;
        }
        // Not for its service: the test starts it, in a namespace of the test's own.
        if (runToEnd({"avahi-daemon", "--version"}).exit != 0) {
            GTEST_SKIP() << "avahi-daemon is not installed";
        }
        if (runToEnd({"unshare", "-m", "mount", "-t", "tmpfs", "none", "/run"}).exit != 0) {
            GTEST_SKIP() << "needs mounts of its own (unshare -m), for avahi's places in /run";
        }
        side = "avahi_side.sh";
        std::filesystem::create_directories(folder.path() / "avahi" / "services");
        folder.write("avahi/avahi-daemon.conf",
                     "[server]\nhost-name=laserpoint\n"
                     "allow-interfaces=pr0\nenable-dbus=no\n"
                     "[wide-area]\nenable-wide-area=no\n");
        folder.write("avahi/hosts",
                     "198.18.5.9 excluded.local\nfd12:5::9 excluded.local\n"
                     "198.18.6.9 elsewhere.local\n");
    }
    /// `host` empty: avahi's own.
    void announce(const std::string& name,
                  const std::string& type,
                  const std::string& host,
                  const std::string& text = "") const {
        folder.write("avahi/services/" + name + type + ".service",
                     "<service-group><name>" + name + "</name><service><type>" + type + "</type>" +
                         (host.empty() ? "" : "<host-name>" + host + "</host-name>") +
                         "<port>631</port>" +
                         (text.empty() ? "" : "<txt-record>" + text + "</txt-record>") +
                         "</service></service-group>");
    }
    /// No pass comes by 198.18.5.7, the last address of its /30, nor by any of the /64 (which is
    /// refused without mDNS).
    const std::string ranges = R"("ranges": ["198.18.5.4/30", "198.18.5.8/30", "fd12:5::/64"], )"
                               R"("exclude": ["198.18.5.9", "fd12:5::9"], "mdns": true)";
};

TEST_F(AvahiTest, ThePrinterThatItAnnouncesIsFound) {
    announce("Laserpoint 410", "_ipp._tcp", "");
    announce("Laserpoint 410", "_pdl-datastream._tcp", "");
    const auto rows = discover(ranges);
    ASSERT_TRUE(rows.contains("198.18.5.7")) << log("avahi.log");
    EXPECT_EQ(rows.at("198.18.5.7").at("state"), "printer");
    const std::string known =
        "Printer-MIB, IEEE 1284 id, hrDeviceType printer; announced by mDNS as \"Laserpoint 410\"";
    EXPECT_EQ(rows.at("198.18.5.7").at("reason"), known);
    ASSERT_TRUE(rows.contains("fd12:5::7")) << log("avahi.log");
    EXPECT_EQ(rows.at("fd12:5::7").at("state"), "printer");
    EXPECT_EQ(rows.at("fd12:5::7").at("reason"), known);
    EXPECT_EQ(rows.size(), 2U);
}

TEST_F(AvahiTest, WhatOnlyItKnowsIsNotFoundUnlessItIsSwitchedOn) {
    announce("Laserpoint 410", "_ipp._tcp", "");
    announce("Elsewhere", "_ipp._tcp", "elsewhere.local");
    EXPECT_TRUE(discover(R"("ranges": ["198.18.5.4/30", "198.18.5.8/30"])").empty());
    const auto all = discover(R"("ranges": ["198.18.5.4-198.18.5.7"])");
    ASSERT_EQ(all.size(), 1U) << "the same printer, by a pass";
    EXPECT_EQ(all.at("198.18.5.7").at("reason"), "Printer-MIB, IEEE 1284 id, hrDeviceType printer");
}

TEST_F(AvahiTest, AHostThatIsExcludedOrElsewhereIsNotAsked) {
    announce("Excluded", "_ipp._tcp", "excluded.local");
    announce("Elsewhere", "_pdl-datastream._tcp", "elsewhere.local");
    const auto rows = discover(ranges);
    for (const char* address : {"198.18.5.9", "fd12:5::9"}) {
        ASSERT_TRUE(rows.contains(address)) << address << log("avahi.log");
        EXPECT_EQ(rows.at(address).at("state"), "not-asked");
        EXPECT_EQ(rows.at(address).at("reason"),
                  "announced by mDNS as \"Excluded\", but excluded by discovery.exclude");
    }
    ASSERT_TRUE(rows.contains("198.18.6.9")) << log("avahi.log");
    EXPECT_EQ(rows.at("198.18.6.9").at("state"), "not-asked");
    EXPECT_EQ(rows.at("198.18.6.9").at("reason"),
              "announced by mDNS as \"Elsewhere\", but outside discovery.ranges");
    EXPECT_EQ(log("announcers.log"), "ready\n") << "not one packet at 198.18.5.9";
}

// avahi's answers to such a question end at 512 octets; what does not fit is left out.
TEST_F(AvahiTest, APrinterIsFoundThoughItsRecordsDoNotFitIntoTheAnswer) {
    const std::string half(200, 'x');
    std::string large = "a=";
    large.append(half).append("</txt-record><txt-record>b=").append(half);
    for (const char* type : {"_ipp._tcp", "_ipps._tcp", "_pdl-datastream._tcp", "_printer._tcp"}) {
        announce("Laserpoint 410", type, "", large);
    }
    const auto rows = discover(ranges);
    const auto avahi = log("avahi.log");
    EXPECT_NE(avahi.find("\nRecord [Laserpoint"), std::string::npos) << avahi;  // is left out
    for (const char* address : {"198.18.5.7", "fd12:5::7"}) {
        ASSERT_TRUE(rows.contains(address)) << address << log("avahi.log");
        EXPECT_EQ(rows.at(address).at("state"), "printer");
    }
}

}  // namespace
}  // namespace platen::test
