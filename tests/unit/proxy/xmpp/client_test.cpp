// SPDX-License-Identifier: Apache-2.0
#include "proxy/xmpp/client.hpp"

#include "tests/support/fake_loop.hpp"
#include "tests/unit/proxy/xmpp/fake_wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace platen::xmpp {
namespace {

using std::chrono::seconds;
using test::FakeWire;

class XmppClientTest : public testing::Test {
  protected:
    XmppClientTest() {
        client.onEvents({[this] { ++changes; },
                         [this](Request request) { requests.push_back(std::move(request)); }});
    }
    void start() {
        Login login;
        login.username = "gateway";
        client.start(std::move(login));
        loop.runUntilIdle();
    }
    /// Time until the next attempt after a loss.
    Millis waitAfterLoss(Loss loss = Loss::Closed) {
        wire.events.offline(loss, "test");
        const auto before = wire.connects;
        Millis waited{0};
        while (wire.connects == before && waited < Client::kLongestWait * 2) {
            loop.advance(seconds{1});
            waited += seconds{1};
        }
        return waited;
    }

    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::TopRandom random;
    FakeWire wire;
    Client client{loop, random, wire};
    int changes = 0;
    std::vector<Request> requests;
};

TEST_F(XmppClientTest, ConnectsAtOnceAndShowsWhatIsBound) {
    EXPECT_EQ(client.status(), Status::Disabled);
    start();
    EXPECT_EQ(wire.connects, 1);
    EXPECT_EQ(wire.user, "gateway");
    EXPECT_EQ(client.status(), Status::Connecting);
    wire.events.online("gateway@example.com/platen", true);
    EXPECT_EQ(client.status(), Status::Enabled);
    EXPECT_EQ(client.jid(), "gateway@example.com/platen");
    EXPECT_GE(changes, 2);
}

// C-XMPP-05
TEST_F(XmppClientTest, WaitsLongerAfterEachFailureUpToALimit) {
    start();
    std::vector<Millis> waits;
    for (int i = 0; i < 8; ++i) {
        waits.push_back(waitAfterLoss(Loss::NoServer));
    }
    EXPECT_EQ(waits,
              (std::vector<Millis>{seconds{60}, seconds{120}, seconds{240}, seconds{480},
                                   seconds{960}, seconds{1920}, seconds{1920}, seconds{1920}}));
    random.least = true;
    EXPECT_EQ(waitAfterLoss(), Client::kLeastWait);
}

// C-XMPP-05
TEST_F(XmppClientTest, AConnectionThatHeldStartsTheWaitsAnew) {
    start();
    waitAfterLoss();
    waitAfterLoss();
    wire.events.online("a@b/c", true);
    loop.advance(Client::kSteady);
    EXPECT_EQ(waitAfterLoss(), Client::kFirstWait);
    // One that breaks at once does not.
    wire.events.online("a@b/c", true);
    EXPECT_EQ(waitAfterLoss(), Client::kFirstWait * 2);
    EXPECT_EQ(client.jid(), "a@b/c");
}

TEST_F(XmppClientTest, TellsWhyItIsNotConnected) {
    start();
    wire.events.offline(Loss::LoginRefused, "");
    EXPECT_EQ(client.status(), Status::AuthenticationFailure);
    loop.advance(Client::kFirstWait);
    wire.events.offline(Loss::NotTrusted, "");
    EXPECT_EQ(client.status(), Status::Error);
    loop.advance(Client::kFirstWait * 2);
    wire.events.offline(Loss::NoServer, "");
    EXPECT_EQ(client.status(), Status::ServerNotPresent);
}

// C-XMPP-05
TEST_F(XmppClientTest, KeepsAliveAndDropsASilentConnection) {
    start();
    wire.events.online("a@b/c", true);
    loop.advance(Client::kKeepAlive);
    EXPECT_EQ(wire.pings, 1);
    wire.events.pong();
    loop.advance(Client::kKeepAlive - seconds{1});
    EXPECT_EQ(wire.pings, 1);
    loop.advance(seconds{1});
    EXPECT_EQ(wire.pings, 2);
    EXPECT_EQ(wire.drops, 0);
    loop.advance(Client::kPongLimit);
    EXPECT_EQ(wire.drops, 1);
}

TEST_F(XmppClientTest, AnAttemptThatHangsIsEnded) {
    start();
    loop.advance(Client::kConnectLimit);
    EXPECT_EQ(wire.drops, 1);
    loop.advance(Client::kLongestWait);
    EXPECT_EQ(wire.connects, 1);  // Not before offline.
}

TEST_F(XmppClientTest, RefusesAJidThatTheModelCannotShow) {
    start();
    wire.events.online("a@b/" + std::string(Client::kMaxShownBytes, 'r'), true);
    EXPECT_EQ(client.jid(), "");
    EXPECT_EQ(wire.drops, 1);
    wire.events.online("a@b/\x02", true);
    EXPECT_EQ(client.jid(), "");
}

TEST_F(XmppClientTest, HandsRequestsOnUntilItStops) {
    start();
    wire.events.online("a@b/c", true);
    wire.events.request({7, "acs@b", "user", "secret"});
    ASSERT_EQ(requests.size(), 1U);
    client.answer(7, Answer::Accepted);
    EXPECT_EQ(wire.answers, (std::vector<std::pair<std::uint64_t, Answer>>{{7, Answer::Accepted}}));
    client.stop();
    wire.events.request({8, "acs@b", "user", "secret"});
    wire.events.offline(Loss::Closed, "");
    loop.advance(Client::kLongestWait);
    EXPECT_EQ(requests.size(), 1U);
    EXPECT_EQ(wire.connects, 1);
}

}  // namespace
}  // namespace platen::xmpp
