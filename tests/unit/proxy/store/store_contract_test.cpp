// SPDX-License-Identifier: Apache-2.0
// What every Store must do; run for SQLite (over a reopened file) and for the memory store.
#include "proxy/store/store.hpp"
#include "tests/unit/proxy/store/store_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace platen::store::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

enum class Kind : std::uint8_t { Sqlite, Memory };

class StoreContract : public testing::TestWithParam<Kind> {
  protected:
    void SetUp() override { open(); }

    void open() {
        if (GetParam() == Kind::Memory) {
            store_ = makeMemoryStore(loop_);
            return;
        }
        auto opened = openSqlite(folder_ / "platen.db", loop_);
        ASSERT_TRUE(opened) << opened.error().text;
        store_ = std::move(*opened);
    }
    Result<void> commit(Batch batch, Durability durability = Durability::Durable) {
        return commitNow(*store_, loop_, std::move(batch), durability);
    }
    /// What a restart would see; the memory store lives on.
    Snapshot reload() {
        if (GetParam() == Kind::Sqlite) {
            store_.reset();
            open();
        }
        auto snapshot = store_->load();
        EXPECT_TRUE(snapshot) << snapshot.error().text;
        return snapshot ? std::move(*snapshot) : Snapshot{};
    }

    TemporaryFolder folder_;
    platen::test::PostLoop loop_;
    std::unique_ptr<Store> store_;
};

std::string kindName(const testing::TestParamInfo<Kind>& info) {
    return info.param == Kind::Sqlite ? "Sqlite" : "Memory";
}

INSTANTIATE_TEST_SUITE_P(Stores,
                         StoreContract,
                         testing::Values(Kind::Sqlite, Kind::Memory),
                         kindName);

TEST_P(StoreContract, IsEmptyAtFirst) {
    const auto snapshot = reload();
    EXPECT_THAT(snapshot.devices, IsEmpty());
    EXPECT_THAT(snapshot.readings, IsEmpty());
    EXPECT_THAT(snapshot.facts, IsEmpty());
}

TEST_P(StoreContract, KeepsDevices) {
    ASSERT_TRUE(commit({sampleDevice(7, "S7")}));
    const auto snapshot = reload();
    ASSERT_EQ(snapshot.devices.size(), 1U);
    const auto& device = snapshot.devices[0];
    EXPECT_EQ(device.id, DeviceId{7});
    EXPECT_EQ(device.manufacturer, "Maker & Söhne");
    EXPECT_EQ(device.oui, "00AABB");
    EXPECT_EQ(device.productClass, "Laser 4000");
    EXPECT_EQ(device.serial, "S7");
    EXPECT_EQ(device.printerSerial, "PS-1");
    EXPECT_EQ(device.macAddress, "00:AA:BB:01:02:03");
    EXPECT_EQ(device.address, "192.0.2.9");
    EXPECT_EQ(device.model, "Laser 4000dn");
    EXPECT_EQ(device.firstSeen, at(1'900'000'000'123));
    EXPECT_EQ(device.lastSeen, at(1'900'000'001'456));
    EXPECT_TRUE(device.bootstrapped);
    EXPECT_EQ(device.acsUrl, "https://acs.example.net/");
}

TEST_P(StoreContract, ReplacesADeviceRow) {
    ASSERT_TRUE(commit({sampleDevice(7, "S7")}));
    auto moved = sampleDevice(7, "S7");
    moved.address = "192.0.2.200";
    moved.bootstrapped = false;
    moved.lastSeen = kUnknownTime;
    ASSERT_TRUE(commit({moved}));
    const auto snapshot = reload();
    ASSERT_EQ(snapshot.devices.size(), 1U);
    EXPECT_EQ(snapshot.devices[0].address, "192.0.2.200");
    EXPECT_FALSE(snapshot.devices[0].bootstrapped);
    EXPECT_EQ(snapshot.devices[0].lastSeen, kUnknownTime);
}

TEST_P(StoreContract, KeepsInstanceNumbersAndRetiredOnes) {
    const InstanceRow live{.device = DeviceId{1},
                           .object = "MFP.{i}.Supply.{i}.",
                           .parents = "1",
                           .key = "toner black",
                           .number = 2,
                           .firstSeen = at(5),
                           .lastSeen = at(6),
                           .retired = false};
    auto retired = live;
    retired.number = 1;
    retired.retired = true;
    ASSERT_TRUE(commit({live, retired}));
    const auto rows = reload().instances;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].number, 1U);
    EXPECT_TRUE(rows[0].retired);
    EXPECT_EQ(rows[1].number, 2U);
    EXPECT_FALSE(rows[1].retired);
    EXPECT_EQ(rows[1].object, "MFP.{i}.Supply.{i}.");
    EXPECT_EQ(rows[1].parents, "1");
    EXPECT_EQ(rows[1].key, "toner black");
    EXPECT_EQ(rows[1].firstSeen, at(5));
    EXPECT_EQ(rows[1].lastSeen, at(6));
}

TEST_P(StoreContract, ForgetsRetiredInstancesButNeverTheHighestNumber) {
    const auto row = [](std::uint32_t device, const char* object, const char* parents,
                        std::uint32_t number, bool retired) {
        return InstanceRow{.device = DeviceId{device},
                           .object = object,
                           .parents = parents,
                           .key = "key " + std::to_string(number),
                           .number = number,
                           .retired = retired};
    };
    Batch batch;
    for (std::uint32_t number = 1; number <= 9; ++number) {
        batch.emplace_back(row(1, "Alert", "1", number, number != 4));
    }
    batch.emplace_back(row(1, "Alert", "2", 3, true));
    batch.emplace_back(row(1, "Supply", "1", 1, true));
    batch.emplace_back(row(1, "Supply", "1", 2, false));
    batch.emplace_back(row(2, "Alert", "1", 1, true));
    batch.emplace_back(RetiredInstancesErased{});
    ASSERT_TRUE(commit(std::move(batch)));
    std::vector<std::string> left;
    for (const auto& kept : reload().instances) {
        left.push_back(std::to_string(kept.device.value()) + kept.object + kept.parents + ":" +
                       std::to_string(kept.number));
    }
    EXPECT_THAT(left,
                ElementsAre("1Alert1:4", "1Alert1:9", "1Alert2:3", "1Supply1:2", "2Alert1:1"));
}

TEST_P(StoreContract, KeepsReplacesAndErasesValues) {
    const DeviceId one{1};
    const DeviceId two{2};
    ASSERT_TRUE(
        commit({ValueRow{one, "a", "1"}, ValueRow{one, "b", "2"}, ValueRow{two, "a", "other"},
                ValueRow{one, "a", "new"}, ValueErased{one, "b"}}));
    const auto rows = reload().values;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].text, "new");
    EXPECT_EQ(rows[1].device, two);
    EXPECT_EQ(rows[1].text, "other");
}

TEST_P(StoreContract, AnEmptyNameErasesAllValuesOfOneDevice) {
    ASSERT_TRUE(commit({ValueRow{DeviceId{1}, "a", "1"}, ValueRow{DeviceId{1}, "b", "2"},
                        ValueRow{DeviceId{2}, "a", "stays"}}));
    ASSERT_TRUE(commit({ValueErased{DeviceId{1}, ""}}));
    const auto rows = reload().values;
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].text, "stays");
}

TEST_P(StoreContract, KeepsTextsOfAnyBytes) {
    using namespace std::string_literals;  // NOLINT(google-build-using-namespace): literals only
    const auto odd = "nul \0 inside, bad utf-8 \xff\xfe, \x01"s;
    ASSERT_TRUE(commit({ValueRow{DeviceId{1}, "odd", odd}, ValueRow{DeviceId{1}, "empty", ""}}));
    const auto rows = reload().values;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].text, "");
    EXPECT_EQ(rows[1].text, odd);
}

TEST_P(StoreContract, KeepsReplacesAndErasesAttributes) {
    ASSERT_TRUE(commit({AttributeRow{DeviceId{1}, "a", 1, "Subscriber"},
                        AttributeRow{DeviceId{1}, "a", 2, ""},
                        AttributeRow{DeviceId{2}, "a", 1, "Subscriber"}}));
    auto rows = reload().attributes;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].notification, 2);
    EXPECT_EQ(rows[0].accessList, "");
    EXPECT_EQ(rows[1].accessList, "Subscriber");
    ASSERT_TRUE(commit({AttributesErased{DeviceId{2}}}));
    rows = reload().attributes;
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].device, DeviceId{1});
}

TEST_P(StoreContract, KeepsEventsInOrderUntilErased) {
    const DeviceId one{1};
    ASSERT_TRUE(commit({EventRow{one, 11, "M Reboot", "key-1"}, EventRow{one, 2, "1 BOOT", ""},
                        EventRow{one, 3, "4 VALUE CHANGE", ""}, EventErased{one, 3}}));
    const auto rows = reload().events;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].sequence, 2U);
    EXPECT_EQ(rows[0].code, "1 BOOT");
    EXPECT_EQ(rows[1].sequence, 11U);
    EXPECT_EQ(rows[1].commandKey, "key-1");
}

TEST_P(StoreContract, KeepsPendingChangesOnce) {
    const DeviceId one{1};
    ASSERT_TRUE(commit({ChangedRow{one, "b"}, ChangedRow{one, "a"}, ChangedRow{one, "a"},
                        ChangedRow{one, "gone"}, ChangedErased{one, "gone"}}));
    const auto rows = reload().changed;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].name, "a");
    EXPECT_EQ(rows[1].name, "b");
}

TEST_P(StoreContract, KeepsCountersOf64Bits) {
    const CounterRow counter{.device = DeviceId{1},
                             .name = "Counters.Total",
                             .source = "1.3.6.1.2.1.43.10.2.1.4.1.1",
                             .epoch = 3,
                             .base = std::numeric_limits<std::uint64_t>::max(),
                             .lastRaw = 1ULL << 63U,
                             .modulus = 1ULL << 32U,
                             .confirmCount = 2,
                             .suspectRaw = 17,
                             .lastRead = at(1'900'000'000'001),
                             .suspectRead = at(1'900'000'000'002),
                             .baseBeforeFall = 1ULL << 62U,
                             .rawBeforeFall = std::numeric_limits<std::uint64_t>::max() - 1};
    auto older = counter;
    older.epoch = 1;
    ASSERT_TRUE(commit({older, counter}));
    const auto rows = reload().counters;
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].name, counter.name);
    EXPECT_EQ(rows[0].source, counter.source);
    EXPECT_EQ(rows[0].epoch, 3U);
    EXPECT_EQ(rows[0].base, counter.base);
    EXPECT_EQ(rows[0].lastRaw, counter.lastRaw);
    EXPECT_EQ(rows[0].modulus, counter.modulus);
    EXPECT_EQ(rows[0].confirmCount, 2U);
    EXPECT_EQ(rows[0].suspectRaw, 17U);
    EXPECT_EQ(rows[0].lastRead, counter.lastRead);
    EXPECT_EQ(rows[0].suspectRead, counter.suspectRead);
    EXPECT_EQ(rows[0].baseBeforeFall, counter.baseBeforeFall);
    EXPECT_EQ(rows[0].rawBeforeFall, counter.rawBeforeFall);
}

TEST_P(StoreContract, KeepsReplacesAndErasesReadings) {
    const DeviceId one{1};
    ASSERT_TRUE(commit({ReadingRow{one, "a", "1", 4}, ReadingRow{one, "a", "2", 5},
                        ReadingRow{one, "gone", "3", 5}, ReadingErased{one, "gone"}},
                       Durability::Relaxed));
    const auto rows = reload().readings;
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].name, "a");
    EXPECT_EQ(rows[0].text, "2");
    EXPECT_EQ(rows[0].source, 5);
}

TEST_P(StoreContract, KeepsFacts) {
    ASSERT_TRUE(commit(
        {FactRow{"gateway.serial", "1"}, FactRow{"schema", "x"}, FactRow{"gateway.serial", "2"}}));
    const auto rows = reload().facts;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].key, "gateway.serial");
    EXPECT_EQ(rows[0].text, "2");
}

Batch everythingOf(std::uint32_t id) {
    const DeviceId device{id};
    return {sampleDevice(id, "S" + std::to_string(id)),
            InstanceRow{.device = device, .object = "o", .parents = "", .key = "k", .number = 1},
            ValueRow{device, "v", "1"},
            AttributeRow{device, "a", 1, ""},
            EventRow{device, 1, "1 BOOT", ""},
            ChangedRow{device, "c"},
            CounterRow{.device = device, .name = "n", .source = "s"},
            ReadingRow{device, "r", "1", 1}};
}

TEST_P(StoreContract, ErasesEverythingOfOneDeviceOnly) {
    ASSERT_TRUE(commit(everythingOf(1)));
    ASSERT_TRUE(commit(everythingOf(2)));
    ASSERT_TRUE(commit({FactRow{"f", "1"}, DeviceErased{DeviceId{1}}}));
    const auto left = reload();
    ASSERT_EQ(left.devices.size(), 1U);
    EXPECT_EQ(left.devices[0].id, DeviceId{2});
    EXPECT_EQ(left.instances.size(), 1U);
    EXPECT_EQ(left.values.size(), 1U);
    EXPECT_EQ(left.attributes.size(), 1U);
    EXPECT_EQ(left.events.size(), 1U);
    EXPECT_EQ(left.changed.size(), 1U);
    EXPECT_EQ(left.counters.size(), 1U);
    EXPECT_EQ(left.readings.size(), 1U);
    EXPECT_EQ(left.facts.size(), 1U);
}

TEST_P(StoreContract, RefusesTwoDevicesWithOneIdentityAndStoresNothingOfTheBatch) {
    ASSERT_TRUE(commit({sampleDevice(1, "SAME")}));
    const auto answer = commit({ValueRow{DeviceId{2}, "a", "1"}, sampleDevice(2, "SAME")});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Conflict);
    const auto snapshot = reload();
    EXPECT_EQ(snapshot.devices.size(), 1U);
    EXPECT_THAT(snapshot.values, IsEmpty());
}

TEST_P(StoreContract, LetsDevicesWithoutASerialWaitForTheirIdentity) {
    EXPECT_TRUE(commit({sampleDevice(1, ""), sampleDevice(2, "")}));
    EXPECT_EQ(reload().devices.size(), 2U);
}

TEST_P(StoreContract, AnIdentityIsFreeAgainWhenItsDeviceIsErased) {
    ASSERT_TRUE(commit({sampleDevice(1, "SAME")}));
    EXPECT_TRUE(commit({DeviceErased{DeviceId{1}}, sampleDevice(2, "SAME")}));
    ASSERT_TRUE(commit({sampleDevice(2, "OTHER")}));
    EXPECT_TRUE(commit({sampleDevice(3, "SAME")}));
    EXPECT_EQ(reload().devices.size(), 2U);
}

TEST_P(StoreContract, ABadBatchLeavesItsNeighboursAlone) {
    ASSERT_TRUE(commit({sampleDevice(1, "SAME")}));
    std::vector<bool> answers;
    const auto note = [&answers](const Result<void>& result) {
        answers.push_back(result.has_value());
    };
    store_->commit({FactRow{"before", "1"}}, Durability::Durable, note);
    store_->commit({FactRow{"bad", "1"}, sampleDevice(2, "SAME")}, Durability::Durable, note);
    store_->commit({FactRow{"after", "1"}}, Durability::Relaxed, note);
    ASSERT_TRUE(loop_.runUntil([&answers] { return answers.size() == 3; }));
    EXPECT_THAT(answers, ElementsAre(true, false, true));
    const auto facts = reload().facts;
    ASSERT_EQ(facts.size(), 2U);
    EXPECT_EQ(facts[0].key, "after");
    EXPECT_EQ(facts[1].key, "before");
}

TEST_P(StoreContract, AppliesBatchesInOrderAndAnswersInOrder) {
    constexpr int kBatches = 500;
    std::vector<int> order;
    for (int i = 0; i < kBatches; ++i) {
        store_->commit({ValueRow{DeviceId{1}, "last", std::to_string(i)}},
                       i % 7 == 0 ? Durability::Durable : Durability::Relaxed,
                       [&order, i](const Result<void>& result) {
                           EXPECT_TRUE(result);
                           order.push_back(i);
                       });
    }
    ASSERT_TRUE(loop_.runUntil([&order] { return order.size() == kBatches; }));
    EXPECT_TRUE(std::ranges::is_sorted(order));
    EXPECT_EQ(reload().values.at(0).text, std::to_string(kBatches - 1));
}

TEST_P(StoreContract, NeverAnswersInsideTheCall) {
    bool answered = false;
    store_->commit({FactRow{"f", "1"}}, Durability::Durable,
                   [&answered](const Result<void>&) { answered = true; });
    store_->flush();
    EXPECT_FALSE(answered);
    ASSERT_TRUE(loop_.runUntil([&answered] { return answered; }));
}

TEST_P(StoreContract, AnswersExactlyOnceEvenIfTheStoreGoesAway) {
    int answers = 0;
    for (int i = 0; i < 50; ++i) {
        store_->commit({FactRow{"f", std::to_string(i)}}, Durability::Relaxed,
                       [&answers](const Result<void>& result) {
                           EXPECT_TRUE(result);
                           ++answers;
                       });
    }
    store_.reset();
    ASSERT_TRUE(loop_.runUntil([&answers] { return answers == 50; }));
    loop_.runPosted();
    EXPECT_EQ(answers, 50);
}

TEST_P(StoreContract, TakesACommitWithoutACallbackAndAnEmptyBatch) {
    store_->commit({FactRow{"f", "1"}}, Durability::Relaxed, {});
    EXPECT_TRUE(commit({}));
    store_->flush();
    EXPECT_EQ(reload().facts.size(), 1U);
}

TEST_P(StoreContract, FlushReturnsWhenThereIsNothingToDo) {
    store_->flush();
    store_->flush();
    EXPECT_TRUE(commit({FactRow{"f", "1"}}));
    store_->flush();
    EXPECT_EQ(reload().facts.size(), 1U);
}

}  // namespace
}  // namespace platen::store::test
