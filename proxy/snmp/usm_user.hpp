// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace platen::snmp {

/// Authentication protocols of the user-based security model (RFC 3414, RFC 7860).
enum class AuthProtocol : std::uint8_t { None, Md5, Sha1, Sha224, Sha256, Sha384, Sha512 };

/// Encryption protocols (RFC 3414, RFC 3826, draft-blumenthal-aes-usm-04). Keys that are shorter
/// than the cipher's are extended after Blumenthal; the Cisco variants do it after Reeder
/// (draft-reeder-snmpv3-usm-3desede-00), as most printers do.
enum class PrivProtocol : std::uint8_t {
    None,
    Des,
    Aes128,
    Aes192,
    Aes256,
    Aes192Cisco,
    Aes256Cisco,
};

enum class SecurityLevel : std::uint8_t { NoAuthNoPriv, AuthNoPriv, AuthPriv };

[[nodiscard]] std::string_view toString(SecurityLevel level);  ///< `authPriv`

/// What somebody says about a user.
struct UsmUserOptions {
    std::string name;  ///< At most 32 octets.
    AuthProtocol auth = AuthProtocol::None;
    Secret authPassword;
    PrivProtocol priv = PrivProtocol::None;
    Secret privPassword;  ///< Empty: authPassword.
    SecurityLevel level = SecurityLevel::NoAuthNoPriv;
    std::string context;  ///< Context name.
};

/// A user of SNMPv3 with its passwords; immutable, shared by all targets that use it. What its
/// level does not need is None and empty. thread: any
class UsmUser {
  public:
    explicit UsmUser(UsmUserOptions options);

    [[nodiscard]] const std::string& name() const { return options_.name; }
    [[nodiscard]] AuthProtocol auth() const { return options_.auth; }
    [[nodiscard]] PrivProtocol priv() const { return options_.priv; }
    [[nodiscard]] SecurityLevel level() const { return options_.level; }
    [[nodiscard]] const std::string& context() const { return options_.context; }
    [[nodiscard]] const Secret& authPassword() const { return options_.authPassword; }
    [[nodiscard]] const Secret& privPassword() const { return options_.privPassword; }
    /// Equal for users of which everything is equal. Not for logs: it is made of the passwords.
    [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

  private:
    UsmUserOptions options_;
    std::string fingerprint_;
};

}  // namespace platen::snmp
