// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/firmware/firmware.hpp"
#include "proxy/fleet/fleet.hpp"

#include <functional>

namespace platen::app {

/// The fleet's printers as firmware updates see them. thread: loop
class FirmwarePrinters final : public firmware::Printers {
  public:
    /// `fleet` may give null before the fleet is there; both outlive this.
    FirmwarePrinters(net::Loop& loop,
                     const model::Schema& schema,
                     std::function<fleet::Fleet*()> fleet);

    [[nodiscard]] std::optional<firmware::PrinterView> view(DeviceId device) const override;
    void refresh(DeviceId device, UniqueFunction<void(bool)> done) override;

  private:
    using Param = std::optional<model::ParamIndex>;
    [[nodiscard]] fleet::PrinterDevice* find(DeviceId device) const;

    net::Loop& loop_;
    std::function<fleet::Fleet*()> fleet_;
    Param manufacturer_, model_, version_, upTime_, state_;
};

}  // namespace platen::app
