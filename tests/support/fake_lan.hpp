// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/lan.hpp"
#include "tests/support/fake_loop.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace platen::test {

/// Networks that a test makes up. What is sent is kept; the test answers to the last open sockets.
class FakeLan final : public net::Lan {
  public:
    struct Sent {
        std::string interface;
        net::Endpoint to;
        std::vector<std::byte> bytes;
        int hops = 0;
    };

    explicit FakeLan(FakeLoop& loop) : loop_(loop) {}

    [[nodiscard]] std::vector<net::LanNetwork> networks() const override { return all; }
    Result<std::unique_ptr<net::LanSocket>> open(const net::LanNetwork& network,
                                                 int hops,
                                                 Handler onAnswer) override {
        if (refuse) {
            return fail(ErrorCode::Refused, "not permitted");
        }
        return std::make_unique<Socket>(*this, network.interface, hops, std::move(onAnswer));
    }

    /// `192.0.2.1/24` on eth0 and the like.
    void add(const std::string& interface, const std::string& address, unsigned bits) {
        net::LanNetwork network;
        network.interface = interface;
        network.index = static_cast<std::uint32_t>(all.size() + 1);
        network.address = net::Address::parse(address).value();
        std::tie(network.first, network.last) = net::networkOf(network.address, bits);
        network.multicast = true;
        if (!network.address.ipv6) {
            network.broadcast = network.last;
        }
        all.push_back(network);
    }

    std::vector<net::LanNetwork> all;
    std::vector<Sent> sent;
    bool refuse = false;
    std::size_t open_ = 0;
    /// Called for each datagram that is sent; what it returns arrives as answers.
    std::function<std::vector<std::pair<net::Endpoint, std::vector<std::byte>>>(const Sent&)>
        answer;

  private:
    class Socket final : public net::LanSocket {
      public:
        Socket(FakeLan& lan, std::string interface, int hops, Handler handler)
            : lan_(lan),
              interface_(std::move(interface)),
              hops_(hops),
              handler_(std::make_shared<Handler>(std::move(handler))) {
            ++lan_.open_;
        }
        Socket(const Socket&) = delete;
        Socket& operator=(const Socket&) = delete;
        ~Socket() override { --lan_.open_; }
        Result<void> send(const net::Endpoint& to, std::span<const std::byte> bytes) override {
            lan_.sent.push_back({interface_, to, {bytes.begin(), bytes.end()}, hops_});
            if (lan_.answer) {
                for (auto& [from, data] : lan_.answer(lan_.sent.back())) {
                    lan_.loop_.post(
                        [weak = std::weak_ptr<Handler>(handler_), sender = from, content = data] {
                            if (const auto handler = weak.lock()) {
                                (*handler)(sender, content);
                            }
                        });
                }
            }
            return {};
        }

      private:
        FakeLan& lan_;
        std::string interface_;
        int hops_;
        std::shared_ptr<Handler> handler_;
    };

    FakeLoop& loop_;
};

}  // namespace platen::test
