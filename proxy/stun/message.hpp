// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/net/endpoint.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::stun {

/// The messages of RFC 3489 that TR-069 Annex G uses.
enum class Type : std::uint16_t {
    BindingRequest = 0x0001,
    BindingResponse = 0x0101,
    BindingError = 0x0111,
};

/// The 16 octets after type and length. RFC 5389 took the first four for its magic cookie.
using TransactionId = std::array<std::byte, 16>;

/// Largest message that is read or written; a good one has about 100 octets.
inline constexpr std::size_t kMaxMessageBytes = 1280;
inline constexpr std::size_t kMaxAttributes = 64;
/// Largest user name: RFC 3489 has no limit, STUNUsername has 256 characters of up to four octets.
inline constexpr std::size_t kMaxUsernameBytes = 1024;
/// Value of CONNECTION-REQUEST-BINDING; the blank at the end belongs to it (C-UDP-06).
inline constexpr std::string_view kConnectionRequestBinding = "dslforum.org/TR-111 ";

struct ErrorReply {
    int code = 0;  ///< 100 to 699.
    std::string reason;
};

/// What of a STUN message we understand; the rest is skipped.
struct Message {
    Type type = Type::BindingRequest;
    TransactionId transaction{};
    std::optional<net::Endpoint> mapped;           ///< MAPPED-ADDRESS
    std::optional<net::Endpoint> xorMapped;        ///< XOR-MAPPED-ADDRESS, in the clear.
    std::optional<net::Endpoint> responseAddress;  ///< RESPONSE-ADDRESS
    std::optional<std::string> username;           ///< Without the padding of RFC 3489.
    std::optional<ErrorReply> error;
    bool connectionRequestBinding = false;  ///< 0xC001 with the right value.
    bool bindingChange = false;             ///< 0xC002
    bool integrity = false;                 ///< Read: MESSAGE-INTEGRITY is there, unchecked.

    /// The transaction begins with RFC 5389's magic cookie.
    [[nodiscard]] bool hasCookie() const;
    /// XOR-MAPPED-ADDRESS where the cookie makes it trustworthy, else MAPPED-ADDRESS, else what
    /// there is.
    [[nodiscard]] std::optional<net::Endpoint> reflexive() const;
};

/// True if the first octet can be that of a STUN message: it tells STUN from a connection request
/// on the same port.
[[nodiscard]] bool looksLikeStun(std::span<const std::byte> bytes);

/// Pure; safe for any input. Errors: Malformed, TooLarge, Unsupported (another type).
[[nodiscard]] Result<Message> decode(std::span<const std::byte> bytes);

/// With a password, MESSAGE-INTEGRITY comes last: without the cookie over the message padded to 64
/// octets (RFC 3489 11.2.8), with it over the message as it is (RFC 5389 15.4). Errors: TooLarge.
[[nodiscard]] Result<std::vector<std::byte>> encode(const Message& message,
                                                    const std::optional<std::string>& password);

/// True if MESSAGE-INTEGRITY is there and was made with this password, in either form. `bytes` must
/// be those that decode() took.
[[nodiscard]] bool integrityHolds(std::span<const std::byte> bytes, std::string_view password);

/// Puts RFC 5389's magic cookie at the start.
void setCookie(TransactionId& transaction);

}  // namespace platen::stun
