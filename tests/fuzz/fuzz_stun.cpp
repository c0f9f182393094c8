// SPDX-License-Identifier: Apache-2.0
// Datagrams as strangers send them to the UDP port: STUN messages and connection requests. The
// first octet chooses between the codec, the client and the request; the rest is the datagram.
#include "proxy/stun/client.hpp"
#include "proxy/stun/udp_request.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

namespace platen::stun {
namespace {

using Bytes = std::span<const std::byte>;

void require(bool good) {
    if (!good) {
        std::abort();
    }
}

class FixedRandom final : public Random {
  public:
    std::uint64_t below(std::uint64_t) override { return 0; }
    std::string hex(std::size_t bytes) override { return std::string(bytes * 2, '0'); }
};

class NoNetwork final : public ClientPorts {
  public:
    void send(Via, const net::Endpoint&, Bytes bytes) override {
        require(decode(bytes).has_value());
        ++sent;
    }
    [[nodiscard]] std::optional<net::Endpoint> localTowards(const net::Endpoint&) const override {
        return net::Endpoint{net::Address::fromIpv4(0x0A000001U), 5000};
    }
    std::size_t sent = 0;
};

/// What is read must come back the same after it was written, with and without a password.
void codec(Bytes bytes) {
    static_cast<void>(integrityHolds(bytes, "password"));
    const auto read = decode(bytes);
    if (!read) {
        return;
    }
    auto copy = *read;
    copy.integrity = false;
    for (const bool sign : {false, true}) {
        const auto written =
            encode(copy, sign ? std::optional<std::string>("password") : std::nullopt);
        if (!written) {
            require(written.error().code == ErrorCode::TooLarge);
            continue;
        }
        const auto again = decode(*written);
        require(again && again->type == copy.type && again->transaction == copy.transaction);
        require(again->mapped == copy.mapped && again->xorMapped == copy.xorMapped);
        require(again->responseAddress == copy.responseAddress && again->username == copy.username);
        require(again->connectionRequestBinding == copy.connectionRequestBinding &&
                again->bindingChange == copy.bindingChange && again->integrity == sign);
        require(integrityHolds(*written, "password") == sign);
    }
}

/// Answers that fit the transaction, one after the other; the client may not talk without end.
void client(Bytes bytes) {
    FixedRandom random;
    NoNetwork network;
    SteadyTime now{};
    const net::Endpoint server{net::Address::fromIpv4(0xC6336401U), 3478};
    StunClient client({server, "user", "password", {}}, network, random, now);
    constexpr std::size_t kAnswer = 64;
    constexpr int kMostAnswers = 50;
    for (int i = 0; i < kMostAnswers && !bytes.empty(); ++i) {
        now = std::max(now, client.wakeAt());
        client.onTime(now);
        const auto via = (bytes[0] & std::byte{1}) == std::byte{0} ? Via::Primary : Via::Secondary;
        const auto answer = bytes.subspan(1).first(std::min(bytes.size() - 1, kAnswer));
        if (const auto message = decode(answer)) {
            client.onMessage(now, via, server, *message, answer);
        } else {
            client.onOtherTraffic();
        }
        bytes = bytes.subspan(1 + answer.size());
        require(network.sent <= 3U * static_cast<std::size_t>(i + 1));
        if (client.binding()) {
            require(!client.binding()->mapped.address.ipv6 && client.binding()->mapped.port != 0);
        }
    }
}

/// What is accepted must have had the user's name and a signature, and is not accepted again.
void request(Bytes bytes) {
    const auto read = parseUdpRequest(bytes);
    if (!read) {
        return;
    }
    require(read->signature.size() == 40 && !read->plain.id.empty() && !read->raw.un.empty());
    ReplayGuard guard;
    require(guard.isFresh(*read));
    static_cast<void>(checkUdpRequest(*read, read->plain.un, "password", guard));
    guard.accept(*read);
    require(!guard.isFresh(*read));
    ReplayGuard restored;
    restored.restore(guard.save());
    require(!restored.isFresh(*read) && restored.save() == guard.save());
}

}  // namespace
}  // namespace platen::stun

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const auto bytes = std::as_bytes(std::span(data, size)).subspan(1);
    switch (data[0]) {
        case 'c':
            platen::stun::client(bytes);
            break;
        case 'r':
            platen::stun::request(bytes);
            break;
        default:
            platen::stun::codec(bytes);
    }
    platen::stun::ReplayGuard guard;
    guard.restore({reinterpret_cast<const char*>(data), size});
    return 0;
}
