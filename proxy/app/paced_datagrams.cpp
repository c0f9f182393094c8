// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/paced_datagrams.hpp"

namespace platen::app {

PacedDatagrams::~PacedDatagrams() {
    if (timer_) {
        loop_.cancel(*timer_);
    }
}

Result<void> PacedDatagrams::send(const net::Endpoint& to, std::span<const std::byte> bytes) {
    if (waiting_.size() >= kMaxWaiting) {
        return fail(ErrorCode::Exhausted, "too many datagrams wait for their turn");
    }
    waiting_.emplace_back(to, std::vector<std::byte>(bytes.begin(), bytes.end()));
    if (!timer_) {
        sendNext();
    }
    return {};
}

void PacedDatagrams::sendNext() {
    timer_.reset();
    if (waiting_.empty()) {
        return;
    }
    const auto [to, bytes] = std::move(waiting_.front());
    waiting_.pop_front();
    static_cast<void>(inner_->send(to, bytes));  // a lost one is sent again by the engine
    timer_ = loop_.after(pause_, "record.pause", [this] { sendNext(); });
}

}  // namespace platen::app
