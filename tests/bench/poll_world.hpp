// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/app/core.hpp"
#include "proxy/discovery/scanner.hpp"
#include "proxy/fleet/printer_device.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace platen::bench {

[[nodiscard]] std::size_t heapInUse();

/// Simulated printers on addresses in a row, as the gateway's own devices. thread: loop
class PollWorld {
  public:
    PollWorld(app::Core& core, const net::Endpoint& first, std::size_t count)
        : core_(core), next_(first.address.ipv4()), port_(first.port), count_(count) {}

    /// First contact with all printers. Returns how many were found.
    std::size_t meet();
    [[nodiscard]] std::vector<std::unique_ptr<fleet::PrinterDevice>>& devices() { return devices_; }
    [[nodiscard]] std::size_t values() const;

  private:
    void probeNext();
    void adopt(discovery::Finding finding);

    app::Core& core_;
    fleet::NoPrinterEvents events_;
    std::vector<std::unique_ptr<fleet::PrinterDevice>> devices_;
    std::uint32_t next_;
    std::uint16_t port_;
    std::size_t count_;
    std::size_t probes_ = 0;
    std::size_t finished_ = 0;
};

}  // namespace platen::bench
