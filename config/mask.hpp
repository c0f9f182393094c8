// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace platen::config {

/// The text of a configuration file with every character of a value that is or may be a secret
/// replaced by `*`: values of members whose name is, resembles or contains the name of a secret,
/// and user names in URLs. Line and column of everything stay. Works on texts that do not parse
/// too, since problems quote the source line.
[[nodiscard]] std::string maskSecrets(std::string_view text);

/// True if a member of this name may hold a secret (also with a typing error).
[[nodiscard]] bool mayNameSecret(std::string_view name);

}  // namespace platen::config
