// SPDX-License-Identifier: Apache-2.0
// DownloadDiagnostics, UploadDiagnostics and UDPEchoConfig of the gateway's own device; what moves
// octets is scripted.
#include "proxy/fleet/throughput_diagnostics.hpp"

#include "tests/unit/proxy/fleet/diagnostics_fixture.hpp"

#include <gmock/gmock.h>

#include <utility>

namespace platen::fleet {
namespace {

using diagnostics::Direction;
using diagnostics::ThroughputOptions;
using diagnostics::ThroughputOutcome;
using diagnostics::ThroughputResult;

const std::string kDownload = "Device.IP.Diagnostics.DownloadDiagnostics.";
const std::string kUpload = "Device.IP.Diagnostics.UploadDiagnostics.";
const std::string kEcho = "Device.IP.Diagnostics.UDPEchoConfig.";

class ThroughputDiagnosticsTest : public DiagnosticsFixture {
  protected:
    struct Started {
        ThroughputOptions options;
        UniqueFunction<void(const ThroughputResult&)> done;
        std::weak_ptr<int> alive;
    };
    class Run final : public diagnostics::ThroughputRun {
      public:
        std::shared_ptr<int> alive = std::make_shared<int>(0);
    };
    struct Opened {
        diagnostics::UdpEchoOptions options;
        std::shared_ptr<diagnostics::UdpEchoCounts> counts;
        std::weak_ptr<int> alive;
    };
    class Echo final : public diagnostics::UdpEcho {
      public:
        std::shared_ptr<int> alive = std::make_shared<int>(0);
    };

    ThroughputDiagnosticsTest() {
        context->gatewayTests = [this] {
            return makeThroughputDiagnostics(
                Knowledge::get().schema, [this](ThroughputOptions options, auto done) {
                    auto run = std::make_unique<Run>();
                    started.push_back({std::move(options), std::move(done), run->alive});
                    return run;
                });
        };
        context->openUdpEcho = [this](const diagnostics::UdpEchoOptions& options,
                                      std::shared_ptr<diagnostics::UdpEchoCounts> counts)
            -> Result<std::unique_ptr<diagnostics::UdpEcho>> {
            if (options.port == takenPort) {
                return fail(ErrorCode::Refused, "UDP port 7: taken");
            }
            auto echo = std::make_unique<Echo>();
            opened.push_back({options, std::move(counts), echo->alive});
            return echo;
        };
        restartFleet();
    }
    ~ThroughputDiagnosticsTest() override { fleet.reset(); }
    ThroughputDiagnosticsTest(const ThroughputDiagnosticsTest&) = delete;
    ThroughputDiagnosticsTest& operator=(const ThroughputDiagnosticsTest&) = delete;

    GatewayDevice& gateway() { return fleet->gateway(); }
    WriteFaults set(const std::string& name, const std::string& value) {
        return write(gateway(), name, value);
    }
    std::string is(const std::string& name) { return get(gateway(), name); }
    /// Asks for a test and ends the session.
    void request(const std::string& object) {
        EXPECT_TRUE(set(object + "DiagnosticsState", "Requested").empty());
        gateway().sessionEnded();
    }
    /// All that a complete test gives.
    static ThroughputResult complete() {
        const auto start = parseDateTime("2031-02-03T04:05:06.100Z").value();
        const auto at = [start](int micros) { return start + std::chrono::microseconds{micros}; };
        ThroughputResult result;
        result.outcome = ThroughputOutcome::Complete;
        result.tcpOpenRequest = at(1);
        result.tcpOpenResponse = at(22);
        result.request = at(333);
        result.begin = at(4'444);
        result.end = at(55'555);
        result.testBytes = 1'000'000;
        result.ipBytesReceived = 1'004'000;
        result.ipBytesSent = 7'000;
        return result;
    }
    void finish(std::size_t number, const ThroughputResult& result) {
        auto done = std::move(started.at(number).done);
        done(result);
        loop.runUntilIdle();
    }
    WriteFaults enableEcho(const std::string& source, const std::string& port) {
        return write(gateway(),
                     {assignment(kEcho + "SourceIPAddress", source),
                      assignment(kEcho + "UDPPort", port), assignment(kEcho + "Enable", "1")});
    }

    std::vector<Started> started;
    std::vector<Opened> opened;
    std::uint16_t takenPort = 7;
};

TEST_F(ThroughputDiagnosticsTest, ARootModelWithoutTheTestsHasNone) {
    EXPECT_TRUE(makeThroughputDiagnostics(Knowledge::get("device-1.xml").schema, {}).empty());
}

// C-DM-10, TP-181 5.2.2
TEST_F(ThroughputDiagnosticsTest, ADownloadRunsAfterTheSessionAndReportsItsResults) {
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "None");
    EXPECT_EQ(is(kDownload + "DownloadTransports"), "HTTP");
    EXPECT_EQ(is(kDownload + "ROMTime"), "0001-01-01T00:00:00Z");
    EXPECT_TRUE(set(kDownload + "DownloadURL", "http://files.example/1M").empty());
    EXPECT_TRUE(set(kDownload + "DSCP", "10").empty());
    EXPECT_TRUE(set(kDownload + "ProtocolVersion", "IPv4").empty());
    EXPECT_TRUE(set(kDownload + "DiagnosticsState", "Requested").empty());
    EXPECT_TRUE(started.empty()) << "the session is still open";
    gateway().sessionEnded();
    ASSERT_EQ(started.size(), 1U);
    EXPECT_EQ(started[0].options.direction, Direction::Download);
    EXPECT_EQ(started[0].options.url, "http://files.example/1M");
    EXPECT_EQ(started[0].options.dscp, 10);
    EXPECT_EQ(started[0].options.protocol, diagnostics::Protocol::IPv4);
    EXPECT_TRUE(completions_.devices.empty());
    finish(0, complete());
    EXPECT_THAT(completions_.devices, ::testing::ElementsAre(DeviceId{0}));
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "Complete");
    EXPECT_EQ(is(kDownload + "TCPOpenRequestTime"), "2031-02-03T04:05:06.100001Z");
    EXPECT_EQ(is(kDownload + "TCPOpenResponseTime"), "2031-02-03T04:05:06.100022Z");
    EXPECT_EQ(is(kDownload + "ROMTime"), "2031-02-03T04:05:06.100333Z");
    EXPECT_EQ(is(kDownload + "BOMTime"), "2031-02-03T04:05:06.104444Z");
    EXPECT_EQ(is(kDownload + "EOMTime"), "2031-02-03T04:05:06.155555Z");
    EXPECT_EQ(is(kDownload + "TestBytesReceived"), "1000000");
    EXPECT_EQ(is(kDownload + "TotalBytesReceived"), "1004000");
    EXPECT_EQ(is(kDownload + "TotalBytesSent"), "7000");
}

// TP-181 5.2.2: a reboot keeps the results with Complete; a new start has neither. C-DM-10
TEST_F(ThroughputDiagnosticsTest, ResultsAndStateGoTogether) {
    set(kDownload + "DownloadURL", "http://files.example/1M");
    request(kDownload);
    finish(0, complete());
    gateway().reboot([](const Result<void>&) {});
    loop.runUntilIdle();
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "Complete");
    EXPECT_EQ(is(kDownload + "TestBytesReceived"), "1000000");
    restartFleet();
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "None");
    EXPECT_EQ(is(kDownload + "TestBytesReceived"), "0");
    EXPECT_EQ(is(kDownload + "EOMTime"), "0001-01-01T00:00:00Z");
    EXPECT_EQ(is(kDownload + "DownloadURL"), "http://files.example/1M");
    gateway().sessionEnded();
    EXPECT_EQ(started.size(), 1U) << "nothing is replayed";
}

// C-DM-10
TEST_F(ThroughputDiagnosticsTest, ARebootForgetsATestThatRuns) {
    set(kDownload + "DownloadURL", "http://files.example/1M");
    request(kDownload);
    gateway().reboot([](const Result<void>&) {});
    loop.runUntilIdle();
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "None");
    EXPECT_TRUE(started[0].alive.expired());
    EXPECT_TRUE(completions_.devices.empty());
}

// C-DM-10, TP-181 5.2.4, TP-181 5.15
TEST_F(ThroughputDiagnosticsTest, AnUploadSendsSoManyOctetsAndReports) {
    EXPECT_TRUE(set(kUpload + "UploadURL", "https://files.example/up").empty());
    EXPECT_TRUE(set(kUpload + "TestFileLength", "5000000").empty());
    request(kUpload);
    ASSERT_EQ(started.size(), 1U);
    EXPECT_EQ(started[0].options.direction, Direction::Upload);
    EXPECT_EQ(started[0].options.uploadBytes, 5'000'000U);
    finish(0, complete());
    EXPECT_EQ(completions_.devices.size(), 1U);
    EXPECT_EQ(is(kUpload + "DiagnosticsState"), "Complete");
    EXPECT_EQ(is(kUpload + "TestBytesSent"), "1000000");
    EXPECT_EQ(is(kUpload + "TotalBytesSent"), "7000");
    EXPECT_EQ(is(kUpload + "BOMTime"), "2031-02-03T04:05:06.104444Z");
}

// An error ends a test, too. C-DM-10
TEST_F(ThroughputDiagnosticsTest, EachFailureHasItsState) {
    const std::vector<std::pair<ThroughputOutcome, std::string>> failures{
        {ThroughputOutcome::CannotResolveHostName, "Error_CannotResolveHostName"},
        {ThroughputOutcome::InitConnectionFailed, "Error_InitConnectionFailed"},
        {ThroughputOutcome::NoResponse, "Error_NoResponse"},
        {ThroughputOutcome::Timeout, "Error_Timeout"},
        {ThroughputOutcome::TooLarge, "Error_IncorrectSize"},
        {ThroughputOutcome::TransferFailed, "Error_TransferFailed"}};
    const auto& download =
        codec.schema().param(assignment(kDownload + "DiagnosticsState", "x").ref.param);
    for (const auto& [outcome, state] : failures) {
        request(kDownload);
        ThroughputResult result;
        result.outcome = outcome;
        finish(started.size() - 1, result);
        EXPECT_EQ(is(kDownload + "DiagnosticsState"), state);
        EXPECT_THAT(download.enumeration, ::testing::Contains(state));
    }
    EXPECT_EQ(completions_.devices.size(), failures.size());
    request(kUpload);
    finish(started.size() - 1, ThroughputResult{});
    EXPECT_EQ(is(kUpload + "DiagnosticsState"), "Error_NoTransferComplete");
}

// C-DM-10
TEST_F(ThroughputDiagnosticsTest, WritingAnOptionStopsARunningTest) {
    request(kDownload);
    EXPECT_FALSE(started[0].alive.expired());
    EXPECT_TRUE(set(kDownload + "EthernetPriority", "3").empty());
    EXPECT_TRUE(started[0].alive.expired()) << "the transfer is broken off";
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "None");
    EXPECT_TRUE(completions_.devices.empty());
    request(kDownload);
    ASSERT_EQ(started.size(), 2U) << "its turn was given back";
    EXPECT_EQ(started[1].options.ethernetPriority, 3);
}

TEST_F(ThroughputDiagnosticsTest, OneTestRunsAtATime) {
    set(kDownload + "DiagnosticsState", "Requested");
    request(kUpload);
    ASSERT_EQ(started.size(), 1U);
    EXPECT_EQ(started[0].options.direction, Direction::Download);
    EXPECT_EQ(is(kUpload + "DiagnosticsState"), "Requested");
    finish(0, complete());
    ASSERT_EQ(started.size(), 2U);
    EXPECT_EQ(started[1].options.direction, Direction::Upload);
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "Complete");
    set(kDownload + "DiagnosticsState", "Requested");
    gateway().sessionEnded();
    set(kDownload + "DiagnosticsState", "Canceled");
    finish(1, complete());
    EXPECT_EQ(started.size(), 2U) << "who waits can be taken back";
}

TEST_F(ThroughputDiagnosticsTest, OptionsThatCannotWorkAreRefused) {
    for (const auto& [name, value] :
         {std::pair{kDownload + "DownloadURL", "ftp://files.example/1M"},
          std::pair{kDownload + "DownloadURL", "http://user:word@files.example/1M"},
          std::pair{kUpload + "UploadURL", "file:///etc/passwd"},
          std::pair{kUpload + "Interface", "Device.IP.Interface.1"},
          std::pair{kEcho + "Interface", "Device.IP.Interface.1"},
          std::pair{kEcho + "SourceIPAddress", "somebody"},
          std::pair{kEcho + "SourceIPAddress", "0.0.0.0"},
          std::pair{kEcho + "SourceIPAddress", "255.255.255.255"},
          std::pair{kEcho + "SourceIPAddress", "ff02::1"}}) {
        const auto faults = set(name, value);
        ASSERT_EQ(faults.size(), 1U) << name << " " << value;
        EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::InvalidValue);
        EXPECT_EQ(is(name), "") << "nothing is set";
    }
}

// TP-181 5.2.7
TEST_F(ThroughputDiagnosticsTest, EchoIsOffUntilTheAcsEnablesIt) {
    EXPECT_EQ(is(kEcho + "Enable"), "false");
    EXPECT_EQ(is(kEcho + "EchoPlusSupported"), "false");
    EXPECT_TRUE(opened.empty());
    EXPECT_TRUE(set(kEcho + "Enable", "1").empty());
    EXPECT_TRUE(opened.empty()) << "nobody to answer";
    EXPECT_TRUE(set(kEcho + "UDPPort", "7007").empty());
    EXPECT_TRUE(opened.empty());
    EXPECT_TRUE(set(kEcho + "SourceIPAddress", "192.0.2.7").empty());
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(opened[0].options.port, 7007);
    EXPECT_EQ(opened[0].options.source.toString(), "192.0.2.7");
    EXPECT_TRUE(set(kEcho + "Enable", "0").empty());
    EXPECT_TRUE(opened[0].alive.expired());
}

// TP-181 5.2.7
TEST_F(ThroughputDiagnosticsTest, EchoCountsFromEnableOn) {
    EXPECT_TRUE(enableEcho("192.0.2.7", "7007").empty());
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(is(kEcho + "PacketsReceived"), "0");
    *opened[0].counts = {.packetsReceived = 5,
                         .packetsResponded = 4,
                         .bytesReceived = 540,
                         .bytesResponded = 432,
                         .first = clock.wallNow() + std::chrono::microseconds{7},
                         .last = clock.wallNow() + std::chrono::microseconds{8}};
    gateway().sessionStarts();
    EXPECT_EQ(is(kEcho + "PacketsReceived"), "5");
    EXPECT_EQ(is(kEcho + "PacketsResponded"), "4");
    EXPECT_EQ(is(kEcho + "BytesReceived"), "540");
    EXPECT_EQ(is(kEcho + "BytesResponded"), "432");
    EXPECT_TRUE(is(kEcho + "TimeFirstPacketReceived").ends_with("000007Z"));
    EXPECT_TRUE(is(kEcho + "TimeLastPacketReceived").ends_with("000008Z"));
    opened[0].counts->packetsReceived = 6;
    loop.advance(std::chrono::seconds{2});
    EXPECT_EQ(is(kEcho + "PacketsReceived"), "6") << "also within a session";
    set(kEcho + "UDPPort", "7008");
    EXPECT_EQ(is(kEcho + "PacketsReceived"), "6") << "it was enabled all the time";
    set(kEcho + "Enable", "0");
    EXPECT_EQ(is(kEcho + "PacketsReceived"), "6");
    set(kEcho + "Enable", "1");
    EXPECT_EQ(is(kEcho + "PacketsReceived"), "0");
    EXPECT_EQ(is(kEcho + "TimeFirstPacketReceived"), "0001-01-01T00:00:00Z");
}

TEST_F(ThroughputDiagnosticsTest, EchoFollowsItsSettings) {
    enableEcho("192.0.2.7", "7007");
    set(kEcho + "SourceIPAddress", "2001:db8::7");
    ASSERT_EQ(opened.size(), 2U);
    EXPECT_TRUE(opened[0].alive.expired());
    EXPECT_TRUE(opened[1].options.source.ipv6);
    restartFleet();
    ASSERT_EQ(opened.size(), 3U) << "a restart opens it again";
    EXPECT_EQ(opened[2].options, opened[1].options);
    gateway().factoryReset([](const Result<void>&) {});
    loop.runUntilIdle();
    EXPECT_TRUE(opened[2].alive.expired());
    EXPECT_EQ(is(kEcho + "Enable"), "false");
}

TEST_F(ThroughputDiagnosticsTest, APortThatCannotBeHadFailsTheWrite) {
    const auto faults = enableEcho("192.0.2.7", std::to_string(takenPort));
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::Refused);
    EXPECT_NE(faults[0].text.find("taken"), std::string::npos);
    EXPECT_EQ(is(kEcho + "Enable"), "false") << "all or nothing";
    EXPECT_TRUE(opened.empty());
}

}  // namespace
}  // namespace platen::fleet
