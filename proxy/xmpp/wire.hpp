// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace platen::xmpp {

/// Where and as whom to sign in.
struct Login {
    std::string host;        ///< Empty: found by DNS for the domain (RFC 6120 3.2).
    std::uint16_t port = 0;  ///< 0: 5222
    std::string username, domain, resource;
    Secret password;
    std::string caFile;  ///< Certificates beside the system's that may sign the server's.
    bool tlsRequired = true;
};

/// A connection request as it came (TR-069 Annex K), unchecked.
struct Request {
    std::uint64_t token = 0;  ///< For the answer.
    std::string from;         ///< As the server says it.
    std::string username;
    std::string password;
};

/// C-XMPP-04
enum class Answer : std::uint8_t {
    Accepted,       ///< An empty result.
    NotAuthorized,  ///< Error not-authorized.
    Unavailable,    ///< Error service-unavailable.
};

/// Why a connection is no more.
enum class Loss : std::uint8_t {
    Closed,         ///< By the server, the network, or us.
    NoServer,       ///< No address, or nobody there.
    LoginRefused,   ///< Wrong user name or password.
    NotTrusted,     ///< The certificate, or no TLS where it must be.
    LimitExceeded,  ///< The server sent something beyond the limits.
};
[[nodiscard]] const char* toString(Loss loss);

/// One XMPP stream at a time, as the client sees it. Real: StropheWire. thread: loop
class Wire {
  public:
    struct Events {
        /// Signed in under this full JID, with TLS or without.
        std::function<void(const std::string& jid, bool secured)> online;
        /// Once for each connect(), `detail` for the log.
        std::function<void(Loss, const std::string& detail)> offline;
        std::function<void(Request)> request;
        std::function<void()> pong;
    };

    Wire() = default;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    virtual ~Wire() = default;

    /// Events never come inside a call.
    virtual void onEvents(Events events) = 0;
    /// Not again before `offline` was told.
    virtual void connect(const Login& login) = 0;
    /// Ends the stream, if there is one; `offline` comes.
    virtual void drop() = 0;
    /// Asks the server for a sign of life (XEP-0199).
    virtual void ping() = 0;
    /// Answers a request of this stream; unknown tokens are ignored.
    virtual void answer(std::uint64_t token, Answer answer) = 0;
};

}  // namespace platen::xmpp
