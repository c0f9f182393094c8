// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/xmpp_peer.hpp"

#include <strophe.h>

#include <chrono>
#include <stdexcept>

namespace platen::test {
namespace {

constexpr std::chrono::seconds kLimit{10};

template <typename Condition>
bool runUntil(xmpp_ctx_t* context, const Condition& so) {
    const auto end = std::chrono::steady_clock::now() + kLimit;
    while (!so() && std::chrono::steady_clock::now() < end) {
        xmpp_run_once(context, 20);
    }
    return so();
}

}  // namespace

struct PeerHooks {
    static void onConnection(xmpp_conn_t* connection,
                             xmpp_conn_event_t event,
                             int /*error*/,
                             xmpp_stream_error_t* /*streamError*/,
                             void* data) {
        auto& peer = *static_cast<XmppPeer*>(data);
        peer.online_ = event == XMPP_CONN_CONNECT && xmpp_conn_is_secured(connection) != 0;
        peer.ended_ = event != XMPP_CONN_CONNECT;
    }
    static int onAnswer(xmpp_conn_t* /*connection*/, xmpp_stanza_t* stanza, void* data) {
        auto& peer = *static_cast<XmppPeer*>(data);
        const std::string type = xmpp_stanza_get_type(stanza);
        peer.answer_ = type;
        auto* error = xmpp_stanza_get_child_by_name(stanza, "error");
        if (error != nullptr) {
            auto* condition = xmpp_stanza_get_child_by_ns(error, XMPP_NS_STANZAS_IETF);
            peer.answer_ = condition == nullptr ? "error" : xmpp_stanza_get_name(condition);
        } else if (xmpp_stanza_get_children(stanza) != nullptr) {
            peer.answer_ += " with children";
        }
        return 0;
    }
};

XmppPeer::XmppPeer(const std::string& jid,
                   const std::string& password,
                   std::uint16_t port,
                   const std::string& caFile)
    : context_(xmpp_ctx_new(nullptr, nullptr)), connection_(xmpp_conn_new(context_)) {
    xmpp_conn_set_flags(connection_, XMPP_CONN_FLAG_MANDATORY_TLS);
    xmpp_conn_set_jid(connection_, jid.c_str());
    xmpp_conn_set_pass(connection_, password.c_str());
    xmpp_conn_set_cafile(connection_, caFile.c_str());
    xmpp_connect_client(connection_, "127.0.0.1", port, PeerHooks::onConnection, this);
    if (!runUntil(context_, [this] { return online_ || ended_; }) || !online_) {
        throw std::runtime_error("cannot sign in as " + jid);
    }
}

XmppPeer::~XmppPeer() {
    xmpp_conn_release(connection_);
    xmpp_ctx_free(context_);
}

std::string XmppPeer::request(const std::string& to,
                              const std::string& username,
                              const std::string& password) {
    answer_.clear();
    const auto id = "cr" + std::to_string(++requests_);
    xmpp_id_handler_add(connection_, PeerHooks::onAnswer, id.c_str(), this);
    const auto text =
        "<iq type='get' id='" + id + "' to='" + to +
        "'><connectionRequest xmlns='urn:broadband-forum-org:cwmp:xmppConnReq-1-0'><username>" +
        username + "</username><password>" + password + "</password></connectionRequest></iq>";
    xmpp_send_raw(connection_, text.data(), text.size());
    runUntil(context_, [this] { return !answer_.empty() || ended_; });
    return answer_.empty() ? "(no answer)" : answer_;
}

}  // namespace platen::test
