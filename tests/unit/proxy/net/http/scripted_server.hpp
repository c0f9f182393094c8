// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace platen::net::test {

/// What the scripted server got.
struct Seen {
    std::string head;  ///< Request line and headers with their line ends.
    std::string body;
    int connection = 0;  ///< From 1.
    int number = 0;      ///< Of the request, from 1.

    [[nodiscard]] std::string requestLine() const;
    /// Value of the first header of that name; "<none>" if there is none.
    [[nodiscard]] std::string header(std::string_view name) const;
};

/// What it answers: bytes as they are, then perhaps the end of the connection, or silence.
struct Answer {
    std::string bytes;
    bool close = false;
    bool stall = false;  ///< Says nothing more until the peer or the test ends.
};

/// An answer with status line, Content-Length and these headers (each with its line end).
[[nodiscard]] Answer answer(int status, std::string_view body = {}, std::string_view headers = {});

/// A TCP server on loopback, in a thread of its own, one connection at a time, that does exactly
/// what a test says. With a TLS context it speaks TLS.
class ScriptedServer {
  public:
    using Script = std::function<Answer(const Seen&)>;

    explicit ScriptedServer(Script script, SSL_CTX* tls = nullptr);
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ~ScriptedServer();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// `http://127.0.0.1:PORT/path`, or https.
    [[nodiscard]] std::string url(std::string_view path = "/acs") const;
    [[nodiscard]] std::vector<Seen> seen() const;

  private:
    struct Connection;
    void run();
    void serve(Connection& connection, int number);

    Script script_;
    SSL_CTX* tls_;
    int listener_ = -1;
    int stopRead_ = -1;
    int stopWrite_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::vector<Seen> seen_;
    std::thread thread_;
};

}  // namespace platen::net::test
