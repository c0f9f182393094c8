// SPDX-License-Identifier: Apache-2.0
// What OpenACS and Oktopus do, read in their sources (docs/interop.md), against a scripted ACS.
#include "transfer_fixture.hpp"

namespace platen::cwmp {
namespace {

using namespace std::chrono_literals;
using test::FakeHttpClient;

constexpr const char* kHardware = "Device.DeviceInfo.HardwareVersion";

class OpenAcs : public test::TransferTest {};
class Oktopus : public test::TransferTest {};

// Without it OpenACS ends the session without a word. C-INF-08
TEST_F(OpenAcs, EachInformHasTheHardwareVersion) {
    world.manager->restarted(*device);
    world.settle();
    device->change("Device.DeviceInfo.SoftwareVersion", "2.0");
    world.loop.advance(1min);
    run(test::asUpload({}));
    finish();
    world.loop.advance(25h);
    EXPECT_EQ(world.acs.count("2 PERIODIC"), 1U);
    ASSERT_GE(world.acs.informs.size(), 6U);
    for (const auto& inform : world.acs.informs) {
        ASSERT_TRUE(inform.parameters.contains(kHardware));
        EXPECT_EQ(inform.parameters.at(kHardware), "H1");
        EXPECT_TRUE(inform.order.front().starts_with("Device.")) << "it finds the root there";
    }
}

// It cuts off the literal prefix, and default namespaces hide the children from it. FreeACS reads
// the version only from that prefix. C-SOAP-01, C-SOAP-03
TEST_F(OpenAcs, PrefixesAreTheUsualOnes) {
    run({test::gpv({"Device."}), test::gpn("", false), test::gpa({"Device."}), "<c:Unknown/>"});
    ASSERT_GE(world.acs.posts.size(), 5U);
    for (const auto& post : world.acs.posts) {
        if (post.empty()) {
            continue;
        }
        EXPECT_NE(post.find(" xmlns:cwmp=\"urn:dslforum-org:cwmp-1-"), std::string::npos);
        EXPECT_NE(post.find("<cwmp:"), std::string::npos);
        EXPECT_EQ(post.find(" xmlns=\""), std::string::npos);
        EXPECT_EQ(post.find("<![CDATA["), std::string::npos);
        EXPECT_EQ(post.find("<!DOCTYPE"), std::string::npos);
        for (auto at = post.find("xsi:type=\""); at != std::string::npos;
             at = post.find("xsi:type=\"", at + 1)) {
            const bool base64 = post.compare(at + 10, 16, "soap-enc:base64\"") == 0;  // C-DT-01
            EXPECT_TRUE(base64 || post.compare(at + 10, 4, "xsd:") == 0) << post.substr(at, 40);
        }
    }
}

// The charset stands in the Content-Type (tests/unit/proxy/net/http); the bytes must be it.
// C-HTTP-04
TEST_F(OpenAcs, TextIsReallyUtf8) {
    device->change("MFP.1.Location", "B\xC3\xBCro");
    const auto reply = run(test::gpv({mfp("Location")}));
    EXPECT_EQ(reply.value(mfp("Location")), "B\xC3\xBCro");
    EXPECT_EQ(lastPost().find("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"), 0U);
    EXPECT_NE(lastPost().find("B\xC3\xBCro"), std::string::npos);
}

// An unknown device: 200 and no body.
TEST_F(OpenAcs, AnEmpty200ToTheInformIsAFailureThatIsRetried) {
    world.acs.onInform = [](const test::SeenInform& inform) {
        return inform.retryCount < 2
                   ? std::optional<Result<net::HttpReply>>(FakeHttpClient::reply(200, ""))
                   : std::nullopt;
    };
    world.manager->restarted(*device);
    world.loop.advance(2min);
    EXPECT_EQ(world.last().retryCount, 2U);
    EXPECT_TRUE(world.acs.confirmed.back().has("1 BOOT"));
}

// Wrong credentials are a 403 there. C-RTY-01
TEST_F(OpenAcs, A403IsAFailureThatIsRetried) {
    world.acs.onInform = [](const test::SeenInform& inform) {
        return inform.retryCount == 0
                   ? std::optional<Result<net::HttpReply>>(FakeHttpClient::reply(403, ""))
                   : std::nullopt;
    };
    world.manager->restarted(*device);
    world.loop.advance(1min);
    EXPECT_TRUE(world.acs.confirmed.back().has("1 BOOT"));
    EXPECT_EQ(world.last().retryCount, 1U);
}

// A script may need 5 s before each request. C-HTTP-18
TEST_F(OpenAcs, ItsScriptsMayTakeTheirTime) {
    world.http.setLatency(5s);
    world.acs.ask("X1", test::gpv({kHardware}));
    world.acs.ask("X1", test::gpn("Device.", true));
    world.acs.replies.clear();
    world.manager->restarted(*device);
    world.loop.advance(30s);
    EXPECT_EQ(world.acs.replies.size(), 2U);
    EXPECT_EQ(world.manager->activeSessions(), 0U);
    EXPECT_EQ(world.last().retryCount, 0U);
}

// Its header, its ids and its keys. C-SOAP-06, C-VER-10
TEST_F(OpenAcs, ItsHeadersAndIdsAreTaken) {
    const auto methods = test::acsEnvelope(
        "<c:ID s:mustUnderstand=\"1\">ignorereply</c:ID>"
        "<c:NoMoreRequests>0</c:NoMoreRequests>",
        "<c:GetRPCMethods/>", "urn:dslforum-org:cwmp-1-0");
    const auto reboot = test::acsEnvelope(
        "<c:ID s:mustUnderstand=\"1\">2</c:ID><c:NoMoreRequests>1</c:NoMoreRequests>",
        test::rebootRequest("forced_reboot"), "urn:dslforum-org:cwmp-1-0");
    std::size_t asked = 0;
    world.acs.onPost = [&](const std::string&) -> std::optional<Result<net::HttpReply>> {
        ++asked;
        if (asked > 2) {
            return FakeHttpClient::reply(204, "");
        }
        return FakeHttpClient::reply(200, asked == 1 ? methods : reboot);
    };
    world.acs.replies.clear();
    world.manager->restarted(*device);
    world.settle();
    ASSERT_EQ(world.acs.replies.size(), 2U);
    EXPECT_EQ(world.acs.replies[0].id, "ignorereply");
    EXPECT_EQ(world.acs.replies[1].method, "RebootResponse");
    ASSERT_EQ(device->reboots.size(), 1U);
    world.acs.onPost = {};
    device->reboots.front()({});
    world.settle();
    EXPECT_EQ(world.last().events.back().second, "forced_reboot");
}

// It answers TransferComplete with 200 and no body: the report comes again, with pauses, and what
// the ACS wants is done all the same. C-EVT-35
TEST_F(Oktopus, AReportWithoutAnAnswerIsRepeatedWithPauses) {
    world.acs.onPost = [](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.find("<cwmp:TransferComplete>") != std::string::npos) {
            return FakeHttpClient::reply(200, "");
        }
        return std::nullopt;
    };
    run(test::asUpload({}));
    finish();
    EXPECT_EQ(world.acs.reports.size(), 1U);
    world.loop.advance(1h);
    EXPECT_LE(world.acs.reports.size(), 15U);
    const auto reply = run(test::gpv({kHardware}));
    EXPECT_EQ(reply.value(kHardware), "H1");
}

}  // namespace
}  // namespace platen::cwmp
