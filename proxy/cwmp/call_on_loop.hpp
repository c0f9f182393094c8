// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/loop.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace platen::cwmp {

/// Runs `task` on the loop and waits until it calls its argument with the answer, at most
/// `deadline`; nothing if that passed, or the loop has stopped. A late answer is dropped. thread:
/// any but the loop's
template <typename Answer>
[[nodiscard]] std::optional<Answer> callOnLoop(
    net::Loop& loop, Millis deadline, UniqueFunction<void(UniqueFunction<void(Answer)>)> task) {
    struct State {
        std::mutex mutex;
        std::condition_variable ready;
        std::optional<Answer> answer;
    };
    auto state = std::make_shared<State>();
    loop.post([state, task = std::move(task)]() mutable {
        task([state](Answer answer) {
            const std::lock_guard lock(state->mutex);
            if (!state->answer) {
                state->answer = std::move(answer);
                state->ready.notify_one();
            }
        });
    });
    std::unique_lock lock(state->mutex);
    state->ready.wait_for(lock, deadline, [&state] { return state->answer.has_value(); });
    return std::move(state->answer);
}

}  // namespace platen::cwmp
