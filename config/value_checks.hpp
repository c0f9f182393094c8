// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::config {

// Pure checks of texts. Each gives nothing if the text is good, else what is wrong and what is
// allowed. None repeats the text itself.

using Complaint = std::optional<std::string>;

/// http or https with a host; no user name (it would be shown), no fragment.
[[nodiscard]] Complaint checkUrl(std::string_view text);
/// http, https, socks5 or socks5h; a user name is allowed.
[[nodiscard]] Complaint checkProxyUrl(std::string_view text);
/// `address:port`, `name:port` or `[v6]:port`; port 0 lets the system choose.
[[nodiscard]] Complaint checkListen(std::string_view text);
/// Six hexadecimal digits, of a globally administered or local, never a group address.
[[nodiscard]] Complaint checkOui(std::string_view text);
/// `X_` and letters, digits, hyphens or underscores.
[[nodiscard]] Complaint checkVendorPrefix(std::string_view text);
/// Printable ASCII, 1 to 64 characters, no blanks at the ends (C-PRX-11).
[[nodiscard]] Complaint checkIdentity(std::string_view text);
/// Braces hold nothing but `{oui}`, `{product_class}` and `{serial}` (C-TLS-06).
[[nodiscard]] Complaint checkFilePattern(std::string_view text);
/// UTF-8 of at most kMaxTextCharacters, no control characters.
[[nodiscard]] Complaint checkText(std::string_view text);

/// The two halves of a listen address that checkListen has taken.
struct HostPort {
    std::string host;  ///< Without brackets.
    std::uint16_t port = 0;
};
[[nodiscard]] std::optional<HostPort> splitHostPort(std::string_view text);
/// Host of a URL that checkUrl has taken, without brackets.
[[nodiscard]] std::string hostOfUrl(std::string_view url);
/// `0.0.0.0` and `::`.
[[nodiscard]] bool isWildcard(std::string_view host);
/// The URL with user name and password replaced by `***`.
[[nodiscard]] std::string withoutUserInfo(std::string_view url);

}  // namespace platen::config
