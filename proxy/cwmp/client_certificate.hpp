// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/managed_device.hpp"

#include <string>
#include <string_view>

namespace platen::cwmp {

/// The file of one device: `pattern` with `{oui}`, `{product_class}` and `{serial}` replaced
/// (C-TLS-06). A printer cannot name a file elsewhere: what is no letter, digit, `-`, `_` or `.` is
/// percent-encoded, and so is a dot in front. thread: any
[[nodiscard]] std::string deviceFile(std::string_view pattern, const fleet::Identity& identity);

}  // namespace platen::cwmp
