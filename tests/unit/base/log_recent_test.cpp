// SPDX-License-Identifier: Apache-2.0
#include "base/log_recent.hpp"

#include "base/log.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::log {
namespace {

class LogRecentTest : public testing::Test {
  protected:
    LogRecentTest() {
        setSink([](void*, Level, std::string_view) {}, nullptr);
        setClock(&clock_);
    }
    ~LogRecentTest() override {
        keepRecent(0);
        setClock(nullptr);
        setSink(nullptr, nullptr);
    }
    platen::test::FakeClock clock_;
};

TEST_F(LogRecentTest, KeepsNothingUnlessAsked) {
    LOG_ERROR("test", "event", {"n", 1});
    EXPECT_EQ(recent(), "");
}

TEST_F(LogRecentTest, KeepsTheLinesThatWereWrittenWithTheirTime) {
    keepRecent(1000);
    LOG_ERROR("test", "first", {"text", "two\nlines"});
    LOG_DEBUG("test", "below.the.level", {"n", 1});
    LOG_WARNING("test", "second", {"n", 2});
    EXPECT_EQ(recent(),
              "2031-02-03T00:00:00.000Z test first text=\"two lines\"\n"
              "2031-02-03T00:00:00.000Z test second n=2\n");
}

TEST_F(LogRecentTest, DropsTheOldestLinesAtTheLimit) {
    keepRecent(100);
    for (int i = 0; i < 9; ++i) {
        LOG_ERROR("test", "event", {"n", i});
    }
    const auto lines = recent();
    EXPECT_LE(lines.size(), 100U);
    EXPECT_EQ(lines.find("n=0"), std::string::npos);
    EXPECT_NE(lines.find("n=8\n"), std::string::npos);
    keepRecent(10);  // Less than one line.
    LOG_ERROR("test", "event", {"n", 10});
    EXPECT_EQ(recent(), "");
}

}  // namespace
}  // namespace platen::log
