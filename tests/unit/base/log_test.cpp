// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include "base/text.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <array>
#include <string>
#include <vector>

namespace platen::log {
namespace {

using namespace std::string_literals;

class LogTest : public testing::Test {
  protected:
    LogTest() {
        setClock(&clock_);
        setSink(
            [](void* context, Level, std::string_view line) {
                static_cast<std::vector<std::string>*>(context)->emplace_back(line);
            },
            &lines_);
        configure(Level::Debug, Format::Journal);
    }
    ~LogTest() override {
        configure(Level::Info, Format::Journal);
        setSink(nullptr, nullptr);
        setClock(nullptr);
    }
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

    test::FakeClock clock_;
    std::vector<std::string> lines_;
};

TEST_F(LogTest, WritesJournalPriorityAreaEventAndFields) {
    LOG_INFO("poll", "device.answered", {"device", DeviceId{7}}, {"took", Millis{1500}});
    LOG_WARNING("poll", "device.slow", {"count", 3});
    LOG_ERROR("store", "disk.full");
    LOG_CRITICAL("app", "stop");
    LOG_DEBUG("app", "detail");
    EXPECT_EQ(lines(),
              (std::vector<std::string>{"<6>poll device.answered device=7 took=1500ms",
                                        "<4>poll device.slow count=3", "<3>store disk.full",
                                        "<2>app stop", "<7>app detail"}));
}

TEST_F(LogTest, QuotesValuesWithSpacesQuotesAndEmptyOnes) {
    LOG_INFO("a", "b", {"x", "two words"}, {"y", "say \"hi\" \\"}, {"z", ""}, {"w", "k=v"});
    EXPECT_EQ(lines().at(0), R"(<6>a b x="two words" y="say \"hi\" \\" z="" w="k=v")");
}

TEST_F(LogTest, OneEventIsOneLineWhateverTheValue) {
    LOG_INFO("a", "b", {"x", "line1\nline2\x1B[31m\xFF\u0085"s});
    EXPECT_EQ(lines().at(0), "<6>a b x=\"line1 line2 [31m\uFFFD \"");
}

TEST_F(LogTest, CutsValuesOnACharacterBoundary) {
    LOG_INFO("a", "b", {"x", std::string(256, 'v')});
    LOG_INFO("a", "c", {"x", std::string(257, 'v')});
    LOG_INFO("a", "d", {"x", std::string(255, 'v') + "é"});
    EXPECT_EQ(lines().at(0), "<6>a b x=" + std::string(256, 'v'));
    EXPECT_EQ(lines().at(1), "<6>a c x=" + std::string(256, 'v'));
    EXPECT_EQ(lines().at(2), "<6>a d x=" + std::string(255, 'v'));
}

TEST_F(LogTest, LevelsBelowTheThresholdBuildNothing) {
    configure(Level::Warning, Format::Journal);
    int built = 0;
    const auto value = [&built] { return ++built; };
    LOG_INFO("a", "b", {"x", value()});
    EXPECT_EQ(built, 0);
    EXPECT_TRUE(lines().empty());
    EXPECT_FALSE(enabled(Level::Info));
    EXPECT_TRUE(enabled(Level::Error));
}

TEST_F(LogTest, JsonFormatIsOneObjectALine) {
    configure(Level::Debug, Format::Json);
    LOG_WARNING("poll", "device.lost", {"device", 7}, {"text", "say \"hi\"\n"});
    EXPECT_EQ(nlohmann::json::parse(lines().at(0)),
              (nlohmann::json{{"time", "2031-02-03T00:00:00.000Z"},
                              {"level", "warning"},
                              {"area", "poll"},
                              {"event", "device.lost"},
                              {"device", "7"},
                              {"text", "say \"hi\" "}}));
    clock_.advance(Millis{1234});
    LOG_INFO("a", "b");
    EXPECT_EQ(nlohmann::json::parse(lines().at(1)).at("time"), "2031-02-03T00:00:01.234Z");
}

TEST_F(LogTest, RepeatsAreCountedAfterTenLines) {
    for (int i = 0; i < 25; ++i) {
        LOG_WARNING("poll", "device.timeout", {"device", 7});
    }
    EXPECT_EQ(lines().size(), 10U);
    LOG_WARNING("poll", "device.timeout", {"device", 8});
    EXPECT_EQ(lines().size(), 11U) << "another device has its own count";
    LOG_WARNING("poll", "device.refused", {"device", 7});
    EXPECT_EQ(lines().size(), 12U) << "another event has its own count";
}

TEST_F(LogTest, SuppressedLinesAreToldWhenTheWindowIsOver) {
    for (int i = 0; i < 25; ++i) {
        LOG_WARNING("poll", "device.timeout", {"device", 7});
    }
    clock_.advance(Millis{9999});
    LOG_INFO("other", "thing");
    EXPECT_EQ(lines().size(), 11U);
    clock_.advance(Millis{1});
    LOG_INFO("other", "thing");
    EXPECT_EQ(lines().at(11), "<4>poll device.timeout device=7 suppressed=15");
    EXPECT_EQ(lines().at(12), "<6>other thing");
    LOG_WARNING("poll", "device.timeout", {"device", 7});
    EXPECT_EQ(lines().size(), 14U) << "a new window begins";
}

TEST_F(LogTest, TenLinesAreNotSuppressed) {
    for (int i = 0; i < 10; ++i) {
        LOG_WARNING("poll", "device.timeout", {"device", 7});
    }
    clock_.advance(Millis{20'000});
    LOG_INFO("other", "thing");
    EXPECT_EQ(lines().size(), 11U);
}

TEST_F(LogTest, AddressesAreSubjectsToo) {
    for (int i = 0; i < 50; ++i) {
        LOG_INFO("discovery", "host.found", {"address", "192.0.2." + std::to_string(i)});
    }
    EXPECT_EQ(lines().size(), 50U);
}

TEST_F(LogTest, CriticalIsNeverSuppressed) {
    for (int i = 0; i < 12; ++i) {
        LOG_CRITICAL("app", "stop");
    }
    EXPECT_EQ(lines().size(), 12U);
}

TEST_F(LogTest, MemoryOfRepeatsIsBounded) {
    for (int i = 0; i < 11; ++i) {
        LOG_INFO("a", "first");
    }
    lines_.clear();
    for (int i = 0; i < 2048; ++i) {
        LOG_INFO("a", "b", {"device", i});
    }
    // The oldest window had to go early and tells its count with the next line.
    LOG_INFO("a", "c");
    EXPECT_EQ(lines().at(2048), "<6>a first suppressed=1");
}

TEST(LogStandardError, WritesWholeLines) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const int saved = dup(STDERR_FILENO);
    ASSERT_GE(saved, 0);
    ASSERT_GE(dup2(ends[1], STDERR_FILENO), 0);
    setSink(nullptr, nullptr);
    LOG_INFO("area", "event", {"key", "value"});
    ASSERT_GE(dup2(saved, STDERR_FILENO), 0);
    close(saved);
    close(ends[1]);
    std::array<char, 256> buffer{};
    const ssize_t got = read(ends[0], buffer.data(), buffer.size());
    close(ends[0]);
    ASSERT_GT(got, 0);
    EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(got)),
              "<6>area event key=value\n");
}

}  // namespace
}  // namespace platen::log
