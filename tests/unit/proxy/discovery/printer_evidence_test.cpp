// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/printer_evidence.hpp"

#include <gtest/gtest.h>

namespace platen::discovery {
namespace {

VarBind bind(const char* oid, SnmpValue value) {
    return {Oid::parse(oid).value(), std::move(value)};
}
const VarBind kDescription = bind("1.3.6.1.2.1.1.1.0", SnmpValue::string("Example"));
const VarBind kPrinterMib = bind("1.3.6.1.2.1.43.5.1.1.3.1", SnmpValue::integer(3));
const VarBind kDeviceType =
    bind("1.3.6.1.2.1.25.3.2.1.2.1", SnmpValue::objectId(Oid{1, 3, 6, 1, 2, 1, 25, 3, 1, 5}));
const VarBind kStatus = bind("1.3.6.1.2.1.25.3.5.1.1.1", SnmpValue::integer(3));

Evidence judgeAgent(const std::vector<VarBind>& varbinds, Oid sysObjectId = {}) {
    mibmap::DeviceContext context;
    context.sysObjectId = std::move(sysObjectId);
    return judge(varbinds, context);
}

TEST(PrinterEvidence, NamesWhatTellsAPrinter) {
    EXPECT_EQ(judgeAgent({kDescription, kPrinterMib, kDeviceType}).reason,
              "Printer-MIB, hrDeviceType printer");
    for (const char* text : {"MFG:Example;MDL:410;CLS:PRINTER;", "MANUFACTURER:Ex;MODEL:4;"}) {
        for (const char* oid :
             {"1.3.6.1.4.1.11.2.3.9.1.1.7.0", "1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1"}) {
            const auto evidence = judgeAgent({bind(oid, SnmpValue::string(text))});
            EXPECT_TRUE(evidence.printer);
            EXPECT_EQ(evidence.reason, "IEEE 1284 id");
        }
    }
    EXPECT_TRUE(judgeAgent({kDescription, kDeviceType}).printer);
    mibmap::DeviceContext labelPrinter;
    labelPrinter.answered = {Oid{1, 3, 6, 1, 4, 1, 10642, 1, 1, 0}};
    EXPECT_EQ(judge({}, labelPrinter).reason, "maker's printer MIB");
}

TEST(PrinterEvidence, ComputerWithPrintersInstalledIsNone) {
    for (const Oid& computer :
         {Oid{1, 3, 6, 1, 4, 1, 311, 1, 1, 3, 1, 1}, Oid{1, 3, 6, 1, 4, 1, 8072, 3, 2, 10}}) {
        const auto evidence = judgeAgent({kDescription, kDeviceType, kStatus}, computer);
        EXPECT_FALSE(evidence.printer);
        EXPECT_NE(evidence.reason.find("a computer"), std::string::npos);
    }
    EXPECT_TRUE(
        judgeAgent({kPrinterMib, kDeviceType}, Oid{1, 3, 6, 1, 4, 1, 8072, 3, 2, 10}).printer);
}

TEST(PrinterEvidence, OthersAreNoneAndTheReasonSaysWhy) {
    EXPECT_NE(judgeAgent({kDescription}).reason.find("no Printer-MIB"), std::string::npos);
    EXPECT_NE(judgeAgent({}).reason.find("not one object"), std::string::npos);
    const auto disk =
        bind("1.3.6.1.2.1.25.3.2.1.2.1", SnmpValue::objectId(Oid{1, 3, 6, 1, 2, 1, 25, 3, 1, 6}));
    EXPECT_FALSE(judgeAgent({disk}).printer);
    EXPECT_FALSE(
        judgeAgent({bind("1.3.6.1.4.1.11.2.3.9.1.1.7.0", SnmpValue::string("x"))}).printer);
    VarBind missing{Oid::parse("1.3.6.1.2.1.43.5.1.1.3.1").value(), {}};
    missing.value.type = SnmpType::NoSuchInstance;
    EXPECT_FALSE(judgeAgent({missing}).printer);
}

}  // namespace
}  // namespace platen::discovery
