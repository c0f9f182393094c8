// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/firmware/firmware.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/transfer/file_type.hpp"
#include "proxy/transfer/transfers.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace platen::app {

/// What the files of CWMP transfers mean: the gateway's log and configuration, a printer's alerts,
/// the settings that the ACS made on either, and firmware for printers (C-PRX-43). thread: loop
class FileDepot final : public transfer::Depot {
  public:
    struct Sources {
        std::function<const config::Settings&()> settings;
        /// A device that is there; null for others.
        std::function<fleet::ManagedDevice*(DeviceId)> device;
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
    /// gateway may do at its site is decided at the site (S1). Settings of the ACS come here only
    /// to be refused; good ones are startApply()'s.
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

    /// Of VendorConfigFile on the gateway: 1 is its own file, 2 what the ACS has set. A printer has
    /// only the latter, as 1.
    static constexpr std::uint32_t kGatewaySettings = 2;
    /// Bytes of log lines that are kept for an upload.
    static constexpr std::size_t kLogBytes = 256U << 10U;

  private:
    [[nodiscard]] bool hasInstance(DeviceId device, std::string_view table, std::uint32_t) const;
    /// Who answers for transfers of this type to this device; null: this class.
    [[nodiscard]] firmware::Firmware* firmwareFor(DeviceId device, std::string_view fileType) const;
    [[nodiscard]] std::string alertsOf(const model::Tree& tree) const;
    [[nodiscard]] std::string configurationOf(const fleet::ManagedDevice& device,
                                              const transfer::FileType& type) const;
    [[nodiscard]] std::unique_ptr<transfer::Application> restore(
        DeviceId device,
        const transfer::Received& received,
        UniqueFunction<void(transfer::Applied)> done);

    Sources sources_;
};

/// The effective configuration without passwords, also those inside URLs.
[[nodiscard]] std::string configurationForUpload(const config::Settings& settings);

}  // namespace platen::app
