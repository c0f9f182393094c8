// SPDX-License-Identifier: Apache-2.0
#include "mibmap/identify.hpp"

#include "base/charset.hpp"

#include <array>
#include <optional>

namespace platen::mibmap {

namespace {

// First contact needs no map: these are of the standards (printer-mibs sections 1, 3, 4, 12).
const Oid& sysDescr() {
    static const Oid oid{1, 3, 6, 1, 2, 1, 1, 1, 0};
    return oid;
}

const Oid& sysObjectId() {
    static const Oid oid{1, 3, 6, 1, 2, 1, 1, 2, 0};
    return oid;
}

const Oid& hrDeviceType() {
    static const Oid oid{1, 3, 6, 1, 2, 1, 25, 3, 2, 1, 2};
    return oid;
}

const Oid& hrDevicePrinter() {
    static const Oid oid{1, 3, 6, 1, 2, 1, 25, 3, 1, 5};
    return oid;
}

const Oid& ppmPrinterHrDeviceIndex() {
    static const Oid oid{1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1, 6};
    return oid;
}

/// Columns of the printer tables whose first index is hrDeviceIndex, best witness first.
const std::array<Oid, 4>& printerColumns() {
    static const std::array<Oid, 4> columns{
        Oid{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 3},   // prtGeneralReset: every Printer-MIB has it
        Oid{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4},  // prtMarkerLifeCount
        Oid{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9},  // prtMarkerSuppliesLevel
        Oid{1, 3, 6, 1, 2, 1, 25, 3, 5, 1, 1}};  // hrPrinterStatus
    return columns;
}

constexpr std::uint32_t kMaxDeviceIndex = 0x7FFFFFFF;

}  // namespace

PollPlan makeIdentifyPlan() {
    PollPlan plan;
    plan.scalars = {sysDescr(), sysObjectId()};
    plan.tables = {{hrDeviceType()}};
    for (const Oid& column : printerColumns()) {
        plan.tables.push_back({column});
    }
    plan.tables.push_back({ppmPrinterHrDeviceIndex()});
    return plan;
}

void identifyDevice(std::span<const VarBind> varbinds, DeviceContext& device) {
    std::optional<std::uint32_t> byType;
    std::optional<std::uint32_t> byPort;
    std::array<std::optional<std::uint32_t>, 4> byColumn;
    for (const VarBind& varbind : varbinds) {
        const SnmpValue& value = varbind.value;
        if (!value.isValue()) {
            continue;
        }
        if (varbind.oid == sysDescr()) {
            device.sysDescr = decodeText(value.octets, std::nullopt);
        } else if (varbind.oid == sysObjectId() && value.type == SnmpType::ObjectId) {
            device.sysObjectId = *value.oid;
        } else if (varbind.oid.startsWith(hrDeviceType())) {
            const auto rest = varbind.oid.suffix(hrDeviceType().size());
            const bool printer = rest.size() == 1 && value.type == SnmpType::ObjectId &&
                                 *value.oid == hrDevicePrinter();
            if (printer && !byType) {
                byType = rest.front();
            }
        } else if (varbind.oid.startsWith(ppmPrinterHrDeviceIndex())) {
            const auto index = value.asInteger();
            if (index && *index > 0 && *index <= kMaxDeviceIndex && !byPort) {
                byPort = static_cast<std::uint32_t>(*index);
            }
        }
        for (std::size_t i = 0; i < byColumn.size(); ++i) {
            const Oid& column = printerColumns()[i];
            const auto rest = varbind.oid.suffix(column.size());
            if (varbind.oid.startsWith(column) && !rest.empty() && !byColumn[i]) {
                byColumn[i] = rest.front();
            }
        }
    }
    std::optional<std::uint32_t> found = byType;
    for (const auto& column : byColumn) {
        device.hasPrinterMib = device.hasPrinterMib || column.has_value();
        if (!found) {
            found = column;
        }
    }
    if (!found) {
        found = byPort;
    }
    device.printerIndex = found.value_or(1);
}

}  // namespace platen::mibmap
