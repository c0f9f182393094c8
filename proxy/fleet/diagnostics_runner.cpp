// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/diagnostics_runner.hpp"

#include <algorithm>
#include <utility>

namespace platen::fleet {

namespace {

constexpr std::string_view kState = "DiagnosticsState";

}  // namespace

DiagnosticsRunner::DiagnosticsRunner(Device device, std::vector<std::unique_ptr<Diagnostic>> tests)
    : device_(std::move(device)) {
    for (auto& diagnostic : tests) {
        Test test;
        test.diagnostic = std::move(diagnostic);
        tests_.push_back(std::move(test));
    }
}

void DiagnosticsRunner::prepare() {
    for (const auto& test : tests_) {
        const auto state = test.diagnostic->object().assign(kState, "None");
        device_.tree.set(state.ref, state.value, model::Source::Gateway);
        for (const auto& value : test.diagnostic->defaults()) {
            if (!device_.tree.get(value.ref)) {
                device_.tree.set(value.ref, value.value, model::Source::Gateway);
            }
        }
    }
}

bool DiagnosticsRunner::isState(const model::ParamRef& ref) const {
    return std::any_of(tests_.begin(), tests_.end(), [&](const Test& test) {
        return test.diagnostic->object().param(kState) == ref;
    });
}

std::optional<std::string> DiagnosticsRunner::refusal(const Assignment& assignment) const {
    if (!isState(assignment.ref)) {
        const auto test = std::find_if(tests_.begin(), tests_.end(), [&](const Test& each) {
            return isOf(each, assignment.ref);
        });
        return test == tests_.end() ? std::nullopt : test->diagnostic->refusal(assignment);
    }
    const auto wish = assignment.value.stringView();
    return wish == "Requested" || wish == "Canceled"
               ? std::nullopt
               : std::optional<std::string>("only Requested and Canceled can be written");
}

void DiagnosticsRunner::written(std::span<const Assignment> assignments) {
    for (auto& test : tests_) {
        const auto& object = test.diagnostic->object();
        const auto state = object.param(kState);
        bool touched = false;
        bool requested = false;
        for (const auto& assignment : assignments) {
            const auto& ref = assignment.ref;
            touched = touched || isOf(test, ref);
            requested = requested || (ref == state && assignment.value.stringView() == "Requested");
        }
        if (!touched) {
            continue;
        }
        if (test.running) {
            test.running = false;
            ++test.run;
            test.diagnostic->stop();
        }
        test.requested = requested;
        if (!requested) {
            setState(test, "None");
        }
    }
}

bool DiagnosticsRunner::isOf(const Test& test, const model::ParamRef& ref) const {
    const auto& object = test.diagnostic->object().ref();
    return ref.instances == object.instances &&
           device_.tree.schema().param(ref.param).object == object.object;
}

void DiagnosticsRunner::restarted() {
    for (auto& test : tests_) {
        if (!test.running && !test.requested) {
            continue;
        }
        test.requested = false;
        if (test.running) {
            test.running = false;
            ++test.run;
            test.diagnostic->stop();
        }
        setState(test, "None");
    }
}

void DiagnosticsRunner::sessionEnded() {
    for (std::size_t i = 0; i < tests_.size(); ++i) {
        auto& test = tests_[i];
        if (!test.requested) {
            continue;
        }
        test.requested = false;
        test.running = true;
        const auto run = ++test.run;
        test.diagnostic->start(device_.tree, [this, i, run](TestResults results) {
            finish(i, run, std::move(results));
        });
    }
}

void DiagnosticsRunner::setState(const Test& test, std::string_view state) const {
    device_.set({test.diagnostic->object().assign(kState, state)});
}

void DiagnosticsRunner::finish(std::size_t index, std::uint64_t run, TestResults results) {
    auto& test = tests_[index];
    if (!test.running || test.run != run) {
        return;
    }
    test.running = false;
    auto values = std::move(results.values);
    values.push_back(test.diagnostic->object().assign(kState, results.state));
    device_.set(std::move(values));
    device_.completed();
}

}  // namespace platen::fleet
