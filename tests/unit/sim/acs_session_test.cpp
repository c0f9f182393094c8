// SPDX-License-Identifier: Apache-2.0
#include "base/crypto.hpp"
#include "tests/unit/sim/acs_fixture.hpp"

namespace platen::acs {
namespace {

class AcsSession : public AcsFixture {};

TEST_F(AcsSession, InformEmptyPostAndEnd) {
    start(quiet());
    const HttpReply first = send(cpe_.inform());
    EXPECT_EQ(method(first), (std::pair<std::string, std::string>{"InformResponse", "7"}));
    EXPECT_NE(first.body.find(cpe_.version), std::string::npos);
    const HttpReply last = send("");
    EXPECT_EQ(last.status, 204);
    EXPECT_TRUE(last.close);
    const auto s = stats();
    EXPECT_EQ(s["sessions"]["completed"], 1);
    EXPECT_EQ(s["sessions"]["active"], 0);
    EXPECT_EQ(s["protocolErrors"], 0) << s.dump();
    const auto device = api("GET", "/devices/" + device_);
    EXPECT_EQ(device["manufacturer"], "Acme");
    EXPECT_EQ(device["lastInform"]["events"], nlohmann::json::array({"0 BOOTSTRAP"}));
}

TEST_F(AcsSession, FirstContactSetsCredentialsAndReadsTheModel) {
    AcsOptions options;
    options.learn = {"Device.Services."};
    start(options);
    auto reply = open("0 BOOTSTRAP");
    EXPECT_EQ(method(reply).first, "SetParameterValues");
    EXPECT_NE(reply.body.find("Device.ManagementServer.ConnectionRequestPassword"),
              std::string::npos);
    reply = send(cpe_.setDone(method(reply).second));
    ASSERT_EQ(method(reply).first, "GetParameterNames");
    reply = send(cpe_.envelope(method(reply).second,
                               "<cwmp:GetParameterNamesResponse><ParameterList "
                               "soap-enc:arrayType=\"cwmp:ParameterInfoStruct[2]\">"
                               "<ParameterInfoStruct><Name>Device.Services.</Name><Writable>0</"
                               "Writable></ParameterInfoStruct>"
                               "<ParameterInfoStruct><Name>Device.Services.X.A</Name><Writable>1</"
                               "Writable></ParameterInfoStruct>"
                               "</ParameterList></cwmp:GetParameterNamesResponse>"));
    ASSERT_EQ(method(reply).first, "GetParameterValues");
    reply = send(cpe_.values(method(reply).second,
                             CpeMessages::value("Device.Services.X.A", "5", "unsignedInt"), 1));
    EXPECT_EQ(reply.status, 204);
    const auto parameters =
        api("GET", "/devices/" + device_ + "/parameters?prefix=Device.Services.");
    EXPECT_EQ(
        parameters,
        nlohmann::json::parse(
            R"([{"name": "Device.Services.X.A", "value": "5", "type": "xsd:unsignedInt", "writable": true}])"));
    EXPECT_EQ(open("2 PERIODIC").status, 204);  // only at first contact
}

TEST_F(AcsSession, RequestsOfTheCpeComeBeforeTheEmptyPost) {
    start(quiet());
    send(cpe_.inform());
    EXPECT_EQ(
        method(send(cpe_.envelope(
            "8", "<cwmp:TransferComplete><CommandKey>k</CommandKey></cwmp:TransferComplete>"))),
        (std::pair<std::string, std::string>{"TransferCompleteResponse", "8"}));
    EXPECT_EQ(method(send(cpe_.envelope("9", "<cwmp:GetRPCMethods></cwmp:GetRPCMethods>"))).first,
              "GetRPCMethodsResponse");
    EXPECT_EQ(method(send(cpe_.envelope("9", "<cwmp:X_Other></cwmp:X_Other>"))).first, "Fault");
    EXPECT_EQ(send("").status, 204);
    EXPECT_EQ(stats()["protocolErrors"], 0);
}

TEST_F(AcsSession, LateRequestsOfTheCpeAreRefused) {
    start(quiet());
    api("GET", "/devices");
    send(cpe_.inform());
    api("POST", "/devices/" + device_ + "/tasks", {{"type", "getrpcmethods"}}, 202);
    EXPECT_EQ(method(send("")).first, "GetRPCMethods");
    EXPECT_EQ(send(cpe_.envelope("9", "<cwmp:TransferComplete></cwmp:TransferComplete>")).status,
              400);
}

TEST_F(AcsSession, SecondSessionOfADeviceIsRefusedWhileOneIsOpen) {
    start(quiet());
    send(cpe_.inform());
    newSession();
    EXPECT_EQ(send(cpe_.inform()).status, 400);
    EXPECT_NE(stats()["protocolProblems"].dump().find("already in session"), std::string::npos);
}

TEST_F(AcsSession, SessionGoesOnOverANewConnectionByItsCookie) {
    start(quiet());
    send(cpe_.inform());
    acs_->onCpeConnectionClosed(connection_);
    EXPECT_EQ(send("", ++connection_).status, 204);
    EXPECT_EQ(stats()["sessions"]["reconnects"], 1);
    EXPECT_EQ(stats()["sessions"]["completed"], 1);
}

TEST_F(AcsSession, LostSessionMakesWayForTheNextInform) {
    start(quiet());
    send(cpe_.inform());
    acs_->onCpeConnectionClosed(connection_);
    EXPECT_EQ(open().status, 204);
    EXPECT_EQ(stats()["sessions"]["lost"], 1);
}

TEST_F(AcsSession, TwoDevicesOnOneConnectionAreCaught) {
    start(quiet());
    send(cpe_.inform());
    send("");
    EXPECT_EQ(acs_->onCpeRequest(50, post(cpe_.inform())).status, 200);
    CpeMessages other = cpe_;
    other.serial = "S2";
    EXPECT_EQ(acs_->onCpeRequest(50, post(other.inform())).status, 400);
}

TEST_F(AcsSession, MissingCookieIsCaught) {
    start(quiet());
    send(cpe_.inform());
    cookie_.clear();
    EXPECT_EQ(send("").status, 400);
}

TEST_F(AcsSession, HeadersAreChecked) {
    start(quiet());
    HttpRequest request = post(cpe_.inform());
    request.headers = {{"content-type", "application/xml"}, {"expect", "100-continue"}};
    request.chunked = true;
    EXPECT_EQ(acs_->onCpeRequest(1, request).status, 200);
    EXPECT_EQ(stats()["protocolErrors"], 4);
}

TEST_F(AcsSession, MalformedAndForeignMessagesAreRefused) {
    start(quiet());
    for (const std::string& body :
         {std::string("x"), std::string("<a/>"), cpe_.inform().substr(0, 300),
          cpe_.envelope("1", ""), cpe_.envelope("1", "<cwmp:GetRPCMethods/>"),
          cpe_.inform() + "\xff"}) {
        newSession();
        EXPECT_EQ(send(body).status, 400) << body;
    }
    newSession();
    EXPECT_EQ(send("").status, 400);
}

TEST_F(AcsSession, TasksAreAnsweredByResultOrFault) {
    start(quiet());
    send(cpe_.inform());
    const auto get = api("POST", "/devices/" + device_ + "/tasks",
                         {{"type", "get"}, {"names", {"Device.A", "Device.<B>"}}}, 202)["id"];
    const auto set = api("POST", "/devices/" + device_ + "/tasks",
                         {{"type", "set"},
                          {"values", {{{"name", "Device.A"}, {"value", "a & b"}}}},
                          {"parameterKey", "K"}},
                         202)["id"];
    auto reply = send("");
    EXPECT_NE(reply.body.find("xsd:string[2]"), std::string::npos);
    EXPECT_NE(reply.body.find("Device.&lt;B&gt;"), std::string::npos);
    reply =
        send(cpe_.values(method(reply).second, CpeMessages::value("Device.A", "1", "boolean"), 1));
    EXPECT_EQ(api("GET", "/tasks/" + get.dump())["result"]["parameters"][0]["value"], "1");
    EXPECT_NE(reply.body.find("<Value xsi:type=\"xsd:boolean\">a &amp; b</Value>"),
              std::string::npos)
        << reply.body;
    reply =
        send(cpe_.envelope(method(reply).second,
                           "<soap-env:Fault><faultcode>soap-env:Client</"
                           "faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault>"
                           "<FaultCode>9003</FaultCode><FaultString>Invalid "
                           "arguments</FaultString><SetParameterValuesFault>"
                           "<ParameterName>Device.A</ParameterName><FaultCode>9007</"
                           "FaultCode><FaultString>bad</FaultString>"
                           "</SetParameterValuesFault></cwmp:Fault></detail></soap-env:Fault>"));
    EXPECT_EQ(reply.status, 204);
    const auto task = api("GET", "/tasks/" + set.dump());
    EXPECT_EQ(task["state"], "failed");
    EXPECT_EQ(task["fault"]["code"], 9003);
    EXPECT_EQ(task["fault"]["parameters"][0]["code"], 9007);
    EXPECT_EQ(stats()["faults"]["9003"], 1);
}

TEST_F(AcsSession, WrongIdInAResponseIsCaught) {
    start(quiet());
    send(cpe_.inform());
    api("POST", "/devices/" + device_ + "/tasks", {{"type", "get"}, {"names", {"Device.A"}}}, 202);
    send("");
    send(cpe_.values("other", "", 0));
    EXPECT_NE(stats()["protocolProblems"].dump().find("C-SOAP-06"), std::string::npos);
}

TEST_F(AcsSession, TaskOfALostSessionFails) {
    start(quiet());
    send(cpe_.inform());
    const auto id = api("POST", "/devices/" + device_ + "/tasks",
                        {{"type", "reboot"}, {"commandKey", "r"}}, 202)["id"];
    EXPECT_EQ(method(send("")).first, "Reboot");
    acs_->onCpeConnectionClosed(connection_);
    clock_.advance(Acs::kSessionTimeout + Millis{1});
    newSession();
    send(cpe_.inform("1 BOOT"));
    EXPECT_EQ(api("GET", "/tasks/" + id.dump())["state"], "failed");
}

TEST_F(AcsSession, EveryTaskTypeMakesItsRequest) {
    start(quiet());
    send(cpe_.inform());
    const std::vector<std::pair<nlohmann::json, std::string>> cases{
        {{{"type", "getnames"}, {"path", "Device."}, {"nextLevel", true}},
         "<NextLevel>true</NextLevel>"},
        {{{"type", "getattributes"}, {"names", {"Device.A"}}}, "GetParameterAttributes"},
        {{{"type", "setattributes"}, {"attributes", {{{"name", "Device.A"}, {"notification", 2}}}}},
         "<Notification>2</Notification>"},
        {{{"type", "addobject"}, {"object", "Device.T."}}, "<ObjectName>Device.T.</ObjectName>"},
        {{{"type", "deleteobject"}, {"object", "Device.T.1."}}, "DeleteObject"},
        {{{"type", "download"}, {"url", "http://x/"}, {"fileSize", 5}}, "<FileSize>5</FileSize>"},
        {{{"type", "upload"}, {"url", "http://x/"}}, "Upload"},
        {{{"type", "scheduleinform"}, {"delay", 3}}, "<DelaySeconds>3</DelaySeconds>"},
        {{{"type", "factoryreset"}}, "FactoryReset"},
        {{{"type", "raw"}, {"body", "<cwmp:X_Own/>"}}, "<cwmp:X_Own/>"}};
    for (const auto& [task, text] : cases) {
        api("POST", "/devices/" + device_ + "/tasks", task, 202);
    }
    auto reply = send("");
    for (const auto& [task, text] : cases) {
        EXPECT_NE(reply.body.find(text), std::string::npos) << text << " in " << reply.body;
        const std::string id = method(reply).second;
        reply = send(cpe_.envelope(id, "<cwmp:AnyResponse></cwmp:AnyResponse>"));
    }
    EXPECT_EQ(reply.status, 204);
}

TEST_F(AcsSession, TooManySessionsAreToldToWait) {
    AcsOptions options = quiet();
    options.maxSessions = 1;
    start(options);
    send(cpe_.inform());
    newSession();
    cpe_.serial = "S2";
    const HttpReply reply = send(cpe_.inform());
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.headers.at(0).first, "Retry-After");
    EXPECT_EQ(stats()["sessions"]["maxConcurrent"], 1);
}

TEST_F(AcsSession, DigestIsBoundToTheConnection) {
    AcsOptions options = quiet();
    options.username = "cpe";
    options.password = "secret";
    start(options);
    const HttpReply refused = send(cpe_.inform());
    ASSERT_EQ(refused.status, 401);
    const auto fields = parseDigestFields(refused.headers.at(0).second);
    ASSERT_TRUE(fields);
    DigestInput in{.username = "cpe",
                   .password = "secret",
                   .realm = fields->at("realm"),
                   .nonce = fields->at("nonce"),
                   .method = "POST",
                   .uri = "/",
                   .qop = "auth",
                   .nc = "00000001",
                   .cnonce = "c"};
    const auto withAuthorization = [&](const std::string& response) {
        HttpRequest request = post(cpe_.inform());
        request.headers.emplace_back(
            "authorization", "Digest username=\"cpe\", realm=\"" + in.realm + "\", nonce=\"" +
                                 in.nonce +
                                 "\", uri=\"/\", qop=auth, nc=00000001, cnonce=\"c\", response=\"" +
                                 response + "\"");
        return request;
    };
    EXPECT_EQ(acs_->onCpeRequest(connection_, withAuthorization("0123")).status, 401);
    EXPECT_EQ(acs_->onCpeRequest(99, withAuthorization(digestResponse(in))).status, 401);
    // the wrong answer brought a new nonce
    const HttpReply again = send(cpe_.inform());
    in.nonce = parseDigestFields(again.headers.at(0).second)->at("nonce");
    EXPECT_EQ(acs_->onCpeRequest(connection_, withAuthorization(digestResponse(in))).status, 200);
    EXPECT_EQ(stats()["unauthorized"], 4);
}

TEST_F(AcsSession, OnlyPostIsTaken) {
    start(quiet());
    HttpRequest request;
    request.method = "GET";
    EXPECT_EQ(acs_->onCpeRequest(1, request).status, 405);
}

}  // namespace
}  // namespace platen::acs
