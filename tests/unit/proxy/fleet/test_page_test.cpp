// SPDX-License-Identifier: Apache-2.0
// Diagnostics.TestPage of a printer: what is printed, when, and how its end is seen.
#include "proxy/fleet/test_page.hpp"

#include "tests/unit/proxy/fleet/diagnostics_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace platen::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kPage = "MFP.1.Diagnostics.TestPage.";
constexpr const char* kLifeCount = "1.3.6.1.2.1.43.10.2.1.4.1.1";

TEST(PageLanguageTest, IsTheBestThatThePrinterNames) {
    const auto of = [](std::vector<std::string> families) { return pageLanguage(families); };
    EXPECT_EQ(of({"PCL", "PCLXL", "PS", "PJL"}), PageLanguage::PostScript);
    EXPECT_EQ(of({"PS3"}), PageLanguage::PostScript);
    EXPECT_EQ(of({"SimpleText", "PCL5e"}), PageLanguage::Pcl);
    EXPECT_EQ(of({"SimpleText"}), PageLanguage::Text);
    EXPECT_EQ(of({"PCLXL", "PDF", "PJL", ""}), std::nullopt);
    EXPECT_EQ(of({}), std::nullopt);
}

TEST(TestPageTest, SaysWhoAndWhen) {
    const PageFacts facts{"LaserPoint (410) \\", "SN\x1b%-12345X\n1", "2031-02-03T04:05:06Z",
                          "Platen " + std::string(200, 'g')};
    const auto ps = testPage(PageLanguage::PostScript, facts);
    EXPECT_TRUE(ps.starts_with("%!PS"));
    EXPECT_THAT(ps, HasSubstr("(Printer: LaserPoint \\(410\\) \\\\) show"));
    EXPECT_THAT(ps, HasSubstr("Serial number: SN?%-12345X?1"));
    EXPECT_THAT(ps, HasSubstr("showpage"));
    EXPECT_THAT(ps, Not(HasSubstr("\x1b")));
    const auto pcl = testPage(PageLanguage::Pcl, facts);
    EXPECT_TRUE(
        pcl.starts_with("\x1b"
                        "E"));
    EXPECT_TRUE(
        pcl.ends_with("\f\x1b"
                      "E"));
    EXPECT_THAT(pcl, HasSubstr("Date: 2031-02-03T04:05:06Z\r\n"));
    EXPECT_THAT(pcl, Not(HasSubstr("\x1b%")));
    const auto text = testPage(PageLanguage::Text, facts);
    EXPECT_THAT(text, HasSubstr("Printer: LaserPoint (410) \\\r\n"));
    EXPECT_TRUE(text.ends_with("\f"));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\f'), 1);
    EXPECT_THAT(text, Not(HasSubstr(std::string(80, 'g'))));
}

class TestPageDiagnosticTest : public DiagnosticsFixture {
  protected:
    struct Sent {
        net::Endpoint printer;
        std::string octets;
        UniqueFunction<void(PageSent)> done;
    };

    TestPageDiagnosticTest() {
        settings.writes.snmp = true;
        addPrinter("192.0.2.3", "acme-laserpoint-410");
        context->sendPage = [this](const net::Endpoint& printer, std::string octets, auto done) {
            sent.push_back({printer, std::move(octets), std::move(done)});
        };
        restartFleet();
    }
    ~TestPageDiagnosticTest() override { fleet.reset(); }
    TestPageDiagnosticTest(const TestPageDiagnosticTest&) = delete;
    TestPageDiagnosticTest& operator=(const TestPageDiagnosticTest&) = delete;

    void request() {
        EXPECT_TRUE(write(only(), kPage + "DiagnosticsState", "Requested").empty());
        only().sessionEnded();
        loop.advance(Millis{1});
    }
    void end(PageSent how) {
        auto done = std::move(sent.back().done);
        loop.post([done = std::move(done), how]() mutable { done(how); });
        loop.runUntilIdle();
    }
    void print(std::int64_t pages) {
        SnmpValue value;
        value.type = SnmpType::Counter32;
        value.number = 84'213 + pages;
        put(*agents.front(), kLifeCount, value);
    }
    std::string state() { return get(only(), kPage + "DiagnosticsState"); }
    bool writable(const std::string& name) {
        return only().writable(codec.parseInternal(name).value().paramRef());
    }

    std::vector<Sent> sent;
};

// C-DM-10
TEST_F(TestPageDiagnosticTest, APageIsSentAfterTheSessionAndItsCountIsSeen) {
    EXPECT_EQ(state(), "None");
    EXPECT_EQ(get(only(), kPage + "PageType"), "TestPattern");
    EXPECT_EQ(get(only(), kPage + "CountDelta"), "(absent)");
    EXPECT_TRUE(write(only(), kPage + "DiagnosticsState", "Requested").empty());
    EXPECT_TRUE(sent.empty());
    only().sessionEnded();
    loop.runUntilIdle();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].printer.toString(), "192.0.2.3:9100");
    EXPECT_TRUE(sent[0].octets.starts_with("%!PS")) << "the printer has PCL, too";
    EXPECT_THAT(sent[0].octets, HasSubstr(get(only(), "Device.DeviceInfo.ModelName")));
    EXPECT_THAT(sent[0].octets, HasSubstr(get(only(), "Device.DeviceInfo.SerialNumber")));
    EXPECT_THAT(sent[0].octets, HasSubstr("Platen GW1"));
    end(PageSent::Whole);
    loop.advance(std::chrono::seconds{12});
    EXPECT_EQ(state(), "Requested") << "taken, but not printed yet";
    EXPECT_TRUE(completions_.devices.empty());
    print(1);
    loop.advance(std::chrono::seconds{12});
    EXPECT_EQ(state(), "Complete");
    EXPECT_EQ(get(only(), kPage + "CountDelta"), "1");
    EXPECT_THAT(completions_.devices, ElementsAre(only().id()));
    EXPECT_EQ(sent.size(), 1U);
}

TEST_F(TestPageDiagnosticTest, APageThatIsNotPrintedIsNoSuccess) {
    request();
    end(PageSent::Whole);
    loop.advance(std::chrono::minutes{4});
    EXPECT_EQ(state(), "Error_PrinterNotReady");
    EXPECT_EQ(get(only(), kPage + "CountDelta"), "0");
    EXPECT_EQ(completions_.devices.size(), 1U);
}

TEST_F(TestPageDiagnosticTest, TheEndOfTheConnectionTellsTheRest) {
    request();
    end(PageSent::NotReached);
    EXPECT_EQ(state(), "Error_Unreachable");
    request();
    end(PageSent::BrokenOff);
    EXPECT_EQ(state(), "Error_PrinterNotReady");
    EXPECT_EQ(completions_.devices.size(), 2U);
}

TEST_F(TestPageDiagnosticTest, ATestThatIsTakenBackIsNotReported) {
    request();
    EXPECT_TRUE(write(only(), kPage + "DiagnosticsState", "Canceled").empty());
    end(PageSent::Whole);
    print(1);
    loop.advance(std::chrono::minutes{4});
    EXPECT_EQ(state(), "None");
    EXPECT_TRUE(completions_.devices.empty());
    EXPECT_EQ(get(only(), kPage + "CountDelta"), "(absent)");
}

// It uses paper: as any write to the printer. C-SPV
TEST_F(TestPageDiagnosticTest, NeedsThatWritesAreAllowed) {
    EXPECT_TRUE(writable(kPage + "DiagnosticsState"));
    EXPECT_THAT(get(only(), "MFP.1.Capabilities.WritableList"),
                HasSubstr("Diagnostics.TestPage.DiagnosticsState"));
    EXPECT_TRUE(write(only(), kPage + "DiagnosticsState", "Requested").empty());
    EXPECT_TRUE(write(only(), "MFP.1.Connection.AllowDeviceWrites", "0").empty());
    EXPECT_FALSE(writable(kPage + "DiagnosticsState"));
    EXPECT_THAT(get(only(), "MFP.1.Capabilities.WritableList"),
                Not(HasSubstr("Diagnostics.TestPage.DiagnosticsState")));
    only().sessionEnded();
    loop.advance(Millis{1});
    EXPECT_EQ(state(), "Error_NotSupported") << "asked for before it was forbidden";
    EXPECT_TRUE(sent.empty());
    write(only(), "MFP.1.Connection.AllowDeviceWrites", "1");
    settings.writes.snmp = false;
    EXPECT_FALSE(writable(kPage + "DiagnosticsState"));
}

TEST_F(TestPageDiagnosticTest, OtherPagesAreRefused) {
    const auto faults = write(only(), kPage + "PageType", "CleaningPage");
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::InvalidValue);
}

TEST_F(TestPageDiagnosticTest, APrinterWithoutALanguageOfOursGetsNothing) {
    auto varbinds = agents.front()->varbinds();
    const auto table = Oid::parse("1.3.6.1.2.1.43.15.1.1.2").value();
    for (auto& varbind : varbinds) {
        if (varbind.oid.toString().starts_with(table.toString() + ".")) {
            varbind.value.number = 5;  // PJL
        }
    }
    agents.front()->setVarbinds(std::move(varbinds));
    only().refresh({mibmap::Group::Configuration}, [](const std::optional<Error>&) {});
    settle();
    ASSERT_EQ(get(only(), "MFP.1.Interpreter.1.LanguageFamily"), "PJL");
    request();
    EXPECT_EQ(state(), "Error_NotSupported");
    EXPECT_TRUE(sent.empty());
}

}  // namespace
}  // namespace platen::fleet
