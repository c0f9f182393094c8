// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/soap_reader.hpp"

#include "soap_text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace platen::cwmp {
namespace {

using test::acsEnvelope;
using test::acsRequest;

template <typename Request>
Request requestOf(const std::string& text) {
    auto envelope = readEnvelope(text);
    EXPECT_TRUE(envelope) << (envelope ? "" : envelope.error().text);
    const auto& message = std::get<RequestMessage>(envelope->message);
    const auto* fault = std::get_if<Fault>(&message.request);
    EXPECT_EQ(fault, nullptr) << (fault != nullptr ? fault->text : "");
    return std::get<Request>(std::get<RpcRequest>(message.request));
}

Fault faultOf(const std::string& body) {
    auto envelope = readEnvelope(acsRequest(body));
    EXPECT_TRUE(envelope);
    const auto& message = std::get<RequestMessage>(envelope->message);
    EXPECT_TRUE(std::holds_alternative<Fault>(message.request)) << body;
    return std::get<Fault>(message.request);
}

TEST(SoapReader, ReadsEachRequestOfThisRelease) {
    EXPECT_EQ(requestOf<GetParameterValues>(acsRequest(test::gpv({"Device.", "Device.X"}))).names,
              (std::vector<std::string>{"Device.", "Device.X"}));
    const auto names = requestOf<GetParameterNames>(acsRequest(test::gpn("Device.", true)));
    EXPECT_EQ(names.path, "Device.");
    EXPECT_TRUE(names.nextLevel);
    const auto set = requestOf<SetParameterValues>(
        acsRequest(test::spv({{"A.B", "xsd:string", " v "}, {"A.C", "", ""}}, " k ")));
    ASSERT_EQ(set.entries.size(), 2U);
    EXPECT_EQ(set.entries[0].type, "string");
    EXPECT_EQ(set.entries[0].text, " v ");
    EXPECT_EQ(set.entries[1].type, "");
    EXPECT_EQ(set.parameterKey, " k ");  // C-KEY-04
    const auto attributes =
        requestOf<SetParameterAttributes>(acsRequest(test::spa("A.B", "2", "Subscriber")));
    ASSERT_EQ(attributes.entries.size(), 1U);
    EXPECT_EQ(attributes.entries[0].notification, 2);
    EXPECT_EQ(attributes.entries[0].accessList, (std::vector<std::string>{"Subscriber"}));
    EXPECT_EQ(requestOf<Reboot>(acsRequest(test::rebootRequest("k7"))).commandKey, "k7");
    requestOf<FactoryReset>(acsRequest("<c:FactoryReset/>"));
    requestOf<GetRpcMethods>(acsRequest("<c:GetRPCMethods></c:GetRPCMethods>"));
}

// C-VER-09, C-SOAP-15, C-ARG-03
TEST(SoapReader, MatchesByNamespaceWhateverTheForm) {
    const std::string text =
        "\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- from the ACS -->"
        "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>\n"
        " <Header><i:ID xmlns:i='urn:dslforum-org:cwmp-1-0' "
        "mustUnderstand='1'><![CDATA[a<b]]></i:ID>"
        "</Header>\n <Body><q:GetParameterNames xmlns:q='urn:dslforum-org:cwmp-1-0'>"
        "<Later xmlns=''>unknown</Later>"
        "<NextLevel xmlns=''> true </NextLevel>"
        "<ParameterPath xmlns='' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
        " xsi:type='x'>\n Device.<!-- - -->DeviceInfo. </ParameterPath>"
        "</q:GetParameterNames></Body></Envelope>";
    auto envelope = readEnvelope(text);
    ASSERT_TRUE(envelope) << envelope.error().text;
    EXPECT_EQ(envelope->id, "a<b");
    EXPECT_EQ(envelope->dialect, Dialect::Cwmp10);
    const auto names = requestOf<GetParameterNames>(text);
    EXPECT_EQ(names.path, "Device.DeviceInfo.");
    EXPECT_TRUE(names.nextLevel);
}

TEST(SoapReader, ReadsHeaders) {
    const auto envelope = readEnvelope(test::informResponse(
        "urn:dslforum-org:cwmp-1-2",
        "<c:ID s:mustUnderstand=\"1\">17</c:ID><c:HoldRequests s:mustUnderstand=\"1\">true"
        "</c:HoldRequests><c:UseCWMPVersion s:mustUnderstand=\"1\"> 1.1 </c:UseCWMPVersion>"
        "<c:NoMoreRequests s:mustUnderstand=\"1\">1</c:NoMoreRequests>"));
    ASSERT_TRUE(envelope);
    EXPECT_EQ(envelope->id, "17");
    EXPECT_TRUE(envelope->holdRequests);
    EXPECT_EQ(envelope->useVersion, "1.1");
    EXPECT_FALSE(envelope->notUnderstood);  // C-SOAP-09
    EXPECT_TRUE(std::holds_alternative<InformResponseMessage>(envelope->message));
}

// C-VER-10
TEST(SoapReader, ReportsHeadersThatMustBeUnderstood) {
    const auto read = [](std::string_view header) {
        return readEnvelope(acsEnvelope(header, "<c:GetRPCMethods/>"))->notUnderstood;
    };
    EXPECT_EQ(read("<x:New xmlns:x='urn:x' s:mustUnderstand='1'/>"), "New");
    EXPECT_EQ(read("<c:Other s:mustUnderstand='true'/>"), "Other");
    EXPECT_FALSE(read("<x:New xmlns:x='urn:x' s:mustUnderstand='0'/>"));
    EXPECT_FALSE(read("<x:New xmlns:x='urn:x'/>"));
    EXPECT_FALSE(read("<x:New xmlns:x='urn:x' mustUnderstand='1'/>"));
    EXPECT_FALSE(read("<x:New xmlns:x='urn:x' s:mustUnderstand='1' s:actor='http://other/'/>"));
}

// C-FLT-03
TEST(SoapReader, ReadsFaultsWithAndWithoutDetail) {
    const auto full = readEnvelope(test::acsFault(8005));
    ASSERT_TRUE(full);
    EXPECT_EQ(std::get<FaultMessage>(full->message).code, 8005U);
    EXPECT_EQ(std::get<FaultMessage>(full->message).text, "no");
    const auto bare = readEnvelope(acsEnvelope(
        {}, "<s:Fault><faultcode>Server</faultcode><faultstring>oops</faultstring></s:Fault>"));
    ASSERT_TRUE(bare);
    EXPECT_EQ(std::get<FaultMessage>(bare->message).code, 0U);
    EXPECT_EQ(std::get<FaultMessage>(bare->message).text, "oops");
}

// C-FLT-04, C-ACS-11: GenieACS writes the element with two colons.
TEST(SoapReader, SurvivesTheFaultOfGenieAcs) {
    const auto envelope = readEnvelope(
        "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\" "
        "xmlns:cwmp=\"urn:dslforum-org:cwmp-1-2\"><soap-env:Body><soap-env:Body:Fault>"
        "<faultcode>Server</faultcode><detail><cwmp:Fault><FaultCode>8000</FaultCode></cwmp:Fault>"
        "</detail></soap-env:Body:Fault></soap-env:Body></soap-env:Envelope>");
    ASSERT_TRUE(envelope);
    EXPECT_EQ(std::get<FaultMessage>(envelope->message).code, 8000U);
}

struct BadEnvelope {
    const char* name;
    std::string text;
};
class SoapReaderRefuses : public testing::TestWithParam<BadEnvelope> {};

TEST_P(SoapReaderRefuses, Envelope) {
    EXPECT_FALSE(readEnvelope(GetParam().text)) << GetParam().text;
}

const std::string kOpen =
    "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
    "xmlns:c=\"urn:dslforum-org:cwmp-1-2\">";

INSTANTIATE_TEST_SUITE_P(
    Table,
    SoapReaderRefuses,
    testing::Values(
        BadEnvelope{"Html", "<html><body>Not found</body></html>"},
        BadEnvelope{"OtherNamespace", "<Envelope><Body><x/></Body></Envelope>"},
        BadEnvelope{"Soap12",
                    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body><x/>"
                    "</s:Body></s:Envelope>"},
        BadEnvelope{"NoBody", kOpen + "</s:Envelope>"},
        BadEnvelope{"EmptyBody", kOpen + "<s:Body/></s:Envelope>"},
        BadEnvelope{"TwoInBody", kOpen + "<s:Body><c:Reboot/><c:Reboot/></s:Body></s:Envelope>"},
        BadEnvelope{"TwoBodies",
                    kOpen + "<s:Body><c:A/></s:Body><s:Body><c:A/></s:Body></s:Envelope>"},
        BadEnvelope{"TwoHeaders",
                    kOpen + "<s:Header/><s:Header/><s:Body><c:A/></s:Body></s:Envelope>"},
        BadEnvelope{"HeaderAfterBody", kOpen + "<s:Body><c:A/></s:Body><s:Header/></s:Envelope>"},
        BadEnvelope{"MismatchedTags", kOpen + "<s:Body><c:A></c:B></s:Body></s:Envelope>"},
        BadEnvelope{"UnboundPrefix", kOpen + "<s:Body><q:GetRPCMethods/></s:Body></s:Envelope>"},
        BadEnvelope{"UnboundAttribute", kOpen + "<s:Body><c:A q:x='1'/></s:Body></s:Envelope>"},
        BadEnvelope{"EmptyBinding", kOpen + "<s:Body><c:A xmlns:q=''/></s:Body></s:Envelope>"},
        BadEnvelope{"SameAttributeTwice",
                    kOpen + "<s:Body><c:A x='1' x='2'/></s:Body></s:Envelope>"},
        BadEnvelope{"SameAttributeByNamespace",
                    kOpen + "<s:Body><c:A xmlns:p='urn:p' xmlns:q='urn:p' p:x='1' q:x='2'/>"
                            "</s:Body></s:Envelope>"},
        BadEnvelope{"PrefixTwice",
                    kOpen + "<s:Body><c:A xmlns:p='urn:p' xmlns:p='urn:q'/></s:Body></s:Envelope>"},
        BadEnvelope{"BadName", kOpen + "<s:Body><:A/></s:Body></s:Envelope>"},
        BadEnvelope{"TwoColons", kOpen + "<s:Body><s:Body:Other/></s:Body></s:Envelope>"},
        BadEnvelope{"ResponseElsewhere",
                    kOpen + "<s:Body><q:XResponse xmlns:q='urn:q'/></s:Body></s:Envelope>"}),
    [](const auto& given) { return given.param.name; });

// C-SOAP-13, C-RPC-01
TEST(SoapReader, AnswersUnknownMethodsWith9000) {
    for (const auto* method : {"RequestDownload", "Inform", "GetOptions", "SetVouchers",
                               "ChangeDUState", "X_EXAMPLE_Method"}) {
        const auto fault = faultOf("<c:" + std::string(method) + "/>");
        EXPECT_EQ(fault.code, FaultCode::MethodNotSupported);
        EXPECT_NE(fault.text.find(method), std::string::npos);
    }
    EXPECT_EQ(faultOf("<q:Reboot xmlns:q='urn:q'/>").code, FaultCode::MethodNotSupported);
}

struct BadArguments {
    const char* name;
    std::string body;
    FaultCode code = FaultCode::InvalidArguments;
};
class SoapReaderFaults : public testing::TestWithParam<BadArguments> {};

// C-ARG-01
TEST_P(SoapReaderFaults, Arguments) {
    EXPECT_EQ(faultOf(GetParam().body).code, GetParam().code) << GetParam().body;
}

std::string spaEntry(const std::string& inner) {
    return "<c:SetParameterAttributes><ParameterList><S>" + inner +
           "</S></ParameterList></c:SetParameterAttributes>";
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SoapReaderFaults,
    testing::Values(
        BadArguments{"GpvWithoutList", "<c:GetParameterValues/>"},
        BadArguments{"GpvEmptyList", test::gpv({})},
        BadArguments{"GpvLongName", test::gpv({std::string(257, 'a')})},
        BadArguments{"GpnWithoutPath",
                     "<c:GetParameterNames><NextLevel>1</NextLevel></c:GetParameterNames>"},
        BadArguments{"GpnWithoutLevel",
                     "<c:GetParameterNames><ParameterPath/></c:GetParameterNames>"},
        BadArguments{"GpnBadLevel",
                     "<c:GetParameterNames><ParameterPath/><NextLevel>yes</NextLevel>"
                     "</c:GetParameterNames>"},
        BadArguments{"GpnEmptyLevel",
                     "<c:GetParameterNames><ParameterPath/><NextLevel/></c:GetParameterNames>"},
        BadArguments{"GpnLongPath", test::gpn(std::string(257, 'a'), false)},
        BadArguments{"SpvWithoutKey",
                     "<c:SetParameterValues><ParameterList/></c:SetParameterValues>"},
        BadArguments{"SpvWithoutList",
                     "<c:SetParameterValues><ParameterKey/></c:SetParameterValues>"},
        BadArguments{"SpvLongKey", test::spv({}, std::string(33, 'k'))},
        BadArguments{"SpvLongName", test::spv({{std::string(257, 'a'), "", "1"}}, "")},
        BadArguments{"SpvWithoutValue",
                     "<c:SetParameterValues><ParameterList><P><Name>A</Name></P></ParameterList>"
                     "<ParameterKey/></c:SetParameterValues>"},
        BadArguments{"SpvWithoutName",
                     "<c:SetParameterValues><ParameterList><P><Value>A</Value></P></ParameterList>"
                     "<ParameterKey/></c:SetParameterValues>"},
        BadArguments{"SpvStructuredValue", test::spv({{"A", "", "<b/>"}}, "")},
        BadArguments{"GpaEmptyList", test::gpa({})},
        BadArguments{"SpaEmptyList",
                     "<c:SetParameterAttributes><ParameterList/></c:SetParameterAttributes>"},
        BadArguments{"SpaWithoutFlag", spaEntry("<Name>A</Name>")},
        BadArguments{"SpaBadNotification",
                     spaEntry("<Name>A</Name><NotificationChange>1</NotificationChange>"
                              "<Notification>7</Notification><AccessListChange>0</AccessListChange>"
                              "<AccessList/>")},
        BadArguments{"SpaNegativeNotification",
                     spaEntry("<Name>A</Name><NotificationChange>1</NotificationChange>"
                              "<Notification>-1</Notification><AccessListChange>0"
                              "</AccessListChange><AccessList/>")},
        BadArguments{"SpaLongEntity", test::spa("A", "", std::string(65, 'x'))},
        BadArguments{"RebootWithoutKey", "<c:Reboot/>"},
        BadArguments{"RebootLongKey", test::rebootRequest(std::string(33, 'k'))}),
    [](const auto& given) { return given.param.name; });

// C-ARG-02: characters, not bytes.
TEST(SoapReader, CountsCharactersOfKeys) {
    std::string key;
    for (int i = 0; i < 32; ++i) {
        key += "\xF0\x9F\x96\xA8";  // a printer, four bytes
    }
    EXPECT_EQ(requestOf<Reboot>(acsRequest(test::rebootRequest(key))).commandKey, key);
    EXPECT_EQ(faultOf(test::rebootRequest(key + "x")).code, FaultCode::InvalidArguments);
}

// C-SOAP-14: the work for a hostile document is bounded.
TEST(SoapReader, BoundsTheNumberOfNamespaces) {
    const auto with = [](int count) {
        std::string attributes;
        for (int i = 0; i < count; ++i) {
            attributes += " xmlns:p" + std::to_string(i) + "='urn:p'";
        }
        std::string nested;
        for (int i = 0; i < 4; ++i) {
            nested += "<a" + attributes + ">";
        }
        nested += "</a></a></a></a>";
        return readEnvelope(acsRequest("<c:FactoryReset>" + nested + "</c:FactoryReset>"));
    };
    EXPECT_TRUE(with(15));
    EXPECT_FALSE(with(16));
}

// C-ATT-02; GenieACS sends an empty element beside a false flag.
TEST(SoapReader, IgnoresValuesBesideFalseFlags) {
    const auto request = requestOf<SetParameterAttributes>(acsRequest(test::spa("A", "")));
    EXPECT_FALSE(request.entries[0].notification);
    EXPECT_FALSE(request.entries[0].accessList);
}

TEST(SoapReader, BoundsTheNumberOfParameters) {
    std::vector<std::string> names(kMaxListEntries, "A");
    EXPECT_EQ(requestOf<GetParameterValues>(acsRequest(test::gpv(names))).names.size(),
              kMaxListEntries);
    names.emplace_back("A");
    EXPECT_EQ(faultOf(test::gpv(names)).code, FaultCode::ResourcesExceeded);
}

// C-SOAP-12: a request of 40 kB is nothing special.
TEST(SoapReader, TakesLargeEnvelopes) {
    const std::vector<std::string> names(1000, std::string(200, 'a'));
    EXPECT_EQ(requestOf<GetParameterValues>(acsRequest(test::gpv(names))).names.size(), 1000U);
}

TEST(SoapReader, KeepsWhiteSpaceOfKeysThatAreNothingElse) {
    EXPECT_EQ(requestOf<Reboot>(acsRequest(test::rebootRequest("  "))).commandKey, "  ");
}

}  // namespace
}  // namespace platen::cwmp
