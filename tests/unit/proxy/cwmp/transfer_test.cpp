// SPDX-License-Identifier: Apache-2.0
// The life of a file transfer, from the request to TransferComplete.
#include "transfer_fixture.hpp"

namespace platen::cwmp {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;
using namespace std::chrono_literals;
using test::asDownload;
using test::asSchedule;
using test::asUpload;
using test::textIn;
using test::window;
using transfer::FaultCode;

class TransferLifeTest : public test::TransferTest {};

// C-XFER-06, C-EVT-07, C-EVT-19, C-XFER-28, C-SES-03
TEST_F(TransferLifeTest, AnUploadIsDoneAfterTheSessionAndReportedInTheNext) {
    std::size_t duringSession = 99;
    world.acs.onPost = [&](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.find("UploadResponse") != std::string::npos) {
            duringSession = world.fetcher.requests.size();
            EXPECT_EQ(world.store.load()->transfers.size(), 1U) << "C-EVT-34";
        }
        return std::nullopt;
    };
    run(asUpload({{"CommandKey", "log 1"}, {"Username", "u"}, {"Password", "p"}}));
    EXPECT_EQ(duringSession, 0U);
    ASSERT_EQ(world.fetcher.requests.size(), 1U);
    const auto& request = world.fetcher.requests[0];
    EXPECT_EQ(request.kind, transfer::Kind::Upload);
    EXPECT_EQ(request.body, "a log\n");
    EXPECT_EQ(request.url, "http://files.test/log");
    EXPECT_EQ(request.username, "u");
    EXPECT_EQ(request.password.reveal(), "p");
    world.acs.informs.clear();
    finish();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"7 TRANSFER COMPLETE", ""}, {"M Upload", "log 1"}}));
    ASSERT_EQ(world.acs.reports.size(), 1U);
    const auto& report = world.acs.reports[0];
    EXPECT_EQ(textIn(report, "CommandKey"), "log 1");
    EXPECT_EQ(textIn(report, "FaultCode"), "0");
    EXPECT_EQ(textIn(report, "FaultString"), "");
    EXPECT_LE(textIn(report, "StartTime"), textIn(report, "CompleteTime"));
    EXPECT_EQ(textIn(report, "StartTime").back(), 'Z');
    EXPECT_TRUE(world.store.load()->transfers.empty());
    world.loop.advance(10min);
    EXPECT_EQ(world.acs.reports.size(), 1U) << "exactly one";
}

// C-SES-05: before the empty POST.
TEST_F(TransferLifeTest, TheReportComesBeforeTheEmptyPost) {
    run(asUpload({}));
    world.acs.posts.clear();
    finish();
    ASSERT_EQ(world.acs.posts.size(), 3U);
    EXPECT_TRUE(test::isInform(world.acs.posts[0]));
    EXPECT_EQ(world.acs.posts[1], world.acs.reports[0]);
    EXPECT_EQ(world.acs.posts[2], "");
}

// C-XFER-11: no retry of its own; C-XFER-10: the fault goes to the ACS.
TEST_F(TransferLifeTest, AFailedDownloadIsReportedWithItsFaultAndNotRetried) {
    run(asDownload({}));
    finish({FaultCode::CannotAccess, "HTTP status 404"});
    ASSERT_EQ(world.acs.reports.size(), 1U);
    EXPECT_EQ(textIn(world.acs.reports[0], "FaultCode"), "9016");
    EXPECT_EQ(textIn(world.acs.reports[0], "FaultString"), "HTTP status 404");
    EXPECT_EQ(world.last().events, (Events{{"7 TRANSFER COMPLETE", ""}, {"M Download", "k1"}}));
    world.loop.advance(1h);
    EXPECT_EQ(world.fetcher.requests.size(), 1U);
    EXPECT_TRUE(world.depot.applied.empty());
}

// C-XFER-08: not good before it is applied.
// C-XFER-09
TEST_F(TransferLifeTest, AFileThatCannotBeAppliedIsReported) {
    world.depot.applyOutcome = {FaultCode::Corrupted, "line 1: error"};
    run(asDownload({}));
    finish();
    EXPECT_EQ(world.depot.applied.size(), 1U);
    ASSERT_EQ(world.acs.reports.size(), 1U);
    EXPECT_EQ(textIn(world.acs.reports[0], "FaultCode"), "9018");
}

TEST_F(TransferLifeTest, AnUploadWithoutContentIsReported) {
    world.depot.readOutcome = {FaultCode::UploadFailed, "nothing there"};
    run(asUpload({}));
    EXPECT_TRUE(world.fetcher.requests.empty());
    ASSERT_EQ(world.acs.reports.size(), 1U);
    EXPECT_EQ(textIn(world.acs.reports[0], "FaultCode"), "9011");
}

TEST_F(TransferLifeTest, AnUploadOfMoreThanTheLimitIsNotSent) {
    world.depot.content = std::string(world.transferLimits.maxUploadBytes, 'x');
    run(asUpload({}));
    ASSERT_EQ(world.fetcher.requests.size(), 1U);
    finish();
    world.depot.content += 'x';
    run(asUpload({}));
    EXPECT_EQ(world.fetcher.requests.size(), 1U);
    ASSERT_EQ(world.acs.reports.size(), 2U);
    EXPECT_EQ(textIn(world.acs.reports[1], "FaultCode"), "9011");
}

TEST_F(TransferLifeTest, ADownloadNeedsRoomOnTheDisk) {
    world.transferLimits.minFreeBytes = std::uint64_t{1} << 62U;
    world.restart();
    device = world.devices.at(DeviceId(1)).get();
    run(asDownload({}));
    EXPECT_TRUE(world.fetcher.requests.empty());
    ASSERT_EQ(world.acs.reports.size(), 1U);
    EXPECT_EQ(textIn(world.acs.reports[0], "FaultCode"), "9010");
}

// C-XFER-04
TEST_F(TransferLifeTest, ADelayIsKept) {
    run(asDownload({{"DelaySeconds", "600"}}));  // run() lets two minutes pass
    world.loop.advance(7min);
    EXPECT_TRUE(world.fetcher.requests.empty());
    world.loop.advance(2min);
    EXPECT_EQ(world.fetcher.requests.size(), 1U);
}

// C-XFER-13, C-KEY-05
TEST_F(TransferLifeTest, WaitingTransfersSurviveARestartWithTheirSecrets) {
    run(asDownload({{"DelaySeconds", "3600"}}));
    world.restart();
    world.settle();
    world.loop.advance(2h);
    ASSERT_EQ(world.fetcher.requests.size(), 1U);
    EXPECT_EQ(world.fetcher.requests[0].password.reveal(), "word");
    finish();
    ASSERT_EQ(world.acs.reports.size(), 1U);
    EXPECT_EQ(textIn(world.acs.reports[0], "CommandKey"), "k1");
}

TEST_F(TransferLifeTest, ARunningTransferIsTriedAgainAfterARestart) {
    run(asUpload({}));
    ASSERT_EQ(world.fetcher.running(), 1U);
    world.restart();
    world.settle();
    ASSERT_EQ(world.fetcher.requests.size(), 2U);
    finish();
    EXPECT_EQ(world.acs.reports.size(), 1U);
}

// A program that crashes each time must not try for ever.
TEST_F(TransferLifeTest, ATransferThatNeverEndsFailsAfterThreeStarts) {
    run(asUpload({}));
    for (int i = 0; i < 3; ++i) {
        world.restart();
        world.settle();
    }
    EXPECT_EQ(world.fetcher.requests.size(), 3U);
    ASSERT_EQ(world.acs.reports.size(), 1U);
    EXPECT_EQ(textIn(world.acs.reports[0], "FaultCode"), "9011");
}

// An end in order is no failure of the transfer.
TEST_F(TransferLifeTest, AStopInOrderDoesNotCountAsAStart) {
    run(asUpload({}));
    for (int i = 0; i < 5; ++i) {
        world.transfers->stop();
        world.settle();
        EXPECT_EQ(world.fetcher.running(), 0U);
        world.restart();
        world.settle();
    }
    EXPECT_EQ(world.fetcher.running(), 1U);
    EXPECT_TRUE(world.acs.reports.empty());
}

// C-EVT-07, C-EVT-35: until the ACS has answered, over failures and restarts.
TEST_F(TransferLifeTest, TheReportIsRepeatedUntilItIsAnswered) {
    run(asUpload({}));
    world.acs.onPost = [](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.find("<cwmp:TransferComplete>") != std::string::npos) {
            return test::FakeHttpClient::reply(503, "");
        }
        return std::nullopt;
    };
    finish();
    EXPECT_EQ(world.acs.reports.size(), 1U);
    world.loop.advance(1min);
    EXPECT_GE(world.acs.reports.size(), 2U);
    world.restart();
    world.settle();
    world.acs.onPost = {};
    world.acs.reports.clear();
    world.acs.informs.clear();
    world.loop.advance(10min);
    ASSERT_EQ(world.acs.reports.size(), 1U);
    EXPECT_TRUE(world.last().has("7 TRANSFER COMPLETE"));
    EXPECT_TRUE(world.last().has("M Upload"));
    EXPECT_TRUE(world.store.load()->transfers.empty());
}

// C-SES-12
TEST_F(TransferLifeTest, AFaultOfTheAcsCountsAsAnAnswer) {
    run(asUpload({}));
    world.acs.onPost = [](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.find("<cwmp:TransferComplete>") != std::string::npos) {
            return test::FakeHttpClient::reply(200, test::acsFault(8003));
        }
        return std::nullopt;
    };
    finish();
    world.loop.advance(1h);
    EXPECT_EQ(world.acs.reports.size(), 1U);
    EXPECT_TRUE(world.store.load()->transfers.empty());
}

// C-EVT-35: an ACS that holds requests for ever must not be called all the time.
TEST_F(TransferLifeTest, AnAcsThatNeverLetsUsReportIsCalledWithPauses) {
    run(asUpload({}));
    const std::string hold = "<c:HoldRequests s:mustUnderstand=\"1\">1</c:HoldRequests>";
    world.acs.onInform = [&](const test::SeenInform&) -> std::optional<Result<net::HttpReply>> {
        return test::FakeHttpClient::reply(200,
                                           test::informResponse("urn:dslforum-org:cwmp-1-2", hold));
    };
    world.acs.informs.clear();
    finish();
    world.loop.advance(10min);
    EXPECT_GE(world.acs.informs.size(), 2U);
    EXPECT_LE(world.acs.informs.size(), 12U);
    EXPECT_TRUE(world.acs.reports.empty());
    world.acs.onInform = {};
    world.loop.advance(1h);
    EXPECT_EQ(world.acs.reports.size(), 1U);
}

// C-EVT-30
TEST_F(TransferLifeTest, SeveralResultsGoInOneSessionWithOneEventForEachKey) {
    run({asUpload({{"CommandKey", "a"}}), asDownload({{"CommandKey", "a"}}),
         asUpload({{"CommandKey", "a"}})});
    world.acs.up = false;
    finish();
    finish();
    finish();
    world.acs.up = true;
    world.loop.advance(10min);
    EXPECT_EQ(world.last().events,
              (Events{{"7 TRANSFER COMPLETE", ""}, {"M Upload", "a"}, {"M Download", "a"}}));
    EXPECT_EQ(world.acs.reports.size(), 3U);
    EXPECT_TRUE(world.store.load()->transfers.empty());
}

// C-BS-05
TEST_F(TransferLifeTest, AnotherAcsDoesNotHearOfTheOldOnesTransfers) {
    run({asUpload({}),
         test::spv({{"Device.ManagementServer.URL", "", "http://moved.example/"}}, "key")});
    EXPECT_EQ(world.acs.urls.back(), "http://moved.example/");
    world.loop.advance(1h);
    EXPECT_EQ(world.fetcher.running(), 0U);
    EXPECT_TRUE(world.acs.reports.empty());
    EXPECT_TRUE(world.store.load()->transfers.empty());
}

// C-CMD-03
TEST_F(TransferLifeTest, AFactoryResetDropsTheQueue) {
    run({asDownload({{"DelaySeconds", "600"}}), "<c:FactoryReset/>"});
    ASSERT_EQ(device->resets.size(), 1U);
    device->resets.front()({});
    world.loop.advance(1h);
    EXPECT_TRUE(world.fetcher.requests.empty());
    EXPECT_TRUE(world.store.load()->transfers.empty());
}

// C-PRX-01: the queues of two devices have nothing to do with each other.
TEST_F(TransferLifeTest, AtMostTwoTransfersRunAtOnceAndOneForEachDevice) {
    world.addPrinter("X2");
    world.addPrinter("X3");
    world.settle();
    for (const auto* serial : {"X1", "X2", "X3"}) {
        world.acs.ask(serial, asUpload({{"CommandKey", serial}}));
        world.acs.ask(serial, asUpload({{"CommandKey", serial}}));
    }
    for (const auto& [id, one] : world.devices) {
        world.manager->connectionRequested(id, [](ConnectionRequestVerdict) {});
    }
    world.settle();
    for (int i = 0; i < 6; ++i) {
        ASSERT_LE(world.fetcher.running(), 2U);
        ASSERT_GE(world.fetcher.running(), 1U);
        finish();
    }
    EXPECT_EQ(world.acs.reports.size(), 6U);
}

// C-XFER-23, C-EVT-18
TEST_F(TransferLifeTest, AScheduledDownloadIsDoneInItsWindow) {
    run(asSchedule({}, window("600", "1200")));
    world.loop.advance(7min);
    EXPECT_TRUE(world.fetcher.requests.empty());
    world.loop.advance(2min);
    ASSERT_EQ(world.fetcher.requests.size(), 1U);
    EXPECT_LE(world.fetcher.requests[0].timeLimit, 10min) << "not beyond the window";
    finish();
    EXPECT_EQ(world.last().events,
              (Events{{"7 TRANSFER COMPLETE", ""}, {"M ScheduleDownload", "k1"}}));
    EXPECT_EQ(textIn(world.acs.reports.at(0), "FaultCode"), "0");
}

TEST_F(TransferLifeTest, AScheduledDownloadThatMissesItsWindowsEndsWith9020) {
    run(asSchedule({}, window("200", "300")));
    world.acs.up = false;
    world.manager->deviceRemoved(device->id());
    world.loop.advance(10min);
    world.acs.up = true;
    world.manager->deviceAdded(*device, false);
    world.settle();
    EXPECT_TRUE(world.fetcher.requests.empty());
    ASSERT_EQ(world.acs.reports.size(), 1U);
    EXPECT_EQ(textIn(world.acs.reports[0], "FaultCode"), "9020");
}

}  // namespace
}  // namespace platen::cwmp
