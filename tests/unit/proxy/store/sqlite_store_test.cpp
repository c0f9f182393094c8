// SPDX-License-Identifier: Apache-2.0
#include "proxy/store/sqlite_store.hpp"

#include "tests/unit/proxy/store/store_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace platen::store::test {
namespace {

using testing::Each;
using testing::HasSubstr;

std::unique_ptr<Store> openOrFail(const std::filesystem::path& file,
                                  net::Loop& loop,
                                  const SqliteLimits& limits = {}) {
    auto opened = openSqlite(file, loop, limits);
    EXPECT_TRUE(opened) << opened.error().text;
    return opened ? std::move(*opened) : nullptr;
}

TEST(SqliteStore, MakesAFileThatOnlyItsOwnerCanRead) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    const auto store = openOrFail(folder / "platen.db", loop);
    ASSERT_TRUE(commitNow(*store, loop, {FactRow{"a", "1"}}));
    for (const char* name : {"platen.db", "platen.db-wal", "platen.db-shm"}) {
        struct stat status {};
        ASSERT_EQ(::stat((folder / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
    }
}

TEST(SqliteStore, RefusesAFolderThatIsNotThere) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    const auto opened = openSqlite(folder / "missing/platen.db", loop);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Refused);
    EXPECT_THAT(opened.error().text, HasSubstr("missing/platen.db"));
}

TEST(SqliteStore, TellsWhatToDoAboutAFileThatIsNoDatabase) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    std::ofstream(folder / "platen.db") << std::string(8192, 'x');
    const auto opened = openSqlite(folder / "platen.db", loop);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Malformed);
    EXPECT_THAT(opened.error().text, HasSubstr("platen.db"));
    EXPECT_THAT(opened.error().text, HasSubstr("restore a backup"));
}

TEST(SqliteStore, NoticesDamagedPagesWhenItLoads) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    {
        const auto store = openOrFail(folder / "platen.db", loop);
        Batch batch;
        for (int i = 0; i < 2000; ++i) {
            batch.push_back(ReadingRow{DeviceId{1}, "name" + std::to_string(i), "text", 1});
        }
        ASSERT_TRUE(commitNow(*store, loop, std::move(batch)));
    }
    const auto size = std::filesystem::file_size(folder / "platen.db");
    {
        // The schema's first pages stay; the tables behind them are overwritten.
        constexpr std::streamoff kFrom = 61'440;  // Page 16 of 4096 bytes.
        std::fstream file(folder / "platen.db", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(kFrom);
        file << std::string(size - kFrom, '\x5a');
    }
    const auto store = openOrFail(folder / "platen.db", loop);
    const auto loaded = store->load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::Malformed);
    EXPECT_THAT(loaded.error().text, HasSubstr("restore a backup"));
}

/// Fills the store with facts until one is refused; gives their number.
int fillUp(Store& store, platen::test::PostLoop& loop, Error& why) {
    int stored = 0;
    for (; stored < 10'000; ++stored) {
        const auto answer = commitNow(
            store, loop, {ValueRow{DeviceId{1}, std::to_string(stored), std::string(2000, 'x')}});
        if (!answer) {
            why = answer.error();
            break;
        }
    }
    return stored;
}

TEST(SqliteStore, AFullDiskFailsTheBatchAndTheStoreGoesOnWhenSpaceReturns) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    const auto store = openOrFail(folder / "platen.db", loop, {.maxPages = 60});
    Error why;
    const int stored = fillUp(*store, loop, why);
    EXPECT_GT(stored, 10);
    EXPECT_EQ(why.code, ErrorCode::Exhausted);

    ASSERT_TRUE(commitNow(*store, loop, {ValueErased{DeviceId{1}, ""}}));
    EXPECT_TRUE(commitNow(*store, loop, {ValueRow{DeviceId{1}, "n", std::string(2000, 'y')}}));
    const auto loaded = store->load();
    ASSERT_TRUE(loaded);
    ASSERT_EQ(loaded->values.size(), 1U);
    EXPECT_EQ(loaded->values[0].name, "n");
}

TEST(SqliteStore, OnAFullDiskWhatFreesSpaceSurvivesItsNeighbours) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    const auto store = openOrFail(folder / "platen.db", loop, {.maxPages = 60});
    Error why;
    fillUp(*store, loop, why);
    std::vector<bool> answers;
    const auto note = [&answers](const Result<void>& result) {
        answers.push_back(result.has_value());
    };
    // A large batch first, so that the others wait and form a group with one that cannot fit.
    Batch large;
    for (int i = 0; i < 300; ++i) {
        large.push_back(ValueRow{DeviceId{2}, std::to_string(i), std::string(2000, 'z')});
    }
    store->commit(large, Durability::Durable, note);
    store->commit(large, Durability::Durable, note);
    store->commit({ValueErased{DeviceId{1}, ""}}, Durability::Durable, note);
    store->commit({FactRow{"small", "1"}}, Durability::Durable, note);
    ASSERT_TRUE(loop.runUntil([&answers] { return answers.size() == 4; }));
    EXPECT_THAT(answers, testing::ElementsAre(false, false, true, true));
    const auto loaded = store->load();
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->values.empty());
    EXPECT_EQ(loaded->facts.size(), 1U);
}

TEST(SqliteStore, AFullQueueIsExhaustedAndLosesNothingThatWasAccepted) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    const auto store = openOrFail(folder / "platen.db", loop, {.maxQueuedBatches = 3});
    int accepted = 0;
    int refused = 0;
    constexpr int kBatches = 2000;
    for (int i = 0; i < kBatches; ++i) {
        store->commit({FactRow{std::to_string(i), "1"}}, Durability::Durable,
                      [&accepted, &refused](const Result<void>& result) {
                          if (result) {
                              ++accepted;
                          } else {
                              EXPECT_EQ(result.error().code, ErrorCode::Exhausted);
                              ++refused;
                          }
                      });
    }
    ASSERT_TRUE(loop.runUntil([&] { return accepted + refused == kBatches; }));
    EXPECT_GT(refused, 0);
    const auto loaded = store->load();
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->facts.size(), static_cast<std::size_t>(accepted));
}

/// True once the file itself, without its log, holds the text: it was synced.
bool isInFile(const std::filesystem::path& file, const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (std::chrono::steady_clock::now() < deadline) {
        std::ifstream in(file, std::ios::binary);
        const std::string content(std::istreambuf_iterator<char>(in), {});
        if (content.find(text) != std::string::npos) {
            return true;
        }
        std::this_thread::yield();
    }
    return false;
}

TEST(SqliteStore, WhatIsWrittenSoonReachesTheDiskByItself) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    SqliteLimits limits;
    limits.soon = Millis{1};
    const auto store = openOrFail(folder / "platen.db", loop, limits);
    ASSERT_TRUE(commitNow(*store, loop, {FactRow{"a", "relaxed words"}}, Durability::Relaxed));
    ASSERT_TRUE(commitNow(*store, loop, {FactRow{"b", "words told soon"}}, Durability::Soon));
    EXPECT_TRUE(isInFile(folder / "platen.db", "words told soon"));
    EXPECT_TRUE(isInFile(folder / "platen.db", "relaxed words")) << "what came before, too";
}

TEST(SqliteStore, LoadSeesWhatWasCommittedBeforeIt) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    const auto store = openOrFail(folder / "platen.db", loop);
    store->commit({FactRow{"a", "1"}}, Durability::Relaxed, {});
    const auto loaded = store->load();
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->facts.size(), 1U);
}

}  // namespace
}  // namespace platen::store::test
