// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/soap_writer.hpp"

#include "golden.hpp"
#include "soap_text.hpp"
#include "tests/support/xsd_validator.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>

namespace platen::cwmp {
namespace {

using model::ValueType;

InformMessage sampleInform() {
    InformMessage inform;
    inform.identity = {"Example & Söhne", "00AB12", "MFP <1>", "X1Y2"};
    inform.events = {{"1 BOOT", ""}, {"4 VALUE CHANGE", ""}, {"M Reboot", " k7 "}};
    inform.currentTime = "2031-02-03T04:05:06+01:00";
    inform.retryCount = 3;
    ParameterListWriter list;
    list.add("Device.DeviceInfo.SoftwareVersion", ValueType::String, false, "1.2.3");
    list.add("Device.DeviceInfo.ProvisioningCode", ValueType::String, false, "");
    list.add("Device.ManagementServer.AliasBasedAddressing", ValueType::Boolean, false, "false");
    inform.parameterList = list.take();
    return inform;
}

// C-SOAP-01, C-SOAP-02, C-SOAP-04, C-INF-05
TEST(SoapWriter, WritesAnInform) {
    const auto text = writeInform(sampleInform(), Dialect::Cwmp12, "1");
    test::expectValid(text);
    test::expectGolden("inform.xml", text);
}

TEST(SoapWriter, WritesAnInformInEachNamespace) {
    for (const auto dialect : {Dialect::Cwmp10, Dialect::Cwmp11}) {
        const auto text = writeInform(sampleInform(), dialect, "1");
        test::expectValid(text);
        EXPECT_NE(text.find(namespaceUri(dialect)), std::string::npos);
    }
}

// C-DT-01, C-SOAP-03
TEST(SoapWriter, WritesEachTypeWithItsXsdName) {
    ParameterListWriter list;
    list.add("A.String", ValueType::String, false, "a < b");
    list.add("A.Int", ValueType::Int, false, "-3");
    list.add("A.UnsignedInt", ValueType::UnsignedInt, false, "3");
    list.add("A.Long", ValueType::Long, false, "-5000000000");
    list.add("A.UnsignedLong", ValueType::UnsignedLong, false, "12345678901");
    list.add("A.Boolean", ValueType::Boolean, false, "true");
    list.add("A.DateTime", ValueType::DateTime, false, "2031-02-03T04:05:06Z");
    list.add("A.Base64", ValueType::Base64, false, "QUJD");
    list.add("A.HexBinary", ValueType::HexBinary, false, "00ff");
    list.add("A.List", ValueType::UnsignedInt, true, "1,2,3");
    EXPECT_EQ(list.count(), 10U);
    const auto text =
        writeResponse({"GetParameterValues", list.take()}, Dialect::Cwmp12, std::string("17"));
    test::expectValid(text);
    test::expectGolden("get-parameter-values-response.xml", text);
}

// C-SOAP-10, C-SPV-02
TEST(SoapWriter, WritesASetParameterValuesFault) {
    auto fault = makeFault(FaultCode::InvalidArguments, {});
    fault.parameters.push_back({"Device.A", FaultCode::NotWritable, "not writable"});
    fault.parameters.push_back({"Device.B", FaultCode::InvalidParameterValue, "too <long>"});
    for (const auto dialect : {Dialect::Cwmp10, Dialect::Cwmp11, Dialect::Cwmp12}) {
        test::expectValid(writeFault(fault, dialect, std::string("17")));
    }
    test::expectGolden("set-parameter-values-fault.xml",
                       writeFault(fault, Dialect::Cwmp12, std::string("17")));
}

// C-FLT-01
TEST(SoapWriter, UsesTheFaultcodeOfTheTable) {
    constexpr std::array kClient{FaultCode::InvalidArguments, FaultCode::InvalidParameterName,
                                 FaultCode::InvalidParameterType, FaultCode::InvalidParameterValue,
                                 FaultCode::NotWritable};
    constexpr std::array kServer{FaultCode::MethodNotSupported, FaultCode::RequestDenied,
                                 FaultCode::InternalError, FaultCode::ResourcesExceeded,
                                 FaultCode::NotificationRejected};
    const auto faultcode = [](FaultCode code) {
        const auto text = writeFault(makeFault(code, "why"), Dialect::Cwmp12, std::nullopt);
        test::expectValid(text);
        const auto reply = test::readReply(text);
        EXPECT_EQ(reply.faultCode, std::to_string(static_cast<int>(code)));
        return reply.faultcode;
    };
    for (const auto code : kClient) {
        EXPECT_EQ(faultcode(code), "soap:Client");
    }
    for (const auto code : kServer) {
        EXPECT_EQ(faultcode(code), "soap:Server");
    }
}

// C-RPC-05
TEST(SoapWriter, CutsLongFaultStrings) {
    const auto text = writeFault(makeFault(FaultCode::InternalError, std::string(1000, 'x')),
                                 Dialect::Cwmp12, std::nullopt);
    EXPECT_EQ(test::readReply(text).faultText.size(), kMaxFaultString);
}

TEST(SoapWriter, WritesAMustUnderstandFault) {
    const auto text = writeMustUnderstandFault("New<er>", Dialect::Cwmp12, std::string("17"));
    test::expectValid(text);
    test::expectGolden("must-understand-fault.xml", text);
}

// The check itself: the schemas refuse a lower-case OUI (C-INF-01).
TEST(SoapWriter, TheSchemasAreReallyAsked) {
    test::XsdValidator validator(std::filesystem::path(PLATEN_SHARED) / "standards" / "schemas");
    if (!validator.available()) {
        GTEST_SKIP() << "no CWMP schemas below " << PLATEN_SHARED;
    }
    auto inform = sampleInform();
    EXPECT_EQ(validator.validate(writeInform(inform, Dialect::Cwmp12, "1")), "");
    inform.identity.oui = "00ab12";
    for (const auto dialect : {Dialect::Cwmp10, Dialect::Cwmp11, Dialect::Cwmp12}) {
        EXPECT_NE(validator.validate(writeInform(inform, dialect, "1")), "");
    }
}

// C-SOAP-02: the attribute stays on empty lists.
TEST(SoapWriter, CountsEmptyLists) {
    EXPECT_EQ(
        ParameterListWriter().take(),
        "<ParameterList soap-enc:arrayType=\"cwmp:ParameterValueStruct[0]\"></ParameterList>");
}

}  // namespace
}  // namespace platen::cwmp
