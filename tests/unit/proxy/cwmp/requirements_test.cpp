// SPDX-License-Identifier: Apache-2.0
// Requirements that no other file of this folder is about.
#include "base/log.hpp"
#include "transfer_fixture.hpp"

#include <algorithm>

namespace platen::cwmp {
namespace {

using namespace std::chrono_literals;
using test::asDownload;
using test::asSchedule;
using test::asUpload;
using test::textIn;
using test::window;

class RequirementTest : public test::TransferTest {
  protected:
    static constexpr const char* kServer = "Device.ManagementServer.";

    /// Number of POSTs so far that are Informs.
    [[nodiscard]] std::size_t informCount() const { return world.acs.informs.size(); }
    void connectionRequest() {
        world.manager->connectionRequested(device->id(), [](ConnectionRequestVerdict) {});
    }
    [[nodiscard]] std::optional<ConnectionRequestTable::Entry> entryOf(const std::string& url) {
        return world.manager->connectionRequestTable().find(url.substr(url.rfind('/') + 1));
    }
};

// C-HTTP-18
TEST_F(RequirementTest, AnAcsHasAtLeastThirtySecondsToAnswer) {
    EXPECT_GE(ManagerOptions{}.httpTimeout, 30s);
    EXPECT_GE(net::HttpSessionOptions{}.timeout, 30s);
    std::vector<Millis> timeouts;
    world.http.onPost([&](const test::FakeHttpClient::Exchange& exchange) {
        timeouts.push_back(exchange.options.timeout);
        return test::FakeHttpClient::reply(503, "");
    });
    connectionRequest();
    world.settle();
    EXPECT_EQ(timeouts, std::vector<Millis>{ManagerOptions{}.httpTimeout});
}

// C-TLS-02: taken, and said aloud.
TEST(PlainHttp, IsMarkedAsInsecure) {
    std::string lines;
    log::setSink([](void* to, log::Level,
                    std::string_view line) { static_cast<std::string*>(to)->append(line); },
                 &lines);
    for (const bool secure : {true, false}) {
        test::World world;
        world.settings.url = secure ? "https://acs.example.net/" : "http://acs.example.net/";
        lines.clear();
        world.start();
        world.addPrinter("X1");
        world.settle();
        EXPECT_EQ(world.acs.confirmed.size(), 1U);
        EXPECT_EQ(lines.find("acs.insecure") == std::string::npos, secure) << lines;
    }
    log::setSink(nullptr, nullptr);
}

// C-SES-06: what ends after the empty POST waits for the next session. C-XFER-14: a running
// transfer holds no session up.
TEST_F(RequirementTest, AReportThatComesAfterTheEmptyPostWaitsForTheNextSession) {
    run(asUpload({}));
    ASSERT_EQ(world.fetcher.running(), 1U);
    world.acs.informs.clear();
    world.acs.posts.clear();
    bool ended = false;
    world.acs.onPost = [&](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.empty() && !ended) {
            ended = true;
            world.fetcher.finish();
            EXPECT_TRUE(world.acs.reports.empty());
            return test::FakeHttpClient::reply(200, test::acsRequest("<c:GetRPCMethods/>"));
        }
        if (body.find("GetRPCMethodsResponse") != std::string::npos) {
            EXPECT_EQ(informCount(), 1U) << "still the first session";
            EXPECT_TRUE(world.acs.reports.empty());
        }
        return std::nullopt;
    };
    connectionRequest();
    world.loop.advance(1min);
    EXPECT_TRUE(ended);
    ASSERT_EQ(world.acs.informs.size(), 2U);
    EXPECT_TRUE(world.last().has("7 TRANSFER COMPLETE"));
    ASSERT_EQ(world.acs.reports.size(), 1U);
    const auto& posts = world.acs.posts;
    const auto report = std::find(posts.begin(), posts.end(), world.acs.reports[0]);
    EXPECT_EQ(std::count_if(posts.begin(), report, test::isInform), 2);
}

// C-XFER-16: the name is shown, not used. C-XFER-17: nobody's browser is sent anywhere.
TEST_F(RequirementTest, NamesAndUrlsForOthersLeadADownloadNowhere) {
    run(asDownload({{"TargetFileName", "../../x"},
                    {"SuccessURL", "http://good.test/"},
                    {"FailureURL", "http://bad.test/"}}));
    ASSERT_EQ(world.fetcher.requests.size(), 1U);
    const auto& request = world.fetcher.requests[0];
    EXPECT_EQ(request.url, "http://files.test/platen.json");
    EXPECT_EQ(request.file.lexically_normal(), request.file);
    EXPECT_EQ(request.file.parent_path(), world.folder.path());
    EXPECT_EQ(request.file.filename().string().find('x'), std::string::npos) << request.file;
    finish();
    world.loop.advance(10min);
    EXPECT_EQ(world.fetcher.requests.size(), 1U);
    for (const auto& url : world.acs.urls) {
        EXPECT_EQ(url, "http://acs.example.net:7547/");
    }
}

// C-BS-03: what the ACS sets at BOOTSTRAP counts as soon as the session has ended.
TEST_F(RequirementTest, ConnectionRequestCredentialsCountRightAfterTheirSession) {
    auto& fresh = world.addPrinter("X2");
    world.acs.ask("X2", test::spv({{std::string(kServer) + "ConnectionRequestUsername", "", "acs"},
                                   {std::string(kServer) + "ConnectionRequestPassword", "", "pw"}},
                                  "key"));
    world.settle();
    ASSERT_TRUE(world.last().has("0 BOOTSTRAP"));
    const auto entry = entryOf(fresh.text(std::string(kServer) + "ConnectionRequestURL"));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->username, "acs");
    EXPECT_EQ(entry->password, "pw");
}

// C-CR-14: no URL and no path while it is off.
TEST_F(RequirementTest, HttpConnectionRequestsCanBeSwitchedOff) {
    const auto name = std::string(kServer) + "ConnectionRequestURL";
    const auto url = device->text(name);
    ASSERT_TRUE(entryOf(url));
    const auto enable = [&](const char* value) {
        return run(
            test::spv({{std::string(kServer) + "HTTPConnectionRequestEnable", "", value}}, ""));
    };
    EXPECT_EQ(enable("false").status, "0");
    EXPECT_EQ(device->text(name), "");
    EXPECT_FALSE(entryOf(url));
    EXPECT_EQ(enable("true").status, "0");
    EXPECT_EQ(device->text(name), url);
    EXPECT_TRUE(entryOf(url));
}

// C-SPV-06: the device gets all values in one write, and either order means the same.
TEST_F(RequirementTest, TheOrderOfValuesHasNoMeaning) {
    std::vector<std::size_t> counts;
    device->onWrite = [&](const std::vector<fleet::Assignment>& assignments) {
        counts.push_back(assignments.size());
        return fleet::WriteFaults{};
    };
    const std::vector<test::Setting> values{{mfp("Mode"), "", "Quiet"}, {mfp("Offset"), "", "3"}};
    for (const bool reversed : {false, true}) {
        auto order = values;
        if (reversed) {
            std::reverse(order.begin(), order.end());
        }
        EXPECT_EQ(run(test::spv(order, "")).status, "0");
        EXPECT_EQ(device->text("MFP.1.Mode"), "Quiet");
        EXPECT_EQ(device->text("MFP.1.Offset"), "3");
        run(test::spv({{mfp("Mode"), "", "Fast"}, {mfp("Offset"), "", "0"}}, ""));
    }
    EXPECT_EQ(counts, std::vector<std::size_t>(4, 3U)) << "two values and ParameterKey";
}

// C-ALI-01
TEST_F(RequirementTest, AliasBasedAddressingIsReportedAsOff) {
    EXPECT_EQ(world.last().parameters.at(std::string(kServer) + "AliasBasedAddressing"), "false");
}

// C-VER-07: 9020 is of CWMP 1.2.
TEST_F(RequirementTest, AnAcsOfVersion11GetsTheGeneralFaultForAMissedWindow) {
    run(asSchedule({}, window("200", "300")));
    world.manager->deviceRemoved(device->id());
    world.loop.advance(10min);
    world.acs.onInform = [](const test::SeenInform&) -> std::optional<Result<net::HttpReply>> {
        return test::FakeHttpClient::reply(200, test::informResponse("urn:dslforum-org:cwmp-1-1"));
    };
    world.manager->deviceAdded(*device, false);
    world.settle();
    ASSERT_EQ(world.acs.reports.size(), 1U);
    EXPECT_EQ(textIn(world.acs.reports[0], "FaultCode"), "9010");
}

}  // namespace
}  // namespace platen::cwmp
