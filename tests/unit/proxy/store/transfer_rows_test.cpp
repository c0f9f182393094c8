// SPDX-License-Identifier: Apache-2.0
// Rows of file transfers (C-XFER-13) in both stores, and the migration that made their table.
#include "proxy/store/migrations.hpp"
#include "proxy/store/store.hpp"
#include "tests/unit/proxy/store/store_fixture.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>

namespace platen::store::test {
namespace {

TransferRow aTransfer(std::uint32_t device, std::uint64_t id) {
    return {.device = DeviceId{device},
            .id = id,
            .kind = 2,
            .state = 1,
            .commandKey = "key \xF0\x9F\x96\xA8",
            .fileType = "4 Vendor Log File",
            .url = "ftp://h/f",
            .username = "user",
            .password = "word'; DROP TABLE transfer",
            .fileSize = std::numeric_limits<std::uint32_t>::max(),
            .targetName = "../x",
            .notBefore = at(1'900'000'000'001),
            .windows = "1,2,3",
            .attempts = 4,
            .started = at(1'900'000'000'002),
            .completed = kUnknownTime,
            .fault = 9018,
            .faultText = "bad"};
}

class TransferRows : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override { open(); }
    void open() {
        if (!GetParam()) {
            store_ = makeMemoryStore(loop_);
            return;
        }
        auto opened = openSqlite(folder_ / "platen.db", loop_);
        ASSERT_TRUE(opened) << opened.error().text;
        store_ = std::move(*opened);
    }
    std::vector<TransferRow> reload() {
        if (GetParam()) {
            store_.reset();
            open();
        }
        return store_->load()->transfers;
    }

    TemporaryFolder folder_;
    platen::test::PostLoop loop_;
    std::unique_ptr<Store> store_;
};

std::string kindName(const testing::TestParamInfo<bool>& kind) {
    return kind.param ? "Sqlite" : "Memory";
}

INSTANTIATE_TEST_SUITE_P(Stores, TransferRows, testing::Bool(), kindName);

TEST_P(TransferRows, AreKeptWithEveryColumn) {
    ASSERT_TRUE(commitNow(*store_, loop_, {aTransfer(1, 7)}));
    const auto rows = reload();
    ASSERT_EQ(rows.size(), 1U);
    const auto wanted = aTransfer(1, 7);
    const auto& row = rows[0];
    EXPECT_EQ(row.device, wanted.device);
    EXPECT_EQ(row.id, wanted.id);
    EXPECT_EQ(row.kind, wanted.kind);
    EXPECT_EQ(row.state, wanted.state);
    EXPECT_EQ(row.commandKey, wanted.commandKey);
    EXPECT_EQ(row.fileType, wanted.fileType);
    EXPECT_EQ(row.url, wanted.url);
    EXPECT_EQ(row.username, wanted.username);
    EXPECT_EQ(row.password, wanted.password);
    EXPECT_EQ(row.fileSize, wanted.fileSize);
    EXPECT_EQ(row.targetName, wanted.targetName);
    EXPECT_EQ(row.notBefore, wanted.notBefore);
    EXPECT_EQ(row.windows, wanted.windows);
    EXPECT_EQ(row.attempts, wanted.attempts);
    EXPECT_EQ(row.started, wanted.started);
    EXPECT_EQ(row.completed, wanted.completed);
    EXPECT_EQ(row.fault, wanted.fault);
    EXPECT_EQ(row.faultText, wanted.faultText);
}

TEST_P(TransferRows, AreReplacedAndErased) {
    auto changed = aTransfer(1, 7);
    changed.state = 3;
    changed.username.clear();
    changed.password.clear();
    changed.windows.clear();
    changed.completed = at(5);
    ASSERT_TRUE(commitNow(*store_, loop_,
                          {aTransfer(1, 7), aTransfer(1, 8), aTransfer(2, 7), aTransfer(3, 1),
                           changed, TransferErased{DeviceId{1}, 8}, DeviceErased{DeviceId{3}}}));
    const auto rows = reload();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].device, DeviceId{1});
    EXPECT_EQ(rows[0].state, 3);
    EXPECT_EQ(rows[0].password, "");
    EXPECT_EQ(rows[0].windows, "");
    EXPECT_EQ(rows[0].completed, at(5));
    EXPECT_EQ(rows[1].device, DeviceId{2});
}

// A file of the first layout has no such table.
TEST(TransferMigration, AFileOfVersionOneIsLiftedAndKeepsItsRows) {
    const TemporaryFolder folder;
    platen::test::PostLoop loop;
    {
        auto db = Db::open(folder / "platen.db", Db::Mode::ReadWrite);
        ASSERT_TRUE(db);
        ASSERT_TRUE(migrate(*db, migrations().first(1)));
        ASSERT_TRUE(db->exec("INSERT INTO fact (name, content) VALUES ('old', 'kept')"));
    }
    auto store = openSqlite(folder / "platen.db", loop);
    ASSERT_TRUE(store) << store.error().text;
    ASSERT_TRUE(commitNow(**store, loop, {aTransfer(1, 7)}));
    const auto snapshot = (*store)->load();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(snapshot->transfers.size(), 1U);
    ASSERT_EQ(snapshot->facts.size(), 1U);
    EXPECT_EQ(snapshot->facts[0].text, "kept");
}

}  // namespace
}  // namespace platen::store::test
