// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/embedded_rows.hpp"

#include "base/text.hpp"
#include "proxy/fleet/gateway_values.hpp"

namespace platen::fleet {
namespace {

constexpr std::string_view kTable = "Device.ManagementServer.EmbeddedDevice.{i}.";

std::string_view nameOf(CommandState state) {
    switch (state) {
        case CommandState::Pending:
            return "Pending";
        case CommandState::Success:
            return "Success";
        case CommandState::Error:
            return "Error";
    }
    return "Error";
}

model::Instances rowAt(std::uint32_t number) {
    return model::Instances{{number, 0, 0}};
}

}  // namespace

EmbeddedRows::EmbeddedRows(const FleetContext& context) : context_(context) {
    const auto& schema = context.codec.schema();
    table_ = schema.findObject(kTable);
    if (!table_) {
        return;
    }
    const auto named = [&](std::string_view name) { return schema.findParam(*table_, name); };
    controller_ = named("ControllerID");
    device_ = named("ProxiedDeviceID");
    reference_ = named("Reference");
    dataModel_ = named("SupportedDataModel");
    host_ = named("Host");
    protocol_ = named("ProxyProtocol");
    protocolReference_ = named("ProxyProtocolReference");
    discovery_ = named("DiscoveryProtocol");
    discoveryReference_ = named("DiscoveryProtocolReference");
    processed_ = named("CommandProcessed");
    reason_ = named("CommandProcessingErrMsg");
    lastSync_ = named("LastSyncTime");
}

void EmbeddedRows::put(ChangeRecorder& changes,
                       std::uint32_t row,
                       Index param,
                       std::string_view text) const {
    if (param) {
        changes.setText({*param, rowAt(row)}, text);
    }
}

/// The rows that the gateway has for the services, as showDataModels numbers them.
std::string EmbeddedRows::dataModels() const {
    std::string list;
    std::uint32_t number = 0;
    for (const auto& model : context_.dataModels) {
        ++number;
        if (model.service) {
            list += text::cat({list.empty() ? "" : ",", "Device.DeviceInfo.SupportedDataModel.",
                               std::to_string(number)});
        }
    }
    return list;
}

void EmbeddedRows::show(ChangeRecorder& changes,
                        std::uint32_t row,
                        const Identity& identity,
                        std::uint32_t hostRow) const {
    if (!table_) {
        return;
    }
    put(changes, row, controller_, "");
    put(changes, row, device_,
        text::cat({identity.oui, "-", identity.productClass, "-", identity.serial}));
    put(changes, row, reference_, text::cat({"MFP.", std::to_string(row)}));
    put(changes, row, dataModel_, dataModels());
    put(changes, row, host_,
        hostRow == 0 ? std::string() : "Device.Hosts.Host." + std::to_string(hostRow));
    put(changes, row, protocol_, proxyProtocol(context_));
    put(changes, row, protocolReference_, "");
    put(changes, row, discovery_, proxyProtocol(context_));
    put(changes, row, discoveryReference_, "");
}

void EmbeddedRows::command(ChangeRecorder& changes,
                           std::uint32_t row,
                           CommandState state,
                           std::string_view reason) const {
    put(changes, row, processed_, nameOf(state));
    put(changes, row, reason_, reason);
}

void EmbeddedRows::synchronized(ChangeRecorder& changes, std::uint32_t row, WallTime when) const {
    if (lastSync_) {
        changes.setTime({*lastSync_, rowAt(row)}, when);
    }
}

void EmbeddedRows::remove(model::Tree& tree, std::uint32_t row) const {
    if (table_) {
        tree.removeObject({*table_, rowAt(row)});
    }
}

}  // namespace platen::fleet
