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
    : UdpConnectionRequests(ports, std::move(decide), ManagementParams::find(ports.schema)) {}

UdpConnectionRequests::UdpConnectionRequests(const Ports& ports,
                                             Decide decide,
                                             const ManagementParams& params)
    : CalledDevices(
          ports.loop,
          "udp.requests",
          ports.schema,
          {params.url, params.connectionRequestUsername, params.connectionRequestPassword,
           params.stunEnable, params.stunServerAddress, params.stunServerPort, params.stunUsername,
           params.stunPassword, params.stunMaximum, params.stunMinimum,
           params.udpConnectionRequestAddress, params.natDetected, params.supportedConnReqMethods}),
      ports_(ports),
      decide_(std::move(decide)),
      params_(params) {
    ports_.bindings.onEvents({[this] {
                                  for (const auto& [id, device] : devices_) {
                                      if (device.enabled) {
                                          showSoon(id);
                                      }
                                  }
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
    stopTurns();
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

void UdpConnectionRequests::forget(DeviceId id) {
    wantChanged_ = wantChanged_ || devices_[id].enabled;
    byUser_.put(id, {});
    devices_.erase(id);
}

void UdpConnectionRequests::settingsRead() {
    if (std::exchange(wantChanged_, false)) {
        wantBindings();
    }
}

void UdpConnectionRequests::readSettings(fleet::ManagedDevice& from) {
    auto& device = devices_[from.id()];
    const ManagementServer server(params_, from.tree());
    Device next;
    next.key = {server.stunServerHost(), server.stunServerPort(), server.stunUsername(),
                server.stunPassword()};
    next.enabled = server.stunEnabled() && !next.key.host.empty() && next.key.port != 0;
    next.periods = {server.stunMinimumKeepAlive(), server.stunMaximumKeepAlive()};
    next.username = server.connectionRequestUsername();
    next.password = server.connectionRequestPassword();
    const bool same =
        device.enabled == next.enabled && device.key == next.key && device.periods == next.periods;
    if (!same && (device.enabled || next.enabled)) {
        wantChanged_ = true;
    }
    device = std::move(next);
    byUser_.put(from.id(), device.enabled ? device.username : std::string());
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
void UdpConnectionRequests::show(fleet::ManagedDevice& shown) {
    const auto& device = devices_[shown.id()];
    const auto binding =
        device.enabled ? ports_.bindings.binding(device.key) : std::optional<stun::Binding>();
    std::vector<fleet::Assignment> kept;
    const auto put = [&shown](std::vector<fleet::Assignment>& to, ManagementParams::Index param,
                              const model::Value& value) {
        if (!param) {
            return;
        }
        const auto present = shown.tree().get({*param, {}});
        if (!present || present->text() != value.text()) {
            to.push_back({{*param, {}}, value});
        }
    };
    if (binding || !device.enabled) {
        put(kept, params_.udpConnectionRequestAddress,
            model::Value::string(binding ? binding->mapped.toString() : std::string()));
        put(kept, params_.natDetected, model::Value::boolean(binding && binding->natDetected()));
    }
    setConnectionMethod(params_, shown, "STUN", binding.has_value());
    if (!kept.empty()) {
        shown.setGatewayValues(std::move(kept), true);
    }
}

std::vector<DeviceId> UdpConnectionRequests::candidates(const stun::UdpRequest& request) const {
    std::vector<DeviceId> out;
    for (const auto* name : {&request.plain.un, &request.raw.un}) {
        const auto found = byUser_.find(*name);
        if (found.empty() || (name == &request.raw.un && *name == request.plain.un)) {
            continue;
        }
        if (out.size() + found.size() > kMaxSameUser) {
            LOG_WARNING("cwmp", "udp.ambiguous", {"devices", found.size()},
                        {"reason", "too many devices share a ConnectionRequestUsername"});
            return {};
        }
        out.insert(out.end(), found.begin(), found.end());
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
