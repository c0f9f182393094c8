// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "proxy/net/loop.hpp"

#include <memory>

namespace platen::net {

/// A place for work that takes too long for the loop. thread: loop
class Background {
  public:
    Background() = default;
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    virtual ~Background() = default;
    /// Runs `work` elsewhere, in order of the calls, and then `done` on the loop; never inside the
    /// call. `work` shares nothing with the loop but what nobody changes. Not after this is gone.
    virtual void run(UniqueFunction<void()> work, UniqueFunction<void()> done) = 0;
};

/// One thread, begun with the first work; ended, after the work under way, with the object. Where
/// no thread can be had the work is done on the loop. `loop` must outlive it.
[[nodiscard]] std::unique_ptr<Background> makeBackgroundThread(Loop& loop);

}  // namespace platen::net
