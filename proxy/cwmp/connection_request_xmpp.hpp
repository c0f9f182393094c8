// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "mfp-datamodel/schema.hpp"
#include "proxy/cwmp/device_agent.hpp"
#include "proxy/cwmp/management_server.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/xmpp/client.hpp"
#include "proxy/xmpp/jid.hpp"

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace platen::cwmp {

class Manager;

/// Connection requests by XMPP (TR-069 Annex K, C-XMPP): the gateway's one connection serves all
/// devices, and the user name in a request tells the device. Shows the connection as
/// Device.XMPP.Connection.1 of each device. Add it to the fleet after the Manager. thread: loop
class XmppConnectionRequests final : public fleet::FleetObserver {
  public:
    /// All must outlive it.
    struct Ports {
        net::Loop& loop;
        const model::Schema& schema;
        xmpp::Client* client = nullptr;  ///< Null: XMPP is not configured.
    };
    /// Asks about an authenticated request, as ConnectionRequests::Decide.
    using Decide = std::function<void(DeviceId, UniqueFunction<void(ConnectionRequestVerdict)>)>;

    /// The Manager decides; it must outlive this.
    XmppConnectionRequests(const Ports& ports, Manager& manager);
    XmppConnectionRequests(const Ports& ports, Decide decide);
    XmppConnectionRequests(const XmppConnectionRequests&) = delete;
    XmppConnectionRequests& operator=(const XmppConnectionRequests&) = delete;
    ~XmppConnectionRequests() override;

    /// Shutdown: ends the connection; what the trees show stays.
    void stop();

    void deviceAdded(fleet::ManagedDevice& device, bool isNew) override;
    void deviceRemoved(DeviceId device) override;
    void valuesChanged(fleet::ManagedDevice& device,
                       std::span<const fleet::Change> changes) override;
    void restarted(fleet::ManagedDevice& /*device*/) override {}

    /// The row that stands for the connection; what ConnReqXMPPConnection is at first.
    static constexpr std::string_view kConnection = "Device.XMPP.Connection.1";
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
        xmpp::AllowedJids allowed;
        std::string username, password;
        std::string indexed;  ///< User name under which it stands in byUser_.
    };
    /// Parameters of the row; a schema may lack any of them.
    struct RowParams {
        ManagementParams::Index enable, alias, username, domain, resource;
        ManagementParams::Index jabberId, status, lastChange, algorithm, keepAlive, useTls,
            tlsEstablished, algorithms;
        [[nodiscard]] static RowParams find(const model::Schema& schema);
    };

    void schedule(Millis wait);
    void turn();
    void update(DeviceId id);
    void index(DeviceId id, Device& device, const std::string& name);
    void show(const Device& device) const;
    [[nodiscard]] std::vector<fleet::Assignment> row() const;
    void received(const xmpp::Request& request);
    [[nodiscard]] bool anyAllows(const xmpp::Jid& from) const;

    Ports ports_;
    Decide decide_;
    ManagementParams params_;
    RowParams rowParams_;
    std::vector<bool> watched_;  ///< By parameter index.
    std::unordered_map<DeviceId, Device> devices_;
    std::unordered_map<std::string, std::vector<DeviceId>> byUser_;
    std::set<DeviceId> toRead_;  ///< Their settings changed.
    std::set<DeviceId> toShow_;  ///< Their trees must be compared with the connection.
    bool stopped_ = false;
    std::optional<net::TimerId> timer_;
    SteadyTime timerDue_{};
};

}  // namespace platen::cwmp
