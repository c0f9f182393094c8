// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/session_gate.hpp"

#include <algorithm>
#include <utility>

namespace platen::cwmp {

SessionGate::SessionGate(net::Loop& loop, std::size_t limit, std::function<bool(DeviceId)> start)
    : loop_(loop), limit_(std::max<std::size_t>(limit, 1)), start_(std::move(start)) {}

void SessionGate::request(DeviceId device) {
    queue_.push_back(device);
    schedule();
}

void SessionGate::release() {
    if (active_ > 0) {
        --active_;
    }
    schedule();
}

void SessionGate::setLimit(std::size_t limit) {
    limit_ = std::max<std::size_t>(limit, 1);
    schedule();
}

void SessionGate::schedule() {
    if (scheduled_ || queue_.empty() || active_ >= limit_) {
        return;
    }
    scheduled_ = true;
    loop_.post([this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) {
            scheduled_ = false;
            pump();
        }
    });
}

void SessionGate::pump() {
    while (active_ < limit_ && !queue_.empty()) {
        const auto device = queue_.front();
        queue_.pop_front();
        ++active_;
        if (!start_(device)) {
            --active_;
        }
    }
}

}  // namespace platen::cwmp
