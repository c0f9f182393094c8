// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/curl_multi_driver.hpp"

#include <algorithm>
#include <new>

namespace platen::net {

void MultiDriver::setSocket(curl_socket_t descriptor, int what) {
    const auto found = std::ranges::find(watches_, descriptor, &Watched::descriptor);
    if (what == CURL_POLL_REMOVE) {
        if (found != watches_.end()) {
            loop_.unwatch(found->watch);
            watches_.erase(found);
        }
        return;
    }
    const auto interest = what == CURL_POLL_IN    ? Ready::Read
                          : what == CURL_POLL_OUT ? Ready::Write
                                                  : Ready::Both;
    if (found != watches_.end()) {
        loop_.setInterest(found->watch, interest);
        return;
    }
    const auto watch =
        loop_.watch(descriptor, interest, "http.client", [this, descriptor](Ready ready) {
            const auto bits = static_cast<unsigned>(ready);
            act(descriptor, ((bits & 1U) != 0 ? CURL_CSELECT_IN : 0) |
                                ((bits & 2U) != 0 ? CURL_CSELECT_OUT : 0));
        });
    watches_.push_back({descriptor, watch});
}

void MultiDriver::setTimer(long timeoutMs) {
    loop_.cancel(timer_);
    timer_ = TimerId{};
    if (timeoutMs >= 0) {
        timer_ = loop_.after(Millis{timeoutMs}, "http.client.timer", [this] {
            timer_ = TimerId{};
            act(CURL_SOCKET_TIMEOUT, 0);
        });
    }
}

void MultiDriver::act(curl_socket_t descriptor, int events) {
    int left = 0;
    curl_multi_socket_action(multi_.get(), descriptor, events, &left);
    int queued = 0;
    const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued);
    if (message != nullptr && message->msg == CURLMSG_DONE && running_ != nullptr) {
        const auto result = message->data.result;
        stop();
        onDone_(result);
    }
}

}  // namespace platen::net
