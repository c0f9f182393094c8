// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <poll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace platen::sim {

/// TCP on loopback: one command a line in, one line out. Driven by the poll(2) of its owner.
class LineServer {
  public:
    static constexpr std::size_t kMaxConnections = 32;
    static constexpr std::size_t kMaxLineBytes = 65'536;

    /// `listen` is `127.0.0.1:PORT`; port 0 picks one. Errors: Malformed, Refused.
    static Result<LineServer> open(std::string_view listen);
    LineServer(LineServer&& other) noexcept;
    LineServer& operator=(LineServer&& other) noexcept;
    LineServer(const LineServer&) = delete;
    LineServer& operator=(const LineServer&) = delete;
    ~LineServer();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Adds what must be polled.
    void addDescriptors(std::vector<pollfd>& out) const;
    /// Looks at those that are ready; calls `answer` for each complete line.
    void serve(const std::vector<pollfd>& ready,
               const std::function<std::string(std::string_view)>& answer);

  private:
    struct Connection {
        int socket = -1;
        std::string input;
    };
    LineServer() = default;
    void accept();
    /// False if the connection is to be closed.
    [[nodiscard]] static bool read(Connection& connection,
                                   const std::function<std::string(std::string_view)>& answer);
    void closeAll();

    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::vector<Connection> connections_;
};

}  // namespace platen::sim
