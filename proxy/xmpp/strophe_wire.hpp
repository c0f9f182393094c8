// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/loop.hpp"
#include "proxy/xmpp/wire.hpp"

#include <cstddef>
#include <memory>

namespace platen::xmpp {

/// What a server may make us hold; beyond it the stream is cut.
struct WireLimits {
    std::size_t memoryBytes = 4U << 20U;  ///< All that libstrophe holds.
    /// From one stanza to the end of the next, as they come from the socket. Above what servers let
    /// their users send, so that no user can cut us off.
    std::size_t stanzaBytes = 640U << 10U;
};

/// XMPP streams by libstrophe, each on a thread of its own, because the library blocks in name
/// look-ups and TLS handshakes (ADR 0018). What happens is posted to the loop. At most one of them
/// in a process should be at work: the library's parser shares its allocator. thread: loop
class StropheWire final : public Wire {
  public:
    /// The loop must outlive it.
    explicit StropheWire(net::Loop& loop, WireLimits limits = {});
    StropheWire(const StropheWire&) = delete;
    StropheWire& operator=(const StropheWire&) = delete;
    /// Waits at most two seconds for the thread; one that still looks up a name is left to itself.
    ~StropheWire() override;

    void onEvents(Events events) override;
    void connect(const Login& login) override;
    void drop() override;
    void ping() override;
    void answer(std::uint64_t token, Answer answer) override;

    /// Requests without an answer yet; more are answered service-unavailable at once.
    static constexpr std::size_t kMaxPending = 16;
    static constexpr std::size_t kMaxTextBytes = 1024;  ///< Of user name and password.
    static constexpr std::size_t kMaxIdBytes = 1024;    ///< Of a stanza that is answered.

  private:
    struct Shared;

    std::shared_ptr<Shared> shared_;
};

}  // namespace platen::xmpp
