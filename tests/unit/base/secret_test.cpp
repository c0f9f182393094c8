// SPDX-License-Identifier: Apache-2.0
#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <array>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

namespace platen {
namespace {

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);

TEST(Secret, RevealsWhatItWasGiven) {
    const Secret secret(std::string("hunter2"));
    EXPECT_EQ(secret.reveal(), "hunter2");
    EXPECT_FALSE(secret.empty());
    EXPECT_TRUE(Secret().empty());
}

TEST(Secret, MoveLeavesNothingBehind) {
    Secret from(std::string("hunter2"));
    Secret to(std::move(from));
    EXPECT_EQ(to.reveal(), "hunter2");
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): this is what is tested
    Secret other(std::string("a much longer secret that does not fit the short buffer"));
    other = std::move(to);
    EXPECT_EQ(other.reveal(), "hunter2");
    EXPECT_TRUE(to.empty());  // NOLINT(bugprone-use-after-move): this is what is tested
}

TEST(Secret, MoveOfShortTextIsWipedInPlace) {
    // A short string keeps its characters inside the object, where a move does not clear them.
    alignas(Secret) std::array<unsigned char, sizeof(Secret)> memory{};
    auto* const secret = new (memory.data()) Secret(std::string("hunter2"));
    const Secret taken(std::move(*secret));
    const std::string raw(memory.begin(), memory.end());
    EXPECT_EQ(raw.find("unter2"), std::string::npos);
    EXPECT_EQ(taken.reveal(), "hunter2");
    secret->~Secret();
}

TEST(Secret, CloneIsASecondOwner) {
    const Secret secret(std::string("hunter2"));
    const Secret copy = secret.clone();
    EXPECT_EQ(copy.reveal(), secret.reveal());
    EXPECT_NE(copy.reveal().data(), secret.reveal().data());
}

TEST(Secret, SelfMoveKeepsTheValue) {
    Secret secret(std::string("hunter2"));
    Secret& same = secret;
    secret = std::move(same);
    EXPECT_EQ(secret.reveal(), "hunter2");
}

}  // namespace
}  // namespace platen
