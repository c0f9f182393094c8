// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/discovery/contact.hpp"
#include "proxy/fleet/fleet_context.hpp"
#include "proxy/fleet/identity.hpp"

#include <optional>

namespace platen::fleet {

/// What a contact says of the printer's identity, with its maker.
struct ContactFacts : IdentityFacts {
    std::optional<Maker> maker;

    [[nodiscard]] bool hasSerial() const { return isUsableSerial(serial); }
};

[[nodiscard]] ContactFacts contactFacts(const FleetContext& context,
                                        const discovery::Contact& contact);

/// The record of a printer at first presentation; its id is still to be given.
[[nodiscard]] store::DeviceRecord newRecord(const FleetContext& context,
                                            const discovery::Contact& contact,
                                            const ContactFacts& facts,
                                            bool serialIsUnique);

}  // namespace platen::fleet
