// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::xmpp {

/// An XMPP address `local@domain/resource` (RFC 7622). Local part and domain in lower case (ASCII
/// only), the resource as it stands.
struct Jid {
    std::string local;
    std::string domain;
    std::string resource;

    [[nodiscard]] std::string toString() const;
    friend bool operator==(const Jid&, const Jid&) = default;
};

inline constexpr std::size_t kMaxJidPartBytes = 1023;  ///< RFC 7622 3.2 to 3.4

/// Nothing for a text that is no address: no domain, an empty part beside its separator, a part
/// that is too long, broken UTF-8, control characters, or white space and `"&'<>` before the
/// resource. Safe for any input. Pure.
[[nodiscard]] std::optional<Jid> parseJid(std::string_view text);

/// ConnReqAllowedJabberIDs (C-XMPP-03). Pure.
class AllowedJids {
  public:
    /// A comma-separated list; an entry that is no address matches nobody, but the list is not
    /// empty then.
    explicit AllowedJids(std::string_view list = {});
    /// A bare entry matches any resource, a full one exactly, an empty list anyone.
    [[nodiscard]] bool allow(const Jid& from) const;

    static constexpr std::size_t kMaxEntries = 32;  ///< Later ones are ignored.

  private:
    bool anyone_ = true;
    std::vector<Jid> entries_;
};

}  // namespace platen::xmpp
