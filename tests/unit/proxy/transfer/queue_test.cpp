// SPDX-License-Identifier: Apache-2.0
#include "proxy/transfer/queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace platen::transfer {
namespace {

using namespace std::chrono_literals;

constexpr DeviceId kDevice{3};

WallTime at(int seconds) {
    return WallTime{std::chrono::seconds{1'900'000'000 + seconds}};
}

Transfer upload(const std::string& key) {
    Transfer transfer;
    transfer.kind = Kind::Upload;
    transfer.commandKey = key;
    transfer.fileType = "4 Vendor Log File";
    transfer.url = "http://h/f";
    transfer.username = "user";
    transfer.password = Secret("word");
    return transfer;
}

Transfer scheduled(std::vector<Window> windows) {
    auto transfer = upload("s");
    transfer.kind = Kind::ScheduledDownload;
    transfer.windows = std::move(windows);
    return transfer;
}

/// The queue and what a store would hold of it.
struct Stored {
    Queue queue{kDevice};
    store::Batch batch;

    std::uint64_t add(Transfer transfer) {
        const auto id = queue.add(std::move(transfer), batch);
        EXPECT_TRUE(id);
        return id.value_or(0);
    }
    /// The rows after all mutations so far.
    [[nodiscard]] std::vector<store::TransferRow> rows() const {
        std::map<std::uint64_t, store::TransferRow> kept;
        for (const auto& mutation : batch) {
            if (const auto* row = std::get_if<store::TransferRow>(&mutation)) {
                kept[row->id] = *row;
            } else if (const auto* gone = std::get_if<store::TransferErased>(&mutation)) {
                kept.erase(gone->id);
            }
        }
        std::vector<store::TransferRow> list;
        for (auto& [id, row] : kept) {
            list.push_back(std::move(row));
        }
        return list;
    }
    /// The same after a restart of the program.
    [[nodiscard]] Stored restarted(WallTime now) const {
        Stored next;
        for (const auto& row : rows()) {
            next.batch.emplace_back(row);
            next.queue.restore(row, now, next.batch);
        }
        return next;
    }
};

TEST(TransferQueue, StartsOneAfterTheOther) {
    Stored stored;
    const auto first = stored.add(upload("a"));
    const auto second = stored.add(upload("b"));
    ASSERT_NE(stored.queue.due(at(0)), nullptr);
    EXPECT_EQ(stored.queue.due(at(0))->id, first);
    stored.queue.started(first, at(0), stored.batch);
    EXPECT_EQ(stored.queue.due(at(0)), nullptr) << "one runs";
    EXPECT_TRUE(stored.queue.finished(first, at(5), {}, stored.batch));
    EXPECT_EQ(stored.queue.due(at(5))->id, second);
    EXPECT_TRUE(stored.queue.hasResults());
}

TEST(TransferQueue, HoldsSixteen) {
    Stored stored;
    for (std::size_t i = 0; i < kMaxPerDevice; ++i) {
        stored.add(upload("k"));
    }
    EXPECT_FALSE(stored.queue.add(upload("more"), stored.batch));
    EXPECT_EQ(stored.rows().size(), kMaxPerDevice);
}

// C-XFER-13
TEST(TransferQueue, EverythingComesBackAfterARestart) {
    Stored stored;
    auto later = upload("later");
    later.notBefore = at(50);
    later.fileSize = 4'000'000'000;
    later.targetName = "../x";
    stored.add(std::move(later));
    stored.add(scheduled({{at(100), at(200), -1}, {at(300), at(400), 2}}));
    const auto after = stored.restarted(at(0));
    ASSERT_EQ(after.queue.all().size(), 2U);
    const auto& one = after.queue.all()[0];
    EXPECT_EQ(one.commandKey, "later");
    EXPECT_EQ(one.notBefore, at(50));
    EXPECT_EQ(one.fileSize, 4'000'000'000U);
    EXPECT_EQ(one.targetName, "../x");
    EXPECT_EQ(one.password.reveal(), "word");
    const auto& windows = after.queue.all()[1].windows;
    ASSERT_EQ(windows.size(), 2U);
    EXPECT_EQ(windows[0].maxRetries, -1);
    EXPECT_EQ(windows[1].start, at(300));
    EXPECT_EQ(windows[1].end, at(400));
}

TEST(TransferQueue, CredentialsAreForgottenAtTheEnd) {
    Stored stored;
    const auto id = stored.add(upload("a"));
    stored.queue.started(id, at(0), stored.batch);
    stored.queue.finished(id, at(1), {FaultCode::UploadFailed, "no"}, stored.batch);
    ASSERT_EQ(stored.rows().size(), 1U);
    EXPECT_EQ(stored.rows()[0].username, "");
    EXPECT_EQ(stored.rows()[0].password, "");
    const auto after = stored.restarted(at(2));
    EXPECT_EQ(after.queue.all()[0].outcome.code, FaultCode::UploadFailed);
    EXPECT_EQ(after.queue.all()[0].outcome.text, "no");
}

TEST(TransferQueue, NumbersAreNotUsedTwiceWhileTheyMatter) {
    Stored stored;
    stored.add(upload("a"));
    const auto last = stored.add(upload("b"));
    auto after = stored.restarted(at(0));
    EXPECT_GT(after.add(upload("c")), last);
}

// A stored row that no version of ours wrote must not stop the program, nor be lost in silence.
TEST(TransferQueue, DamagedRowsBecomeFailures) {
    const auto sound = toRow(kDevice, upload("a"));
    std::vector<store::TransferRow> damaged(6, sound);
    damaged[0].kind = 9;
    damaged[1].state = 0;
    damaged[2].state = 4;
    damaged[3].windows = "1,2";
    damaged[4].windows = "1,2,3;1,2,3;1,2,3";
    damaged[5].fault = 70'000;
    for (const auto& row : damaged) {
        const auto transfer = fromRow(row);
        EXPECT_EQ(transfer.state, State::Done);
        EXPECT_EQ(transfer.outcome.code, FaultCode::Internal);
        EXPECT_EQ(transfer.commandKey, "a");
    }
}

// C-XFER-22, C-RPC-02
TEST(TransferQueue, CancelIsAllOrNothing) {
    Stored stored;
    const auto running = stored.add(upload("a"));
    stored.add(upload("a"));
    stored.add(upload("b"));
    stored.queue.started(running, at(0), stored.batch);
    EXPECT_EQ(stored.queue.cancel("a", stored.batch).code, FaultCode::CannotCancel);
    EXPECT_EQ(stored.queue.all().size(), 3U);
    EXPECT_TRUE(stored.queue.cancel("b", stored.batch).good());
    EXPECT_EQ(stored.rows().size(), 2U);
    stored.queue.finished(running, at(1), {}, stored.batch);
    EXPECT_EQ(stored.queue.cancel("a", stored.batch).code, FaultCode::CannotCancel) << "has ended";
}

// C-XFER-23
TEST(TransferQueue, AWindowOpensAndCloses) {
    Stored stored;
    stored.add(scheduled({{at(100), at(200), 0}}));
    EXPECT_EQ(stored.queue.due(at(99)), nullptr);
    EXPECT_EQ(stored.queue.nextTime(at(0)), at(100));
    EXPECT_NE(stored.queue.due(at(100)), nullptr);
    EXPECT_EQ(stored.queue.nextTime(at(100)), at(200)) << "to notice its end";
    EXPECT_FALSE(stored.queue.expire(at(199), stored.batch));
    EXPECT_TRUE(stored.queue.expire(at(200), stored.batch));
    EXPECT_EQ(stored.queue.all()[0].outcome.code, FaultCode::OutsideWindow);
}

TEST(TransferQueue, RetriesInAWindowAreCountedAndTheSecondWindowStartsAnew) {
    Stored stored;
    const auto id = stored.add(scheduled({{at(0), at(1000), 1}, {at(2000), at(3000), 0}}));
    const Outcome failed{FaultCode::CannotContact, "refused"};
    stored.queue.started(id, at(0), stored.batch);
    EXPECT_FALSE(stored.queue.finished(id, at(1), failed, stored.batch));
    EXPECT_EQ(stored.queue.due(at(2)), nullptr) << "a pause";
    EXPECT_NE(stored.queue.due(at(61)), nullptr);
    stored.queue.started(id, at(61), stored.batch);
    EXPECT_FALSE(stored.queue.finished(id, at(62), failed, stored.batch));
    EXPECT_EQ(stored.queue.due(at(900)), nullptr) << "one retry is used up";
    auto after = stored.restarted(at(900));
    ASSERT_NE(after.queue.due(at(2000)), nullptr);
    after.queue.started(id, at(2000), after.batch);
    EXPECT_TRUE(after.queue.finished(id, at(2001), failed, after.batch));
    EXPECT_EQ(after.queue.all()[0].outcome.code, FaultCode::CannotContact);
}

TEST(TransferQueue, ADownloadThatOutlastsItsLastWindowEndsWith9020) {
    Stored stored;
    const auto id = stored.add(scheduled({{at(0), at(100), -1}}));
    stored.queue.started(id, at(90), stored.batch);
    EXPECT_TRUE(stored.queue.finished(id, at(100), {FaultCode::Incomplete, "slow"}, stored.batch));
    EXPECT_EQ(stored.queue.all()[0].outcome.code, FaultCode::OutsideWindow);
}

// The same file would be refused again.
TEST(TransferQueue, ABadFileIsNotFetchedAgainInTheWindow) {
    Stored stored;
    const auto id = stored.add(scheduled({{at(0), at(1000), -1}}));
    stored.queue.started(id, at(0), stored.batch);
    EXPECT_TRUE(stored.queue.finished(id, at(1), {FaultCode::Corrupted, "bad"}, stored.batch));
    EXPECT_EQ(stored.queue.all()[0].outcome.code, FaultCode::Corrupted);
}

// C-XFER-28: the clock was set back meanwhile.
TEST(TransferQueue, TheEndIsNeverBeforeTheStart) {
    Stored stored;
    const auto id = stored.add(upload("a"));
    stored.queue.started(id, at(100), stored.batch);
    stored.queue.finished(id, at(50), {}, stored.batch);
    EXPECT_EQ(stored.queue.all()[0].completed, at(100));
}

}  // namespace
}  // namespace platen::transfer
