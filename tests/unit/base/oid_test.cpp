// SPDX-License-Identifier: Apache-2.0
#include "base/oid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

namespace platen {
namespace {

std::string repeated(std::size_t count) {
    std::string text = "1";
    for (std::size_t i = 1; i < count; ++i) {
        text += ".1";
    }
    return text;
}

TEST(Oid, ParsesWithAndWithoutLeadingDot) {
    const Oid expected{1, 3, 6, 1};
    EXPECT_EQ(Oid::parse("1.3.6.1").value(), expected);
    EXPECT_EQ(Oid::parse(".1.3.6.1").value(), expected);
    EXPECT_EQ(expected.toString(), "1.3.6.1");
    EXPECT_EQ(Oid::parse("0").value(), Oid{0});
    EXPECT_EQ(Oid().toString(), "");
}

TEST(Oid, RefusesWhatIsNoOid) {
    for (const char* text : {"", ".", "1.", "1..2", "1.-2", "1.+2", "1. 2", "1.a", "1.2x", "..1",
                             "1.4294967296", "1.99999999999999999999"}) {
        const auto result = Oid::parse(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, ErrorCode::Malformed) << text;
    }
    EXPECT_EQ(Oid::parse("1.4294967295").value()[1], 4294967295U);
}

TEST(Oid, LengthHoldsAtLimitAndBreaksAtLimitPlusOne) {
    EXPECT_EQ(Oid::parse(repeated(128)).value().size(), 128U);
    EXPECT_EQ(Oid::parse(repeated(129)).error().code, ErrorCode::TooLarge);
}

TEST(Oid, OrdersByNumbersNotByText) {
    std::vector<Oid> oids{{1, 10}, {1, 9}, {1}, {1, 9, 0}, {2}};
    std::sort(oids.begin(), oids.end());
    EXPECT_EQ(oids, (std::vector<Oid>{{1}, {1, 9}, {1, 9, 0}, {1, 10}, {2}}));
}

TEST(Oid, KnowsPrefixSuffixAndChild) {
    const Oid column{1, 3, 6, 1, 2};
    const Oid cell = column.child({1, 7});
    EXPECT_EQ(cell.toString(), "1.3.6.1.2.1.7");
    EXPECT_TRUE(cell.startsWith(column));
    EXPECT_TRUE(column.startsWith(column));
    EXPECT_TRUE(column.startsWith(Oid()));
    EXPECT_FALSE(column.startsWith(cell));
    EXPECT_FALSE((Oid{1, 3, 6, 1, 20}.startsWith(column)));
    const auto index = cell.suffix(column.size());
    EXPECT_EQ(std::vector<std::uint32_t>(index.begin(), index.end()),
              (std::vector<std::uint32_t>{1, 7}));
    EXPECT_TRUE(cell.suffix(7).empty());
    EXPECT_TRUE(cell.suffix(100).empty());
}

TEST(Oid, HashSpreadsTheCellsOfATable) {
    std::unordered_set<std::size_t> hashes;
    for (std::uint32_t column = 1; column <= 20; ++column) {
        for (std::uint32_t row = 1; row <= 100; ++row) {
            hashes.insert(std::hash<Oid>{}(Oid{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, column, 1, row}));
        }
    }
    EXPECT_EQ(hashes.size(), 2000U);
    EXPECT_EQ(std::hash<Oid>{}(Oid{1, 2}), std::hash<Oid>{}(Oid{1, 2}));
}

}  // namespace
}  // namespace platen
