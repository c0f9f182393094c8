// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/problems.hpp"
#include "config/settings.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace platen::config {

/// What the members of one entry of `snmp.credentials` must be to each other: each version its own,
/// passwords where a protocol needs one, and no password that nothing uses. `written` is the entry
/// as it stands in the file, `read` what was made of it, `pointer` its place.
void checkSnmpCredential(const nlohmann::json& written,
                         const SnmpCredential& read,
                         const std::string& pointer,
                         Problems& problems);

}  // namespace platen::config
