// SPDX-License-Identifier: Apache-2.0
// Tests that an ACS starts by DiagnosticsState: the pattern, Refresh of a printer, IPPing and
// TraceRoute of the gateway.
#include "proxy/fleet/ip_diagnostics.hpp"
#include "tests/unit/proxy/diagnostics/fake_network.hpp"
#include "tests/unit/proxy/fleet/diagnostics_fixture.hpp"

#include <gmock/gmock.h>

namespace platen::fleet {
namespace {

using Kind = diagnostics::testing::FakeNetwork::Kind;

constexpr const char* kPing = "Device.IP.Diagnostics.IPPing.";
constexpr const char* kTrace = "Device.IP.Diagnostics.TraceRoute.";
constexpr const char* kRefresh = "MFP.1.Diagnostics.Refresh.";

class DiagnosticsTest : public DiagnosticsFixture {
  protected:
    DiagnosticsTest() {
        addPrinter("192.0.2.3", "acme-laserpoint-410");
        settle();
        // The gateway is started again with tests that work on a scripted network.
        context->gatewayTests = [this] {
            return makeIpDiagnostics(Knowledge::get().schema, network_.tools());
        };
        restartFleet();
    }

    // Before the observer and the network that it uses.
    ~DiagnosticsTest() override { fleet.reset(); }
    DiagnosticsTest(const DiagnosticsTest&) = delete;
    DiagnosticsTest& operator=(const DiagnosticsTest&) = delete;

    diagnostics::testing::FakeNetwork network_;
};

TEST_F(DiagnosticsTest, ARootModelWithoutTheTestsHasNone) {
    EXPECT_TRUE(makeIpDiagnostics(Knowledge::get("device-1.xml").schema, network_.tools()).empty());
    EXPECT_EQ(makeIpDiagnostics(Knowledge::get().schema, network_.tools()).size(), 2U);
}

// C-DM-10
TEST_F(DiagnosticsTest, PingStartsWhenTheSessionHasEndedAndReportsItsEnd) {
    auto& gateway = fleet->gateway();
    network_.names["ntp.example"] = {network_.address("192.0.2.99")};
    network_.answer(Kind::Reply, "192.0.2.99", 1'500);
    network_.answer(Kind::Reply, "192.0.2.99", 2'500);
    EXPECT_EQ(get(gateway, std::string(kPing) + "DiagnosticsState"), "None");
    EXPECT_EQ(get(gateway, std::string(kPing) + "NumberOfRepetitions"), "3");
    EXPECT_TRUE(write(gateway, std::string(kPing) + "Host", "ntp.example").empty());
    EXPECT_TRUE(write(gateway, std::string(kPing) + "NumberOfRepetitions", "2").empty());
    EXPECT_TRUE(write(gateway, std::string(kPing) + "DiagnosticsState", "Requested").empty());
    network_.loop.advance(std::chrono::seconds(10));
    EXPECT_TRUE(network_.sent.empty()) << "the session is still open";
    gateway.sessionEnded();
    EXPECT_EQ(get(gateway, std::string(kPing) + "DiagnosticsState"), "Requested");
    network_.loop.advance(std::chrono::seconds(10));
    EXPECT_EQ(network_.sent.size(), 2U);
    EXPECT_EQ(get(gateway, std::string(kPing) + "DiagnosticsState"), "Complete");
    EXPECT_EQ(get(gateway, std::string(kPing) + "SuccessCount"), "2");
    EXPECT_EQ(get(gateway, std::string(kPing) + "AverageResponseTime"), "2");
    EXPECT_EQ(get(gateway, std::string(kPing) + "AverageResponseTimeDetailed"), "2000");
    EXPECT_EQ(get(gateway, std::string(kPing) + "IPAddressUsed"), "192.0.2.99");
    EXPECT_THAT(completions_.devices, ::testing::ElementsAre(DeviceId{0}));
    gateway.sessionEnded();
    network_.loop.advance(std::chrono::seconds(10));
    EXPECT_EQ(network_.sent.size(), 2U) << "once for each request";
}

// C-DM-10: an error ends a test too. TP-181 5.10
TEST_F(DiagnosticsTest, AnUnknownHostIsReported) {
    auto& gateway = fleet->gateway();
    write(gateway, std::string(kPing) + "Host", "nowhere.example");
    write(gateway, std::string(kPing) + "DiagnosticsState", "Requested");
    gateway.sessionEnded();
    network_.loop.advance(std::chrono::seconds(10));
    EXPECT_EQ(get(gateway, std::string(kPing) + "DiagnosticsState"), "Error_CannotResolveHostName");
    EXPECT_EQ(completions_.devices.size(), 1U);
}

// C-DM-10
TEST_F(DiagnosticsTest, WritingAnOptionStopsARunningTest) {
    auto& gateway = fleet->gateway();
    network_.names["far"] = {network_.address("192.0.2.99")};
    write(gateway, std::string(kTrace) + "Host", "far");
    write(gateway, std::string(kTrace) + "DiagnosticsState", "Requested");
    gateway.sessionEnded();
    EXPECT_TRUE(write(gateway, std::string(kTrace) + "MaxHopCount", "5").empty());
    EXPECT_EQ(get(gateway, std::string(kTrace) + "DiagnosticsState"), "None");
    network_.loop.advance(std::chrono::minutes(10));
    EXPECT_EQ(get(gateway, std::string(kTrace) + "DiagnosticsState"), "None");
    EXPECT_TRUE(completions_.devices.empty());
}

TEST_F(DiagnosticsTest, TraceRouteGivesItsHopsAsRows) {
    auto& gateway = fleet->gateway();
    network_.names["far"] = {network_.address("198.51.100.9")};
    network_.answer(Kind::TimeExceeded, "192.0.2.1", 1'000, 11);
    network_.answer(Kind::Reply, "198.51.100.9", 4'000);
    write(gateway, std::string(kTrace) + "Host", "far");
    write(gateway, std::string(kTrace) + "NumberOfTries", "1");
    write(gateway, std::string(kTrace) + "DiagnosticsState", "Requested");
    gateway.sessionEnded();
    network_.loop.runUntilIdle();
    EXPECT_EQ(get(gateway, std::string(kTrace) + "DiagnosticsState"), "Complete");
    EXPECT_EQ(get(gateway, std::string(kTrace) + "RouteHopsNumberOfEntries"), "2");
    EXPECT_EQ(get(gateway, std::string(kTrace) + "RouteHops.1.HostAddress"), "192.0.2.1");
    EXPECT_EQ(get(gateway, std::string(kTrace) + "RouteHops.1.ErrorCode"), "11");
    EXPECT_EQ(get(gateway, std::string(kTrace) + "RouteHops.2.RTTimes"), "4");
    EXPECT_EQ(get(gateway, std::string(kTrace) + "ResponseTime"), "4");
    write(gateway, std::string(kTrace) + "DiagnosticsState", "Requested");
    gateway.sessionEnded();
    EXPECT_EQ(get(gateway, std::string(kTrace) + "RouteHopsNumberOfEntries"), "0")
        << "the old way is gone while a new one is looked for";
}

// C-DM-10: only Requested and Canceled are the ACS's to write
TEST_F(DiagnosticsTest, OtherStatesCannotBeWritten) {
    for (auto* device :
         {static_cast<ManagedDevice*>(&fleet->gateway()), static_cast<ManagedDevice*>(&only())}) {
        const std::string object = device->id() == DeviceId{0} ? kPing : kRefresh;
        const auto faults = write(*device, object + "DiagnosticsState", "Complete");
        ASSERT_EQ(faults.size(), 1U);
        EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::InvalidValue);
    }
}

// C-DM-10
TEST_F(DiagnosticsTest, RefreshReadsThePrinterNow) {
    auto& printer = only();
    const auto before = get(printer, "MFP.1.Connection.Poll.LastConfigTime");
    clock.advance(std::chrono::seconds(5));
    write(printer, std::string(kRefresh) + "ScopeList", "Configuration");
    write(printer, std::string(kRefresh) + "DiagnosticsState", "Requested");
    EXPECT_EQ(get(printer, "MFP.1.Connection.Poll.LastConfigTime"), before);
    printer.sessionEnded();
    loop.advance(std::chrono::seconds(2));
    EXPECT_EQ(get(printer, std::string(kRefresh) + "DiagnosticsState"), "Complete");
    EXPECT_NE(get(printer, "MFP.1.Connection.Poll.LastConfigTime"), before);
    EXPECT_THAT(completions_.devices, ::testing::ElementsAre(printer.id()));
}

TEST_F(DiagnosticsTest, RefreshOfASilentPrinterTimesOut) {
    auto& printer = only();
    agents.front()->faults.silent = true;
    write(printer, std::string(kRefresh) + "DiagnosticsState", "Requested");
    printer.sessionEnded();
    loop.advance(std::chrono::minutes(1));
    EXPECT_EQ(get(printer, std::string(kRefresh) + "DiagnosticsState"), "Error_Timeout");
    EXPECT_EQ(completions_.devices.size(), 1U);
}

// C-DM-10: a restart replays nothing
TEST_F(DiagnosticsTest, ARestartForgetsARequest) {
    write(only(), std::string(kRefresh) + "ScopeList", "Status");
    write(only(), std::string(kRefresh) + "DiagnosticsState", "Requested");
    startGateway();
    settle();
    EXPECT_EQ(get(only(), std::string(kRefresh) + "DiagnosticsState"), "None");
    EXPECT_EQ(get(only(), std::string(kRefresh) + "ScopeList"), "Status") << "an option stays";
}

}  // namespace
}  // namespace platen::fleet
