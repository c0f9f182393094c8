// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/probe_diagnostic.hpp"

#include "fleet_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace platen::fleet {
namespace {

TEST(ProbeRequest, ScalarsAndWalks) {
    const auto request = probeRequest("1.3.6.1.2.1.1.1.0, .1.3.6.1.2.1.43.11.1.1.*,").value();
    ASSERT_EQ(request.scalars.size(), 1U);
    EXPECT_EQ(request.scalars[0].toString(), "1.3.6.1.2.1.1.1.0");
    ASSERT_EQ(request.tables.size(), 1U);
    EXPECT_EQ(request.tables[0][0].toString(), "1.3.6.1.2.1.43.11.1.1");
    EXPECT_EQ(request.maxVarbinds, 200U);
}

TEST(ProbeRequest, NonsenseAndTooManyAreRefused) {
    for (const auto* list : {"1", "*", ".*", "1.3.x", "sysDescr.0", "1.3.6.1,,a"}) {
        EXPECT_EQ(probeRequest(list).error().code, ErrorCode::Malformed) << list;
    }
    std::string many;
    for (int i = 0; i < 33; ++i) {
        many += "1.3.6." + std::to_string(i) + ",";
    }
    EXPECT_EQ(probeRequest(many).error().code, ErrorCode::TooLarge);
}

TEST(ProbeLine, ShowsEachTypeSoThatItCanBeReadBack) {
    const auto line = [](SnmpValue value) {
        return probeLine({Oid::parse("1.3.6").value(), std::move(value)});
    };
    EXPECT_EQ(line(SnmpValue::integer(-2)), "1.3.6 INTEGER -2\n");
    EXPECT_EQ(line(SnmpValue::integer(-1, SnmpType::Counter64)),
              "1.3.6 Counter64 18446744073709551615\n");
    EXPECT_EQ(line(SnmpValue::string("Tr\xC3\xA4y \"1\"\n")),
              "1.3.6 OCTET STRING \"Tr\xC3\xA4y \\\"1\\\"\\n\"\n");
    EXPECT_EQ(line(SnmpValue::string(std::string("\x00\xFF", 2))), "1.3.6 OCTET STRING 0x00FF\n");
    EXPECT_EQ(line(SnmpValue::objectId(Oid::parse("1.3.6.1").value())),
              "1.3.6 OBJECT IDENTIFIER 1.3.6.1\n");
}

class ProbeTest : public FleetFixture {
  protected:
    ProbeTest() {
        addPrinter("192.0.2.5", "acme-laserpoint-410");
        settle();
    }
    void set(const std::string& name, const model::Value& value) {
        const auto ref = codec.parseInternal("MFP.1." + name).value().paramRef();
        only().write({{ref, value}}, {},
                     [](const WriteFaults& faults) { EXPECT_TRUE(faults.empty()); });
        loop.runUntilIdle();
    }
    /// DiagnosticsState after the test, and its result.
    std::string run(const std::string& oids) {
        set("Diagnostics.Probe.OIDList", model::Value::string(oids));
        set("Diagnostics.Probe.DiagnosticsState", model::Value::string("Requested"));
        only().sessionEnded();
        loop.advance(std::chrono::seconds{15});
        return text(only(), "MFP.1.Diagnostics.Probe.DiagnosticsState");
    }
    [[nodiscard]] std::string result() const {
        return text(only(), "MFP.1.Diagnostics.Probe.Result");
    }
};

TEST_F(ProbeTest, NothingIsReadUnlessItIsAllowed) {
    agents.front()->requests.clear();
    EXPECT_EQ(run("1.3.6.1.2.1.1.5.0"), "Error_NotAllowed");
    EXPECT_EQ(result(), "");
}

TEST_F(ProbeTest, ReadsWhatWasAskedFor) {
    set("Connection.AllowProbe", model::Value::boolean(true));
    EXPECT_EQ(run("1.3.6.1.2.1.1.1.0,1.3.6.1.2.1.43.11.1.1.6.*"), "Complete");
    EXPECT_NE(result().find("1.3.6.1.2.1.1.1.0 OCTET STRING \""), std::string::npos) << result();
    EXPECT_NE(result().find("1.3.6.1.2.1.43.11.1.1.6.1.2 OCTET STRING \"Imaging"),
              std::string::npos)
        << result();
    EXPECT_EQ(run("1.3.6.1.4.1.99999.1.0"), "Complete");
    EXPECT_EQ(result(), "");
}

TEST_F(ProbeTest, AWideWalkIsCutShort) {
    set("Connection.AllowProbe", model::Value::boolean(true));
    EXPECT_EQ(run("1.3.6.1.*"), "Complete");
    const auto lines = result();
    EXPECT_GT(std::ranges::count(lines, '\n'), 50);
    EXPECT_LE(std::ranges::count(lines, '\n'), 200);
    EXPECT_LE(lines.size(), 16'384U);
}

TEST_F(ProbeTest, ASilentPrinterIsATimeout) {
    set("Connection.AllowProbe", model::Value::boolean(true));
    agents.front()->faults.silent = true;
    EXPECT_EQ(run("1.3.6.1.2.1.1.5.0"), "Error_Timeout");
}

}  // namespace
}  // namespace platen::fleet
