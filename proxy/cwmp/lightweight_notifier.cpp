// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/lightweight_notifier.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/cwmp/schedule.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace platen::cwmp {
namespace {

constexpr std::size_t kNonceBytes = 16;

bool isActiveLightweight(model::Notification notification) {
    return notification == model::Notification::ActiveLightweight ||
           notification == model::Notification::ActiveWithLightweight;
}

}  // namespace

bool isLightweight(model::Notification notification) {
    return notification == model::Notification::PassiveLightweight ||
           notification == model::Notification::PassiveWithLightweight ||
           isActiveLightweight(notification);
}

LightweightNotifier::LightweightNotifier(Ports ports)
    : ports_(std::move(ports)), params_(ManagementParams::find(ports_.codec.schema())) {}

LightweightNotifier::~LightweightNotifier() {
    stop();
}

void LightweightNotifier::stop() {
    stopped_ = true;
    for (auto& [id, device] : devices_) {
        cancel(device.gather);
        cancel(device.trigger);
    }
}

void LightweightNotifier::cancel(std::optional<net::TimerId>& timer) {
    if (timer) {
        ports_.loop.cancel(*timer);
        timer.reset();
    }
}

LightweightNotifier::Device* LightweightNotifier::find(DeviceId id) {
    const auto found = devices_.find(id);
    return found == devices_.end() ? nullptr : &found->second;
}

void LightweightNotifier::deviceAdded(fleet::ManagedDevice& device, bool /*isNew*/) {
    devices_[device.id()].managed = &device;
    settings(device.id());
}

void LightweightNotifier::deviceRemoved(DeviceId id) {
    if (auto* device = find(id); device != nullptr) {
        cancel(device->gather);
        cancel(device->trigger);
        devices_.erase(id);
    }
}

/// What the ACS set, or a factory reset.
void LightweightNotifier::settings(DeviceId id) {
    auto& device = devices_.at(id);
    device.used = ManagementServer(params_, device.managed->tree()).lightweightByUdp();
    if (!device.used) {
        device.waiting.clear();
        cancel(device.gather);
    }
    schedule(id);
}

void LightweightNotifier::valuesChanged(fleet::ManagedDevice& managed,
                                        std::span<const fleet::Change> changes) {
    auto* device = find(managed.id());
    if (device == nullptr || stopped_) {
        return;
    }
    const bool ours = std::any_of(changes.begin(), changes.end(), [this](const auto& change) {
        return change.ref.param == params_.lightweightUsed ||
               change.ref.param == params_.lightweightInterval ||
               change.ref.param == params_.lightweightTime;
    });
    if (ours) {
        settings(managed.id());
    }
    if (!device->used) {
        return;
    }
    bool active = false;
    for (const auto& change : changes) {
        if (change.cause == fleet::ChangeCause::Acs) {
            continue;  // C-NOT-06
        }
        const auto notification = managed.attributes().notification(change.ref);
        if (isLightweight(notification) && device->waiting.size() < kMaxWaiting) {
            device->waiting.insert(change.ref);
            active = active || isActiveLightweight(notification);
        }
    }
    if (active && !device->gather) {
        device->gather =
            ports_.loop.after(kGather, "lightweight.gather", [this, id = managed.id()] {
                if (auto* found = find(id); found != nullptr) {
                    found->gather.reset();
                    send(id);
                }
            });
    }
}

/// For the next time of LightweightNotificationTriggerTime plus or minus n intervals.
void LightweightNotifier::schedule(DeviceId id) {
    auto& device = devices_.at(id);
    cancel(device.trigger);
    const ManagementServer server(params_, device.managed->tree());
    const auto interval = server.lightweightInterval();
    if (stopped_ || !device.used || interval == Millis{0}) {
        return;
    }
    const auto now = ports_.loop.clock().wallNow();
    // A timer that is a little early by the wall clock must not fire for the same time twice.
    const bool early = device.triggerAt > now && device.triggerAt - now < interval / 2;
    const auto& identity = device.managed->identity();
    const auto spread =
        spreadHash(text::cat({identity.oui, "-", identity.productClass, "-", identity.serial}));
    const auto at =
        nextPeriodic(early ? device.triggerAt : now, interval, server.lightweightTime(), spread);
    device.trigger = ports_.loop.after(at - now, "lightweight.trigger", [this, id, at] {
        if (auto* found = find(id); found != nullptr) {
            found->trigger.reset();
            found->triggerAt = at;
            onTrigger(id);
        }
    });
}

void LightweightNotifier::onTrigger(DeviceId id) {
    send(id);
    schedule(id);
}

void LightweightNotifier::send(DeviceId id) {
    const auto* device = find(id);
    if (device == nullptr || stopped_ || !device->used || device->waiting.empty()) {
        return;
    }
    const ManagementServer server(params_, device->managed->tree());
    const auto host = server.lightweightHost();
    const auto port = server.lightweightPort();
    if (!server.enabled() || host.empty() || port == 0) {
        return;
    }
    ports_.resolver.resolve(host, [this, alive = std::weak_ptr<int>(alive_), id, host,
                                   port](Result<std::vector<net::Address>> found) {
        if (alive.expired() || stopped_) {
            return;
        }
        if (!found) {  // What waits goes with the next datagram.
            LOG_WARNING("cwmp", "lightweight.failed", {"device", id},
                        {"reason", found.error().text});
            return;
        }
        sendTo(id, host, {found->front(), port});
    });
}

/// Values as they are now, of parameters that are still there and still notified.
std::vector<LightweightParam> LightweightNotifier::take(Device& device) {
    std::vector<LightweightParam> params;
    for (const auto& ref : std::exchange(device.waiting, {})) {
        const auto value = device.managed->tree().get(ref);
        if (value && isLightweight(device.managed->attributes().notification(ref))) {
            params.push_back({ports_.codec.name(ref), ports_.codec.valueText(ref.param, *value)});
        }
    }
    return params;
}

void LightweightNotifier::sendTo(DeviceId id,
                                 const std::string& host,
                                 const net::Endpoint& endpoint) {
    auto* device = find(id);
    if (device == nullptr || !device->used) {
        return;
    }
    const ManagementServer server(params_, device->managed->tree());
    const bool bare = host.find(':') != std::string::npos;  // IPv6
    const LightweightSender sender{
        text::cat({bare ? "[" : "", host, bare ? "]:" : ":", std::to_string(endpoint.port)}),
        server.username(), server.password(), device->managed->identity()};
    const auto message = lightweightDatagrams(sender, take(*device), [this] {
        const auto now = ports_.loop.clock().wallNow().time_since_epoch();
        return LightweightStamp{std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                                ports_.random.hex(kNonceBytes)};
    });
    if (message.tooLarge > 0) {
        LOG_WARNING("cwmp", "lightweight.too_large", {"device", id},
                    {"parameters", message.tooLarge});
    }
    transmit(id, endpoint, message.datagrams);
}

void LightweightNotifier::transmit(DeviceId id,
                                   const net::Endpoint& endpoint,
                                   const std::vector<std::string>& datagrams) {
    if (!socket_ && !datagrams.empty()) {
        auto opened = ports_.open();
        if (!opened) {
            LOG_WARNING("cwmp", "lightweight.failed", {"device", id},
                        {"reason", opened.error().text});
            return;
        }
        socket_ = std::move(*opened);
        socket_->onReceive(
            [](const net::Endpoint&, std::span<const std::byte>) {});  // Nobody does.
    }
    for (const auto& datagram : datagrams) {
        const auto sent =
            socket_->send(endpoint, std::as_bytes(std::span(datagram.data(), datagram.size())));
        if (!sent) {
            LOG_WARNING("cwmp", "lightweight.failed", {"device", id},
                        {"reason", sent.error().text});
            return;
        }
    }
    LOG_DEBUG("cwmp", "lightweight.sent", {"device", id}, {"datagrams", datagrams.size()});
}

}  // namespace platen::cwmp
