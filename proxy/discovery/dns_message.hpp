// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/net/endpoint.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace platen::discovery::dns {

// Messages of multicast DNS and DNS-SD (RFC 1035, 2782, 6762, 6763). Pure.

// Limits of what is taken from the network.
inline constexpr std::size_t kMaxMessageBytes = 9'000;  ///< RFC 6762 section 17.
inline constexpr std::size_t kMaxNameBytes = 255;       ///< On the wire, RFC 1035 section 2.3.4.
inline constexpr std::size_t kMaxLabelBytes = 63;
inline constexpr std::size_t kMaxPointers = 16;    ///< Compression pointers in one name.
inline constexpr std::size_t kMaxQuestions = 32;   ///< Of one message.
inline constexpr std::size_t kMaxRecords = 256;    ///< Of one message, all sections together.
inline constexpr std::size_t kMaxTxtStrings = 64;  ///< Of one TXT record.

/// A domain name as labels, because an instance's first label may hold dots.
struct Name {
    std::vector<std::string> labels;

    /// `_ipp._tcp.local`; every dot parts labels.
    static Name of(std::string_view dotted);
    /// For messages: labels joined by dots.
    [[nodiscard]] std::string toString() const;
    /// The last labels equal those of `other`, ASCII letters of either case (RFC 6762 section 16).
    [[nodiscard]] bool endsWith(const Name& other) const;
    friend bool operator==(const Name& a, const Name& b) {
        return a.labels.size() == b.labels.size() && a.endsWith(b);
    }
};

enum class Type : std::uint16_t { A = 1, Ptr = 12, Txt = 16, Aaaa = 28, Srv = 33 };

struct Question {
    Name name;
    std::uint16_t type = 0;
    std::uint16_t cls = 1;  ///< The top bit asks for a unicast answer.
};

struct Srv {
    std::uint16_t priority = 0, weight = 0, port = 0;
    Name target;
};

using Texts = std::vector<std::string>;

/// A resource record; of types that are not in Type only the head is kept.
struct Record {
    Name name;
    std::uint16_t type = 0;
    std::uint16_t cls = 1;  ///< Without the cache-flush bit.
    bool cacheFlush = false;
    std::uint32_t ttl = 0;
    std::variant<std::monostate, net::Address, Name, Srv, Texts> data{};
};

struct Message {
    std::uint16_t id = 0;
    std::uint16_t flags = 0;
    std::vector<Question> questions;
    std::vector<Record> records;  ///< Answers, authorities and additional ones, in this order.

    [[nodiscard]] bool isResponse() const { return (flags & 0x8000U) != 0; }
    [[nodiscard]] std::uint16_t errorCode() const {
        return static_cast<std::uint16_t>(flags & 0xFU);
    }
};

/// Reads a whole datagram. A pointer must point before the name that it is in, so names end.
/// Errors: TooLarge, Malformed (also for octets after the last record).
[[nodiscard]] Result<Message> decode(std::span<const std::byte> bytes);

/// Writes a message without compression; all records stand in the answer section. Errors: TooLarge,
/// Malformed (a name that cannot be written, data that does not fit its type).
[[nodiscard]] Result<std::vector<std::byte>> encode(const Message& message);

}  // namespace platen::discovery::dns
