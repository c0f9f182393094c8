// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/bindings.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <utility>

namespace platen::stun {

namespace {

/// A binding by Annex G is IPv4 (C-UDP-06).
std::optional<net::Address> firstIpv4(const Result<std::vector<net::Address>>& addresses) {
    if (!addresses) {
        return std::nullopt;
    }
    const auto found = std::ranges::find(*addresses, false, &net::Address::ipv6);
    return found == addresses->end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Bindings::Bindings(net::Loop& loop, Random& random, net::Resolver& resolver, OpenSockets open)
    : loop_(loop), random_(random), resolver_(resolver), open_(std::move(open)) {}

Bindings::~Bindings() {
    close();
}

void Bindings::close() {
    while (!entries_.empty()) {
        drop(entries_.begin());
    }
    if (openTimer_) {
        loop_.cancel(*openTimer_);
        openTimer_.reset();
    }
    sockets_.reset();
}

void Bindings::cancel(Entry& entry) {
    if (entry.timer) {
        loop_.cancel(*entry.timer);
        entry.timer.reset();
    }
}

void Bindings::drop(Entries::iterator at) {
    cancel(at->second);
    entries_.erase(at);
}

bool Bindings::openIfNeeded() {
    if (sockets_) {
        return true;
    }
    auto opened = open_();
    if (!opened) {
        LOG_ERROR("stun", "open.failed", {"error", opened.error().text});
        if (!openTimer_) {
            openTimer_ = loop_.after(kRetry, "stun.open", [this] {
                openTimer_.reset();
                want(Wanted(waiting_));
            });
        }
        return false;
    }
    if (openTimer_) {
        loop_.cancel(*openTimer_);
        openTimer_.reset();
    }
    sockets_ = std::move(*opened);
    sockets_->onReceive([this](Via via, const net::Endpoint& from,
                               std::span<const std::byte> bytes) { received(via, from, bytes); });
    LOG_INFO("stun", "opened", {"port", sockets_->port()});
    return true;
}

void Bindings::want(const Wanted& wanted) {
    if (wanted.empty()) {
        if (sockets_) {
            LOG_INFO("stun", "closed");
        }
        close();
        return;
    }
    if (!openIfNeeded()) {
        waiting_ = wanted;
        return;
    }
    for (auto at = entries_.begin(); at != entries_.end();) {
        const auto next = std::next(at);
        if (!wanted.contains(at->first)) {
            drop(at);
        }
        at = next;
    }
    for (const auto& [key, periods] : wanted) {
        const auto [at, isNew] = entries_.try_emplace(key);
        auto& entry = at->second;
        const bool same = !isNew && entry.periods == periods;
        entry.periods = periods;
        if (isNew) {
            entry.generation = ++generation_;
            lookUp(key);
        } else if (!same && entry.client) {
            entry.client->setPeriods(periods, now());
            after(key, entry);
        }
    }
}

std::optional<Binding> Bindings::binding(const BindingKey& key) const {
    const auto at = entries_.find(key);
    return at == entries_.end() ? std::nullopt : at->second.told;
}

void Bindings::lookUp(const BindingKey& key) {
    auto& entry = entries_.at(key);
    entry.lookingUp = true;
    resolver_.resolve(
        key.host, [this, alive = std::weak_ptr<int>(alive_), key, generation = entry.generation](
                      const Result<std::vector<net::Address>>& addresses) {
            if (alive.expired()) {
                return;
            }
            const auto at = entries_.find(key);
            if (at != entries_.end() && at->second.generation == generation) {
                found(key, addresses);
            }
        });
}

void Bindings::found(const BindingKey& key, const Result<std::vector<net::Address>>& addresses) {
    auto& entry = entries_.at(key);
    entry.lookingUp = false;
    const auto address = firstIpv4(addresses);
    if (!address) {
        LOG_WARNING("stun", "server.unknown", {"server", key.host},
                    {"reason", addresses ? "no IPv4 address" : addresses.error().text});
        if (!entry.client) {
            arm(key, entry, kRetry);
        }
        return;
    }
    const net::Endpoint server{*address, key.port};
    if (entry.client && entry.server == server) {
        return;
    }
    entry.server = server;
    entry.client = std::make_unique<StunClient>(
        ClientSettings{server, key.username, key.password, entry.periods}, *sockets_, random_,
        now());
    entry.failuresAtLookUp = 0;
    onTimer(key);
}

void Bindings::onTimer(const BindingKey& key) {
    auto& entry = entries_.at(key);
    entry.timer.reset();
    if (!entry.client) {
        lookUp(key);
        return;
    }
    entry.client->onTime(now());
    after(key, entry);
}

/// What a client's step may have brought: a new binding, a dead server, another time to wake.
void Bindings::after(const BindingKey& key, Entry& entry) {
    const auto& client = *entry.client;
    const auto wait = std::chrono::ceil<Millis>(client.wakeAt() - now());
    arm(key, entry, std::max(wait, Millis{0}));
    entry.failuresAtLookUp = std::min(entry.failuresAtLookUp, client.failures());
    if (!entry.lookingUp && client.failures() >= entry.failuresAtLookUp + kFailuresBeforeLookUp) {
        entry.failuresAtLookUp = client.failures();
        lookUp(key);  // The name may stand for another machine now.
    }
    if (client.binding() && client.binding() != entry.told) {
        entry.told = client.binding();
        if (callbacks_.changed) {
            callbacks_.changed();
        }
    }
}

void Bindings::arm(const BindingKey& key, Entry& entry, Millis wait) {
    cancel(entry);
    entry.timer = loop_.after(wait, "stun.client", [this, key] { onTimer(key); });
}

void Bindings::received(Via via, const net::Endpoint& from, std::span<const std::byte> bytes) {
    if (looksLikeStun(bytes)) {
        const auto message = decode(bytes);
        if (!message) {
            return;
        }
        for (auto& [key, entry] : entries_) {
            if (entry.client && entry.client->onMessage(now(), via, from, *message, bytes)) {
                after(key, entry);
                return;
            }
        }
        return;
    }
    if (via != Via::Primary) {
        return;
    }
    for (auto& [key, entry] : entries_) {
        if (entry.client) {
            entry.client->onOtherTraffic();
        }
    }
    if (callbacks_.datagram) {
        callbacks_.datagram(from, bytes);
    }
}

}  // namespace platen::stun
