// SPDX-License-Identifier: Apache-2.0
#include "proxy/store/migrations.hpp"

#include "proxy/store/store.hpp"
#include "tests/unit/proxy/store/store_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace platen::store::test {
namespace {

using testing::HasSubstr;

class Migrations : public testing::Test {
  protected:
    Db open() {
        auto db = Db::open(folder_ / "platen.db", Db::Mode::ReadWrite);
        EXPECT_TRUE(db) << db.error().text;
        return std::move(*db);
    }
    TemporaryFolder folder_;
    platen::test::PostLoop loop_;
};

constexpr Migration kFirst =
    "CREATE TABLE fruit (name TEXT NOT NULL PRIMARY KEY) STRICT;"
    "INSERT INTO fruit (name) VALUES ('apple')";
constexpr Migration kSecond = "ALTER TABLE fruit ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'";
constexpr Migration kBroken =
    "ALTER TABLE fruit ADD COLUMN size INTEGER NOT NULL DEFAULT 1;"
    "UPDATE nowhere SET a = 1";

TEST_F(Migrations, LiftAnOlderFileStepByStepAndKeepItsRows) {
    auto db = open();
    ASSERT_TRUE(migrate(db, std::array{kFirst}));
    EXPECT_EQ(db.scalar("PRAGMA user_version").value_or(-1), 1);
    ASSERT_TRUE(migrate(db, std::array{kFirst, kSecond}));
    EXPECT_EQ(db.scalar("PRAGMA user_version").value_or(-1), 2);
    EXPECT_EQ(db.scalar("SELECT count(*) FROM fruit WHERE name = 'apple' AND colour = 'red'")
                  .value_or(-1),
              1);
}

TEST_F(Migrations, DoNothingToACurrentFile) {
    auto db = open();
    ASSERT_TRUE(migrate(db, std::array{kFirst}));
    ASSERT_TRUE(migrate(db, std::array{kFirst}));
    EXPECT_EQ(db.scalar("SELECT count(*) FROM fruit").value_or(-1), 1);
}

TEST_F(Migrations, ABrokenStepLeavesTheFileAsItWas) {
    auto db = open();
    ASSERT_TRUE(migrate(db, std::array{kFirst}));
    EXPECT_FALSE(migrate(db, std::array{kFirst, kBroken}));
    EXPECT_EQ(db.scalar("PRAGMA user_version").value_or(-1), 1);
    EXPECT_FALSE(db.scalar("SELECT size FROM fruit"));
    EXPECT_FALSE(db.inTransaction());
}

TEST_F(Migrations, AFileThatWasMadeButNeverFilledIsLifted) {
    { auto db = open(); }
    EXPECT_TRUE(openSqlite(folder_ / "platen.db", loop_));
}

TEST_F(Migrations, RefuseANewerFile) {
    {
        auto db = open();
        ASSERT_TRUE(migrate(db, migrations()));
        ASSERT_TRUE(db.exec("PRAGMA user_version = 99"));
    }
    const auto opened = openSqlite(folder_ / "platen.db", loop_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(opened.error().text, HasSubstr("99"));
    EXPECT_THAT(opened.error().text, HasSubstr("newer program"));
}

TEST_F(Migrations, RefuseANegativeVersion) {
    auto db = open();
    ASSERT_TRUE(migrate(db, migrations()));
    ASSERT_TRUE(db.exec("PRAGMA user_version = -1"));
    const auto done = migrate(db, migrations());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Unsupported);
}

// mfp-model 7.4: a file of the second layout knows nothing of what was before a fall.
TEST_F(Migrations, CountersOfVersionTwoAreKept) {
    {
        auto db = open();
        ASSERT_TRUE(migrate(db, migrations().first(2)));
        ASSERT_TRUE(db.exec("INSERT INTO counter VALUES (1, 'n', 's', 2, 3, 4, 5, 1, 6, 7)"));
    }
    const auto opened = openSqlite(folder_ / "platen.db", loop_);
    ASSERT_TRUE(opened) << opened.error().text;
    const auto snapshot = (*opened)->load();
    ASSERT_TRUE(snapshot);
    ASSERT_EQ(snapshot->counters.size(), 1U);
    const auto& counter = snapshot->counters.front();
    EXPECT_EQ(counter.base, 3U);
    EXPECT_EQ(counter.lastRaw, 4U);
    EXPECT_EQ(counter.suspectRaw, 6U);
    EXPECT_EQ(counter.rawBeforeFall, 0U);
    EXPECT_EQ(counter.baseBeforeFall, 0U);
}

TEST_F(Migrations, RefuseTheDatabaseOfAnotherProgram) {
    {
        auto db = open();
        ASSERT_TRUE(db.exec("CREATE TABLE theirs (a INTEGER)"));
    }
    const auto opened = openSqlite(folder_ / "platen.db", loop_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Malformed);
    EXPECT_THAT(opened.error().text, HasSubstr("another program"));
}

}  // namespace
}  // namespace platen::store::test
