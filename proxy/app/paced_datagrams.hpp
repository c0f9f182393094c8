// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "proxy/net/datagram.hpp"
#include "proxy/net/loop.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace platen::app {

/// Datagrams with a pause between them, for printers that must not be hurried. thread: loop
class PacedDatagrams final : public net::Datagrams {
  public:
    static constexpr std::size_t kMaxWaiting = 64;

    /// `loop` must outlive it.
    PacedDatagrams(net::Loop& loop, std::unique_ptr<net::Datagrams> inner, Millis pause)
        : loop_(loop), inner_(std::move(inner)), pause_(pause) {}
    PacedDatagrams(const PacedDatagrams&) = delete;
    PacedDatagrams& operator=(const PacedDatagrams&) = delete;
    ~PacedDatagrams() override;

    Result<void> send(const net::Endpoint& to, std::span<const std::byte> bytes) override;
    void onReceive(
        UniqueFunction<void(const net::Endpoint&, std::span<const std::byte>)> handler) override {
        inner_->onReceive(std::move(handler));
    }

  private:
    void sendNext();

    net::Loop& loop_;
    std::unique_ptr<net::Datagrams> inner_;
    Millis pause_;
    std::optional<net::TimerId> timer_;  ///< Runs until the next may go.
    std::deque<std::pair<net::Endpoint, std::vector<std::byte>>> waiting_;
};

}  // namespace platen::app
