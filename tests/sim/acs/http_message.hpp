// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::acs {

/// Name in lower case and value, trimmed.
using Header = std::pair<std::string, std::string>;

/// What both messages of HTTP/1.1 have.
struct HttpMessage {
    std::vector<Header> headers;
    std::string body;
    bool chunked = false;  ///< The body came in chunks.
    /// The first header of a (lower-case) name; empty if there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    [[nodiscard]] bool hasHeader(std::string_view name) const;
};

struct HttpRequest : HttpMessage {
    std::string method;
    std::string target;
    [[nodiscard]] std::string_view path() const;
    /// Of the query, percent-decoded; empty if absent.
    [[nodiscard]] std::string query(std::string_view name) const;
};

struct HttpAnswer : HttpMessage {
    int status = 0;
};

/// Reads one message from octets that come in pieces. After Done, start anew with what is left.
class HttpReader {
  public:
    static constexpr std::size_t kMaxHeadBytes = std::size_t{64} << 10U;
    static constexpr std::size_t kMaxBodyBytes = std::size_t{64} << 20U;

    enum class State : std::uint8_t { NeedMore, Done, Bad };
    enum class Kind : std::uint8_t { Request, Answer };

    explicit HttpReader(Kind kind) : kind_(kind) {}
    /// Takes octets from the front of `input`, which loses them.
    State read(std::string& input);
    /// The peer closed: completes a body that has no length.
    State end();

    [[nodiscard]] HttpRequest takeRequest();
    [[nodiscard]] HttpAnswer takeAnswer();
    /// True once a request asked for `100 Continue`, until cleared by the caller's answer.
    [[nodiscard]] bool wantsContinue() const { return wantsContinue_; }
    void continueSent() { wantsContinue_ = false; }

  private:
    enum class Step : std::uint8_t {
        Head,
        Length,
        ChunkSize,
        ChunkData,
        Trailer,
        UntilClose,
        Done
    };
    [[nodiscard]] bool readHead(std::string& input);
    [[nodiscard]] bool readChunkSize(std::string& input);
    void readChunkData(std::string& input);
    [[nodiscard]] bool parseHead(std::string_view head);
    [[nodiscard]] bool chooseBody();

    Kind kind_;
    Step step_ = Step::Head;
    std::size_t wanted_ = 0;
    bool wantsContinue_ = false;
    bool bad_ = false;
    HttpRequest request_;
    HttpAnswer answer_;
    HttpMessage* message_ = nullptr;
};

[[nodiscard]] std::string percentDecode(std::string_view text);
/// Everything but unreserved characters (RFC 3986) is escaped.
[[nodiscard]] std::string percentEncode(std::string_view text);
[[nodiscard]] std::string_view reasonPhrase(int status);

/// `http://host:port/path`, without user information. Errors: Malformed, Unsupported (scheme).
struct Url {
    std::string host;
    std::uint16_t port = 80;
    std::string target = "/";
    static Result<Url> parse(std::string_view text);
};

/// The `key=value` and `key="value"` pairs of a Digest header, keys in lower case. Errors:
/// Malformed (not Digest).
[[nodiscard]] Result<std::map<std::string, std::string, std::less<>>> parseDigestFields(
    std::string_view header);

struct DigestInput {
    std::string username, password, realm, nonce, method, uri, qop, nc, cnonce;
};
/// The `response` value by RFC 7616 with MD5; without qop by RFC 2069.
[[nodiscard]] std::string digestResponse(const DigestInput& input);

}  // namespace platen::acs
