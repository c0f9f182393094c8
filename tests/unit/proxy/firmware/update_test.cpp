// SPDX-License-Identifier: Apache-2.0
// A firmware update from the file to the version that the printer reports. The channel is FTP, for
// the fake fetcher; the raw port has a test of its own.
#include "proxy/firmware/firmware.hpp"
#include "signing.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_loop.hpp"
#include "tests/unit/proxy/transfer/fake_transfer.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace platen::firmware {
namespace {

using namespace std::chrono_literals;
using transfer::FaultCode;

constexpr DeviceId kOne{1};
constexpr DeviceId kTwo{2};
const std::string kSha(64, 'b');

class FakePrinters final : public Printers {
  public:
    explicit FakePrinters(net::Loop& loop) : loop_(loop) {}
    std::optional<PrinterView> view(DeviceId device) const override {
        const auto found = printers.find(device);
        return found == printers.end() ? std::nullopt : std::optional(found->second);
    }
    void refresh(DeviceId device, UniqueFunction<void(bool)> done) override {
        ++reads;
        if (silentForEver) {
            lost_.push_back(std::move(done));
            return;
        }
        loop_.post([this, device, done = std::move(done)]() mutable {
            if (onRead) {
                onRead(device);
            }
            done(up);
        });
    }
    std::map<DeviceId, PrinterView> printers;
    std::function<void(DeviceId)> onRead;
    bool up = true;
    bool silentForEver = false;
    std::size_t reads = 0;

  private:
    net::Loop& loop_;
    std::vector<UniqueFunction<void(bool)>> lost_;
};

class UpdateTest : public testing::Test {
  protected:
    UpdateTest() {
        settings.catalogue = folder.catalogue();
        settings.publicKey = folder.keyFile();
        settings.holdFile = folder.files / "hold";
        publish("");
        for (const auto device : {kOne, kTwo}) {
            PrinterView view;
            view.facts = {"Acme", "X1", "1.0", {{mibmap::FirmwareChannel::Kind::Ftp, 21, "/", {}}}};
            view.address = net::Address::fromIpv4(0x7F000001);
            view.idle = true;
            view.state = "Idle";
            view.upTime = 1000;
            printers.printers[device] = view;
        }
        start();
    }
    void publish(const std::string& approval, const std::string& sha = kSha) const {
        folder.publish(R"({"format": 1, "images": [{"vendor": "Acme", "models": ["X1"],
            "from": ["1.0"], "version": "2.0", "sha256": ")" +
                       sha + R"(", "bytes": 7, "approval": ")" + approval + "\"}]}");
    }
    /// The program starts (again).
    void start() {
        firmware = std::make_unique<Firmware>(Firmware::Ports{loop, store, fetcher, printers},
                                              [this] { return settings; });
        firmware->restore(*store.load());
    }
    static transfer::Transfer job(std::uint64_t id = 1) {
        transfer::Transfer out;
        out.id = id;
        out.url = "http://files.test/fw";
        out.fileType = "1 Firmware Upgrade Image";
        return out;
    }
    void apply(DeviceId device, const transfer::Received& received) {
        running[device] = firmware->startApply(device, job(), received,
                                               [this, device](transfer::Applied applied) {
                                                   results[device] = applied.outcome;
                                                   commit(std::move(applied.more));
                                                   running.erase(device);
                                               });
    }
    void apply(DeviceId device) { apply(device, {"image", 7, kSha}); }
    void commit(store::Batch batch) {
        store.commit(std::move(batch), store::Durability::Durable,
                     [](const Result<void>& result) { EXPECT_TRUE(result); });
    }
    /// The image goes to the printer, which restarts.
    void sent() {
        ASSERT_EQ(fetcher.running(), 1U);
        fetcher.finish();
    }
    [[nodiscard]] FaultCode code(DeviceId device) const {
        return results.contains(device) ? results.at(device).code : FaultCode::Internal;
    }

    test::CatalogueFolder folder;
    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::FailingStore store{store::makeMemoryStore(loop), loop};
    test::FakeFetcher fetcher;
    FakePrinters printers{loop};
    Settings settings;
    std::unique_ptr<Firmware> firmware;
    std::map<DeviceId, std::unique_ptr<transfer::Application>> running;
    std::map<DeviceId, transfer::Outcome> results;
};

// C-PRX-43, C-XFER-08
TEST_F(UpdateTest, IsSentToAnIdlePrinterAndGoodWhenItReportsTheNewVersion) {
    EXPECT_TRUE(firmware->check(kOne).good());
    EXPECT_EQ(firmware->maxBytes(kOne), 7U);
    apply(kOne);
    loop.advance(4min);
    EXPECT_EQ(fetcher.running(), 0U) << "FW3: idle for five minutes";
    loop.advance(2min);
    ASSERT_EQ(fetcher.requests.size(), 1U);
    EXPECT_EQ(fetcher.requests[0].url, "ftp://127.0.0.1:21//image");
    EXPECT_EQ(fetcher.requests[0].file, "image");
    EXPECT_TRUE(fetcher.requests[0].bodyFromFile && fetcher.requests[0].direct);
    EXPECT_TRUE(running.at(kOne)->mustFinish());
    EXPECT_FALSE(running.at(kOne)->handedOver());
    sent();
    EXPECT_TRUE(running.at(kOne)->handedOver());
    printers.up = false;
    loop.advance(3min);
    EXPECT_TRUE(results.empty()) << "not before it is applied";
    printers.up = true;
    printers.printers[kOne].facts.version = "2.0";
    loop.advance(1min);
    EXPECT_EQ(code(kOne), FaultCode::None);
    EXPECT_EQ(firmware->push(kOne), nullptr);
    EXPECT_FALSE(firmware->check(kOne).good()) << "it has this version";
    EXPECT_TRUE(firmware->check(kTwo).good());
}

TEST_F(UpdateTest, GoesByAFormWhereTheMapSaysSo) {
    printers.printers[kOne].facts.channels = {
        {mibmap::FirmwareChannel::Kind::Http, 80, "/upload.cgi", "fw"}};
    apply(kOne);
    loop.advance(6min);
    ASSERT_EQ(fetcher.requests.size(), 1U);
    EXPECT_EQ(fetcher.requests[0].url, "http://127.0.0.1:80/upload.cgi");
    EXPECT_EQ(fetcher.requests[0].formField, "fw");
    EXPECT_TRUE(fetcher.requests[0].direct);
}

TEST_F(UpdateTest, ABusyOrHeldPrinterIsWaitedForAndThenGivenUp) {
    printers.printers[kOne].idle = false;
    printers.printers[kOne].state = "Processing";
    apply(kOne);
    loop.advance(50min);
    EXPECT_TRUE(results.empty());
    printers.printers[kOne].idle = true;
    loop.advance(2min);
    printers.printers[kOne].idle = false;  // Idle again only for two minutes.
    loop.advance(10min);
    EXPECT_EQ(code(kOne), FaultCode::DownloadFailed);
    EXPECT_NE(results[kOne].text.find("Processing"), std::string::npos) << results[kOne].text;

    folder.write("hold", "");
    apply(kTwo);
    loop.advance(30min);
    EXPECT_TRUE(fetcher.requests.empty()) << "FW4";
    std::filesystem::remove(settings.holdFile);
    loop.advance(1min);
    EXPECT_EQ(fetcher.requests.size(), 1U);
}

// C-XFER-26: the hash is checked before anything is sent.
TEST_F(UpdateTest, AnotherFileOrABadSignatureNeverReachesThePrinter) {
    apply(kOne, {"image", 7, std::string(64, 'c')});
    loop.advance(1min);
    EXPECT_EQ(code(kOne), FaultCode::Corrupted);
    apply(kOne, {"image", 8, kSha});
    loop.advance(1min);
    EXPECT_EQ(code(kOne), FaultCode::Corrupted);
    folder.write("catalogue.json.sig", std::string(64, 'x'));
    EXPECT_TRUE(firmware->check(kOne).good()) << "told by TransferComplete";
    EXPECT_EQ(firmware->beforeFetch(kOne).code, FaultCode::NotAuthentic);
    apply(kOne);
    loop.advance(1min);
    EXPECT_EQ(code(kOne), FaultCode::NotAuthentic);
    loop.advance(1h);
    EXPECT_TRUE(fetcher.requests.empty());
}

TEST_F(UpdateTest, OffWithoutACatalogue) {
    settings.catalogue.clear();
    EXPECT_EQ(firmware->check(kOne).code, FaultCode::Denied);
    settings.catalogue = folder.files / "none.json";
    EXPECT_EQ(firmware->check(kOne).code, FaultCode::Denied);
    EXPECT_EQ(firmware->check(DeviceId{9}).code, FaultCode::Denied);
}

// Channels come from the map, which is chosen when the printer answers.
TEST_F(UpdateTest, APrinterThatWasNotReadYetIsWaitedForAnHour) {
    printers.printers[kOne].known = false;
    printers.printers[kOne].facts.channels.clear();
    EXPECT_TRUE(firmware->check(kOne).good());
    EXPECT_EQ(firmware->maxBytes(kOne), 7U);
    auto late = job();
    late.notBefore = clock.wallNow();
    EXPECT_FALSE(firmware->mayStart(kOne, late));
    loop.advance(61min);
    EXPECT_TRUE(firmware->mayStart(kOne, late)) << "C-XFER-04";
    EXPECT_EQ(firmware->beforeFetch(kOne).code, FaultCode::DownloadFailed);
    printers.printers[kOne].known = true;
    EXPECT_EQ(firmware->check(kOne).code, FaultCode::Denied) << "no channel";
}

TEST_F(UpdateTest, OnePrinterAtATime) {
    apply(kOne);
    EXPECT_FALSE(firmware->mayStart(kTwo, job()));
    apply(kTwo);  // Both had been fetched before.
    loop.advance(20min);
    EXPECT_EQ(fetcher.running(), 1U) << "FW10";
    sent();
    loop.advance(10min);
    EXPECT_EQ(fetcher.running(), 0U);
    printers.printers[kOne].facts.version = "2.0";
    loop.advance(1min);
    EXPECT_EQ(code(kOne), FaultCode::None);
    EXPECT_EQ(fetcher.running(), 1U);
}

TEST_F(UpdateTest, APrinterThatKeepsItsVersionStopsTheImageAtThisSite) {
    apply(kOne);
    loop.advance(6min);
    sent();
    loop.advance(1min);
    printers.printers[kOne].upTime = 5;  // It restarted.
    loop.advance(10min);
    EXPECT_EQ(code(kOne), FaultCode::Corrupted);
    EXPECT_TRUE(results[kOne].last);
    const auto refusal = firmware->check(kTwo);
    EXPECT_EQ(refusal.code, FaultCode::Denied) << "FW2";
    start();
    EXPECT_EQ(firmware->check(kTwo).code, FaultCode::Denied) << "over a restart";
    publish("looked at it");
    EXPECT_TRUE(firmware->check(kTwo).good()) << "a new approval lifts the stop";
}

TEST_F(UpdateTest, APrinterThatDoesNotComeBackFailsAfterTheTime) {
    apply(kOne);
    loop.advance(6min);
    sent();
    printers.silentForEver = true;  // Not even the read ends.
    loop.advance(59min);
    EXPECT_TRUE(results.empty()) << "FW6";
    loop.advance(5min);
    EXPECT_EQ(code(kOne), FaultCode::DownloadFailed);
    EXPECT_FALSE(firmware->check(kTwo).good());
}

// FW8: what the printer's owner closed stays closed.
TEST_F(UpdateTest, AClosedPortFailsAndStopsNothing) {
    apply(kOne);
    loop.advance(6min);
    fetcher.finish({FaultCode::CannotContact, "refused"});
    loop.advance(1s);
    EXPECT_EQ(code(kOne), FaultCode::DownloadFailed);
    EXPECT_TRUE(firmware->check(kTwo).good());
    EXPECT_EQ(firmware->push(kOne), nullptr);
}

// C-XFER-13: power lost while the image was on its way.
TEST_F(UpdateTest, IsNotSentAgainAfterAnEndOfTheProgram) {
    store::TransferRow row;
    row.device = kOne;
    row.id = 1;
    row.url = job().url;
    commit({row});
    apply(kOne);
    loop.advance(6min);
    ASSERT_EQ(fetcher.running(), 1U);
    running.clear();
    start();
    EXPECT_TRUE(firmware->begun(kOne, job()));
    EXPECT_FALSE(firmware->begun(kOne, job(2)));
    EXPECT_FALSE(firmware->begun(kTwo, job()));
    EXPECT_TRUE(firmware->othersTurn(kTwo));
    apply(kOne, {});
    loop.advance(10min);
    EXPECT_EQ(fetcher.requests.size(), 1U) << "never twice";
    printers.printers[kOne].facts.version = "2.0";
    loop.advance(1min);
    EXPECT_EQ(code(kOne), FaultCode::None);
    start();
    EXPECT_FALSE(firmware->begun(kOne, job())) << "nothing is left of it";
}

TEST_F(UpdateTest, NothingIsSentBeforeTheDiskHasIt) {
    apply(kOne);
    loop.advance(4min);
    store.failCommit(store.commits() + 1);
    loop.advance(2min);
    EXPECT_TRUE(fetcher.requests.empty());
    EXPECT_EQ(code(kOne), FaultCode::DownloadFailed);
    EXPECT_EQ(firmware->push(kOne), nullptr);
}

}  // namespace
}  // namespace platen::firmware
