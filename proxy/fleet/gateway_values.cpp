// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/gateway_values.hpp"

#include "proxy/fleet/snmp_access_values.hpp"

#include <array>
#include <string_view>

namespace platen::fleet {

namespace {

struct Default {
    std::string_view name;  ///< Internal name.
    std::string_view text;
};

// Values that an operator may set and that mean the same for every printer until someone does.
// Descriptions and units are in the model.
constexpr std::array kPrinterDefaults{
    Default{"MFP.1.Enable", "true"},
    Default{"MFP.1.Alias", "cpe-1"},
    Default{"MFP.1.Status", "Initializing"},
    Default{"MFP.1.DataModelVersion", "1.0"},
    Default{"MFP.1.Capabilities.EWSWriteSupported", "false"},
    Default{"MFP.1.Capabilities.SNMPWriteSupported", "false"},
    Default{"MFP.1.Identification.AssetOwner", ""},
    Default{"MFP.1.Identification.CustomerReference", ""},
    Default{"MFP.1.Identification.CostCenter", ""},
    Default{"MFP.1.Identification.ContractReference", ""},
    Default{"MFP.1.Identification.Floor", ""},
    Default{"MFP.1.Identification.Room", ""},
    Default{"MFP.1.Identification.InstallDate", "0001-01-01T00:00:00Z"},
    Default{"MFP.1.Status.CommunicationStatus", "Up"},
    Default{"MFP.1.Diagnostics.AllowFactoryReset", "false"},
    Default{"MFP.1.Connection.AllowDeviceWrites", "true"},
    Default{"MFP.1.Connection.AllowProbe", "false"},
    Default{"MFP.1.Connection.IdentityPolicy", "SerialNumber"},
    Default{"MFP.1.Connection.SNMP.Enable", "true"},
    Default{"MFP.1.Connection.SNMP.Status", "Up"},
    Default{"MFP.1.Connection.SNMP.DeviceIndex", "0"},
    Default{"MFP.1.Connection.SNMP.LastError", ""},
    Default{"MFP.1.Connection.SNMP.MaxRepetitions", "10"},
    Default{"MFP.1.Connection.EWS.Enable", "false"},
    Default{"MFP.1.Connection.EWS.Status", "Disabled"},
    Default{"MFP.1.Connection.Poll.SleepAware", "true"},
    // Files of Upload and Download (C-DM-09): proxy/app/file_depot.
    Default{"Device.DeviceInfo.VendorConfigFile.1.Alias", "cpe-settings"},
    Default{"Device.DeviceInfo.VendorConfigFile.1.Name", "settings.json"},
    Default{"Device.DeviceInfo.VendorConfigFile.1.Version", "1"},
    Default{"Device.DeviceInfo.VendorConfigFile.1.Date", "0001-01-01T00:00:00Z"},
    Default{"Device.DeviceInfo.VendorConfigFile.1.Description",
            "What the ACS has set; can be restored"},
    Default{"Device.DeviceInfo.VendorLogFile.1.Alias", "cpe-alerts"},
    Default{"Device.DeviceInfo.VendorLogFile.1.Name", "alerts.txt"},
    Default{"Device.DeviceInfo.VendorLogFile.1.MaximumSize", "0"},
    Default{"Device.DeviceInfo.VendorLogFile.1.Persistent", "true"},
    Default{"Device.DeviceInfo.ProvisioningCode", ""},
    Default{"Device.DeviceInfo.HardwareVersion", "unknown"},
    Default{"Device.DeviceInfo.SoftwareVersion", "unknown"},
    Default{"Device.RootDataModelVersion", "2.15"},
    Default{"Device.DeviceInfo.DeviceStatus", "Initializing"},
};

/// Sets a value unless one is there.
class Filler {
  public:
    Filler(const FleetContext& context, model::Tree& tree) : context_(context), tree_(tree) {}

    void text(const model::ParamRef& ref, std::string_view text) const {
        if (tree_.get(ref)) {
            return;
        }
        if (const auto value = context_.codec.schema().parseValue(ref.param, text)) {
            tree_.set(ref, *value, model::Source::Gateway);
        }
    }
    void named(std::string_view name, std::string_view value) const {
        const auto path = context_.codec.parseInternal(name);
        if (path && path->kind == model::Path::Kind::Parameter) {
            text(path->paramRef(), value);
        }
    }
    /// Identity and configuration are true now, whatever the store says.
    void always(model::ParamIndex param, std::string_view value) const {
        tree_.set({param, {}}, model::Value::string(value), model::Source::Gateway);
    }

  private:
    const FleetContext& context_;
    model::Tree& tree_;
};

std::string seconds(Millis duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

std::string proxyProtocol(const FleetContext& context) {
    const auto& prefix = context.settings->dataModel.vendorPrefix;
    return (prefix.empty() ? "X_" + context.gateway.oui : prefix) + "_SNMP";
}

void addPrinterDefaults(const FleetContext& context,
                        const store::DeviceRecord& record,
                        const net::Endpoint& endpoint,
                        const SnmpAccess& access,
                        PrinterState& state) {
    const auto& n = context.names;
    const auto& settings = *context.settings;
    const Filler fill(context, state.tree);
    for (const auto& entry : kPrinterDefaults) {
        fill.named(entry.name, entry.text);
    }
    fill.text(inService(n.firstSeenTime), formatDateTime(record.firstSeen));
    fill.text(inService(n.connectionAddress), endpoint.address.toString());
    if (n.lanAddress) {
        fill.text({*n.lanAddress, {}}, endpoint.address.toString());  // until the printer says it
    }
    for (const auto& [param, text] : accessTexts(n, access)) {
        fill.text(inService(param), text);
    }
    fill.text(inService(n.snmpPort), std::to_string(endpoint.port));
    fill.text(inService(n.snmpTrapReceiver), settings.snmp.trapsListen.empty() ? "false" : "true");
    fill.text(inService(n.snmpTimeout), std::to_string(settings.snmp.timeout.count()));
    fill.text(inService(n.snmpRetries), std::to_string(settings.snmp.retries));
    fill.text(inService(n.statusInterval), seconds(settings.polling.status));
    fill.text(inService(n.supplyInterval), seconds(settings.polling.supplies));
    fill.text(inService(n.counterInterval), seconds(settings.polling.counters));
    fill.text(inService(n.configInterval), seconds(settings.polling.configuration));
    fill.always(n.infoManufacturer, record.manufacturer);
    fill.always(n.infoOui, record.oui);
    fill.always(n.infoProductClass, record.productClass);
    fill.always(n.infoSerial, record.serial);
    fill.always(n.infoModelName, record.model);
    fill.always(n.proxierOui, context.gateway.oui);
    fill.always(n.proxierProductClass, context.gateway.productClass);
    fill.always(n.proxierSerial, context.gateway.serial);
    fill.always(n.proxierProtocol, proxyProtocol(context));
}

namespace {

/// The host of a URL, if it is an address; else empty.
std::string addressIn(std::string_view url) {
    const auto scheme = url.find("://");
    url.remove_prefix(scheme == std::string_view::npos ? url.size() : scheme + 3);
    url = url.substr(0, url.find('/'));
    const bool bracketed = url.starts_with('[');
    const auto host = bracketed ? url.substr(1, url.find(']') - 1) : url.substr(0, url.find(':'));
    return net::Address::parse(host) ? std::string(host) : std::string();
}

}  // namespace

void showRoot(const FleetContext& context, ChangeRecorder& changes) {
    const auto& n = context.names;
    if (n.rootVersion) {
        changes.setText({*n.rootVersion, {}}, "2.15");
    }
    if (n.deviceStatus) {
        changes.setText({*n.deviceStatus, {}}, "Up");
    }
    if (n.lanAddress) {
        // The address by which the ACS reaches the gateway, as far as the configuration has it.
        changes.setText({*n.lanAddress, {}},
                        addressIn(context.settings->connectionRequests.publicUrl));
    }
}

}  // namespace platen::fleet
