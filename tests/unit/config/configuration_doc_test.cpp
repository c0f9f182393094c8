// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "base/text.hpp"
#include "tests/unit/config/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace platen::config {
namespace {

using Json = nlohmann::json;

constexpr const char* kIntroduction =
    R"(# Configuration

<!-- Generated from config/settings.json by tests/unit/config/configuration_doc_test.cpp
     (PLATEN_UPDATE_GOLDEN=1). Do not edit. -->

Platen reads one JSON file. Comments (`// ...` and `/* ... */`) are allowed; a name that stands twice, more
than 32 levels or more than 1 MB are not. `config/samples/minimal.json` is the least that works,
`config/samples/platen.json` has every setting.

`platen check-config FILE` tells all errors at once, each with line, column and JSON pointer, and
ends with 0 or 2:

```
platen.json:3:21: error: /snmp/port: 0 is below the minimum 1
     3 |   "snmp": { "port": 0, "retires": 2 }
       |                     ^
platen.json:3:24: error: /snmp/retires: unknown setting (did you mean "retries"?)
     3 |   "snmp": { "port": 0, "retires": 2 }
       |                        ^
```

**conf.d.** The `*.json` files of a folder `conf.d` beside the file are read over it in the order
of their names (at most 64): objects merge member by member, everything else replaces, lists too.

**Reload.** SIGHUP reads all again. A configuration with an error is refused as a whole and the old
one stays. Settings marked "restart" are read at start only.

**Forms of values.**

| type | form |
| --- | --- |
| duration | whole number and `ms`, `s`, `m`, `h` or `d`: `"250ms"`, `"60s"`, `"15m"`, `"24h"`, `"7d"` |
| names | array of at most 64 texts that are not empty |
| ranges | array of `"192.0.2.0/24"`, `"192.0.2.10-192.0.2.20"`, `"192.0.2.7"`; at most 1,024 |
| targets | as ranges, and host names: `"printer-7.example.net"` |
| secret | a string, or `{"file": "NAME"}`: one line of at most 4,096 bytes, from systemd's credentials folder (`$CREDENTIALS_DIRECTORY`) if NAME is there, else relative to the configuration file |
| file, folder, path | relative to the configuration file; a file must be readable, a folder exist |
| listen | `"ADDRESS:PORT"`, `"[IPV6]:PORT"`; empty: no listener |
| url | `http` or `https`, at most 256 characters, no user name |
| identity | 1 to 64 printable ASCII characters |
| oui | six hexadecimal digits |
| vendor-prefix | `X_` and an OUI or a domain name (`X_EXAMPLE-COM`), at most 36 characters |
)";

std::string cellOf(const Json& value) {
    return text::cat(
        {"`", value.is_string() ? "\"" + value.get<std::string>() + "\"" : value.dump(), "`"});
}

/// "1 to 1000 sessions", "`"1"`, `"2c"`" or nothing.
std::string rangeOf(const Json& row) {
    std::string out;
    if (row.contains("values")) {
        for (const Json& value : row["values"]) {
            out += (out.empty() ? "" : ", ") + cellOf(value);
        }
    } else if (row.contains("minimum")) {
        const auto plain = [](const Json& value) {
            return value.is_string() ? value.get<std::string>() : value.dump();
        };
        out = plain(row["minimum"]) + " to " + plain(row["maximum"]);
        if (row.contains("unit")) {
            out += " " + row["unit"].get<std::string>();
        }
    }
    return out;
}

std::string generate(const Json& settings) {
    std::string out = kIntroduction;
    std::string section;
    for (const Json& row : settings) {
        const auto name = row.at("name").get<std::string>();
        const std::string head = name.substr(1, name.find('/', 1) - 1);
        if (head != section) {
            section = head;
            out += "\n## " + section +
                   "\n\n| setting | type | default | allowed | change | meaning |\n" +
                   "| --- | --- | --- | --- | --- | --- |\n";
        }
        const bool required = row.contains("required");
        out += text::cat({"| `", name.substr(section.size() + 2), "` | ",
                          row.at("type").get<std::string>(), " | ",
                          required ? "required" : cellOf(row.at("default")), " | ", rangeOf(row),
                          " | ", row.at("reloadable").get<bool>() ? "reload" : "restart", " | ",
                          row.at("text").get<std::string>(), " |\n"});
    }
    return out;
}

TEST(ConfigurationDoc, EqualsTheTableOfSettings) {
    const auto source = std::filesystem::path(PLATEN_SOURCE);
    const auto table = JsonDocument::load(source / "config/settings.json", JsonLimits{});
    ASSERT_TRUE(table) << table.error().text;
    const std::string page = generate(table->root().at("settings"));
    const auto file = source / "docs/configuration.md";
    if (std::getenv("PLATEN_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(file, std::ios::binary) << page;
    }
    EXPECT_EQ(test::readWhole(file), page) << "run config_tests with PLATEN_UPDATE_GOLDEN=1";
}

TEST(ConfigurationDoc, SampleOutputIsReal) {
    const std::string text =
        "{\n  \"acs\": { \"url\": \"https://acs.example.net/\" },\n"
        "  \"snmp\": { \"port\": 0, \"retires\": 2 }\n}\n";
    const std::string report = test::loadText(text).report;
    EXPECT_NE(std::string(kIntroduction).find("```\n" + report + "```"), std::string::npos)
        << report;
}

}  // namespace
}  // namespace platen::config
