// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "mfp-datamodel/schema.hpp"
#include "proxy/cwmp/called_devices.hpp"
#include "proxy/cwmp/device_agent.hpp"
#include "proxy/cwmp/management_server.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/store/store.hpp"
#include "proxy/stun/bindings.hpp"
#include "proxy/stun/udp_request.hpp"

#include <functional>
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
class UdpConnectionRequests final : public CalledDevices {
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

  private:
    UdpConnectionRequests(const Ports& ports, Decide decide, const ManagementParams& params);

    struct Device {
        bool enabled = false;
        stun::BindingKey key;
        stun::KeepAlivePeriods periods;
        std::string username, password;
    };

    void readSettings(fleet::ManagedDevice& device) override;
    void settingsRead() override;
    void show(fleet::ManagedDevice& device) override;
    void forget(DeviceId device) override;
    void wantBindings();
    void received(const net::Endpoint& from, std::span<const std::byte> bytes);
    [[nodiscard]] std::vector<DeviceId> candidates(const stun::UdpRequest& request) const;
    void accept(DeviceId id, const stun::UdpRequest& request);

    Ports ports_;
    Decide decide_;
    ManagementParams params_;
    std::unordered_map<DeviceId, Device> devices_;
    std::unordered_map<DeviceId, stun::ReplayGuard> guards_;
    UserIndex byUser_;
    bool wantChanged_ = false;
};

}  // namespace platen::cwmp
