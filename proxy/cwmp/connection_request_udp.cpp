// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/connection_request_udp.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/cwmp/connection_methods.hpp"
#include "proxy/cwmp/manager.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace platen::cwmp {
namespace {

constexpr std::string_view kFactPrefix = "udp.request.";

/// Where devices differ, the shortest maximum holds, and the longest minimum that it allows.
void combine(stun::KeepAlivePeriods& all, const stun::KeepAlivePeriods& one) {
    all.minimum = std::max(all.minimum, one.minimum);
    if (one.maximum) {
        all.maximum = std::min(all.maximum.value_or(*one.maximum), *one.maximum);
    }
}

}  // namespace

UdpConnectionRequests::UdpConnectionRequests(const Ports& ports, Manager& manager)
    : UdpConnectionRequests(
          ports, [&manager](DeviceId device, UniqueFunction<void(ConnectionRequestVerdict)> done) {
              manager.connectionRequested(device, std::move(done));
          }) {}

UdpConnectionRequests::UdpConnectionRequests(const Ports& ports, Decide decide)
    : ports_(ports),
      decide_(std::move(decide)),
      params_(ManagementParams::find(ports.schema)),
      watched_(ports.schema.paramCount(), false) {
    for (const auto& param :
         {params_.url, params_.connectionRequestUsername, params_.connectionRequestPassword,
          params_.stunEnable, params_.stunServerAddress, params_.stunServerPort,
          params_.stunUsername, params_.stunPassword, params_.stunMaximum, params_.stunMinimum,
          params_.udpConnectionRequestAddress, params_.natDetected,
          params_.supportedConnReqMethods}) {
        if (param) {
            watched_[param->value()] = true;
        }
    }
    ports_.bindings.onEvents({[this] {
                                  for (const auto& [id, device] : devices_) {
                                      if (device.enabled) {
                                          toShow_.insert(id);
                                      }
                                  }
                                  schedule(Millis{0});
                              },
                              [this](const net::Endpoint& from, std::span<const std::byte> bytes) {
                                  received(from, bytes);
                              }});
}

UdpConnectionRequests::~UdpConnectionRequests() {
    stop();
    ports_.bindings.onEvents({});
}

void UdpConnectionRequests::stop() {
    stopped_ = true;
    if (timer_) {
        ports_.loop.cancel(*timer_);
        timer_.reset();
    }
    ports_.bindings.want({});
}

void UdpConnectionRequests::restore(const store::Snapshot& snapshot) {
    for (const auto& fact : snapshot.facts) {
        const std::string_view key = fact.key;
        if (!key.starts_with(kFactPrefix)) {
            continue;
        }
        const auto id = text::toUnsigned(key.substr(kFactPrefix.size()));
        if (id && *id <= std::numeric_limits<DeviceId::RepType>::max()) {
            guards_[DeviceId(static_cast<DeviceId::RepType>(*id))].restore(fact.text);
        }
    }
}

void UdpConnectionRequests::deviceAdded(fleet::ManagedDevice& device, bool /*isNew*/) {
    devices_[device.id()].device = &device;
    toRead_.insert(device.id());
    schedule(kSettle);
}

void UdpConnectionRequests::deviceRemoved(DeviceId id) {
    const auto found = devices_.find(id);
    if (found == devices_.end()) {
        return;
    }
    wantChanged_ = wantChanged_ || found->second.enabled;
    index(id, found->second, {});
    devices_.erase(found);
    toRead_.erase(id);
    toShow_.erase(id);
    schedule(kSettle);
}

void UdpConnectionRequests::valuesChanged(fleet::ManagedDevice& device,
                                          std::span<const fleet::Change> changes) {
    const bool ours = std::any_of(changes.begin(), changes.end(), [this](const auto& change) {
        return watched_[change.ref.param.value()];
    });
    if (ours && devices_.contains(device.id())) {
        toRead_.insert(device.id());
        schedule(kSettle);
    }
}

/// The earlier one counts.
void UdpConnectionRequests::schedule(Millis wait) {
    const auto due = ports_.loop.clock().steadyNow() + wait;
    if (stopped_ || (timer_ && timerDue_ <= due)) {
        return;
    }
    if (timer_) {
        ports_.loop.cancel(*timer_);
    }
    timerDue_ = due;
    timer_ = ports_.loop.after(wait, "udp.requests", [this] {
        timer_.reset();
        turn();
    });
}

/// First all settings are read, then the bindings follow, then the trees: a few devices a turn.
void UdpConnectionRequests::turn() {
    for (std::size_t i = 0; i < kDevicesPerTurn && !toRead_.empty(); ++i) {
        const auto id = *toRead_.begin();
        toRead_.erase(toRead_.begin());
        update(id);
    }
    if (!toRead_.empty()) {
        schedule(Millis{0});
        return;
    }
    if (std::exchange(wantChanged_, false)) {
        wantBindings();
    }
    for (std::size_t i = 0; i < kDevicesPerTurn && !toShow_.empty(); ++i) {
        const auto id = *toShow_.begin();
        toShow_.erase(toShow_.begin());
        if (const auto found = devices_.find(id); found != devices_.end()) {
            show(found->second);
        }
    }
    if (!toShow_.empty() || !toRead_.empty()) {
        schedule(toShow_.empty() ? kSettle : Millis{0});
    }
}

void UdpConnectionRequests::update(DeviceId id) {
    const auto found = devices_.find(id);
    if (found == devices_.end()) {
        return;
    }
    auto& device = found->second;
    const ManagementServer server(params_, device.device->tree());
    Device next;
    next.key = {server.stunServerHost(), server.stunServerPort(), server.stunUsername(),
                server.stunPassword()};
    next.enabled = server.stunEnabled() && !next.key.host.empty() && next.key.port != 0;
    next.periods = {server.stunMinimumKeepAlive(), server.stunMaximumKeepAlive()};
    const bool same =
        device.enabled == next.enabled && device.key == next.key && device.periods == next.periods;
    if (!same && (device.enabled || next.enabled)) {
        wantChanged_ = true;
    }
    device.enabled = next.enabled;
    device.key = std::move(next.key);
    device.periods = next.periods;
    device.username = server.connectionRequestUsername();
    device.password = server.connectionRequestPassword();
    index(id, device, device.enabled ? device.username : std::string());
    toShow_.insert(id);
}

void UdpConnectionRequests::index(DeviceId id, Device& device, const std::string& name) {
    if (device.indexed == name) {
        return;
    }
    if (const auto old = byUser_.find(device.indexed); old != byUser_.end()) {
        std::erase(old->second, id);
        if (old->second.empty()) {
            byUser_.erase(old);
        }
    }
    if (!name.empty()) {
        byUser_[name].push_back(id);
    }
    device.indexed = name;
}

void UdpConnectionRequests::wantBindings() {
    stun::Bindings::Wanted wanted;
    for (const auto& [id, device] : devices_) {
        if (!device.enabled) {
            continue;
        }
        const auto [at, isNew] = wanted.try_emplace(device.key, device.periods);
        if (!isNew) {
            combine(at->second, device.periods);
        }
    }
    ports_.bindings.want(wanted);
}

/// UDPConnectionRequestAddress and NATDetected are kept, so that a restart that finds the same
/// binding is no news for the ACS (C-UDP-09).
void UdpConnectionRequests::show(const Device& device) const {
    const auto binding =
        device.enabled ? ports_.bindings.binding(device.key) : std::optional<stun::Binding>();
    std::vector<fleet::Assignment> kept;
    const auto put = [&device](std::vector<fleet::Assignment>& to, ManagementParams::Index param,
                               const model::Value& value) {
        if (!param) {
            return;
        }
        const auto present = device.device->tree().get({*param, {}});
        if (!present || present->text() != value.text()) {
            to.push_back({{*param, {}}, value});
        }
    };
    if (binding || !device.enabled) {
        put(kept, params_.udpConnectionRequestAddress,
            model::Value::string(binding ? binding->mapped.toString() : std::string()));
        put(kept, params_.natDetected, model::Value::boolean(binding && binding->natDetected()));
    }
    setConnectionMethod(params_, *device.device, "STUN", binding.has_value());
    if (!kept.empty()) {
        device.device->setGatewayValues(std::move(kept), true);
    }
}

std::vector<DeviceId> UdpConnectionRequests::candidates(const stun::UdpRequest& request) const {
    std::vector<DeviceId> out;
    for (const auto* name : {&request.plain.un, &request.raw.un}) {
        const auto found = byUser_.find(*name);
        if (found == byUser_.end() || (name == &request.raw.un && *name == request.plain.un)) {
            continue;
        }
        if (out.size() + found->second.size() > kMaxSameUser) {
            LOG_WARNING("cwmp", "udp.ambiguous", {"devices", found->second.size()},
                        {"reason", "too many devices share a ConnectionRequestUsername"});
            return {};
        }
        out.insert(out.end(), found->second.begin(), found->second.end());
    }
    return out;
}

void UdpConnectionRequests::received(const net::Endpoint& from, std::span<const std::byte> bytes) {
    const auto request = stun::parseUdpRequest(bytes);
    if (!request) {
        LOG_DEBUG("cwmp", "udp.refused", {"from", from.toString()},
                  {"reason", request.error().text});
        return;  // C-UDP-04: never an answer.
    }
    for (const auto id : candidates(*request)) {
        const auto& device = devices_.at(id);
        const auto verdict =
            stun::checkUdpRequest(*request, device.username, device.password, guards_[id]);
        if (verdict == stun::UdpVerdict::Valid) {
            accept(id, *request);
        } else if (verdict != stun::UdpVerdict::Replayed) {
            LOG_DEBUG("cwmp", "udp.refused", {"from", from.toString()}, {"device", id},
                      {"reason", "wrong signature"});
        }
    }
}

void UdpConnectionRequests::accept(DeviceId id, const stun::UdpRequest& request) {
    auto& guard = guards_[id];
    guard.accept(request);
    store::Batch batch;
    batch.emplace_back(
        store::FactRow{text::cat({kFactPrefix, std::to_string(id.value())}), guard.save()});
    ports_.store.commit(std::move(batch), store::Durability::Relaxed,
                        [id](const Result<void>& result) { logStoreFailure(id, result); });
    decide_(id, [id](ConnectionRequestVerdict verdict) {
        if (verdict != ConnectionRequestVerdict::Accepted) {
            LOG_DEBUG("cwmp", "udp.not_now", {"device", id},
                      {"verdict", static_cast<int>(verdict)});
        }
    });
}

}  // namespace platen::cwmp
