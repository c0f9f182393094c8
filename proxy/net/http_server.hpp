// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "proxy/net/endpoint.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace platen::net {

struct ServerRequest {
    std::string method;
    std::string path;  ///< Request target as sent, query included; at most the server's limit.
    std::string authorization;  ///< Value of the Authorization header, empty if none.
    std::string body;           ///< At most maxBodyBytes.
    Endpoint peer;
};

struct ServerReply {
    int status = 200;
    std::string body{};
    std::string contentType = "text/plain";
    std::vector<std::pair<std::string, std::string>> headers{};
};

struct HttpServerOptions {
    std::string listen{};  ///< `0.0.0.0:7548`; port 0 picks one.
    std::size_t threads = 8;
    std::size_t maxQueued = 64;
    std::size_t maxBodyBytes = 4096;
    Millis timeout{5000};  ///< Of a connection; after a 401 it takes one request more.
};

/// A small HTTP server: a pool of threads, one handler. Real: POCO.
class HttpServer {
  public:
    HttpServer() = default;
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    virtual ~HttpServer() = default;  ///< Stops accepting and waits for running handlers (bounded
                                      ///< by their own deadline).
    [[nodiscard]] virtual Endpoint localEndpoint() const = 0;
};

/// The handler runs on a pool thread; it may wait for the loop with a deadline. Errors: Refused
/// (bind), Malformed (listen).
[[nodiscard]] Result<std::unique_ptr<HttpServer>> startPocoServer(
    const HttpServerOptions& options, std::function<ServerReply(const ServerRequest&)> handler);

}  // namespace platen::net
