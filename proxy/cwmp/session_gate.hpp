// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"
#include "proxy/net/loop.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>

namespace platen::cwmp {

/// At most `limit` sessions at once; the others wait in the order of asking and hold nothing but
/// their number (C-PRX-20, C-RTY-08). thread: loop
class SessionGate {
  public:
    /// `start` is called from the loop, never inside request(); it says false if the device has
    /// nothing to do any more, which frees the place at once.
    SessionGate(net::Loop& loop, std::size_t limit, std::function<bool(DeviceId)> start);

    void request(DeviceId device);
    /// A session that was started has ended.
    void release();
    void setLimit(std::size_t limit);

    [[nodiscard]] std::size_t active() const { return active_; }
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

  private:
    void schedule();
    void pump();

    net::Loop& loop_;
    std::size_t limit_;
    std::function<bool(DeviceId)> start_;
    std::deque<DeviceId> queue_;
    std::size_t active_ = 0;
    bool scheduled_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::cwmp
