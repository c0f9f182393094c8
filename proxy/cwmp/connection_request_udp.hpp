// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "mfp-datamodel/schema.hpp"
#include "proxy/cwmp/device_agent.hpp"
#include "proxy/cwmp/management_server.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/store/store.hpp"
#include "proxy/stun/bindings.hpp"
#include "proxy/stun/udp_request.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace platen::cwmp {

class Manager;

/// Connection requests by UDP through a NAT (TR-069 Annex G, C-UDP): follows the STUN parameters of
/// all devices, keeps one binding for each distinct server and user, shows the address in the
/// devices' trees, and hands valid requests on as the HTTP listener does. One port serves all; the
/// user name `un` tells the device (C-UDP-10). Add it to the fleet after the Manager. thread: loop
class UdpConnectionRequests final : public fleet::FleetObserver {
  public:
    /// All must outlive it.
    struct Ports {
        net::Loop& loop;
        store::Store& store;
        const model::Schema& schema;
        stun::Bindings& bindings;
    };
    /// Asks about an authenticated request, as ConnectionRequests::Decide.
    using Decide = std::function<void(DeviceId, UniqueFunction<void(ConnectionRequestVerdict)>)>;

    /// The Manager decides; it must outlive this.
    UdpConnectionRequests(const Ports& ports, Manager& manager);
    UdpConnectionRequests(const Ports& ports, Decide decide);
    UdpConnectionRequests(const UdpConnectionRequests&) = delete;
    UdpConnectionRequests& operator=(const UdpConnectionRequests&) = delete;
    ~UdpConnectionRequests() override;

    /// The last accepted requests, so that a restart opens no door for a copy. Before the first
    /// deviceAdded.
    void restore(const store::Snapshot& snapshot);
    /// Shutdown: closes the ports; what the trees show stays.
    void stop();

    void deviceAdded(fleet::ManagedDevice& device, bool isNew) override;
    void deviceRemoved(DeviceId device) override;
    void valuesChanged(fleet::ManagedDevice& device,
                       std::span<const fleet::Change> changes) override;
    void restarted(fleet::ManagedDevice& /*device*/) override {}

    /// Changes of settings this close together are one; the ACS sets several at once.
    static constexpr Millis kSettle{200};
    /// Devices that are looked at in one turn of the loop.
    static constexpr std::size_t kDevicesPerTurn = 50;
    /// Devices with the same user name that a request is tried on; user names should be unique.
    static constexpr std::size_t kMaxSameUser = 16;

  private:
    struct Device {
        fleet::ManagedDevice* device = nullptr;
        bool enabled = false;
        stun::BindingKey key;
        stun::KeepAlivePeriods periods;
        std::string username, password;
        std::string indexed;  ///< User name under which it stands in byUser_.
    };

    void schedule(Millis wait);
    void turn();
    void update(DeviceId id);
    void index(DeviceId id, Device& device, const std::string& name);
    void wantBindings();
    void show(const Device& device) const;
    void received(const net::Endpoint& from, std::span<const std::byte> bytes);
    [[nodiscard]] std::vector<DeviceId> candidates(const stun::UdpRequest& request) const;
    void accept(DeviceId id, const stun::UdpRequest& request);

    Ports ports_;
    Decide decide_;
    ManagementParams params_;
    std::vector<bool> watched_;  ///< By parameter index.
    std::unordered_map<DeviceId, Device> devices_;
    std::unordered_map<DeviceId, stun::ReplayGuard> guards_;
    std::unordered_map<std::string, std::vector<DeviceId>> byUser_;
    std::set<DeviceId> toRead_;  ///< Their settings changed.
    std::set<DeviceId> toShow_;  ///< Their trees must be compared with the bindings.
    bool wantChanged_ = false;
    bool stopped_ = false;
    std::optional<net::TimerId> timer_;
    SteadyTime timerDue_{};
};

}  // namespace platen::cwmp
