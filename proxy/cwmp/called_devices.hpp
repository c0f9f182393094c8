// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/cwmp/management_server.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/net/loop.hpp"

#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace platen::cwmp {

/// Devices by the user name of their connection requests; names should be unique, but need not be.
class UserIndex {
  public:
    /// Empty: the device stands in no list.
    void put(DeviceId device, const std::string& user);
    [[nodiscard]] std::span<const DeviceId> find(const std::string& user) const;

  private:
    std::unordered_map<DeviceId, std::string> users_;
    std::unordered_map<std::string, std::vector<DeviceId>> devices_;
};

/// What the ways of calling a device beside HTTP (UDP, XMPP) have in common: they follow a few
/// settings of all devices and show in the trees how a device can be called. Thousands of devices
/// are looked at a few a turn of the loop: first all changed settings are read, then the trees
/// follow. thread: loop
class CalledDevices : public fleet::FleetObserver {
  public:
    CalledDevices(const CalledDevices&) = delete;
    CalledDevices& operator=(const CalledDevices&) = delete;
    ~CalledDevices() override;

    void deviceAdded(fleet::ManagedDevice& device, bool isNew) override;
    void deviceRemoved(DeviceId device) override;
    void valuesChanged(fleet::ManagedDevice& device,
                       std::span<const fleet::Change> changes) override;
    void restarted(fleet::ManagedDevice& /*device*/) override {}

    /// Changes of settings this close together are one; the ACS sets several at once.
    static constexpr Millis kSettle{200};
    /// Devices that are looked at in one turn of the loop.
    static constexpr std::size_t kDevicesPerTurn = 50;
    /// Devices with the same user name that a request is tried on.
    static constexpr std::size_t kMaxSameUser = 16;

  protected:
    /// `watched` are the settings; those that the schema lacks are none. `loop` and `timerName`
    /// must outlive it.
    CalledDevices(net::Loop& loop,
                  const char* timerName,
                  const model::Schema& schema,
                  std::initializer_list<ManagementParams::Index> watched);

    /// A device came, or its settings changed.
    virtual void readSettings(fleet::ManagedDevice& device) = 0;
    /// All that changed was read; before trees are shown.
    virtual void settingsRead() {}
    /// Brings the device's tree up to date.
    virtual void show(fleet::ManagedDevice& device) = 0;
    virtual void forget(DeviceId device) = 0;

    void showSoon(DeviceId device);
    void showAllSoon();
    /// Nothing is done any more.
    void stopTurns();

  private:
    void schedule(Millis wait);
    void turn();

    net::Loop& loop_;
    const char* timerName_;
    std::vector<bool> watched_;  ///< By parameter index.
    std::unordered_map<DeviceId, fleet::ManagedDevice*> all_;
    std::set<DeviceId> toRead_;
    std::set<DeviceId> toShow_;
    bool stopped_ = false;
    bool goneSince_ = false;  ///< settingsRead() is due although nothing was read.
    std::optional<net::TimerId> timer_;
    SteadyTime timerDue_{};
};

}  // namespace platen::cwmp
