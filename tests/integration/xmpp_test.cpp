// SPDX-License-Identifier: Apache-2.0
// Connection requests by XMPP (TR-069 Annex K) with the real gateway and Prosody, on loopback, with
// TLS and a CA of the test's own.
#include "tests/integration/gateway_world.hpp"
#include "tests/integration/xmpp_peer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>

namespace platen::test {
namespace {

using nlohmann::json;
using std::chrono::seconds;

const std::string kManagement = "Device.ManagementServer.";
const std::string kJid = "gateway@xmpp.test/platen";
constexpr const char* kKyocera = "VQ55407731";
constexpr const char* kProsody = "/usr/bin/prosody";
constexpr const char* kOpenssl = "/usr/bin/openssl";

/// Prosody with the accounts gateway, acs and other, each with its name as the password.
class ProsodyServer {
  public:
    ProsodyServer() : port_(freePort()) {
        makeCertificates();
        for (const char* name : {"gateway", "acs", "other"}) {
            std::filesystem::create_directories(folder_.path() / "data/xmpp%2etest/accounts");
            folder_.write("data/xmpp%2etest/accounts/" + std::string(name) + ".dat",
                          "return { [\"password\"] = \"" + std::string(name) + "\"; };\n");
        }
        const auto at = [this](const char* name) { return (folder_.path() / name).string(); };
        config_ = folder_.write(
            "prosody.cfg.lua",
            "run_as_root = true\nlog = { info = \"*console\" }\npidfile = \"" + at("pid") +
                "\"\ndata_path = \"" + at("data") +
                "\"\nmodules_enabled = { \"saslauth\", \"tls\", \"ping\" }\n"
                "modules_disabled = { \"s2s\", \"http\" }\n"
                "authentication = \"internal_plain\"\nc2s_require_encryption = true\n"
                "c2s_interfaces = { \"127.0.0.1\" }\nc2s_ports = { " +
                std::to_string(port_) + " }\nVirtualHost \"xmpp.test\"\n  ssl = { key = \"" +
                at("server.key") + "\"; certificate = \"" + at("server.pem") + "\"; }\n");
        start();
    }
    void start() {
        process_ = std::make_unique<Process>(
            std::vector<std::string>{kProsody, "-F", "--config", config_});
        eventually(seconds{15}, [this] { return said("Activated service 'c2s'"); });
    }
    void stop() { process_.reset(); }
    [[nodiscard]] bool said(const std::string& text) const {
        return process_->output().find(text) != std::string::npos;
    }
    [[nodiscard]] std::string log() const { return process_->output() + process_->errors(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string caFile() const { return (folder_.path() / "ca.pem").string(); }
    [[nodiscard]] std::string otherCaFile() const {
        return (folder_.path() / "other.pem").string();
    }

  private:
    void makeCertificates() const {
        const auto at = [this](const char* name) { return (folder_.path() / name).string(); };
        folder_.write("san", "subjectAltName=DNS:xmpp.test\n");
        for (const char* name : {"ca", "other"}) {
            runToEnd({kOpenssl, "req", "-x509", "-newkey", "ec", "-pkeyopt",
                      "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                      std::string("/CN=") + name, "-keyout", at("") + std::string(name) + ".key",
                      "-out", at("") + std::string(name) + ".pem"});
        }
        runToEnd({kOpenssl, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                  "-nodes", "-subj", "/CN=xmpp.test", "-keyout", at("server.key"), "-out",
                  at("server.csr")});
        runToEnd({kOpenssl, "x509", "-req", "-in", at("server.csr"), "-CA", at("ca.pem"), "-CAkey",
                  at("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", at("san"), "-out",
                  at("server.pem")});
    }

    TemporaryFolder folder_;
    std::uint16_t port_;
    std::string config_;
    std::unique_ptr<Process> process_;
};

json parameter(const std::string& name, const std::string& value) {
    return {{"name", kManagement + name}, {"value", value}, {"type", "xsd:string"}};
}

class XmppRequests : public testing::Test {
  protected:
    void SetUp() override {
        for (const char* program : {kProsody, kOpenssl}) {
            if (!std::filesystem::exists(program)) {
                GTEST_SKIP() << "no " << program << " (Debian packages prosody and openssl)";
            }
        }
        server = std::make_unique<ProsodyServer>();
        ASSERT_TRUE(server->said("Activated service 'c2s'")) << server->log();
    }
    void start(const std::string& caFile) {
        world.configure(", \"xmpp\": {\"server\": \"127.0.0.1:" + std::to_string(server->port()) +
                        "\", \"domain\": \"xmpp.test\", \"username\": \"gateway\", \"password\": "
                        "\"gateway\", \"ca_file\": \"" +
                        caFile + "\"}");
        world.startPrinters();
        world.startAcs();
        world.startGateway();
        ASSERT_TRUE(eventually(seconds{30}, [this] { return world.printerCount() == 6; }))
            << world.gateway().errors();
        id = world.deviceId(kKyocera);
    }
    bool gatewaySaid(const std::string& text) {
        return eventually(seconds{20},
                          [&] { return world.gateway().errors().find(text) != std::string::npos; });
    }
    [[nodiscard]] std::size_t requestEvents() const {
        std::size_t count = 0;
        for (const auto& entry : world.events(id)) {
            count += entry.dump().find("6 CONNECTION REQUEST") != std::string::npos ? 1U : 0U;
        }
        return count;
    }

    GatewayWorld world{"127.14.0"};
    std::unique_ptr<ProsodyServer> server;
    std::string id;
};

// C-XMPP-01 to C-XMPP-06
TEST_F(XmppRequests, ADeviceIsCalledThroughTheGatewaysConnection) {
    start(server->caFile());
    ASSERT_TRUE(gatewaySaid("online")) << world.gateway().errors() << server->log();
    ASSERT_TRUE(eventually(
        seconds{10}, [this] { return world.value(id, kManagement + "ConnReqJabberID") == kJid; }));
    EXPECT_EQ(world.value(id, kManagement + "SupportedConnReqMethods"), "HTTP,XMPP");
    EXPECT_EQ(world.value(id, kManagement + "ConnReqXMPPConnection"), "Device.XMPP.Connection.1");
    EXPECT_EQ(world.value(id, "Device.XMPP.Connection.1.Status"), "Enabled");
    EXPECT_EQ(world.value(id, "Device.XMPP.Connection.1.JabberID"), kJid);
    EXPECT_EQ(world.value(id, "Device.XMPP.Connection.1.TLSEstablished"), "true");
    const auto done = world.runTask(
        id, json{{"type", "set"},
                 {"values",
                  {parameter("ConnectionRequestUsername", "kyocera"),
                   parameter("ConnectionRequestPassword", "xmpp-secret"),
                   parameter("ConnReqAllowedJabberIDs", "acs@xmpp.test, boss@xmpp.test/desk")}}});
    ASSERT_EQ(done.value("state", ""), "done") << done.dump();

    XmppPeer acs("acs@xmpp.test/tr069", "acs", server->port(), server->caFile());
    XmppPeer other("other@xmpp.test/tr069", "other", server->port(), server->caFile());
    ASSERT_TRUE(eventually(seconds{5}, [&] {
        return acs.request(kJid, "kyocera", "guess") == "not-authorized" &&
               other.request(kJid, "kyocera", "xmpp-secret") == "service-unavailable";
    }));
    const auto before = requestEvents();
    EXPECT_EQ(acs.request(kJid, "kyocera", "wrong"), "not-authorized");
    EXPECT_EQ(acs.request(kJid, "nobody", "xmpp-secret"), "not-authorized");
    EXPECT_EQ(other.request(kJid, "kyocera", "xmpp-secret"), "service-unavailable");
    EXPECT_EQ(acs.request(kJid, "kyocera", "xmpp-secret"), "result");
    EXPECT_TRUE(eventually(seconds{10}, [&] { return requestEvents() == before + 1; }));

    // Another connection of the server, and a restart of the gateway: the same JID.
    EXPECT_EQ(world.stopGateway(), 0);
    world.startGateway();
    ASSERT_TRUE(gatewaySaid("online")) << world.gateway().errors();
    EXPECT_TRUE(eventually(
        seconds{10}, [&] { return acs.request(kJid, "kyocera", "xmpp-secret") == "result"; }));
    EXPECT_TRUE(eventually(seconds{10}, [&] { return requestEvents() == before + 2; }));
}

// C-XMPP-05
TEST_F(XmppRequests, ACertificateOfAnotherCaIsRefused) {
    start(server->otherCaFile());
    EXPECT_TRUE(gatewaySaid("offline")) << server->log();
    EXPECT_NE(world.gateway().errors().find("not trusted"), std::string::npos)
        << world.gateway().errors();
    EXPECT_EQ(world.gateway().errors().find("online"), std::string::npos);
    EXPECT_TRUE(eventually(seconds{10}, [this] {
        return world.value(id, "Device.XMPP.Connection.1.Status") == "Error";
    }));
    EXPECT_EQ(world.value(id, kManagement + "SupportedConnReqMethods"), "HTTP");
    EXPECT_EQ(world.stopGateway(), 0);
}

}  // namespace
}  // namespace platen::test
