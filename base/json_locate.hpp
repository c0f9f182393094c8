// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace platen::json_text {

/// Line and column (in characters) of a byte offset; an offset behind the end gives the end.
[[nodiscard]] TextPosition positionAt(std::string_view text, std::size_t offset);
/// Byte offset of the value (or its key) at a JSON pointer, in a text that parsed; of its nearest
/// parent if there is none.
[[nodiscard]] std::size_t offsetOf(std::string_view text, std::string_view pointer, bool ofKey);
/// The source line of a position with a caret below it; long lines are cut around the caret.
[[nodiscard]] std::string excerpt(std::string_view text, TextPosition position);
/// `FILE:LINE:COL: error: /pointer: text`, and the excerpt.
[[nodiscard]] std::string render(std::string_view fileName,
                                 std::string_view text,
                                 const JsonProblem& problem);

}  // namespace platen::json_text
