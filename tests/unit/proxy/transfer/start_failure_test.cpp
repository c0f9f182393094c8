// SPDX-License-Identifier: Apache-2.0
// A transfer that cannot even be started, and files whose application takes long.
#include "fake_transfer.hpp"
#include "proxy/transfer/transfers.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_loop.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace platen::transfer {
namespace {

constexpr DeviceId kDevice{3};

/// Throws, as libcurl's wrapper does without memory or descriptors, so often.
class BrokenFetcher final : public Fetcher {
  public:
    explicit BrokenFetcher(Fetcher& inner) : inner_(inner) {}
    std::unique_ptr<Fetch> start(FetchRequest request,
                                 UniqueFunction<void(FetchResult)> done) override {
        if (failures > 0) {
            --failures;
            throw std::runtime_error("libcurl took no transfer");
        }
        return inner_.start(std::move(request), std::move(done));
    }
    int failures = 0;

  private:
    Fetcher& inner_;
};

/// Applies when the test says so.
class SlowDepot final : public Depot {
  public:
    struct Slow final : Application {
        explicit Slow(SlowDepot& d) : depot(d) { ++depot.open; }
        Slow(const Slow&) = delete;
        Slow& operator=(const Slow&) = delete;
        ~Slow() override { --depot.open; }
        [[nodiscard]] bool mustFinish() const override { return depot.sending; }
        SlowDepot& depot;
    };
    [[nodiscard]] Outcome check(DeviceId, Kind, std::string_view) const override { return {}; }
    [[nodiscard]] Outcome read(DeviceId, std::string_view, std::string& into) override {
        if (readThrows) {
            throw std::bad_alloc();
        }
        into = "log";
        return {};
    }
    [[nodiscard]] Outcome apply(DeviceId, std::string_view, const std::filesystem::path&) override {
        return {FaultCode::Internal, "not here"};
    }
    [[nodiscard]] bool mayStart(DeviceId, const Transfer&) const override { return !held; }
    [[nodiscard]] Outcome beforeFetch(DeviceId, const Transfer&) const override { return before; }
    [[nodiscard]] std::unique_ptr<Application> startApply(
        DeviceId, const Transfer&, const Received&, UniqueFunction<void(Applied)> done) override {
        finish = std::move(done);
        return std::make_unique<Slow>(*this);
    }
    UniqueFunction<void(Applied)> finish;
    Outcome before;
    int open = 0;
    bool sending = false, held = false, readThrows = false;
};

class StartTest : public testing::Test {
  protected:
    StartTest() {
        transfers.onEnded([this](DeviceId) { ++ended; });
        transfers.setReady(kDevice, true);
    }
    void add(Kind kind, const std::string& key, DeviceId device = kDevice) {
        Transfer transfer;
        transfer.kind = kind;
        transfer.commandKey = key;
        transfer.url = "http://h/f";
        transfers.add(device, std::move(transfer),
                      [](const Outcome& outcome) { EXPECT_TRUE(outcome.good()) << outcome.text; });
        loop.runUntilIdle();
    }
    [[nodiscard]] const Transfer& at(std::size_t index) const {
        return transfers.queue(kDevice)->all().at(index);
    }

    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::FailingStore store{store::makeMemoryStore(loop), loop};
    test::FakeFetcher inner;
    BrokenFetcher fetcher{inner};
    SlowDepot depot;
    test::TemporaryFolder folder;
    Transfers transfers{Transfers::Ports{loop, store, fetcher, depot}, folder.path(), Limits{}};
    int ended = 0;
};

TEST_F(StartTest, OneThatCannotStartFailsWithItsFaultAndTheNextGoes) {
    fetcher.failures = 2;
    add(Kind::Upload, "first");
    ASSERT_EQ(at(0).state, State::Done);
    EXPECT_EQ(at(0).outcome.code, FaultCode::UploadFailed);
    EXPECT_EQ(ended, 1);
    add(Kind::Download, "second");
    EXPECT_EQ(at(1).outcome.code, FaultCode::DownloadFailed);
    add(Kind::Upload, "third");
    EXPECT_EQ(at(2).state, State::Running);
    inner.finish();
    loop.runUntilIdle();
    EXPECT_TRUE(at(2).state == State::Done && at(2).outcome.good());
    depot.readThrows = true;
    add(Kind::Upload, "fourth");
    EXPECT_EQ(at(3).outcome.code, FaultCode::UploadFailed);
    EXPECT_EQ(transfers.running(), 0U);
}

TEST_F(StartTest, ALongApplicationHoldsOnlyItsOwnDevice) {
    add(Kind::Download, "slow");
    inner.finish();
    EXPECT_EQ(depot.open, 1);
    EXPECT_EQ(at(0).state, State::Running);
    add(Kind::Upload, "next");
    EXPECT_EQ(inner.requests.size(), 1U) << "one at a time for a device";
    for (const auto other : {DeviceId{4}, DeviceId{5}}) {
        transfers.setReady(other, true);
        add(Kind::Upload, "other", other);
    }
    EXPECT_EQ(inner.running(), 2U) << "others are not held up";
    store::Batch more;
    more.emplace_back(store::FactRow{"applied", "yes"});
    depot.finish({{FaultCode::Corrupted, "refused"}, std::move(more)});
    loop.runUntilIdle();
    EXPECT_EQ(depot.open, 0);
    EXPECT_EQ(at(0).outcome.code, FaultCode::Corrupted);
    EXPECT_EQ(store.load()->facts.size(), 1U) << "stored with the result";
}

TEST_F(StartTest, TheDepotCanHoldBackAndRefuseBeforeTheFetch) {
    depot.held = true;
    add(Kind::Download, "held");
    EXPECT_EQ(at(0).state, State::Waiting);
    EXPECT_TRUE(inner.requests.empty());
    depot.held = false;
    depot.before = {FaultCode::NotAuthentic, "not signed"};
    loop.advance(std::chrono::seconds{11});
    EXPECT_TRUE(inner.requests.empty());
    EXPECT_EQ(at(0).outcome.code, FaultCode::NotAuthentic);
}

// C-BS-05: another ACS; but half an image must not stay in a printer.
TEST_F(StartTest, WhatIsBeingSentIsFinishedThoughNobodyWantsTheResult) {
    add(Kind::Download, "sending");
    inner.finish();
    depot.sending = true;
    transfers.clear(kDevice);
    EXPECT_EQ(depot.open, 1);
    EXPECT_EQ(transfers.queue(kDevice), nullptr);
    add(Kind::Upload, "of the new ACS");
    EXPECT_EQ(at(0).state, State::Waiting);
    depot.finish({});
    loop.runUntilIdle();
    EXPECT_EQ(depot.open, 0);
    EXPECT_EQ(at(0).state, State::Running) << "its own turn, not the old result";
    EXPECT_EQ(ended, 0);
}

TEST_F(StartTest, WhatOnlyWaitsIsGivenUpWithTheOldAcs) {
    add(Kind::Download, "waiting");
    inner.finish();
    transfers.clear(kDevice);
    EXPECT_EQ(depot.open, 0);
    EXPECT_EQ(transfers.running(), 0U);
}

TEST_F(StartTest, TooManyTransfersOfOurOwnAreNotKept) {
    for (std::size_t i = 0; i < kMaxAutonomous + 3; ++i) {
        Transfer own;
        own.kind = Kind::OwnDownload;
        store::Batch more;
        more.emplace_back(store::FactRow{"seen", std::to_string(i)});
        transfers.record(kDevice, std::move(own), std::move(more));
    }
    loop.runUntilIdle();
    EXPECT_EQ(transfers.queue(kDevice)->all().size(), kMaxAutonomous);
    EXPECT_EQ(ended, static_cast<int>(kMaxAutonomous));
    ASSERT_EQ(store.load()->facts.size(), 1U);
    EXPECT_EQ(store.load()->facts[0].text, std::to_string(kMaxAutonomous + 2));
}

}  // namespace
}  // namespace platen::transfer
