// SPDX-License-Identifier: Apache-2.0
#include "cwmp_world.hpp"

#include <gtest/gtest.h>

namespace platen::cwmp {
namespace {

using Codes = std::vector<std::string>;
using namespace std::chrono_literals;

class RetryTest : public testing::Test {
  protected:
    void SetUp() override {
        world.settings.periodicInform = 24h;
        world.start();
        device = &world.addPrinter("X1");
        world.settle();
        world.acs.informs.clear();
        world.acs.confirmed.clear();
        world.acs.attempts = 0;
    }
    void connectionRequest() const {
        world.manager->connectionRequested(DeviceId(1), [](ConnectionRequestVerdict) {});
    }

    test::World world;
    test::FakeDevice* device = nullptr;
};

// C-RTY-01, C-RTY-06: attempts at 0, then within the table's waits.
// C-SES-03
TEST_F(RetryTest, WaitsByTheTable) {
    world.acs.up = false;
    world.manager->restarted(*device);
    world.settle();
    EXPECT_EQ(world.acs.attempts, 1U);
    std::int64_t low = 5;
    for (std::size_t attempt = 2; attempt <= 8; ++attempt) {
        world.loop.advance(std::chrono::seconds(low) - 1ms);
        EXPECT_EQ(world.acs.attempts, attempt - 1) << "not before " << low;
        auto waited = Millis{0};
        while (world.acs.attempts == attempt - 1 && waited <= std::chrono::seconds(low) + 2ms) {
            world.loop.advance(100ms);
            waited += 100ms;
        }
        EXPECT_EQ(world.acs.attempts, attempt) << "not after " << 2 * low;
        low *= 2;
    }
    world.loop.advance(72h);
    EXPECT_GE(world.acs.attempts, 8U + 72 * 3600 / 5120) << "for ever";
}

// C-INF-07, C-RTY-04, C-EVT-32
TEST_F(RetryTest, CountsTheAttemptsUntilASuccess) {
    world.acs.onInform =
        [](const test::SeenInform& inform) -> std::optional<Result<net::HttpReply>> {
        if (inform.retryCount < 3) {
            return test::FakeHttpClient::reply(503, "busy");
        }
        return std::nullopt;
    };
    world.manager->restarted(*device);
    world.loop.advance(5min);
    ASSERT_EQ(world.acs.informs.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(world.acs.informs[i].retryCount, i);
        EXPECT_EQ(world.acs.informs[i].codes(), (Codes{"1 BOOT"}));
    }
    world.acs.onInform = nullptr;
    world.manager->restarted(*device);
    world.settle();
    EXPECT_EQ(world.last().retryCount, 0U);
}

// C-RTY-03: a connection request does not wait; the count goes on.
TEST_F(RetryTest, ANewEventStartsASessionAtOnce) {
    world.acs.up = false;
    world.manager->restarted(*device);
    world.loop.advance(2min);
    const auto before = world.acs.attempts;
    world.acs.up = true;
    connectionRequest();
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"1 BOOT", "6 CONNECTION REQUEST"}));
    EXPECT_EQ(world.last().retryCount, before);
    world.loop.advance(3h);
    EXPECT_EQ(world.acs.informs.size(), 1U) << "the old wait is over";
}

// C-EVT-33: and nothing is retried for it alone.
TEST_F(RetryTest, AFailedConnectionRequestSessionIsNotRetried) {
    world.acs.up = false;
    connectionRequest();
    world.loop.advance(3h);
    EXPECT_EQ(world.acs.attempts, 1U);
    world.acs.up = true;
    world.manager->restarted(*device);
    world.settle();
    EXPECT_EQ(world.last().codes(), (Codes{"1 BOOT"}));
    EXPECT_EQ(world.last().retryCount, 1U) << "the session before failed";
}

// C-RTY-05, C-INF-07: a restart of the gateway.
TEST_F(RetryTest, ARestartBeginsTheWaitsAnewAndKeepsTheCount) {
    world.acs.up = false;
    world.manager->restarted(*device);
    world.loop.advance(30min);
    const auto count = world.acs.attempts;
    ASSERT_GT(count, 5U);
    world.restart();
    world.settle();
    EXPECT_EQ(world.acs.attempts, count + 1);
    world.loop.advance(10s);
    EXPECT_EQ(world.acs.attempts, count + 2) << "first row of the table again";
    world.acs.up = true;
    world.loop.advance(1min);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().retryCount, count + 2);
}

// C-HTTP-17
TEST_F(RetryTest, RetryAfterLengthensTheWaitButNotForEver) {
    world.acs.onInform =
        [](const test::SeenInform& inform) -> std::optional<Result<net::HttpReply>> {
        if (inform.retryCount == 0) {
            auto busy = test::FakeHttpClient::reply(503, "");
            busy.retryAfter = 60s;
            return busy;
        }
        if (inform.retryCount == 1) {
            auto busy = test::FakeHttpClient::reply(503, "");
            busy.retryAfter = 10'000h;
            return busy;
        }
        return std::nullopt;
    };
    world.manager->restarted(*device);
    world.loop.advance(59s);
    EXPECT_EQ(world.acs.informs.size(), 1U);
    world.loop.advance(2s);
    EXPECT_EQ(world.acs.informs.size(), 2U);
    world.loop.advance(61min);
    EXPECT_EQ(world.acs.confirmed.size(), 1U);
}

// C-VER-06
TEST_F(RetryTest, AnOldAcsIsSpokenToInTheOldNamespace) {
    test::World old;
    old.acs.onInform = [](const test::SeenInform& inform) -> std::optional<Result<net::HttpReply>> {
        if (inform.cwmpNamespace != "urn:dslforum-org:cwmp-1-0") {
            return test::FakeHttpClient::reply(400, "Unrecognized CWMP version");
        }
        return std::nullopt;
    };
    old.start();
    old.addPrinter("X1");
    old.loop.advance(1min);
    ASSERT_EQ(old.acs.informs.size(), 2U);
    EXPECT_EQ(old.acs.informs[1].cwmpNamespace, "urn:dslforum-org:cwmp-1-0");
    old.loop.advance(5h);
    EXPECT_EQ(old.acs.confirmed.size(), 6U) << "remembered";
    EXPECT_EQ(old.acs.informs.size(), 7U);
    old.loop.advance(24h);
    EXPECT_GT(old.acs.informs.size(), old.acs.confirmed.size() + 1) << "the newest is tried again";
}

TEST_F(RetryTest, AnAcsThatTookTheNewNamespaceIsNotCalledOld) {
    world.acs.onInform =
        [](const test::SeenInform& inform) -> std::optional<Result<net::HttpReply>> {
        if (inform.retryCount == 0) {
            return test::FakeHttpClient::reply(400, "CPE already in session");
        }
        return std::nullopt;
    };
    world.manager->restarted(*device);
    world.loop.advance(1min);
    ASSERT_EQ(world.acs.informs.size(), 2U);
    EXPECT_EQ(world.acs.informs[1].cwmpNamespace, "urn:dslforum-org:cwmp-1-2");
}

// A session that breaks after InformResponse is retried, too, and its Inform has an event
// (C-INF-13); the delivered ones do not come twice.
TEST_F(RetryTest, ASessionThatBreaksLaterIsRetriedWithoutItsEvents) {
    world.acs.onPost = [this](const std::string&) -> std::optional<Result<net::HttpReply>> {
        if (world.acs.confirmed.size() == 1) {
            return fail(ErrorCode::Refused, "connection closed");
        }
        return std::nullopt;
    };
    world.manager->restarted(*device);
    world.loop.advance(1min);
    ASSERT_EQ(world.acs.informs.size(), 2U);
    EXPECT_EQ(world.acs.informs[0].codes(), (Codes{"1 BOOT"}));
    EXPECT_EQ(world.acs.informs[1].codes(), (Codes{"2 PERIODIC"}));
    EXPECT_EQ(world.acs.informs[1].retryCount, 1U);
}

// C-TIM-04
TEST_F(RetryTest, PeriodicTimesInARetryWaitGiveOneEvent) {
    device->change("Device.ManagementServer.PeriodicInformInterval", "60");
    world.acs.up = false;
    world.loop.advance(1h);
    EXPECT_LT(world.acs.attempts, 15U) << "the period does not undo the growing waits";
    world.acs.up = true;
    world.loop.advance(2h);
    ASSERT_FALSE(world.acs.confirmed.empty());
    EXPECT_EQ(world.acs.confirmed.front().codes(), (Codes{"2 PERIODIC"}));
}

// C-RTY-02: m and k of the device.
TEST_F(RetryTest, UsesTheMinimumAndMultiplierOfTheDevice) {
    device->change("Device.ManagementServer.CWMPRetryMinimumWaitInterval", "100");
    device->change("Device.ManagementServer.CWMPRetryIntervalMultiplier", "1000");
    world.acs.up = false;
    world.manager->restarted(*device);
    world.loop.advance(1000s);
    EXPECT_EQ(world.acs.attempts, 11U) << "each 100 s";
}

// C-SES-04, C-VER-08, C-EVT-32
TEST_F(RetryTest, AFaultToTheInformKeepsTheEvents) {
    world.acs.onInform =
        [](const test::SeenInform& inform) -> std::optional<Result<net::HttpReply>> {
        if (inform.retryCount == 0) {
            return test::FakeHttpClient::reply(200, test::acsFault(8006));
        }
        return std::nullopt;
    };
    world.manager->restarted(*device);
    world.loop.advance(1min);
    ASSERT_EQ(world.acs.confirmed.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"1 BOOT"}));
}

}  // namespace
}  // namespace platen::cwmp
