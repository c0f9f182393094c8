// SPDX-License-Identifier: Apache-2.0
#include "proxy/xmpp/strophe_stream.hpp"

#include "base/text.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <strophe.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <optional>
#include <utility>

namespace platen::xmpp {
namespace {

constexpr const char* kRequestNamespace = "urn:broadband-forum-org:cwmp:xmppConnReq-1-0";
constexpr const char* kPingNamespace = "urn:xmpp:ping";
constexpr const char* kPingId = "platen-ping";
/// Reads of 4 KB in one go: more than a TLS record holds.
constexpr int kTurnsPerWake = 8;
constexpr int kIdleMs = 1'000;  ///< The library's own timers.
constexpr int kBusyMs = 50;     ///< While it signs in.

struct StanzaRelease {
    void operator()(xmpp_stanza_t* stanza) const { xmpp_stanza_release(stanza); }
};
using UniqueStanza = std::unique_ptr<xmpp_stanza_t, StanzaRelease>;

std::string toText(const char* chars) {
    return chars == nullptr ? std::string() : std::string(chars);
}

/// The text of a child, or nothing if there is none or it is too long.
std::optional<std::string> childText(xmpp_ctx_t* context, xmpp_stanza_t* parent, const char* name) {
    auto* child = xmpp_stanza_get_child_by_name(parent, name);
    if (child == nullptr) {
        return std::nullopt;
    }
    char* chars = xmpp_stanza_get_text(child);
    auto out = toText(chars);
    if (chars != nullptr) {
        xmpp_free(context, chars);
    }
    if (out.size() > StropheWire::kMaxTextBytes) {
        return std::nullopt;
    }
    return out;
}

UniqueStanza element(xmpp_ctx_t* context, const char* name, const char* nameSpace) {
    UniqueStanza stanza(xmpp_stanza_new(context));
    xmpp_stanza_set_name(stanza.get(), name);
    if (nameSpace != nullptr) {
        xmpp_stanza_set_ns(stanza.get(), nameSpace);
    }
    return stanza;
}

UniqueStanza errorElement(xmpp_ctx_t* context, const char* type, const char* condition) {
    auto error = element(context, "error", nullptr);
    xmpp_stanza_set_type(error.get(), type);
    const auto reason = element(context, condition, XMPP_NS_STANZAS_IETF);
    xmpp_stanza_add_child(error.get(), reason.get());
    return error;
}

/// Bytes that were read from a socket so far.
std::uint64_t bytesTaken(int socket) {
    tcp_info info{};
    socklen_t length = sizeof(info);
    int waiting = 0;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0 ||
        ::ioctl(socket, FIONREAD, &waiting) != 0) {
        return 0;
    }
    const auto left = static_cast<std::uint64_t>(waiting);
    return info.tcpi_bytes_received > left ? info.tcpi_bytes_received - left : 0;
}

/// For the callbacks that the library gives no user data.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
thread_local StropheStream* runningStream = nullptr;

}  // namespace

/// The library's callbacks.
struct StropheHooks {
    static StropheStream& stream(void* data) { return *static_cast<StropheStream*>(data); }

    static int onSocket(xmpp_conn_t* /*connection*/, void* socket) {
        auto& self = *runningStream;
        self.socket_ = *static_cast<int*>(socket);
        if (!self.control_.adopt(self.socket_)) {
            return -1;
        }
        const int on = 1;
        return ::setsockopt(self.socket_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    }
    /// Called for what OpenSSL does not trust: always refused.
    static int onCertificate(const xmpp_tlscert_t* /*certificate*/, const char* reason) {
        auto& self = *runningStream;
        self.finish(Loss::NotTrusted, toText(reason));
        return 0;
    }
    static void onConnection(xmpp_conn_t* connection,
                             xmpp_conn_event_t event,
                             int error,
                             xmpp_stream_error_t* streamError,
                             void* data) {
        auto& self = stream(data);
        if (event != XMPP_CONN_CONNECT) {
            self.lost(error, streamError == nullptr ? nullptr : streamError->text);
            return;
        }
        if (self.tlsRequired_ && xmpp_conn_is_secured(connection) == 0) {
            self.finish(Loss::NotTrusted, "no TLS");
            return;
        }
        self.connected();
    }
    static int onIq(xmpp_conn_t* /*connection*/, xmpp_stanza_t* stanza, void* data) {
        stream(data).onStanza(stanza);
        return 1;
    }
};

StropheStream::StropheStream(StropheContext& context,
                             StreamControl& control,
                             WireLimits limits,
                             Events events)
    : context_(context), control_(control), limits_(limits), events_(std::move(events)) {}

StropheStream::~StropheStream() {
    runningStream = nullptr;
}

void StropheStream::finish(Loss loss, std::string detail) {
    if (!ended_) {
        ended_ = true;
        end_ = {loss, std::move(detail)};
    }
}

void StropheStream::lost(int error, const char* text) {
    // What the library says when the server took no way to sign in.
    const bool refused = context_.lastError().find("authenticate") != std::string::npos;
    std::string detail = toText(text);
    if (detail.empty()) {
        detail = context_.lastError().empty() ? text::cat({"error ", std::to_string(error)})
                                              : context_.lastError();
    }
    if (!online_ && refused) {
        finish(Loss::LoginRefused, std::move(detail));
    } else if (!online_ && tlsRequired_ && detail.find("TLS") != std::string::npos) {
        finish(Loss::NotTrusted, std::move(detail));
    } else {
        finish(Loss::Closed, std::move(detail));
    }
}

bool StropheStream::open(const Login& login) {
    auto* context = context_.get();
    connection_ = xmpp_conn_new(context);
    if (connection_ == nullptr) {
        return false;
    }
    const auto jid = text::cat({login.username, "@", login.domain, "/", login.resource});
    constexpr auto kMandatoryTls = static_cast<long>(XMPP_CONN_FLAG_MANDATORY_TLS);
    constexpr auto kNoStreamManagement = static_cast<long>(XMPP_CONN_FLAG_DISABLE_SM);
    xmpp_conn_set_flags(connection_,
                        kNoStreamManagement | (login.tlsRequired ? kMandatoryTls : 0L));
    xmpp_conn_set_jid(connection_, jid.c_str());
    xmpp_conn_set_pass(connection_, std::string(login.password.reveal()).c_str());
    if (!login.caFile.empty()) {
        xmpp_conn_set_cafile(connection_, login.caFile.c_str());
    }
    xmpp_conn_set_certfail_handler(connection_, StropheHooks::onCertificate);
    xmpp_conn_set_sockopt_callback(connection_, StropheHooks::onSocket);
    return xmpp_connect_client(connection_, login.host.empty() ? nullptr : login.host.c_str(),
                               login.port, StropheHooks::onConnection, this) == XMPP_EOK;
}

StropheStream::End StropheStream::run(const Login& login) {
    runningStream = this;
    tlsRequired_ = login.tlsRequired;
    context_.beginStream();
    heldBefore_ = context_.heldBytes();
    if (control_.stopped() || !open(login)) {
        finish(Loss::NoServer, context_.lastError());
    }
    while (!ended_) {
        wait();
        obey();
        turn();
    }
    if (connection_ != nullptr) {
        const End kept = end_;  // The release closes the socket and says so.
        xmpp_conn_release(connection_);
        connection_ = nullptr;
        end_ = kept;
    }
    control_.release();
    return end_;
}

void StropheStream::wait() const {
    const bool sending = xmpp_conn_send_queue_len(connection_) > 0;
    const bool waitToWrite = !connected_ || sending;
    std::array<pollfd, 2> descriptors{
        {{.fd = control_.wakeFd(), .events = POLLIN, .revents = 0},
         {.fd = socket_,
          .events = static_cast<short>(POLLIN | (waitToWrite ? POLLOUT : 0)),
          .revents = 0}}};
    ::poll(descriptors.data(), descriptors.size(), online_ ? kIdleMs : kBusyMs);
}

void StropheStream::turn() {
    for (int i = 0; i < kTurnsPerWake && !ended_; ++i) {
        try {
            xmpp_run_once(context_.get(), 0);
        } catch (const EmptyStreamError&) {
            finish(Loss::Closed, "a stream error without a reason");
        }
        checkLimits();
    }
    sockaddr_storage peer{};
    socklen_t length = sizeof(peer);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API
    connected_ =
        connected_ || ::getpeername(socket_, reinterpret_cast<sockaddr*>(&peer), &length) == 0;
}

void StropheStream::checkLimits() {
    if (context_.broken()) {
        finish(Loss::Closed, "no XML");
    }
    const auto taken = bytesTaken(socket_);
    if (context_.stanzas() != stanzas_) {
        stanzas_ = context_.stanzas();
        takenBefore_ = taken;
    }
    if (context_.heldBytes() - heldBefore_ > limits_.memoryBytes ||
        (taken > takenBefore_ && taken - takenBefore_ > limits_.stanzaBytes)) {
        finish(Loss::LimitExceeded, "a stanza is too large");
    }
}

void StropheStream::obey() {
    for (const auto& command : control_.take()) {
        if (command.token == 0) {
            sendPing();
        } else if (const auto found = pending_.find(command.token); found != pending_.end()) {
            reply(found->second, command.answer);
            pending_.erase(found);
        }
    }
    if (control_.stopped()) {
        finish(Loss::Closed, "ended here");
    }
}

void StropheStream::connected() {
    online_ = true;
    xmpp_handler_add(connection_, StropheHooks::onIq, nullptr, "iq", nullptr, this);
    auto* context = context_.get();
    // A negative priority: reachable under the full JID, and no messages come (RFC 6121 4.7.2.3).
    const UniqueStanza presence(xmpp_presence_new(context));
    const auto priority = element(context, "priority", nullptr);
    const UniqueStanza value(xmpp_stanza_new(context));
    xmpp_stanza_set_text(value.get(), "-1");
    xmpp_stanza_add_child(priority.get(), value.get());
    xmpp_stanza_add_child(presence.get(), priority.get());
    xmpp_send(connection_, presence.get());
    events_.online(toText(xmpp_conn_get_bound_jid(connection_)),
                   xmpp_conn_is_secured(connection_) != 0);
}

void StropheStream::onStanza(xmpp_stanza_t* iq) {
    const auto type = toText(xmpp_stanza_get_type(iq));
    const char* id = xmpp_stanza_get_id(iq);
    if (type == "result" || type == "error") {
        if (toText(id) == kPingId) {
            events_.pong();  // An error is a sign of life, too.
        }
        return;
    }
    const Pending sender{toText(xmpp_stanza_get_from(iq)), toText(id)};
    if (sender.id.empty() || sender.id.size() > StropheWire::kMaxIdBytes) {
        return;
    }
    auto* request =
        xmpp_stanza_get_child_by_name_and_ns(iq, "connectionRequest", kRequestNamespace);
    if (type == "get" && request != nullptr) {
        onRequest(sender, request);
    } else {
        reply(sender, Answer::Unavailable);  // RFC 6120 8.4
    }
}

void StropheStream::onRequest(const Pending& sender, xmpp_stanza_t* request) {
    auto* context = context_.get();
    auto username = childText(context, request, "username");
    auto password = childText(context, request, "password");
    if (!username || !password) {
        reply(sender, Answer::NotAuthorized);
    } else if (pending_.size() >= StropheWire::kMaxPending) {
        reply(sender, Answer::Unavailable);
    } else {
        const auto token = ++lastToken_;
        pending_.emplace(token, sender);
        events_.request({token, sender.to, std::move(*username), std::move(*password)});
    }
}

void StropheStream::reply(const Pending& to, Answer answer) {
    auto* context = context_.get();
    const char* type = answer == Answer::Accepted ? "result" : "error";
    const UniqueStanza iq(xmpp_iq_new(context, type, to.id.c_str()));
    if (!to.to.empty()) {
        xmpp_stanza_set_to(iq.get(), to.to.c_str());
    }
    if (answer != Answer::Accepted) {
        // Without the request: it holds the password that was tried.
        const auto error = answer == Answer::NotAuthorized
                               ? errorElement(context, "auth", "not-authorized")
                               : errorElement(context, "cancel", "service-unavailable");
        xmpp_stanza_add_child(iq.get(), error.get());
    }
    xmpp_send(connection_, iq.get());
}

void StropheStream::sendPing() {
    auto* context = context_.get();
    const UniqueStanza iq(xmpp_iq_new(context, "get", kPingId));
    const auto ping = element(context, "ping", kPingNamespace);
    xmpp_stanza_add_child(iq.get(), ping.get());
    xmpp_send(connection_, iq.get());
}

}  // namespace platen::xmpp
