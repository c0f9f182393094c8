// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "mfp-datamodel/attributes.hpp"
#include "mfp-datamodel/path.hpp"
#include "proxy/cwmp/lightweight_message.hpp"
#include "proxy/cwmp/management_server.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/net/datagram.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/resolver.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

namespace platen::cwmp {

/// Lightweight notifications by UDP (TR-069 Annex M, C-LWN): follows the changes of all devices
/// whose notification attribute is 3 to 6. A change with an active kind (5, 6) is sent a moment
/// later, together with what waits; one with a passive kind (3, 4) waits for such a datagram, or
/// for the device's LightweightNotificationTriggerInterval. Nobody answers, so what was sent counts
/// as told; what waits is in memory only. While LightweightNotificationProtocolsUsed is empty
/// nothing is kept and nothing sent. Add it to the fleet after the Manager. thread: loop
class LightweightNotifier final : public fleet::FleetObserver {
  public:
    /// All must outlive it.
    struct Ports {
        net::Loop& loop;
        Random& random;
        net::Resolver& resolver;
        const model::PathCodec& codec;
        /// Called at the first datagram, and again after it failed.
        std::function<Result<std::unique_ptr<net::Datagrams>>()> open;
    };
    explicit LightweightNotifier(Ports ports);
    LightweightNotifier(const LightweightNotifier&) = delete;
    LightweightNotifier& operator=(const LightweightNotifier&) = delete;
    ~LightweightNotifier() override;

    void deviceAdded(fleet::ManagedDevice& device, bool isNew) override;
    void deviceRemoved(DeviceId device) override;
    void valuesChanged(fleet::ManagedDevice& device,
                       std::span<const fleet::Change> changes) override;
    void restarted(fleet::ManagedDevice& /*device*/) override {}

    /// Shutdown: no timers any more; what waits is lost.
    void stop();

    /// Active changes this close together go into one datagram; also the least time between two
    /// sends of a device.
    static constexpr Millis kGather{1'000};
    /// Parameters of one device that may wait; a change beyond them is not told.
    static constexpr std::size_t kMaxWaiting = 10'000;

  private:
    struct Device {
        fleet::ManagedDevice* managed = nullptr;
        bool used = false;  ///< LightweightNotificationProtocolsUsed has UDP.
        std::set<model::ParamRef> waiting;
        std::optional<net::TimerId> gather, trigger;
        WallTime triggerAt = kUnknownTime;
    };

    [[nodiscard]] Device* find(DeviceId id);
    void settings(DeviceId id);
    void schedule(DeviceId id);
    void onTrigger(DeviceId id);
    void send(DeviceId id);
    void sendTo(DeviceId id, const std::string& host, const net::Endpoint& endpoint);
    [[nodiscard]] std::vector<LightweightParam> take(Device& device);
    void transmit(DeviceId id,
                  const net::Endpoint& endpoint,
                  const std::vector<std::string>& datagrams);
    void cancel(std::optional<net::TimerId>& timer);

    Ports ports_;
    ManagementParams params_;
    std::unordered_map<DeviceId, Device> devices_;
    std::unique_ptr<net::Datagrams> socket_;
    bool stopped_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// True for the notification values 3 to 6.
[[nodiscard]] bool isLightweight(model::Notification notification);

}  // namespace platen::cwmp
