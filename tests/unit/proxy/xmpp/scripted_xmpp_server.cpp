// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/proxy/xmpp/scripted_xmpp_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace platen::test {
namespace {

constexpr const char* kHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='example.com' version='1.0'>";
constexpr const char* kLogin =
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
    "<mechanism>PLAIN</mechanism></mechanisms></stream:features>";
constexpr const char* kBind =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";

bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

ScriptedXmppServer::ScriptedXmppServer(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, plain, length) != 0 || ::listen(listener_, 4) != 0 ||
        ::getsockname(listener_, plain, &length) != 0) {
        throw std::runtime_error("no listener");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

ScriptedXmppServer::~ScriptedXmppServer() {
    stopped_ = true;
    thread_.join();
    ::close(listener_);
}

std::string ScriptedXmppServer::received() const {
    const std::lock_guard lock(mutex_);
    return received_;
}

void ScriptedXmppServer::send(const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size() && client_ >= 0) {
        const auto count = ::send(client_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) {
            return;
        }
        sent += static_cast<std::size_t>(count);
    }
}

void ScriptedXmppServer::serve() {
    while (!stopped_) {
        pollfd ready{listener_, POLLIN, 0};
        if (::poll(&ready, 1, 20) == 1) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            client_ = client;
            talk(client);
            client_ = -1;
            ::close(client);
        }
    }
}

void ScriptedXmppServer::talk(int client) {
    std::string step;
    bool authenticated = false;
    while (!stopped_) {
        pollfd ready{client, POLLIN, 0};
        if (::poll(&ready, 1, 20) != 1) {
            continue;
        }
        std::array<char, 4096> buffer{};
        const auto count = ::recv(client, buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            return;
        }
        const std::string text(buffer.data(), static_cast<std::size_t>(count));
        {
            const std::lock_guard lock(mutex_);
            received_ += text;
        }
        step += text;
        if (script_.silent) {
            continue;
        }
        if (has(step, "<stream:stream") && step.back() == '>') {
            step.clear();
            const auto& first = script_.features.empty() ? std::string(kLogin) : script_.features;
            send(kHeader + (authenticated ? std::string(kBind) : first));
        } else if (has(step, "</auth>")) {
            step.clear();
            authenticated = !script_.refuseLogin;
            send(authenticated ? "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
                               : "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                 "<not-authorized/></failure>");
        } else if (has(step, "xmpp-bind") && has(step, "</iq>")) {
            step.clear();
            send(
                "<iq type='result' id='_xmpp_bind1'>"
                "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" +
                script_.boundJid + "</jid></bind></iq>");
        } else if (has(step, "</presence>")) {
            step.clear();
            send(script_.afterBind);
        }
    }
}

}  // namespace platen::test
