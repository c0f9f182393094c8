// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/value.hpp"

#include <cstdint>
#include <string_view>

namespace platen::cwmp {

/// How long and unsignedLong values go out (setting acs.long_types).
enum class LongTypes : std::uint8_t {
    Long,         ///< As the model has them.
    Int,          ///< int or unsignedInt where the value fits.
    IntOrString,  ///< The same, a string where it does not: CWMP 1.0 has no long types.
    String,
};

/// The type by which a value of this type goes out; `text` is the value.
[[nodiscard]] model::ValueType shownType(LongTypes longTypes,
                                         model::ValueType type,
                                         std::string_view text);
}  // namespace platen::cwmp
