// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/firmware_channel.hpp"
#include "proxy/firmware/catalogue.hpp"
#include "proxy/transfer/transfer.hpp"

#include <functional>
#include <string>
#include <vector>

namespace platen::firmware {

/// What is known of a printer.
struct PrinterFacts {
    std::string vendor, model, version;  ///< Of DeviceInfo.
    std::vector<mibmap::FirmwareChannel> channels;
};

/// Why this entry's image was stopped at this site (FW2); empty: it was not.
using Stopped = std::function<std::string(const Entry&)>;

/// The entries that this printer may get now, or why there is none (9001). `why.text` names the
/// reason of the entry that came nearest: vendor and model, from-versions, no step back (FW9),
/// approval, stop after a failure. Pure.
struct Choice {
    std::vector<const Entry*> entries;
    transfer::Outcome why;  ///< If there is none.
};
[[nodiscard]] Choice choose(const std::vector<Entry>& catalogue,
                            const PrinterFacts& printer,
                            const Stopped& stopped);

}  // namespace platen::firmware
