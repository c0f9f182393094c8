// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "tests/sim/acs/http_message.hpp"
#include "tests/sim/acs/misbehaviour.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace platen::acs {

/// HTTP/1.1 for any number of listeners on one thread.
class EpollServer {
  public:
    using ConnectionId = std::uint64_t;
    struct Handler {
        std::function<HttpReply(ConnectionId, const HttpRequest&)> onRequest;
        std::function<void(ConnectionId)> onClosed;
    };

    static constexpr Millis kIdleTimeout{300'000};

    /// Throws std::system_error if epoll cannot be had.
    explicit EpollServer(std::size_t maxConnections);
    EpollServer(const EpollServer&) = delete;
    EpollServer& operator=(const EpollServer&) = delete;
    ~EpollServer();

    /// `listen` is `ADDRESS:PORT`; gives the port. Errors: Malformed, Refused.
    Result<std::uint16_t> listen(std::string_view listen, Handler handler);
    /// Calls `onWake` on the loop's thread after wake().
    void setWakeHandler(std::function<void()> onWake);
    void run(const Clock& clock);
    void wake() noexcept;  ///< thread: any; safe in a signal handler
    void stop() noexcept;  ///< thread: any; safe in a signal handler

  private:
    struct Connection;
    struct Listener;

    void accept(Listener& listener);
    void onReadable(Connection& connection);
    void answerComplete(Connection& connection);
    void write(Connection& connection) const;
    void close(ConnectionId id);
    void closeIdle();
    void onEvent(std::uint64_t key, std::uint32_t events);

    std::size_t maxConnections_;
    int epoll_ = -1;
    int wake_ = -1;
    struct Flags;
    std::unique_ptr<Flags> flags_;
    const Clock* clock_ = nullptr;
    std::function<void()> onWake_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::map<ConnectionId, std::unique_ptr<Connection>> connections_;
    ConnectionId lastId_ = 0;
};

}  // namespace platen::acs
