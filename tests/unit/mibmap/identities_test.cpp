// SPDX-License-Identifier: Apache-2.0
// Brand and model (in some lines the serial number, too) of printers of many makes from what their
// agents say first. A new case is a line of identities.json.
#include "tests/unit/mibmap/map_fixture.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace platen::mibmap::testing {
namespace {

using Json = nlohmann::json;

Recording agentOf(const Json& row) {
    Recording agent;
    agent.set(oid("1.3.6.1.2.1.1.1.0"), SnmpValue::string(row.at("sysDescr").get<std::string>()));
    agent.set(oid("1.3.6.1.2.1.1.2.0"),
              SnmpValue::objectId(oid(row.at("sysObjectID").get<std::string>())));
    const Json texts = row.value("texts", Json::object());
    for (auto it = texts.begin(); it != texts.end(); ++it) {
        agent.set(oid(it.key()), SnmpValue::string(it.value().get<std::string>()));
    }
    const Json oids = row.value("oids", Json::object());
    for (auto it = oids.begin(); it != oids.end(); ++it) {
        agent.set(oid(it.key()), SnmpValue::objectId(oid(it.value().get<std::string>())));
    }
    return agent;
}

TEST(Identities, BrandAndModelAreThoseOnTheDevice) {
    std::ifstream file(std::filesystem::path(PLATEN_SOURCE) / "tests/unit/mibmap/identities.json");
    const Json rows = Json::parse(file);
    EXPECT_GE(rows.size(), 100U);
    for (const Json& row : rows) {
        const Polled polled = poll(agentOf(row), sourceMaps());
        EXPECT_EQ(polled.text("MFP.{i}.Identification.Manufacturer").value_or("none"),
                  row.at("brand").get<std::string>())
            << row.dump();
        EXPECT_EQ(polled.text("MFP.{i}.Identification.ModelName").value_or("none"),
                  row.at("model").get<std::string>())
            << row.dump();
        if (row.contains("serial")) {
            EXPECT_EQ(polled.text("MFP.{i}.Identification.SerialNumber").value_or("none"),
                      row.at("serial").get<std::string>())
                << row.dump();
        }
    }
}

}  // namespace
}  // namespace platen::mibmap::testing
