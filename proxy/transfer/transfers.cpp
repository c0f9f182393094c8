// SPDX-License-Identifier: Apache-2.0
#include "proxy/transfer/transfers.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/transfer/file_url.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace platen::transfer {
namespace {

constexpr Millis kHeldPause{10'000};  ///< Before the depot is asked again.

}  // namespace

Transfers::Transfers(const Ports& ports, std::filesystem::path folder, Limits limits)
    : ports_(ports), folder_(std::move(folder)), limits_(limits) {
    std::error_code ignored;  // Without the folder each download fails, and says why.
    std::filesystem::remove_all(folder_, ignored);
    std::filesystem::create_directories(folder_, ignored);
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, ignored);
}

Transfers::~Transfers() {
    if (timer_) {
        ports_.loop.cancel(*timer_);
    }
}

void Transfers::commit(DeviceId device, store::Batch batch, UniqueFunction<void(bool)> done) {
    ports_.store.commit(std::move(batch), store::Durability::Durable,
                        [device, done = std::move(done)](const Result<void>& stored) mutable {
                            if (!stored) {
                                LOG_ERROR("transfer", "store.failed", {"device", device},
                                          {"error", stored.error().text});
                            }
                            if (done) {
                                done(stored.has_value());
                            }
                        });
}

void Transfers::answer(Outcome outcome, UniqueFunction<void(Outcome)> done) {
    ports_.loop.post([outcome = std::move(outcome), done = std::move(done)]() mutable {
        done(std::move(outcome));
    });
}

void Transfers::restore(const store::Snapshot& snapshot) {
    store::Batch batch;
    for (const auto& row : snapshot.transfers) {
        queues_.try_emplace(row.device, row.device).first->second.restore(row, now(), batch);
    }
    if (!batch.empty()) {
        commit(DeviceId{0}, std::move(batch), {});
    }
    schedule();
}

void Transfers::add(DeviceId device, Transfer transfer, UniqueFunction<void(Outcome)> done) {
    auto refusal = checkFileUrl(transfer.url);
    if (refusal.good()) {
        refusal = ports_.depot.check(device, transfer.kind, transfer.fileType);
    }
    if (const auto most = maxDownload(device, transfer.fileType);
        refusal.good() && transfer.fileSize > most) {
        refusal = {
            FaultCode::ResourcesExceeded,
            text::cat({"files of more than ", std::to_string(most), " bytes are not taken"})};
    }
    if (!refusal.good()) {
        answer(std::move(refusal), std::move(done));
        return;
    }
    auto& queue = queues_.try_emplace(device, device).first->second;
    store::Batch batch;
    const auto id = queue.add(std::move(transfer), batch);
    if (!id) {
        answer({FaultCode::ResourcesExceeded, "too many transfers are queued"}, std::move(done));
        return;
    }
    // Not started meanwhile: the session that asked for it holds the device back.
    commit(device, std::move(batch),
           [this, alive = std::weak_ptr<int>(alive_), device, id = *id,
            done = std::move(done)](bool stored) mutable {
               if (alive.expired()) {
                   return;
               }
               if (!stored) {
                   store::Batch undo;
                   if (const auto found = queues_.find(device); found != queues_.end()) {
                       found->second.remove(id, undo);
                   }
                   done({FaultCode::Internal, "the gateway could not store it"});
                   return;
               }
               schedule();
               done({});
           });
}

void Transfers::cancel(DeviceId device,
                       std::string_view commandKey,
                       UniqueFunction<void(Outcome)> done) {
    auto& queue = queues_.try_emplace(device, device).first->second;
    std::vector<store::TransferRow> before;
    for (const auto& transfer : queue.all()) {
        if (transfer.commandKey == commandKey) {
            before.push_back(toRow(device, transfer));
        }
    }
    store::Batch batch;
    auto outcome = queue.cancel(commandKey, batch);
    if (!outcome.good()) {
        answer(std::move(outcome), std::move(done));
        return;
    }
    commit(
        device, std::move(batch),
        [this, alive = std::weak_ptr<int>(alive_), device, before = std::move(before),
         done = std::move(done)](bool stored) mutable {
            if (alive.expired()) {
                return;
            }
            if (!stored) {
                // A fault changes nothing (C-RPC-02); the rows are on disk still.
                store::Batch same;
                auto& again = queues_.try_emplace(device, device).first->second;
                for (const auto& row : before) {
                    again.restore(row, now(), same);
                }
                schedule();
            }
            done(stored ? Outcome{} : Outcome{FaultCode::Denied, "the gateway could not store it"});
        });
}

void Transfers::record(DeviceId device, Transfer transfer, store::Batch more) {
    auto& queue = queues_.try_emplace(device, device).first->second;
    if (!queue.record(std::move(transfer), more)) {
        LOG_WARNING("transfer", "transfer.own_dropped", {"device", device});
        if (!more.empty()) {
            commit(device, std::move(more), {});
        }
        return;
    }
    commit(device, std::move(more), [this, alive = std::weak_ptr<int>(alive_), device](bool) {
        if (!alive.expired() && tell_) {
            tell_(device);
        }
    });
}

void Transfers::acknowledge(DeviceId device, std::uint64_t id, UniqueFunction<void()> done) {
    store::Batch batch;
    if (const auto found = queues_.find(device); found != queues_.end()) {
        found->second.remove(id, batch);
    }
    // A full disk must not end the session: at worst it is reported twice.
    commit(device, std::move(batch), [done = std::move(done)](bool) mutable { done(); });
}

void Transfers::clear(DeviceId device) {
    if (const auto running = running_.find(device); running != running_.end() &&
                                                    running->second.application &&
                                                    running->second.application->mustFinish()) {
        running->second.forgotten = true;  // Half a firmware image must not stay in a printer.
    } else {
        forget(device);
    }
    const auto found = queues_.find(device);
    if (found == queues_.end()) {
        return;
    }
    store::Batch batch;
    found->second.clear(batch);
    queues_.erase(found);
    if (!batch.empty()) {
        commit(device, std::move(batch), {});
    }
    schedule();
}

void Transfers::setReady(DeviceId device, bool ready) {
    if (ready) {
        ready_.insert(device);
        if (queues_.contains(device)) {
            schedule();
        }
    } else {
        ready_.erase(device);
    }
}

const Queue* Transfers::queue(DeviceId device) const {
    const auto found = queues_.find(device);
    return found == queues_.end() ? nullptr : &found->second;
}

bool Transfers::hasResults(DeviceId device) const {
    const auto* found = queue(device);
    return found != nullptr && found->hasResults();
}

bool Transfers::handedOver(DeviceId device) const {
    const auto found = running_.find(device);
    return found != running_.end() && !found->second.forgotten && found->second.application &&
           found->second.application->handedOver();
}

/// Those that use the network; applying can take an hour, and must not hold up other devices.
std::size_t Transfers::fetching() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        running_, [](const auto& entry) { return !entry.second.application; }));
}

std::uint64_t Transfers::maxDownload(DeviceId device, std::string_view fileType) const {
    const auto own = ports_.depot.maxBytes(device, fileType);
    return own > 0 ? own : limits_.maxDownloadBytes;
}

void Transfers::schedule() {
    if (scheduled_ || stopped_) {
        return;
    }
    scheduled_ = true;
    ports_.loop.post([this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) {
            scheduled_ = false;
            pump();
        }
    });
}

void Transfers::pump() {
    if (stopped_) {
        return;
    }
    if (timer_) {
        ports_.loop.cancel(*timer_);
        timer_.reset();
    }
    std::optional<WallTime> next;
    std::vector<DeviceId> ended;
    for (auto& [device, queue] : queues_) {
        store::Batch batch;
        if (queue.expire(now(), batch)) {
            ended.push_back(device);
        }
        if (!batch.empty()) {
            commit(device, std::move(batch), {});
        }
        if (ready_.contains(device) && !running_.contains(device) &&
            fetching() < limits_.maxRunning) {
            if (!startOne(device, queue)) {
                const auto later = now() + kHeldPause;
                next = next ? std::min(*next, later) : later;
            }
        }
        // Those that are due already wait for a place or for the device, not for the time.
        if (const auto time = queue.nextTime(now())) {
            next = next ? std::min(*next, *time) : *time;
        }
    }
    std::erase_if(queues_, [](const auto& entry) { return entry.second.empty(); });
    if (next) {
        const auto wait = std::clamp(*next - now(), Millis{1}, limits_.longestWait);
        timer_ = ports_.loop.after(wait, "transfer.due", [this] {
            timer_.reset();
            pump();
        });
    }
    for (const auto device : ended) {
        if (tell_) {
            tell_(device);
        }
    }
}

/// False: the depot holds it back.
bool Transfers::startOne(DeviceId device, Queue& queue) {
    const auto* due = queue.due(now());
    if (due == nullptr) {
        return true;
    }
    if (!ports_.depot.mayStart(device, *due)) {
        return false;
    }
    store::Batch batch;
    queue.started(due->id, now(), batch);
    commit(device, std::move(batch), {});
    start(device, *due);
    return true;
}

Outcome Transfers::prepare(DeviceId device, const Transfer& transfer, FetchRequest& request) {
    request.kind = transfer.kind == Kind::Upload ? Kind::Upload : Kind::Download;
    request.url = transfer.url;
    request.username = transfer.username;
    request.password = transfer.password.clone();
    request.timeLimit = limits_.timeLimit;
    if (!transfer.windows.empty()) {
        request.timeLimit = std::min(limits_.timeLimit, transfer.windows.front().end - now());
    }
    if (request.kind == Kind::Upload) {
        auto outcome = ports_.depot.read(device, transfer.fileType, request.body);
        if (outcome.good() && request.body.size() > limits_.maxUploadBytes) {
            return {FaultCode::UploadFailed, "the file is too large"};
        }
        return outcome;
    }
    if (auto fault = ports_.depot.beforeFetch(device, transfer); !fault.good()) {
        return fault;
    }
    request.maxBytes = maxDownload(device, transfer.fileType);
    request.expectedBytes = transfer.fileSize;
    request.file =
        folder_ / text::cat({std::to_string(device.value()), "-", std::to_string(transfer.id)});
    std::error_code error;
    const auto space = std::filesystem::space(folder_, error);
    if (error || space.available < limits_.minFreeBytes + request.maxBytes) {
        return {FaultCode::DownloadFailed, "the gateway's disk is full"};
    }
    return {};
}

void Transfers::start(DeviceId device, const Transfer& transfer) {
    const auto id = transfer.id;
    LOG_INFO("transfer", "transfer.started", {"device", device}, {"type", transfer.fileType});
    auto& running = running_[device];
    running.id = id;
    try {
        if (ports_.depot.begun(device, transfer)) {
            if (!startApply(device, transfer, {})) {
                finishLater(device, id, {FaultCode::DownloadFailed, "it was broken off"});
            }
            return;
        }
        FetchRequest request;
        auto outcome = prepare(device, transfer, request);
        running.file = request.file;
        if (!outcome.good()) {
            finishLater(device, id, std::move(outcome));
            return;
        }
        running.fetch = ports_.fetcher.start(
            std::move(request),
            [this, device, id](FetchResult result) { onFetched(device, id, std::move(result)); });
    } catch (const std::exception& error) {
        // No memory, no descriptor: it ends with its fault, and the next one has its turn.
        LOG_ERROR("transfer", "transfer.start_failed", {"device", device}, {"error", error.what()});
        finishLater(device, id,
                    {generalFault(transfer.kind), "the gateway could not start the transfer"});
    }
}

void Transfers::finishLater(DeviceId device, std::uint64_t id, Outcome outcome) {
    ports_.loop.post([this, alive = std::weak_ptr<int>(alive_), device, id,
                      outcome = std::move(outcome)]() mutable {
        if (!alive.expired()) {
            finish(device, id, std::move(outcome));
        }
    });
}

/// False: the depot applies such files at once.
bool Transfers::startApply(DeviceId device, const Transfer& transfer, const Received& file) {
    auto& running = running_[device];
    running.application = ports_.depot.startApply(
        device, transfer, file, [this, device, id = transfer.id](Applied applied) {
            finish(device, id, std::move(applied.outcome), std::move(applied.more));
        });
    if (!running.application) {
        return false;
    }
    running.fetch.reset();
    schedule();  // Its place is free.
    return true;
}

void Transfers::onFetched(DeviceId device, std::uint64_t id, FetchResult result) {
    const auto found = queues_.find(device);
    const auto* transfer = found == queues_.end() ? nullptr : found->second.find(id);
    auto outcome = std::move(result.outcome);
    if (transfer != nullptr && outcome.good() && transfer->kind != Kind::Upload) {
        LOG_INFO("transfer", "transfer.received", {"device", device}, {"bytes", result.bytes},
                 {"sha256", result.sha256});
        try {
            if (startApply(device, *transfer,
                           {running_[device].file, result.bytes, std::move(result.sha256)})) {
                return;
            }
            outcome = ports_.depot.apply(device, transfer->fileType, running_[device].file);
        } catch (const std::exception& error) {
            LOG_ERROR("transfer", "transfer.apply_failed", {"device", device},
                      {"error", error.what()});
            outcome = {FaultCode::DownloadFailed, "the gateway could not apply the file"};
        }
    }
    finish(device, id, std::move(outcome));
}

/// Ends what runs for the device, without a result.
void Transfers::forget(DeviceId device) {
    const auto found = running_.find(device);
    if (found == running_.end()) {
        return;
    }
    std::error_code ignored;
    if (!found->second.file.empty()) {
        std::filesystem::remove(found->second.file, ignored);
    }
    running_.erase(found);
}

void Transfers::finish(DeviceId device, std::uint64_t id, Outcome outcome, store::Batch more) {
    const auto running = running_.find(device);
    if (running == running_.end() || running->second.id != id) {
        return;  // Cleared meanwhile.
    }
    if (outcome.good()) {
        LOG_INFO("transfer", "transfer.done", {"device", device});
    } else {
        LOG_WARNING("transfer", "transfer.failed", {"device", device},
                    {"code", static_cast<std::uint16_t>(outcome.code)}, {"reason", outcome.text});
    }
    const bool forgotten = running->second.forgotten;
    forget(device);
    schedule();
    const auto found = forgotten ? queues_.end() : queues_.find(device);
    auto batch = std::move(more);
    if (found == queues_.end()) {
        if (!batch.empty()) {
            commit(device, std::move(batch), {});
        }
        return;
    }
    const bool over = found->second.finished(id, now(), std::move(outcome), batch);
    // The ACS hears of it when it is on disk; if the disk says no, it is told all the same.
    commit(device, std::move(batch),
           [this, alive = std::weak_ptr<int>(alive_), device, over](bool) {
               if (!alive.expired() && over && tell_) {
                   tell_(device);
               }
           });
}

void Transfers::stop() {
    stopped_ = true;
    if (timer_) {
        ports_.loop.cancel(*timer_);
        timer_.reset();
    }
    while (!running_.empty()) {
        const auto device = running_.begin()->first;
        const auto id = running_.begin()->second.id;
        forget(device);
        store::Batch batch;
        if (const auto found = queues_.find(device); found != queues_.end()) {
            found->second.interrupted(id, batch);
        }
        if (!batch.empty()) {
            commit(device, std::move(batch), {});
        }
    }
}

}  // namespace platen::transfer
