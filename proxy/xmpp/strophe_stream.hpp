// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/xmpp/strophe_wire.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

// The library's own names.
// NOLINTBEGIN(bugprone-reserved-identifier)
struct _xmpp_conn_t;
struct _xmpp_ctx_t;
struct _xmpp_stanza_t;
// NOLINTEND(bugprone-reserved-identifier)

namespace platen::xmpp {

/// What the loop asks of the thread, and the means to interrupt it. thread: any
class StreamControl {
  public:
    struct Command {
        std::uint64_t token = 0;  ///< 0: a ping.
        Answer answer = Answer::Accepted;
    };

    StreamControl();
    StreamControl(const StreamControl&) = delete;
    StreamControl& operator=(const StreamControl&) = delete;
    ~StreamControl();

    void send(Command command);
    /// Ends the stream even where the library waits in a handshake.
    void stop();
    [[nodiscard]] bool stopped() const;
    [[nodiscard]] std::deque<Command> take();
    /// Readable when there is something to take, or after stop().
    [[nodiscard]] int wakeFd() const { return wake_; }
    /// The stream's socket, of which a duplicate is kept. False: it cannot be used.
    [[nodiscard]] bool adopt(int socket);
    /// The stream has ended: closes the duplicate, so that the server sees the end.
    void release();

  private:
    void wake() const;

    mutable std::mutex mutex_;
    std::deque<Command> commands_;
    int wake_ = -1;
    int socket_ = -1;
    bool stopped_ = false;
};

/// Thrown through the library by its log callback: see ContextHooks::log.
struct EmptyStreamError {};

/// The library's context with an allocator that counts. One for all streams of a wire, one after
/// the other: the library's XML parser counts in the first context of the process only.
class StropheContext {
  public:
    StropheContext();
    StropheContext(const StropheContext&) = delete;
    StropheContext& operator=(const StropheContext&) = delete;
    ~StropheContext();

    [[nodiscard]] _xmpp_ctx_t* get() const { return context_; }
    [[nodiscard]] std::size_t heldBytes() const { return heldBytes_; }
    /// Stanzas so far, of all kinds.
    [[nodiscard]] std::uint64_t stanzas() const { return stanzas_; }
    /// The last complaint of the library's log.
    [[nodiscard]] const std::string& lastError() const { return lastError_; }
    /// What came was no XML; the library itself would go on.
    [[nodiscard]] bool broken() const { return broken_; }
    void beginStream() {
        lastError_.clear();
        broken_ = false;
    }

  private:
    friend struct ContextHooks;
    struct Tables;

    std::unique_ptr<Tables> tables_;
    _xmpp_ctx_t* context_ = nullptr;
    std::size_t heldBytes_ = 0;
    std::uint64_t stanzas_ = 0;
    bool broken_ = false;
    std::string lastError_;
};

/// One stream from the look-up to its end; blocks. thread: the stream's own
class StropheStream {
  public:
    struct Events {
        std::function<void(std::string jid, bool secured)> online;
        std::function<void(Request)> request;  ///< `token` is this stream's.
        std::function<void()> pong;
    };
    struct End {
        Loss loss = Loss::Closed;
        std::string detail;
    };

    /// All must outlive it.
    StropheStream(StropheContext& context,
                  StreamControl& control,
                  WireLimits limits,
                  Events events);
    StropheStream(const StropheStream&) = delete;
    StropheStream& operator=(const StropheStream&) = delete;
    ~StropheStream();

    [[nodiscard]] End run(const Login& login);

  private:
    friend struct StropheHooks;
    struct Pending {
        std::string to, id;
    };

    [[nodiscard]] bool open(const Login& login);
    void turn();
    void wait() const;
    void checkLimits();
    void obey();
    void onStanza(_xmpp_stanza_t* iq);
    void onRequest(const Pending& sender, _xmpp_stanza_t* request);
    void connected();
    void lost(int error, const char* text);
    void reply(const Pending& to, Answer answer);
    void sendPing();
    void finish(Loss loss, std::string detail);

    StropheContext& context_;
    StreamControl& control_;
    WireLimits limits_;
    Events events_;
    _xmpp_conn_t* connection_ = nullptr;
    std::size_t heldBefore_ = 0;
    std::uint64_t stanzas_ = 0;
    std::uint64_t takenBefore_ = 0;  ///< Up to the last stanza.
    int socket_ = -1;                ///< The library's own.
    bool online_ = false;
    bool tlsRequired_ = true;
    bool ended_ = false;
    bool connected_ = false;  ///< TCP.
    End end_;
    std::map<std::uint64_t, Pending> pending_;
    std::uint64_t lastToken_ = 0;
};

}  // namespace platen::xmpp
