// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/charset.hpp"
#include "base/oid.hpp"
#include "base/varbind.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace platen::mibmap {

/// What the translator must remember about one device between groups. Small, kept by the fleet, not
/// stored.
struct DeviceContext {
    Oid sysObjectId;
    std::string sysDescr;
    std::uint32_t printerIndex = 1;  ///< hrDeviceIndex of the printer (mfp-model 8.3).
    bool hasPrinterMib = false;
    /// Instances named by the overlays' `match.present` that the agent has: they tell the engine
    /// behind a brand, and an agent whose system group is missing.
    std::vector<Oid> answered;
    /// A printer by its Printer-MIB or, like most label printers, by a maker's private MIB alone.
    [[nodiscard]] bool isPrinter() const { return hasPrinterMib || !answered.empty(); }
    std::optional<CharsetMib> generalCharset;  ///< Of prtGeneralCurrentLocalization.
    std::optional<CharsetMib> consoleCharset;  ///< Of prtConsoleLocalization.
    std::optional<Oid>
        polledAddressInterface;  ///< ipAdEntIfIndex instance of the polled address, if IPv4.
    /// Rows that one group reads and another needs (columns that the map marks `keep`): colorants,
    /// localizations, units. Sorted by OID.
    std::vector<VarBind> kept;
    /// Changes with the charsets and `kept`: an answer that was translated with another number may
    /// mean something else now.
    std::uint32_t revision = 0;
};

}  // namespace platen::mibmap
