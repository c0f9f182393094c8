// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sim/ber.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace platen::sim {

/// Most names that one request may carry.
inline constexpr std::size_t kMaxRequestBinds = 2'000;

enum class Version : std::uint8_t { V1 = 0, V2c = 1 };

/// error-status values (RFC 1157, RFC 3416).
enum class ErrorStatus : std::uint8_t {
    NoError = 0,
    TooBig = 1,
    NoSuchName = 2,
    BadValue = 3,
    GenErr = 5,
    NoAccess = 6,
    WrongType = 7,
    NoCreation = 11,
    NotWritable = 17,
};

/// A decoded v1 or v2c request. Points into the datagram; meant to be reused, so that decoding
/// does not allocate once it is warm.
class Request {
  public:
    struct Bind {
        std::size_t offset = 0;  ///< Into the pool of sub-identifiers.
        std::size_t length = 0;
        ByteView whole;  ///< The varbind with its header, as sent.
        BerElement value;
    };

    Version version = Version::V2c;
    std::string_view community;
    std::uint8_t pdu = 0;
    std::int64_t requestId = 0;
    std::int64_t nonRepeaters = 0;    ///< error-status of PDUs other than GETBULK.
    std::int64_t maxRepetitions = 0;  ///< error-index of PDUs other than GETBULK.
    std::vector<Bind> binds;

    /// False if the datagram is no v1 or v2c message with a request PDU, or breaks a limit.
    [[nodiscard]] bool decode(ByteView datagram);
    [[nodiscard]] OidView oid(std::size_t bind) const {
        return OidView(ids_).subspan(binds[bind].offset, binds[bind].length);
    }

  private:
    [[nodiscard]] bool decodePdu(ByteView content);
    [[nodiscard]] bool decodeBind(ByteView whole, ByteView content);
    std::vector<std::uint32_t> ids_;
};

/// Builds one response. The headers are written backwards before the variable bindings, so nothing
/// is moved or built twice. Meant to be reused.
class Reply {
  public:
    /// Empties it; a reply to `request` may have `maxBytes` octets.
    void start(const Request& request, std::size_t maxBytes);
    /// False, and nothing added, if the reply would become too big.
    [[nodiscard]] bool add(ByteView varbind);
    /// The same for a varbind that is made here.
    [[nodiscard]] bool add(OidView oid, const SnmpValue& value);
    /// The same for an element that was encoded already.
    [[nodiscard]] bool addEncoded(OidView oid, ByteView value);
    /// Forgets the variable bindings so far.
    void clear();
    [[nodiscard]] std::size_t count() const { return count_; }
    /// The whole message; valid until the next start().
    [[nodiscard]] ByteView finish(ErrorStatus status, std::size_t index);

  private:
    const Request* request_ = nullptr;
    std::size_t limit_ = 0;
    std::size_t headroom_ = 0;
    std::size_t count_ = 0;
    Bytes buffer_;
    Bytes scratch_;
};

/// A request as a manager sends it, for tests and benchmarks.
struct RequestText {
    Version version = Version::V2c;
    std::string_view community = "public";
    std::uint8_t pdu = kTagGet;
    std::int32_t requestId = 1;
    std::int64_t nonRepeaters = 0;
    std::int64_t maxRepetitions = 0;
};
[[nodiscard]] Bytes encodeRequest(const RequestText& head, const std::vector<VarBind>& binds);

/// A response as a manager reads it.
struct ResponseText {
    Version version = Version::V2c;
    std::int64_t requestId = 0;
    std::int64_t errorStatus = 0;
    std::int64_t errorIndex = 0;
    std::vector<VarBind> binds;
};
[[nodiscard]] std::optional<ResponseText> decodeResponse(ByteView datagram);

}  // namespace platen::sim
