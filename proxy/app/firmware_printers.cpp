// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/firmware_printers.hpp"

#include <string>
#include <utility>
#include <vector>

namespace platen::app {

FirmwarePrinters::FirmwarePrinters(net::Loop& loop,
                                   const model::Schema& schema,
                                   std::function<fleet::Fleet*()> fleet)
    : loop_(loop),
      fleet_(std::move(fleet)),
      manufacturer_(schema.findParam("Device.DeviceInfo.Manufacturer")),
      model_(schema.findParam("Device.DeviceInfo.ModelName")),
      version_(schema.findParam("Device.DeviceInfo.SoftwareVersion")),
      upTime_(schema.findParam("Device.DeviceInfo.UpTime")),
      state_(schema.findParam("MFP.{i}.Status.State")) {}

fleet::PrinterDevice* FirmwarePrinters::find(DeviceId device) const {
    auto* fleet = fleet_();
    return fleet == nullptr ? nullptr : fleet->find(device);
}

std::optional<firmware::PrinterView> FirmwarePrinters::view(DeviceId device) const {
    const auto* printer = find(device);
    if (printer == nullptr) {
        return std::nullopt;
    }
    const auto text = [printer](const Param& param, const model::Instances& instances) {
        const auto value = param ? printer->tree().get({*param, instances}) : std::nullopt;
        return value ? value->text() : std::string();
    };
    const model::Instances first{{1, 0, 0}};
    firmware::PrinterView view;
    view.facts.vendor = text(manufacturer_, {});
    view.facts.model = text(model_, {});
    view.facts.version = text(version_, {});
    view.facts.channels = printer->firmwareChannels();
    view.known = !printer->mapFiles().empty();
    view.address = printer->endpoint().address;
    view.state = text(state_, first);
    // P1: no job, no warm-up. A printer that sleeps does nothing either.
    view.idle = view.state == "Idle" || view.state == "Standby";
    if (const auto value = upTime_ ? printer->tree().get({*upTime_, {}}) : std::nullopt) {
        view.upTime = value->asUnsigned();
    }
    return view;
}

void FirmwarePrinters::refresh(DeviceId device, UniqueFunction<void(bool)> done) {
    auto* printer = find(device);
    if (printer == nullptr || !printer->connected()) {
        loop_.post([done = std::move(done)]() mutable { done(false); });
        return;
    }
    printer->refresh({mibmap::Group::Status, mibmap::Group::Configuration},
                     [done = std::move(done)](const std::optional<Error>& error) mutable {
                         done(!error.has_value());
                     });
}

}  // namespace platen::app
