// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "mfp-datamodel/value.hpp"

#include <string_view>

namespace platen::model {

/// Reads the CWMP lexical form of one value of a type (C-DT): numbers, booleans and times may have
/// white space round them, booleans are 0, 1, true, false. Errors: Malformed if the text is no
/// value of the type, a number outside the type's own range included.
[[nodiscard]] Result<Value> parseLexical(ValueType type, std::string_view text);

}  // namespace platen::model
