// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/session.hpp"

#include "soap_text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace platen::cwmp {
namespace {

using Kind = Session::Step::Kind;
using test::acsFault;
using test::acsRequest;
using test::informResponse;

InformMessage anInform() {
    InformMessage inform;
    inform.identity = {"Example", "00AB12", "MFP-1", "X1"};
    inform.events = {{"2 PERIODIC", ""}};
    inform.currentTime = "2031-02-03T04:05:06+01:00";
    inform.parameterList = ParameterListWriter().take();
    return inform;
}

Session::OwnRequests asking(std::size_t count) {
    return {count, OwnRequest{"GetRPCMethods", std::nullopt}};
}

TransferReport aReport() {
    TransferReport report;
    report.transfer = 7;
    report.commandKey = "key <1>";
    report.faultCode = 9018;
    report.faultText = "bad & broken";
    report.started = WallTime{std::chrono::seconds{1'900'000'000}};
    report.completed = WallTime{std::chrono::seconds{1'900'000'009}};
    return report;
}

/// A session with its Inform sent.
struct Running {
    explicit Running(Dialect dialect = Dialect::Cwmp12, Session::OwnRequests own = {})
        : session(dialect, 1, SessionLimits{}), inform(session.start(anInform(), std::move(own))) {}

    Session::Step reply(long status, const std::string& body) {
        return session.onReply({status, body});
    }
    /// Past the InformResponse: the first POST after it.
    Session::Step confirmed(const std::string& response = informResponse()) {
        EXPECT_EQ(reply(200, response).kind, Kind::Confirm);
        return session.onConfirmed();
    }

    Session session;
    Session::Step inform;
};

// C-SES-01, C-SES-10
TEST(CwmpSession, InformsThenSendsOneEmptyPostAndEnds) {
    Running run;
    EXPECT_EQ(run.inform.kind, Kind::Post);
    EXPECT_TRUE(test::isInform(run.inform.body));
    EXPECT_FALSE(run.session.confirmed());
    const auto empty = run.confirmed();
    EXPECT_TRUE(run.session.confirmed());
    EXPECT_EQ(empty.kind, Kind::Post);
    EXPECT_EQ(empty.body, "");
    EXPECT_EQ(run.reply(204, "").kind, Kind::Finished);
}

// C-HTTP-06, C-ACS-14
TEST(CwmpSession, TakesStatus200WithoutBodyAsEmpty) {
    for (const auto* body : {"", "\r\n"}) {
        Running run;
        run.confirmed();
        EXPECT_EQ(run.reply(200, body).kind, Kind::Finished);
    }
}

// C-SES-04, C-SES-13
TEST(CwmpSession, RepeatsTheIdenticalInformAfter8005AtMostFiveTimes) {
    Running run;
    for (int i = 0; i < 5; ++i) {
        const auto again = run.reply(i % 2 == 0 ? 200 : 500, acsFault(8005));
        ASSERT_EQ(again.kind, Kind::Post);
        EXPECT_EQ(again.body, run.inform.body);
    }
    EXPECT_EQ(run.reply(200, acsFault(8005)).kind, Kind::Failed);
}

// C-SES-04, C-VER-08, C-SES-11
TEST(CwmpSession, FailsOnOtherFaultsToTheInform) {
    for (const unsigned code : {8000U, 8001U, 8002U, 8003U, 8004U, 8006U, 8800U}) {
        Running run;
        const auto step = run.reply(200, acsFault(code));
        EXPECT_EQ(step.kind, Kind::Failed) << code;
        EXPECT_NE(step.error.text.find(std::to_string(code)), std::string::npos);
        EXPECT_FALSE(step.oldDialect);
        EXPECT_FALSE(run.session.confirmed());
    }
}

// C-HTTP-17, C-SES-11
TEST(CwmpSession, FailsOnHttpErrorsAndOnWhatIsNoEnvelope) {
    for (const long status : {400L, 404L, 500L, 503L, 302L, 401L}) {
        Running run;
        EXPECT_EQ(run.reply(status, "<html>no</html>").kind, Kind::Failed) << status;
    }
    for (const auto* body : {"<html/>", "hello", "<a"}) {
        Running run;
        EXPECT_EQ(run.reply(200, body).kind, Kind::Failed) << body;
        Running later;
        later.confirmed();
        EXPECT_EQ(later.reply(200, body).kind, Kind::Failed) << body;
    }
    for (const long status : {400L, 500L, 503L}) {
        Running run;
        run.confirmed();
        EXPECT_EQ(run.reply(status, "").kind, Kind::Failed);
    }
}

TEST(CwmpSession, TellsTheOperatorWhatTheAcsWrote) {
    Running run;
    const auto step = run.reply(400, "CPE already in session\nmore");
    EXPECT_EQ(step.error.text, "HTTP status 400: CPE already in session");
}

// FreeACS answers 204 to the Inform of an unknown unit: that is no end.
TEST(CwmpSession, FailsOnAnEmptyReplyToTheInform) {
    Running run;
    EXPECT_EQ(run.reply(204, "").kind, Kind::Failed);
    Running second;
    EXPECT_EQ(second.reply(200, acsRequest("<c:GetRPCMethods/>")).kind, Kind::Failed);
}

// C-VER-06
TEST(CwmpSession, SuggestsTheOldNamespaceWhereTheAcsMayBeOld) {
    const auto oldDialect = [](Dialect dialect, long status, const std::string& body) {
        Running run(dialect);
        return run.reply(status, body).oldDialect;
    };
    EXPECT_TRUE(oldDialect(Dialect::Cwmp12, 400, "Unrecognized CWMP version"));
    EXPECT_TRUE(oldDialect(Dialect::Cwmp12, 500, ""));
    EXPECT_TRUE(oldDialect(Dialect::Cwmp12, 500, acsFault(0)));
    EXPECT_FALSE(oldDialect(Dialect::Cwmp10, 400, ""));
    EXPECT_FALSE(oldDialect(Dialect::Cwmp12, 503, "")) << "overload says nothing about versions";
    EXPECT_FALSE(oldDialect(Dialect::Cwmp12, 401, ""));
}

// C-VER-01, C-VER-02, C-VER-03
TEST(CwmpSession, OffersItsVersionsInTheInformOnly) {
    Running run;
    const auto inform = test::readInform(run.inform.body);
    EXPECT_EQ(inform.cwmpNamespace, "urn:dslforum-org:cwmp-1-2");
    EXPECT_EQ(inform.supportedVersions, "1.0,1.1,1.2,1.3,1.4");
    run.confirmed();
    run.reply(200, acsRequest("<c:GetRPCMethods/>"));
    const auto answer = run.session.onResult(RpcResponse{"GetRPCMethods", "<MethodList/>"});
    EXPECT_EQ(answer.body.find("SupportedCWMPVersions"), std::string::npos);
    Running old(Dialect::Cwmp10);
    EXPECT_EQ(test::readInform(old.inform.body).supportedVersions, "");
}

// C-VER-04, C-VER-05
TEST(CwmpSession, FollowsTheVersionThatTheAcsChose) {
    const auto use = [](std::string_view version) {
        return informResponse("urn:dslforum-org:cwmp-1-2",
                              "<c:UseCWMPVersion s:mustUnderstand=\"1\">" + std::string(version) +
                                  "</c:UseCWMPVersion>");
    };
    const auto dialectAfter = [](const std::string& response) {
        Running run;
        run.confirmed(response);
        run.reply(200, acsRequest("<c:GetRPCMethods/>"));
        const auto answer = run.session.onResult(RpcResponse{"GetRPCMethods", "<MethodList/>"});
        EXPECT_NE(answer.body.find(namespaceUri(run.session.dialect())), std::string::npos);
        return run.session.dialect();
    };
    EXPECT_EQ(dialectAfter(use("1.0")), Dialect::Cwmp10);
    EXPECT_EQ(dialectAfter(use("1.1")), Dialect::Cwmp11);
    EXPECT_EQ(dialectAfter(use("1.4")), Dialect::Cwmp12);
    EXPECT_EQ(dialectAfter(informResponse("urn:dslforum-org:cwmp-1-0")), Dialect::Cwmp10);
    EXPECT_EQ(dialectAfter(informResponse("urn:dslforum-org:cwmp-1-1")), Dialect::Cwmp11);
    Running run;
    EXPECT_EQ(run.reply(200, use("1.5")).kind, Kind::Failed) << "it was not offered";
}

// C-SES-08, C-SOAP-06
TEST(CwmpSession, AnswersRequestsUnderTheirIdUntilTheAcsIsSilent) {
    Running run;
    run.confirmed();
    for (int i = 0; i < 3; ++i) {
        auto step = run.reply(200, acsRequest(test::gpv({"Device."})));
        ASSERT_EQ(step.kind, Kind::Execute);
        ASSERT_TRUE(step.request);
        EXPECT_TRUE(std::holds_alternative<GetParameterValues>(*step.request));
        const auto answer =
            run.session.onResult(RpcResponse{"GetParameterValues", ParameterListWriter().take()});
        ASSERT_EQ(answer.kind, Kind::Post);
        const auto reply = test::readReply(answer.body);
        EXPECT_EQ(reply.method, "GetParameterValuesResponse");
        EXPECT_EQ(reply.id, "7");
        EXPECT_EQ(reply.idMustUnderstand, "1");
        test::expectValid(answer.body);
    }
    EXPECT_EQ(run.reply(204, "").kind, Kind::Finished);
    EXPECT_EQ(run.session.requestCount(), 3U);
}

TEST(CwmpSession, AnswersWithoutIdWhereTheRequestHadNone) {
    Running run;
    run.confirmed();
    run.reply(200, test::acsEnvelope({}, "<c:GetRPCMethods/>"));
    const auto answer = run.session.onResult(RpcResponse{"GetRPCMethods", "<MethodList/>"});
    EXPECT_EQ(answer.body.find("cwmp:ID"), std::string::npos);
}

// C-SOAP-10, C-SOAP-13, C-FLT-02, C-RPC-01
TEST(CwmpSession, AnswersUnknownMethodsAndBadArgumentsWithAFault) {
    Running run;
    run.confirmed();
    const auto unknown = run.reply(200, acsRequest("<c:ChangeDUState/>"));
    ASSERT_EQ(unknown.kind, Kind::Post);
    auto reply = test::readReply(unknown.body);
    EXPECT_EQ(reply.faultCode, "9000");
    EXPECT_EQ(reply.faultcode, "soap:Server");
    EXPECT_EQ(reply.faultstring, "CWMP fault");
    EXPECT_EQ(reply.id, "7");
    test::expectValid(unknown.body);
    const auto bad = run.reply(200, acsRequest("<c:GetParameterNames/>"));
    reply = test::readReply(bad.body);
    EXPECT_EQ(reply.faultCode, "9003");
    EXPECT_EQ(reply.faultcode, "soap:Client");
    test::expectValid(bad.body);
    EXPECT_EQ(run.reply(204, "").kind, Kind::Finished);
}

// C-VER-10
TEST(CwmpSession, RefusesAHeaderThatItMustUnderstand) {
    const auto* header = "<x:New xmlns:x='urn:x' s:mustUnderstand='1'/>";
    Running run;
    run.confirmed();
    const auto step = run.reply(200, test::acsEnvelope(header, "<c:GetRPCMethods/>"));
    ASSERT_EQ(step.kind, Kind::Post);
    EXPECT_EQ(test::readReply(step.body).faultcode, "soap:MustUnderstand");
    test::expectValid(step.body);
    Running second;
    EXPECT_EQ(second.reply(200, informResponse("urn:dslforum-org:cwmp-1-2", header)).kind,
              Kind::Failed);
}

// C-SES-05, C-SES-07, C-HTTP-02
TEST(CwmpSession, SendsOwnRequestsBeforeTheEmptyPostOneAtATime) {
    Running run(Dialect::Cwmp12, asking(2));
    const auto first = run.confirmed();
    EXPECT_NE(first.body.find("<cwmp:GetRPCMethods/>"), std::string::npos);
    test::expectValid(first.body);
    const auto answer = acsRequest(
        "<c:GetRPCMethodsResponse><MethodList><string>Inform</string></MethodList>"
        "</c:GetRPCMethodsResponse>");
    const auto second = run.reply(200, answer);
    EXPECT_NE(second.body.find("<cwmp:GetRPCMethods/>"), std::string::npos);
    EXPECT_NE(second.body, first.body) << "IDs are unique (C-SOAP-06)";
    EXPECT_EQ(run.reply(200, answer).body, "");
    EXPECT_TRUE(run.session.unanswered().empty());
    EXPECT_EQ(run.reply(204, "").kind, Kind::Finished);
}

// C-SOAP-06: FreeACS answers under ids of its own.
TEST(CwmpSession, TakesAnInformResponseUnderAnotherId) {
    Running run;
    run.confirmed(informResponse("urn:dslforum-org:cwmp-1-2", "<c:ID>FREEACS-1</c:ID>"));
    EXPECT_EQ(run.reply(204, "").kind, Kind::Finished);
}

// C-SES-12
TEST(CwmpSession, RepeatsAnOwnRequestAfter8005AndGivesUpOnOtherFaults) {
    Running run(Dialect::Cwmp12, asking(1));
    const auto first = run.confirmed();
    EXPECT_EQ(run.reply(200, acsFault(8005)).body, first.body);
    const auto after = run.reply(200, acsFault(8000));
    EXPECT_EQ(after.kind, Kind::Post);
    EXPECT_EQ(after.body, "");
    EXPECT_TRUE(run.session.unanswered().empty());
}

// C-SES-07: a request in place of the answer is served first.
TEST(CwmpSession, ServesARequestThatComesInsteadOfTheAnswer) {
    Running run(Dialect::Cwmp12, asking(1));
    const auto own = run.confirmed();
    EXPECT_EQ(run.reply(200, acsRequest("<c:GetRPCMethods/>")).kind, Kind::Execute);
    const auto response = run.session.onResult(RpcResponse{"GetRPCMethods", "<MethodList/>"});
    EXPECT_NE(response.body.find("GetRPCMethodsResponse"), std::string::npos);
    const auto again = run.reply(204, "");
    EXPECT_NE(again.body.find("<cwmp:GetRPCMethods/>"), std::string::npos);
}

// C-SOAP-07, C-SES-09
TEST(CwmpSession, HoldsItsRequestsWhileTheAcsSaysSo) {
    const std::string hold = "<c:HoldRequests s:mustUnderstand=\"1\">1</c:HoldRequests>";
    Running run(Dialect::Cwmp12, asking(1));
    const auto empty = run.confirmed(informResponse("urn:dslforum-org:cwmp-1-2", hold));
    EXPECT_EQ(empty.body, "") << "held";
    // A request that lifts it: answer first, then the own request, then the real empty POST.
    EXPECT_EQ(run.reply(200, acsRequest("<c:GetRPCMethods/>")).kind, Kind::Execute);
    EXPECT_NE(run.session.onResult(RpcResponse{"GetRPCMethods", "<MethodList/>"})
                  .body.find("GetRPCMethodsResponse"),
              std::string::npos);
    const auto own = run.reply(204, "");
    EXPECT_NE(own.body.find("<cwmp:GetRPCMethods/>"), std::string::npos);
    const auto last = run.reply(
        200, acsRequest("<c:GetRPCMethodsResponse><MethodList/></c:GetRPCMethodsResponse>"));
    EXPECT_EQ(last.body, "");
    EXPECT_EQ(run.reply(204, "").kind, Kind::Finished);
}

// C-EVT-35
TEST(CwmpSession, EndsWhenTheAcsHoldsAndHasNothingMore) {
    const std::string hold = "<c:HoldRequests s:mustUnderstand=\"1\">1</c:HoldRequests>";
    Running run(Dialect::Cwmp12, asking(1));
    run.confirmed(informResponse("urn:dslforum-org:cwmp-1-2", hold));
    EXPECT_EQ(run.reply(204, "").kind, Kind::Finished);
    EXPECT_EQ(run.session.unanswered().size(), 1U);
}

// C-XFER-06, C-EVT-17: struck off before the session goes on.
TEST(CwmpSession, TellsWhenAReportWasAnswered) {
    for (const bool fault : {false, true}) {
        Running run(Dialect::Cwmp12, {OwnRequest{"TransferComplete", aReport()}});
        const auto post = run.confirmed();
        test::expectValid(post.body);
        EXPECT_NE(post.body.find("<CommandKey>key &lt;1&gt;</CommandKey>"), std::string::npos);
        EXPECT_NE(post.body.find("<FaultCode>9018</FaultCode>"), std::string::npos);
        EXPECT_NE(post.body.find("<StartTime>2030-03-17T17:46:40Z</StartTime>"), std::string::npos);
        const auto step =
            run.reply(200, fault ? acsFault(8003) : acsRequest("<c:TransferCompleteResponse/>"));
        ASSERT_EQ(step.kind, Kind::Answered);
        EXPECT_EQ(step.own->report->transfer, 7U);
        EXPECT_EQ(run.session.onRecorded().body, "");
        EXPECT_EQ(run.reply(204, "").kind, Kind::Finished);
    }
}

// 9014 to 9019 are of CWMP 1.1, 9020 of 1.2 (C-FLT).
// C-VER-07
TEST(CwmpSession, OldDialectsGetTheGeneralFaultOfATransfer) {
    Running run(Dialect::Cwmp10, {OwnRequest{"TransferComplete", aReport()}});
    const auto post = run.confirmed(informResponse("urn:dslforum-org:cwmp-1-0"));
    test::expectValid(post.body);
    EXPECT_NE(post.body.find("<FaultCode>9010</FaultCode>"), std::string::npos);
}

// C-SOAP-11
TEST(CwmpSession, NeverAnswersAResponseOrAFaultWithAFault) {
    Running run;
    run.confirmed();
    for (int i = 0; i < 5; ++i) {
        const auto step = i % 2 == 0 ? run.reply(200, acsRequest("<c:SomethingResponse/>"))
                                     : run.reply(200, acsFault(8002));
        ASSERT_EQ(step.kind, Kind::Post);
        EXPECT_EQ(step.body, "");
    }
    EXPECT_EQ(run.reply(200, acsRequest("<c:SomethingResponse/>")).kind, Kind::Failed);
}

// C-SCALE-04
TEST(CwmpSession, EndsAnEndlessConversation) {
    SessionLimits limits;
    limits.maxRequests = 3;
    Session session(Dialect::Cwmp12, 1, limits);
    static_cast<void>(session.start(anInform(), {}));
    static_cast<void>(session.onReply({200, informResponse()}));
    static_cast<void>(session.onConfirmed());
    const auto request = acsRequest("<c:GetRPCMethods/>");
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(session.onReply({200, request}).kind, Kind::Execute);
        static_cast<void>(session.onResult(RpcResponse{"GetRPCMethods", "<MethodList/>"}));
    }
    EXPECT_EQ(session.onReply({200, request}).kind, Kind::Failed);
}

TEST(CwmpSession, EndsAnAcsThatHoldsForEver) {
    const std::string hold = "<c:HoldRequests s:mustUnderstand=\"1\">1</c:HoldRequests>";
    Running run(Dialect::Cwmp12, asking(1));
    run.confirmed(informResponse("urn:dslforum-org:cwmp-1-2", hold));
    auto step = run.reply(200, test::acsEnvelope(hold, "<c:SomethingResponse/>"));
    for (int i = 0; i < 200 && step.kind == Kind::Post; ++i) {
        step = run.reply(200, test::acsEnvelope(hold, "<c:SomethingResponse/>"));
    }
    EXPECT_EQ(step.kind, Kind::Failed);
}

}  // namespace
}  // namespace platen::cwmp
