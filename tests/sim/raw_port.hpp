// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "tests/sim/fleet.hpp"

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace platen::sim {

/// What came over one connection to the raw port (9100) of a printer.
struct RawJob {
    Ipv4 printer = 0;
    std::string head;  ///< The first octets, at most RawPort::kMaxHead.
    std::uint64_t bytes = 0;
};

/// The raw port of all printers: takes what comes, on addresses of 127.0.0.0/8 only. Driven by the
/// poll(2) of its owner.
class RawPort {
  public:
    static constexpr std::size_t kMaxConnections = 64;
    static constexpr std::size_t kMaxHead = 512;

    /// Errors: Refused.
    static Result<RawPort> open(std::uint16_t port);
    RawPort(RawPort&& other) noexcept;
    RawPort& operator=(RawPort&&) = delete;
    RawPort(const RawPort&) = delete;
    RawPort& operator=(const RawPort&) = delete;
    ~RawPort();

    void addDescriptors(std::vector<pollfd>& out) const;
    /// `takes`: whether a printer answers at this address now. `done`: a sender has closed.
    void serve(const std::vector<pollfd>& ready,
               const std::function<bool(Ipv4)>& takes,
               const std::function<void(const RawJob&)>& done);

  private:
    struct Connection {
        int socket = -1;
        RawJob job;
    };
    RawPort() = default;
    void accept(const std::function<bool(Ipv4)>& takes);

    int listener_ = -1;
    std::vector<Connection> connections_;
};

}  // namespace platen::sim
