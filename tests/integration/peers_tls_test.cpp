// SPDX-License-Identifier: Apache-2.0
// TLS towards the ACS, with web servers and terminators of others in front of it.
#include "tests/integration/peers_world.hpp"
#include "tests/unit/proxy/net/http/certificates.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace platen::test {
namespace {

using net::test::TestAuthority;
using nlohmann::json;

/// Certificate and key of a server at 127.0.0.1, in one file.
std::string serverFile(const TestAuthority& authority, const TemporaryFolder& folder) {
    const auto context = authority.server({.ip = "127.0.0.1"});
    auto file = (folder.path() / "server.pem").string();
    const std::unique_ptr<std::FILE, decltype(&std::fclose)> out(std::fopen(file.c_str(), "w"),
                                                                 &std::fclose);
    if (!out || PEM_write_X509(out.get(), SSL_CTX_get0_certificate(context.get())) != 1 ||
        PEM_write_PrivateKey(out.get(), SSL_CTX_get0_privatekey(context.get()), nullptr, nullptr, 0,
                             nullptr, nullptr) != 1) {
        throw std::runtime_error("the server's certificate could not be written");
    }
    return file;
}

/// Something in front of the ACS that speaks TLS.
struct Front {
    std::uint16_t port = freePort();
    std::string clientAuthority{};  ///< File; clients must show a certificate of it.
    std::unique_ptr<Process> process{};
    [[nodiscard]] bool up() const {
        return eventually(std::chrono::seconds{10}, [this] { return listens(port); });
    }
    [[nodiscard]] std::string url() const {
        return "https://127.0.0.1:" + std::to_string(port) + "/";
    }
};

/// A web server that hands the requests on, each on a connection of its own.
void startNginx(Front& front, const TestAuthority& authority, const GatewayWorld& world) {
    const auto folder = (world.folder().path() / "nginx").string();
    std::filesystem::create_directories(folder);
    const auto pem = serverFile(authority, world.folder());
    std::string places;
    for (const auto* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
        places += std::string(what) + "_temp_path " + folder + "/" + what + ";\n";
    }
    const auto verify =
        front.clientAuthority.empty()
            ? std::string()
            : "ssl_client_certificate " + front.clientAuthority + ";\nssl_verify_client on;\n";
    const auto file = world.folder().write(
        "nginx.conf",
        "daemon off;\nmaster_process off;\npid " + folder +
            "/pid;\nerror_log stderr info;\n"
            "events {}\nhttp {\nlog_format seen '$ssl_protocol $request_method $status "
            "$ssl_client_s_dn';\naccess_log " +
            folder + "/access.log seen;\n" + places + "server {\nlisten 127.0.0.1:" +
            std::to_string(front.port) + " ssl;\nssl_protocols TLSv1.2 TLSv1.3;\nssl_certificate " +
            pem + ";\nssl_certificate_key " + pem + ";\n" + verify + "location / { proxy_pass " +
            acsUrl(world) + "; }\n}\n}\n");
    front.process = std::make_unique<Process>(
        std::vector<std::string>{systemProgram("nginx"), "-p", folder, "-e", "stderr", "-c", file});
}

/// A terminator that knows nothing of HTTP.
void startStunnel(Front& front, const TestAuthority& authority, const GatewayWorld& world) {
    const auto pem = serverFile(authority, world.folder());
    const auto acs = acsUrl(world);
    const auto from = acs.rfind(':') + 1;
    const auto verify = front.clientAuthority.empty()
                            ? std::string()
                            : "CAfile = " + front.clientAuthority + "\nverifyChain = yes\n";
    const auto file = world.folder().write(
        "stunnel.conf", "foreground = yes\npid =\nsyslog = no\n[acs]\naccept = 127.0.0.1:" +
                            std::to_string(front.port) +
                            "\nconnect = 127.0.0.1:" + acs.substr(from, acs.size() - from - 1) +
                            "\ncert = " + pem + "\n" + verify);
    front.process =
        std::make_unique<Process>(std::vector<std::string>{systemProgram("stunnel4"), file});
}

using Starter = void (*)(Front&, const TestAuthority&, const GatewayWorld&);

struct Peer {
    const char* program;
    Starter start;
};

class TlsTo : public testing::TestWithParam<Peer> {
  protected:
    void SetUp() override {
        if (systemProgram(GetParam().program).empty()) {
            GTEST_SKIP() << GetParam().program << " is not installed";
        }
        world.startPrinters({onePrinter()});
        world.startAcs();
    }
    void start() {
        GetParam().start(front, authority, world);
        ASSERT_TRUE(front.up()) << front.process->errors();
    }
    void useAcs(json more) {
        more["url"] = front.url();
        overlay(world, {{"acs", std::move(more)}});
    }
    /// The first session failed, and the log tells why.
    [[nodiscard]] std::string refusal() {
        world.startGateway();
        std::string line;
        eventually(std::chrono::seconds{10}, [&] {
            const auto log = world.gateway().errors();
            const auto from = log.find("session.failed ");
            line = from == std::string::npos ? "" : log.substr(from, log.find('\n', from) - from);
            return !line.empty();
        });
        EXPECT_TRUE(world.devices().empty()) << world.devices().dump();
        EXPECT_EQ(world.stopGateway(), 0);
        return line;
    }

    GatewayWorld world{"127.31.1"};
    TestAuthority authority{"Site CA"};
    TestAuthority stranger{"Another CA"};
    Front front;
};

// TP-181 5.1.10
// C-TLS-01, C-TLS-03, C-TLS-04
TEST_P(TlsTo, GatewayAndPrinterRegisterOnlyWhereTheAuthorityIsTheConfiguredOne) {
    start();
    useAcs({{"ca_file", stranger.file()}});
    const auto unknown = refusal();
    EXPECT_NE(unknown.find("certificate"), std::string::npos) << unknown;
    useAcs(json::object());
    EXPECT_NE(refusal().find("certificate"), std::string::npos) << "the system's authorities";

    useAcs({{"ca_file", authority.file()}});
    ASSERT_TRUE(registers(world, 1)) << world.gateway().errors() << front.process->errors();
    const auto id = world.deviceId(kPrinterSerial);
    EXPECT_EQ(world.value(id, "Device.DeviceInfo.SerialNumber"), kPrinterSerial);
    EXPECT_EQ(world.value(world.deviceId(kGatewaySerial), "Device.ManagementServer.URL"),
              front.url());
    EXPECT_EQ(world.gateway().errors().find("acs.insecure"), std::string::npos);
    EXPECT_TRUE(isClean(world)) << world.api("/stats").dump(2);
    if (GetParam().program == std::string("nginx")) {
        const auto log = readFile(world.folder().path() / "nginx/access.log");
        EXPECT_EQ(log.find("TLSv1.3 POST 200"), 0U) << log;
    }
}

// C-TLS-06
TEST_P(TlsTo, AClientCertificateIsShownWhereOneIsDemanded) {
    TestAuthority clients("CA of the clients");
    front.clientAuthority = clients.file();
    start();
    useAcs({{"ca_file", authority.file()}});
    EXPECT_NE(refusal(), "") << "without a certificate";
    const auto wrong = stranger.clientFile("02A1B2-GW-TEST");
    useAcs({{"ca_file", authority.file()}, {"client_certificate", wrong}, {"client_key", wrong}});
    EXPECT_NE(refusal(), "") << "with one of another authority";

    const auto right = clients.clientFile("02A1B2-GW-TEST");
    useAcs({{"ca_file", authority.file()}, {"client_certificate", right}, {"client_key", right}});
    ASSERT_TRUE(registers(world, 1)) << world.gateway().errors() << front.process->errors();
    EXPECT_EQ(world.value(world.deviceId(kPrinterSerial), "Device.DeviceInfo.SerialNumber"),
              kPrinterSerial);
    EXPECT_TRUE(isClean(world)) << world.api("/stats").dump(2);
    if (GetParam().program == std::string("nginx")) {
        const auto log = readFile(world.folder().path() / "nginx/access.log");
        EXPECT_NE(log.find("POST 400"), std::string::npos) << log;
        EXPECT_NE(log.find("POST 200 CN=02A1B2-GW-TEST"), std::string::npos) << log;
    }
}

// C-TLS-06
TEST_P(TlsTo, EachDeviceShowsItsOwnCertificate) {
    TestAuthority clients("CA of the clients");
    front.clientAuthority = clients.file();
    start();
    const auto folder = world.folder().path();
    const auto own = [&](const std::string& name) {
        std::filesystem::copy_file(clients.clientFile("the " + name),
                                   folder / ("02A1B2" + name + ".pem"));
    };
    own(kGatewaySerial);
    const auto pattern = (folder / "02A1B2{serial}.pem").string();
    useAcs(
        {{"ca_file", authority.file()}, {"client_certificate", pattern}, {"client_key", pattern}});
    world.startGateway();
    const auto missing = std::string("02A1B2") + kPrinterSerial + ".pem";
    EXPECT_TRUE(eventually(std::chrono::seconds{10}, [&] {
        return world.gateway().errors().find(missing) != std::string::npos;
    })) << world.gateway().errors();
    EXPECT_EQ(world.stopGateway(), 0);

    own(kPrinterSerial);
    ASSERT_TRUE(registers(world, 1)) << world.gateway().errors() << front.process->errors();
    if (GetParam().program == std::string("nginx")) {
        const auto log = readFile(folder / "nginx/access.log");
        EXPECT_NE(log.find("POST 200 CN=the VQ55407731"), std::string::npos) << log;
        EXPECT_NE(log.find("POST 200 CN=the GW-TEST"), std::string::npos) << log;
    }
}

INSTANTIATE_TEST_SUITE_P(Peers,
                         TlsTo,
                         testing::Values(Peer{"nginx", &startNginx},
                                         Peer{"stunnel4", &startStunnel}),
                         [](const auto& one) { return std::string(one.param.program); });

}  // namespace
}  // namespace platen::test
