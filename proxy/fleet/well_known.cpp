// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/well_known.hpp"

#include <stdexcept>
#include <string>

namespace platen::fleet {

namespace {

/// Looks names up under one template prefix.
class Lookup {
  public:
    Lookup(const model::Schema& schema, std::string prefix)
        : schema_(schema), prefix_(std::move(prefix)) {}

    void operator()(model::ParamIndex& index, std::string_view name) const {
        const auto path = prefix_ + std::string(name);
        const auto found = schema_.findParam(path);
        if (!found) {
            throw std::runtime_error("the data model lacks " + path);
        }
        index = *found;
    }

  private:
    const model::Schema& schema_;
    std::string prefix_;
};

model::ObjectIndex table(const model::Schema& schema, std::string_view path) {
    const auto found = schema.findObject(path);
    if (!found) {
        throw std::runtime_error("the data model lacks " + std::string(path));
    }
    return *found;
}

void lookUpService(WellKnown& w, const model::Schema& schema) {
    const Lookup root(schema, "MFP.{i}.");
    root(w.enable, "Enable");
    root(w.alias, "Alias");
    root(w.serviceStatus, "Status");
    root(w.dataModelVersion, "DataModelVersion");
    const Lookup capability(schema, "MFP.{i}.Capabilities.");
    capability(w.sourceList, "SourceList");
    capability(w.snmpWriteSupported, "SNMPWriteSupported");
    capability(w.ewsWriteSupported, "EWSWriteSupported");
    capability(w.writableList, "WritableList");
    capability(w.profileNames, "ProfileNames");
    capability(w.printSpeed, "PrintSpeed");
    const Lookup identification(schema, "MFP.{i}.Identification.");
    identification(w.manufacturer, "Manufacturer");
    identification(w.enterpriseNumber, "EnterpriseNumber");
    identification(w.modelName, "ModelName");
    identification(w.serialNumber, "SerialNumber");
    identification(w.macAddress, "MACAddress");
    identification(w.assetTag, "AssetTag");
    identification(w.assetTagStorage, "AssetTagStorage");
    identification(w.firstSeenTime, "FirstSeenTime");
    identification(w.engineFirmwareVersion, "EngineFirmwareVersion");
    identification(w.systemDescription, "SystemDescription");
    identification(w.systemName, "SystemName");
    identification(w.customerReference, "CustomerReference");
    const Lookup status(schema, "MFP.{i}.Status.");
    status(w.communicationStatus, "CommunicationStatus");
    status(w.lastContactTime, "LastContactTime");
    status(w.state, "State");
    status(w.severity, "Severity");
    status(w.stateReasons, "StateReasons");
    status(w.detectedErrorList, "DetectedErrorList");
    status(w.upTime, "UpTime");
    status(w.lastBootTime, "LastBootTime");
    status(w.configChanges, "ConfigChanges");
    status(w.activeWarnings, "ActiveWarnings");
    status(w.activeCriticals, "ActiveCriticals");
    const Lookup counters(schema, "MFP.{i}.Counters.");
    counters(w.countersLastReadTime, "LastReadTime");
    counters(w.countersReadSequence, "ReadSequence");
    counters(w.countersEpoch, "Epoch");
    counters(w.countersEpochStartTime, "EpochStartTime");
    counters(w.countersEpochReason, "EpochReason");
    counters(w.countersQuality, "Quality");
    counters(w.countersSource, "Source");
    counters(w.countersFailedChecks, "FailedCheckList");
    counters(w.totalImpressions, "Total.Impressions");
    counters(w.totalMonochrome, "Total.MonochromeImpressions");
    counters(w.totalFullColor, "Total.FullColorImpressions");
    counters(w.totalHighlight, "Total.HighlightColorImpressions");
    counters(w.totalSheets, "Total.Sheets");
    counters(w.totalDuplexSheets, "Total.DuplexSheets");
    counters(w.totalEngineCycles, "Total.EngineCycles");
    counters(w.printImpressions, "Print.Impressions");
    counters(w.copyImpressions, "Copy.Impressions");
    counters(w.faxInImpressions, "FaxIn.Impressions");
    counters(w.reportImpressions, "Report.Impressions");
}

void lookUpSupplyLife(WellKnown& w, const model::Schema& schema) {
    const Lookup supply(schema, "MFP.{i}.Supply.{i}.");
    supply(w.supplyPartNumber, "PartNumber");
    supply(w.supplySerial, "SerialNumber");
    supply(w.supplyInstallDate, "InstallDate");
    supply(w.supplyRatedYield, "RatedYield");
    supply(w.supplyImpressions, "ImpressionsSinceInstall");
    supply(w.supplyCoverage, "Coverage");
    supply(w.supplyDailyUse, "AverageDailyUse");
    supply(w.supplyImpressionsLeft, "EstimatedImpressionsRemaining");
    supply(w.supplyDaysLeft, "EstimatedDaysRemaining");
    supply(w.supplyDaysLow, "EstimatedDaysRemainingLow");
    supply(w.supplyDaysHigh, "EstimatedDaysRemainingHigh");
    supply(w.supplyDepletionTime, "EstimatedDepletionTime");
    supply(w.supplyEstimateMethod, "EstimateMethod");
    supply(w.supplyReplacementCount, "ReplacementCount");
    supply(w.supplyLastReplaced, "LastReplacedTime");
    const Lookup replaced(schema, "MFP.{i}.SupplyHistory.{i}.");
    replaced(w.replacedAlias, "SupplyAlias");
    replaced(w.replacedPartNumber, "PartNumber");
    replaced(w.replacedSerial, "SerialNumber");
    replaced(w.replacedInstallDate, "InstallDate");
    replaced(w.replacedTime, "RemovedTime");
    replaced(w.replacedLevel, "LevelPercentAtRemoval");
    replaced(w.replacedImpressions, "Impressions");
    replaced(w.replacedCoverage, "Coverage");
    w.supplyHistoryTable = table(schema, "MFP.{i}.SupplyHistory.{i}.");
}

void lookUpTables(WellKnown& w, const model::Schema& schema) {
    const Lookup supply(schema, "MFP.{i}.Supply.{i}.");
    supply(w.supplyAlias, "Alias");
    supply(w.supplyDescription, "Description");
    supply(w.supplyClass, "Class");
    supply(w.supplyCategory, "Category");
    supply(w.supplyType, "Type");
    supply(w.supplyColor, "Color");
    supply(w.supplyLevel, "Level");
    supply(w.supplyLevelPercent, "LevelPercent");
    supply(w.supplyLevelState, "LevelState");
    supply(w.supplyState, "State");
    supply(w.supplyLowThreshold, "LowThreshold");
    supply(w.supplyVeryLowThreshold, "VeryLowThreshold");
    supply(w.supplyLastChangeTime, "LastChangeTime");
    const Lookup input(schema, "MFP.{i}.InputTray.{i}.");
    input(w.inputLevelPercent, "LevelPercent");
    input(w.inputLevel, "Level");
    input(w.inputStatus, "Status");
    input(w.inputState, "State");
    input(w.inputAlertSeverity, "AlertSeverity");
    const Lookup output(schema, "MFP.{i}.OutputTray.{i}.");
    output(w.outputFillPercent, "FillPercent");
    output(w.outputStatus, "Status");
    output(w.outputState, "State");
    const Lookup alert(schema, "MFP.{i}.Alert.{i}.");
    alert(w.alertKey, "AlertKey");
    alert(w.alertSeverity, "Severity");
    alert(w.alertSeverityRaw, "SeverityRaw");
    alert(w.alertTraining, "Training");
    alert(w.alertGroup, "Group");
    alert(w.alertGroupIndex, "GroupIndex");
    alert(w.alertReference, "Reference");
    alert(w.alertLocation, "Location");
    alert(w.alertCode, "Code");
    alert(w.alertCodeName, "CodeName");
    alert(w.alertStateReason, "StateReason");
    alert(w.alertDescription, "Description");
    alert(w.alertDeviceTime, "DeviceTime");
    alert(w.alertRaisedTime, "RaisedTime");
    alert(w.alertOrigin, "Origin");
    const Lookup history(schema, "MFP.{i}.AlertHistory.{i}.");
    history(w.historyKey, "AlertKey");
    history(w.historySeverity, "Severity");
    history(w.historyGroup, "Group");
    history(w.historyCode, "Code");
    history(w.historyCodeName, "CodeName");
    history(w.historyDescription, "Description");
    history(w.historyRaisedTime, "RaisedTime");
    history(w.historyClearedTime, "ClearedTime");
    history(w.historyAcknowledged, "Acknowledged");
    const Lookup marker(schema, "MFP.{i}.Marker.{i}.");
    marker(w.markerCounterUnit, "CounterUnit");
    marker(w.markerLifeCount, "LifeCount");
    marker(w.markerExtendedLifeCount, "ExtendedLifeCount");
    w.service = table(schema, "MFP.{i}.");
    w.supplyTable = table(schema, "MFP.{i}.Supply.{i}.");
    w.alertTable = table(schema, "MFP.{i}.Alert.{i}.");
    w.historyTable = table(schema, "MFP.{i}.AlertHistory.{i}.");
    w.inputTable = table(schema, "MFP.{i}.InputTray.{i}.");
    w.outputTable = table(schema, "MFP.{i}.OutputTray.{i}.");
    w.markerTable = table(schema, "MFP.{i}.Marker.{i}.");
}

void lookUpConnection(WellKnown& w, const model::Schema& schema) {
    const Lookup root(schema, "MFP.{i}.");
    root(w.allowFactoryReset, "Diagnostics.AllowFactoryReset");
    const Lookup connection(schema, "MFP.{i}.Connection.");
    connection(w.connectionAddress, "Address");
    connection(w.connectionLastSuccess, "LastSuccessTime");
    connection(w.allowDeviceWrites, "AllowDeviceWrites");
    connection(w.snmpEnable, "SNMP.Enable");
    connection(w.snmpStatus, "SNMP.Status");
    connection(w.snmpVersion, "SNMP.Version");
    connection(w.snmpPort, "SNMP.Port");
    connection(w.snmpReadCommunity, "SNMP.ReadCommunity");
    connection(w.snmpWriteCommunity, "SNMP.WriteCommunity");
    connection(w.snmpTimeout, "SNMP.Timeout");
    connection(w.snmpRetries, "SNMP.Retries");
    connection(w.snmpMaxRepetitions, "SNMP.MaxRepetitions");
    connection(w.snmpDeviceIndex, "SNMP.DeviceIndex");
    connection(w.snmpLastError, "SNMP.LastError");
    connection(w.packetsToday, "SNMP.PacketsToday");
    connection(w.bytesToday, "SNMP.BytesToday");
    connection(w.packetsYesterday, "SNMP.PacketsYesterday");
    connection(w.bytesYesterday, "SNMP.BytesYesterday");
    connection(w.snmpSecurityName, "SNMP.SecurityName");
    connection(w.snmpSecurityLevel, "SNMP.SecurityLevel");
    connection(w.snmpAuthProtocol, "SNMP.AuthProtocol");
    connection(w.snmpAuthPassphrase, "SNMP.AuthPassphrase");
    connection(w.snmpPrivProtocol, "SNMP.PrivProtocol");
    connection(w.snmpPrivPassphrase, "SNMP.PrivPassphrase");
    connection(w.snmpContextName, "SNMP.ContextName");
    connection(w.snmpTrapReceiver, "SNMP.TrapReceiver");
    connection(w.statusInterval, "Poll.StatusInterval");
    connection(w.supplyInterval, "Poll.SupplyInterval");
    connection(w.counterInterval, "Poll.CounterInterval");
    connection(w.configInterval, "Poll.ConfigInterval");
    connection(w.lastStatusTime, "Poll.LastStatusTime");
    connection(w.lastSupplyTime, "Poll.LastSupplyTime");
    connection(w.lastConfigTime, "Poll.LastConfigTime");
}

void lookUpGatewayTables(WellKnown& w, const model::Schema& schema) {
    constexpr std::string_view kVirtualDevices = "Device.ManagementServer.VirtualDevice.{i}.";
    constexpr std::string_view kHosts = "Device.Hosts.Host.{i}.";
    if (!schema.findObject(kVirtualDevices)) {
        return;
    }
    auto& tables = w.gatewayTables.emplace();
    tables.virtualDevices = table(schema, kVirtualDevices);
    tables.hosts = table(schema, kHosts);
    const Lookup virtualDevice(schema, std::string(kVirtualDevices));
    virtualDevice(tables.virtualOui, "ManufacturerOUI");
    virtualDevice(tables.virtualProductClass, "ProductClass");
    virtualDevice(tables.virtualSerial, "SerialNumber");
    virtualDevice(tables.virtualHost, "Host");
    virtualDevice(tables.virtualProtocol, "ProxyProtocol");
    virtualDevice(tables.virtualProtocolReference, "ProxyProtocolReference");
    virtualDevice(tables.virtualDiscovery, "DiscoveryProtocol");
    virtualDevice(tables.virtualDiscoveryReference, "DiscoveryProtocolReference");
    const Lookup host(schema, std::string(kHosts));
    host(tables.hostPhysAddress, "PhysAddress");
    host(tables.hostIpAddress, "IPAddress");
    host(tables.hostName, "HostName");
    host(tables.hostActive, "Active");
}

void lookUpRoot(WellKnown& w, const model::Schema& schema) {
    w.rootVersion = schema.findParam("Device.RootDataModelVersion");
    w.deviceSummary = schema.findParam("Device.DeviceSummary");
    w.deviceStatus = schema.findParam("Device.DeviceInfo.DeviceStatus");
    w.lanAddress = schema.findParam("Device.LAN.IPAddress");
    const Lookup info(schema, "Device.DeviceInfo.");
    info(w.infoManufacturer, "Manufacturer");
    info(w.infoOui, "ManufacturerOUI");
    info(w.infoModelName, "ModelName");
    info(w.infoDescription, "Description");
    info(w.infoProductClass, "ProductClass");
    info(w.infoSerial, "SerialNumber");
    info(w.infoHardwareVersion, "HardwareVersion");
    info(w.infoSoftwareVersion, "SoftwareVersion");
    info(w.infoProvisioningCode, "ProvisioningCode");
    info(w.infoUpTime, "UpTime");
    info(w.infoFirstUseDate, "FirstUseDate");
    info(w.proxierOui, "ProxierInfo.ManufacturerOUI");
    info(w.proxierProductClass, "ProxierInfo.ProductClass");
    info(w.proxierSerial, "ProxierInfo.SerialNumber");
    info(w.proxierProtocol, "ProxierInfo.ProxyProtocol");
    w.services = table(schema, "Device.Services.");
    w.informParameterTable = table(schema, "Device.ManagementServer.InformParameter.{i}.");
}

}  // namespace

WellKnown::WellKnown(const model::Schema& schema) {
    lookUpService(*this, schema);
    lookUpTables(*this, schema);
    lookUpSupplyLife(*this, schema);
    lookUpConnection(*this, schema);
    lookUpRoot(*this, schema);
    lookUpGatewayTables(*this, schema);
}

model::Instances serviceInstance() {
    return model::Instances{{1, 0, 0}};
}

model::ParamRef inService(model::ParamIndex param) {
    return {param, serviceInstance()};
}

model::ParamRef inRow(model::ParamIndex param, std::uint32_t row) {
    return {param, model::Instances{{1, row, 0}}};
}

}  // namespace platen::fleet
