// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/managed_device.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::fleet {

/// What a printer says of itself at first contact.
struct IdentityFacts {
    std::string manufacturer;  ///< Brand as read; may be empty.
    std::string model;
    std::string serial;      ///< Cleaned by the map; may be empty or a placeholder.
    std::string macAddress;  ///< `00:11:22:33:44:55`; may be empty.
    std::uint32_t enterprise = 0;
    std::string systemDescription;
    std::uint64_t upTimeSeconds = 0;
};

/// A maker as the table in config/ knows it.
struct Maker {
    std::string brand;
    std::string oui;  ///< Six upper-case hexadecimal digits.
};

/// The gateway's part in an identity.
struct IdentityDefaults {
    std::string gatewayOui;
    /// Address of the printer as text; names a printer that has neither serial nor MAC.
    std::string address;
};

/// True for serials that identify nothing: empty, one repeated character, `XXXXXXXX`, zeros, texts
/// such as `N/A` (C-PRX-10).
[[nodiscard]] bool isUsableSerial(std::string_view serial);

/// Printable ASCII, trimmed, at most 64 characters; other characters are dropped (C-PRX-11).
[[nodiscard]] std::string cleanIdentityText(std::string_view text);

/// Model as ProductClass: letters, digits, space, hyphen; at most 64 (mfp-model section 3).
[[nodiscard]] std::string productClassOf(std::string_view model);

/// The CWMP identity of a printer at first presentation (design decision 9; C-PRX-07 to 11).
/// `unique` false means that another printer already has this serial: then, and when there is no
/// usable serial, it is made from the MAC (else the address) under the gateway's OUI.
[[nodiscard]] Identity makeIdentity(const IdentityFacts& facts,
                                    const std::optional<Maker>& maker,
                                    const IdentityDefaults& defaults,
                                    bool serialIsUnique);

}  // namespace platen::fleet
