// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/request_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace platen::snmp {
namespace {

TEST(RequestTable, GivesUniquePositiveIdsUntilFull) {
    RequestTable table(7);
    std::set<std::int32_t> ids;
    while (!table.full()) {
        const auto id = table.add(TargetId{static_cast<std::uint32_t>(ids.size() + 1)});
        EXPECT_GT(id, 0);
        EXPECT_TRUE(ids.insert(id).second);
        EXPECT_EQ(table.find(id), TargetId{static_cast<std::uint32_t>(ids.size())});
    }
    EXPECT_EQ(ids.size(), Engine::kMaxOutstanding);
}

TEST(RequestTable, ForgetsRemovedIdsEvenWhenThePlaceIsReused) {
    RequestTable table(7);
    const auto first = table.add(TargetId{1});
    table.remove(first);
    EXPECT_FALSE(table.find(first));
    const auto second = table.add(TargetId{2});  // the same place
    ASSERT_NE(first, second);
    EXPECT_FALSE(table.find(first));
    table.remove(first);  // harmless
    EXPECT_EQ(table.find(second), TargetId{2});
}

TEST(RequestTable, KnowsNothingOfStrangeIds) {
    RequestTable table(7);
    for (const std::int32_t id : {0, 1, 1023, 1024, -1, 2147483647, -2147483647 - 1}) {
        EXPECT_FALSE(table.find(id)) << id;
        table.remove(id);
    }
    std::size_t places = 0;
    while (!table.full()) {
        EXPECT_GT(table.add(TargetId{1}), 0);
        ++places;
    }
    EXPECT_EQ(places, Engine::kMaxOutstanding) << "removing strangers must not free places twice";
}

TEST(RequestTable, IdsAreNotASequence) {
    RequestTable a(1);
    RequestTable b(2);
    std::set<std::int32_t> differences;
    for (int i = 0; i < 10; ++i) {
        differences.insert(a.add(TargetId{1}) - b.add(TargetId{1}));
    }
    EXPECT_GT(differences.size(), 5U);
}

}  // namespace
}  // namespace platen::snmp
