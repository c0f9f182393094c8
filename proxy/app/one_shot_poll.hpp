// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "proxy/app/core.hpp"
#include "proxy/discovery/contact.hpp"
#include "proxy/fleet/printer_device.hpp"

#include <memory>
#include <string>
#include <vector>

namespace platen::app {

/// Reads one printer whole, without a fleet around it; the device lives as long as this. thread:
/// loop
class OneShotPoll {
  public:
    /// `core` must outlive it. `tracing`: with the origin of each value.
    OneShotPoll(Core& core, bool tracing) : core_(core), tracing_(tracing) {}

    /// First contact and all groups; runs the core's loop until then. Returns the exit code.
    int read(const net::Endpoint& endpoint);
    /// Goes on after first contact, on a loop that runs. `done` comes once, not inside the call.
    void readOn(discovery::Contact contact, UniqueFunction<void()> done);

    [[nodiscard]] int exit() const { return exit_; }
    /// Why the exit code is not 0.
    [[nodiscard]] const std::string& complaint() const { return complaint_; }
    /// Why the gateway would not keep what was read: it is no printer's. Usually empty.
    [[nodiscard]] const std::string& doubt() const { return doubt_; }
    /// Precondition: exit() is 0, or readOn() was called.
    [[nodiscard]] fleet::PrinterDevice& device() { return *device_; }
    [[nodiscard]] const std::vector<fleet::GroupReport>& reports() const { return reports_; }

  private:
    void onFinding(discovery::Finding finding);

    Core& core_;
    bool tracing_;
    fleet::NoPrinterEvents events_;
    std::unique_ptr<fleet::PrinterDevice> device_;
    std::vector<fleet::GroupReport> reports_;
    int exit_ = 0;
    std::string complaint_;
    std::string doubt_;
    UniqueFunction<void()> done_;
};

}  // namespace platen::app
