// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sim/sim_fixture.hpp"

namespace platen::sim {
namespace {

using std::chrono::seconds;

class SimPrinter : public SimFixture {};

TEST_F(SimPrinter, UpTimeRunsFromTheRecordedValue) {
    EXPECT_EQ(valueOf(kUpTime).number, 5000);
    clock_.advance(seconds{3});
    EXPECT_EQ(valueOf(kUpTime), SnmpValue::integer(5300, SnmpType::TimeTicks));
}

TEST_F(SimPrinter, RestartIsSilentAndThenCountsFromZero) {
    ASSERT_TRUE(printer_.set(kLocation, SnmpValue::string("kept")));
    printer_.restart(clock_.steadyNow(), seconds{2});
    EXPECT_FALSE(get({kDescr}));
    clock_.advance(Millis{1999});
    EXPECT_FALSE(get({kDescr}));
    clock_.advance(Millis{1});
    EXPECT_EQ(get({kUpTime})->binds[0].value.number, 0);
    clock_.advance(seconds{1});
    EXPECT_EQ(valueOf(kUpTime).number, 100);
    EXPECT_EQ(valueOf(kPowerOn).number, 0);
    EXPECT_EQ(valueOf(kLife).number, 1000);
    EXPECT_EQ(valueOf(kLocation), SnmpValue::string("kept"));
}

TEST_F(SimPrinter, PrtGeneralResetRestarts) {
    EXPECT_EQ(set({{kReset, SnmpValue::integer(4)}})->errorStatus, 0);
    EXPECT_FALSE(get({kDescr}));
    clock_.advance(seconds{2});
    EXPECT_EQ(get({kReset})->binds[0].value.number, 3);
    EXPECT_LT(valueOf(kUpTime).number, 5000);
}

TEST_F(SimPrinter, OtherValuesOfPrtGeneralResetDoNothing) {
    EXPECT_EQ(set({{kReset, SnmpValue::integer(3)}})->errorStatus, 0);
    EXPECT_TRUE(get({kDescr}));
}

TEST_F(SimPrinter, ResetToFactoryDefaultsForgetsWhatManagersSet) {
    ASSERT_EQ(set({{kLocation, SnmpValue::string("cellar")}})->errorStatus, 0);
    ASSERT_EQ(set({{kReset, SnmpValue::integer(6)}})->errorStatus, 0);
    clock_.advance(seconds{2});
    EXPECT_EQ(valueOf(kLocation), SnmpValue::string("room"));
}

TEST_F(SimPrinter, RebootAfterHappensOnce) {
    fault("reboot-after=10s");
    clock_.advance(seconds{9});
    EXPECT_TRUE(get({kDescr}));
    clock_.advance(seconds{1});
    EXPECT_FALSE(get({kDescr}));
    clock_.advance(seconds{30});
    EXPECT_EQ(get({kUpTime})->binds[0].value.number, 2800);
}

TEST_F(SimPrinter, CountersGrowByTheirRate) {
    fault("counters=" + kLife.toString() + ":120");
    clock_.advance(seconds{30});
    EXPECT_EQ(valueOf(kLife), SnmpValue::integer(1060, SnmpType::Counter32));
    clock_.advance(seconds{60});
    EXPECT_EQ(valueOf(kLife).number, 1180);
}

TEST_F(SimPrinter, Counter32WrapsAtItsEnd) {
    ASSERT_TRUE(printer_.set(kLife, SnmpValue::integer(UINT32_MAX, SnmpType::Counter32)));
    ASSERT_TRUE(printer_.count(kLife, 60, clock_.steadyNow()));
    clock_.advance(seconds{5});
    EXPECT_EQ(valueOf(kLife).number, 4);
}

TEST_F(SimPrinter, CountersNeedANumber) {
    EXPECT_FALSE(printer_.applyFault("counters=" + kDescr.toString() + ":1", clock_.steadyNow()));
    EXPECT_FALSE(printer_.applyFault("counters=1.3.6.9:1", clock_.steadyNow()));
    EXPECT_FALSE(printer_.applyFault("counters=nonsense", clock_.steadyNow()));
}

TEST_F(SimPrinter, ObjectsCanComeAndGo) {
    const Oid alert{1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 2, 1, 5};
    ASSERT_TRUE(printer_.set(alert, SnmpValue::integer(3)));
    EXPECT_EQ(getNext({kPowerOn})->binds[0].oid, alert);
    printer_.erase(alert);
    EXPECT_EQ(getNext({kPowerOn})->binds[0].value.type, SnmpType::EndOfMibView);
    printer_.erase(kName);
    EXPECT_EQ(getNext({kUpTime})->binds[0].oid, kLocation);
    EXPECT_EQ(get({kName})->binds[0].value.type, SnmpType::NoSuchObject);
    ASSERT_TRUE(printer_.set(kName, SnmpValue::string("again")));
    EXPECT_EQ(getNext({kUpTime})->binds[0].oid, kName);
}

TEST_F(SimPrinter, CopiesHaveTheirOwnSerialAndMac) {
    PrinterOptions options;
    options.serialSuffix = "C0002";
    options.macSuffix = 2;
    printer_ = Printer(recording(), options, clock_.steadyNow());
    EXPECT_EQ(valueOf(kSerial), SnmpValue::string("SERIAL1C0002"));
    EXPECT_EQ(valueOf(kMac).octets, std::string("\x00\x00\x5e\x00\x54\x1e", 6));
}

TEST(SimFaults, KnowsItsKeysAndRefusesTheRest) {
    Faults faults;
    for (const char* text : {"delay=50ms", "loss=0.25", "silent", "toobig=10", "maxbytes=484",
                             "wrongsource=on", "nobulk", "endless-walk", "nongrowing", "duplicate",
                             "badber", "reboot-after=10s", "ignoreset=1.3.6"}) {
        EXPECT_TRUE(faults.apply(text)) << text;
    }
    EXPECT_EQ(faults.delay, Millis{50});
    EXPECT_DOUBLE_EQ(faults.loss, 0.25);
    EXPECT_NE(faults.toString().find("delay=50ms"), std::string::npos);
    for (const char* text : {"", "delay", "delay=fast", "loss=2", "loss=x", "toobig=-1",
                             "maxbytes=5", "silent=maybe", "speed=3", "failset=x"}) {
        EXPECT_FALSE(faults.apply(text)) << text;
    }
    EXPECT_TRUE(faults.apply("none"));
    EXPECT_EQ(faults.toString(), "");
}

}  // namespace
}  // namespace platen::sim
