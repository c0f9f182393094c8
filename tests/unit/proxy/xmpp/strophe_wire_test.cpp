// SPDX-License-Identifier: Apache-2.0
#include "proxy/xmpp/strophe_wire.hpp"

#include "proxy/net/epoll_loop.hpp"
#include "tests/unit/proxy/xmpp/scripted_xmpp_server.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platen::xmpp {
namespace {

using test::ScriptedXmppServer;

constexpr const char* kFrom = "acs@example.com/acs";

std::string iq(const std::string& id, const std::string& type, const std::string& inner) {
    return "<iq from='" + std::string(kFrom) + "' to='gateway@example.com/platen' id='" + id +
           "' type='" + type + "'>" + inner + "</iq>";
}

std::string request(const std::string& id,
                    const std::string& user = "user",
                    const std::string& password = "secret") {
    return iq(id, "get",
              "<connectionRequest xmlns='urn:broadband-forum-org:cwmp:xmppConnReq-1-0'><username>" +
                  user + "</username><password>" + password + "</password></connectionRequest>");
}

class StropheWireTest : public testing::Test {
  protected:
    void start(ScriptedXmppServer::Script script, WireLimits limits = {}) {
        server = std::make_unique<ScriptedXmppServer>(std::move(script));
        wire = std::make_unique<StropheWire>(loop, limits);
        wire->onEvents({.online = [this](const std::string& text, bool /*secured*/) { jid = text; },
                        .offline =
                            [this](Loss why, const std::string& text) {
                                loss = why;
                                detail = text;
                            },
                        .request = [this](Request got) { requests.push_back(std::move(got)); },
                        .pong = [this] { ++pongs; }});
        connect();
    }
    void connect(bool tlsRequired = false) {
        Login login;
        login.host = "127.0.0.1";
        login.port = server->port();
        login.username = "gateway";
        login.domain = "example.com";
        login.resource = "platen";
        login.password = Secret("password");
        login.tlsRequired = tlsRequired;
        wire->connect(login);
    }
    /// Runs the loop until it is so; false after ten seconds.
    bool until(const std::function<bool()>& so) {
        bool late = false;
        const auto limit =
            loop.after(std::chrono::seconds{10}, "test.limit", [&late] { late = true; });
        while (!so() && !late) {
            loop.after(Millis{5}, "test.step", [this] { loop.stop(); });
            loop.run();
        }
        loop.cancel(limit);
        return so();
    }
    bool goOnline(ScriptedXmppServer::Script script = {}, WireLimits limits = {}) {
        start(std::move(script), limits);
        return until([this] { return !jid.empty(); });
    }
    bool received(const std::string& text) {
        return until([&] { return server->received().find(text) != std::string::npos; });
    }

    SystemClock clock;
    net::EpollLoop loop{clock};
    std::unique_ptr<ScriptedXmppServer> server;
    std::unique_ptr<StropheWire> wire;
    std::string jid, detail;
    std::optional<Loss> loss;
    std::vector<Request> requests;
    int pongs = 0;
};

// C-XMPP-02, C-XMPP-04
TEST_F(StropheWireTest, ARequestIsHandedOnAndAnsweredByAnEmptyResult) {
    ASSERT_TRUE(goOnline());
    EXPECT_EQ(jid, "gateway@example.com/platen");
    server->send(request("cr001", "us&amp;er", "se&lt;cret"));
    ASSERT_TRUE(until([this] { return requests.size() == 1; }));
    EXPECT_EQ(requests[0].from, kFrom);
    EXPECT_EQ(requests[0].username, "us&er");
    EXPECT_EQ(requests[0].password, "se<cret");
    wire->answer(requests[0].token, Answer::Accepted);
    ASSERT_TRUE(received("type=\"result\""));
    const auto all = server->received();
    const auto reply = all.substr(all.rfind("<iq"));
    EXPECT_NE(reply.find("id=\"cr001\""), std::string::npos) << reply;
    EXPECT_NE(reply.find(std::string("to=\"") + kFrom + '"'), std::string::npos) << reply;
    EXPECT_EQ(reply.substr(reply.size() - 2), "/>") << reply;
}

// C-XMPP-04
TEST_F(StropheWireTest, ErrorsNameTheirConditionAndRepeatNoPassword) {
    ASSERT_TRUE(goOnline());
    server->send(request("one") + request("two"));
    ASSERT_TRUE(until([this] { return requests.size() == 2; }));
    wire->answer(requests[1].token, Answer::Unavailable);
    ASSERT_TRUE(received("</iq>"));
    ASSERT_TRUE(received("<service-unavailable xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/>"));
    EXPECT_NE(server->received().find("id=\"two\""), std::string::npos);
    EXPECT_EQ(server->received().find("id=\"one\""), std::string::npos);
    wire->answer(requests[0].token, Answer::NotAuthorized);
    ASSERT_TRUE(received("<not-authorized xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/>"));
    EXPECT_EQ(server->received().find("secret"), std::string::npos);
}

TEST_F(StropheWireTest, OtherRequestsAreRefusedAndMessagesIgnored) {
    ASSERT_TRUE(goOnline());
    server->send(iq("a", "get", "<query xmlns='jabber:iq:version'/>"));
    server->send(iq("b", "set",
                    "<connectionRequest xmlns='urn:broadband-forum-org:cwmp:"
                    "xmppConnReq-1-0'/>"));
    server->send(iq("c", "get", "<connectionRequest xmlns='urn:else'/>"));
    server->send("<message from='a@b'><body>hello</body></message>");
    server->send(iq("d", "get",
                    "<connectionRequest xmlns='urn:broadband-forum-org:cwmp:"
                    "xmppConnReq-1-0'><username>u</username></connectionRequest>"));
    server->send(request("e", std::string(StropheWire::kMaxTextBytes + 1, 'u')));
    for (const char* id : {"a", "b", "c", "d", "e"}) {
        EXPECT_TRUE(received(std::string("id=\"") + id + '"')) << id;
    }
    EXPECT_TRUE(requests.empty());
    server->send(request("f", std::string(StropheWire::kMaxTextBytes, 'u')));
    EXPECT_TRUE(until([this] { return requests.size() == 1; }));
}

TEST_F(StropheWireTest, RequestsWithoutAnswerAreBounded) {
    ASSERT_TRUE(goOnline());
    for (std::size_t i = 0; i <= StropheWire::kMaxPending; ++i) {
        server->send(request("r" + std::to_string(i) + "."));
    }
    ASSERT_TRUE(received("id=\"r16.\""));
    EXPECT_NE(server->received().find("service-unavailable"), std::string::npos);
    EXPECT_TRUE(until([this] { return requests.size() == StropheWire::kMaxPending; }));
    wire->answer(requests[0].token, Answer::Accepted);
    ASSERT_TRUE(received("id=\"r0.\""));
    server->send(request("again"));
    EXPECT_TRUE(until([this] { return requests.size() == StropheWire::kMaxPending + 1; }));
}

// C-XMPP-05
TEST_F(StropheWireTest, AsksForASignOfLife) {
    ASSERT_TRUE(goOnline());
    wire->ping();
    ASSERT_TRUE(received("urn:xmpp:ping"));
    server->send("<iq type='error' id='platen-ping'><error type='cancel'/></iq>");
    EXPECT_TRUE(until([this] { return pongs == 1; }));
}

// C-XMPP-05
TEST_F(StropheWireTest, WithoutTlsNothingIsSaidWhereTlsIsRequired) {
    server = std::make_unique<ScriptedXmppServer>(ScriptedXmppServer::Script{});
    wire = std::make_unique<StropheWire>(loop);
    wire->onEvents({.online = [this](const std::string& text, bool /*secured*/) { jid = text; },
                    .offline =
                        [this](Loss why, const std::string& text) {
                            loss = why;
                            detail = text;
                        },
                    .request = {},
                    .pong = {}});
    connect(true);
    ASSERT_TRUE(until([this] { return loss.has_value(); }));
    EXPECT_EQ(loss, Loss::NotTrusted) << detail;
    EXPECT_EQ(jid, "");
    EXPECT_EQ(server->received().find("<auth"), std::string::npos);
}

TEST_F(StropheWireTest, TellsALoginThatIsRefused) {
    ScriptedXmppServer::Script script;
    script.refuseLogin = true;
    start(script);
    ASSERT_TRUE(until([this] { return loss.has_value(); }));
    EXPECT_EQ(loss, Loss::LoginRefused) << detail;
}

TEST_F(StropheWireTest, NobodyThereIsALossAndTheNextAttemptWorks) {
    ScriptedXmppServer::Script script;
    script.afterBind = "</stream:stream>";
    ASSERT_TRUE(goOnline(script));
    ASSERT_TRUE(until([this] { return loss.has_value(); }));
    EXPECT_EQ(loss, Loss::Closed);
    loss.reset();
    jid.clear();
    connect();
    EXPECT_TRUE(until([this] { return !jid.empty(); }));
}

TEST_F(StropheWireTest, AnAnswerOfAnEarlierStreamReachesNobody) {
    ASSERT_TRUE(goOnline());
    server->send(request("old"));
    ASSERT_TRUE(until([this] { return requests.size() == 1; }));
    wire->drop();
    ASSERT_TRUE(until([this] { return loss.has_value(); }));
    jid.clear();
    connect();
    ASSERT_TRUE(until([this] { return !jid.empty(); }));
    server->send(request("new"));
    ASSERT_TRUE(until([this] { return requests.size() == 2; }));
    wire->answer(requests[0].token, Answer::Accepted);
    wire->answer(requests[1].token, Answer::NotAuthorized);
    ASSERT_TRUE(received("not-authorized"));
    EXPECT_EQ(server->received().find("type=\"result\""), std::string::npos);
}

// C-XMPP-05
TEST_F(StropheWireTest, ASilentServerDoesNotHoldTheEnd) {
    ScriptedXmppServer::Script script;
    script.silent = true;
    start(script);
    ASSERT_TRUE(received("<stream:stream"));
    wire->drop();
    EXPECT_TRUE(until([this] { return loss.has_value(); }));
    EXPECT_EQ(loss, Loss::Closed);
}

TEST_F(StropheWireTest, AnEndlessStanzaIsCut) {
    for (const auto& piece : {std::string("<x>"), std::string("<x/>"), std::string(4096, 'x'),
                              "<x a='" + std::string(4096, 'x') + "'/>"}) {
        loss.reset();
        jid.clear();
        ASSERT_TRUE(goOnline({}, {.memoryBytes = 512U << 10U, .stanzaBytes = SIZE_MAX}));
        server->send("<message>");
        for (int i = 0; i < 1'000'000 && !loss; i += 64) {
            std::string part;
            for (int k = 0; k < 64; ++k) {
                part += piece;
            }
            server->send(part);
            loop.after(Millis{0}, "test.step", [this] { loop.stop(); });
            loop.run();
        }
        ASSERT_TRUE(until([this] { return loss.has_value(); })) << piece.substr(0, 8);
        EXPECT_EQ(loss, Loss::LimitExceeded) << piece.substr(0, 8) << ": " << detail;
    }
}

TEST_F(StropheWireTest, AnEndlessNameIsCut) {
    ASSERT_TRUE(goOnline());
    server->send("<message a='");
    const std::string part(65'536, 'x');
    for (int i = 0; i < 1'000 && !loss; ++i) {
        server->send(part);
        loop.after(Millis{0}, "test.step", [this] { loop.stop(); });
        loop.run();
    }
    ASSERT_TRUE(until([this] { return loss.has_value(); }));
    EXPECT_EQ(loss, Loss::LimitExceeded) << detail;
}

TEST_F(StropheWireTest, ManySmallStanzasAreNoLargeOne) {
    ASSERT_TRUE(goOnline({}, {.stanzaBytes = 64U << 10U}));
    const auto message = "<message><body>" + std::string(32'000, 'x') + "</body></message>";
    for (int i = 0; i < 20; ++i) {
        server->send(message);
    }
    server->send(request("last"));
    EXPECT_TRUE(until([this] { return !requests.empty(); }));
    EXPECT_FALSE(loss) << detail;
}

TEST_F(StropheWireTest, BrokenXmlEndsTheStream) {
    ASSERT_TRUE(goOnline());
    server->send("<iq></message>");
    EXPECT_TRUE(until([this] { return loss.has_value(); }));
}

TEST_F(StropheWireTest, AnEmptyStreamErrorDoesNoHarm) {
    ScriptedXmppServer::Script script;
    script.features = "<stream:error/>";
    start(script);
    ASSERT_TRUE(until([this] { return loss.has_value(); }));
    EXPECT_NE(loss, Loss::LimitExceeded);
}

TEST_F(StropheWireTest, AnEmptyStreamErrorDoesNoHarmLater) {
    ASSERT_TRUE(goOnline());
    server->send("<stream:error></stream:error>");
    ASSERT_TRUE(until([this] { return loss.has_value(); }));
}

TEST_F(StropheWireTest, GoesAwayWhileItIsBusy) {
    ScriptedXmppServer::Script script;
    script.silent = true;
    start(script);
    ASSERT_TRUE(received("<stream:stream"));
    wire.reset();
    ASSERT_TRUE(goOnline());
    wire.reset();
    EXPECT_FALSE(loss);
}

}  // namespace
}  // namespace platen::xmpp
