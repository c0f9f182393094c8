// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/firmware.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/firmware/update.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace platen::firmware {
namespace {

using transfer::FaultCode;
using transfer::Outcome;

constexpr std::chrono::hours kLongestUnknown{1};  // C-XFER-04

std::filesystem::file_time_type timeOf(const std::filesystem::path& path) {
    std::error_code error;
    const auto time = std::filesystem::last_write_time(path, error);
    return error ? std::filesystem::file_time_type::min() : time;
}

Outcome notThere() {
    return {FaultCode::Denied, "the printer is not there"};
}

}  // namespace

Firmware::Firmware(const Ports& ports, std::function<Settings()> settings)
    : ports_(ports), settings_(std::move(settings)) {}

Firmware::~Firmware() = default;

void Firmware::restore(const store::Snapshot& snapshot) {
    records_ = readRecords(snapshot);
}

const Result<std::vector<Entry>>& Firmware::catalogue() const {
    const auto settings = settings_();
    auto signature = settings.catalogue;
    signature += ".sig";
    const auto fileTime = timeOf(settings.catalogue);
    const auto keyTime = timeOf(settings.publicKey);
    const auto signatureTime = timeOf(signature);
    const bool same = known_ && known_->file == settings.catalogue &&
                      known_->key == settings.publicKey && known_->fileTime == fileTime &&
                      known_->keyTime == keyTime && known_->signatureTime == signatureTime;
    if (!same) {
        known_.emplace(Known{settings.catalogue, settings.publicKey, fileTime, keyTime,
                             signatureTime, loadCatalogue(settings.catalogue, settings.publicKey)});
        if (!known_->entries) {
            LOG_ERROR("firmware", "firmware.catalogue_refused",
                      {"error", known_->entries.error().text});
        }
    }
    return known_->entries;
}

Stopped Firmware::stopped() const {
    return [this](const Entry& entry) {
        const auto found = records_.stops.find(entry.sha256);
        return found != records_.stops.end() && found->second.approval == entry.approval
                   ? found->second.reason
                   : std::string();
    };
}

Outcome Firmware::check(DeviceId device) const {
    if (settings_().catalogue.empty()) {
        return {FaultCode::Denied, "this site has no firmware catalogue"};
    }
    const auto view = ports_.printers.view(device);
    if (!view) {
        return notThere();
    }
    if (!view->known) {
        return {};  // What is wrong is told by TransferComplete.
    }
    if (view->facts.channels.empty()) {
        return choose({}, view->facts, stopped()).why;
    }
    const auto& entries = catalogue();
    if (!entries && entries.error().code == ErrorCode::AuthFailed) {
        return {};  // An answer has no code for it; TransferComplete does (beforeFetch).
    }
    return entries ? choose(*entries, view->facts, stopped()).why
                   : Outcome{FaultCode::Denied, "the site's firmware catalogue cannot be used"};
}

std::uint64_t Firmware::maxBytes(DeviceId device) const {
    const auto view = ports_.printers.view(device);
    const auto& entries = catalogue();
    std::uint64_t most = 1;
    if (view && !view->known && entries) {
        for (const auto& entry : *entries) {
            most = std::max(most, entry.bytes);
        }
    } else if (view && entries) {
        for (const auto* entry : choose(*entries, view->facts, stopped()).entries) {
            most = std::max(most, entry->bytes);
        }
    }
    return most;
}

bool Firmware::mayStart(DeviceId device, const transfer::Transfer& transfer) const {
    if (begun(device, transfer)) {
        return true;
    }
    const auto view = ports_.printers.view(device);
    if (view && !view->known &&
        ports_.loop.clock().wallNow() < transfer.notBefore + kLongestUnknown) {
        return false;
    }
    return updates_.empty();  // FW10
}

Outcome Firmware::beforeFetch(DeviceId device) const {
    const auto& entries = catalogue();
    if (!entries) {
        return entries.error().code == ErrorCode::AuthFailed
                   ? Outcome{FaultCode::NotAuthentic, entries.error().text}
                   : Outcome{FaultCode::DownloadFailed, entries.error().text};
    }
    const auto view = ports_.printers.view(device);
    if (view && !view->known) {
        return {FaultCode::DownloadFailed, "the printer has not answered yet"};
    }
    return view ? choose(*entries, view->facts, stopped()).why : notThere();
}

bool Firmware::begun(DeviceId device, const transfer::Transfer& transfer) const {
    const auto* found = push(device);
    return found != nullptr && found->transfer == transfer.id && found->url == transfer.url;
}

std::unique_ptr<transfer::Application> Firmware::startApply(
    DeviceId device,
    const transfer::Transfer& transfer,
    const transfer::Received& received,
    UniqueFunction<void(transfer::Applied)> done) {
    updates_.insert(device);
    return std::make_unique<Update>(*this, device, transfer, received, std::move(done));
}

std::variant<Entry, Outcome> Firmware::entryFor(DeviceId device,
                                                const transfer::Received& received) const {
    if (auto fault = beforeFetch(device); !fault.good()) {
        return fault;
    }
    const auto view = ports_.printers.view(device);
    const auto& entries = catalogue();
    if (!view || !entries) {
        return notThere();
    }
    for (const auto* entry : choose(*entries, view->facts, stopped()).entries) {
        if (entry->sha256 == received.sha256 && entry->bytes == received.bytes) {
            return *entry;
        }
    }
    return Outcome{
        FaultCode::Corrupted,
        text::cat({"the file is none of the catalogue's images for this printer (",
                   std::to_string(received.bytes), " bytes, SHA-256 ", received.sha256, ")"})};
}

bool Firmware::held() const {
    const auto file = settings_().holdFile;
    std::error_code ignored;
    return !file.empty() && std::filesystem::exists(file, ignored);
}

bool Firmware::othersTurn(DeviceId device) const {
    return std::ranges::any_of(records_.pushes,
                               [device](const auto& entry) { return entry.first != device; });
}

const PushRecord* Firmware::push(DeviceId device) const {
    const auto found = records_.pushes.find(device);
    return found == records_.pushes.end() ? nullptr : &found->second;
}

void Firmware::begin(DeviceId device, PushRecord push, UniqueFunction<void(bool)> done) {
    records_.pushes[device] = push;
    store::Batch batch;
    batch.emplace_back(toFact(device, push));
    ports_.store.commit(std::move(batch), store::Durability::Durable,
                        [device, done = std::move(done)](const Result<void>& stored) mutable {
                            if (!stored) {
                                LOG_ERROR("firmware", "store.failed", {"device", device},
                                          {"error", stored.error().text});
                            }
                            done(stored.has_value());
                        });
}

store::Batch Firmware::finish(DeviceId device, const std::string& reason) {
    store::Batch batch;
    const auto found = records_.pushes.find(device);
    if (found == records_.pushes.end()) {
        return batch;
    }
    if (!reason.empty()) {
        const Stop stop{found->second.approval, reason};
        LOG_ERROR("firmware", "firmware.image_stopped", {"device", device},
                  {"sha256", found->second.sha256}, {"reason", reason});
        batch.emplace_back(toFact(found->second.sha256, stop));
        records_.stops[found->second.sha256] = stop;
    }
    batch.emplace_back(toFact(device, std::nullopt));
    records_.pushes.erase(found);
    return batch;
}

}  // namespace platen::firmware
