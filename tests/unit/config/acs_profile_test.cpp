// SPDX-License-Identifier: Apache-2.0
// ACS profiles: config/acs-profiles and the setting acs.profile.
#include "config/acs_profile.hpp"

#include "base/json.hpp"
#include "config/settings.hpp"
#include "tests/unit/config/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace platen::config {
namespace {

using Json = nlohmann::json;
using test::TemporaryFolder;

Json profileJson(const std::string& name) {
    const auto file =
        std::filesystem::path(PLATEN_SOURCE) / "config/acs-profiles" / (name + ".json");
    auto document = JsonDocument::load(file, JsonLimits{});
    EXPECT_TRUE(document) << (document ? "" : document.error().text);
    return document ? document->root() : Json();
}

LoadOutcome loadWith(const TemporaryFolder& folder, const std::string& acs) {
    return loadSettings(folder.write("platen.json", "{\n  \"acs\": {\n" + acs + "\n  }\n}\n"));
}

TEST(AcsProfile, StrictIsTheDefaultsOfTheSettings) {
    const Json printed = Json::parse(printConfig(Settings{}));
    const Json strict = profileJson("strict").at("acs");
    EXPECT_EQ(strict.size(), acsProfileSettings().size());
    for (const auto name : acsProfileSettings()) {
        ASSERT_TRUE(strict.contains(name)) << name;
        EXPECT_EQ(strict.at(std::string(name)), printed.at("acs").at(std::string(name))) << name;
    }
    EXPECT_EQ(printed.at("acs").at("profile"), kDefaultAcsProfile);
}

TEST(AcsProfile, EveryDeliveredOneLoadsByItsName) {
    const TemporaryFolder folder;
    for (const char* name : {"strict", "genieacs", "freeacs", "openacs", "axiros"}) {
        const auto outcome = loadWith(folder, R"("profile": ")" + std::string(name) + '"');
        ASSERT_TRUE(outcome.ok) << outcome.report;
        EXPECT_EQ(profileJson(name).at("name"), name);
        const Json printed = Json::parse(printConfig(outcome.settings)).at("acs");
        const Json profile = profileJson(name);
        for (const auto& [key, value] : profile.at("acs").items()) {
            EXPECT_EQ(printed.at(key), value) << name << " " << key;
        }
    }
}

TEST(AcsProfile, StrictAndNoneAreTheSame) {
    const TemporaryFolder folder;
    const auto strict = loadWith(folder, R"("profile": "strict")");
    ASSERT_TRUE(strict.ok) << strict.report;
    EXPECT_EQ(printConfig(strict.settings), printConfig(Settings{}));
}

TEST(AcsProfile, SettingsOfTheConfigurationWin) {
    const TemporaryFolder folder;
    const auto outcome =
        loadWith(folder, R"("profile": "openacs", "root": "Device:2", "max_redirects": 0)");
    ASSERT_TRUE(outcome.ok) << outcome.report;
    EXPECT_EQ(outcome.settings.acs.root, "Device:2");
    EXPECT_EQ(outcome.settings.acs.maxRedirects, 0U);
    EXPECT_EQ(outcome.settings.acs.cwmpVersion, "1.0") << "the rest is the profile's";
    EXPECT_EQ(outcome.settings.acs.longTypes, "int_or_string");
}

TEST(AcsProfile, ALaterFileOfTheConfigurationMayNameIt) {
    const TemporaryFolder folder;
    folder.write("conf.d/acs.json", R"({"acs": {"profile": "genieacs"}})");
    const auto outcome = loadWith(folder, R"("long_types": "string")");
    ASSERT_TRUE(outcome.ok) << outcome.report;
    EXPECT_EQ(outcome.settings.acs.longTypes, "string");
    EXPECT_EQ(outcome.settings.acs.retryMinimum, Millis{31'000});
}

TEST(AcsProfile, MayBeAFileBesideTheConfiguration) {
    const TemporaryFolder folder;
    folder.write("site.json", R"({"format": 1, "name": "site", "text": "ours",
        "acs": {"inform_parameters": ["MFP.1.Status.State"], "event_order": "weightiest_last",
                "unanswered_requests": "drop"}})");
    const auto outcome = loadWith(folder, R"("profile": "site.json")");
    ASSERT_TRUE(outcome.ok) << outcome.report;
    EXPECT_EQ(outcome.settings.acs.informParameters,
              (std::vector<std::string>{"MFP.1.Status.State"}));
    EXPECT_EQ(outcome.settings.acs.eventOrder, "weightiest_last");
    EXPECT_EQ(outcome.settings.acs.unansweredRequests, "drop");
}

TEST(AcsProfile, AnUnknownNameIsToldWithThoseThatThereAre) {
    const TemporaryFolder folder;
    const auto outcome = loadWith(folder, R"(    "profile": "geniacs")");
    EXPECT_FALSE(outcome.ok);
    EXPECT_EQ(outcome.errorCount, 1U);
    EXPECT_NE(outcome.report.find("platen.json:3:16: error: /acs/profile: no profile has this "
                                  "name; there are axiros, freeacs, genieacs, openacs, strict\n"),
              std::string::npos)
        << outcome.report;
    const auto file = loadWith(folder, R"("profile": "./none.json")");
    EXPECT_NE(file.report.find("none.json is no file"), std::string::npos) << file.report;
}

/// Report of a profile with this text, without the folder.
std::string reportOf(const std::string& text, const std::string& more = {}) {
    const TemporaryFolder folder;
    folder.write("bad.json", text);
    auto report = loadWith(folder, R"("profile": "bad.json")" + more).report;
    const std::string path = folder.path().string() + "/";
    for (auto at = report.find(path); at != std::string::npos; at = report.find(path)) {
        report.erase(at, path.size());
    }
    return report;
}

TEST(AcsProfile, ABadValueIsToldWithItsPlaceInTheProfile) {
    const auto report = reportOf(
        "{\"format\": 1, \"name\": \"n\", \"text\": \"t\", \"acs\": {\n"
        "  \"long_types\": \"short\",\n  \"max_redirects\": 11,\n"
        "  \"inform_parameters\": [\"a\", \"\", 3]}}\n");
    for (const char* line :
         {"bad.json:2:17: error: /acs/long_types: \"short\" is not allowed; allowed: \"long\", "
          "\"int\", \"int_or_string\", \"string\"\n",
          "bad.json:3:20: error: /acs/max_redirects: 11 is above the maximum 10\n",
          "bad.json:4:30: error: /acs/inform_parameters/1: must not be empty\n",
          "bad.json:4:34: error: /acs/inform_parameters/2: a name is expected, not a number\n"}) {
        EXPECT_NE(report.find(line), std::string::npos) << line << report;
    }
}

TEST(AcsProfile, AValueOfTheConfigurationIsToldWithItsPlaceThere) {
    const auto report =
        reportOf(R"({"format": 1, "name": "n", "text": "t", "acs": {"root": "Device:2"}})",
                 ",\n\"root\": \"Device:3\"");
    EXPECT_EQ(report.find("bad.json"), std::string::npos) << report;
    EXPECT_NE(report.find("platen.json:4:9: error: /acs/root"), std::string::npos) << report;
}

TEST(AcsProfile, HoldsNothingThatIsTheSitesOwn) {
    const auto report = reportOf(
        "{\"format\": 1, \"name\": \"n\", \"text\": \"t\",\n \"acs\": {\"url\": \"http://evil/\",\n"
        "  \"event_ordr\": \"number\"}, \"gateway\": {}}\n");
    for (const char* line : {"bad.json:2:10: error: /acs/url: no setting of a profile\n",
                             "bad.json:3:3: error: /acs/event_ordr: no setting of a profile (did "
                             "you mean \"event_order\"?)\n",
                             "bad.json:3:28: error: /gateway: no setting of a profile\n"}) {
        EXPECT_NE(report.find(line), std::string::npos) << line << report;
    }
}

TEST(AcsProfile, TheFrameIsChecked) {
    EXPECT_NE(reportOf("[]").find("bad.json:1:1: error: a profile is an object"),
              std::string::npos);
    EXPECT_NE(reportOf("{\"format\": 1,").find("bad.json:1:1"), std::string::npos);
    EXPECT_NE(reportOf(R"({"format": 2, "name": "n", "text": "t", "acs": {}})")
                  .find("/format: a profile has \"format\": 1"),
              std::string::npos);
    const auto report = reportOf(R"({"format": 1, "name": 3})");
    for (const char* text :
         {"/name: \"name\" is a text", "/text: \"text\" is a text", "/acs: \"acs\" is an object"}) {
        EXPECT_NE(report.find(text), std::string::npos) << text << report;
    }
}

}  // namespace
}  // namespace platen::config
