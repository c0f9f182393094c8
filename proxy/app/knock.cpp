// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/knock.hpp"

#include "base/first_yes.hpp"
#include "proxy/net/socket_address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace platen::app {

namespace {

KnockResult resultOf(int error) {
    switch (error) {
        case 0:
            return KnockResult::Open;
        case ECONNREFUSED:
        case ECONNRESET:
            return KnockResult::Refused;
        case EHOSTUNREACH:
        case ENETUNREACH:
        case ENETDOWN:
        case EACCES:
        case EPERM:
        case EADDRNOTAVAIL:
            return KnockResult::Unreachable;
        default:
            return KnockResult::Silent;
    }
}

}  // namespace

Knocks::~Knocks() {
    for (auto& knock : knocks_) {
        release(knock);
    }
}

void Knocks::release(Knock& knock) {
    if (knock.watch) {
        loop_.unwatch(*knock.watch);
    }
    for (const auto& timer : {knock.timer, knock.again}) {
        if (timer) {
            loop_.cancel(*timer);
        }
    }
    if (knock.fd >= 0) {
        ::close(knock.fd);
    }
}

void Knocks::tcp(const net::Endpoint& to, Millis timeout, UniqueFunction<void(KnockResult)> done) {
    Knock knock;
    knock.done = std::move(done);
    open(to, SOCK_STREAM, timeout, std::move(knock));
}

void Knocks::anyTcp(const net::Address& to,
                    std::span<const std::uint16_t> ports,
                    Millis timeout,
                    UniqueFunction<void(bool)> done) {
    const FirstYes answer(ports.size(), std::move(done));
    for (const auto port : ports) {
        tcp({.address = to, .port = port}, timeout,
            [answer](KnockResult result) { answer(result == KnockResult::Open); });
    }
}

void Knocks::udp(const net::Endpoint& to,
                 std::vector<std::byte> bytes,
                 Millis timeout,
                 UniqueFunction<void(KnockResult)> done) {
    Knock knock;
    knock.done = std::move(done);
    knock.bytes = std::move(bytes);
    knock.datagram = true;
    open(to, SOCK_DGRAM, timeout, std::move(knock));
}

void Knocks::open(const net::Endpoint& to, int type, Millis timeout, Knock knock) {
    const auto place = knocks_.insert(knocks_.end(), std::move(knock));
    const auto later = [this, place](KnockResult result) {
        loop_.post([this, place, result, weak = std::weak_ptr<int>(alive_)] {
            if (!weak.expired()) {
                finish(place, result);
            }
        });
    };
    place->fd =
        ::socket(to.address.ipv6 ? AF_INET6 : AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (place->fd < 0) {
        later(KnockResult::Unreachable);
        return;
    }
    const net::SocketAddress address(to);
    const int code = ::connect(place->fd, address.data(), address.size());
    if (code != 0 && errno != EINPROGRESS) {
        later(resultOf(errno));
        return;
    }
    const auto send = [place] {
        static_cast<void>(
            ::send(place->fd, place->bytes.data(), place->bytes.size(), MSG_NOSIGNAL));
    };
    if (place->datagram) {
        send();
        place->again = loop_.after(timeout / 2, "knock.again", send);
    }
    place->watch = loop_.watch(place->fd, place->datagram ? net::Ready::Read : net::Ready::Write,
                               "knock.ready", [this, place](net::Ready) { onReady(place); });
    place->timer =
        loop_.after(timeout, "knock.silent", [this, place] { finish(place, KnockResult::Silent); });
}

void Knocks::onReady(Place place) {
    if (place->datagram) {
        std::array<std::byte, 1> octet{};
        const auto got = ::recv(place->fd, octet.data(), octet.size(), 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        finish(place, got < 0 ? resultOf(errno) : KnockResult::Open);
        return;
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(place->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    finish(place, resultOf(error));
}

void Knocks::finish(Place place, KnockResult result) {
    auto knock = std::move(*place);
    knocks_.erase(place);
    release(knock);
    knock.done(result);
}

}  // namespace platen::app
