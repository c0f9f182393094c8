// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::model {

/// The items of a list value, decoded: comma-separated, white space round commas ignored, `%2C` and
/// the like decoded; the empty text is the empty list (TR-106 3.2.3, C-DT-07). Errors: Malformed
/// for an empty item (a trailing comma, too), white space inside an item, or more than
/// kMaxListItems.
[[nodiscard]] Result<std::vector<std::string>> splitList(std::string_view text);

/// The same where white space inside an item may stand as it is: ACSs write event codes so
/// (`1 BOOT,2 PERIODIC` in an EventList).
[[nodiscard]] Result<std::vector<std::string>> splitListOfTexts(std::string_view text);

/// The inverse: items joined by commas; comma, percent sign and white space percent-encoded. Empty
/// items are left out.
[[nodiscard]] std::string joinList(std::span<const std::string> items);

inline constexpr std::size_t kMaxListItems = 4096;

}  // namespace platen::model
