// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::net {

/// Limit of an Authorization or WWW-Authenticate value.
inline constexpr std::size_t kMaxDigestHeaderBytes = 4096;

/// One scheme with its parameters (RFC 9110 11.3, 11.6.1); names in lower case.
struct AuthScheme {
    std::string name;
    std::vector<std::pair<std::string, std::string>> parameters;

    /// Empty if it is not there.
    [[nodiscard]] std::string_view get(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const;
};

/// Reads the value of an Authorization or WWW-Authenticate header: schemes with parameters. Pure.
/// Errors: TooLarge (kMaxDigestHeaderBytes, 16 schemes, 32 parameters each), Malformed (control
/// characters, a parameter twice, a text without end).
[[nodiscard]] Result<std::vector<AuthScheme>> readAuthHeader(std::string_view header);

/// As a quoted-string (RFC 9110 5.6.4).
[[nodiscard]] std::string quoteAuthValue(std::string_view value);

}  // namespace platen::net
