// SPDX-License-Identifier: Apache-2.0
#include "config/settings.hpp"
#include "tests/unit/config/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace platen::config {
namespace {

using test::loadText;

TEST(PrintConfig, ShowsEffectiveValuesAndNoSecret) {
    const LoadOutcome outcome = loadText(R"({
        "acs": { "url": "https://acs.example.net/", "password": "hunter2",
                 "proxy": "http://user:hunter3@proxy.example.net:3128" },
        "snmp": { "timeout": "1500ms",
                  "credentials": [ { "ranges": ["192.0.2.7"], "community": "hunter4" } ] },
        "ews": { "credentials": [ { "username": "admin", "password": "hunter5" } ] }
    })");
    ASSERT_TRUE(outcome.ok) << outcome.report;
    const std::string text = printConfig(outcome.settings);
    EXPECT_EQ(text.find("hunter"), std::string::npos) << text;
    const auto printed = nlohmann::json::parse(text);
    EXPECT_EQ(printed.at("acs").at("password"), "(secret)");
    EXPECT_EQ(printed.at("acs").at("proxy"), "http://***@proxy.example.net:3128");
    EXPECT_EQ(printed.at("acs").at("periodic_inform"), "1h");
    EXPECT_EQ(printed.at("snmp").at("timeout"), "1500ms");
    EXPECT_EQ(printed.at("snmp").at("credentials"),
              nlohmann::json::parse(R"json([{"name": "", "ranges": ["192.0.2.7"], "version": "2c",
                  "community": "(secret)", "write_community": "", "user": "",
                  "security_level": "auto", "auth_protocol": "none", "auth_password": "",
                  "priv_protocol": "none", "priv_password": "", "context": ""}])json"));
    EXPECT_EQ(printed.at("ews").at("credentials").at(0).at("password"), "(secret)");
    EXPECT_EQ(printed.at("polling").at("status"), "1m");
}

TEST(PrintConfig, DefaultsAreAConfigurationThatGivesTheSame) {
    const std::string first = printConfig(Settings{});
    const LoadOutcome outcome = loadText(first);
    ASSERT_TRUE(outcome.ok) << outcome.report;
    EXPECT_EQ(printConfig(outcome.settings), first);
}

}  // namespace
}  // namespace platen::config
