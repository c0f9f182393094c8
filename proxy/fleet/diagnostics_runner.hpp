// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/diagnostic.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace platen::fleet {

/// The tests of one device by the TR-106 pattern (C-DM-10): `Requested` starts when the session has
/// ended; writing another parameter of a running test stops it and sets `None`; each end, good or
/// bad, is told. A restart forgets what was requested. thread: loop
class DiagnosticsRunner {
  public:
    /// What the device does for it. All must outlive the runner.
    struct Device {
        model::Tree& tree;
        /// Puts values of the gateway into the tree, not stored; observers are told.
        std::function<void(std::vector<Assignment>)> set;
        /// A test has ended: `8 DIAGNOSTICS COMPLETE`.
        std::function<void()> completed;
    };

    DiagnosticsRunner(Device device, std::vector<std::unique_ptr<Diagnostic>> tests);

    /// DiagnosticsState None and the options' defaults, where the tree has no value.
    void prepare();
    /// Why the ACS may not write this: DiagnosticsState takes `Requested` and `Canceled` only, and
    /// a test may refuse a value of its options. Nothing if it may.
    [[nodiscard]] std::optional<std::string> refusal(const Assignment& assignment) const;
    /// True for DiagnosticsState of a test: it is never stored, so that a restart replays nothing.
    [[nodiscard]] bool isState(const model::ParamRef& ref) const;
    /// After the ACS wrote values and the tree has them.
    void written(std::span<const Assignment> assignments);
    void sessionEnded();
    /// The device restarts: what was requested or runs is forgotten, results of before stay.
    void restarted();

  private:
    struct Test {
        std::unique_ptr<Diagnostic> diagnostic;
        bool requested = false;
        bool running = false;
        std::uint64_t run = 0;  // results of an older one are dropped
    };
    [[nodiscard]] bool isOf(const Test& test, const model::ParamRef& ref) const;
    void setState(const Test& test, std::string_view state) const;
    void finish(std::size_t index, std::uint64_t run, TestResults results);

    Device device_;
    std::vector<Test> tests_;
};

}  // namespace platen::fleet
