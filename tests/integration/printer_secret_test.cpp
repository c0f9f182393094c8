// SPDX-License-Identifier: Apache-2.0
// A printer whose SNMPv3 password or community is changed, and the gateway beside it: what the ACS
// sees, how often the printer is asked with the old one, and that the ACS can bring the new one.
#include "tests/integration/gateway_world.hpp"
#include "tests/integration/snmpd_agent.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

namespace platen::test {
namespace {

/// Three requests that were refused, and each once more if the agent was slow to answer.
constexpr int kMostWrongDigests = 6;
constexpr const char* kService = "Device.Services.X_PLATEN_MFP.1.";

/// Objects of a printer that snmpd answers as if they were its own.
Snmpd::Options printerAt(const std::string& address,
                         std::uint16_t port,
                         const std::string& password) {
    Snmpd::Options options;
    options.address = address;
    options.port = port;
    options.engineId = "80001f8804706c6174656e";
    options.configuration =
        "rocommunity watcher\n"
        "rocommunity " +
        password +
        "\n"
        "createUser platen SHA-256 \"" +
        password + "\" AES \"" + password +
        "\"\n"
        "rouser platen priv .1\n"
        "sysDescr Acme LaserPoint 410\n"
        "override 1.3.6.1.2.1.25.3.2.1.2.1 object_id 1.3.6.1.2.1.25.3.1.5\n"
        "override 1.3.6.1.2.1.25.3.2.1.3.1 octet_str \"Acme LaserPoint 410\"\n"
        "override 1.3.6.1.2.1.25.3.5.1.1.1 integer 3\n"
        "override 1.3.6.1.2.1.43.5.1.1.17.1 octet_str \"V3-SERIAL-1\"\n"
        "override 1.3.6.1.2.1.43.10.2.1.2.1.1 integer 4\n"
        "override 1.3.6.1.2.1.43.10.2.1.3.1.1 integer 7\n"
        "override 1.3.6.1.2.1.43.10.2.1.4.1.1 counter 4711\n";
    return options;
}

std::string credentialOf(const std::string& password) {
    return R"({"version": "3", "user": "platen", "auth_protocol": "sha256", "auth_password": ")" +
           password + R"(", "priv_protocol": "aes128", "priv_password": ")" + password + "\"}";
}

class PrinterWithASecret : public testing::Test {
  protected:
    explicit PrinterWithASecret(const std::string& network) : world(network) {}
    /// The gateway reads the printer; then the printer's password and community are changed.
    void readThenChange(const std::string& credential) {
        if (const auto why = Snmpd::missing(); !why.empty()) {
            GTEST_SKIP() << why;
        }
        world.configure("", credential);
        start("first-password");
        world.startAcs();
        world.startGateway();
        ASSERT_TRUE(eventually(std::chrono::seconds{40}, [&] {
            id = world.deviceId("V3-SERIAL-1");
            return !id.empty();
        })) << world.gateway().errors();
        ASSERT_EQ(value("Counters.Total.Impressions"), "4711");
        ASSERT_EQ(wrongDigests(), 0);
        printer.reset();
        start("second-password");
        ASSERT_TRUE(logged("printer.unreachable")) << world.gateway().errors();
    }
    void start(const std::string& password) {
        printer =
            std::make_unique<Snmpd>(printerAt(world.network() + ".1", world.snmpPort(), password));
        ASSERT_TRUE(printer->ready()) << printer->log();
    }
    [[nodiscard]] std::string value(const std::string& name) const {
        return world.value(id, kService + name);
    }
    bool logged(const std::string& event) {
        return eventually(std::chrono::seconds{90}, [&] {
            return world.gateway().errors().find(event) != std::string::npos;
        });
    }
    /// As the ACS; true if the device took them.
    testing::AssertionResult setSecrets(const std::vector<std::string>& names) {
        auto values = nlohmann::json::array();
        for (const auto& name : names) {
            values.push_back(
                {{"name", kService + name}, {"value", "second-password"}, {"type", "xsd:string"}});
        }
        const auto done = world.runTask(id, {{"type", "set"}, {"values", values}});
        return done.value("state", "") == "done" ? testing::AssertionSuccess()
                                                 : testing::AssertionFailure() << done.dump();
    }
    /// usmStatsWrongDigests of the agent, asked by another way than the gateway's.
    [[nodiscard]] int wrongDigests() const {
        const auto answer = runToEnd(
            {"/usr/bin/env", "MIBS=", "/usr/bin/snmpget", "-v2c", "-c", "watcher", "-Oqv",
             world.network() + ".1:" + std::to_string(world.snmpPort()), "1.3.6.1.6.3.15.1.1.5.0"});
        return answer.output.empty() ? -1 : std::stoi(answer.output);
    }

    GatewayWorld world;
    std::unique_ptr<Snmpd> printer;
    std::string id;
};

class V3Printer : public PrinterWithASecret {
  protected:
    V3Printer() : PrinterWithASecret("127.23.0") {}
    void SetUp() override { readThenChange(credentialOf("first-password")); }
};

TEST_F(V3Printer, APasswordThatChangesIsToldAndTheAcsBringsTheNewOne) {
    EXPECT_EQ(value("Status.CommunicationStatus"), "AuthenticationFailure");
    EXPECT_EQ(value("Counters.Total.Impressions"), "4711") << "the last count stands";
    EXPECT_EQ(value("Alert.1.Code"), "1000002") << "the gateway's own alert: credential refused";
    EXPECT_NE(value("Connection.SNMP.LastError").find("wrongDigests"), std::string::npos)
        << value("Connection.SNMP.LastError");
    const auto refused = wrongDigests();
    EXPECT_GE(refused, 1);
    EXPECT_LE(refused, kMostWrongDigests) << "a printer may lock the user out";

    EXPECT_TRUE(setSecrets({"Connection.SNMP.AuthPassphrase", "Connection.SNMP.PrivPassphrase"}));
    EXPECT_TRUE(logged("printer.back")) << world.gateway().errors();
    EXPECT_EQ(value("Status.CommunicationStatus"), "Up");
    EXPECT_EQ(value("AlertNumberOfEntries"), "0");
    EXPECT_EQ(world.stopGateway(), 0);
}

TEST_F(V3Printer, TheOperatorCorrectsThePasswordAndReloads) {
    world.configure("", credentialOf("second-password"));
    world.gateway().signal(SIGHUP);
    EXPECT_TRUE(logged("printer.back")) << world.gateway().errors();
    EXPECT_EQ(value("Status.CommunicationStatus"), "Up");
    EXPECT_LE(wrongDigests(), kMostWrongDigests);
    EXPECT_EQ(world.stopGateway(), 0);
}

/// A printer's web server: it takes connections and says nothing.
class WebPort {
  public:
    explicit WebPort(const std::string& address)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(80);
        ::inet_pton(AF_INET, address.c_str(), &at.sin_addr);
        open_ = ::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0 &&
                ::listen(fd_, 8) == 0;
    }
    WebPort(const WebPort&) = delete;
    WebPort& operator=(const WebPort&) = delete;
    ~WebPort() { ::close(fd_); }
    [[nodiscard]] bool open() const { return open_; }

  private:
    int fd_;
    bool open_ = false;
};

class V2Printer : public PrinterWithASecret {
  protected:
    V2Printer() : PrinterWithASecret("127.25.0"), web(world.network() + ".1") {}
    void SetUp() override {
        if (!web.open()) {
            GTEST_SKIP() << "this user may not use port 80";
        }
        readThenChange(R"({"version": "2c", "community": "first-password"})");
    }
    WebPort web;
};

// C-PRX-24: silence of an agent of v2c is no sign that the printer is off.
TEST_F(V2Printer, ACommunityThatChangesIsBroughtByTheAcs) {
    EXPECT_EQ(value("Status.CommunicationStatus"), "Unreachable");
    EXPECT_EQ(value("Counters.Total.Impressions"), "4711") << "the last count stands";
    EXPECT_TRUE(setSecrets({"Connection.SNMP.ReadCommunity"}));
    EXPECT_TRUE(logged("printer.back")) << world.gateway().errors();
    EXPECT_EQ(value("Status.CommunicationStatus"), "Up");
    EXPECT_EQ(world.stopGateway(), 0);
}

TEST(V3Tools, AnAgentThatRefusesIsShownAndExplained) {
    if (const auto why = Snmpd::missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    GatewayWorld world("127.24.0");
    const auto host = world.network() + ".1";
    world.configure("",
                    credentialOf("first-password") + R"(, {"version": "2c", "community": "x"})");
    const Snmpd printer(printerAt(host, world.snmpPort(), "second-password"));
    ASSERT_TRUE(printer.ready()) << printer.log();
    const auto run = [&](std::vector<std::string> words) {
        words.insert(words.begin(), program("platen"));
        words.insert(words.end(), {"--config", world.configFile()});
        return runToEnd(std::move(words));
    };
    const auto found = run({"discover", "--json"});
    EXPECT_EQ(found.exit, 0);
    const auto rows = nlohmann::json::parse(found.output);
    ASSERT_EQ(rows.size(), 1U) << found.output;
    EXPECT_EQ(rows[0].value("address", ""), host);
    EXPECT_EQ(rows[0].value("state", ""), "refused");
    EXPECT_NE(rows[0].value("reason", "").find("wrongDigests"), std::string::npos) << found.output;
    const auto diagnosed = run({"diagnose", host});
    EXPECT_EQ(diagnosed.exit, 3);
    EXPECT_NE(diagnosed.output.find("-> correct SNMPv3, user \"platen\" (authPriv), entry #1"),
              std::string::npos)
        << diagnosed.output;
    for (const auto* command : {"poll", "record"}) {
        const auto done = run({command, host});
        EXPECT_EQ(done.exit, 3) << command;
        EXPECT_NE(done.errors.find("wrongDigests"), std::string::npos) << done.errors;
    }
}

}  // namespace
}  // namespace platen::test
