// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::text {

/// Concatenation without a stream.
[[nodiscard]] std::string cat(std::initializer_list<std::string_view> parts);

/// Without ASCII white space (and NUL) at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string toLower(std::string_view text);
[[nodiscard]] bool equalsIgnoreCase(std::string_view a, std::string_view b);
/// Pieces between separators; an empty text gives one empty piece.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// Whole text as a decimal number, no sign but `-`, no white space; nothing if it does not fit.
[[nodiscard]] std::optional<std::int64_t> toInt(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> toUnsigned(std::string_view text);

[[nodiscard]] std::string toHex(std::span<const std::uint8_t> bytes, bool upperCase);
/// Even number of hexadecimal digits; nothing otherwise.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> fromHex(std::string_view text);

/// The candidate nearest to `word` by edit distance, if it is near enough to be a typing error
/// (at most a third of its length, at least 1). For "did you mean".
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

/// For messages: cleaned for XML, line feeds and tabs turned into blanks, at most `maxCharacters`
/// code points and `...` where more were.
[[nodiscard]] std::string oneLine(std::string_view bytes, std::size_t maxCharacters);

/// True for well-formed UTF-8 (no surrogates, no overlong forms). RFC 3629.
[[nodiscard]] bool isUtf8(std::string_view bytes);
/// Number of code points of a valid UTF-8 text.
[[nodiscard]] std::size_t utf8Length(std::string_view text);
/// The first `maxCharacters` code points, never ending inside a code point or before a combining
/// mark that belongs to the last kept one (mfp-model 7.3.6).
[[nodiscard]] std::string cutUtf8(std::string_view text, std::size_t maxCharacters);
/// Valid UTF-8 that XML 1.0 can hold: broken sequences and forbidden characters become U+FFFD,
/// control characters other than line feed (and tab) are removed (C-SOAP-05).
[[nodiscard]] std::string cleanForXml(std::string_view bytes);

}  // namespace platen::text
