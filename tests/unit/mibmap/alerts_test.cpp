// SPDX-License-Identifier: Apache-2.0
// mfp-model 7.6 and printer-mibs section 6.
#include "tests/unit/mibmap/map_fixture.hpp"

namespace platen::mibmap::testing {
namespace {

struct Alert {
    int severity, group, groupIndex, location, code;
    const char* text = "";
};

Evaluation statusOf(const std::vector<Alert>& alerts,
                    int printerStatus = 4,
                    const std::string& errorBits = "") {
    Recording r;
    r.set(oid("1.3.6.1.2.1.25.3.2.1.5.1"), SnmpValue::integer(2));
    r.set(oid("1.3.6.1.2.1.25.3.5.1.1.1"), SnmpValue::integer(printerStatus));
    r.set(oid("1.3.6.1.2.1.25.3.5.1.2.1"), SnmpValue::string(errorBits));
    std::uint32_t row = 3;
    const Oid entry = oid("1.3.6.1.2.1.43.18.1.1");
    for (const Alert& alert : alerts) {
        const auto set = [&](std::uint32_t column, SnmpValue value) {
            r.set(entry.child({column, 1, row}), std::move(value));
        };
        set(2, SnmpValue::integer(alert.severity));
        set(3, SnmpValue::integer(4));
        set(4, SnmpValue::integer(alert.group));
        set(5, SnmpValue::integer(alert.groupIndex));
        set(6, SnmpValue::integer(alert.location));
        set(7, SnmpValue::integer(alert.code));
        set(8, SnmpValue::string(alert.text));
        set(9, SnmpValue::integer(734278, SnmpType::TimeTicks));
        row += 7;  // indexes have gaps
    }
    return poll(r, sourceMaps()).group(Group::Status);
}

std::string reading(const Evaluation& evaluation, std::string_view path) {
    const auto param = modelSchema().findParam(path);
    for (const Reading& r : evaluation.readings) {
        if (r.param == *param) {
            return r.value.text();
        }
    }
    return "none";
}

TEST(Alerts, ARowBecomesAReading) {
    const Evaluation out = statusOf({{4, 8, 2, -2, 807, "Tray 2 low"}});
    ASSERT_EQ(out.alerts.size(), 1U);
    const AlertReading& alert = out.alerts[0];
    EXPECT_TRUE(out.alertsComplete);
    EXPECT_EQ(alert.key, "8:2:807:-2");
    EXPECT_EQ(alert.severity, "Warning");
    EXPECT_EQ(alert.severityRaw, 4);
    EXPECT_EQ(alert.training, "Trained");
    EXPECT_EQ(alert.group, "Input");
    EXPECT_EQ(alert.groupIndex, 2);
    EXPECT_EQ(alert.location, -2);
    EXPECT_EQ(alert.code, 807);
    EXPECT_EQ(alert.codeName, "inputMediaSupplyLow");
    EXPECT_EQ(alert.stateReason, "media-low-warning");
    EXPECT_EQ(alert.description, "Tray 2 low");
    EXPECT_EQ(alert.origin, "SNMPTable");
    EXPECT_EQ(alert.deviceTimeTicks, 734278U);
    EXPECT_EQ(alert.referenceTable, modelSchema().findObject("MFP.{i}.InputTray.{i}."));
    EXPECT_EQ(reading(out, "MFP.{i}.Status.ActiveWarnings"), "1");
    EXPECT_EQ(reading(out, "MFP.{i}.Status.ActiveCriticals"), "0");
    EXPECT_EQ(reading(out, "MFP.{i}.Status.Severity"), "Warning");
}

TEST(Alerts, SeverityFollowsTheRulesOfTheGateway) {
    struct Case {
        int severity, code, printerStatus;
        const char* expected;
    };
    std::vector<Case> cases;
    // Events are no faults, whatever severity they carry.
    for (const int code : {503, 504, 507, 1005, 19, 20, 23, 24, 27, 28, 1019, 1030}) {
        cases.push_back({3, code, 4, "Information"});
        cases.push_back({5, code, 4, "Information"});
    }
    cases.push_back({5, 1001, 3, "Information"});
    cases.push_back({5, 1001, 4, "Warning"});
    // What stops the printer is critical even if the agent says warning.
    for (const int code : {501, 3, 5, 8, 903, 1101, 1102, 1109, 1110, 1112, 1114, 1123, 1126}) {
        cases.push_back({4, code, 4, "Critical"});
        cases.push_back({5, code, 4, "Critical"});
    }
    cases.push_back({3, 807, 4, "Critical"});
    cases.push_back({4, 807, 4, "Warning"});
    cases.push_back({5, 1104, 4, "Warning"});
    cases.push_back({4, 808, 4, "Warning"});
    cases.push_back({1, 1, 4, "Other"});
    cases.push_back({1, 8, 4, "Other"});
    cases.push_back({9, 807, 4, "Other"});
    for (const Case& test : cases) {
        const Evaluation out = statusOf({{test.severity, 5, 1, -2, test.code}}, test.printerStatus);
        ASSERT_EQ(out.alerts.size(), 1U) << test.code;
        EXPECT_EQ(out.alerts[0].severity, test.expected) << test.severity << " " << test.code;
    }
}

TEST(Alerts, EmptyTrayIsCriticalIfItIsTheOnlyOne) {
    Recording r;
    const Oid entry = oid("1.3.6.1.2.1.43.18.1.1");
    r.set(entry.child({2, 1, 1}), SnmpValue::integer(4));
    r.set(entry.child({4, 1, 1}), SnmpValue::integer(8));
    r.set(entry.child({7, 1, 1}), SnmpValue::integer(808));
    r.set(oid("1.3.6.1.2.1.43.8.2.1.10.1.1"), SnmpValue::integer(0));
    EXPECT_EQ(poll(r, sourceMaps()).group(Group::Status).alerts.at(0).severity, "Critical");
    r.set(oid("1.3.6.1.2.1.43.8.2.1.10.1.2"), SnmpValue::integer(250));
    EXPECT_EQ(poll(r, sourceMaps()).group(Group::Status).alerts.at(0).severity, "Warning");
}

TEST(Alerts, RowsWithoutSeverityGroupOrCodeAreIgnored) {
    EXPECT_TRUE(statusOf({{0, 0, 0, 10001, 0}}).alerts.empty());
    EXPECT_TRUE(statusOf({{0, 5, 1, -2, 501}}).alerts.empty());
    EXPECT_TRUE(statusOf({{4, 0, 1, -2, 501}}).alerts.empty());
    EXPECT_TRUE(statusOf({{4, 5, 1, -2, 0}}).alerts.empty());
    EXPECT_TRUE(statusOf({}).alertsComplete) << "an empty table says that all alerts are over";
}

TEST(Alerts, EqualKeysGetNumbers) {
    const Evaluation out =
        statusOf({{1, 10, 1, 0, 1}, {1, 10, 1, 1, 1}, {1, 10, 1, 0, 1}, {1, 10, 1, 0, 1}});
    ASSERT_EQ(out.alerts.size(), 4U);
    EXPECT_EQ(out.alerts[0].key, "10:1:1:0");
    EXPECT_EQ(out.alerts[1].key, "10:1:1:1");
    EXPECT_EQ(out.alerts[2].key, "10:1:1:0#2");
    EXPECT_EQ(out.alerts[3].key, "10:1:1:0#3");
}

TEST(Alerts, KeysThatBeginAlikeAreDifferent) {
    const Evaluation out = statusOf({{4, 8, 1, 10, 807}, {4, 8, 1, 1, 807}});
    ASSERT_EQ(out.alerts.size(), 2U);
    EXPECT_EQ(out.alerts[0].key, "8:1:807:10");
    EXPECT_EQ(out.alerts[1].key, "8:1:807:1");
}

TEST(Alerts, TheTableSilencesTheErrorBits) {
    const Evaluation both = statusOf({{4, 11, 1, -2, 1104}}, 3, "\x20");
    ASSERT_EQ(both.alerts.size(), 1U);
    EXPECT_EQ(both.alerts[0].origin, "SNMPTable");
    const Evaluation bitsOnly = statusOf({}, 3, "\xA0");
    ASSERT_EQ(bitsOnly.alerts.size(), 2U);
    EXPECT_EQ(bitsOnly.alerts[0].origin, "DetectedErrorState");
    EXPECT_EQ(bitsOnly.alerts[0].key, "8:-1:807:-2");
    EXPECT_EQ(bitsOnly.alerts[1].codeName, "markerTonerAlmostEmpty");
    EXPECT_EQ(reading(bitsOnly, "MFP.{i}.Status.ActiveWarnings"), "2");
}

TEST(Alerts, CodesHaveTheirIanaNames) {
    struct Case {
        int code;
        const char* name;
    };
    const Case cases[] = {
        {1, "other"},
        {38, "subunitThermistorFailure"},
        {501, "doorOpen"},
        {813, "inputCannotFeedSizeSelected"},
        {1115, "markerTonerCartridgeMissing"},
        {1304, "mediaPathCannotDuplexMediaSelected"},
        {1509, "interpreterComplexPageEncountered"},
        {1801, "alertRemovalOfBinaryChangeEntry"},
        {30208, "staplerJam"},
        {30815, "puncherFull"},
        {31838, "inserterThermistorFailure"},
        {4711, "4711"},
        {2147483647, "2147483647"},
    };
    for (const Case& test : cases) {
        const Evaluation out = statusOf({{4, 5, 1, -2, test.code}});
        ASSERT_EQ(out.alerts.size(), 1U);
        EXPECT_EQ(out.alerts[0].codeName, test.name);
    }
}

TEST(Alerts, GenericCodesTakeTheirReasonFromTheGroup) {
    struct Case {
        int group, code;
        const char* reason;
    };
    const Case cases[] = {
        {8, 13, "media-empty-warning"},        {8, 12, "media-low-warning"},
        {9, 15, "output-area-full-warning"},   {11, 12, "marker-supply-low-warning"},
        {11, 15, "marker-waste-full-warning"}, {6, 3, "cover-open-error"},
        {5, 501, "door-open-error"},           {13, 8, "media-jam-error"},
        {5, 22, "subunit-offline-warning"},    {5, 4711, "other-warning"},
    };
    for (const Case& test : cases) {
        const Evaluation out = statusOf({{4, test.group, 1, -2, test.code}});
        ASSERT_EQ(out.alerts.size(), 1U);
        EXPECT_EQ(out.alerts[0].stateReason, test.reason) << test.group << " " << test.code;
    }
}

TEST(Alerts, UnknownGroupsAndTrainingsDoNotFail) {
    const Evaluation out = statusOf({{4, 77, -1, -2, 807}});
    ASSERT_EQ(out.alerts.size(), 1U);
    EXPECT_EQ(out.alerts[0].group, "Other");
    EXPECT_EQ(out.alerts[0].key, "77:-1:807:-2");
    EXPECT_FALSE(out.alerts[0].referenceTable);
}

TEST(Alerts, TrayStateFollowsTheAlertOfItsTray) {
    Recording r;
    const Oid entry = oid("1.3.6.1.2.1.43.18.1.1");
    r.set(entry.child({2, 1, 1}), SnmpValue::integer(4));
    r.set(entry.child({4, 1, 1}), SnmpValue::integer(8));
    r.set(entry.child({5, 1, 1}), SnmpValue::integer(2));
    r.set(entry.child({7, 1, 1}), SnmpValue::integer(801));
    r.set(oid("1.3.6.1.2.1.43.8.2.1.10.1.1"), SnmpValue::integer(250));
    r.set(oid("1.3.6.1.2.1.43.8.2.1.10.1.2"), SnmpValue::integer(250));
    r.set(oid("1.3.6.1.2.1.43.8.2.1.10.1.3"), SnmpValue::integer(0));
    Polled polled = poll(r, sourceMaps());
    // Alerts were read by the status group; the next supplies poll knows them.
    const auto answers = r.answer(polled.map->plan(Group::Supplies, polled.device));
    polled.groups[1].second =
        polled.map->evaluate(Group::Supplies, answers, polled.device, kNow, false);
    EXPECT_EQ(polled.text("MFP.{i}.InputTray.{i}.State", 1), "OK");
    EXPECT_EQ(polled.text("MFP.{i}.InputTray.{i}.State", 2), "Missing");
    EXPECT_EQ(polled.text("MFP.{i}.InputTray.{i}.State", 3), "Empty");
}

}  // namespace
}  // namespace platen::mibmap::testing
