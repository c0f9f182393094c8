// SPDX-License-Identifier: Apache-2.0
// Tests that use the network or paper, with the real programs: DownloadDiagnostics and
// UploadDiagnostics over HTTP and HTTPS, UDP echo, the test page of a printer.
#include "tests/integration/peers_world.hpp"
#include "tests/unit/proxy/net/http/certificates.hpp"
#include "tests/unit/proxy/net/http/scripted_server.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace platen::test {
namespace {

using net::test::answer;
using net::test::ScriptedServer;
using net::test::Seen;
using net::test::TestAuthority;
using nlohmann::json;

constexpr const char* kLaser = "AL41-0K7731";
constexpr std::size_t kFile = 8U << 20U;
const std::string kDownload = "Device.IP.Diagnostics.DownloadDiagnostics.";
const std::string kUpload = "Device.IP.Diagnostics.UploadDiagnostics.";
const std::string kEcho = "Device.IP.Diagnostics.UDPEchoConfig.";

class Throughput : public testing::Test {
  protected:
    using Values = std::vector<std::array<std::string, 3>>;  ///< Name, value and type of each.

    void start() {
        world.startPrinters(
            {recording("acme-laserpoint-410"), "--raw-port", std::to_string(rawPort)});
        world.startAcs();
        world.startGateway();
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [this] {
            return world.printerCount() == 1 && !world.deviceId(kGatewaySerial).empty();
        })) << world.gateway().errors();
        gateway = world.deviceId(kGatewaySerial);
    }
    json set(const std::string& id, const Values& values) {
        json list = json::array();
        for (const auto& [name, value, type] : values) {
            list.push_back({{"name", name}, {"value", value}, {"type", type}});
        }
        return world.runTask(id, {{"type", "set"}, {"values", list}});
    }
    /// Starts a test; true when its end was reported.
    bool run(const std::string& id, const std::string& object, Values values) {
        const auto before = countEvents(world, id, "8 DIAGNOSTICS COMPLETE");
        values.push_back({object + "DiagnosticsState", "Requested", "xsd:string"});
        const auto done = set(id, values);
        EXPECT_EQ(done.value("state", ""), "done") << done.dump();
        return eventually(std::chrono::seconds{40}, [&] {
            return countEvents(world, id, "8 DIAGNOSTICS COMPLETE") > before;
        });
    }
    /// All of an object of the gateway, in one session: it takes only so many connection requests.
    void look(const std::string& object) {
        seen.clear();
        const auto task = world.runTask(gateway, {{"type", "get"}, {"names", {object}}});
        ASSERT_EQ(task.value("state", ""), "done") << task.dump();
        for (const auto& parameter : task["result"]["parameters"]) {
            seen[parameter.value("name", "")] = parameter.value("value", "");
        }
    }
    /// As of the last look.
    std::string is(const std::string& name) {
        return seen.count(name) != 0 ? seen[name] : "(absent)";
    }
    std::uint64_t number(const std::string& name) {
        return std::strtoull(is(name).c_str(), nullptr, 10);
    }
    /// TR-143: UTC with microseconds, in the order of the connection's life.
    void expectTimes(const std::string& object) {
        std::string last;
        for (const auto* name :
             {"TCPOpenRequestTime", "TCPOpenResponseTime", "ROMTime", "BOMTime", "EOMTime"}) {
            const auto time = is(object + name);
            EXPECT_EQ(time.substr(0, 3), "202") << name << " " << time;
            EXPECT_GE(time.size(), std::string("2008-04-09T15:01:05.123Z").size()) << time;
            EXPECT_GE(time, last) << name;
            last = time;
        }
    }
    /// At the IP layer, so with headers of IP and TCP, and of TLS. TcpCountTest holds the 1 %.
    void expectWithHeaders(const std::string& total, std::uint64_t test) {
        EXPECT_GE(number(total), test);
        EXPECT_LE(number(total), test + test / 20);
    }

    GatewayWorld world{"127.41.7"};
    std::uint16_t rawPort = freePort();
    std::string gateway;
    std::map<std::string, std::string> seen;
};

// TP-181 5.2.2; C-DM-10, C-EVT-08
TEST_F(Throughput, ADownloadOverHttpIsMeasured) {
    start();
    const auto whole = answer(200, std::string(kFile, 'x'));
    ScriptedServer files([&](const Seen&) { return whole; });
    ASSERT_TRUE(run(gateway, kDownload, {{kDownload + "DownloadURL", files.url(), "xsd:string"}}))
        << world.gateway().errors();
    look(kDownload);
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "Complete");
    EXPECT_EQ(number(kDownload + "TestBytesReceived"), whole.bytes.size());
    expectWithHeaders(kDownload + "TotalBytesReceived", whole.bytes.size());
    expectTimes(kDownload);
    // A new start: neither the state nor the results of before, and nothing is replayed.
    EXPECT_EQ(world.stopGateway(), 0);
    world.startGateway();
    look(kDownload);
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "None");
    EXPECT_EQ(is(kDownload + "TestBytesReceived"), "0");
    EXPECT_EQ(is(kDownload + "DownloadURL"), files.url());
    EXPECT_EQ(files.seen().size(), 1U);
    EXPECT_TRUE(isClean(world));
}

// TP-181 5.14: with the CA of the ACS
TEST_F(Throughput, ADownloadOverHttpsIsMeasured) {
    const TestAuthority authority("Site CA");
    const TestAuthority stranger("Another CA");
    overlay(world, {{"acs", {{"ca_file", authority.file()}}}});
    start();
    const auto whole = answer(200, std::string(kFile, 'x'));
    const auto context = authority.server({.ip = "127.0.0.1"});
    ScriptedServer files([&](const Seen&) { return whole; }, context.get());
    ASSERT_TRUE(run(gateway, kDownload, {{kDownload + "DownloadURL", files.url(), "xsd:string"}}))
        << world.gateway().errors();
    look(kDownload);
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "Complete");
    EXPECT_EQ(number(kDownload + "TestBytesReceived"), whole.bytes.size());
    expectWithHeaders(kDownload + "TotalBytesReceived", whole.bytes.size());
    expectTimes(kDownload);
    const auto strange = stranger.server({.ip = "127.0.0.1"});
    ScriptedServer other([&](const Seen&) { return whole; }, strange.get());
    ASSERT_TRUE(run(gateway, kDownload, {{kDownload + "DownloadURL", other.url(), "xsd:string"}}));
    look(kDownload);
    EXPECT_EQ(is(kDownload + "DiagnosticsState"), "Error_InitConnectionFailed");
}

// TP-181 5.2.4, TP-181 5.15
TEST_F(Throughput, AnUploadIsMeasured) {
    start();
    ScriptedServer files([](const Seen&) { return answer(201); });
    ASSERT_TRUE(run(gateway, kUpload,
                    {{kUpload + "UploadURL", files.url("/up"), "xsd:string"},
                     {kUpload + "TestFileLength", std::to_string(kFile), "xsd:unsignedLong"}}))
        << world.gateway().errors();
    look(kUpload);
    EXPECT_EQ(is(kUpload + "DiagnosticsState"), "Complete");
    ASSERT_EQ(files.seen().size(), 1U);
    EXPECT_EQ(files.seen().front().body.size(), kFile);
    const auto sent = number(kUpload + "TestBytesSent");
    EXPECT_GT(sent, kFile);
    EXPECT_LT(sent, kFile + 500);
    expectWithHeaders(kUpload + "TotalBytesSent", sent);
    expectTimes(kUpload);
    const auto tooMuch =
        set(gateway, {{kUpload + "TestFileLength", "1073741825", "xsd:unsignedLong"}});
    EXPECT_EQ(tooMuch.value("state", ""), "failed") << "1 GiB is the most";
}

/// Sends datagrams from one address of loopback to a port; how many came back.
int echoes(const char* from, std::uint16_t port, int count) {
    const auto at = [](const char* address, std::uint16_t number) {
        sockaddr_in out{};
        out.sin_family = AF_INET;
        out.sin_port = htons(number);
        ::inet_pton(AF_INET, address, &out.sin_addr);
        return out;
    };
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto own = at(from, 0);
    const auto to = at("127.0.0.1", port);
    ::bind(socket, reinterpret_cast<const sockaddr*>(&own), sizeof own);
    const timeval patience{.tv_sec = 0, .tv_usec = 300'000};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int back = 0;
    for (int i = 0; i < count; ++i) {
        const std::string bytes = "datagram " + std::to_string(i);
        ::sendto(socket, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                 sizeof to);
        std::array<char, 100> got{};
        const auto size = ::recv(socket, got.data(), got.size(), 0);
        back += size >= 0 && bytes == std::string(got.data(), static_cast<std::size_t>(size));
    }
    ::close(socket);
    return back;
}

// TP-181 5.2.7
TEST_F(Throughput, UdpEchoAnswersOnlyWhileItIsEnabledAndCounts) {
    start();
    const auto port = freePort();
    ASSERT_EQ(set(gateway, {{kEcho + "SourceIPAddress", "127.0.0.9", "xsd:string"},
                            {kEcho + "UDPPort", std::to_string(port), "xsd:unsignedInt"}})
                  .value("state", ""),
              "done");
    EXPECT_EQ(echoes("127.0.0.9", port, 2), 0);
    ASSERT_EQ(set(gateway, {{kEcho + "Enable", "1", "xsd:boolean"}}).value("state", ""), "done");
    look(kEcho);
    EXPECT_EQ(is(kEcho + "PacketsReceived"), "0");
    EXPECT_EQ(is(kEcho + "PacketsResponded"), "0");
    EXPECT_EQ(echoes("127.0.0.9", port, 10), 10);
    EXPECT_EQ(echoes("127.0.0.8", port, 2), 0);
    look(kEcho);
    EXPECT_EQ(is(kEcho + "PacketsReceived"), "10");
    EXPECT_EQ(is(kEcho + "PacketsResponded"), "10");
    EXPECT_EQ(number(kEcho + "BytesReceived"), 10 * (10 + 8));
    EXPECT_EQ(is(kEcho + "TimeFirstPacketReceived").substr(0, 3), "202");
    ASSERT_EQ(set(gateway, {{kEcho + "Enable", "0", "xsd:boolean"}}).value("state", ""), "done");
    EXPECT_EQ(echoes("127.0.0.9", port, 2), 0);
    ASSERT_EQ(set(gateway, {{kEcho + "Enable", "1", "xsd:boolean"}}).value("state", ""), "done");
    look(kEcho);
    EXPECT_EQ(is(kEcho + "PacketsReceived"), "0") << "counted from Enable on";
}

class TestPage : public Throughput {
  protected:
    /// Our maps; the printer's raw port is the simulator's.
    void configure(bool writes) {
        const auto to = world.folder().path() / "maps";
        std::filesystem::copy(std::string(PLATEN_SOURCE) + "/mibmap/maps", to,
                              std::filesystem::copy_options::recursive);
        auto text = readFile(to / "standard.json");
        const std::string mark = R"("format": 1,)";
        text.replace(text.find(mark), mark.size(),
                     mark + R"( "firmware": {"channels": [{"kind": "raw", "port": )" +
                         std::to_string(rawPort) + "}]},");
        std::ofstream(to / "standard.json") << text;
        world.configure(R"(, "paths": {"maps": ")" + to.string() + R"("}, "writes": {"snmp": )" +
                        (writes ? "true" : "false") + "}");
        start();
        printer = world.deviceId(kLaser);
    }
    std::string printer;
    const std::string page = "Device.Services.X_PLATEN_MFP.1.Diagnostics.TestPage.";
};

// C-DM-10
TEST_F(TestPage, IsPrintedAndCounted) {
    configure(true);
    ASSERT_TRUE(run(printer, page, {})) << world.gateway().errors();
    EXPECT_EQ(world.value(printer, page + "DiagnosticsState"), "Complete");
    EXPECT_EQ(world.value(printer, page + "CountDelta"), "1");
    EXPECT_TRUE(isClean(world));
}

TEST_F(TestPage, IsRefusedWhereWritesAreOff) {
    configure(false);
    const auto task = set(printer, {{page + "DiagnosticsState", "Requested", "xsd:string"}});
    EXPECT_EQ(task.value("state", ""), "failed") << task.dump();
    EXPECT_NE(task.dump().find("9008"), std::string::npos) << task.dump();
}

}  // namespace
}  // namespace platen::test
