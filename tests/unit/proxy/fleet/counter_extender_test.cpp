// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/counter_extender.hpp"

#include <gtest/gtest.h>

namespace platen::fleet {
namespace {

using mibmap::Persistence;

/// Feeds raw values an hour apart to one counter.
class Meter {
  public:
    CounterOutput read(std::uint64_t raw, bool restarted = false) {
        now_ += std::chrono::hours{1};
        return extendCounter(state_, {.raw = raw,
                                      .modulus = modulus,
                                      .persistence = persistence,
                                      .source = source,
                                      .now = now_,
                                      .restarted = restarted,
                                      .ratedPerHour = ratedPerHour});
    }

    std::uint64_t modulus = 0;
    Persistence persistence = Persistence::Lifetime;
    std::string source = "standard/prtMarkerLifeCount";
    std::uint64_t ratedPerHour = 0;

  private:
    CounterState state_;
    WallTime now_{std::chrono::sys_days{std::chrono::year{2031} / 1 / 1}};
};

TEST(CounterExtender, FirstReadStartsEpochOneWithTheRawValue) {
    Meter meter;
    const auto out = meter.read(4711);
    EXPECT_EQ(out.value, 4711U);
    EXPECT_EQ(out.newEpoch, EpochReason::FirstRead);
}

TEST(CounterExtender, RiseIsTakenAsItIs) {
    Meter meter;
    meter.read(100);
    const auto out = meter.read(150);
    EXPECT_EQ(out.value, 150U);
    EXPECT_FALSE(out.suspect);
    EXPECT_FALSE(out.newEpoch);
}

// C-DT-12
TEST(CounterExtender, WrapAtKnownModulusGoesOn) {
    Meter meter;
    meter.modulus = 10'000'000;
    meter.read(9'999'950);
    EXPECT_EQ(meter.read(30).value, 10'000'030U);
    EXPECT_EQ(meter.read(80).value, 10'000'080U);
}

// C-DT-12
TEST(CounterExtender, WrapAtACommonModulusIsRecognisedWithoutAMap) {
    Meter meter;
    meter.read((1ULL << 32U) - 10);
    const auto out = meter.read(5);
    EXPECT_EQ(out.value, (1ULL << 32U) + 5);
    EXPECT_FALSE(out.newEpoch);
}

TEST(CounterExtender, FallFarFromAnyModulusHoldsTheValueUntilThreeReadsAgree) {
    Meter meter;
    meter.read(61'244);
    auto out = meter.read(0);
    EXPECT_TRUE(out.suspect);
    EXPECT_EQ(out.value, 61'244U);
    out = meter.read(2);
    EXPECT_TRUE(out.suspect);
    EXPECT_EQ(out.value, 61'244U);
    out = meter.read(3);
    EXPECT_FALSE(out.suspect);
    EXPECT_EQ(out.newEpoch, EpochReason::CounterWentBack);
    EXPECT_EQ(out.value, 61'244U);
    EXPECT_EQ(meter.read(13).value, 61'254U);
}

TEST(CounterExtender, AZeroDuringSleepIsForgottenWhenTheCounterComesBack) {
    Meter meter;
    meter.read(500);
    EXPECT_TRUE(meter.read(0).suspect);
    const auto out = meter.read(501);
    EXPECT_EQ(out.value, 501U);
    EXPECT_FALSE(out.newEpoch);
}

TEST(CounterExtender, FallsThatDisagreeNeverBecomeAnEpoch) {
    Meter meter;
    meter.read(50'000);
    EXPECT_TRUE(meter.read(9'000).suspect);
    EXPECT_TRUE(meter.read(100).suspect);
    EXPECT_TRUE(meter.read(20'000).suspect);
    EXPECT_TRUE(meter.read(5).suspect);
}

TEST(CounterExtender, PowerOnCounterFollowsTheRawValueAfterARestart) {
    Meter meter;
    meter.persistence = Persistence::PowerOn;
    meter.read(800);
    const auto out = meter.read(3, true);
    EXPECT_EQ(out.value, 3U);
    EXPECT_FALSE(out.suspect);
}

TEST(CounterExtender, JumpBeyondTheRatedSpeedWaitsForASecondRead) {
    Meter meter;
    meter.ratedPerHour = 40 * 60;
    meter.read(1'000);
    auto out = meter.read(500'000);
    EXPECT_TRUE(out.suspect);
    EXPECT_EQ(out.value, 1'000U);
    out = meter.read(500'010);
    EXPECT_FALSE(out.suspect);
    EXPECT_EQ(out.value, 500'010U);
}

TEST(CounterExtender, AnotherSourceIsANewEpochWithItsOwnNumber) {
    Meter meter;
    meter.read(61'244);
    meter.source = "kyocera/kmPrnTotalPrinted";
    const auto out = meter.read(60'994);
    EXPECT_EQ(out.newEpoch, EpochReason::SourceChange);
    EXPECT_EQ(out.value, 60'994U);
}

}  // namespace
}  // namespace platen::fleet
