// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace platen::firmware {

/// Negative, 0 or positive, as `a` is older than, equal to or newer than `b`: runs of digits are
/// compared as numbers, everything else as text without regard to case. Versions have no grammar
/// that makers share, so this only serves to refuse a step back (FW9). Pure.
[[nodiscard]] int compareVersions(std::string_view a, std::string_view b);

}  // namespace platen::firmware
