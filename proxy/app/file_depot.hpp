// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/firmware/firmware.hpp"
#include "proxy/transfer/transfers.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace platen::app {

/// What the files of CWMP transfers mean: the gateway's log and configuration, a printer's alerts,
/// and firmware for printers (C-PRX-43). thread: loop
class FileDepot final : public transfer::Depot {
  public:
    struct Sources {
        std::function<const config::Settings&()> settings;
        /// The values of a device that is there; null for others.
        std::function<const model::Tree*(DeviceId)> tree;
        const model::PathCodec& codec;
        std::filesystem::path configFile;
        firmware::Firmware* firmware = nullptr;  ///< Null: no printer takes any.
    };
    explicit FileDepot(Sources sources) : sources_(std::move(sources)) {}

    [[nodiscard]] transfer::Outcome check(DeviceId device,
                                          transfer::Kind kind,
                                          std::string_view fileType) const override;
    [[nodiscard]] transfer::Outcome read(DeviceId device,
                                         std::string_view fileType,
                                         std::string& content) override;
    /// A configuration is checked as `platen check-config` does, and then refused: what this
    /// gateway may do at its site is decided at the site (S1).
    [[nodiscard]] transfer::Outcome apply(DeviceId device,
                                          std::string_view fileType,
                                          const std::filesystem::path& file) override;

    [[nodiscard]] std::uint64_t maxBytes(DeviceId device, std::string_view fileType) const override;
    [[nodiscard]] bool mayStart(DeviceId device, const transfer::Transfer& transfer) const override;
    [[nodiscard]] transfer::Outcome beforeFetch(DeviceId device,
                                                const transfer::Transfer& transfer) const override;
    [[nodiscard]] bool begun(DeviceId device, const transfer::Transfer& transfer) const override;
    [[nodiscard]] std::unique_ptr<transfer::Application> startApply(
        DeviceId device,
        const transfer::Transfer& transfer,
        const transfer::Received& received,
        UniqueFunction<void(transfer::Applied)> done) override;

    /// Bytes of log lines that are kept for an upload.
    static constexpr std::size_t kLogBytes = 256U << 10U;

  private:
    [[nodiscard]] bool hasInstance(DeviceId device, std::string_view table, std::uint32_t) const;
    /// Who answers for transfers of this type to this device; null: this class.
    [[nodiscard]] firmware::Firmware* firmwareFor(DeviceId device, std::string_view fileType) const;
    [[nodiscard]] std::string alertsOf(const model::Tree& tree) const;

    Sources sources_;
};

/// The effective configuration without passwords, also those inside URLs.
[[nodiscard]] std::string configurationForUpload(const config::Settings& settings);

}  // namespace platen::app
