// SPDX-License-Identifier: Apache-2.0
#include "base/first_yes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace platen {
namespace {

/// What came of one question with so many answers.
class FirstYesTest : public testing::Test {
  protected:
    FirstYes ask(std::size_t answers) {
        return {answers, [this](bool yes) { got.push_back(yes); }};
    }
    std::vector<bool> got;
};

TEST_F(FirstYesTest, TheFirstYesIsTheAnswerAndComesOnce) {
    const auto answer = ask(3);
    answer(false);
    EXPECT_TRUE(got.empty());
    answer(true);
    answer(true);
    answer(false);
    EXPECT_EQ(got, std::vector{true});
}

TEST_F(FirstYesTest, ItIsNoWhenAllSaidNo) {
    const auto answer = ask(2);
    const auto other = [answer](bool yes) { answer(yes); };  // a copy
    answer(false);
    EXPECT_TRUE(got.empty());
    other(false);
    EXPECT_EQ(got, std::vector{false});
}

TEST_F(FirstYesTest, AnEndDoesNotWaitForTheOthers) {
    const auto answer = ask(2);
    answer.end(false);
    EXPECT_EQ(got, std::vector{false});
    answer(true);
    answer(false);
    answer.end(true);
    EXPECT_EQ(got, std::vector{false});
}

}  // namespace
}  // namespace platen
