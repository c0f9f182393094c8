// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

// The library's own names.
// NOLINTBEGIN(bugprone-reserved-identifier)
struct _xmpp_conn_t;
struct _xmpp_ctx_t;
// NOLINTEND(bugprone-reserved-identifier)

namespace platen::test {

/// An XMPP client that sends connection requests as an ACS does, by libstrophe. It blocks.
class XmppPeer {
  public:
    /// Signs in; throws std::runtime_error after ten seconds.
    XmppPeer(const std::string& jid,
             const std::string& password,
             std::uint16_t port,
             const std::string& caFile);
    XmppPeer(const XmppPeer&) = delete;
    XmppPeer& operator=(const XmppPeer&) = delete;
    ~XmppPeer();

    /// `result`, the condition of an error, or `(no answer)`.
    std::string request(const std::string& to,
                        const std::string& username,
                        const std::string& password);

  private:
    friend struct PeerHooks;

    _xmpp_ctx_t* context_;
    _xmpp_conn_t* connection_;
    bool online_ = false;
    bool ended_ = false;
    std::string answer_;
    int requests_ = 0;
};

}  // namespace platen::test
