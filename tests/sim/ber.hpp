// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/varbind.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace platen::sim {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using OidView = std::span<const std::uint32_t>;

/// Largest UDP payload over IPv4.
inline constexpr std::size_t kMaxDatagramBytes = 65'507;

// Tags of RFC 1157 and RFC 3416 that are not values (those are SnmpType).
inline constexpr std::uint8_t kTagSequence = 0x30;
inline constexpr std::uint8_t kTagGet = 0xA0;
inline constexpr std::uint8_t kTagGetNext = 0xA1;
inline constexpr std::uint8_t kTagResponse = 0xA2;
inline constexpr std::uint8_t kTagSet = 0xA3;
inline constexpr std::uint8_t kTagGetBulk = 0xA5;

/// One tag-length-value; `content` points into the text that was read.
struct BerElement {
    std::uint8_t tag = 0;
    ByteView content;
};

/// Reads a run of BER elements. Definite lengths of at most four octets, single-octet tags; nothing
/// is ever read behind the end. Written for the simulator alone, so that the gateway's codec is
/// checked against a second implementation.
class BerReader {
  public:
    explicit BerReader(ByteView bytes) : rest_(bytes) {}
    [[nodiscard]] bool atEnd() const { return rest_.empty(); }
    /// The next element, or nothing if the octets are no element.
    [[nodiscard]] std::optional<BerElement> next();
    /// The content of the next element if it has this tag.
    [[nodiscard]] std::optional<ByteView> next(std::uint8_t tag);

  private:
    ByteView rest_;
};

/// Two's complement of 1 to 8 octets.
[[nodiscard]] std::optional<std::int64_t> readInteger(ByteView content);
/// The same for types without a sign: up to 9 octets with a leading zero. A set top bit is read as
/// a value, not as a sign, because agents and managers do send that.
[[nodiscard]] std::optional<std::uint64_t> readUnsigned(ByteView content);
/// Appends the sub-identifiers to `ids`; false if the octets are no OID of at most Oid::kMaxLength
/// sub-identifiers of 32 bits.
[[nodiscard]] bool readOid(ByteView content, std::vector<std::uint32_t>& ids);
/// Any SNMP value. Nothing for unknown tags and contents that do not fit their tag.
[[nodiscard]] std::optional<SnmpValue> readValue(const BerElement& element);

void appendHeader(Bytes& out, std::uint8_t tag, std::size_t length);
void appendInteger(Bytes& out, std::uint8_t tag, std::int64_t number);
void appendUnsigned(Bytes& out, std::uint8_t tag, std::uint64_t number);
void appendOctets(Bytes& out, std::uint8_t tag, ByteView octets);
/// Precondition: at least two sub-identifiers, the first at most 2, the second under 40 if the
/// first is under 2.
void appendOid(Bytes& out, OidView ids);
void appendValue(Bytes& out, const SnmpValue& value);
/// SEQUENCE { name, value }.
[[nodiscard]] Bytes encodeVarbind(OidView oid, const SnmpValue& value);
/// The value of a varbind that encodeVarbind wrote.
[[nodiscard]] SnmpValue varbindValue(ByteView varbind);
/// True if appendOid can write it.
[[nodiscard]] bool isEncodableOid(OidView ids);

}  // namespace platen::sim
