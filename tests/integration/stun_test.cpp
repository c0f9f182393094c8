// SPDX-License-Identifier: Apache-2.0
// Connection requests by UDP (TR-069 Annex G) with the real gateway and a scripted STUN server, and
// our STUN client against coturn's server where it is installed.
#include "base/text.hpp"
#include "proxy/net/epoll_loop.hpp"
#include "proxy/stun/bindings.hpp"
#include "proxy/stun/hmac_sha1.hpp"
#include "tests/integration/gateway_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>

namespace platen::test {
namespace {

using nlohmann::json;

const std::string kManagement = "Device.ManagementServer.";
constexpr const char* kKyocera = "VQ55407731";
constexpr const char* kPublic = "203.0.113.7:40000";

/// A STUN server on loopback that sees every client behind one NAT. It answers on the thread of its
/// loop.
class StunDouble {
  public:
    StunDouble() {
        auto opened = stun::openSockets(loop_, 0);
        sockets_ = std::move(opened.value());
        sockets_->onReceive([this](stun::Via via, const net::Endpoint& from,
                                   std::span<const std::byte> bytes) { answer(via, from, bytes); });
        port_ = sockets_->port();
        thread_ = std::thread([this] { loop_.run(); });
    }
    StunDouble(const StunDouble&) = delete;
    StunDouble& operator=(const StunDouble&) = delete;
    ~StunDouble() {
        loop_.post([this] { loop_.stop(); });
        thread_.join();
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Where a binding request with the tag of Annex G came from.
    [[nodiscard]] std::optional<net::Endpoint> client() const {
        const std::lock_guard lock(mutex_);
        return client_;
    }
    [[nodiscard]] bool sawBindingChange() const { return sawChange_; }
    void forget() {
        const std::lock_guard lock(mutex_);
        client_.reset();
        sawChange_ = false;
    }
    /// As an ACS does: from the server's own port.
    void send(const net::Endpoint& to, const std::string& text) {
        loop_.post([this, to, text] {
            sockets_->send(stun::Via::Primary, to,
                           std::as_bytes(std::span(text.data(), text.size())));
        });
    }

  private:
    void answer(stun::Via via, const net::Endpoint& from, std::span<const std::byte> bytes) {
        const auto request = stun::decode(bytes);
        if (!request || request->type != stun::Type::BindingRequest) {
            return;
        }
        if (request->connectionRequestBinding) {
            const std::lock_guard lock(mutex_);
            client_ = from;
        }
        if (request->bindingChange) {
            sawChange_ = true;
        }
        stun::Message reply;
        reply.type = stun::Type::BindingResponse;
        reply.transaction = request->transaction;
        reply.mapped = *net::Endpoint::parse(kPublic);
        sockets_->send(via, from, *stun::encode(reply, std::nullopt));
    }

    SystemClock clock_;
    net::EpollLoop loop_{clock_};
    std::unique_ptr<stun::Sockets> sockets_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::optional<net::Endpoint> client_;
    std::atomic<bool> sawChange_ = false;
    std::thread thread_;
};

json parameter(const std::string& name, const std::string& value, const std::string& type) {
    return {{"name", kManagement + name}, {"value", value}, {"type", "xsd:" + type}};
}

/// A signed request; each number stands for another time and id.
std::string request(int number, const std::string& user, const std::string& password) {
    const auto ts = std::to_string(2'000'000'000 + number);
    const auto id = std::to_string(number);
    const auto mac = stun::hmacSha1(password, ts + id + user + "nonce");
    std::array<std::uint8_t, 20> octets{};
    std::memcpy(octets.data(), mac.data(), octets.size());
    return "GET http://" + std::string(kPublic) + "?ts=" + ts + "&id=" + id + "&un=" + user +
           "&cn=nonce&sig=" + text::toHex(octets, false) + " HTTP/1.1\r\n\r\n";
}

class UdpRequests : public testing::Test {
  protected:
    UdpRequests() {
        world.startPrinters();
        world.startAcs();
        world.startGateway();
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [this] {
            return world.printerCount() == 6;
        })) << world.gateway().errors();
        id = world.deviceId(kKyocera);
    }
    [[nodiscard]] std::size_t requestEvents() const {
        std::size_t count = 0;
        const auto history = world.events(id);
        for (const auto& entry : history) {
            count += entry.dump().find("6 CONNECTION REQUEST") != std::string::npos ? 1U : 0U;
        }
        return count;
    }
    /// A value that the device gives in a session for which it was called by UDP alone: the ACS no
    /// longer knows the password for HTTP.
    std::string valueByUdp(const std::string& name) {
        const auto queued = world.api("/devices/" + escaped() + "/tasks",
                                      json{{"type", "get"}, {"names", {kManagement + name}}});
        if (!queued.is_object() || !queued.contains("id") || !server.client()) {
            return "(not queued)";
        }
        const auto text = request(++number, "kyocera", "udp-secret");
        for (int copy = 0; copy < 3; ++copy) {
            server.send(*server.client(), text);
        }
        json task;
        eventually(std::chrono::seconds{3}, [&] {
            task = world.api("/tasks/" + queued["id"].dump());
            return task.is_object() && task.value("state", "") == "done";
        });
        if (task.value("state", "") != "done") {
            return "(no answer) " + task.dump();
        }
        return task["result"]["parameters"][0].value("value", "");
    }
    [[nodiscard]] std::string escaped() const {
        std::string out;
        for (const char c : id) {
            out += c == ' ' ? std::string("%20") : std::string(1, c);
        }
        return out;
    }

    GatewayWorld world{"127.13.0"};
    StunDouble server;
    std::string id;
    int number = 0;
};

// C-UDP-01 to C-UDP-09
TEST_F(UdpRequests, ADeviceIsCalledThroughItsBinding) {
    EXPECT_EQ(world.value(id, kManagement + "STUNEnable"), "false");
    EXPECT_EQ(world.value(id, kManagement + "SupportedConnReqMethods"), "HTTP");
    const auto done = world.runTask(
        id, json{{"type", "set"},
                 {"values",
                  {parameter("STUNServerAddress", "127.0.0.1", "string"),
                   parameter("STUNServerPort", std::to_string(server.port()), "unsignedInt"),
                   parameter("STUNPassword", "stun-secret", "string"),
                   parameter("ConnectionRequestUsername", "kyocera", "string"),
                   parameter("ConnectionRequestPassword", "udp-secret", "string"),
                   parameter("STUNEnable", "1", "boolean")}}});
    ASSERT_EQ(done.value("state", ""), "done") << done.dump();
    ASSERT_TRUE(eventually(std::chrono::seconds{10}, [&] { return server.sawBindingChange(); }));
    const auto client = server.client();
    ASSERT_TRUE(client);
    EXPECT_TRUE(eventually(std::chrono::seconds{10},
                           [&] { return valueByUdp("UDPConnectionRequestAddress") == kPublic; }));
    EXPECT_EQ(valueByUdp("NATDetected"), "true");
    EXPECT_EQ(valueByUdp("SupportedConnReqMethods"), "HTTP,STUN");
    EXPECT_EQ(valueByUdp("STUNPassword"), "");

    // The port and the address stay over a restart, and so does the memory of old requests.
    EXPECT_EQ(world.stopGateway(), 0);
    server.forget();
    world.startGateway();
    ASSERT_TRUE(eventually(std::chrono::seconds{20}, [&] { return server.sawBindingChange(); }))
        << world.gateway().errors();
    EXPECT_EQ(server.client(), client);
    const auto before = requestEvents();
    server.send(*client, request(number, "kyocera", "udp-secret"));
    server.send(*client, request(number + 1, "kyocera", "guess"));
    server.send(*client, request(number + 1, "nobody", "udp-secret"));
    ++number;
    // The queue of the socket keeps the order: when this one is answered, the others were judged.
    EXPECT_EQ(valueByUdp("UDPConnectionRequestAddress"), kPublic);
    EXPECT_EQ(requestEvents(), before + 1);
}

TEST(Coturn, AnswersOurClient) {
    const std::string turnserver = "/usr/bin/turnserver";
    if (!std::filesystem::exists(turnserver)) {
        GTEST_SKIP() << "no " << turnserver << " (Debian package coturn)";
    }
    const TemporaryFolder folder;
    const auto port = freePort();
    Process server({turnserver, "-n", "--stun-only", "--listening-ip", "127.0.0.1",
                    "--listening-port", std::to_string(port), "--no-tls", "--no-dtls", "--no-cli",
                    "--log-file", "stdout", "--simple-log", "--pidfile",
                    (folder.path() / "pid").string(), "--userdb", (folder.path() / "db").string()});
    const SystemClock clock;
    net::EpollLoop loop{clock};
    SystemRandom random;
    const auto resolver = net::makeSystemResolver(loop);
    stun::Bindings bindings(loop, random, *resolver,
                            [&loop] { return stun::openSockets(loop, 0); });
    const stun::BindingKey key{"localhost", port, "", ""};
    bindings.onEvents({[&loop] { loop.stop(); }, {}});
    bindings.want({{key, {}}});
    loop.after(std::chrono::seconds{20}, "test.limit", [&loop] { loop.stop(); });
    loop.run();
    const auto binding = bindings.binding(key);
    ASSERT_TRUE(binding) << server.output() << server.errors();
    EXPECT_EQ(binding->mapped.address.toString(), "127.0.0.1");
    EXPECT_EQ(binding->mapped.port, bindings.port());
    EXPECT_FALSE(binding->natDetected());
    EXPECT_TRUE(server.running());
}

}  // namespace
}  // namespace platen::test
