// SPDX-License-Identifier: Apache-2.0
// Connection requests by XMPP as the ACS sees them, on the product's own data model.
#include "proxy/cwmp/connection_methods.hpp"
#include "proxy/cwmp/connection_request_xmpp.hpp"
#include "proxy/cwmp/device_defaults.hpp"
#include "tests/support/fake_device.hpp"
#include "tests/support/fake_http.hpp"
#include "tests/support/fake_loop.hpp"
#include "tests/support/product_schema.hpp"
#include "tests/unit/proxy/transfer/fake_transfer.hpp"
#include "tests/unit/proxy/xmpp/fake_wire.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

namespace platen::cwmp {
namespace {

using std::chrono::seconds;
using xmpp::Answer;

const std::string kServer = "Device.ManagementServer.";
const std::string kRow = "Device.XMPP.Connection.1.";
const std::string kJid = "gateway@example.com/platen";

using test::productSchema;

class XmppConnectionRequestsTest : public testing::Test, public fleet::FleetObserver {
  protected:
    XmppConnectionRequestsTest() {
        context.options.xmppConnection = XmppConnectionRequests::kConnection;
        start();
        signIn();
    }
    void signIn() {
        xmpp::Login login;
        login.username = "gateway";
        login.domain = "example.com";
        login.resource = "platen";
        login.password = Secret("site-secret");
        client.start(std::move(login));
        loop.runUntilIdle();
    }
    void start() {
        requests = std::make_unique<XmppConnectionRequests>(
            XmppConnectionRequests::Ports{loop, productSchema(), &client},
            [this](DeviceId device, UniqueFunction<void(ConnectionRequestVerdict)> done) {
                asked.push_back(device.value());
                loop.post([done = std::move(done), answer = verdict]() mutable { done(answer); });
            });
    }
    test::FakeDevice& add(std::uint32_t id, const std::string& user = {}) {
        auto& slot = devices[id];
        slot = std::make_unique<test::FakeDevice>(
            DeviceId(id), fleet::Identity{"Example", "00AB12", "MFP-1", "X" + std::to_string(id)},
            test::FakeDevice::Ports{codec, pool, loop, *store});
        applyDefaults(context, *slot, "path" + std::to_string(id), false);
        slot->observe(this);
        requests->deviceAdded(*slot, true);
        set(id, "ConnectionRequestUsername", user.empty() ? "user" + std::to_string(id) : user);
        set(id, "ConnectionRequestPassword", "secret" + std::to_string(id));
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
    [[nodiscard]] std::string row(const std::string& name) const {
        return devices.at(1)->text(kRow + name);
    }
    void goOnline() {
        loop.advance(seconds{1});
        wire.events.online(kJid, true);
        loop.advance(seconds{1});
    }
    /// The answer to a request, or nothing.
    std::optional<Answer> request(const std::string& user,
                                  const std::string& password,
                                  const std::string& from = "acs@example.com/acs") {
        const auto before = wire.answers.size();
        wire.events.request({++token, from, user, password});
        loop.runUntilIdle();
        if (wire.answers.size() != before + 1 || wire.answers.back().first != token) {
            return std::nullopt;
        }
        return wire.answers.back().second;
    }

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

    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::TopRandom random;
    model::PathCodec codec{productSchema(), "X_PLATEN"};
    model::TextPool pool;
    std::unique_ptr<store::Store> store = store::makeMemoryStore(loop);
    test::FakeHttpClient http{loop};
    test::FakeFetcher fetcher;
    test::FakeDepot depot;
    test::TemporaryFolder folder;
    transfer::Transfers transfers{{loop, *store, fetcher, depot}, folder.path(), {}};
    Context context{{loop, *store, http, random, codec, transfers}, {}};
    test::FakeWire wire;
    xmpp::Client client{loop, random, wire};
    ConnectionRequestVerdict verdict = ConnectionRequestVerdict::Accepted;
    std::uint64_t token = 0;
    std::map<std::uint32_t, std::unique_ptr<test::FakeDevice>> devices;
    std::vector<std::string> told;
    std::vector<std::uint32_t> asked;
    std::unique_ptr<XmppConnectionRequests> requests;
};

// C-XMPP-01
TEST_F(XmppConnectionRequestsTest, ShowsTheConnectionOnEachDevice) {
    add(1);
    loop.advance(seconds{1});
    EXPECT_EQ(get(1, "ConnReqXMPPConnection"), "Device.XMPP.Connection.1");
    EXPECT_EQ(get(1, "ConnReqJabberID"), "");
    EXPECT_EQ(row("Status"), "Connecting");
    EXPECT_EQ(row("Username"), "gateway");
    EXPECT_EQ(row("Domain"), "example.com");
    EXPECT_EQ(row("Resource"), "platen");
    EXPECT_EQ(row("TLSEstablished"), "false");
    told.clear();
    goOnline();
    EXPECT_EQ(get(1, "ConnReqJabberID"), kJid);
    EXPECT_EQ(row("JabberID"), kJid);
    EXPECT_EQ(row("Status"), "Enabled");
    EXPECT_EQ(row("TLSEstablished"), "true");
    EXPECT_EQ(toldCount("ConnReqJabberID"), 1);
}

// C-XMPP-06
TEST_F(XmppConnectionRequestsTest, ListsXmppWhileItIsReallyOn) {
    add(1);
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP");
    goOnline();
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP,XMPP");
    setConnectionMethod(context.params, *devices.at(1), "STUN", true);
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP,STUN,XMPP");
    wire.events.offline(xmpp::Loss::Closed, "test");
    loop.advance(Millis{500});
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP,STUN");
    EXPECT_EQ(row("TLSEstablished"), "false");
}

// C-XMPP-01: TR-181 ConnReqJabberID
TEST_F(XmppConnectionRequestsTest, ALostConnectionAndARestartAreNoNews) {
    add(1);
    goOnline();
    told.clear();
    wire.events.offline(xmpp::Loss::Closed, "test");
    loop.advance(Millis{500});
    EXPECT_EQ(get(1, "ConnReqJabberID"), kJid);
    wire.events.online(kJid, true);
    loop.advance(seconds{1});
    EXPECT_EQ(toldCount("ConnReqJabberID"), 0);
    requests.reset();
    start();
    signIn();
    requests->deviceAdded(*devices.at(1), false);
    loop.advance(seconds{1});
    EXPECT_EQ(toldCount("ConnReqJabberID"), 0);
    wire.events.online("gateway@example.com/other", true);
    loop.advance(seconds{1});
    EXPECT_EQ(get(1, "ConnReqJabberID"), "gateway@example.com/other");
    EXPECT_EQ(toldCount("ConnReqJabberID"), 1);
}

// C-XMPP-02, C-XMPP-04
TEST_F(XmppConnectionRequestsTest, TheUserNameTellsTheDevice) {
    for (std::uint32_t id = 1; id <= 3; ++id) {
        add(id);
    }
    goOnline();
    EXPECT_EQ(request("user2", "secret2"), Answer::Accepted);
    EXPECT_EQ(asked, std::vector<std::uint32_t>{2});
    EXPECT_EQ(request("user2", "secret3"), Answer::NotAuthorized);
    EXPECT_EQ(request("user2", ""), Answer::NotAuthorized);
    EXPECT_EQ(request("nobody", "secret2"), Answer::NotAuthorized);
    EXPECT_EQ(request("", ""), Answer::NotAuthorized);
    EXPECT_EQ(asked.size(), 1U);
    for (const auto refusal :
         {ConnectionRequestVerdict::RateLimited, ConnectionRequestVerdict::Unreachable,
          ConnectionRequestVerdict::Disabled}) {
        verdict = refusal;
        EXPECT_EQ(request("user3", "secret3"), Answer::Unavailable);
    }
    EXPECT_EQ(asked.size(), 4U);
}

// C-XMPP-03
TEST_F(XmppConnectionRequestsTest, OnlyAllowedJidsMayCall) {
    add(1);
    add(2);
    set(1, "ConnReqAllowedJabberIDs", "acs@example.com,boss@example.com/desk");
    set(2, "ConnReqAllowedJabberIDs", "second@example.com");
    goOnline();
    EXPECT_EQ(request("user1", "secret1", "acs@example.com/any"), Answer::Accepted);
    EXPECT_EQ(request("user1", "secret1", "Boss@example.com/desk"), Answer::Accepted);
    EXPECT_EQ(request("user1", "secret1", "boss@example.com/sofa"), Answer::Unavailable);
    EXPECT_EQ(request("user1", "secret1", "second@example.com/a"), Answer::Unavailable);
    EXPECT_EQ(request("user2", "secret2", "second@example.com/a"), Answer::Accepted);
    EXPECT_EQ(request("user1", "secret1", ""), Answer::Unavailable);
    EXPECT_EQ(request("user1", "secret1", "no jid"), Answer::Unavailable);
    // Strangers do not learn which user names there are.
    EXPECT_EQ(request("nobody", "x", "stranger@example.com/a"), Answer::Unavailable);
    EXPECT_EQ(request("nobody", "x", "second@example.com/a"), Answer::NotAuthorized);
    EXPECT_EQ(asked, (std::vector<std::uint32_t>{1, 1, 2}));
}

TEST_F(XmppConnectionRequestsTest, WithoutCredentialsNobodyMayCall) {
    add(1);
    set(1, "ConnectionRequestPassword", "");
    add(2);
    set(2, "ConnectionRequestUsername", "");
    goOnline();
    EXPECT_EQ(request("user1", ""), Answer::NotAuthorized);
    EXPECT_EQ(request("", "secret2"), Answer::NotAuthorized);
    EXPECT_TRUE(asked.empty());
}

TEST_F(XmppConnectionRequestsTest, TheAcsSwitchesItOffForADevice) {
    add(1);
    goOnline();
    set(1, "ConnReqXMPPConnection", "");
    loop.advance(seconds{1});
    EXPECT_EQ(get(1, "ConnReqJabberID"), "");
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP");
    EXPECT_EQ(request("user1", "secret1"), Answer::Unavailable);
    set(1, "ConnReqXMPPConnection", "Device.XMPP.Connection.1.");
    loop.advance(seconds{1});
    EXPECT_EQ(get(1, "ConnReqJabberID"), kJid);
    EXPECT_EQ(request("user1", "secret1"), Answer::Accepted);
    requests->deviceRemoved(DeviceId(1));
    EXPECT_EQ(request("user1", "secret1"), Answer::Unavailable);
}

TEST_F(XmppConnectionRequestsTest, AFewDevicesMayShareAUserName) {
    for (std::uint32_t id = 1; id <= XmppConnectionRequests::kMaxSameUser; ++id) {
        add(id, "same");
    }
    goOnline();
    EXPECT_EQ(request("same", "secret5"), Answer::Accepted);
    EXPECT_EQ(asked, std::vector<std::uint32_t>{5});
    set(6, "ConnectionRequestPassword", "secret5");
    loop.advance(seconds{1});
    EXPECT_EQ(request("same", "secret5"), Answer::Accepted);
    EXPECT_EQ(asked, (std::vector<std::uint32_t>{5, 5, 6}));
    add(XmppConnectionRequests::kMaxSameUser + 1, "same");
    loop.advance(seconds{1});
    EXPECT_EQ(request("same", "secret5"), Answer::NotAuthorized);
}

TEST_F(XmppConnectionRequestsTest, OneConnectionServesAThousandDevices) {
    constexpr std::uint32_t kDevices = 1'000;
    for (std::uint32_t id = 1; id <= kDevices; ++id) {
        add(id);
    }
    loop.advance(seconds{5});
    goOnline();
    EXPECT_EQ(wire.connects, 1);
    for (std::uint32_t id = 1; id <= kDevices; ++id) {
        ASSERT_EQ(get(id, "ConnReqJabberID"), kJid) << id;
    }
    EXPECT_EQ(request("user777", "secret777"), Answer::Accepted);
    EXPECT_EQ(asked, std::vector<std::uint32_t>{777});
}

TEST_F(XmppConnectionRequestsTest, WithoutXmppThereIsNoTraceOfIt) {
    requests = std::make_unique<XmppConnectionRequests>(
        XmppConnectionRequests::Ports{loop, productSchema(), nullptr},
        [](DeviceId, const UniqueFunction<void(ConnectionRequestVerdict)>&) {});
    context.options.xmppConnection.clear();
    add(1);
    loop.advance(seconds{1});
    EXPECT_EQ(get(1, "ConnReqXMPPConnection"), "(absent)");
    EXPECT_EQ(get(1, "ConnReqJabberID"), "(absent)");
    EXPECT_EQ(row("Status"), "(absent)");
    EXPECT_EQ(get(1, "SupportedConnReqMethods"), "HTTP");
    // What an earlier configuration left must not stand any longer.
    set(1, "ConnReqXMPPConnection", "Device.XMPP.Connection.1");
    set(1, "ConnReqJabberID", kJid);
    loop.advance(seconds{1});
    EXPECT_EQ(get(1, "ConnReqJabberID"), "");
}

}  // namespace
}  // namespace platen::cwmp
