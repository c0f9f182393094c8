// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "proxy/firmware/choice.hpp"
#include "proxy/firmware/push_record.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/store/store.hpp"
#include "proxy/transfer/transfers.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace platen::firmware {

/// A printer now.
struct PrinterView {
    PrinterFacts facts;
    net::Address address;
    bool known = true;  ///< Read since the start of the program; else its channels are not known.
    bool idle = false;
    std::string state;                    ///< For texts.
    std::optional<std::uint64_t> upTime;  ///< Seconds.
};

/// The printers of the site; above this folder. thread: loop
class Printers {
  public:
    Printers() = default;
    Printers(const Printers&) = delete;
    Printers& operator=(const Printers&) = delete;
    virtual ~Printers() = default;
    /// Nothing: it is not there.
    [[nodiscard]] virtual std::optional<PrinterView> view(DeviceId device) const = 0;
    /// Reads status and configuration from the printer; whether it answered. `done` comes once,
    /// never inside the call.
    virtual void refresh(DeviceId device, UniqueFunction<void(bool)> done) = 0;
};

/// The section `firmware` of the configuration.
struct Settings {
    std::filesystem::path catalogue, publicKey, holdFile;
    Millis idle{300'000};
    Millis timeout{3'600'000};
};

/// Firmware images for printers (C-PRX-43): which may go where, by the site's catalogue and rules
/// FW1 to FW12, and what is under way. The file of a transfer is applied by an Update. thread: loop
class Firmware {
  public:
    struct Ports {
        net::Loop& loop;
        store::Store& store;
        transfer::Fetcher& fetcher;
        Printers& printers;
    };
    Firmware(const Ports& ports, std::function<Settings()> settings);
    Firmware(const Firmware&) = delete;
    Firmware& operator=(const Firmware&) = delete;
    ~Firmware();

    void restore(const store::Snapshot& snapshot);

    // As in transfer::Depot, for transfers of this type to printers.
    [[nodiscard]] transfer::Outcome check(DeviceId device) const;
    [[nodiscard]] std::uint64_t maxBytes(DeviceId device) const;
    [[nodiscard]] bool mayStart(DeviceId device, const transfer::Transfer& transfer) const;
    [[nodiscard]] transfer::Outcome beforeFetch(DeviceId device) const;
    [[nodiscard]] bool begun(DeviceId device, const transfer::Transfer& transfer) const;
    [[nodiscard]] std::unique_ptr<transfer::Application> startApply(
        DeviceId device,
        const transfer::Transfer& transfer,
        const transfer::Received& received,
        UniqueFunction<void(transfer::Applied)> done);

    // For Update.
    [[nodiscard]] const Ports& ports() const { return ports_; }
    [[nodiscard]] Settings settings() const { return settings_(); }
    /// The entry of this image for this printer; 9018 if the catalogue has no such image, 9019 if
    /// the catalogue is not signed, 9001 if it is not for the printer as it is now.
    [[nodiscard]] std::variant<Entry, transfer::Outcome> entryFor(
        DeviceId device, const transfer::Received& received) const;
    [[nodiscard]] bool held() const;
    /// Another printer is being updated (FW10).
    [[nodiscard]] bool othersTurn(DeviceId device) const;
    [[nodiscard]] const PushRecord* push(DeviceId device) const;
    /// Notes that the image goes out from now on; `done` when that is on disk, or not.
    void begin(DeviceId device, PushRecord push, UniqueFunction<void(bool)> done);
    /// Nothing was sent after all, or it is over. What is to be stored with the result; `reason`:
    /// the image failed, and is stopped at this site (FW2).
    [[nodiscard]] store::Batch finish(DeviceId device, const std::string& reason);
    void ended(DeviceId device) { updates_.erase(device); }

  private:
    struct Known {
        std::filesystem::path file, key;
        std::filesystem::file_time_type fileTime, keyTime, signatureTime;
        Result<std::vector<Entry>> entries;
    };
    [[nodiscard]] const Result<std::vector<Entry>>& catalogue() const;
    [[nodiscard]] Stopped stopped() const;

    Ports ports_;
    std::function<Settings()> settings_;
    Records records_;
    std::set<DeviceId> updates_;
    mutable std::optional<Known> known_;  ///< As read last.
};

}  // namespace platen::firmware
