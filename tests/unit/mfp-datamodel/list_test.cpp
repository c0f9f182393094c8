// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(List, EmptyTextIsTheEmptyList) {
    EXPECT_THAT(*splitList(""), IsEmpty());
    EXPECT_THAT(*splitList("  "), IsEmpty());
    EXPECT_EQ(joinList({}), "");
}

TEST(List, WhiteSpaceRoundCommasIsIgnored) {
    EXPECT_THAT(*splitList(" Print , Copy,Scan "), ElementsAre("Print", "Copy", "Scan"));
}

TEST(List, ItemsArePercentEncoded) {  // C-DT-07
    EXPECT_THAT(*splitList("a%2Cb,c%20d"), ElementsAre("a,b", "c d"));
    const std::vector<std::string> items{"a,b", "c d", "50%"};
    EXPECT_EQ(joinList(items), "a%2Cb,c%20d,50%25");
    EXPECT_EQ(*splitList(joinList(items)), items);
}

TEST(List, PercentSignWithoutDigitsIsKept) {
    EXPECT_THAT(*splitList("50%,%zz"), ElementsAre("50%", "%zz"));
}

TEST(List, EmptyItemsAndInnerWhiteSpaceAreRefused) {
    for (const char* text : {"a,", ",a", "a,,b", ",", "a b", "a,b\tc"}) {
        EXPECT_EQ(splitList(text).error().code, ErrorCode::Malformed) << text;
    }
}

TEST(List, TextsMayHaveBlanksInside) {
    EXPECT_THAT(*splitListOfTexts("1 BOOT, M%20Reboot"), ElementsAre("1 BOOT", "M Reboot"));
    for (const char* text : {"a b,", ",a", "a,,b", ","}) {
        EXPECT_EQ(splitListOfTexts(text).error().code, ErrorCode::Malformed) << text;
    }
}

TEST(List, LimitHolds) {
    std::string text = "x";
    for (std::size_t i = 1; i < kMaxListItems; ++i) {
        text += ",x";
    }
    EXPECT_EQ(splitList(text)->size(), kMaxListItems);
    EXPECT_EQ(splitList(text + ",x").error().code, ErrorCode::Malformed);
}

TEST(List, EmptyItemsAreLeftOutWhenJoining) {
    const std::vector<std::string> items{"", "a", ""};
    EXPECT_EQ(joinList(items), "a");
}

}  // namespace
}  // namespace platen::model
