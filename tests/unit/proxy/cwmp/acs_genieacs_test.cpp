// SPDX-License-Identifier: Apache-2.0
// What GenieACS 1.2 was seen to do (docs/interop.md), against a scripted ACS.
#include "transfer_fixture.hpp"

namespace platen::cwmp {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;
using namespace std::chrono_literals;
using test::FakeHttpClient;

constexpr const char* kFilter =
    "Device.ManagementServer.AutonomousTransferCompletePolicy.FileTypeFilter";

class GenieAcs : public test::TransferTest {
  protected:
    std::string readBack(const std::string& name) { return run(test::gpv({name})).value(name); }
};

// The first session after its default presets. C-GPN-02
TEST_F(GenieAcs, ItsDefaultPresetsAreServedInOneSession) {
    const std::string server = "Device.ManagementServer.";
    const std::vector<std::string> names{
        server + "ConnectionRequestUsername", server + "ConnectionRequestPassword",
        server + "PeriodicInformEnable", server + "PeriodicInformInterval",
        server + "PeriodicInformTime"};
    const auto replies = run({test::gpn("", true), test::gpn(server, true), test::gpv(names),
                              test::spv({{names[0], "xsd:string", "00AB12-MFP%2D1-X1"},
                                         {names[1], "xsd:string", "4hdrjvr3kn"},
                                         {names[3], "xsd:unsignedInt", "300"},
                                         {names[4], "xsd:dateTime", "1970-01-01T10:26:52.654Z"}},
                                        "")});
    ASSERT_EQ(replies.size(), 4U);
    EXPECT_EQ(replies[0].names(), (std::vector<std::string>{"Device."}));
    EXPECT_GE(replies[1].names().size(), names.size());
    EXPECT_EQ(replies[2].names(), names);
    EXPECT_EQ(replies[2].value(names[1]), "") << "a password reads as empty";
    EXPECT_EQ(replies[3].status, "0");
}

// It takes a value that reads back otherwise as not set, and sets it, or makes a second row for it,
// in every session until its limits end the session.
TEST_F(GenieAcs, WhatItSetReadsBackAsItWasSet) {
    device->put(kFilter, "");
    const std::vector<test::Setting> settings{
        {"Device.DeviceInfo.ProvisioningCode", "xsd:string", "a,b c-'%20' \xC3\xBC"},
        {"Device.ManagementServer.PeriodicInformTime", "xsd:dateTime", "0001-01-01T00:00:00Z"},
        {kFilter, "xsd:string", "1 Firmware Upgrade Image, 3 Vendor Configuration File"},
        {"Device.ManagementServer.PeriodicInformEnable", "xsd:boolean", "true"},
        {"Device.ManagementServer.PeriodicInformInterval", "xsd:unsignedInt", "31"}};
    for (const auto& setting : settings) {
        EXPECT_EQ(run(test::spv({setting}, "")).status, "0") << setting.value;
        EXPECT_EQ(readBack(setting.name), setting.value);
    }
}

// C-DT-06: it sets the time again and again unless its milliseconds read back.
TEST_F(GenieAcs, PeriodicInformTimeKeepsItsMilliseconds) {
    const std::string name = "Device.ManagementServer.PeriodicInformTime";
    EXPECT_EQ(run(test::spv({{name, "xsd:dateTime", "1970-01-01T04:25:25.635Z"}}, "")).status, "0");
    EXPECT_EQ(readBack(name), "1970-01-01T04:25:25.635Z");
}

// The same after a restart of the gateway: what is stored is what was set.
TEST_F(GenieAcs, WhatItSetReadsBackAfterARestart) {
    device->put(kFilter, "");
    run(test::spv({{kFilter, "xsd:string", "1 Firmware Upgrade Image, X%20Y"}}, ""));
    world.restart();
    device = world.devices.at(DeviceId(1)).get();
    world.settle();
    EXPECT_EQ(readBack(kFilter), "1 Firmware Upgrade Image, X%20Y");
}

// After a broken session it refuses the device for 30 s, longer than the first retries wait.
// C-RTY-01, C-EVT-32
TEST_F(GenieAcs, ALockedDeviceTriesUntilTheLockIsGone) {
    std::optional<SteadyTime> locked;
    world.acs.onPost = [&](const std::string&) -> std::optional<Result<net::HttpReply>> {
        if (!locked) {
            locked = world.clock.steadyNow();
            return fail(ErrorCode::Refused, "connection closed");
        }
        return std::nullopt;
    };
    std::size_t refused = 0;
    world.acs.onInform = [&](const test::SeenInform&) -> std::optional<Result<net::HttpReply>> {
        if (locked && world.clock.steadyNow() - *locked < 30s) {
            ++refused;
            return FakeHttpClient::reply(400, "CPE already in session");
        }
        return std::nullopt;
    };
    world.manager->restarted(*device);
    world.settle();
    ASSERT_TRUE(locked);
    device->change("Device.DeviceInfo.SoftwareVersion", "2.0");
    world.loop.advance(5min);
    EXPECT_GE(refused, 1U);
    EXPECT_EQ(world.acs.count("4 VALUE CHANGE"), 1U);
    EXPECT_EQ(world.acs.count("1 BOOT"), 2U) << "that of the first contact and this one";
    EXPECT_EQ(world.last().parameters.at("Device.DeviceInfo.SoftwareVersion"), "2.0");
}

// C-CMD-01
TEST_F(GenieAcs, ItsRebootHasAnEmptyKeyAndItsEventAsWell) {
    EXPECT_EQ(run(test::rebootRequest("")).method, "RebootResponse");
    ASSERT_EQ(device->reboots.size(), 1U);
    device->reboots.front()({});
    world.settle();
    EXPECT_EQ(world.last().events, (Events{{"1 BOOT", ""}, {"M Reboot", ""}}));
}

// It compares the key undecoded, so only what XML asks for may be escaped. C-XFER-28, C-KEY-04
TEST_F(GenieAcs, TheCommandKeyComesBackByteForByte) {
    for (const auto* key : {"1a20171168d0000", "it's so", "a &amp; b"}) {
        run(test::asUpload({{"CommandKey", key}}));
        world.acs.reports.clear();
        finish();
        ASSERT_EQ(world.acs.reports.size(), 1U);
        EXPECT_EQ(test::textIn(world.acs.reports[0], "CommandKey"), key);
    }
}

// C-DT-02: both spellings.
TEST_F(GenieAcs, FlagsAreDigitsOrWords) {
    for (const auto* flag : {"1", "true"}) {
        const auto reply = run("<c:GetParameterNames><ParameterPath></ParameterPath><NextLevel>" +
                               std::string(flag) + "</NextLevel></c:GetParameterNames>");
        EXPECT_EQ(reply.names(), (std::vector<std::string>{"Device."})) << flag;
    }
    for (const auto* flag : {"0", "false"}) {
        const auto reply = run("<c:GetParameterNames><ParameterPath></ParameterPath><NextLevel>" +
                               std::string(flag) + "</NextLevel></c:GetParameterNames>");
        EXPECT_GT(reply.names().size(), 20U) << flag;
    }
}

}  // namespace
}  // namespace platen::cwmp
