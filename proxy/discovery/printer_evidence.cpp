// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/printer_evidence.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace platen::discovery {

namespace {

// printmib (RFC 3805), hrDeviceType and hrDevicePrinter (RFC 2790), ppmPort (PWG 5107.1).
struct Oids {
    Oid printerMib{1, 3, 6, 1, 2, 1, 43};
    Oid hrDeviceType{1, 3, 6, 1, 2, 1, 25, 3, 2, 1, 2};
    Oid hrDevicePrinter{1, 3, 6, 1, 2, 1, 25, 3, 1, 5};
    Oid hrPrinterStatus{1, 3, 6, 1, 2, 1, 25, 3, 5, 1, 1};
    // Agents of general-purpose systems: Microsoft's, UCD and Net-SNMP.
    std::array<Oid, 3> computers{Oid{1, 3, 6, 1, 4, 1, 311}, Oid{1, 3, 6, 1, 4, 1, 2021},
                                 Oid{1, 3, 6, 1, 4, 1, 8072}};
};

const Oids& oids() {
    static const Oids kOids;
    return kOids;
}

/// `MFG:HP;MDL:LaserJet;CLS:PRINTER;` with the long or the short keys (IEEE 1284 section 7.6).
bool isDeviceId(std::string_view text) {
    const auto lower = text::toLower(text);
    const auto has = [&](std::string_view key) { return lower.find(key) != std::string::npos; };
    return (has("mfg:") || has("manufacturer:") || has("manufacture:")) &&
           (has("mdl:") || has("model:"));
}

}  // namespace

const std::vector<Oid>& deviceIdScalars() {
    static const std::vector<Oid> kScalars{
        {1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1, 3, 1},  // ppmPrinterIEEE1284DeviceId.1
        {1, 3, 6, 1, 4, 1, 11, 2, 3, 9, 1, 1, 7, 0}};      // gdStatusId
    return kScalars;
}

Evidence judge(std::span<const VarBind> identification, const mibmap::DeviceContext& context) {
    bool printerMib = false;
    bool deviceType = false;
    bool deviceId = false;
    bool anything = false;
    for (const auto& varbind : identification) {
        const auto& value = varbind.value;
        if (!value.isValue()) {
            continue;
        }
        anything = true;
        const auto& oid = varbind.oid;
        printerMib = printerMib || oid.startsWith(oids().printerMib);
        deviceType = deviceType || oid.startsWith(oids().hrPrinterStatus) ||
                     (oid.startsWith(oids().hrDeviceType) && value.type == SnmpType::ObjectId &&
                      *value.oid == oids().hrDevicePrinter);
        deviceId = deviceId || (std::find(deviceIdScalars().begin(), deviceIdScalars().end(),
                                          oid) != deviceIdScalars().end() &&
                                isDeviceId(value.octets));
    }
    std::string found;
    const auto name = [&](bool there, std::string_view what) {
        if (there) {
            found += text::cat({found.empty() ? "" : ", ", what});
        }
    };
    name(printerMib, "Printer-MIB");
    name(deviceId, "IEEE 1284 id");
    name(deviceType, "hrDeviceType printer");
    if (printerMib || deviceId) {
        return {true, found};
    }
    const bool computer =
        std::any_of(oids().computers.begin(), oids().computers.end(),
                    [&](const Oid& oid) { return context.sysObjectId.startsWith(oid); });
    if (deviceType && computer) {
        return {false, "a computer with printers installed (hrDeviceType), no printer itself"};
    }
    if (context.isPrinter() || deviceType) {
        return {true, deviceType ? found : std::string("maker's printer MIB")};
    }
    if (!anything) {
        return {false, "answers SNMP, but not one object that was asked for"};
    }
    return {false,
            "answers SNMP, but has no Printer-MIB, no hrDeviceType printer and no IEEE 1284 id"};
}

}  // namespace platen::discovery
