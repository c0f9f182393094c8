// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proxy/discovery/address_walk.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace platen::discovery {

/// Where a pass was, as text for the store: `1 FINGERPRINT RANGE LAST`. The fingerprint is of the
/// ranges and excludes: with other ones a pass begins anew.
[[nodiscard]] std::string writeMark(const AddressWalk::Mark& mark,
                                    const config::Discovery& settings);
/// Nothing if the text is of another configuration, or no mark.
[[nodiscard]] std::optional<AddressWalk::Mark> readMark(std::string_view text,
                                                        const config::Discovery& settings);

}  // namespace platen::discovery
