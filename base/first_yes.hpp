// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"

#include <cstddef>
#include <memory>
#include <utility>

namespace platen {

/// Makes one answer of several that come later: yes with the first yes, no when all said no. What
/// comes after that is dropped. Copies are the same question. thread: one
class FirstYes {
  public:
    /// `answers`: at least 1, how many will come.
    FirstYes(std::size_t answers, UniqueFunction<void(bool)> done)
        : state_(std::make_shared<State>(State{answers, std::move(done)})) {}

    /// One of the answers.
    void operator()(bool yes) const {
        if (--state_->left == 0 || yes) {
            end(yes);
        }
    }
    /// The answer now, whatever is still to come.
    void end(bool yes) const {
        if (state_->done) {
            auto call = std::exchange(state_->done, {});
            call(yes);
        }
    }

  private:
    struct State {
        std::size_t left;
        UniqueFunction<void(bool)> done;
    };
    std::shared_ptr<State> state_;
};

}  // namespace platen
