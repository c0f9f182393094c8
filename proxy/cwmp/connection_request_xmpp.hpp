// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "mfp-datamodel/schema.hpp"
#include "proxy/cwmp/called_devices.hpp"
#include "proxy/cwmp/device_agent.hpp"
#include "proxy/cwmp/management_server.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/xmpp/client.hpp"
#include "proxy/xmpp/jid.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace platen::cwmp {

class Manager;

/// Connection requests by XMPP (TR-069 Annex K, C-XMPP): the gateway's one connection serves all
/// devices, and the user name in a request tells the device. Shows the connection as
/// Device.XMPP.Connection.1 of each device. Add it to the fleet after the Manager. thread: loop
class XmppConnectionRequests final : public CalledDevices {
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

    /// The row that stands for the connection; what ConnReqXMPPConnection is at first.
    static constexpr std::string_view kConnection = "Device.XMPP.Connection.1";

  private:
    XmppConnectionRequests(const Ports& ports, Decide decide, const ManagementParams& params);

    struct Device {
        bool enabled = false;
        xmpp::AllowedJids allowed;
        std::string password;
    };
    /// Parameters of the row; a schema may lack any of them.
    struct RowParams {
        ManagementParams::Index enable, alias, username, domain, resource;
        ManagementParams::Index jabberId, status, lastChange, algorithm, keepAlive, useTls,
            tlsEstablished, algorithms;
        [[nodiscard]] static RowParams find(const model::Schema& schema);
    };

    void readSettings(fleet::ManagedDevice& device) override;
    void show(fleet::ManagedDevice& device) override;
    void forget(DeviceId device) override;
    [[nodiscard]] std::vector<fleet::Assignment> row() const;
    void received(const xmpp::Request& request);
    [[nodiscard]] bool anyAllows(const xmpp::Jid& from) const;

    Ports ports_;
    Decide decide_;
    ManagementParams params_;
    RowParams rowParams_;
    std::unordered_map<DeviceId, Device> devices_;
    UserIndex byUser_;
};

}  // namespace platen::cwmp
