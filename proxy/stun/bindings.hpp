// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/stun/client.hpp"
#include "proxy/stun/sockets.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace platen::stun {

/// A server and how we sign in there. Devices with the same share one binding.
struct BindingKey {
    std::string host;
    std::uint16_t port = 0;
    std::string username;
    std::string password;

    friend auto operator<=>(const BindingKey&, const BindingKey&) = default;
};

/// The UDP ports of the gateway and one STUN client for each server that a device wants. The ports
/// are open exactly while a binding is wanted. thread: loop
class Bindings final {
  public:
    using Wanted = std::map<BindingKey, KeepAlivePeriods>;
    using OpenSockets = std::function<Result<std::unique_ptr<Sockets>>()>;
    struct Callbacks {
        std::function<void()> changed;  ///< A binding was told anew; never inside want().
        /// A datagram on the first port that is no STUN message.
        std::function<void(const net::Endpoint& from, std::span<const std::byte> bytes)> datagram;
    };

    /// All must outlive it.
    Bindings(net::Loop& loop, Random& random, net::Resolver& resolver, OpenSockets open);
    Bindings(const Bindings&) = delete;
    Bindings& operator=(const Bindings&) = delete;
    ~Bindings();

    void onEvents(Callbacks callbacks) { callbacks_ = std::move(callbacks); }
    /// Starts, changes and ends clients so that these remain. Not from inside a callback.
    void want(const Wanted& wanted);
    /// The last one that the server told; stays while the server does not answer.
    [[nodiscard]] std::optional<Binding> binding(const BindingKey& key) const;
    /// Of the first socket; 0 while closed.
    [[nodiscard]] std::uint16_t port() const { return sockets_ ? sockets_->port() : 0; }
    [[nodiscard]] std::size_t clients() const { return entries_.size(); }

    /// Wait before a name is looked up, or the sockets are opened, once more.
    static constexpr Millis kRetry{60'000};
    /// Failed transactions before the name is looked up again.
    static constexpr unsigned kFailuresBeforeLookUp = 3;

  private:
    struct Entry {
        KeepAlivePeriods periods;
        std::unique_ptr<StunClient> client;
        net::Endpoint server;
        std::optional<Binding> told;
        std::optional<net::TimerId> timer;
        bool lookingUp = false;
        unsigned failuresAtLookUp = 0;
        std::uint64_t generation = 0;
    };
    using Entries = std::map<BindingKey, Entry>;

    bool openIfNeeded();
    void close();
    void drop(Entries::iterator at);
    void lookUp(const BindingKey& key);
    void found(const BindingKey& key, const Result<std::vector<net::Address>>& addresses);
    void received(Via via, const net::Endpoint& from, std::span<const std::byte> bytes);
    void onTimer(const BindingKey& key);
    void after(const BindingKey& key, Entry& entry);
    void arm(const BindingKey& key, Entry& entry, Millis wait);
    void cancel(Entry& entry);
    [[nodiscard]] SteadyTime now() const { return loop_.clock().steadyNow(); }

    net::Loop& loop_;
    Random& random_;
    net::Resolver& resolver_;
    OpenSockets open_;
    Callbacks callbacks_;
    std::unique_ptr<Sockets> sockets_;
    std::optional<net::TimerId> openTimer_;
    Wanted waiting_;  ///< What was wanted when the sockets could not be opened.
    Entries entries_;
    std::uint64_t generation_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::stun
