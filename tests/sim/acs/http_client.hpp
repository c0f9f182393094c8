// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "tests/sim/acs/http_message.hpp"

#include <string>
#include <vector>

namespace platen::acs {

struct ClientRequest {
    std::string method = "GET";
    std::string target;
    std::vector<Header> headers;
    std::string body;
};

/// One TCP connection to an HTTP server on this machine; blocking, with a time limit. For
/// connection requests, the demonstration and scripted CPEs of tests, not for hostile networks.
class HttpConnection {
  public:
    /// Numeric IPv4 or `localhost`. Errors: Refused, Timeout, Malformed.
    static Result<HttpConnection> open(const Url& url, Millis timeout);
    HttpConnection(HttpConnection&& other) noexcept;
    HttpConnection& operator=(HttpConnection&& other) noexcept;
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;
    ~HttpConnection();

    /// Sends and waits for the whole answer. Errors: Timeout, Refused (closed), Malformed.
    Result<HttpAnswer> exchange(const ClientRequest& request);

  private:
    HttpConnection(int socket, std::string host) : socket_(socket), host_(std::move(host)) {}
    int socket_ = -1;
    std::string host_;
    std::string input_;
};

/// Connects, sends one request, closes.
[[nodiscard]] Result<HttpAnswer> requestOnce(std::string_view url,
                                             ClientRequest request,
                                             Millis timeout);

/// GET with Digest (MD5) as ACSs make connection requests: first without credentials, then with an
/// answer to the challenge. The last status is the result. Errors: as HttpConnection.
struct Credentials {
    std::string username;
    std::string password;
};
[[nodiscard]] Result<int> digestGet(std::string_view url,
                                    const Credentials& credentials,
                                    Millis timeout);

}  // namespace platen::acs
