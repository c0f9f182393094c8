// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/recording.hpp"
#include "proxy/fleet/printer_device.hpp"

#include <span>
#include <string>
#include <vector>

namespace platen::app {

/// What is known of a map's trial beside the device.
struct TriedMap {
    std::vector<std::string> unreadable;  ///< Rows of the recording that were left out.
    std::vector<mibmap::MapReason> reasons;
    std::vector<Oid> unread;  ///< Private objects that no rule reads.
};

/// Objects that no rule reads and that are shown.
inline constexpr std::size_t kMaxUnreadShown = 20;

/// `platen map try`: identity, files, values with their rules, what nobody reads.
[[nodiscard]] std::string triedText(fleet::PrinterDevice& device,
                                    std::span<const fleet::GroupReport> groups,
                                    const model::PathCodec& codec,
                                    const mibmap::Recording& recording,
                                    const TriedMap& tried);
[[nodiscard]] std::string triedJson(fleet::PrinterDevice& device,
                                    std::span<const fleet::GroupReport> groups,
                                    const model::PathCodec& codec,
                                    const mibmap::Recording& recording,
                                    const TriedMap& tried);

}  // namespace platen::app
