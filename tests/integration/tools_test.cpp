// SPDX-License-Identifier: Apache-2.0
// Why is it not reading, and how a printer becomes a recording: the programs on loopback.
#include "tests/integration/gateway_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace platen::test {
namespace {

using nlohmann::json;

struct Diagnosed {
    int exit = -1;
    std::map<std::string, json> steps;
    std::string verdict;
};

Diagnosed diagnose(const std::string& host, const std::string& config) {
    const auto run = runToEnd({program("platen"), "diagnose", host, "--config", config, "--json"});
    Diagnosed out;
    out.exit = run.exit;
    const auto parsed = json::parse(run.output, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << run.output << run.errors;
    if (parsed.is_object()) {
        EXPECT_EQ(parsed["host"], host);
        out.verdict = parsed["verdict"].get<std::string>();
        for (const auto& step : parsed["steps"]) {
            out.steps[step["step"].get<std::string>()] = step;
        }
    }
    return out;
}

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

/// The configuration with other SNMP settings.
std::string configWith(const GatewayWorld& world,
                       const std::string& discovery,
                       const std::string& community) {
    return world.folder().write(
        "other.json", R"({"acs": {"url": "http://127.0.0.1:1/"}, "discovery": )" + discovery +
                          R"(, "snmp": {"port": )" + std::to_string(world.snmpPort()) +
                          R"(, "timeout": "300ms", "retries": 1, "credentials": [)" + community +
                          "]}}");
}

TEST(Diagnose, APrinterThatReadsWellIsWellAtEveryStep) {
    GatewayWorld world("127.41.0");
    world.startPrinters();
    const auto found = diagnose(world.network() + ".6", world.configFile());
    EXPECT_EQ(found.exit, 0);
    EXPECT_EQ(found.verdict, "Reads well.");
    for (const auto& [name, step] : found.steps) {
        EXPECT_EQ(step["result"], "ok") << name << ": " << step;
    }
    EXPECT_EQ(found.steps.at("map")["facts"]["vendor/kyocera.json"],
              "the printer has 1.3.6.1.4.1.1347.43.5.1.1.28.1");
    EXPECT_NE(found.steps.at("reading supplies")["facts"]["objects"], "0");
    EXPECT_EQ(found.steps.at("complete")["facts"]["total_impressions"], "203261");
    const auto text = runToEnd(
        {program("platen"), "diagnose", world.network() + ".6", "--config", world.configFile()});
    EXPECT_TRUE(text.output.ends_with("Reads well.\n")) << text.output;
}

TEST(Diagnose, AnAgentThatDropsLargeRequestsIsReadAndExplained) {
    GatewayWorld world("127.47.0");
    world.startPrinters(
        {std::string(PLATEN_SOURCE) + "/tests/data/recordings/kyocera-style-m5540.snmprec",
         "--count", "2", "--fault", "127.47.0.2:drop-above=1"});
    const auto good = diagnose("127.47.0.1", world.configFile());
    EXPECT_EQ(good.steps.at("agent")["facts"].size(), 0U) << good.steps.at("agent");
    const auto found = diagnose("127.47.0.2", world.configFile());
    EXPECT_EQ(found.exit, 0);
    EXPECT_EQ(found.steps.at("agent")["facts"]["max_varbinds"], "1");
    EXPECT_EQ(found.steps.at("agent")["facts"]["no_bulk"], "1");
    for (const char* group : {"configuration", "status", "supplies", "counters"}) {
        const auto step = std::string("reading ") + group;
        EXPECT_EQ(found.steps.at(step)["facts"]["objects"], good.steps.at(step)["facts"]["objects"])
            << group;
    }
}

TEST(Diagnose, AWrongCommunityLooksLikeSilence) {
    GatewayWorld world("127.42.0");
    world.startPrinters();
    const auto config = configWith(
        world, R"({"ranges": ["127.42.0.0/28"]})",
        R"({"community": "wrong-one"}, {"version": "1", "community": "wrong-too", "name": "old"})");
    const auto found = diagnose(world.network() + ".1", config);
    EXPECT_EQ(found.exit, 3);
    EXPECT_EQ(found.steps.at("udp_port")["result"], "ok");
    const auto& step = found.steps.at("credential");
    EXPECT_EQ(step["result"], "failed");
    EXPECT_NE(step["advice"].get<std::string>().find("a wrong community looks like silence"),
              std::string::npos);
    EXPECT_EQ(step["facts"].size(), 2U);
    EXPECT_NE(step["facts"]["tried_2"].get<std::string>().find("entry old"), std::string::npos);
    EXPECT_EQ(step.dump().find("wrong-"), std::string::npos) << "a community was shown";
    EXPECT_EQ(found.steps.at("map")["result"], "skipped");
    // With the right one behind it, that one is found.
    const auto both = configWith(
        world, R"({"ranges": ["127.42.0.0/28"]})",
        R"({"community": "wrong-one"}, {"community": "public"}, {"community": "third"})");
    const auto read = diagnose(world.network() + ".1", both);
    EXPECT_EQ(read.exit, 0);
    EXPECT_NE(read.steps.at("credential")["text"].get<std::string>().find(
                  "entry #2 of "
                  "snmp.credentials: works; not tried: 1 more"),
              std::string::npos)
        << read.steps.at("credential");
}

TEST(Diagnose, AClosedPortIsToldFromSilence) {
    GatewayWorld world("127.43.0");  // nobody listens
    const auto found = diagnose(world.network() + ".1", world.configFile());
    EXPECT_EQ(found.exit, 3);
    EXPECT_EQ(found.steps.at("udp_port")["result"], "failed");
    EXPECT_NE(found.steps.at("udp_port")["text"].get<std::string>().find("port unreachable"),
              std::string::npos);
    EXPECT_EQ(found.steps.at("credential")["result"], "skipped");
    EXPECT_NE(found.verdict.find("switched off"), std::string::npos) << found.verdict;
}

TEST(Diagnose, AnExcludedOrForgottenPrinterIsNamed) {
    GatewayWorld world("127.44.0");
    world.startPrinters();
    const auto excluded =
        configWith(world, R"({"ranges": ["127.44.0.0/28"], "exclude": ["127.44.0.6"]})",
                   R"({"community": "public"})");
    auto found = diagnose(world.network() + ".6", excluded);
    EXPECT_EQ(found.exit, 0) << "it can be read";
    EXPECT_EQ(found.steps.at("ranges")["result"], "failed");
    EXPECT_NE(found.verdict.find("the gateway does not ask it"), std::string::npos);
    const auto forgotten =
        configWith(world, R"({"ranges": ["127.99.0.0/28"]})", R"({"community": "public"})");
    found = diagnose(world.network() + ".6", forgotten);
    EXPECT_EQ(found.steps.at("ranges")["result"], "warning");
    found = diagnose("no-such-host.invalid", forgotten);
    EXPECT_EQ(found.exit, 3);
    EXPECT_EQ(found.steps.at("name")["result"], "failed");
    EXPECT_EQ(found.steps.at("complete")["result"], "skipped");
}

TEST(Diagnose, ARouterIsNoPrinterAndAHiddenMibIsSaid) {
    GatewayWorld world("127.45.0");
    const auto router = world.folder().write("a-router.snmprec",
                                             "1.3.6.1.2.1.1.1.0|4|Example router\n"
                                             "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.32473.1\n"
                                             "1.3.6.1.2.1.1.3.0|67|100\n");
    const auto hidden = world.folder().write("b-hidden.snmprec",
                                             "1.3.6.1.2.1.1.1.0|4|KYOCERA Printer\n"
                                             "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1347.41\n"
                                             "1.3.6.1.2.1.1.3.0|67|100\n");
    world.startPrinters({router, hidden});
    auto found = diagnose(world.network() + ".1", world.configFile());
    EXPECT_EQ(found.exit, 4);
    EXPECT_EQ(found.steps.at("view")["result"], "ok");
    EXPECT_EQ(found.steps.at("printer")["result"], "failed");
    found = diagnose(world.network() + ".2", world.configFile());
    EXPECT_EQ(found.exit, 4);
    EXPECT_EQ(found.steps.at("view")["result"], "failed");
    EXPECT_NE(found.steps.at("view")["advice"].get<std::string>().find("view"), std::string::npos);
    EXPECT_NE(found.verdict.find("hides its Printer-MIB"), std::string::npos) << found.verdict;
}

std::map<std::string, std::string> tried(const std::string& recording) {
    const auto run = runToEnd({program("platen"), "map", "try", "-", recording, "--json"});
    EXPECT_EQ(run.exit, 0) << run.errors;
    std::map<std::string, std::string> out;
    const auto parsed = json::parse(run.output, nullptr, false);
    for (const auto& value : parsed.is_object() ? parsed["parameters"] : json::array()) {
        out[value["name"].get<std::string>()] = value["value"].get<std::string>();
    }
    return out;
}

TEST(Record, ARecordedPrinterIsReadLikeTheRealOneWithoutItsSecrets) {
    GatewayWorld world("127.46.0");
    world.startPrinters();
    const auto file = (world.folder().path() / "copy.snmprec").string();
    const auto run = runToEnd({program("platen"), "record", world.network() + ".6", "--config",
                               world.configFile(), "--output", file});
    ASSERT_EQ(run.exit, 0) << run.errors;
    EXPECT_NE(run.output.find(" objects, "), std::string::npos) << run.output;
    const auto text = read(file);
    EXPECT_TRUE(text.starts_with("# A printer recorded by platen ")) << text.substr(0, 300);
    EXPECT_NE(text.find("serial numbers ("), std::string::npos) << text.substr(0, 300);
    EXPECT_EQ(text.find("VQ55407731"), std::string::npos);
    const auto original =
        tried(std::string(PLATEN_SOURCE) + "/tests/data/recordings/kyocera-style-m5540.snmprec");
    const auto copy = tried(file);
    EXPECT_GT(original.size(), 100U);
    std::size_t different = 0;
    for (const auto& [name, value] : original) {
        ASSERT_TRUE(copy.contains(name)) << name;
        different += copy.at(name) != value ? 1U : 0U;
    }
    EXPECT_NE(copy.at("Device.DeviceInfo.SerialNumber"), "");
    EXPECT_GT(different, 0U);
    EXPECT_LT(different, 20U);
    EXPECT_EQ(copy.at("Device.Services.X_PLATEN_MFP.1.Counters.Total.Impressions"), "203261");
    const auto silent = runToEnd(
        {program("platen"), "record", world.network() + ".12", "--config", world.configFile()});
    EXPECT_EQ(silent.exit, 3);
}

TEST(Map, ErrorsOfAMapEndWithTwoAndOfARecordingWithOneOrFour) {
    const TemporaryFolder folder;
    const auto bad = folder.write("bad.json", R"({"format": 1, "match": {}, "objcts": []})");
    const auto checked = runToEnd({program("platen"), "map", "check", bad});
    EXPECT_EQ(checked.exit, 2);
    EXPECT_NE(checked.errors.find(R"(did you mean "objects")"), std::string::npos)
        << checked.errors;
    EXPECT_EQ(
        runToEnd({program("platen"), "map", "check", folder.write("cut.json", R"({"form)")}).exit,
        2);
    EXPECT_EQ(runToEnd({program("platen"), "map", "check", "/nonexistent"}).exit, 2);
    const auto cut = folder.write("cut.snmprec", "1.3.6.1.2.1.1.1.0|4|x\n1.3.6.1.2.1.1");
    EXPECT_EQ(runToEnd({program("platen"), "map", "try", bad, cut}).exit, 2);
    const auto other = runToEnd({program("platen"), "map", "try", "-", cut});
    EXPECT_EQ(other.exit, 4);
    EXPECT_NE(other.output.find("cut.snmprec:2: "), std::string::npos) << other.output;
    EXPECT_NE(other.errors.find("would not keep it"), std::string::npos) << other.errors;
    EXPECT_EQ(runToEnd({program("platen"), "map", "try", "-", "/nonexistent"}).exit, 1);
}

TEST(SiteMaps, LieBesideTheConfigurationFile) {
    GatewayWorld world("127.47.0");
    const auto example = std::filesystem::path(PLATEN_SOURCE) / "docs/examples";
    world.startPrinters({(example / "docujet-700.snmprec").string()});
    std::filesystem::create_directory(world.folder().path() / "maps");
    std::filesystem::copy_file(example / "docujet.json",
                               world.folder().path() / "maps/docujet.json");
    world.folder().write("maps/broken.json", "{");
    const auto run = runToEnd({program("platen"), "poll", world.network() + ".1", "--config",
                               world.configFile(), "--json"});
    ASSERT_EQ(run.exit, 0) << run.errors;
    const auto out = json::parse(run.output);
    EXPECT_EQ(out["map"], json({"standard.json", "site/docujet.json"}));
    EXPECT_EQ(out["device"]["serial"], "DJ7-00421873");
    EXPECT_NE(run.errors.find("broken.json"), std::string::npos) << "left out, and said";
}

}  // namespace
}  // namespace platen::test
