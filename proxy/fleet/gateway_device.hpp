// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/instance_table.hpp"
#include "proxy/fleet/device_summary.hpp"
#include "proxy/fleet/diagnostics_runner.hpp"
#include "proxy/fleet/fleet_context.hpp"
#include "proxy/fleet/kept_rows.hpp"
#include "proxy/fleet/printer_state.hpp"
#include "proxy/fleet/udp_echo_config.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::fleet {

/// What the gateway shows of one printer (C-PRX-03, C-PRX-04).
struct VirtualDeviceEntry {
    DeviceId id;
    Identity identity;
    std::string macAddress, address, hostName;
    bool active = false;
};

/// The gateway itself as a CWMP device (device 0): lists the printers as VirtualDevice and Host
/// rows. thread: loop
class GatewayDevice final : public ManagedDevice {
  public:
    GatewayDevice(FleetContext& context, PrinterEvents& events);

    [[nodiscard]] DeviceId id() const override { return DeviceId{0}; }
    [[nodiscard]] const Identity& identity() const override { return context_.gateway; }
    [[nodiscard]] const model::Tree& tree() const override { return state_.tree; }
    [[nodiscard]] model::AttributeTable& attributes() override { return state_.attributes; }
    [[nodiscard]] bool writable(const model::ParamRef& ref) const override;
    void write(std::vector<Assignment> assignments,
               store::Batch more,
               UniqueFunction<void(WriteFaults)> done) override;
    void setGatewayValues(std::vector<Assignment> assignments, bool keep) override;
    [[nodiscard]] bool rowsWritable(model::ObjectIndex table) const override {
        return rows_.takes(table);
    }
    void addObject(const model::ObjectRef& table,
                   const std::vector<Assignment>& with,
                   UniqueFunction<void(Result<std::uint32_t>)> done) override {
        rows_.add(table, with, std::move(done));
    }
    void deleteObject(const model::ObjectRef& row,
                      const std::vector<Assignment>& with,
                      UniqueFunction<void(Result<void>)> done) override {
        rows_.remove(row, with, std::move(done));
    }
    [[nodiscard]] bool reachable() const override { return true; }
    void checkReachable(UniqueFunction<void(bool)> done) override;
    void reboot(UniqueFunction<void(Result<void>)> done) override;
    void factoryReset(UniqueFunction<void(Result<void>)> done) override;
    void sessionStarts() override;
    void sessionEnded() override { diagnostics_.sessionEnded(); }

    [[nodiscard]] PrinterState& state() { return state_; }
    /// Identity, version and defaults, after the store's rows were put in.
    void prepare();
    /// Makes or updates the rows of one printer; its numbers are stable.
    void showPrinter(const VirtualDeviceEntry& entry);
    void hidePrinter(DeviceId id);
    /// Changes the gateway's own rows, and tells the observers what moved.
    void update(const std::function<void(ChangeRecorder&)>& fill);
    /// The printers are objects of this device's tree (SiteDevice), not devices of their own.
    [[nodiscard]] bool embeds() const { return embeds_; }
    /// DeviceInfo.UpTime follows the clock.
    void noteUpTime();

  private:
    void showVirtualDevice(const VirtualDeviceEntry& entry,
                           std::uint32_t host,
                           ChangeRecorder& changes);
    void commitInstances();
    void publish(ChangeRecorder& recorder);
    void noteClock();

    FleetContext& context_;
    PrinterEvents& events_;
    PrinterState state_;
    KeptRows rows_;
    bool embeds_;
    SteadyTime started_;
    DiagnosticsRunner diagnostics_;
    SummaryKeeper summary_;
    std::unique_ptr<UdpEchoConfig> echo_;  ///< Null if it is not offered.
};

}  // namespace platen::fleet
