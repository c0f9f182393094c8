// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace platen::discovery::csv {

// Comma-separated values as spreadsheets and people write them. Pure.

inline constexpr std::size_t kMaxFieldBytes = 4'096;
inline constexpr std::size_t kMaxFields = 64;  ///< Of one record.

/// Bytes of a file to UTF-8: UTF-8 with or without byte order mark, UTF-16 of either order with a
/// mark or recognised by its zero octets, else windows-1252. Errors: Malformed (broken UTF-16, NUL
/// characters).
[[nodiscard]] Result<std::string> toUtf8(std::string_view bytes);

struct Field {
    std::string text;        ///< Unquoted; white space of any kind at both ends is cut.
    std::size_t column = 1;  ///< Of its first character in its line, in characters, from 1.
};

struct Record {
    std::size_t line = 1;  ///< Where it begins.
    std::vector<Field> fields;
};

/// A place where the text is no CSV; that record is left out.
struct Problem {
    std::size_t line = 1;
    std::size_t column = 1;
    std::string text;
};

struct Table {
    std::vector<Record> records;  ///< Without empty lines.
    std::vector<Problem> problems;
};

/// Records of a UTF-8 text with LF, CRLF or CR. The separator is what a first line `sep=;` says,
/// else that of `;`, tab and `,` which stands oftenest outside quotes in the first line that has
/// any. A quoted field may hold separators, doubled quotes and line ends; a quote that is never
/// closed costs its own line only. Lines beginning with `#` are comments.
[[nodiscard]] Table parse(std::string_view utf8);

}  // namespace platen::discovery::csv
