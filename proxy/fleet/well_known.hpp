// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/schema.hpp"

#include <optional>
#include <string_view>

namespace platen::fleet {

/// The few parameters and tables that the fleet itself computes or reads, looked up once.
/// Everything else flows through by the maps without the code knowing its name. Throws
/// std::runtime_error if the model lacks one (start-up only).
struct WellKnown {
    explicit WellKnown(const model::Schema& schema);

    // MFP.{i}.
    model::ParamIndex enable, alias, serviceStatus, dataModelVersion;
    // Capabilities
    model::ParamIndex sourceList, snmpWriteSupported, ewsWriteSupported, writableList, profileNames,
        printSpeed;
    // Identification
    model::ParamIndex manufacturer, enterpriseNumber, modelName, serialNumber, macAddress, assetTag,
        assetTagStorage, firstSeenTime, engineFirmwareVersion, systemDescription, systemName,
        customerReference;
    // Status
    model::ParamIndex communicationStatus, lastContactTime, state, severity, stateReasons,
        detectedErrorList, upTime, lastBootTime, configChanges, activeWarnings, activeCriticals;
    // Counters
    model::ParamIndex countersLastReadTime, countersReadSequence, countersEpoch,
        countersEpochStartTime, countersEpochReason, countersQuality, countersSource,
        countersFailedChecks, totalImpressions, totalMonochrome, totalFullColor, totalHighlight,
        totalSheets, totalDuplexSheets, totalEngineCycles, printImpressions, copyImpressions,
        faxInImpressions, reportImpressions;
    // Supply rows
    model::ParamIndex supplyAlias, supplyDescription, supplyClass, supplyCategory, supplyType,
        supplyColor, supplyLevel, supplyLevelPercent, supplyLevelState, supplyState,
        supplyLowThreshold, supplyVeryLowThreshold, supplyLastChangeTime, supplyPartNumber,
        supplySerial, supplyInstallDate, supplyRatedYield, supplyImpressions, supplyCoverage,
        supplyDailyUse, supplyImpressionsLeft, supplyDaysLeft, supplyDaysLow, supplyDaysHigh,
        supplyDepletionTime, supplyEstimateMethod, supplyReplacementCount, supplyLastReplaced;
    // SupplyHistory rows
    model::ParamIndex replacedAlias, replacedPartNumber, replacedSerial, replacedInstallDate,
        replacedTime, replacedLevel, replacedImpressions, replacedCoverage;
    // Trays
    model::ParamIndex inputLevelPercent, inputStatus, inputState, inputAlertSeverity, inputLevel,
        outputFillPercent, outputStatus, outputState;
    // Alert rows
    model::ParamIndex alertKey, alertSeverity, alertSeverityRaw, alertTraining, alertGroup,
        alertGroupIndex, alertReference, alertLocation, alertCode, alertCodeName, alertStateReason,
        alertDescription, alertDeviceTime, alertRaisedTime, alertOrigin;
    model::ParamIndex historyKey, historySeverity, historyGroup, historyCode, historyCodeName,
        historyDescription, historyRaisedTime, historyClearedTime, historyAcknowledged;
    // Marker rows
    model::ParamIndex markerCounterUnit, markerLifeCount, markerExtendedLifeCount;
    // Diagnostics, Connection
    model::ParamIndex allowFactoryReset, connectionAddress, connectionLastSuccess,
        allowDeviceWrites, snmpEnable, snmpStatus, snmpVersion, snmpPort, snmpReadCommunity,
        snmpWriteCommunity, snmpTimeout, snmpRetries, snmpMaxRepetitions, snmpDeviceIndex,
        snmpLastError, snmpSecurityName, snmpSecurityLevel, snmpAuthProtocol, snmpAuthPassphrase,
        snmpPrivProtocol, snmpPrivPassphrase, snmpContextName, snmpTrapReceiver, statusInterval,
        supplyInterval, counterInterval, configInterval, lastStatusTime, lastSupplyTime,
        lastConfigTime, packetsToday, bytesToday, packetsYesterday, bytesYesterday;
    // Device.
    model::ParamIndex infoManufacturer, infoOui, infoModelName, infoDescription, infoProductClass,
        infoSerial, infoHardwareVersion, infoSoftwareVersion, infoProvisioningCode, infoUpTime,
        infoFirstUseDate, proxierOui, proxierProductClass, proxierSerial, proxierProtocol;
    // Only Device:2 has these.
    std::optional<model::ParamIndex> rootVersion;
    struct GatewayTables {
        model::ParamIndex virtualOui, virtualProductClass, virtualSerial, virtualHost,
            virtualProtocol, virtualProtocolReference, virtualDiscovery, virtualDiscoveryReference;
        model::ParamIndex hostPhysAddress, hostIpAddress, hostName, hostActive;
        model::ObjectIndex virtualDevices, hosts;
    };
    /// Where the gateway lists its printers.
    std::optional<GatewayTables> gatewayTables;
    // Only Device:1 has these.
    std::optional<model::ParamIndex> deviceSummary, deviceStatus, lanAddress;

    model::ObjectIndex services, service, supplyTable, alertTable, historyTable, inputTable,
        outputTable, markerTable, supplyHistoryTable, informParameterTable;
};

/// Instances of the printer's one service object: `MFP.1.`
[[nodiscard]] model::Instances serviceInstance();
/// `MFP.1.` and a parameter of a single object under it.
[[nodiscard]] model::ParamRef inService(model::ParamIndex param);
/// A row of a table directly in `MFP.1.`
[[nodiscard]] model::ParamRef inRow(model::ParamIndex param, std::uint32_t row);

}  // namespace platen::fleet
