// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "config/settings.hpp"
#include "proxy/cwmp/connection_request_table.hpp"
#include "proxy/cwmp/context.hpp"
#include "proxy/cwmp/device_agent.hpp"
#include "proxy/cwmp/session_gate.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace platen::cwmp {

/// The CWMP side of all devices: one agent each, and a bounded number of sessions at once
/// (C-PRX-01, C-PRX-20). Order at start: construct, restore, then let the fleet present its
/// devices. thread: loop
class Manager final : public fleet::FleetObserver {
  public:
    /// `acs` is copied.
    Manager(const ManagerPorts& ports, const config::Acs& acs, ManagerOptions options);
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    ~Manager() override;

    /// Undelivered events, untold changes and what was confirmed. Before the first deviceAdded.
    void restore(const store::Snapshot& snapshot);

    void deviceAdded(fleet::ManagedDevice& device, bool isNew) override;
    void deviceRemoved(DeviceId device) override;
    void deviceDropped(DeviceId device) override;
    void valuesChanged(fleet::ManagedDevice& device,
                       std::span<const fleet::Change> changes) override;
    void restarted(fleet::ManagedDevice& device) override;
    void diagnosticsComplete(fleet::ManagedDevice& device) override;

    /// A file that this device took or gave though its ACS had not asked for it (C-XFER-24); `more`
    /// is stored in any case, in the same transaction as the report.
    void transferredByItself(DeviceId device, transfer::Transfer transfer, store::Batch more);

    /// A reload: new sessions use the new settings, and devices whose URL the ACS did not set
    /// follow the new one.
    void applySettings(const config::Acs& acs, const std::string& publicUrl);

    /// An authenticated connection request (C-CR). `done` comes once within 2 s, never inside the
    /// call.
    void connectionRequested(DeviceId device, UniqueFunction<void(ConnectionRequestVerdict)> done);
    /// Paths and credentials for the HTTP server's threads; lives as long as the Manager.
    [[nodiscard]] const ConnectionRequestTable& connectionRequestTable() const {
        return context_.table;
    }

    /// No new sessions; running ones may end within ManagerOptions::stopDeadline, then they are
    /// cut. `done` comes once, never inside the call. What was not delivered is in the store.
    void stop(UniqueFunction<void()> done);

    [[nodiscard]] const Counters& counters() const { return context_.counters; }
    [[nodiscard]] std::size_t activeSessions() const { return gate_.active(); }
    [[nodiscard]] std::size_t waitingSessions() const { return gate_.waiting(); }
    /// Nothing for a device that was never presented.
    [[nodiscard]] std::optional<AgentStatus> status(DeviceId device) const;

  private:
    DeviceAgent& agent(DeviceId device);
    void restoreFact(std::string_view key, const std::string& text);
    void checkStopped();
    void warnAboutUrl() const;

    Context context_;
    SessionGate gate_;
    std::unordered_map<DeviceId, std::unique_ptr<DeviceAgent>> agents_;
    UniqueFunction<void()> stopped_;
    std::optional<net::TimerId> stopTimer_;
};

}  // namespace platen::cwmp
