// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "tests/sim/fleet.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace platen::sim {

struct SimulatorOptions {
    FleetOptions fleet;
    std::uint16_t port = 1161;  ///< UDP, the same for all printers; 0 picks one.
    std::string control;        ///< `127.0.0.1:PORT` of the control protocol; empty: none.
    std::uint64_t seed = 1;     ///< Of the losses.
    std::uint16_t rawPort = 0;  ///< TCP, as 9100 of real printers; 0: none.
};

/// A network of simulated printers: the sockets, the clock and the fleet. One thread runs it;
/// others may give commands and stop it.
class Simulator {
  public:
    /// Opens everything; nothing answers before run(). `clock` must outlive it. Errors: of the
    /// recordings, the script, the sockets.
    static Result<std::unique_ptr<Simulator>> open(const SimulatorOptions& options,
                                                   const Clock& clock);
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;
    ~Simulator();

    /// Answers requests until stop().
    void run();
    /// thread: any; safe in a signal handler
    void stop() noexcept;
    /// A line of the control protocol. thread: any
    [[nodiscard]] std::string command(std::string_view line);

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::uint16_t controlPort() const;  ///< 0 without control.
    [[nodiscard]] std::string table();                ///< thread: any

  private:
    struct Impl;
    explicit Simulator(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// A simulator on a thread of its own, for tests and benchmarks.
class SimulatorThread {
  public:
    /// Errors: those of Simulator::open.
    static Result<std::unique_ptr<SimulatorThread>> start(const SimulatorOptions& options);
    SimulatorThread(const SimulatorThread&) = delete;
    SimulatorThread& operator=(const SimulatorThread&) = delete;
    ~SimulatorThread();  ///< Stops and joins.

    [[nodiscard]] Simulator& simulator();

  private:
    struct Impl;
    explicit SimulatorThread(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace platen::sim
