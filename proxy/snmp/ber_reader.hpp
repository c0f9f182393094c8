// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/varbind.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace platen::snmp {

/// A datagram as the characters that BerReader reads.
[[nodiscard]] inline std::string_view octetsOf(std::span<const std::byte> bytes) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets to char
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// One element: identifier octet and contents (X.690 8.1).
struct BerElement {
    std::uint8_t tag = 0;
    std::string_view content;  ///< In the bytes that were read.
};

/// Walks over the elements of a BER encoding, as SNMP restricts it (RFC 3417 section 8: one-octet
/// tags, definite lengths). Reads what agents really send: lengths in more octets than needed.
/// Safe for hostile bytes; the bytes must outlive the elements. thread: any
class BerReader {
  public:
    static constexpr std::size_t kMaxLengthOctets = 4;

    explicit BerReader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool atEnd() const { return rest_.empty(); }
    /// What was not read yet.
    [[nodiscard]] std::string_view rest() const { return rest_; }
    /// Nothing if there is no whole element.
    [[nodiscard]] std::optional<BerElement> next();
    /// The contents of the next element if it has this tag.
    [[nodiscard]] std::optional<std::string_view> next(std::uint8_t tag);
    /// The next element as a number, if it is an INTEGER of 1 to 8 octets.
    [[nodiscard]] std::optional<std::int64_t> nextInteger();

  private:
    std::string_view rest_;
};

/// Two's complement of 1 to 8 octets. Nothing for other sizes.
[[nodiscard]] std::optional<std::int64_t> berInteger(std::string_view content);
/// An unsigned number of 1 to 8 octets, or 9 of which the first is 0; a missing leading zero, which
/// strictly makes it negative, is let pass. Nothing for other sizes.
[[nodiscard]] std::optional<std::uint64_t> berUnsigned(std::string_view content);
/// Sub-identifiers up to 2^32 - 1, at most Oid::kMaxLength of them; empty contents are `0.0`.
/// False if one is cut off, or beyond the limits.
[[nodiscard]] bool berObjectId(std::string_view content, Oid& oid);
/// The value of a varbind. False for types that SNMP lacks and contents that its type cannot have.
[[nodiscard]] bool berValue(const BerElement& element, SnmpValue& value);

}  // namespace platen::snmp
