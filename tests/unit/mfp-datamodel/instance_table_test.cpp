// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/instance_table.hpp"

#include "model_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace platen::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr WallTime kStart{std::chrono::sys_days{std::chrono::year{2031} / 1 / 1}};
constexpr auto kDay = std::chrono::hours{24};

class InstanceTableTest : public testing::Test {
  protected:
    using RowKey = InstanceTable::RowKey;

    std::vector<std::uint32_t> resolve(const std::vector<RowKey>& rows, WallTime now = kStart) {
        return table_.resolve(supply_, mfp_, rows, now);
    }
    /// What a restart makes of the table.
    void restart() {
        for (InstanceRecord& record : table_.takeDirty()) {
            std::erase_if(store_, [&record](const InstanceRecord& old) {
                return old.object == record.object && old.parents == record.parents &&
                       old.number == record.number;
            });
            store_.push_back(std::move(record));
        }
        table_ = InstanceTable{};
        table_.restore(store_);
    }

    ObjectIndex supply_ = objectOf("MFP.{i}.Supply.{i}.");
    ObjectIndex alert_ = objectOf("MFP.{i}.Alert.{i}.");
    Instances mfp_ = Instances{}.with(0, 1);
    InstanceTable table_;
    std::vector<InstanceRecord> store_;
};

TEST_F(InstanceTableTest, FirstFillTakesTheSubIndexes) {  // mfp-model 8.2
    EXPECT_THAT(resolve({{"a", 2}, {"b", 5}, {"c", 1}}), ElementsAre(2U, 5U, 1U));
    EXPECT_THAT(resolve({{"c", 7}, {"a", 8}}), ElementsAre(1U, 2U));  // the index moved
}

TEST_F(InstanceTableTest, FirstFillCountsWhenSubIndexesCannotBeUsed) {
    EXPECT_THAT(resolve({{"a", 2}, {"b", {}}}), ElementsAre(1U, 2U));
    InstanceTable doubled;
    EXPECT_THAT(doubled.resolve(supply_, mfp_, std::vector<RowKey>{{"a", 3}, {"b", 3}}, kStart),
                ElementsAre(1U, 2U));
    InstanceTable large;
    EXPECT_THAT(large.resolve(supply_, mfp_, std::vector<RowKey>{{"a", 65536}}, kStart),
                ElementsAre(1U));
    InstanceTable zero;
    EXPECT_THAT(zero.resolve(supply_, mfp_, std::vector<RowKey>{{"a", 0}}, kStart),
                ElementsAre(1U));
    InstanceTable limit;
    EXPECT_THAT(limit.resolve(supply_, mfp_, std::vector<RowKey>{{"a", 65535}}, kStart),
                ElementsAre(65535U));
}

TEST_F(InstanceTableTest, LaterRowsGetNumbersAboveAll) {
    resolve({{"a", 2}, {"b", 5}});
    EXPECT_THAT(resolve({{"b", 5}, {"c", 1}, {"a", 2}, {"d", 9}}), ElementsAre(5U, 6U, 2U, 7U));
}

TEST_F(InstanceTableTest, EqualKeysInOneReadAreToldApart) {
    EXPECT_THAT(resolve({{"toner", 1}, {"toner", 2}, {"toner", 3}}), ElementsAre(1U, 2U, 3U));
    EXPECT_EQ(table_.find(supply_, mfp_, "toner#2"), 2U);
    EXPECT_EQ(table_.find(supply_, mfp_, "toner#3"), 3U);
    EXPECT_THAT(resolve({{"toner", 2}, {"toner", 1}}), ElementsAre(1U, 2U));
}

TEST_F(InstanceTableTest, KeyThatLooksLikeACopyIsToldApartToo) {
    EXPECT_THAT(resolve({{"t#2", {}}, {"t", {}}, {"t", {}}}), ElementsAre(1U, 2U, 3U));
    EXPECT_EQ(table_.find(supply_, mfp_, "t#3"), 3U);
}

TEST_F(InstanceTableTest, TablesAndParentsAreApart) {
    resolve({{"a", {}}});
    EXPECT_THAT(table_.resolve(alert_, mfp_, std::vector<RowKey>{{"a", {}}}, kStart),
                ElementsAre(1U));
    const Instances second = Instances{}.with(0, 2);
    EXPECT_THAT(table_.resolve(supply_, second, std::vector<RowKey>{{"a", 9}}, kStart),
                ElementsAre(9U));
    EXPECT_EQ(table_.find(supply_, mfp_, "a"), 1U);
    EXPECT_FALSE(table_.find(supply_, Instances{}.with(0, 3), "a"));
}

TEST_F(InstanceTableTest, RetiredNumbersAreNeverUsedAgain) {
    resolve({{"a", {}}, {"b", {}}});
    table_.retire(supply_, mfp_, 2);
    EXPECT_FALSE(table_.find(supply_, mfp_, "b"));
    EXPECT_THAT(resolve({{"a", {}}, {"b", {}}}), ElementsAre(1U, 3U));
    table_.retire(supply_, mfp_, 1);
    table_.retire(supply_, mfp_, 3);
    EXPECT_THAT(resolve({{"c", 1}}), ElementsAre(4U));  // not a first fill any more
}

TEST_F(InstanceTableTest, RetiredNumbersStayUsedOverARestart) {
    resolve({{"a", {}}, {"b", {}}, {"c", {}}});
    table_.retire(supply_, mfp_, 3);
    table_.retire(supply_, mfp_, 1);
    restart();
    EXPECT_THAT(resolve({{"b", {}}, {"c", {}}}), ElementsAre(2U, 4U));
    table_.retire(supply_, mfp_, 2);
    table_.retire(supply_, mfp_, 4);
    restart();
    EXPECT_THAT(resolve({{"b", 1}}), ElementsAre(5U));
}

TEST_F(InstanceTableTest, RetiringWhatIsNotThereDoesNothing) {
    resolve({{"a", {}}});
    static_cast<void>(table_.takeDirty());
    table_.retire(supply_, mfp_, 9);
    table_.retire(alert_, mfp_, 1);
    EXPECT_THAT(table_.takeDirty(), IsEmpty());
}

TEST_F(InstanceTableTest, ThousandsOfPastAlertsCostNoMemory) {
    for (int i = 0; i < 3000; ++i) {
        const std::vector<RowKey> rows{{"alert " + std::to_string(i % 7), {}}};
        const auto numbers = table_.resolve(alert_, mfp_, rows, kStart);
        ASSERT_EQ(numbers.front(), static_cast<std::uint32_t>(i + 1));
        table_.retire(alert_, mfp_, numbers.front());
        EXPECT_THAT(table_.takeDirty(), SizeIs(1));
    }
    EXPECT_LE(table_.size(), 2U);
}

TEST_F(InstanceTableTest, RestoreForgetsOldRetiredRecords) {
    std::vector<InstanceRecord> records;
    for (std::uint32_t number = 1; number <= 50; ++number) {
        records.push_back({alert_, mfp_, "k", number, kStart, kStart, number != 10});
    }
    table_.restore(records);
    EXPECT_EQ(table_.size(), 2U);  // the live one and the highest
    EXPECT_THAT(table_.resolve(alert_, mfp_, std::vector<RowKey>{{"k", {}}, {"new", {}}}, kStart),
                ElementsAre(10U, 51U));
}

TEST_F(InstanceTableTest, RestoreTakesRecordsInAnyOrderAndDropsBadOnes) {
    table_.restore({{supply_, mfp_, "b", 7, kStart, kStart, false},
                    {supply_, mfp_, "a", 3, kStart, kStart, false},
                    {supply_, mfp_, "again", 7, kStart, kStart, false},
                    {supply_, mfp_, "zero", 0, kStart, kStart, false}});
    EXPECT_EQ(table_.size(), 2U);
    EXPECT_THAT(resolve({{"a", {}}, {"b", {}}, {"c", {}}}), ElementsAre(3U, 7U, 8U));
}

TEST_F(InstanceTableTest, RecordsKnowWhenTheirRowWasSeen) {
    resolve({{"a", {}}});
    resolve({{"a", {}}}, kStart + 3 * kDay);
    const InstanceRecord* record = table_.record(supply_, mfp_, 1);
    ASSERT_NE(record, nullptr);
    EXPECT_EQ(record->key, "a");
    EXPECT_EQ(record->firstSeen, kStart);
    EXPECT_EQ(record->lastSeen, kStart + 3 * kDay);
    EXPECT_EQ(table_.record(supply_, mfp_, 2), nullptr);
    EXPECT_EQ(table_.record(alert_, mfp_, 1), nullptr);
}

TEST_F(InstanceTableTest, NotSeenSinceFindsLiveRowsOnly) {  // mfp-model 8.6
    resolve({{"a", {}}, {"b", {}}, {"c", {}}});
    resolve({{"a", {}}}, kStart + 31 * kDay);
    table_.retire(supply_, mfp_, 3);
    const auto old = table_.notSeenSince(supply_, kStart + kDay);
    ASSERT_THAT(old, SizeIs(1));
    EXPECT_EQ(old.front().key, "b");
    EXPECT_THAT(table_.notSeenSince(alert_, kStart + kDay), IsEmpty());
}

TEST_F(InstanceTableTest, DirtyRecordsAreNewRetiredOrADayYounger) {
    resolve({{"a", {}}, {"b", {}}});
    EXPECT_THAT(table_.takeDirty(), SizeIs(2));
    EXPECT_THAT(table_.takeDirty(), IsEmpty());
    resolve({{"a", {}}, {"b", {}}}, kStart + std::chrono::hours{23});
    EXPECT_THAT(table_.takeDirty(), IsEmpty());
    resolve({{"a", {}}}, kStart + kDay);
    const auto moved = table_.takeDirty();
    ASSERT_THAT(moved, SizeIs(1));
    EXPECT_EQ(moved.front().lastSeen, kStart + kDay);
    table_.retire(supply_, mfp_, 2);
    const auto retired = table_.takeDirty();
    ASSERT_THAT(retired, SizeIs(1));
    EXPECT_TRUE(retired.front().retired);
}

TEST_F(InstanceTableTest, RestoredRecordsAreNotDirty) {
    resolve({{"a", {}}});
    restart();
    EXPECT_THAT(table_.takeDirty(), IsEmpty());
    resolve({{"a", {}}}, kStart + std::chrono::minutes{5});
    EXPECT_THAT(table_.takeDirty(), IsEmpty());
}

TEST_F(InstanceTableTest, EmptyReadGivesNothingAndIsNoFirstFill) {
    EXPECT_THAT(resolve({}), IsEmpty());
    EXPECT_THAT(resolve({{"a", 4}}), ElementsAre(4U));
}

TEST_F(InstanceTableTest, HundredRowsAreSmall) {
    std::vector<RowKey> rows;
    for (std::uint32_t i = 1; i <= 100; ++i) {
        rows.push_back({"key " + std::to_string(i), i});
    }
    resolve(rows);
    restart();
    EXPECT_LE(table_.heapBytes(), 8'000U);
}

}  // namespace
}  // namespace platen::model
