// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/store/store.hpp"
#include "proxy/transfer/fetcher.hpp"
#include "proxy/transfer/queue.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace platen::transfer {

/// A download that has come.
struct Received {
    std::filesystem::path file;  ///< Deleted when applying has ended. Empty: an earlier run of the
                                 ///< program had begun to apply it (Depot::begun).
    std::uint64_t bytes = 0;
    std::string sha256;  ///< Lower-case hexadecimal.
};

/// How applying ended; `more` is stored in the same transaction as the result.
struct Applied {
    Outcome outcome;
    store::Batch more;
};

/// A file that is being applied; its end cancels that without the callback.
class Application {
  public:
    Application() = default;
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;
    virtual ~Application() = default;
    /// It must not be cut off any more.
    [[nodiscard]] virtual bool mustFinish() const { return false; }
    /// The device has the whole file; it restarts, or the result is awaited.
    [[nodiscard]] virtual bool handedOver() const { return false; }
};

/// What files mean to the devices; above this folder. thread: loop
class Depot {
  public:
    Depot() = default;
    Depot(const Depot&) = delete;
    Depot& operator=(const Depot&) = delete;
    virtual ~Depot() = default;
    /// Why this device cannot take or give such a file, for the answer to the request (9001, 9003).
    [[nodiscard]] virtual Outcome check(DeviceId device,
                                        Kind kind,
                                        std::string_view fileType) const = 0;
    /// The content of an upload, put into `content`.
    [[nodiscard]] virtual Outcome read(DeviceId device,
                                       std::string_view fileType,
                                       std::string& content) = 0;
    /// A file has come; it is deleted after the call.
    [[nodiscard]] virtual Outcome apply(DeviceId device,
                                        std::string_view fileType,
                                        const std::filesystem::path& file) = 0;

    /// The most bytes of such a download; 0: Limits::maxDownloadBytes.
    [[nodiscard]] virtual std::uint64_t maxBytes(DeviceId /*device*/,
                                                 std::string_view /*fileType*/) const {
        return 0;
    }
    /// False: the transfer waits though its time has come; asked again soon.
    [[nodiscard]] virtual bool mayStart(DeviceId /*device*/, const Transfer& /*transfer*/) const {
        return true;
    }
    /// Asked before a download is fetched; a fault ends it.
    [[nodiscard]] virtual Outcome beforeFetch(DeviceId /*device*/,
                                              const Transfer& /*transfer*/) const {
        return {};
    }
    /// An earlier run of the program had begun to apply this: it is not fetched again.
    [[nodiscard]] virtual bool begun(DeviceId /*device*/, const Transfer& /*transfer*/) const {
        return false;
    }
    /// Applying that takes long; null: apply() does it. `done` comes once, never inside the call,
    /// and may destroy the Application.
    [[nodiscard]] virtual std::unique_ptr<Application> startApply(
        DeviceId /*device*/,
        const Transfer& /*transfer*/,
        const Received& /*received*/,
        UniqueFunction<void(Applied)> /*done*/) {
        return nullptr;
    }
};

/// Limits; tests make them smaller.
struct Limits {
    std::uint64_t maxDownloadBytes = 32U << 10U;  ///< What the loop can check in 5 ms.
    std::uint64_t maxUploadBytes = 4U << 20U;
    std::uint64_t minFreeBytes = 64U << 20U;       ///< Left on the disk beside a download.
    std::size_t maxRunning = 2;                    ///< Of all devices together.
    Millis timeLimit{std::chrono::minutes{15}};    ///< Of one transfer.
    Millis longestWait{std::chrono::minutes{10}};  ///< The wall clock may be set meanwhile.
};

/// The file transfers of all devices: queues, starts, results (C-XFER). A transfer of a device runs
/// only while the device is ready: it is there and no session of it has begun. thread: loop
class Transfers {
  public:
    struct Ports {
        net::Loop& loop;
        store::Store& store;
        Fetcher& fetcher;
        Depot& depot;
    };
    /// `folder` is for files under way: it is made, and emptied of what an earlier run left.
    Transfers(const Ports& ports, std::filesystem::path folder, Limits limits);
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;
    ~Transfers();

    void restore(const store::Snapshot& snapshot);
    /// Called from the loop when a transfer of a device has ended and is to be reported.
    void onEnded(std::function<void(DeviceId)> tell) { tell_ = std::move(tell); }

    /// Checks and queues what an RPC asked for. `done` comes once, never
    /// inside the call, after the transfer is on disk; a fault means that nothing was queued.
    void add(DeviceId device, Transfer transfer, UniqueFunction<void(Outcome)> done);
    /// CancelTransfer; `done` as in add().
    void cancel(DeviceId device, std::string_view commandKey, UniqueFunction<void(Outcome)> done);
    /// A transfer that is over and that no ACS asked for (C-XFER-24); `more` goes into the same
    /// transaction. onEnded tells of it when both are on disk. With too many of them, only `more`
    /// is stored.
    void record(DeviceId device, Transfer transfer, store::Batch more);
    /// The ACS confirmed TransferComplete; `done` comes when that is on disk.
    void acknowledge(DeviceId device, std::uint64_t id, UniqueFunction<void()> done);
    /// Another ACS, or a factory reset: nothing is known any more (C-BS-05, C-CMD-03).
    void clear(DeviceId device);

    void setReady(DeviceId device, bool ready);
    /// Nothing is started any more; what runs is tried again after the next start.
    void stop();

    /// All of the device; null: none.
    [[nodiscard]] const Queue* queue(DeviceId device) const;
    [[nodiscard]] bool hasResults(DeviceId device) const;
    /// The device has a file, and the result is awaited.
    [[nodiscard]] bool handedOver(DeviceId device) const;
    [[nodiscard]] std::size_t running() const { return running_.size(); }
    [[nodiscard]] WallTime now() const { return ports_.loop.clock().wallNow(); }

  private:
    struct Running {
        std::uint64_t id = 0;
        std::filesystem::path file;
        std::unique_ptr<Fetch> fetch;
        std::unique_ptr<Application> application;
        bool forgotten = false;  ///< Nobody wants the result any more.
    };

    void schedule();
    void pump();
    [[nodiscard]] bool startOne(DeviceId device, Queue& queue);
    void start(DeviceId device, const Transfer& transfer);
    [[nodiscard]] Outcome prepare(DeviceId device, const Transfer& transfer, FetchRequest& request);
    void onFetched(DeviceId device, std::uint64_t id, FetchResult result);
    [[nodiscard]] bool startApply(DeviceId device, const Transfer& transfer, const Received& file);
    void finish(DeviceId device, std::uint64_t id, Outcome outcome, store::Batch more = {});
    void finishLater(DeviceId device, std::uint64_t id, Outcome outcome);
    [[nodiscard]] std::size_t fetching() const;
    [[nodiscard]] std::uint64_t maxDownload(DeviceId device, std::string_view fileType) const;
    void forget(DeviceId device);
    void commit(DeviceId device, store::Batch batch, UniqueFunction<void(bool)> done);
    void answer(Outcome outcome, UniqueFunction<void(Outcome)> done);

    Ports ports_;
    std::filesystem::path folder_;
    Limits limits_;
    std::map<DeviceId, Queue> queues_;
    std::map<DeviceId, Running> running_;
    std::set<DeviceId> ready_;
    std::function<void(DeviceId)> tell_;
    std::optional<net::TimerId> timer_;
    bool scheduled_ = false;
    bool stopped_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::transfer
