// SPDX-License-Identifier: Apache-2.0
// STUN and connection requests by UDP as the ACS sees them, on the product's own data model.
#include "base/text.hpp"
#include "proxy/cwmp/connection_request_udp.hpp"
#include "proxy/cwmp/device_defaults.hpp"
#include "proxy/stun/hmac_sha1.hpp"
#include "stun_world.hpp"
#include "tests/support/fake_device.hpp"
#include "tests/support/fake_http.hpp"
#include "tests/support/fake_loop.hpp"
#include "tests/support/fake_resolver.hpp"
#include "tests/support/product_schema.hpp"
#include "tests/unit/proxy/transfer/fake_transfer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>

namespace platen::cwmp {
namespace {

using std::chrono::seconds;

const std::string kServer = "Device.ManagementServer.";

using test::productSchema;

class UdpConnectionRequestsTest : public testing::Test, public fleet::FleetObserver {
  protected:
    UdpConnectionRequestsTest() {
        context.acs.url = "https://acs.example.net:7547/cwmp";
        start();
    }

    void start() {
        // The host of the ACS stands for the STUN server too.
        resolver.hosts["acs.example.net"] = {world.server.address};
        requests = std::make_unique<UdpConnectionRequests>(
            UdpConnectionRequests::Ports{loop, *store, productSchema(), bindings},
            [this](DeviceId device, UniqueFunction<void(ConnectionRequestVerdict)> done) {
                asked.push_back(device.value());
                loop.post([done = std::move(done)]() mutable {
                    done(ConnectionRequestVerdict::Accepted);
                });
            });
        requests->restore(*store->load());
    }
    test::FakeDevice& add(std::uint32_t id, const std::string& user = {}) {
        auto& slot = devices[id];
        slot = std::make_unique<test::FakeDevice>(
            DeviceId(id), fleet::Identity{"Example", "00AB12", "MFP-1", "X" + std::to_string(id)},
            test::FakeDevice::Ports{codec, pool, loop, *store});
        applyDefaults(context, *slot, "path" + std::to_string(id), false);
        set(id, "ConnectionRequestUsername", user.empty() ? "user" + std::to_string(id) : user);
        set(id, "ConnectionRequestPassword", "secret" + std::to_string(id));
        slot->observe(this);
        requests->deviceAdded(*slot, true);
        return *slot;
    }
    /// As the ACS does it.
    void set(std::uint32_t id, const std::string& name, const std::string& value) {
        auto& device = *devices.at(id);
        device.put(kServer + name, value, model::Source::Acs);
        const fleet::Change change{device.ref(kServer + name), fleet::ChangeCause::Acs};
        requests->valuesChanged(device, std::span(&change, 1));
    }
    [[nodiscard]] std::string get(std::uint32_t id, const std::string& name) const {
        return devices.at(id)->text(kServer + name);
    }
    void enable(std::uint32_t id) { set(id, "STUNEnable", "true"); }

    void deviceAdded(fleet::ManagedDevice&, bool) override {}
    void deviceRemoved(DeviceId) override {}
    void restarted(fleet::ManagedDevice&) override {}
    void valuesChanged(fleet::ManagedDevice& device,
                       std::span<const fleet::Change> changes) override {
        for (const auto& change : changes) {
            told.push_back(codec.internalName(change.ref));
        }
        requests->valuesChanged(device, changes);
    }
    [[nodiscard]] auto toldCount(const std::string& name) const {
        return std::count(told.begin(), told.end(), kServer + name);
    }

    static std::string request(std::uint64_t ts,
                               const std::string& id,
                               const std::string& user,
                               const std::string& password) {
        const auto mac = stun::hmacSha1(password, std::to_string(ts) + id + user + "nonce");
        std::array<std::uint8_t, 20> octets{};
        std::memcpy(octets.data(), mac.data(), octets.size());
        return "GET http://203.0.113.7:40000?ts=" + std::to_string(ts) + "&id=" + id +
               "&un=" + user + "&cn=nonce&sig=" + text::toHex(octets, true) + " HTTP/1.1\r\n\r\n";
    }
    void receive(const std::string& datagram) {
        world.handler(stun::Via::Primary, test::endpoint("198.51.100.1:3478"),
                      std::as_bytes(std::span(datagram.data(), datagram.size())));
        loop.runUntilIdle();
    }

    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::CountingRandom random;
    model::PathCodec codec{productSchema(), "X_PLATEN"};
    model::TextPool pool;
    std::unique_ptr<store::Store> store = store::makeMemoryStore(loop);
    test::FakeHttpClient http{loop};
    test::FakeFetcher fetcher;
    test::FakeDepot depot;
    test::TemporaryFolder folder;
    transfer::Transfers transfers{{loop, *store, fetcher, depot}, folder.path(), {}};
    Context context{{loop, *store, http, random, codec, transfers}, {}};
    test::StunWorld world{clock};
    test::FakeResolver resolver{loop};
    int opened = 0;
    bool open = false;
    stun::Bindings bindings{loop, random, resolver,
                            [this]() -> Result<std::unique_ptr<stun::Sockets>> {
                                ++opened;
                                return std::make_unique<test::LentSockets>(world, loop, open);
                            }};
    std::map<std::uint32_t, std::unique_ptr<test::FakeDevice>> devices;
    std::vector<std::string> told;
    std::vector<std::uint32_t> asked;
    std::unique_ptr<UdpConnectionRequests> requests;
};

// C-UDP-01, C-XMPP-06
TEST_F(UdpConnectionRequestsTest, OffByDefault) {
    add(1);
    loop.advance(seconds{600});
    EXPECT_EQ(get(1, "STUNEnable"), "false");
    EXPECT_EQ(get(1, "STUNServerAddress"), "");
    EXPECT_EQ(get(1, "STUNServerPort"), "3478");
    EXPECT_EQ(get(1, "STUNMaximumKeepAlivePeriod"), "-1");
    EXPECT_EQ(get(1, "UDPConnectionRequestAddress"), "");
    EXPECT_EQ(get(1, "NATDetected"), "false");
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP");
    EXPECT_EQ(opened, 0);
    EXPECT_TRUE(world.sent.empty());
}

// C-UDP-08, C-UDP-09
TEST_F(UdpConnectionRequestsTest, ShowsTheBindingWhileEnabled) {
    add(1);
    enable(1);
    loop.advance(seconds{1});
    EXPECT_EQ(resolver.asked, std::vector<std::string>{"acs.example.net"});
    EXPECT_EQ(get(1, "UDPConnectionRequestAddress"), "203.0.113.7:40000");
    EXPECT_EQ(get(1, "NATDetected"), "true");
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP,STUN");
    EXPECT_EQ(toldCount("UDPConnectionRequestAddress"), 1);
    world.forgetMapping();
    loop.advance(seconds{60});
    EXPECT_EQ(get(1, "UDPConnectionRequestAddress"), "203.0.113.7:40001");
    EXPECT_EQ(toldCount("UDPConnectionRequestAddress"), 2);
    set(1, "STUNEnable", "false");
    loop.advance(seconds{1});
    EXPECT_EQ(get(1, "UDPConnectionRequestAddress"), "");
    EXPECT_EQ(get(1, "NATDetected"), "false");
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP");
    EXPECT_EQ(bindings.port(), 0);
}

TEST_F(UdpConnectionRequestsTest, ASilentServerGivesNoAddressAndNoMethod) {
    world.script.silent = true;
    add(1);
    enable(1);
    loop.advance(seconds{60});
    EXPECT_EQ(get(1, "UDPConnectionRequestAddress"), "");
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP");
    EXPECT_EQ(toldCount("UDPConnectionRequestAddress"), 0);
}

TEST_F(UdpConnectionRequestsTest, ARestartWithTheSameBindingIsNoNews) {
    add(1);
    enable(1);
    loop.advance(seconds{1});
    told.clear();
    requests.reset();
    start();
    requests->deviceAdded(*devices.at(1), false);
    loop.advance(seconds{5});
    EXPECT_EQ(get(1, "UDPConnectionRequestAddress"), "203.0.113.7:40000");
    EXPECT_EQ(toldCount("UDPConnectionRequestAddress"), 0);
    EXPECT_EQ(toldCount("NATDetected"), 0);
}

TEST_F(UdpConnectionRequestsTest, DevicesShareABindingUnlessTheirServersDiffer) {
    for (std::uint32_t id = 1; id <= 4; ++id) {
        add(id);
        enable(id);
    }
    set(1, "STUNMinimumKeepAlivePeriod", "60");
    set(2, "STUNMaximumKeepAlivePeriod", "50");
    set(3, "STUNUsername", "cpe");
    set(4, "STUNServerAddress", "198.51.100.1");
    loop.advance(seconds{2});
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(bindings.clients(), 3U);
    for (std::uint32_t id = 1; id <= 4; ++id) {
        EXPECT_EQ(get(id, "UDPConnectionRequestAddress"), "203.0.113.7:40000") << id;
    }
    requests->deviceRemoved(DeviceId(3));
    set(4, "STUNServerPort", "0");
    loop.advance(seconds{1});
    EXPECT_EQ(bindings.clients(), 1U);
    EXPECT_EQ(get(4, "UDPConnectionRequestAddress"), "");
}

// C-UDP-02 to C-UDP-04, C-UDP-10
TEST_F(UdpConnectionRequestsTest, AValidRequestCallsItsDeviceOnce) {
    for (std::uint32_t id = 1; id <= 3; ++id) {
        add(id);
        enable(id);
    }
    loop.advance(seconds{1});
    const auto sent = world.sent.size();
    for (int copy = 0; copy < 3; ++copy) {
        receive(request(1000, "7", "user2", "secret2"));
    }
    EXPECT_EQ(asked, std::vector<std::uint32_t>{2});
    receive(request(1000, "7", "user3", "secret3"));  // each device counts for itself
    receive(request(1001, "8", "user2", "secret2"));
    EXPECT_EQ(asked, (std::vector<std::uint32_t>{2, 3, 2}));
    EXPECT_EQ(world.sent.size(), sent);  // never an answer
}

TEST_F(UdpConnectionRequestsTest, InvalidRequestsAreDroppedInSilence) {
    add(1);
    enable(1);
    add(2);  // without STUN
    loop.advance(seconds{1});
    const auto sent = world.sent.size();
    receive(request(1000, "7", "user1", "guess"));
    receive(request(1000, "7", "nobody", "secret1"));
    receive(request(1000, "7", "user2", "secret2"));
    receive("GET / HTTP/1.1\r\n\r\n");
    receive(std::string(3000, 'G'));
    receive("");
    EXPECT_TRUE(asked.empty());
    set(1, "ConnectionRequestPassword", "");
    loop.advance(seconds{1});
    receive(request(1000, "7", "user1", ""));
    EXPECT_TRUE(asked.empty());
    EXPECT_EQ(world.sent.size(), sent);
}

TEST_F(UdpConnectionRequestsTest, NewCredentialsTakeEffect) {
    add(1);
    enable(1);
    loop.advance(seconds{1});
    set(1, "ConnectionRequestUsername", "renamed");
    set(1, "ConnectionRequestPassword", "changed");
    loop.advance(seconds{1});
    receive(request(1000, "7", "user1", "secret1"));
    EXPECT_TRUE(asked.empty());
    receive(request(1000, "7", "renamed", "changed"));
    EXPECT_EQ(asked.size(), 1U);
}

TEST_F(UdpConnectionRequestsTest, ACopyIsRefusedAfterARestartToo) {
    add(1);
    enable(1);
    loop.advance(seconds{1});
    receive(request(1000, "7", "user1", "secret1"));
    requests.reset();
    start();
    requests->deviceAdded(*devices.at(1), false);
    loop.advance(seconds{1});
    receive(request(1000, "7", "user1", "secret1"));
    EXPECT_EQ(asked.size(), 1U);
    receive(request(1001, "8", "user1", "secret1"));
    EXPECT_EQ(asked.size(), 2U);
}

TEST_F(UdpConnectionRequestsTest, AFewDevicesMayShareAUserName) {
    for (std::uint32_t id = 1; id <= UdpConnectionRequests::kMaxSameUser; ++id) {
        add(id, "same");
        enable(id);
    }
    loop.advance(seconds{1});
    receive(request(1000, "7", "same", "secret5"));
    EXPECT_EQ(asked, std::vector<std::uint32_t>{5});
    constexpr std::uint32_t kOneMore = UdpConnectionRequests::kMaxSameUser + 1;
    add(kOneMore, "same");
    enable(kOneMore);
    loop.advance(seconds{1});
    receive(request(1001, "8", "same", "secret5"));
    EXPECT_EQ(asked.size(), 1U);
}

// C-UDP-05 is the device's own limit; here: a thousand devices on one port and one binding.
TEST_F(UdpConnectionRequestsTest, OneBindingServesAThousandDevices) {
    constexpr std::uint32_t kDevices = 1'000;
    for (std::uint32_t id = 1; id <= kDevices; ++id) {
        add(id);
        enable(id);
    }
    loop.advance(seconds{2});
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(bindings.clients(), 1U);
    EXPECT_EQ(world.sent.size(), 2U);
    for (std::uint32_t id = 1; id <= kDevices; ++id) {
        ASSERT_EQ(get(id, "UDPConnectionRequestAddress"), "203.0.113.7:40000") << id;
    }
    EXPECT_EQ(toldCount("UDPConnectionRequestAddress"), kDevices);
    receive(request(1000, "7", "user777", "secret777"));
    EXPECT_EQ(asked, std::vector<std::uint32_t>{777});
}

TEST_F(UdpConnectionRequestsTest, StopClosesThePortAndLeavesTheTree) {
    add(1);
    enable(1);
    loop.advance(seconds{1});
    requests->stop();
    loop.advance(seconds{10});
    EXPECT_EQ(bindings.port(), 0);
    EXPECT_EQ(get(1, "UDPConnectionRequestAddress"), "203.0.113.7:40000");
}

TEST(HostOfUrl, TakesTheHostAlone) {
    EXPECT_EQ(hostOfUrl("https://acs.example.net:7547/x?y#z"), "acs.example.net");
    EXPECT_EQ(hostOfUrl("http://user:pw@10.0.0.1/"), "10.0.0.1");
    EXPECT_EQ(hostOfUrl("http://[2001:db8::1]:7547/"), "2001:db8::1");
    EXPECT_EQ(hostOfUrl("http://[2001:db8::1"), "2001:db8::1");
    EXPECT_EQ(hostOfUrl("http://host"), "host");
    EXPECT_EQ(hostOfUrl("nonsense"), "");
    EXPECT_EQ(hostOfUrl(""), "");
}

}  // namespace
}  // namespace platen::cwmp
