// SPDX-License-Identifier: Apache-2.0
// Discovery by announcements in network namespaces that the test makes: real multicast between the
// real program and small responders (tests/sim/announcers.py). Needs root.
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
        const auto result = runToEnd({"unshare", "-n", script, PLATEN_BIN, folder.path().string(),
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

}  // namespace
}  // namespace platen::test
