// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/embedded_rows.hpp"
#include "proxy/fleet/fleet_context.hpp"
#include "proxy/fleet/gateway_device.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/fleet/site_write.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace platen::fleet {

/// The gateway with all its printers as one CWMP device (TR-069 Annex J.3, Embedded Objects;
/// C-PRX-60 to C-PRX-65): each printer's tree is mounted as `MFP.{i}.` into that of the gateway,
/// nothing is copied. Reads come from there, writes go to the printer whose row it is. Everything
/// else (identity, events, reboot, transfers) is the gateway's. thread: loop
class SiteDevice final : public ManagedDevice {
  public:
    /// Both must outlive it.
    SiteDevice(FleetContext& context, GatewayDevice& gateway);

    [[nodiscard]] DeviceId id() const override { return gateway_.id(); }
    [[nodiscard]] const Identity& identity() const override { return gateway_.identity(); }
    [[nodiscard]] const model::Tree& tree() const override { return gateway_.tree(); }
    [[nodiscard]] model::AttributeTable& attributes() override { return gateway_.attributes(); }
    [[nodiscard]] bool writable(const model::ParamRef& ref) const override;
    void write(std::vector<Assignment> assignments,
               store::Batch more,
               UniqueFunction<void(WriteFaults)> done) override;
    void setGatewayValues(std::vector<Assignment> assignments, bool keep) override {
        gateway_.setGatewayValues(std::move(assignments), keep);
    }
    [[nodiscard]] bool rowsWritable(model::ObjectIndex table) const override {
        return gateway_.rowsWritable(table);
    }
    void addObject(const model::ObjectRef& table,
                   const std::vector<Assignment>& with,
                   UniqueFunction<void(Result<std::uint32_t>)> done) override {
        gateway_.addObject(table, with, std::move(done));
    }
    void deleteObject(const model::ObjectRef& row,
                      const std::vector<Assignment>& with,
                      UniqueFunction<void(Result<void>)> done) override {
        gateway_.deleteObject(row, with, std::move(done));
    }
    [[nodiscard]] bool reachable() const override { return true; }
    void checkReachable(UniqueFunction<void(bool)> done) override {
        gateway_.checkReachable(std::move(done));
    }
    void reboot(UniqueFunction<void(Result<void>)> done) override {
        gateway_.reboot(std::move(done));  // C-PRX-65
    }
    void factoryReset(UniqueFunction<void(Result<void>)> done) override {
        gateway_.factoryReset(std::move(done));
    }
    void sessionStarts() override { gateway_.sessionStarts(); }
    void keepTold(store::Batch& batch) override;
    void sessionEnded() override;

    /// The printer gets its row; its number stays the same for ever (C-PRX-63). Again: its place in
    /// the network may have changed. `answered`: it has just been read. The printer must outlive
    /// its row.
    void show(ManagedDevice& printer, bool answered);
    void hide(DeviceId printer);
    /// Changes of a printer as those of its row; empty if it has none.
    [[nodiscard]] std::vector<Change> translated(DeviceId printer, std::span<const Change> changes);

  private:
    struct Place {
        model::ParamRef ref;    ///< As the printer names it.
        std::uint32_t row = 0;  ///< 0: the gateway's own.
    };
    [[nodiscard]] Place placeOf(const model::ParamRef& ref) const;
    [[nodiscard]] ManagedDevice* printer(std::uint32_t row) const;
    [[nodiscard]] model::ObjectRef service(std::uint32_t row) const;
    [[nodiscard]] model::Value inside(const Assignment& assignment, std::uint32_t row) const;
    [[nodiscard]] std::uint32_t numberOf(const Identity& identity);
    void commandEnded(std::uint32_t row, const WriteFaults& faults);

    FleetContext& context_;
    GatewayDevice& gateway_;
    EmbeddedRows rows_;
    std::map<std::uint32_t, ManagedDevice*> printers_;  ///< By row.
    std::unordered_map<DeviceId, std::uint32_t> numbers_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::fleet
