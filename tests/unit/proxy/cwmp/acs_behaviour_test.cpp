// SPDX-License-Identifier: Apache-2.0
// What ACS profiles change, against the scripted ACS; without one, nothing changes.
#include "proxy/cwmp/acs_behaviour.hpp"

#include "transfer_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace platen::cwmp {
namespace {

using Codes = std::vector<std::string>;
using namespace std::chrono_literals;

class AcsBehaviourTest : public testing::Test {
  protected:
    void begin() {
        world.start();
        device = &world.addPrinter("X1");
        world.settle();
    }
    void connectionRequest() const {
        world.manager->connectionRequested(DeviceId(1), [](ConnectionRequestVerdict) {});
    }
    test::SeenReply ask(const std::string& request) {
        world.acs.replies.clear();
        world.acs.ask("X1", request);
        connectionRequest();
        world.settle();
        return world.acs.replies.empty() ? test::SeenReply{} : world.acs.replies.front();
    }

    test::World world;
    test::FakeDevice* device = nullptr;
    static constexpr const char* kPages = "Device.Services.X_PLATEN_MFP.1.Pages";
    static constexpr const char* kBalance = "Device.Services.X_PLATEN_MFP.1.Balance";
};

struct LongCase {
    const char* setting;
    const char* pages;
    const char* type;
    const char* balance;
    const char* signedType;
};

class LongTypesTest : public AcsBehaviourTest, public testing::WithParamInterface<LongCase> {};

TEST_P(LongTypesTest, GoOutAsTheProfileSays) {
    const auto& want = GetParam();
    world.settings.longTypes = want.setting;
    world.settings.informParameters = {"MFP.1.Pages"};
    begin();
    device->put("MFP.1.Pages", want.pages);
    device->put("MFP.1.Balance", want.balance);
    const auto reply = ask(test::gpv({kPages, kBalance}));
    EXPECT_EQ(reply.value(kPages), want.pages) << "the text stays";
    EXPECT_EQ(reply.types.at(kPages), want.type);
    EXPECT_EQ(reply.types.at(kBalance), want.signedType);
    EXPECT_EQ(world.last().types.at(kPages), want.type) << "in the Inform, too";
    EXPECT_EQ(ask(test::gpv({"Device.DeviceInfo.UpTime"})).types.at("Device.DeviceInfo.UpTime"),
              "xsd:unsignedInt");
}

INSTANTIATE_TEST_SUITE_P(
    All,
    LongTypesTest,
    testing::Values(
        LongCase{"long", "1", "xsd:unsignedLong", "-1", "xsd:long"},
        LongCase{"int", "4294967295", "xsd:unsignedInt", "-2147483648", "xsd:int"},
        LongCase{"int", "4294967296", "xsd:unsignedLong", "-2147483649", "xsd:long"},
        LongCase{"int", "0", "xsd:unsignedInt", "2147483648", "xsd:long"},
        LongCase{"int_or_string", "4294967295", "xsd:unsignedInt", "2147483647", "xsd:int"},
        LongCase{"int_or_string", "4294967296", "xsd:string", "2147483648", "xsd:string"},
        LongCase{"string", "1", "xsd:string", "1", "xsd:string"}));

TEST(LongTypes, WhatWasShownAsAStringMayBeWrittenAsOne) {
    const model::PathCodec codec(test::testSchema(), "X_PLATEN");
    const auto typesFor = [&](LongTypes longTypes) {
        SetParameterValues request{{{"Device.Services.X_PLATEN_MFP.1.Pages", "string", "1"},
                                    {"Device.Services.X_PLATEN_MFP.1.Delay", "string", "1"},
                                    {"Device.Services.X_PLATEN_MFP.1.Pages", "boolean", "1"},
                                    {"Device.None", "string", "1"}},
                                   ""};
        acceptShownTypes(longTypes, codec, request);
        Codes types;
        for (const auto& entry : request.entries) {
            types.push_back(entry.type);
        }
        return types;
    };
    const Codes asGiven{"string", "string", "boolean", "string"};
    const Codes freed{"", "string", "boolean", "string"};
    EXPECT_EQ(typesFor(LongTypes::Long), asGiven);
    EXPECT_EQ(typesFor(LongTypes::Int), asGiven);
    EXPECT_EQ(typesFor(LongTypes::IntOrString), freed);
    EXPECT_EQ(typesFor(LongTypes::String), freed);
}

TEST_F(AcsBehaviourTest, RedirectsAreFollowedAsOftenAsTheProfileSays) {
    std::vector<std::uint32_t> allowed;
    world.http.onPost([&](const test::FakeHttpClient::Exchange& exchange) {
        allowed.push_back(exchange.options.maxRedirects);
        return test::FakeHttpClient::reply(503, {});
    });
    begin();
    world.settings.maxRedirects = 0;
    world.manager->applySettings(world.settings, world.options.publicUrl);
    world.loop.advance(2min);
    ASSERT_GE(allowed.size(), 2U);
    EXPECT_EQ(allowed.front(), 5U);
    EXPECT_EQ(allowed.back(), 0U);
}

// C-INF-08
TEST_F(AcsBehaviourTest, ExtraInformParametersAreInEveryInformOnce) {
    world.settings.informParameters = {"MFP.1.Status",         "MFP.1.Status",
                                       "MFP.1.Supply.9.Level", "Device.DeviceInfo.SoftwareVersion",
                                       "MFP.1.None",           "MFP.1."};
    begin();
    const std::string name = "Device.Services.X_PLATEN_MFP.1.Status";
    EXPECT_EQ(world.last().parameters.at(name), "Up");
    EXPECT_EQ(world.last().order.size(), 8U) << "the seven forced ones and this";
    EXPECT_NE(world.last().order.front(), name) << "the root's come first";
    // A change of it is told as one, and not twice.
    static_cast<void>(ask(test::spa(name, "2")));
    device->change("MFP.1.Status", "Error");
    world.loop.advance(5min);
    EXPECT_TRUE(world.last().has("4 VALUE CHANGE"));
    EXPECT_EQ(world.last().parameters.at(name), "Error");
    EXPECT_EQ(std::ranges::count(world.last().order, name), 1);
    world.settings.informParameters.clear();
    world.manager->applySettings(world.settings, world.options.publicUrl);
    connectionRequest();
    world.settle();
    EXPECT_EQ(world.last().order.size(), 7U);
}

// C-EVT-37
TEST_F(AcsBehaviourTest, TheWeightiestEventIsLastForAnAcsThatKeepsOnlyThat) {
    world.settings.eventOrder = "weightiest_last";
    begin();
    EXPECT_EQ(world.last().codes(), (Codes{"1 BOOT", "0 BOOTSTRAP"}));
    std::vector<EventStruct> events{{"1 BOOT", ""},         {"2 PERIODIC", ""},
                                    {"4 VALUE CHANGE", ""}, {"7 TRANSFER COMPLETE", ""},
                                    {"M Download", "a"},    {"M Download", "b"}};
    Codes order;
    for (const auto& event : weightiestLast(events)) {
        order.push_back(event.code + event.commandKey);
    }
    EXPECT_EQ(order, (Codes{"M Downloada", "M Downloadb", "2 PERIODIC", "4 VALUE CHANGE", "1 BOOT",
                            "7 TRANSFER COMPLETE"}));
}

TEST_F(AcsBehaviourTest, NoRetryComesBeforeTheProfilesMinimum) {
    world.settings.retryMinimum = 31s;
    world.acs.onInform = [](const test::SeenInform&) {
        return std::optional<Result<net::HttpReply>>(
            test::FakeHttpClient::reply(400, "CPE already in session"));
    };
    begin();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    world.loop.advance(30'999ms);
    EXPECT_EQ(world.acs.informs.size(), 1U);
    world.loop.advance(1ms);
    EXPECT_EQ(world.acs.informs.size(), 2U);
}

TEST_F(AcsBehaviourTest, OffersTheVersionsUpToTheHighest) {
    world.settings.cwmpVersion = "1.2";
    begin();
    EXPECT_EQ(world.last().supportedVersions, "1.0,1.1,1.2");
    EXPECT_EQ(world.last().cwmpNamespace, "urn:dslforum-org:cwmp-1-2");
}

TEST_F(AcsBehaviourTest, SpeaksTheOldNamespaceFromTheStart) {
    world.settings.cwmpVersion = "1.0";
    begin();
    EXPECT_EQ(world.last().supportedVersions, "");
    EXPECT_EQ(world.last().cwmpNamespace, "urn:dslforum-org:cwmp-1-0");
    world.acs.up = false;
    connectionRequest();
    world.settle();
    world.acs.up = true;
    world.loop.advance(2min);
    EXPECT_EQ(world.last().cwmpNamespace, "urn:dslforum-org:cwmp-1-0") << "after a failure, too";
}

Session::Step informed(const SessionManners& manners, const std::string& response) {
    Session session(Dialect::Cwmp12, 1, SessionLimits{}, manners);
    InformMessage inform;
    inform.identity = {"Example", "00AB12", "MFP-1", "X1"};
    inform.events = {{"2 PERIODIC", ""}};
    inform.currentTime = "2031-02-03T04:05:06+01:00";
    inform.parameterList = ParameterListWriter().take();
    static_cast<void>(session.start(inform, {}));
    auto step = session.onReply({200, response});
    if (step.kind == Session::Step::Kind::Confirm) {
        return session.onConfirmed();
    }
    return step;
}

TEST(SessionManners, AVersionThatWasNotOfferedIsRefused) {
    const auto chosen = [](const char* version) {
        return test::informResponse("urn:dslforum-org:cwmp-1-2",
                                    "<c:UseCWMPVersion s:mustUnderstand=\"1\">" +
                                        std::string(version) + "</c:UseCWMPVersion>");
    };
    SessionManners manners;
    manners.highestVersion = "1.2";
    EXPECT_EQ(informed(manners, chosen("1.2")).kind, Session::Step::Kind::Post);
    EXPECT_EQ(informed(manners, chosen("1.3")).kind, Session::Step::Kind::Failed);
    EXPECT_EQ(informed({}, chosen("1.3")).kind, Session::Step::Kind::Post);
}

class UnansweredTest : public test::TransferTest {};

TEST_F(UnansweredTest, AnEmptyReplyToTransferCompleteEndsItWhereTheProfileSaysSo) {
    world.acs.onPost = [](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.find("<cwmp:TransferComplete>") != std::string::npos) {
            return test::FakeHttpClient::reply(200, {});
        }
        return std::nullopt;
    };
    run(test::asUpload({}));
    finish();
    const auto first = world.acs.reports.size();
    ASSERT_GE(first, 1U);
    world.loop.advance(2min);
    EXPECT_GT(world.acs.reports.size(), first) << "strict: it is sent again";
    world.settings.unansweredRequests = "drop";
    world.manager->applySettings(world.settings, world.options.publicUrl);
    world.loop.advance(20min);
    const auto last = world.acs.reports.size();
    world.loop.advance(3h);
    EXPECT_EQ(world.acs.reports.size(), last) << "drop: the ACS took it";
    EXPECT_TRUE(world.store.load()->transfers.empty());
}

TEST_F(AcsBehaviourTest, UnescapedAmpersandsAreReadWhereTheProfileSaysSo) {
    const auto raw =
        test::spv({{"Device.Services.X_PLATEN_MFP.1.Location", "xsd:string", "a & b&c"}}, "");
    begin();
    EXPECT_EQ(ask(raw).method, "") << "strict: the session fails";
    EXPECT_EQ(device->text("MFP.1.Location"), "Room 1");
    world.loop.advance(5min);
    world.settings.repairAmpersands = true;
    world.manager->applySettings(world.settings, world.options.publicUrl);
    EXPECT_EQ(ask(raw).method, "SetParameterValuesResponse");
    EXPECT_EQ(device->text("MFP.1.Location"), "a & b&c");
}

TEST(StrayAmpersands, EntitiesStay) {
    EXPECT_EQ(escapeStrayAmpersands("a&amp;b&lt;&gt;&quot;&apos;&#38;&#x26;"),
              "a&amp;b&lt;&gt;&quot;&apos;&#38;&#x26;");
    EXPECT_EQ(escapeStrayAmpersands("?a=1&b=2&copy=3&#;&#x;&#12&&amp"),
              "?a=1&amp;b=2&amp;copy=3&amp;#;&amp;#x;&amp;#12&amp;&amp;amp");
    EXPECT_EQ(escapeStrayAmpersands(""), "");
}

}  // namespace
}  // namespace platen::cwmp
