// SPDX-License-Identifier: Apache-2.0
#include "config/setting_table.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "config/acs_profile.hpp"
#include "config/mask.hpp"
#include "config/settings.hpp"
#include "tests/unit/config/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

namespace platen::config {
namespace {

using Json = nlohmann::json;

Json loadJson(const char* name) {
    auto document =
        JsonDocument::load(std::filesystem::path(PLATEN_SOURCE) / "config" / name, JsonLimits{});
    EXPECT_TRUE(document) << (document ? "" : document.error().text);
    return document ? document->root() : Json();
}

/// The rows of settings.json.
const Json& settingsJson() {
    static const Json kRows = loadJson("settings.json").at("settings");
    return kRows;
}

/// The row of settings.json that a row of the code stands for, without what only people read.
Json asTableRow(const Row& row) {
    Json out{
        {"name", row.pointer}, {"type", toString(row.kind)}, {"secret", row.kind == Kind::Secret}};
    if (row.kind == Kind::Integer) {
        out["minimum"] = row.minimum;
        out["maximum"] = row.maximum;
    }
    if (row.kind == Kind::Duration) {
        out["minimum"] = formatDuration(Millis{row.minimum});
        out["maximum"] = formatDuration(Millis{row.maximum});
    }
    if (row.kind == Kind::Enumeration) {
        for (const std::string_view value : text::split(row.allowed, ',')) {
            out["values"].push_back(value);
        }
    }
    if (row.required) {
        out["required"] = true;
    }
    return out;
}

TEST(SettingTable, EqualsSettingsJson) {
    Json expected = settingsJson();
    Json actual = Json::array();
    for (const Row& row : settingTable()) {
        actual.push_back(asTableRow(row));
    }
    for (Json& row : expected) {
        for (const char* name : {"default", "since", "reloadable", "text", "unit"}) {
            row.erase(name);
        }
        // "31d" may be written so; the code knows milliseconds.
        for (const char* name : {"minimum", "maximum"}) {
            if (row.contains(name) && row[name].is_string()) {
                row[name] = formatDuration(parseDuration(row[name].get<std::string>()).value());
            }
        }
    }
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        EXPECT_EQ(actual[i], expected[i]);
    }
}

TEST(SettingTable, EveryRowOfSettingsJsonIsComplete) {
    for (const Json& row : settingsJson()) {
        const auto name = row.at("name").get<std::string>();
        EXPECT_TRUE(row.at("text").is_string() && !row.at("text").empty()) << name;
        EXPECT_TRUE(row.at("reloadable").is_boolean()) << name;
        EXPECT_TRUE(row.at("since").is_string()) << name;
        EXPECT_TRUE(row.contains("default")) << name;
    }
}

/// A pointer with `*` replaced by the first element.
Json::json_pointer firstOf(std::string pointer) {
    const auto star = pointer.find('*');
    if (star != std::string::npos) {
        pointer.replace(star, 1, "0");
    }
    return Json::json_pointer(pointer);
}

TEST(SettingTable, DefaultsOfSettingsJsonEqualTheStructs) {
    Settings settings;
    settings.snmp.credentials.emplace_back();
    settings.ews.credentials.emplace_back();
    const Json printed = Json::parse(printConfig(settings));
    for (const Json& row : settingsJson()) {
        const auto name = row.at("name").get<std::string>();
        Json expected = row.at("default");
        if (row.at("type") == "duration") {
            expected = formatDuration(parseDuration(expected.get<std::string>()).value());
        }
        if (row.at("type") != "list") {
            EXPECT_EQ(printed.at(firstOf(name)), expected) << name;
        } else {
            EXPECT_EQ(expected, Json::array()) << name;
        }
    }
}

TEST(SettingTable, DefaultsAreGoodValues) {
    // A configuration that writes every default out must load.
    Json text = Json::object();
    for (const Json& row : settingsJson()) {
        const auto name = row.at("name").get<std::string>();
        if (name.find('*') == std::string::npos) {
            text[Json::json_pointer(name)] = row.at("default");
        }
    }
    const LoadOutcome outcome = test::loadText(text.dump(1));
    EXPECT_TRUE(outcome.ok) << outcome.report;
}

/// The setting itself, or in one of the objects of its list.
bool isIn(const Json& sample, const std::string& name) {
    const auto star = name.find("/*/");
    if (star == std::string::npos) {
        return sample.contains(Json::json_pointer(name));
    }
    const auto& list = sample.at(Json::json_pointer(name.substr(0, star)));
    return std::any_of(list.begin(), list.end(),
                       [&](const Json& one) { return one.contains(name.substr(star + 3)); });
}

TEST(SettingTable, FullSampleHoldsEverySettingWithItsDefault) {
    const Json sample = loadJson("samples/platen.json");
    const std::set<std::string> examples{"/gateway/site",
                                         "/gateway/customer",
                                         "/acs/url",
                                         "/acs/password",
                                         "/acs/client_key",
                                         "/connection_requests/listen",
                                         "/connection_requests/public_url",
                                         "/discovery/ranges",
                                         "/discovery/exclude",
                                         "/snmp/credentials",
                                         "/ews/credentials"};
    const auto text =
        test::readWhole(std::filesystem::path(PLATEN_SOURCE) / "config/samples/platen.json");
    const auto ofProfile = [](std::string_view name) {
        const auto names = acsProfileSettings();
        return name.starts_with("/acs/") &&
               std::find(names.begin(), names.end(), name.substr(5)) != names.end();
    };
    for (const Json& row : settingsJson()) {
        const auto name = row.at("name").get<std::string>();
        if (ofProfile(name)) {
            // Written out it would win over the profile, so it is a comment.
            EXPECT_NE(text.find("// \"" + name.substr(5) + "\": " + row.at("default").dump()),
                      std::string::npos)
                << name;
            continue;
        }
        ASSERT_TRUE(isIn(sample, name)) << name;
        if (!examples.contains(name) && name.find('*') == std::string::npos) {
            EXPECT_EQ(sample.at(Json::json_pointer(name)), row.at("default")) << name;
        }
    }
}

TEST(SettingTable, NamesOfSecretsAreMasked) {
    for (const Row& row : settingTable()) {
        const std::string_view name = row.pointer.substr(row.pointer.rfind('/') + 1);
        EXPECT_EQ(mayNameSecret(name), row.kind == Kind::Secret) << row.pointer;
    }
}

TEST(SettingTable, ContractSampleIsAccepted) {
    // The file of the design, with the secret's file left out.
    const LoadOutcome outcome = test::loadText(R"({
  "gateway": { "oui": "02A1B2", "product_class": "Platen", "serial": "auto", "site": "berlin-4", "customer": "acme",
               "state_dir": "/var/lib/platen" },
  "acs": { "url": "https://acs.example.net:7547/", "username": "", "password": {"file": "acs.password"},
           "ca_file": "", "client_certificate": "", "client_key": {"file": ""}, "proxy": "",
           "periodic_inform": "1h", "max_sessions": 8, "root": "Device:2" },
  "connection_requests": { "listen": "0.0.0.0:7548", "public_url": "http://gateway.example.net:7548/" },
  "discovery": { "ranges": ["192.0.2.0/24"], "exclude": ["192.0.2.7"], "interval": "24h", "devices_file": "" },
  "snmp": { "port": 161, "timeout": "2s", "retries": 2,
            "credentials": [ {"ranges": ["192.0.2.0/24"], "version": "2c", "community": "public"} ],
            "traps": {"listen": ""} },
  "ews": { "enabled": true, "credentials": [] },
  "polling": { "status": "60s", "supplies": "5m", "counters": "15m", "configuration": "6h" },
  "writes": { "snmp": false, "ews": false },
  "data_model": { "vendor_prefix": "X_PLATEN" },
  "api": { "listen": "127.0.0.1:8088" }
})");
    EXPECT_TRUE(outcome.ok) << outcome.report;
}

}  // namespace
}  // namespace platen::config
