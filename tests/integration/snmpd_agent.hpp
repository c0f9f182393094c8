// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/integration/process.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace platen::test {

/// Debian's snmpd on a loopback address, with a configuration and a state folder of its own.
class Snmpd {
  public:
    struct Options {
        std::string address;  ///< `127.18.0.1`
        std::uint16_t port = 0;
        std::string engineId;       ///< Hexadecimal, 5 to 32 octets.
        std::uint32_t boots = 1;    ///< That it comes up with.
        std::string configuration;  ///< Users, views, overrides.
    };
    static constexpr const char* kProgram = "/usr/sbin/snmpd";
    /// Why the tests cannot run; empty if they can.
    static std::string missing();

    explicit Snmpd(Options options);
    /// Ends it; its port is free afterwards.
    void stop();
    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] std::string log() const;

  private:
    TemporaryFolder folder_;
    std::unique_ptr<Process> process_;
    bool ready_ = false;
};

}  // namespace platen::test
