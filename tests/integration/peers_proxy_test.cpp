// SPDX-License-Identifier: Apache-2.0
// Sessions through an HTTP proxy of others that asks for a password.
#include "tests/integration/peers_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <memory>
#include <string>

namespace platen::test {
namespace {

class Tinyproxy : public testing::Test {
  protected:
    void SetUp() override {
        const auto command = systemProgram("tinyproxy");
        if (command.empty()) {
            GTEST_SKIP() << "tinyproxy is not installed";
        }
        const auto file = world.folder().write(
            "tinyproxy.conf",
            "Port " + std::to_string(port) +
                "\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nAllow "
                "127.0.0.1\nBasicAuth site s3cr-et\nLogLevel Connect\nLogFile \"" +
                log.string() + "\"\n");
        proxy = std::make_unique<Process>(std::vector<std::string>{command, "-d", "-c", file});
        ASSERT_TRUE(eventually(std::chrono::seconds{10}, [this] { return listens(port); }))
            << proxy->errors();
        world.startPrinters({onePrinter()});
        world.startAcs();
    }
    void useProxy(const std::string& login) {
        overlay(world,
                {{"acs", {{"proxy", "http://" + login + "@127.0.0.1:" + std::to_string(port)}}}});
    }
    /// Requests for the ACS in the proxy's log.
    [[nodiscard]] int relayed() const {
        const auto text = readFile(log);
        int count = 0;
        const auto request = "POST " + acsUrl(world);
        for (auto at = text.find(request); at != std::string::npos;
             at = text.find(request, at + 1)) {
            ++count;
        }
        return count;
    }

    GatewayWorld world{"127.31.3"};
    std::uint16_t port = freePort();
    std::filesystem::path log = world.folder().path() / "tinyproxy.log";
    std::unique_ptr<Process> proxy;
};

// C-HTTP-21
TEST_F(Tinyproxy, CarriesTheSessionsIfItIsGivenThePassword) {
    useProxy("site:other");
    world.startGateway();
    std::string refusal;
    EXPECT_TRUE(eventually(std::chrono::seconds{15}, [&] {
        const auto errors = world.gateway().errors();
        const auto from = errors.find("session.failed ");
        refusal =
            from == std::string::npos ? "" : errors.substr(from, errors.find('\n', from) - from);
        return !refusal.empty();
    }));
    // It does not read what it refuses, so that the answer may be lost with the connection.
    EXPECT_TRUE(refusal.find("407") != std::string::npos ||
                refusal.find("reset") != std::string::npos)
        << refusal;
    EXPECT_TRUE(world.devices().empty()) << world.devices().dump();
    const auto tries = relayed();
    EXPECT_GE(tries, 1);

    // The operator corrects it; the retries go on by themselves.
    useProxy("site:s3cr-et");
    world.gateway().signal(SIGHUP);
    EXPECT_TRUE(eventually(std::chrono::seconds{25}, [this] {
        return world.devices().size() == 2 && isQuiet(world, world.deviceId(kPrinterSerial));
    })) << world.gateway().errors();
    const auto informs = world.events(world.deviceId(kGatewaySerial));
    ASSERT_FALSE(informs.empty());
    EXPECT_GE(informs[0].value("retryCount", 0), 1) << informs.dump();
    EXPECT_NE(world.gateway().errors().find("session.recovered"), std::string::npos);
    EXPECT_GT(relayed(), tries);

    const auto before = relayed();
    EXPECT_EQ(world.value(world.deviceId(kPrinterSerial), "Device.DeviceInfo.SerialNumber"),
              kPrinterSerial);
    EXPECT_GT(relayed(), before) << "no session goes past the proxy";
    EXPECT_TRUE(isClean(world)) << world.api("/stats").dump(2);
    EXPECT_EQ(world.gateway().errors().find("s3cr-et"), std::string::npos);
}

}  // namespace
}  // namespace platen::test
