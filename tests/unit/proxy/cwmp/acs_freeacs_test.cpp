// SPDX-License-Identifier: Apache-2.0
// What FreeACS does, read in its sources (docs/interop.md), against a scripted ACS.
#include "transfer_fixture.hpp"

namespace platen::cwmp {
namespace {

using Codes = std::vector<std::string>;
using Events = std::vector<std::pair<std::string, std::string>>;
using namespace std::chrono_literals;
using test::FakeHttpClient;

constexpr const char* kInterval = "Device.ManagementServer.PeriodicInformInterval";

class FreeAcs : public test::TransferTest {};

// Each event overwrites what it made of the ones before: the last one wins. C-EVT-37
TEST_F(FreeAcs, TheLastEventOfAFirstContactIsTheBoot) {
    const auto codes = world.acs.confirmed.front().codes();
    EXPECT_EQ(codes, (Codes{"0 BOOTSTRAP", "1 BOOT"}));
    EXPECT_EQ(codes.back(), "1 BOOT");
}

// Of a transfer it needs the key, which is the file's version and stands at the last event.
// C-EVT-37
TEST_F(FreeAcs, TheLastEventOfATransferHasTheKey) {
    run(test::asDownload({{"CommandKey", "4.2"}}));
    finish();
    ASSERT_FALSE(world.last().events.empty());
    EXPECT_EQ(world.last().events.back(),
              (std::pair<std::string, std::string>{"M Download", "4.2"}));
}

// It ends each session in which PeriodicInformInterval is missing, and writes it in nearly each: 31
// while a job runs. C-TIM-01
TEST_F(FreeAcs, PeriodicInformIntervalTakesItsValues) {
    EXPECT_EQ(run(test::gpv({kInterval})).names(), (std::vector<std::string>{kInterval}));
    for (const auto* value : {"82079", "31"}) {
        EXPECT_EQ(run(test::spv({{kInterval, "xsd:unsignedInt", value}}, "k")).status, "0");
        EXPECT_EQ(run(test::gpv({kInterval})).value(kInterval), value);
    }
    world.acs.informs.clear();
    world.loop.advance(31s * 4);
    ASSERT_GE(world.acs.informs.size(), 3U);
    EXPECT_EQ(world.last().codes(), (Codes{"2 PERIODIC"}));
}

// An object without rows beside all parameters of the unit; a fault would end the session.
// C-GPV-03
TEST_F(FreeAcs, AnEmptyVendorConfigFileIsAnEmptyList) {
    const std::string version = "Device.DeviceInfo.SoftwareVersion";
    const auto both = run(test::gpv({version, kInterval, "Device.DeviceInfo.VendorConfigFile."}));
    EXPECT_EQ(both.names(), (std::vector<std::string>{version, kInterval}));
    const auto alone = run(test::gpv({"Device.DeviceInfo.VendorConfigFile."}));
    EXPECT_EQ(alone.method, "GetParameterValuesResponse");
    EXPECT_TRUE(alone.values.empty());
}

// Mode READALL.
TEST_F(FreeAcs, TheBareRootReadsEverything) {
    const auto reply = run(test::gpv({"Device."}));
    EXPECT_EQ(reply.method, "GetParameterValuesResponse");
    EXPECT_EQ(reply.value(kMfp + std::string("Status")), "Up");
    EXPECT_NE(reply.value(kInterval), "");
}

// It checks a job by the key in the next Inform. C-KEY-01
TEST_F(FreeAcs, TheParameterKeyIsInTheNextInform) {
    const std::string key = "0123456789abcdef0123456789abcdef";
    run(test::spv({{"Device.DeviceInfo.ProvisioningCode", "xsd:string", "job"}}, key));
    world.manager->restarted(*device);
    world.settle();
    EXPECT_EQ(world.last().parameters.at("Device.ManagementServer.ParameterKey"), key);
}

// Older versions answer TransferComplete under another name (freeacs issue 289). C-EVT-35
TEST_F(FreeAcs, AnotherResponseNameAnswersTheReport) {
    world.acs.onPost = [](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.find("<cwmp:TransferComplete>") != std::string::npos) {
            return FakeHttpClient::reply(
                200, test::acsRequest("<c:AutonomousTransferCompleteResponse/>"));
        }
        return std::nullopt;
    };
    run(test::asDownload({}));
    finish();
    world.loop.advance(1h);
    EXPECT_EQ(world.acs.reports.size(), 1U);
    EXPECT_TRUE(world.store.load()->transfers.empty());
}

// It does not escape the values that it sets.
TEST_F(FreeAcs, AnInvalidEnvelopeFailsTheSessionAndChangesNothing) {
    const auto name = mfp("Location");
    run(test::spv({{name, "xsd:string", "Caf\xC3\xA9 & Bar"}}, "bad"));
    EXPECT_TRUE(world.acs.replies.empty());
    EXPECT_EQ(run(test::gpv({name})).value(name), "Room 1");
    EXPECT_EQ(run(test::spv({{name, "xsd:string", "Bar"}}, "good")).status, "0");
}

// An exception inside it is a 204, also for the Inform: no end of the session.
TEST_F(FreeAcs, A204ToTheInformIsAFailureThatIsRetried) {
    std::size_t times = 2;
    world.acs.onInform = [&](const test::SeenInform&) -> std::optional<Result<net::HttpReply>> {
        return times-- > 0 ? std::optional<Result<net::HttpReply>>(FakeHttpClient::reply(204, ""))
                           : std::nullopt;
    };
    world.manager->restarted(*device);
    world.loop.advance(2min);
    EXPECT_EQ(world.last().retryCount, 2U);
    EXPECT_TRUE(world.acs.confirmed.back().has("1 BOOT"));
}

}  // namespace
}  // namespace platen::cwmp
