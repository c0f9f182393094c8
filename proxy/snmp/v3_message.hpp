// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/snmp/ber_reader.hpp"
#include "proxy/snmp/message.hpp"
#include "proxy/snmp/usm_crypto.hpp"
#include "proxy/snmp/usm_keys.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Messages of SNMPv3 with the user-based security model (RFC 3412 section 6, RFC 3414 section
/// 2.4). Pure; engines and clocks are V3Peer's. thread: loop
namespace platen::snmp::v3 {

inline constexpr std::size_t kMinEngineId = 5;  ///< SnmpEngineID (RFC 3411 section 5).
inline constexpr std::size_t kMaxEngineId = 32;
inline constexpr std::size_t kMaxUser = 32;
inline constexpr std::size_t kMaxContextName = 255;
inline constexpr std::uint32_t kMaxBoots = 0x7fffffff;

/// A message as it stands in a datagram; all views are into its bytes.
struct Envelope {
    std::string_view whole;  ///< From the first octet to the last one of the message.
    std::int32_t msgId = 0;
    bool reportable = false;
    SecurityLevel level = SecurityLevel::NoAuthNoPriv;
    std::string_view engineId;
    std::uint32_t boots = 0, time = 0;
    std::string_view user;
    std::string_view mac;
    std::string_view salt;
    BerElement data;  ///< The scoped PDU, or an OCTET STRING with it encrypted.
};

/// True if the datagram says that it is SNMPv3; nothing else of it is looked at.
[[nodiscard]] bool isV3(std::span<const std::byte> bytes);

/// Safe for hostile bytes. Errors: Malformed, TooLarge (a field beyond the limits above),
/// Unsupported (other version or security model).
[[nodiscard]] Result<Envelope> parse(std::span<const std::byte> bytes);

/// True if the digest is the one that this key gives.
[[nodiscard]] bool authentic(const Envelope& envelope, const UsmKeys& keys);

/// What an envelope holds.
struct ScopedPdu {
    std::string contextEngineId, contextName;
    Message message;  ///< Its version is V3, its community empty.
};
/// Decrypts if the level says so, and decodes. Errors: Malformed (a wrong key too), TooLarge,
/// Unsupported (encrypted, but the keys have none for it).
[[nodiscard]] Result<ScopedPdu> open(const Envelope& envelope, const UsmKeys& keys);

/// The head of a message to be sent.
struct Header {
    std::int32_t msgId = 0;
    bool reportable = true;  ///< Requests are, answers are not.
    SecurityLevel level = SecurityLevel::NoAuthNoPriv;
    std::string_view engineId;  ///< The authoritative one.
    std::uint32_t boots = 0, time = 0;
    std::string_view user;
    std::string_view contextEngineId, contextName;
    usm::Salt salt;  ///< Octets only, and only with encryption; never the same twice with one key.
};
/// `pdu` is a whole element, as Codec::encode makes it. Errors: Unsupported, TooLarge.
[[nodiscard]] Result<std::vector<std::byte>> build(const Header& header,
                                                   std::span<const std::byte> pdu,
                                                   const UsmKeys& keys);

}  // namespace platen::snmp::v3
