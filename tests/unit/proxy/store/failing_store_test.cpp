// SPDX-License-Identifier: Apache-2.0
#include "tests/support/failing_store.hpp"

#include "tests/support/fake_loop.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace platen::test {
namespace {

class FailingStoreTest : public testing::Test {
  protected:
    Result<void> commit(const std::string& name) {
        std::optional<Result<void>> answer;
        failing_.commit({store::FactRow{name, "1"}}, store::Durability::Durable,
                        [&answer](Result<void> result) { answer = std::move(result); });
        EXPECT_FALSE(answer) << "answered inside the call";
        loop_.runUntilIdle();
        return answer.value_or(fail(ErrorCode::Timeout, "no answer"));
    }
    std::size_t facts() { return failing_.load()->facts.size(); }

    FakeClock clock_;
    FakeLoop loop_{clock_};
    FailingStore failing_{store::makeMemoryStore(loop_), loop_};
};

TEST_F(FailingStoreTest, PassesEverythingOnByDefault) {
    EXPECT_TRUE(commit("a"));
    EXPECT_EQ(facts(), 1U);
}

TEST_F(FailingStoreTest, AFullDiskRefusesUntilThereIsSpace) {
    failing_.setDiskFull(true);
    const auto answer = commit("a");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Exhausted);
    EXPECT_EQ(facts(), 0U);
    failing_.setDiskFull(false);
    EXPECT_TRUE(commit("b"));
    EXPECT_EQ(facts(), 1U);
}

TEST_F(FailingStoreTest, FailsOnlyTheChosenCommit) {
    failing_.failCommit(2);
    EXPECT_TRUE(commit("a"));
    const auto answer = commit("b");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Refused);
    EXPECT_TRUE(commit("c"));
    EXPECT_EQ(facts(), 2U);
    EXPECT_EQ(failing_.commits(), 3U);
}

}  // namespace
}  // namespace platen::test
