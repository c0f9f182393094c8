// SPDX-License-Identifier: Apache-2.0
// Lightweight notifications (TR-069 Annex M) of the real gateway, on a socket of the test.
#include "base/text.hpp"
#include "proxy/stun/hmac_sha1.hpp"
#include "tests/integration/gateway_world.hpp"
#include "tests/support/xsd_validator.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>

namespace platen::test {
namespace {

using nlohmann::json;

constexpr const char* kKyocera = "VQ55407731";
constexpr const char* kService = "Device.Services.X_PLATEN_MFP.1.";
const std::string kManagement = "Device.ManagementServer.";

/// A UDP port on loopback.
class Listener {
  public:
    Listener() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API
        EXPECT_EQ(::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
        socklen_t size = sizeof(address);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API
        ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { ::close(descriptor_); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// The next datagram, or nothing in time.
    [[nodiscard]] std::optional<std::string> next(std::chrono::milliseconds limit) const {
        pollfd ready{descriptor_, POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(limit.count())) != 1) {
            return std::nullopt;
        }
        std::array<char, 65'536> buffer{};
        const auto size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        return size < 0 ? std::nullopt
                        : std::optional(std::string(buffer.data(), static_cast<std::size_t>(size)));
    }

  private:
    int descriptor_;
    std::uint16_t port_ = 0;
};

json parameter(const std::string& name, const std::string& value, const std::string& type) {
    return {{"name", kManagement + name}, {"value", value}, {"type", "xsd:" + type}};
}

class Lightweight : public testing::Test {
  protected:
    void start(bool offered) {
        if (offered) {
            std::filesystem::create_directories(world.folder().path() / "conf.d");
            world.folder().write("conf.d/lightweight.json",
                                 R"({"acs": {"lightweight_notifications": true}})");
        }
        world.startPrinters(
            {std::string(PLATEN_SOURCE) + "/tests/data/recordings/kyocera-style-m5540.snmprec"});
        world.startAcs();
        world.startGateway();
        ASSERT_TRUE(eventually(std::chrono::seconds{30}, [this] {
            return world.printerCount() == 1;
        })) << world.gateway().errors();
        id = world.deviceId(kKyocera);
    }
    std::string notify(const std::string& name, int value) const {
        const auto done = world.runTask(
            id, {{"type", "setattributes"},
                 {"attributes", {{{"name", kService + name}, {"notification", value}}}}});
        return done.is_object() ? done.value("state", "") : "(none)";
    }
    GatewayWorld world{"127.22.0"};
    Listener listener;
    std::string id;
};

// C-LWN-01, C-LWN-02, C-LWN-03
TEST_F(Lightweight, AChangedValueComesAsASignedDatagram) {
    start(true);
    const auto done = world.runTask(
        id, {{"type", "set"},
             {"values",
              {parameter("UDPLightweightNotificationHost", "127.0.0.1", "string"),
               parameter("UDPLightweightNotificationPort", std::to_string(listener.port()),
                         "unsignedInt"),
               parameter("Password", "acs-secret", "string"),
               parameter("LightweightNotificationTriggerInterval", "1", "unsignedInt"),
               parameter("LightweightNotificationProtocolsUsed", "UDP", "string")}}});
    ASSERT_EQ(done.value("state", ""), "done") << done.dump();
    EXPECT_FALSE(listener.next(std::chrono::milliseconds{300})) << "nothing is notified yet";
    ASSERT_EQ(notify("Connection.LastSuccessTime", 3), "done");
    const auto datagram = listener.next(std::chrono::seconds{10});
    ASSERT_TRUE(datagram) << world.gateway().errors();
    ASSERT_TRUE(datagram->starts_with(
        "POST / HTTP/1.1\r\nHOST: 127.0.0.1:" + std::to_string(listener.port()) + "\r\n"))
        << *datagram;
    const auto end = datagram->find("\r\n\r\n");
    ASSERT_NE(end, std::string::npos);
    const auto body = datagram->substr(end + 4);
    XsdValidator validator(std::filesystem::path(PLATEN_SHARED) / "standards" / "schemas");
    EXPECT_EQ(validator.validate(body), "") << body;
    EXPECT_NE(body.find("<SerialNumber>" + std::string(kKyocera) + "</SerialNumber>"),
              std::string::npos);
    EXPECT_NE(body.find("<Name>" + std::string(kService) + "Connection.LastSuccessTime</Name>"),
              std::string::npos)
        << body;
    const auto mac = stun::hmacSha1("acs-secret", body);
    std::array<std::uint8_t, 20> octets{};
    std::memcpy(octets.data(), mac.data(), octets.size());
    EXPECT_NE(datagram->find("\r\nSignature: " + text::toHex(octets, true) + "\r\n"),
              std::string::npos)
        << *datagram;
    EXPECT_NE(datagram->find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"),
              std::string::npos);
}

// C-NOT-10, C-ATT-03
TEST_F(Lightweight, IsRefusedWhereTheSiteDoesNotOfferIt) {
    start(false);
    EXPECT_EQ(notify("Connection.LastSuccessTime", 3), "failed");
    const auto supported = kManagement + "LightweightNotificationProtocolsSupported";
    EXPECT_TRUE(world.value(id, supported).starts_with("(no answer)")) << "absent";
}

}  // namespace
}  // namespace platen::test
