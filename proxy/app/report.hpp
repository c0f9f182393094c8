// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/discovery/contact.hpp"
#include "proxy/fleet/contact_facts.hpp"
#include "proxy/fleet/printer_device.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::app {

/// `MAKER MODEL, serial SERIAL (OUI-CLASS-SERIAL)`.
[[nodiscard]] std::string identityText(const fleet::PrinterDevice& device);

/// `platen poll`: one object, or a text (design section 4).
[[nodiscard]] std::string pollJson(fleet::PrinterDevice& device,
                                   std::span<const fleet::GroupReport> groups,
                                   const model::PathCodec& codec);
[[nodiscard]] std::string pollText(fleet::PrinterDevice& device,
                                   std::span<const fleet::GroupReport> groups,
                                   const model::PathCodec& codec);

/// One line of `platen discover`.
struct DiscoverRow {
    std::string address, state, manufacturer, model, oui, productClass, serial, reason;
};
[[nodiscard]] std::string discoverJson(std::span<const DiscoverRow> rows);
[[nodiscard]] std::string discoverText(std::span<const DiscoverRow> rows);

/// `platen explain`: the sources of one parameter, winner first.
[[nodiscard]] std::string explainJson(std::string_view name,
                                      std::span<const fleet::Explanation> sources,
                                      std::string_view time);
[[nodiscard]] std::string explainText(std::string_view name,
                                      std::span<const fleet::Explanation> sources,
                                      std::string_view time);

}  // namespace platen::app
