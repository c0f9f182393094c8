// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "config/settings.hpp"
#include "tests/unit/config/support.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace platen::config {
namespace {

using test::loadText;
using test::TemporaryFolder;
using namespace std::chrono_literals;

TEST(LoadSettings, EmptyObjectGivesDefaults) {
    const LoadOutcome outcome = loadText("{}");
    ASSERT_TRUE(outcome.ok) << outcome.report;
    EXPECT_EQ(outcome.errorCount, 0U);
    EXPECT_TRUE(outcome.report.empty());
    EXPECT_EQ(outcome.settings.snmp.port, 161);
    EXPECT_EQ(outcome.settings.discovery.packetsPerSecond, 50U);
    EXPECT_EQ(outcome.settings.dataModel.vendorPrefix, "X_PLATEN");
}

TEST(LoadSettings, ReadsEveryKindOfValue) {
    const LoadOutcome outcome = loadText(R"({
        "gateway": { "oui": "02a1bf", "state_dir": "state", "site": "Köln" },
        "acs": { "url": "https://acs.example.net:7547/", "password": "pw", "periodic_inform": "90s",
                 "max_sessions": 3, "root": "Device:1" },
        "connection_requests": { "listen": "[::]:0", "public_url": "http://[2001:db8::1]:7548/x" },
        "discovery": { "ranges": ["192.0.2.0/24", "192.0.2.1-192.0.2.9", "2001:db8::7"] },
        "snmp": { "port": 1161, "traps": { "listen": "0.0.0.0:162" }, "credentials": [
            { "ranges": ["192.0.2.7"], "version": "1", "community": "a", "write_community": "b" },
            { "community": "c" } ] },
        "ews": { "enabled": false, "credentials": [ { "username": "admin", "password": "" } ] },
        "writes": { "snmp": true },
        "data_model": { "vendor_prefix": "" },
        "api": { "listen": "" },
        "paths": { "maps": "/srv/maps" }
    })");
    ASSERT_TRUE(outcome.ok) << outcome.report;
    const Settings& settings = outcome.settings;
    EXPECT_EQ(settings.gateway.oui, "02A1BF");
    EXPECT_EQ(settings.gateway.stateDir, "/etc/platen/state");
    EXPECT_EQ(settings.gateway.site, "Köln");
    EXPECT_EQ(settings.acs.password.reveal(), "pw");
    EXPECT_EQ(settings.acs.periodicInform, 90s);
    EXPECT_EQ(settings.acs.maxSessions, 3U);
    EXPECT_EQ(settings.acs.root, "Device:1");
    EXPECT_EQ(settings.connectionRequests.listen, "[::]:0");
    EXPECT_EQ(settings.discovery.ranges.size(), 3U);
    EXPECT_EQ(settings.snmp.port, 1161);
    EXPECT_EQ(settings.snmp.trapsListen, "0.0.0.0:162");
    ASSERT_EQ(settings.snmp.credentials.size(), 2U);
    EXPECT_EQ(settings.snmp.credentials[0].ranges, std::vector<std::string>{"192.0.2.7"});
    EXPECT_EQ(settings.snmp.credentials[0].version, "1");
    EXPECT_EQ(settings.snmp.credentials[0].community.reveal(), "a");
    EXPECT_EQ(settings.snmp.credentials[0].writeCommunity.reveal(), "b");
    EXPECT_EQ(settings.snmp.credentials[1].version, "2c");
    EXPECT_EQ(settings.snmp.credentials[1].community.reveal(), "c");
    EXPECT_FALSE(settings.ews.enabled);
    ASSERT_EQ(settings.ews.credentials.size(), 1U);
    EXPECT_EQ(settings.ews.credentials[0].username, "admin");
    EXPECT_TRUE(settings.writes.snmp);
    EXPECT_EQ(settings.dataModel.vendorPrefix, "");
    EXPECT_EQ(settings.api.listen, "");
    EXPECT_EQ(settings.paths.maps, "/srv/maps");
}

TEST(LoadSettings, SamplesPass) {
    for (const char* name : {"platen.json", "minimal.json"}) {
        const auto file = std::filesystem::path(PLATEN_SOURCE) / "config/samples" / name;
        const LoadOutcome outcome = loadSettings(file);
        EXPECT_TRUE(outcome.ok) << outcome.report;
        EXPECT_TRUE(missingForRun(outcome.settings).empty());
    }
}

TEST(LoadSettings, MissingFileIsOneProblem) {
    const TemporaryFolder folder;
    const LoadOutcome outcome = loadSettings(folder.path() / "platen.json");
    EXPECT_FALSE(outcome.ok);
    EXPECT_EQ(outcome.errorCount, 1U);
    EXPECT_EQ(outcome.report, (folder.path() / "platen.json").string() +
                                  ": error: cannot be read: No such file or directory\n");
}

TEST(LoadSettings, TooLargeFileIsOneProblem) {
    const TemporaryFolder folder;
    const std::string body = "{}";
    const auto good = folder.write("a.json", body + std::string((1U << 20U) - 2, ' '));
    EXPECT_TRUE(loadSettings(good).ok);
    const auto bad = folder.write("b.json", body + std::string((1U << 20U) - 1, ' '));
    const LoadOutcome outcome = loadSettings(bad);
    EXPECT_EQ(outcome.report, bad.string() + ": error: larger than 1048576 bytes\n");
}

TEST(LoadSettings, SecretsComeFromFilesBesideTheConfiguration) {
    const TemporaryFolder folder;
    folder.write("acs.password", "line with ünïcode\n");
    folder.write("keys/snmp", "community\r\n");
    const auto file = folder.write("platen.json", R"({
        "acs": { "password": { "file": "acs.password" } },
        "snmp": { "credentials": [ { "community": { "file": "keys/snmp" } } ] } })");
    const LoadOutcome outcome = loadSettings(file);
    ASSERT_TRUE(outcome.ok) << outcome.report;
    EXPECT_EQ(outcome.settings.acs.password.reveal(), "line with ünïcode");
    EXPECT_EQ(outcome.settings.snmp.credentials.at(0).community.reveal(), "community");
}

TEST(LoadSettings, CredentialsFolderIsLookedAtFirst) {
    const TemporaryFolder folder;
    folder.write("acs.password", "beside");
    folder.write("only-beside", "other");
    folder.write("credentials/acs.password", "systemd");
    LoadContext context;
    context.folder = folder.path();
    context.credentialsFolder = folder.path() / "credentials";
    const LoadOutcome outcome =
        loadSettingsFromText("p", R"({"acs": {"password": {"file": "acs.password"}},
            "snmp": {"credentials": [{"community": {"file": "only-beside"}}]}})",
                             context);
    ASSERT_TRUE(outcome.ok) << outcome.report;
    EXPECT_EQ(outcome.settings.acs.password.reveal(), "systemd");
    EXPECT_EQ(outcome.settings.snmp.credentials.at(0).community.reveal(), "other");
}

TEST(LoadSettings, SecretFileHoldsAtLimitAndBreaksAtLimitPlusOne) {
    const TemporaryFolder folder;
    folder.write("good", std::string(kMaxSecretBytes, 's'));
    folder.write("large", std::string(kMaxSecretBytes + 1, 's'));
    const auto file = folder.write("a.json", R"({"acs": {"password": {"file": "good"}}})");
    EXPECT_TRUE(loadSettings(file).ok);
    const auto bad = folder.write("b.json", R"({"acs": {"password": {"file": "large"}}})");
    const LoadOutcome outcome = loadSettings(bad);
    EXPECT_NE(outcome.report.find("/acs/password/file: "), std::string::npos);
    EXPECT_NE(outcome.report.find("large: larger than 4096 bytes"), std::string::npos);
    EXPECT_EQ(outcome.report.find("sss"), std::string::npos);
}

TEST(LoadSettings, SecretFilesThatAreEmptyOrHaveTwoLinesAreRefused) {
    const TemporaryFolder folder;
    folder.write("empty", "\n");
    folder.write("two", "hunter2\nhunter3\n");
    const auto file = folder.write("a.json", R"({"acs": {"password": {"file": "empty"}},
        "snmp": {"credentials": [{"community": {"file": "two"}}]}})");
    const LoadOutcome outcome = loadSettings(file);
    EXPECT_EQ(outcome.errorCount, 2U);
    EXPECT_NE(outcome.report.find("empty is empty"), std::string::npos);
    EXPECT_NE(outcome.report.find("two must hold one line"), std::string::npos);
    EXPECT_EQ(outcome.report.find("hunter"), std::string::npos);
}

TEST(LoadSettings, FolderMergesOverTheMainFileInNameOrder) {
    const TemporaryFolder folder;
    const auto file = folder.write("platen.json", R"({
        "acs": { "url": "https://acs.example.net/", "max_sessions": 2 },
        "discovery": { "ranges": ["192.0.2.0/24"], "interval": "1h" } })");
    folder.write("conf.d/20-b.json", R"({ "acs": { "max_sessions": 4 } })");
    folder.write(
        "conf.d/10-a.json",
        R"({ "acs": { "max_sessions": 3 }, "discovery": { "ranges": ["198.51.100.0/24"] } })");
    folder.write("conf.d/30-c.json.bak", "not read");
    const LoadOutcome outcome = loadSettings(file);
    ASSERT_TRUE(outcome.ok) << outcome.report;
    EXPECT_EQ(outcome.settings.acs.url, "https://acs.example.net/");
    EXPECT_EQ(outcome.settings.acs.maxSessions, 4U);
    EXPECT_EQ(outcome.settings.discovery.ranges, std::vector<std::string>{"198.51.100.0/24"});
    EXPECT_EQ(outcome.settings.discovery.interval, 1h);
}

TEST(LoadSettings, TakesUsersOfSnmpVersionThree) {
    const auto outcome = loadText(R"({"snmp": {"credentials": [
        {"name": "office", "version": "3", "user": "u", "security_level": "authPriv",
         "auth_protocol": "sha512", "auth_password": "authpass1", "priv_protocol": "aes256c",
         "priv_password": "privpass1", "context": "Jetdirect"},
        {"version": "3", "user": "open"}]}})");
    ASSERT_TRUE(outcome.ok) << outcome.report;
    const auto& all = outcome.settings.snmp.credentials;
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].name, "office");
    EXPECT_EQ(all[0].user, "u");
    EXPECT_EQ(all[0].securityLevel, "authPriv");
    EXPECT_EQ(all[0].authProtocol, "sha512");
    EXPECT_EQ(all[0].authPassword.reveal(), "authpass1");
    EXPECT_EQ(all[0].privProtocol, "aes256c");
    EXPECT_EQ(all[0].privPassword.reveal(), "privpass1");
    EXPECT_EQ(all[0].context, "Jetdirect");
    EXPECT_EQ(all[1].securityLevel, "auto");
    EXPECT_EQ(all[1].authProtocol, "none");
}

TEST(LoadSettings, ProblemsNameTheRightFile) {
    const TemporaryFolder folder;
    const auto file = folder.write(
        "platen.json",
        "{\n  \"snmp\": { \"port\": 0, \"credentials\": [ { \"version\": \"2c\" } ] },\n"
        "  \"acs\": { \"max_sessions\": 0 }\n}");
    const auto first = folder.write("conf.d/10.json", "{ \"acs\": { \"max_sessions\": 2000 } }");
    const auto second = folder.write("conf.d/20.json", "{ \"api\": { \"listn\": \"\" }, }");
    const auto third = folder.write("conf.d/30.json", "[]");
    const LoadOutcome outcome = loadSettings(file);
    EXPECT_EQ(outcome.errorCount, 5U);
    const auto told = [&](const std::filesystem::path& where, const std::string& what) {
        return outcome.report.find(where.string() + what) != std::string::npos;
    };
    EXPECT_TRUE(told(file, ":2:21: error: /snmp/port: 0 is below the minimum 1\n"));
    EXPECT_TRUE(told(file, ":2:41: error: /snmp/credentials/0: \"community\" is missing\n"));
    EXPECT_TRUE(told(first, ":1:28: error: /acs/max_sessions: 2000 is above the maximum 1000\n"));
    EXPECT_TRUE(told(second, ":1:27: error: syntax error")) << outcome.report;
    EXPECT_TRUE(told(third, ":1:1: error: a configuration is an object: { ... }\n"));
}

TEST(LoadSettings, FolderHoldsSixtyFourFiles) {
    const TemporaryFolder folder;
    const auto file = folder.write("platen.json", "{}");
    for (int i = 0; i < 64; ++i) {
        folder.write("conf.d/" + std::to_string(i) + ".json", "{}");
    }
    EXPECT_TRUE(loadSettings(file).ok);
    folder.write("conf.d/64.json", "{}");
    EXPECT_NE(loadSettings(file).report.find("conf.d: error: more than 64 files"),
              std::string::npos);
}

TEST(LoadSettings, AllProblemsAreToldInFileOrder) {
    const LoadOutcome outcome = loadText(R"({
  "writes": { "snmp": 1 },
  "acs": { "max_sessions": 0, "url": "x" },
  "zzz": 1
})");
    EXPECT_EQ(outcome.errorCount, 4U);
    const auto at = [&](const char* what) { return outcome.report.find(what); };
    EXPECT_LT(at("/writes/snmp"), at("/acs/max_sessions"));
    EXPECT_LT(at("/acs/max_sessions"), at("/acs/url"));
    EXPECT_LT(at("/acs/url"), at("/zzz"));
    EXPECT_NE(at("/zzz"), std::string::npos);
}

TEST(LoadSettings, AtMostOneHundredProblemsAreTold) {
    std::string text = "{";
    for (int i = 0; i < 130; ++i) {
        text += "\"wrong" + std::to_string(i) + "\": 1,\n";
    }
    const LoadOutcome outcome = loadText(text + "\"api\": {}}");
    EXPECT_EQ(outcome.errorCount, 130U);
    std::size_t told = 0;
    for (const auto line : text::split(outcome.report, '\n')) {
        told += line.find(": error: ") == std::string_view::npos ? 0U : 1U;
    }
    EXPECT_EQ(told, kMaxReportedProblems);
    EXPECT_TRUE(outcome.report.ends_with("and 30 more errors\n"));
}

std::string listOf(std::size_t count, const std::string& element) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "" : ",") + element;
    }
    return "[" + text + "]";
}

TEST(LoadSettings, ListsHoldAtLimitAndBreakAtLimitPlusOne) {
    const auto credentials = [](std::size_t count) {
        return loadText(R"({"snmp": {"credentials": )" + listOf(count, R"({"community":"c"})") +
                        "}}");
    };
    EXPECT_TRUE(credentials(kMaxCredentials).ok);
    EXPECT_EQ(credentials(kMaxCredentials + 1).errorCount, 1U);
    const auto ranges = [](std::size_t count) {
        return loadText(R"({"discovery": {"ranges": )" + listOf(count, R"("192.0.2.7")") + "}}");
    };
    EXPECT_TRUE(ranges(kMaxRanges).ok);
    EXPECT_EQ(ranges(kMaxRanges + 1).errorCount, 1U);
}

TEST(LoadSettings, SearchedAddressesHoldAtLimitAndBreakAtLimitPlusOne) {
    EXPECT_TRUE(loadText(R"({"discovery": {"ranges": ["10.0.0.0/12"]}})").ok);
    const LoadOutcome outcome =
        loadText(R"({"discovery": {"ranges": ["10.0.0.0/12", "192.0.2.7"]}})");
    EXPECT_NE(outcome.report.find("/discovery/ranges/1: more than 1048576"), std::string::npos);
    EXPECT_FALSE(loadText(R"({"discovery": {"ranges": ["::/0"]}})").ok);
    EXPECT_TRUE(loadText(R"({"discovery": {"exclude": ["10.0.0.0/8"]}})").ok);
    EXPECT_TRUE(
        loadText(R"({"snmp": {"credentials": [{"ranges": ["0.0.0.0/0"], "community": "c"}]}})").ok);
}

TEST(LoadSettings, TextHoldsAtLimitAndBreaksAtLimitPlusOne) {
    const auto site = [](std::size_t length) {
        std::string text;
        for (std::size_t i = 0; i < length; ++i) {
            text += "ö";
        }
        return loadText(R"({"gateway": {"site": ")" + text + "\"}}");
    };
    EXPECT_TRUE(site(kMaxTextCharacters).ok);
    EXPECT_FALSE(site(kMaxTextCharacters + 1).ok);
}

TEST(LoadSettings, BrokenValuesKeepTheDefault) {
    const LoadOutcome outcome = loadText(R"({"snmp": {"port": 0, "retries": 5}})");
    EXPECT_FALSE(outcome.ok);
    EXPECT_EQ(outcome.settings.snmp.port, 161);
    EXPECT_EQ(outcome.settings.snmp.retries, 5U);
}

TEST(LoadSettings, NamesInMessagesCannotBreakLines) {
    const std::string name = "a\\nplaten.json:1:1: error: \\u001b[31m" + std::string(3000, 'x');
    for (const std::string& text :
         {"{\"" + name + "\": 1}", "{\"" + name + "\": 1, \"" + name + "\": 1}"}) {
        const LoadOutcome outcome = loadText(text);
        EXPECT_EQ(outcome.errorCount, 1U);
        EXPECT_EQ(text::split(outcome.report, '\n').size(), 4U) << outcome.report;
        EXPECT_EQ(outcome.report.find('\x1B'), std::string::npos);
        EXPECT_LT(outcome.report.size(), 1500U);
    }
}

TEST(MissingForRun, NamesTheUrlOfTheAcs) {
    const auto missing = missingForRun(loadText("{}").settings);
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_TRUE(missing[0].starts_with("/acs/url: "));
    EXPECT_TRUE(
        missingForRun(loadText(R"({"acs": {"url": "http://acs.example.net/"}})").settings).empty());
}

}  // namespace
}  // namespace platen::config
