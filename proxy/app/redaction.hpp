// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/recording.hpp"
#include "proxy/app/stand_ins.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace platen::app {

/// A text that is known to be private, from elsewhere than the recording's own objects.
struct PrivateText {
    Private kind = Private::Secret;
    std::string text;
};

struct Redacted {
    mibmap::Recording recording;
    std::map<Private, std::size_t> replaced;  ///< Different texts of each kind.
    std::size_t leftOut =
        0;  ///< Objects that tell of others: jobs, connections, routes, neighbours.
};

/// Replaces what tells whose printer it is and who uses it: by the objects that hold it (standard
/// MIBs, makers' serial numbers), by its form (e-mail, MAC and IP addresses, phone numbers,
/// `SN:…`, `password=…`), and by `known`; and wherever else these texts stand, in indexes too. A
/// text that nobody can tell from a harmless one stays. Pure.
[[nodiscard]] Redacted redact(const mibmap::Recording& recording,
                              const std::vector<PrivateText>& known);

/// Finds private texts by their form and gives them stand-ins.
void findPrivateForms(std::string_view text, StandIns& standIns);

}  // namespace platen::app
