// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sim/acs_fixture.hpp"

namespace platen::acs {
namespace {

class AcsMisbehaviour : public AcsFixture {
  protected:
    void with(Misbehaviour mode, int count = -1) {
        AcsOptions options = quiet();
        options.misbehaviour.mode = mode;
        options.misbehaviour.left = count;
        options.misbehaviour.megabytes = 1;
        start(options);
    }
    HttpReply informed() { return send(cpe_.inform()); }
};

TEST_F(AcsMisbehaviour, StatusAndRetryAfter) {
    with(Misbehaviour::Status500, 1);
    EXPECT_EQ(informed().status, 500);
    newSession();
    EXPECT_EQ(informed().status, 200);  // used up, and the first session left no lock
    with(Misbehaviour::Status503);
    const HttpReply reply = informed();
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.headers.back(), (std::pair<std::string, std::string>{"Retry-After", "5"}));
}

TEST_F(AcsMisbehaviour, BodiesThatAreNoEnvelope) {
    for (const Misbehaviour mode : {Misbehaviour::Malformed, Misbehaviour::Html}) {
        with(mode);
        const HttpReply reply = informed();
        EXPECT_EQ(reply.status, 200);
        EXPECT_FALSE(parseEnvelope(reply.body)) << toString(mode);
    }
    with(Misbehaviour::Huge);
    EXPECT_GE(informed().body.size(), std::size_t{1} << 20U);
    with(Misbehaviour::Bom);
    EXPECT_TRUE(informed().body.starts_with("\xEF\xBB\xBF<?xml"));
    with(Misbehaviour::Doctype);
    EXPECT_NE(informed().body.find("?><!DOCTYPE"), std::string::npos);
}

TEST_F(AcsMisbehaviour, ConnectionsThatGoWrong) {
    with(Misbehaviour::Stall);
    EXPECT_TRUE(informed().stall);
    with(Misbehaviour::Close);
    EXPECT_TRUE(informed().drop);
    with(Misbehaviour::Chunked);
    EXPECT_TRUE(informed().chunked);
    with(Misbehaviour::NoLength);
    EXPECT_TRUE(informed().noLength);
    with(Misbehaviour::CloseAfter);
    EXPECT_TRUE(informed().close);
    EXPECT_EQ(send("", ++connection_).status, 204);
    EXPECT_EQ(stats()["sessions"]["reconnects"], 1);
}

TEST_F(AcsMisbehaviour, RedirectOnceToAnotherPath) {
    with(Misbehaviour::Redirect);
    const HttpReply reply = informed();
    EXPECT_EQ(reply.status, 307);
    EXPECT_EQ(reply.headers.at(0), (std::pair<std::string, std::string>{
                                       "Location", "http://127.0.0.1:7547/redirected"}));
    HttpRequest again = post(cpe_.inform());
    again.target = "/redirected";
    EXPECT_EQ(acs_->onCpeRequest(connection_, again).status, 200);
    EXPECT_EQ(api("GET", "/devices/" + device_)["informs"], 1);
}

TEST_F(AcsMisbehaviour, RetryFaultThenInformResponse) {
    with(Misbehaviour::Fault8005, 2);
    EXPECT_EQ(method(informed()).first, "Fault");
    const HttpReply second = informed();
    EXPECT_NE(second.body.find("<FaultCode>8005</FaultCode>"), std::string::npos);
    EXPECT_EQ(method(informed()).first, "InformResponse");
    EXPECT_EQ(api("GET", "/devices/" + device_)["informs"], 1);
}

TEST_F(AcsMisbehaviour, HeldRequestsAreReleasedByTheNextAnswer) {
    with(Misbehaviour::HoldRequests, 1);
    const HttpReply first = informed();
    EXPECT_NE(first.body.find("HoldRequests soap-env:mustUnderstand=\"1\">1<"), std::string::npos);
    api("POST", "/devices/" + device_ + "/tasks", {{"type", "getrpcmethods"}}, 202);
    const HttpReply request = send("");
    EXPECT_EQ(method(request).first, "GetRPCMethods");
    EXPECT_EQ(request.body.find("HoldRequests"), std::string::npos);
    EXPECT_EQ(send(cpe_.envelope(method(request).second, "<cwmp:GetRPCMethodsResponse/>")).status,
              204);
    EXPECT_EQ(method(send(cpe_.envelope("5", "<cwmp:TransferComplete/>"))).first,
              "TransferCompleteResponse");
    EXPECT_EQ(send("").status, 204);
    EXPECT_EQ(stats()["sessions"]["completed"], 1);
    EXPECT_EQ(stats()["protocolErrors"], 0);
}

TEST_F(AcsMisbehaviour, RequestUnderHoldIsCaught) {
    with(Misbehaviour::HoldRequests, 1);
    informed();
    send(cpe_.envelope("5", "<cwmp:TransferComplete/>"));
    EXPECT_NE(stats()["protocolProblems"].dump().find("C-SOAP-07"), std::string::npos);
}

TEST_F(AcsMisbehaviour, HeldSessionWithNothingMoreEndsByClosing) {
    with(Misbehaviour::HoldRequests, 1);
    informed();
    EXPECT_EQ(send("").status, 204);
    acs_->onCpeConnectionClosed(connection_);
    EXPECT_EQ(stats()["sessions"]["completed"], 1);
}

TEST_F(AcsMisbehaviour, UnknownMethodBeforeTheTasks) {
    with(Misbehaviour::UnknownRpc, 1);
    informed();
    EXPECT_EQ(method(send("")).first, "X_TEST_NoSuchMethod");
    const HttpReply end =
        send(cpe_.envelope("unknown",
                           "<soap-env:Fault><faultcode>soap-env:Client</"
                           "faultcode><faultstring>CWMP fault</faultstring><detail>"
                           "<cwmp:Fault><FaultCode>9000</FaultCode><FaultString>x</FaultString></"
                           "cwmp:Fault></detail></soap-env:Fault>"));
    EXPECT_EQ(end.status, 204);
    EXPECT_EQ(stats()["faults"]["9000"], 1);
}

TEST_F(AcsMisbehaviour, IdsThatDoNotFit) {
    with(Misbehaviour::WrongId, 1);
    EXPECT_EQ(method(informed()).second, "not-the-id-you-sent");
    with(Misbehaviour::NoId, 1);
    newSession();
    EXPECT_EQ(method(informed()).second, "");
}

TEST_F(AcsMisbehaviour, EmptyAnswers) {
    with(Misbehaviour::EmptyInform, 1);
    EXPECT_EQ(informed().status, 204);
    with(Misbehaviour::Empty200);
    newSession();
    informed();
    const HttpReply end = send("");
    EXPECT_EQ(end.status, 200);
    EXPECT_TRUE(end.body.empty());
}

TEST_F(AcsMisbehaviour, OneDeviceByTheApi) {
    start(quiet());
    open();
    api("POST", "/devices/" + device_ + "/misbehave",
        {{"mode", "status503"}, {"count", 1}, {"retryAfter", 77}});
    newSession();
    const HttpReply reply = informed();
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.headers.back().second, "77");
    cpe_.serial = "S2";
    newSession();
    EXPECT_EQ(informed().status, 200);
    api("POST", "/misbehave", {{"mode", "nonsense"}}, 400);
    api("POST", "/misbehave", {{"mode", "close"}});
    newSession();
    cpe_.serial = "S3";
    EXPECT_TRUE(informed().drop);
}

TEST(AcsMisbehaviourNames, EveryModeHasANameThatIsRead) {
    for (int i = 0; i <= static_cast<int>(Misbehaviour::Doctype); ++i) {
        const auto mode = static_cast<Misbehaviour>(i);
        EXPECT_EQ(parseMisbehaviour(toString(mode)).value_or(Misbehaviour::Status500), mode) << i;
    }
}

}  // namespace
}  // namespace platen::acs
