// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

namespace platen::fleet {
namespace {

constexpr const char* kSysLocation = "1.3.6.1.2.1.1.6.0";

class PrinterWriteTest : public FleetFixture {
  public:
    PrinterWriteTest() {
        settings.writes.snmp = true;
        agent = &addPrinter("192.0.2.5", "acme-laserpoint-410");
        settle();
    }
    model::ParamRef ref(const std::string& name) const {
        return codec.parseInternal(name).value().paramRef();
    }
    WriteFaults write(std::vector<Assignment> assignments) {
        std::optional<WriteFaults> out;
        only().write(std::move(assignments), {},
                     [&](WriteFaults faults) { out = std::move(faults); });
        EXPECT_FALSE(out.has_value()) << "the callback came inside the call";
        for (int i = 0; i < 60 && !out; ++i) {
            loop.advance(std::chrono::seconds{1});
        }
        EXPECT_TRUE(out.has_value());
        return out.value_or(WriteFaults{});
    }
    Assignment assign(const std::string& name, std::string_view value) const {
        return {ref(name), Knowledge::get().schema.parseValue(ref(name).param, value).value()};
    }
    std::string onPrinter(const char* oid) const {
        const auto key = Oid::parse(oid).value();
        for (const auto& varbind : agent->varbinds()) {
            if (varbind.oid == key) {
                return varbind.value.octets;
            }
        }
        return "(absent)";
    }
    test::FakeAgent* agent = nullptr;
};

TEST_F(PrinterWriteTest, LocationIsWrittenToThePrinterAndReadBack) {
    EXPECT_TRUE(only().writable(ref("MFP.1.Identification.Location")));
    EXPECT_TRUE(write({assign("MFP.1.Identification.Location", "Room 7")}).empty());
    EXPECT_EQ(onPrinter(kSysLocation), "Room 7");
    EXPECT_EQ(text(only(), "MFP.1.Identification.Location"), "Room 7");
}

TEST_F(PrinterWriteTest, WritesAreRefusedUntilTheConfigurationAllowsThem) {
    settings.writes.snmp = false;
    EXPECT_FALSE(only().writable(ref("MFP.1.Identification.Location")));
    const auto faults = write({assign("MFP.1.Identification.Location", "Room 7")});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::NotWritable);
}

TEST_F(PrinterWriteTest, GatewayValuesAreStoredAndSurviveARestart) {
    EXPECT_TRUE(write({assign("MFP.1.Identification.CostCenter", "4711")}).empty());
    fleet->stop();
    loop.advance(std::chrono::seconds{1});
    startGateway();
    EXPECT_EQ(text(only(), "MFP.1.Identification.CostCenter"), "4711");
}

TEST_F(PrinterWriteTest, ARefusalLeavesNothingChanged) {
    const auto before = onPrinter(kSysLocation);
    agent->setStatus = 17;
    agent->setIndex = 1;
    const auto faults = write({assign("MFP.1.Identification.CostCenter", "4711"),
                               assign("MFP.1.Identification.Location", "Room 7")});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].index, 1U);
    EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::Refused);
    EXPECT_NE(faults[0].text.find("notWritable"), std::string::npos);
    EXPECT_EQ(onPrinter(kSysLocation), before);
    EXPECT_EQ(text(only(), "MFP.1.Identification.CostCenter"), "");
}

TEST_F(PrinterWriteTest, SilentPrinterFailsTheWriteWithAReason) {
    agent->faults.silent = true;
    const auto faults = write({assign("MFP.1.Identification.Location", "Room 7")});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::Refused);
    EXPECT_NE(text(only(), "MFP.1.Identification.Location"), "Room 7");
}

TEST_F(PrinterWriteTest, ReadOnlyParametersAreNotWritable) {
    EXPECT_FALSE(only().writable(ref("MFP.1.Identification.SerialNumber")));
    EXPECT_FALSE(only().writable(ref("MFP.1.Counters.Total.Impressions")));
}

TEST_F(PrinterWriteTest, RebootSucceedsOnlyWhenTheRestartWasSeen) {  // C-PRX-41
    std::optional<Result<void>> result;
    only().reboot([&](Result<void> outcome) { result = std::move(outcome); });
    loop.advance(std::chrono::seconds{30});
    EXPECT_FALSE(result.has_value());
    put(*agent, "1.3.6.1.2.1.1.3.0", SnmpValue::integer(200, SnmpType::TimeTicks));
    put(*agent, "1.3.6.1.2.1.25.1.1.0", SnmpValue::integer(200, SnmpType::TimeTicks));
    loop.advance(std::chrono::seconds{30});
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->has_value());
    EXPECT_EQ(observer->restarts.size(), 1U);
}

TEST_F(PrinterWriteTest, RebootThatNeverHappensFails) {
    std::optional<Result<void>> result;
    only().reboot([&](Result<void> outcome) { result = std::move(outcome); });
    loop.advance(std::chrono::minutes{6});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->error().code, ErrorCode::Timeout);
    EXPECT_TRUE(observer->restarts.empty());
}

}  // namespace
}  // namespace platen::fleet
