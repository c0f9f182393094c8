// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace platen::test {

/// A server on loopback that speaks just enough XMPP (no TLS, SASL PLAIN) to take one client after
/// the other, and then says what the test wants.
class ScriptedXmppServer {
  public:
    struct Script {
        std::string features;  ///< Instead of the usual ones at the start.
        bool silent = false;   ///< Accepts and says nothing.
        bool refuseLogin = false;
        std::string boundJid = "gateway@example.com/platen";
        std::string afterBind;  ///< Sent when the client has signed in.
    };

    explicit ScriptedXmppServer(Script script);
    ScriptedXmppServer(const ScriptedXmppServer&) = delete;
    ScriptedXmppServer& operator=(const ScriptedXmppServer&) = delete;
    ~ScriptedXmppServer();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// All that clients have sent.
    [[nodiscard]] std::string received() const;
    /// To the present client.
    void send(const std::string& text);

  private:
    void serve();
    void talk(int client);

    Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> client_ = -1;
    std::atomic<bool> stopped_ = false;
    mutable std::mutex mutex_;
    std::string received_;
    std::thread thread_;
};

}  // namespace platen::test
