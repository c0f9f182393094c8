// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/stop_signals.hpp"

#include <atomic>
#include <csignal>

namespace platen::sim {

namespace {

// A signal handler has no argument of its own, so these two must be global.
std::atomic<void (*)(void*)> stopFunction{nullptr};
std::atomic<void*> stopContext{nullptr};

extern "C" void onStopSignal(int /*signal*/) {
    if (auto* const stop = stopFunction.load()) {
        stop(stopContext.load());
    }
}

void handle(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
}

}  // namespace

void onStopSignals(void (*stop)(void*), void* context) {
    stopContext = context;
    stopFunction = stop;
    handle(SIGPIPE, SIG_IGN);
    handle(SIGTERM, onStopSignal);
    handle(SIGINT, onStopSignal);
}

}  // namespace platen::sim
