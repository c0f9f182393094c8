// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/loop.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace platen::net {

/// How one HTTP session reaches its server. Digest and Basic are both allowed towards the server
/// (design decision 4).
struct HttpSessionOptions {
    std::string url;
    std::string username;  ///< Empty: no authentication.
    Secret password;
    std::string caFile;             ///< Empty: the system's bundle.
    std::string clientCertificate;  ///< PEM file; empty: none.
    std::string clientKey;
    std::string proxy;  ///< `http://host:port`, with user:password@ if needed; empty: none.
    std::string userAgent = "Platen";
    Millis timeout{60'000};  ///< Of one exchange; at least 30 s for CWMP (C-HTTP-18).
    std::size_t maxResponseBytes = 8U << 20U;
    std::uint32_t maxRedirects =
        5;  ///< 301, 302, 307, 308: same method and body; kept for the session (C-HTTP-12).
};

struct HttpReply {
    long status = 0;
    std::string body;
    std::string contentType;
    Millis retryAfter{0};  ///< From Retry-After in seconds or as a date; 0 = none.
    std::string effectiveUrl;
};

/// One session: one TCP connection at a time, own cookies, own authentication state (design
/// decision 4).
class HttpSession {
  public:
    HttpSession() = default;
    HttpSession(const HttpSession&) = delete;
    HttpSession& operator=(const HttpSession&) = delete;
    virtual ~HttpSession() = default;  ///< Ends what runs; its callback is not called any more.

    /// POST. With a body: `Content-Type: text/xml; charset=utf-8` and an empty `SOAPAction`
    /// (C-HTTP-04); without: neither, and `Content-Length: 0` (C-HTTP-05). One at a time. `done`
    /// comes exactly once, never inside the call. Errors: Timeout, Refused (connect, TLS; the text
    /// names it), TooLarge, Malformed, Unsupported (redirect loop or to another scheme, C-HTTP-16).
    virtual void post(std::string body, UniqueFunction<void(Result<HttpReply>)> done) = 0;
};

class HttpClient {
  public:
    HttpClient() = default;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    virtual ~HttpClient() = default;
    virtual std::unique_ptr<HttpSession> open(HttpSessionOptions options) = 0;
};

/// libcurl on the loop, a multi handle and a fresh easy handle for each session. The loop must
/// outlive it. thread: loop
[[nodiscard]] std::unique_ptr<HttpClient> makeCurlClient(Loop& loop);
/// The same, with the anchors of `caFile` (empty: the system's bundle) read at once, for servers
/// that are reached by https: it takes 20 ms, which the first session would else take from the
/// running loop. If they cannot be read, sessions say so.
[[nodiscard]] std::unique_ptr<HttpClient> makeCurlClient(Loop& loop, const std::string& caFile);

}  // namespace platen::net
