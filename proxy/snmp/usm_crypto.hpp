// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "proxy/snmp/usm_user.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The cryptography of the user-based security model. Keys are made by OpenSSL (thread: any), the
/// rest is done by Net-SNMP's functions (thread: loop). Pure: none of its global tables of users
/// and engines is touched.
namespace platen::snmp::usm {

/// Octets of a message's digest (RFC 3414 section 6.3.1, RFC 7860 section 4.2). 0 for None.
[[nodiscard]] std::size_t macSize(AuthProtocol protocol);
/// The largest of them (RFC 7860).
inline constexpr std::size_t kMaxMacBytes = 48;

/// Octets of the key that a cipher takes; DES: the key and what its initial vector is made of.
[[nodiscard]] std::size_t keySize(PrivProtocol protocol);

/// Ku: a megabyte of repeated password, hashed (RFC 3414 A.2). Takes milliseconds. Errors:
/// Unsupported (shorter than 8 octets, None).
[[nodiscard]] Result<Secret> passwordKey(AuthProtocol protocol, std::string_view password);
/// Kul: Ku for one engine (RFC 3414 section 2.6).
[[nodiscard]] Result<Secret> localKey(AuthProtocol protocol,
                                      std::string_view passwordKey,
                                      std::string_view engineId);
/// The encryption key out of Kul: cut, or extended. The Cisco variants take milliseconds, for each
/// engine anew, if the digest is shorter than the key.
[[nodiscard]] Result<Secret> cipherKey(AuthProtocol auth,
                                       PrivProtocol priv,
                                       std::string_view localKey,
                                       std::string_view engineId);

/// True if cipherKey() makes a key of a password again: the Cisco variants with a short digest.
[[nodiscard]] bool cipherKeyTakesLong(AuthProtocol auth, PrivProtocol priv);

/// macSize(protocol) octets.
[[nodiscard]] Result<std::string> mac(AuthProtocol protocol,
                                      std::string_view key,
                                      std::string_view message);

/// msgPrivacyParameters are always 8 octets.
inline constexpr std::size_t kSaltBytes = 8;
/// What an encryption's initial vector is made of (RFC 3414 section 8.1.1.1, RFC 3826 3.1.2.1).
struct Salt {
    std::uint32_t boots = 0, time = 0;              ///< Of the message.
    std::array<std::uint8_t, kSaltBytes> octets{};  ///< msgPrivacyParameters.
};
/// With DES the result is padded to 8 octets.
[[nodiscard]] Result<std::string> encrypt(PrivProtocol protocol,
                                          std::string_view key,
                                          const Salt& salt,
                                          std::string_view plain);
/// Errors: Malformed (DES: no multiple of 8 octets). A wrong key is no error here.
[[nodiscard]] Result<std::string> decrypt(PrivProtocol protocol,
                                          std::string_view key,
                                          const Salt& salt,
                                          std::string_view cipher);

}  // namespace platen::snmp::usm
