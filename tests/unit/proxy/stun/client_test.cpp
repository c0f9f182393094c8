// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/client.hpp"

#include "stun_world.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace platen::stun {
namespace {

using std::chrono::seconds;
using test::endpoint;

class StunClientTest : public testing::Test {
  protected:
    void start(const KeepAlivePeriods& periods = {},
               const std::string& username = {},
               const std::string& password = {}) {
        client =
            std::make_unique<StunClient>(ClientSettings{world.server, username, password, periods},
                                         world, random, clock.steadyNow());
    }
    void deliver() {
        while (!world.answers.empty()) {
            const auto answer = std::move(world.answers.front());
            world.answers.pop_front();
            client->onMessage(clock.steadyNow(), answer.via, answer.from, *decode(answer.bytes),
                              answer.bytes);
        }
    }
    void run(Millis time) {
        const auto end = clock.steadyNow() + time;
        while (client->wakeAt() <= end) {
            const auto wait = std::chrono::ceil<Millis>(client->wakeAt() - clock.steadyNow());
            clock.advance(std::max(wait, Millis{0}));
            client->onTime(clock.steadyNow());
            deliver();
        }
        clock.advance(std::chrono::duration_cast<Millis>(end - clock.steadyNow()));
    }
    [[nodiscard]] const Message& sent(std::size_t i) const { return world.sent.at(i).message; }

    test::FakeClock clock;
    test::CountingRandom random;
    test::StunWorld world{clock};
    std::unique_ptr<StunClient> client;
};

// C-UDP-06, C-UDP-08
TEST_F(StunClientTest, LearnsTheBindingAndTellsTheServerOfTheChange) {
    start();
    run(Millis{0});
    ASSERT_TRUE(client->binding());
    EXPECT_EQ(client->binding()->mapped, endpoint("203.0.113.7:40000"));
    EXPECT_TRUE(client->binding()->natDetected());
    ASSERT_EQ(world.sent.size(), 2U);
    EXPECT_EQ(world.count(Via::Primary), 2U);
    EXPECT_TRUE(sent(0).connectionRequestBinding);
    EXPECT_FALSE(sent(0).bindingChange);
    EXPECT_TRUE(sent(1).connectionRequestBinding && sent(1).bindingChange);
    EXPECT_NE(sent(0).transaction, sent(1).transaction);
    EXPECT_FALSE(sent(0).username || sent(0).integrity || sent(0).hasCookie());
}

TEST_F(StunClientTest, WithoutNatThereIsNoneAndNoTest) {
    world.script.nat = false;
    start();
    run(seconds{3600});
    EXPECT_FALSE(client->binding()->natDetected());
    EXPECT_EQ(world.count(Via::Secondary), 0U);
    EXPECT_EQ(world.sent.size(), 2U + 3600U / 300U);
}

// RFC 3489 9.3
TEST_F(StunClientTest, RetransmitsAsTheRfcSaysThenRetriesSlowly) {
    world.script.silent = true;
    start({seconds{0}, std::nullopt});
    const auto begun = clock.steadyNow();
    run(Millis{9'499});
    std::vector<long> at;
    for (const auto& one : world.sent) {
        EXPECT_EQ(one.message.transaction, sent(0).transaction);
        at.push_back(std::chrono::duration_cast<Millis>(one.at - begun).count());
    }
    EXPECT_EQ(at, (std::vector<long>{0, 100, 300, 700, 1500, 3100, 4700, 6300, 7900}));
    EXPECT_EQ(client->failures(), 0U);
    run(Millis{1});
    EXPECT_EQ(client->failures(), 1U);
    EXPECT_EQ(client->wakeAt(), clock.steadyNow() + StunClient::kFirstRetry);
    run(seconds{3600});
    EXPECT_LE(world.sent.size(), 9U * 20U);
    EXPECT_GE(world.sent.size(), 9U * 12U);
    EXPECT_FALSE(client->binding());
}

TEST_F(StunClientTest, LostPacketsDoNotMatter) {
    world.script.silent = true;
    start();
    run(Millis{3'000});
    world.script.silent = false;
    run(Millis{100});
    EXPECT_TRUE(client->binding());
    EXPECT_EQ(client->failures(), 0U);
}

TEST_F(StunClientTest, TakesTheOtherFormForServersThatKnowOnlyIt) {
    world.script.cookieOnly = true;
    start({seconds{0}, std::nullopt});
    run(seconds{30});
    ASSERT_TRUE(client->binding());
    EXPECT_TRUE(world.sent.back().message.hasCookie());
    EXPECT_EQ(client->binding()->mapped, world.outside);
}

TEST_F(StunClientTest, SignsOnlyWhenAskedAndWithAUserName) {
    world.script.password = "secret";
    start({}, "cpe", "secret");
    run(Millis{0});
    ASSERT_TRUE(client->binding());
    ASSERT_EQ(world.sent.size(), 4U);
    EXPECT_FALSE(sent(0).integrity || sent(0).username);
    EXPECT_TRUE(sent(1).integrity && sent(1).connectionRequestBinding);
    EXPECT_EQ(sent(1).username, "cpe");
    EXPECT_FALSE(sent(2).integrity);
    EXPECT_TRUE(sent(2).bindingChange);
    EXPECT_TRUE(sent(3).integrity && sent(3).bindingChange);

    world.sent.clear();
    start({}, "", "secret");
    run(seconds{5});
    EXPECT_FALSE(client->binding());
    for (const auto& one : world.sent) {
        EXPECT_FALSE(one.message.integrity || one.message.username);
    }
}

TEST_F(StunClientTest, AWrongPasswordIsTriedOnceThenRests) {
    world.script.password = "secret";
    start({seconds{30}, std::nullopt}, "cpe", "guess");
    run(seconds{29});
    EXPECT_EQ(world.sent.size(), 2U);
    EXPECT_EQ(client->failures(), 1U);
    EXPECT_FALSE(client->binding());
}

TEST_F(StunClientTest, ASignedAnswerMustBeSignedRight) {
    world.script.password = "secret";
    world.script.signWith = "forged";
    start({}, "cpe", "secret");
    run(seconds{1});
    EXPECT_FALSE(client->binding());
    world.script.signWith.clear();
    world.script.signAnswers = true;
    run(seconds{2});
    EXPECT_TRUE(client->binding());
}

TEST_F(StunClientTest, AnswersOfStrangersAreIgnored) {
    world.script.answerFrom = endpoint("198.51.100.66:3478");
    start();
    run(seconds{1});
    EXPECT_FALSE(client->binding());
    Message forged;
    forged.type = Type::BindingResponse;
    forged.mapped = endpoint("192.0.2.66:1");
    const auto bytes = *encode(forged, std::nullopt);
    EXPECT_FALSE(client->onMessage(clock.steadyNow(), Via::Primary, world.server, forged, bytes));
    EXPECT_FALSE(client->binding());
}

TEST_F(StunClientTest, UselessAddressesAreNoAnswer) {
    world.outside = endpoint("0.0.0.0:5");
    start();
    run(seconds{1});
    world.outside = endpoint("203.0.113.7:0");
    run(seconds{1});
    world.outside = endpoint("[2001:db8::1]:5");
    run(seconds{1});
    EXPECT_FALSE(client->binding());
}

// C-UDP-07
TEST_F(StunClientTest, FindsTheLifetimeFromASecondPortAndKeepsTheBinding) {
    world.script.lifetime = seconds{130};
    start({seconds{20}, std::nullopt});
    run(seconds{3600});
    const auto tests = world.count(Via::Secondary);
    EXPECT_GT(tests, 3U);
    for (const auto& one : world.sent) {
        EXPECT_EQ(one.via == Via::Secondary, one.message.responseAddress.has_value());
        EXPECT_NE(one.via == Via::Secondary, one.message.connectionRequestBinding);
    }
    // From now on: no test, no change, and a request about each 110 s.
    const auto mapped = world.outside;
    world.sent.clear();
    run(seconds{3600});
    EXPECT_EQ(world.count(Via::Secondary), 0U);
    EXPECT_EQ(world.outside, mapped);
    EXPECT_EQ(client->binding()->mapped, mapped);
    EXPECT_GE(world.sent.size(), 3600U / 130U);
    EXPECT_LE(world.sent.size(), 3600U / 90U);
}

TEST_F(StunClientTest, KeepsBetweenThePeriods) {
    start({seconds{50}, seconds{50}});
    run(seconds{500});
    EXPECT_EQ(world.count(Via::Secondary), 0U);
    ASSERT_EQ(world.sent.size(), 2U + 10U);
    for (std::size_t i = 2; i < world.sent.size(); ++i) {
        EXPECT_EQ(world.sent[i].at - world.sent[i - 1].at, seconds{50});
        EXPECT_FALSE(sent(i).bindingChange);
    }
}

TEST_F(StunClientTest, AServerWithoutResponseAddressGetsACarefulPeriod) {
    world.script.followsResponseAddress = false;
    start({seconds{20}, std::nullopt});
    run(seconds{300});
    EXPECT_EQ(world.count(Via::Secondary), 1U);
    EXPECT_EQ(client->wakeAt() - world.sent.back().at, LifetimeSearch::kCareful);
}

TEST_F(StunClientTest, AServerThatRefusesTestsGetsACarefulPeriod) {
    world.script.refuseTests = 420;
    start({seconds{20}, std::nullopt});
    run(seconds{300});
    EXPECT_EQ(world.count(Via::Secondary), 1U);
    EXPECT_EQ(client->failures(), 0U);
}

TEST_F(StunClientTest, TestsAreSignedToo) {
    world.script.password = "secret";
    world.script.lifetime = seconds{100};
    start({seconds{20}, std::nullopt}, "cpe", "secret");
    run(seconds{40});
    EXPECT_EQ(world.count(Via::Secondary), 2U);
    EXPECT_TRUE(client->binding());
}

TEST_F(StunClientTest, OtherTrafficSpoilsATestOnlyOnce) {
    world.script.lifetime = seconds{1000};
    start({seconds{30}, seconds{120}});
    run(seconds{1});
    client->onOtherTraffic();
    run(seconds{30});
    EXPECT_EQ(world.count(Via::Secondary), 1U);
    run(seconds{30});
    EXPECT_EQ(world.count(Via::Secondary), 2U);  // once more with the same age
    run(seconds{30});
    EXPECT_EQ(world.count(Via::Secondary), 2U);
    run(seconds{30});
    EXPECT_EQ(world.count(Via::Secondary), 3U);
}

TEST_F(StunClientTest, ANewMappingIsToldWithBindingChange) {
    start({seconds{50}, seconds{50}});
    run(seconds{60});
    world.forgetMapping();
    world.sent.clear();
    run(seconds{50});
    EXPECT_EQ(client->binding()->mapped, world.outside);
    ASSERT_EQ(world.sent.size(), 2U);
    EXPECT_FALSE(sent(0).bindingChange);
    EXPECT_TRUE(sent(1).bindingChange);
}

TEST_F(StunClientTest, AMappingForEachPacketDoesNotMakeItTalkWithoutEnd) {
    world.script.newPortForEachPacket = true;
    start({seconds{50}, seconds{50}});
    run(seconds{500});
    EXPECT_LE(world.sent.size(), 2U * 11U);
}

TEST_F(StunClientTest, AnUnconfirmedChangeIsToldAgain) {
    start({seconds{50}, seconds{50}});
    client->onTime(clock.steadyNow());
    world.script.silent = true;
    deliver();  // the answer to the first request; the one with BINDING-CHANGE gets none
    run(seconds{20});
    EXPECT_TRUE(client->binding());
    EXPECT_EQ(client->failures(), 1U);
    world.script.silent = false;
    world.sent.clear();
    run(seconds{60});
    EXPECT_EQ(client->failures(), 0U);
    EXPECT_TRUE(sent(0).bindingChange);
}

TEST_F(StunClientTest, ASilentServerKeepsTheLastBinding) {
    start({seconds{50}, seconds{50}});
    run(seconds{60});
    world.script.silent = true;
    run(seconds{600});
    EXPECT_GT(client->failures(), 3U);
    EXPECT_EQ(client->binding()->mapped, world.outside);
    world.script.silent = false;
    run(seconds{400});
    EXPECT_EQ(client->failures(), 0U);
}

TEST_F(StunClientTest, ANewLocalAddressShowsInTheBinding) {
    start({seconds{50}, seconds{50}});
    run(seconds{10});
    world.local = endpoint("203.0.113.7:40000");
    run(seconds{50});
    EXPECT_FALSE(client->binding()->natDetected());
}

TEST_F(StunClientTest, NoRouteIsAFailureThatIsRetried) {
    world.local.reset();
    start({seconds{0}, std::nullopt});
    run(seconds{1});
    EXPECT_EQ(client->failures(), 1U);
    EXPECT_TRUE(world.sent.empty());
    world.local = endpoint("192.168.1.2:5000");
    run(seconds{10});
    EXPECT_TRUE(client->binding());
}

TEST_F(StunClientTest, NewPeriodsTakeEffectAtOnce) {
    start({seconds{600}, seconds{600}});
    run(seconds{100});
    world.sent.clear();
    client->setPeriods({seconds{60}, seconds{60}}, clock.steadyNow());
    run(Millis{0});
    EXPECT_EQ(world.sent.size(), 1U);
    run(seconds{60});
    EXPECT_EQ(world.sent.size(), 2U);
}

}  // namespace
}  // namespace platen::stun
