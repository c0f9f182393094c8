// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "proxy/net/curl_handles.hpp"
#include "proxy/net/loop.hpp"

#include <utility>
#include <vector>

namespace platen::net {

/// A multi handle of its own on the loop: sockets and the timer of one session.
class MultiDriver {
  public:
    /// `onDone` gets the result of the one running transfer; it may destroy the driver.
    MultiDriver(Loop& loop, UniqueFunction<void(CURLcode)> onDone)
        : loop_(loop), onDone_(std::move(onDone)), multi_(curl_multi_init()) {
        if (!multi_) {
            throw std::bad_alloc();
        }
        curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, 1L);
        curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &MultiDriver::onSocket);
        curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &MultiDriver::onTimer);
        curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
    }
    MultiDriver(const MultiDriver&) = delete;
    MultiDriver& operator=(const MultiDriver&) = delete;
    ~MultiDriver() {
        stop();
        multi_.reset();  // Closes the connection; curl may still call back meanwhile.
        for (const auto& watched : watches_) {
            loop_.unwatch(watched.watch);
        }
        loop_.cancel(timer_);
    }

    [[nodiscard]] bool start(CURL* easy) {
        if (curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) {
            return false;
        }
        running_ = easy;
        return true;
    }
    /// Ends the transfer without a call of onDone; the connection stays if it is idle.
    void stop() {
        if (running_ != nullptr) {
            curl_multi_remove_handle(multi_.get(), std::exchange(running_, nullptr));
        }
    }

  private:
    struct Watched {
        curl_socket_t descriptor = CURL_SOCKET_BAD;
        WatchId watch;
    };

    static int onSocket(CURL*, curl_socket_t descriptor, int what, void* self, void*) {
        static_cast<MultiDriver*>(self)->setSocket(descriptor, what);
        return 0;
    }
    static int onTimer(CURLM*, long timeoutMs, void* self) {
        static_cast<MultiDriver*>(self)->setTimer(timeoutMs);
        return 0;
    }
    void setSocket(curl_socket_t descriptor, int what);
    void setTimer(long timeoutMs);
    /// May destroy *this: nothing may come after it.
    void act(curl_socket_t descriptor, int events);

    Loop& loop_;
    UniqueFunction<void(CURLcode)> onDone_;
    std::vector<Watched> watches_;
    TimerId timer_;
    CURL* running_ = nullptr;
    UniqueMulti multi_;  ///< Last: its callbacks use all others.
};

}  // namespace platen::net
