// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::utf8 {
namespace {

TEST(Utf8Decode, GivesValueAndLength) {
    EXPECT_EQ(decode("a").value, U'a');
    EXPECT_EQ(decode("éx").value, U'é');
    EXPECT_EQ(decode("éx").length, 2U);
    EXPECT_EQ(decode("東").value, U'東');
    EXPECT_EQ(decode("😀").value, U'😀');
    EXPECT_EQ(decode("😀").length, 4U);
}

TEST(Utf8Decode, TellsTruncatedFromBroken) {
    EXPECT_TRUE(decode("\xE6\x9D").truncated);
    EXPECT_FALSE(decode("\xE6\x9D").valid);
    EXPECT_EQ(decode("\xE6\x9D").length, 2U);
    EXPECT_FALSE(decode("\xE6z").truncated);
    EXPECT_EQ(decode("\xE6z").length, 1U);
    EXPECT_FALSE(decode("\xFFz").truncated);
}

TEST(Utf8Decode, RoundTripsEveryCodePoint) {
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        std::string bytes;
        if (c < 0x80) {
            bytes = {static_cast<char>(c)};
        } else if (c < 0x800) {
            bytes = {static_cast<char>(0xC0U | (c >> 6U)), static_cast<char>(0x80U | (c & 0x3FU))};
        } else if (c < 0x10000) {
            bytes = {static_cast<char>(0xE0U | (c >> 12U)),
                     static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)),
                     static_cast<char>(0x80U | (c & 0x3FU))};
        } else {
            bytes = {static_cast<char>(0xF0U | (c >> 18U)),
                     static_cast<char>(0x80U | ((c >> 12U) & 0x3FU)),
                     static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)),
                     static_cast<char>(0x80U | (c & 0x3FU))};
        }
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        const CodePoint result = decode(bytes);
        ASSERT_EQ(result.valid, !surrogate) << static_cast<std::uint32_t>(c);
        if (result.valid) {
            ASSERT_EQ(result.value, c);
            ASSERT_EQ(result.length, bytes.size());
        }
    }
}

TEST(Utf8Decode, KnowsControlsAndMarks) {
    EXPECT_TRUE(isControl(0));
    EXPECT_TRUE(isControl(0x1F));
    EXPECT_FALSE(isControl(0x20));
    EXPECT_TRUE(isControl(0x7F));
    EXPECT_TRUE(isControl(0x9F));
    EXPECT_FALSE(isControl(0xA0));
    EXPECT_TRUE(isCombining(0x0301));
    EXPECT_FALSE(isCombining(U'a'));
    EXPECT_FALSE(isCombining(U'é'));
}

}  // namespace
}  // namespace platen::utf8
