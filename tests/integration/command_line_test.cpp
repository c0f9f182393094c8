// SPDX-License-Identifier: Apache-2.0
// The contract of the programs: exit codes and what they print.
#include "tests/integration/gateway_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <map>

namespace platen::test {
namespace {

using nlohmann::json;

TEST(CheckConfig, GoodFileIsZeroBrokenFileIsTwoWithEveryError) {
    const TemporaryFolder folder;
    const auto good = folder.write("good.json", R"({"acs": {"url": "https://acs.example.net/"}})");
    EXPECT_EQ(runToEnd({program("platen"), "check-config", good}).exit, 0);
    const auto bad = folder.write("bad.json",
                                  "{\n  \"acs\": {\"url\": \"ftp://x/\"},\n  \"snmp\": "
                                  "{\"retires\": 2, \"port\": 99999}\n}\n");
    const auto result = runToEnd({program("platen"), "check-config", bad});
    EXPECT_EQ(result.exit, 2);
    EXPECT_NE(result.errors.find("/acs/url"), std::string::npos) << result.errors;
    EXPECT_NE(result.errors.find("did you mean \"retries\""), std::string::npos) << result.errors;
    EXPECT_NE(result.errors.find("/snmp/port"), std::string::npos) << result.errors;
    EXPECT_NE(result.errors.find("bad.json:3:"), std::string::npos) << result.errors;
}

TEST(Run, BrokenConfigurationStartsNothing) {
    const TemporaryFolder folder;
    const auto bad =
        folder.write("bad.json", R"({"acs": {"url": "https://x/"}, "polling": {"status": "soon"},
        "gateway": {"state_dir": "state"}})");
    EXPECT_EQ(runToEnd({program("platen"), "run", "--config", bad}).exit, 2);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "state"));
}

TEST(Run, UsageErrorsAreTwo) {
    EXPECT_EQ(runToEnd({program("platen")}).exit, 2);
    EXPECT_EQ(runToEnd({program("platen"), "pol", "x"}).exit, 2);
    EXPECT_EQ(runToEnd({program("platen"), "help"}).exit, 0);
}

TEST(Poll, PrintsOneObjectWithDeviceMapGroupsAndParameters) {
    GatewayWorld world("127.12.0");
    world.startPrinters();
    const auto result = runToEnd({program("platen"), "poll", world.network() + ".6", "--config",
                                  world.configFile(), "--json"});
    ASSERT_EQ(result.exit, 0) << result.errors;
    const auto out = json::parse(result.output);
    EXPECT_EQ(out["device"]["serial"], "VQ55407731");
    EXPECT_EQ(out["device"]["manufacturer"], "Kyocera");
    EXPECT_EQ(out["device"]["oui"], "00C0EE");
    EXPECT_EQ(out["device"]["product_class"], "ECOSYS M5540idn");
    EXPECT_EQ(out["map"], json({"standard.json", "vendor/kyocera.json"}));
    ASSERT_EQ(out["groups"].size(), 4U);
    for (const auto& group : out["groups"]) {
        EXPECT_EQ(group["result"], "ok");
        EXPECT_GT(group["pdus"].get<int>(), 0);
        EXPECT_TRUE(group.contains("milliseconds"));
    }
    std::map<std::string, json> parameters;
    for (const auto& parameter : out["parameters"]) {
        parameters[parameter["name"].get<std::string>()] = parameter;
    }
    const auto& total = parameters["Device.Services.X_PLATEN_MFP.1.Counters.Total.Impressions"];
    EXPECT_EQ(total["value"], "203261");
    EXPECT_EQ(total["type"], "unsignedLong");
    EXPECT_EQ(total["source"], "snmp");
    EXPECT_EQ(parameters["Device.DeviceInfo.SerialNumber"]["value"], "VQ55407731");
}

TEST(Poll, NoAnswerIsThreeNoPrinterIsFour) {
    GatewayWorld world("127.13.0");
    const auto router = world.folder().write("router.snmprec",
                                             "1.3.6.1.2.1.1.1.0|4|Example router\n"
                                             "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.32473.1\n"
                                             "1.3.6.1.2.1.1.3.0|67|100\n");
    world.startPrinters({router});
    const auto silent = runToEnd(
        {program("platen"), "poll", world.network() + ".9", "--config", world.configFile()});
    EXPECT_EQ(silent.exit, 3);
    EXPECT_NE(silent.errors.find("no answer"), std::string::npos);
    const auto other = runToEnd(
        {program("platen"), "poll", world.network() + ".1", "--config", world.configFile()});
    EXPECT_EQ(other.exit, 4);
    EXPECT_NE(other.errors.find("Printer-MIB"), std::string::npos);
}

TEST(Discover, PrintsAnArrayOfWhatAnswered) {
    GatewayWorld world("127.14.0");
    world.startPrinters();
    const auto result =
        runToEnd({program("platen"), "discover", "--config", world.configFile(), "--json"});
    ASSERT_EQ(result.exit, 0) << result.errors;
    const auto out = json::parse(result.output);
    ASSERT_EQ(out.size(), 6U);
    for (const auto& row : out) {
        for (const auto* key : {"address", "state", "manufacturer", "model", "oui", "product_class",
                                "serial", "reason"}) {
            EXPECT_TRUE(row.contains(key)) << key;
        }
        EXPECT_EQ(row["state"], "printer");
        EXPECT_FALSE(row["serial"].get<std::string>().empty());
    }
}

TEST(Explain, NamesTheWinnerAndTheLoser) {
    GatewayWorld world("127.15.0");
    world.startPrinters();
    const auto result = runToEnd({program("platen"), "explain", world.network() + ".6",
                                  "Device.Services.X_PLATEN_MFP.1.Counters.Total.Impressions",
                                  "--config", world.configFile(), "--json"});
    ASSERT_EQ(result.exit, 0) << result.errors;
    const auto sources = json::parse(result.output)["sources"];
    ASSERT_GE(sources.size(), 2U);
    EXPECT_EQ(sources[0]["winner"], true);
    EXPECT_EQ(sources[0]["oid"], "1.3.6.1.4.1.1347.43.10.1.1.12.1.1");
    EXPECT_TRUE(std::any_of(sources.begin() + 1, sources.end(), [](const json& loser) {
        return loser["value"] == "203511" && loser["winner"] == false;
    })) << sources.dump(2);
}

}  // namespace
}  // namespace platen::test
