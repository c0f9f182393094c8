// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::fleet {

/// The object of one test in a device's tree: reads its options, makes assignments of its results.
class TestObject {
  public:
    /// `path` with `{i}`, for example `MFP.{i}.Diagnostics.Refresh.`. Throws std::runtime_error if
    /// the model lacks it.
    TestObject(const model::Schema& schema, std::string_view path);

    [[nodiscard]] const model::ObjectRef& ref() const { return ref_; }
    /// Throws std::runtime_error if the object has no such parameter.
    [[nodiscard]] model::ParamRef param(std::string_view name) const;
    /// Empty and 0 for absent values.
    [[nodiscard]] std::string text(const model::Tree& tree, std::string_view name) const;
    [[nodiscard]] std::uint64_t number(const model::Tree& tree, std::string_view name) const;
    [[nodiscard]] Assignment assign(std::string_view name, std::string_view text) const;
    [[nodiscard]] Assignment assign(std::string_view name, std::uint64_t number) const;
    /// A dateTime; nothing: Unknown Time.
    [[nodiscard]] Assignment assignTime(
        std::string_view name,
        std::optional<std::chrono::sys_time<std::chrono::microseconds>> time) const;

  private:
    const model::Schema& schema_;
    model::ObjectRef ref_;
};

/// How a test ended: the value of DiagnosticsState, and the other results.
struct TestResults {
    std::string state;  ///< `Complete`, `Error_…`
    std::vector<Assignment> values;
};

/// One kind of test that an ACS can start by DiagnosticsState (TR-106 diagnostics pattern). thread:
/// loop
class Diagnostic {
  public:
    Diagnostic() = default;
    Diagnostic(const Diagnostic&) = delete;
    Diagnostic& operator=(const Diagnostic&) = delete;
    virtual ~Diagnostic() = default;

    [[nodiscard]] virtual const TestObject& object() const = 0;
    /// What the tree holds before the first test, without DiagnosticsState.
    [[nodiscard]] virtual std::vector<Assignment> defaults() const = 0;
    /// Why the ACS may not set this option to this value, beyond what the model says (9007);
    /// nothing if it may. Not asked for DiagnosticsState.
    [[nodiscard]] virtual std::optional<std::string> refusal(const Assignment& /*option*/) const {
        return std::nullopt;
    }
    /// Reads its options from the tree and runs. `done` comes once, never inside the call, unless
    /// it is stopped before. Rows of its results may be removed from the tree at once.
    virtual void start(model::Tree& tree, UniqueFunction<void(TestResults)> done) = 0;
    /// Ends a running test without a result. Harmless if none runs.
    virtual void stop() = 0;
};

}  // namespace platen::fleet
