// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace platen::utf8 {

/// U+FFFD as UTF-8.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// One step through UTF-8. If not `valid`, `length` is what to skip (at least 1) and `value` is
/// U+FFFD.
struct CodePoint {
    char32_t value = 0xFFFD;
    std::size_t length = 1;
    bool valid = false;
    bool truncated = false;  ///< Not valid only because the text ends too early.
};

/// First code point of a text that is not empty. RFC 3629; one maximal broken part is one step.
[[nodiscard]] CodePoint decode(std::string_view bytes);
/// C0, DEL and C1.
[[nodiscard]] constexpr bool isControl(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}
/// A mark, selector or joiner that belongs to the character before it.
[[nodiscard]] bool isCombining(char32_t c);

}  // namespace platen::utf8
