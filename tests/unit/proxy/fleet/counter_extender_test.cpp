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
                                      .ratedPerHour = ratedPerHour,
                                      .pages = pages});
    }

    std::uint64_t modulus = 0;
    Persistence persistence = Persistence::Lifetime;
    std::string source = "standard/prtMarkerLifeCount";
    std::uint64_t ratedPerHour = 0;
    bool pages = true;

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
    EXPECT_EQ(out.value, 61'247U) << "pages printed while the fall was looked at count";
    EXPECT_EQ(meter.read(13).value, 61'257U);
}

TEST(CounterExtender, AZeroDuringSleepIsForgottenWhenTheCounterComesBack) {
    Meter meter;
    meter.read(500);
    EXPECT_TRUE(meter.read(0).suspect);
    const auto out = meter.read(501);
    EXPECT_EQ(out.value, 501U);
    EXPECT_FALSE(out.newEpoch);
}

TEST(CounterExtender, AZeroForHoursIsNeitherAResetNorAWrap) {
    for (const std::uint64_t last : {61'244U, 999'990U, 16'777'000U}) {
        Meter meter;
        meter.ratedPerHour = 40 * 60;
        meter.read(last);
        for (int i = 0; i < 10; ++i) {
            const auto out = meter.read(0);
            EXPECT_TRUE(out.suspect);
            EXPECT_EQ(out.value, last);
            EXPECT_FALSE(out.newEpoch);
        }
        const auto out = meter.read(last + 5);
        EXPECT_EQ(out.value, last + 5) << "not counted twice";
        EXPECT_FALSE(out.suspect);
        EXPECT_FALSE(out.newEpoch);
    }
}

TEST(CounterExtender, AZeroAtTheWrapCountsFromTheNextPage) {
    Meter meter;
    meter.modulus = 1ULL << 24U;
    meter.read(16'777'210);
    EXPECT_EQ(meter.read(0).value, 16'777'210U);
    const auto out = meter.read(40);
    EXPECT_EQ(out.value, 16'777'256U);  // billing-and-security A4, T2
    EXPECT_FALSE(out.newEpoch);
}

TEST(CounterExtender, AZeroOfTheStartBeforeASlightlySmallerCounterIsNoReset) {
    Meter meter;
    meter.read(800);
    meter.read(0, true);
    meter.read(795);
    meter.read(795);
    EXPECT_EQ(meter.read(795).value, 800U);
    EXPECT_EQ(meter.read(810).value, 815U);
}

TEST(CounterExtender, PagesLostWithThePowerAreNoNewEpoch) {  // billing-and-security A4, T1
    Meter meter;
    meter.read(181'742);
    auto out = meter.read(181'735, true);
    EXPECT_EQ(out.value, 181'742U);
    EXPECT_EQ(out.lostPages, 7U);
    EXPECT_FALSE(out.suspect);
    EXPECT_FALSE(out.newEpoch);
    EXPECT_EQ(meter.read(181'740).value, 181'747U);
    // Without a restart a small fall is as odd as a large one; with one, only a small fall is lag.
    EXPECT_TRUE(meter.read(181'733).suspect);
    EXPECT_EQ(meter.read(181'740).value, 181'747U);
    EXPECT_TRUE(meter.read(181'740 - kPowerLossLag - 1, true).suspect);
}

TEST(CounterExtender, ACounterThatServicePutsBackIsNotCountedTwice) {
    for (const std::uint64_t rated : {0U, 40U * 60U}) {
        Meter meter;
        meter.ratedPerHour = rated;
        meter.read(181'742);
        for (const std::uint64_t raw : {12U, 12U, 14U}) {
            meter.read(raw);
        }
        EXPECT_EQ(meter.read(20).value, 181'750U);
        const auto out = meter.read(181'755);
        EXPECT_EQ(out.value, 181'755U);
        EXPECT_EQ(out.newEpoch, EpochReason::OperatorReset);
        EXPECT_EQ(meter.read(181'760).value, 181'760U);
    }
}

TEST(CounterExtender, ACounterThatGrowsPastItsOldValueIsNotTakenForOneThatCameBack) {
    Meter meter;
    meter.ratedPerHour = 40 * 60;
    meter.read(5'000);
    for (int i = 0; i < 3; ++i) {
        meter.read(100);
    }
    std::uint64_t value = 5'000;
    for (std::uint64_t raw = 600; raw < 8'000; raw += 500) {
        value += 500;
        const auto out = meter.read(raw);
        EXPECT_EQ(out.value, value);
        EXPECT_FALSE(out.newEpoch);
    }
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

TEST(CounterExtender, OctetsGrowWrapAndBeginAnewAsTheyLike) {
    Meter meter;
    meter.persistence = Persistence::PowerOn;
    meter.modulus = 1ULL << 32U;
    meter.pages = false;
    meter.read(61'022'436);
    EXPECT_EQ(meter.read(3'900'000'000).value, 3'900'000'000U);
    auto out = meter.read(100'000'000);
    EXPECT_EQ(out.value, (1ULL << 32U) + 100'000'000);
    EXPECT_FALSE(out.suspect);
    EXPECT_FALSE(out.newEpoch);
    out = meter.read(1'000);
    EXPECT_EQ(out.value, 1'000U) << "the network card began anew";
    EXPECT_FALSE(out.suspect);
    EXPECT_FALSE(out.newEpoch);
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
