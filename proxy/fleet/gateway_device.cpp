// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/gateway_device.hpp"

#include "base/log.hpp"
#include "proxy/fleet/device_values.hpp"
#include "proxy/fleet/gateway_values.hpp"
#include "proxy/fleet/keep.hpp"
#include "proxy/fleet/version.hpp"

#include <utility>

namespace platen::fleet {

GatewayDevice::GatewayDevice(FleetContext& context, PrinterEvents& events)
    : context_(context),
      events_(events),
      state_(context.codec.schema(), context.pool),
      rows_(context,
            DeviceId{0},
            state_,
            [this](const std::vector<Change>& changes) { events_.valuesChanged(*this, changes); }),
      embeds_(context.settings->dataModel.presentation == "embedded_objects"),
      started_(context.loop.clock().steadyNow()),
      diagnostics_({.tree = state_.tree,
                    .set =
                        [this](std::vector<Assignment> values) {
                            setGatewayValues(std::move(values), false);
                        },
                    .completed = [this] { events_.diagnosticsComplete(*this); }},
                   context.gatewayTests ? context.gatewayTests()
                                        : std::vector<std::unique_ptr<Diagnostic>>()),
      summary_(context.codec, context.names, embeds_) {
    const auto table =
        context.codec.schema().findObject(embeds_ ? "Device.ManagementServer.VirtualDevice.{i}."
                                                  : "Device.ManagementServer.EmbeddedDevice.{i}.");
    if (table) {
        state_.tree.hideEmptyTable(*table);  // One mechanism at a time (C-PRX-14).
    }
    if (context.openUdpEcho) {
        echo_ = UdpEchoConfig::make(context.codec.schema(),
                                    {.loop = context.loop,
                                     .tree = state_.tree,
                                     .set =
                                         [this](std::vector<Assignment> values) {
                                             setGatewayValues(std::move(values), false);
                                         },
                                     .open = context.openUdpEcho});
    }
}

void GatewayDevice::prepare() {
    const auto& n = context_.names;
    ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
    const auto text = [&](model::ParamIndex param, std::string_view value) {
        changes.setText({param, {}}, value);
    };
    text(n.infoManufacturer, context_.gateway.manufacturer);
    text(n.infoOui, context_.gateway.oui);
    text(n.infoProductClass, context_.gateway.productClass);
    text(n.infoSerial, context_.gateway.serial);
    text(n.infoModelName, context_.gateway.productClass);
    text(n.infoDescription, "Print gateway");
    text(n.infoHardwareVersion, "unknown");
    text(n.infoSoftwareVersion, kVersion);
    showRoot(context_, changes);
    if (!state_.tree.get({n.infoProvisioningCode, {}})) {
        text(n.infoProvisioningCode, "");
    }
    started_ = context_.loop.clock().steadyNow();
    changes.setUnsigned({n.infoUpTime, {}}, 0);
    noteClock();
    showDataModels(context_.dataModels, embeds_, state_.tree);
    rows_.prepare();
    diagnostics_.prepare();
    if (echo_) {
        echo_->prepare();
    }
    // Empty unless the printers are embedded: they are devices of their own (C-PRX-14).
    state_.tree.addObject({n.services, {}});
    summary_.update(state_.tree, changes);
    (void)changes.take();  // what stands at the start is no news
}

bool GatewayDevice::writable(const model::ParamRef& ref) const {
    const auto& schema = context_.codec.schema();
    return schema.param(ref.param).readWrite && state_.tree.get(ref).has_value() &&
           schema.findParam("Device.Time.LocalTimeZone") != ref.param;  // noteClock()
}

void GatewayDevice::write(std::vector<Assignment> assignments,
                          store::Batch more,
                          UniqueFunction<void(WriteFaults)> done) {
    WriteFaults faults;
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        // Not writable(): CWMP has asked that of what the ACS sets, and sets ParameterKey with it.
        if (!state_.tree.get(assignments[i].ref)) {
            faults.push_back({.index = i,
                              .kind = AssignmentFault::Kind::NotWritable,
                              .text = "not writable on the gateway"});
        } else if (auto refusal = diagnostics_.refusal(assignments[i])) {
            faults.push_back({.index = i,
                              .kind = AssignmentFault::Kind::InvalidValue,
                              .text = std::move(*refusal)});
        }
    }
    if (faults.empty() && echo_) {
        if (auto refusal = echo_->refusal(assignments)) {
            faults.push_back(std::move(*refusal));
        }
    }
    if (!faults.empty()) {
        context_.loop.post([done = std::move(done), faults = std::move(faults)]() mutable {
            done(std::move(faults));
        });
        return;
    }
    for (const auto& assignment : assignments) {
        if (!diagnostics_.isState(assignment.ref)) {
            more.emplace_back(toRow(id(), context_.codec, assignment));
        }
    }
    context_.store.commit(std::move(more), store::Durability::Durable,
                          [this, assignments = std::move(assignments),
                           done = std::move(done)](Result<void> result) mutable {
                              if (!result) {
                                  LOG_ERROR("fleet", "store.failed", {"device", id()},
                                            {"error", result.error().text});
                                  if (echo_) {
                                      echo_->notWritten();
                                  }
                                  done({{.index = 0,
                                         .kind = AssignmentFault::Kind::Exhausted,
                                         .text = "gateway: the value could not be stored"}});
                                  return;
                              }
                              ChangeRecorder changes(state_.tree, ChangeCause::Acs);
                              for (const auto& assignment : assignments) {
                                  changes.set(assignment.ref, assignment.value, model::Source::Acs);
                              }
                              publish(changes);
                              diagnostics_.written(assignments);
                              if (echo_) {
                                  echo_->written(assignments);
                              }
                              done({});
                          });
}

void GatewayDevice::setGatewayValues(std::vector<Assignment> assignments, bool keep) {
    ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
    commitAndLog(context_.store, setOwnValues(assignments, keep, context_.codec, id(), changes),
                 store::Durability::Durable, id());
    publish(changes);
}

void GatewayDevice::publish(ChangeRecorder& recorder) {
    summary_.update(state_.tree, recorder);
    const auto changes = recorder.take();
    if (!changes.empty()) {
        events_.valuesChanged(*this, changes);
    }
}

void GatewayDevice::checkReachable(UniqueFunction<void(bool)> done) {
    context_.loop.post([done = std::move(done)]() mutable { done(true); });
}

void GatewayDevice::reboot(UniqueFunction<void(Result<void>)> done) {
    // The CWMP side starts again; polling and the printers' own sessions go on (C-PRX-47).
    context_.loop.post([this, done = std::move(done)]() mutable {
        started_ = context_.loop.clock().steadyNow();
        noteUpTime();
        diagnostics_.restarted();
        done({});
        events_.restarted(*this);
    });
}

void GatewayDevice::factoryReset(UniqueFunction<void(Result<void>)> done) {
    std::vector<model::ParamRef> set;
    if (const auto root = context_.codec.parse("")) {
        state_.tree.forEachParam(*root,
                                 [&](const model::ParamRef& ref, const model::Value& /*value*/) {
                                     if (state_.tree.sourceOf(ref) == model::Source::Acs) {
                                         set.push_back(ref);
                                     }
                                 });
    }
    for (const auto& ref : set) {
        state_.tree.erase(ref);
    }
    state_.attributes.clear();
    store::Batch batch;
    rows_.clear(batch);
    prepare();
    batch.emplace_back(store::ValueErased{.device = id(), .name = {}});
    batch.emplace_back(store::AttributesErased{.device = id()});
    context_.store.commit(std::move(batch), store::Durability::Durable,
                          [this, done = std::move(done)](Result<void> stored) mutable {
                              if (stored) {
                                  events_.gatewayReset();
                              }
                              done(std::move(stored));
                          });
}

void GatewayDevice::showPrinter(const VirtualDeviceEntry& entry) {
    if (!context_.names.gatewayTables) {
        return;  // Device:1 has no such tables
    }
    const auto& n = *context_.names.gatewayTables;
    const auto now = context_.loop.clock().wallNow();
    const model::InstanceTable::RowKey key{.key = std::to_string(entry.id.value()),
                                           .preferred = {}};
    const auto host = state_.instances.resolve(n.hosts, {}, std::span(&key, 1), now).front();
    const model::Instances hostRow{{host, 0, 0}};
    ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
    changes.setText({n.hostPhysAddress, hostRow}, entry.macAddress);
    changes.setText({n.hostIpAddress, hostRow}, entry.address);
    changes.setText({n.hostName, hostRow}, entry.hostName);
    changes.setBool({n.hostActive, hostRow}, entry.active);
    if (!embeds_) {
        showVirtualDevice(entry, host, changes);
    }
    commitInstances();
    publish(changes);
}

void GatewayDevice::showVirtualDevice(const VirtualDeviceEntry& entry,
                                      std::uint32_t host,
                                      ChangeRecorder& changes) {
    const auto& n = *context_.names.gatewayTables;
    const model::InstanceTable::RowKey key{.key = std::to_string(entry.id.value()),
                                           .preferred = {}};
    const auto device =
        state_.instances
            .resolve(n.virtualDevices, {}, std::span(&key, 1), context_.loop.clock().wallNow())
            .front();
    const model::Instances deviceRow{{device, 0, 0}};
    changes.setText({n.virtualOui, deviceRow}, entry.identity.oui);
    changes.setText({n.virtualProductClass, deviceRow}, entry.identity.productClass);
    changes.setText({n.virtualSerial, deviceRow}, entry.identity.serial);
    changes.setText({n.virtualHost, deviceRow}, "Device.Hosts.Host." + std::to_string(host));
    changes.setText({n.virtualProtocol, deviceRow}, proxyProtocol(context_));
    changes.setText({n.virtualProtocolReference, deviceRow}, "");
    changes.setText({n.virtualDiscovery, deviceRow}, proxyProtocol(context_));
    changes.setText({n.virtualDiscoveryReference, deviceRow}, "");
}

void GatewayDevice::update(const std::function<void(ChangeRecorder&)>& fill) {
    ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
    fill(changes);
    commitInstances();
    publish(changes);
}

void GatewayDevice::hidePrinter(DeviceId printer) {
    if (!context_.names.gatewayTables) {
        return;
    }
    const auto& n = *context_.names.gatewayTables;
    const auto key = std::to_string(printer.value());
    for (const auto table : {n.hosts, n.virtualDevices}) {
        if (const auto number = state_.instances.find(table, {}, key)) {
            state_.tree.removeObject({table, model::Instances{{*number, 0, 0}}});
            state_.instances.retire(table, {}, *number);
        }
    }
    commitInstances();
    ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
    publish(changes);
}

void GatewayDevice::sessionStarts() {
    if (echo_) {
        echo_->showCounts();
    }
    noteUpTime();
    noteClock();
}

// C-DM-15. The operating system keeps the clock: what could set it is absent.
void GatewayDevice::noteClock() {
    const auto& schema = context_.codec.schema();
    const auto put = [&](std::string_view name, const model::Value& value) {
        if (const auto param = schema.findParam(name)) {
            state_.tree.set({*param, {}}, value, model::Source::Gateway);
        }
    };
    const auto clock = context_.hostClock();
    put("Device.Time.Status",
        model::Value::string(clock.synchronized ? "Synchronized" : "Unsynchronized"));
    put("Device.Time.CurrentLocalTime",
        model::Value::dateTime(
            std::chrono::floor<std::chrono::seconds>(context_.loop.clock().wallNow())));
    if (!clock.timeZone.empty()) {
        put("Device.Time.LocalTimeZone", model::Value::string(clock.timeZone));
    }
}

void GatewayDevice::noteUpTime() {
    const auto upTime = context_.loop.clock().steadyNow() - started_;
    state_.tree.set({context_.names.infoUpTime, {}},
                    model::Value::unsignedInteger(
                        model::ValueType::UnsignedInt,
                        static_cast<std::uint64_t>(
                            std::chrono::duration_cast<std::chrono::seconds>(upTime).count())),
                    model::Source::Gateway);
}

void GatewayDevice::commitInstances() {
    store::Batch batch;
    for (const auto& record : state_.instances.takeDirty()) {
        batch.emplace_back(toRow(id(), context_.codec.schema(), record));
    }
    commitAndLog(context_.store, std::move(batch), store::Durability::Relaxed, id());
}

}  // namespace platen::fleet
