// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/deadline_socket.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <fcntl.h>

#include <algorithm>

namespace platen::net {
namespace {

/// A wait looks this often whether the server stops.
constexpr Millis kSlice{100};

class DeadlineSocket final : public Poco::Net::StreamSocketImpl {
  public:
    DeadlineSocket(int descriptor, Millis limit, const std::atomic<bool>& stopping)
        : StreamSocketImpl(descriptor),
          deadline_(SystemClock().steadyNow() + limit),
          stopping_(stopping) {}

    bool poll(const Poco::Timespan& timeout, int mode) override {
        const auto end =
            std::min(deadline_, SystemClock().steadyNow() +
                                    std::chrono::microseconds(timeout.totalMicroseconds()));
        return waitUntil(end, mode);
    }
    int receiveBytes(void* buffer, int length, int flags) override {
        wait(SELECT_READ);
        return StreamSocketImpl::receiveBytes(buffer, length, flags);
    }
    int sendBytes(const void* buffer, int length, int flags) override {
        // One piece at a time: a blocking send of more than the window could outlast the deadline.
        constexpr int kPiece = 16 << 10;
        const auto* bytes = static_cast<const char*>(buffer);
        int sent = 0;
        while (sent < length) {
            wait(SELECT_WRITE);
            // NOLINTNEXTLINE(bugprone-parent-virtual-call): the parent's would block for the rest
            sent += SocketImpl::sendBytes(bytes + sent, std::min(length - sent, kPiece),
                                          flags | MSG_DONTWAIT);
        }
        return sent;
    }
    using StreamSocketImpl::receiveBytes;
    using StreamSocketImpl::sendBytes;

  private:
    bool waitUntil(SteadyTime end, int mode) {
        for (;;) {
            const auto now = SystemClock().steadyNow();
            if (stopping_ || now >= end) {
                return false;
            }
            const auto slice = std::min<std::chrono::nanoseconds>(end - now, kSlice);
            const auto micros = std::chrono::ceil<std::chrono::microseconds>(slice).count();
            if (StreamSocketImpl::poll(Poco::Timespan(micros), mode)) {
                return true;
            }
        }
    }
    void wait(int mode) {
        if (!waitUntil(deadline_, mode)) {
            throw Poco::TimeoutException("connection took too long");
        }
    }

    const SteadyTime deadline_;
    const std::atomic<bool>& stopping_;
};

}  // namespace

Poco::Net::StreamSocket withDeadline(const Poco::Net::StreamSocket& socket,
                                     Millis limit,
                                     const std::atomic<bool>& stopping) {
    // A descriptor of its own: POCO closes both, at the end of the same connection.
    const int descriptor = ::fcntl(socket.impl()->sockfd(), F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) {
        throw Poco::Net::NetException("no descriptor left for a connection");
    }
    return {new DeadlineSocket(descriptor, limit, stopping)};
}

}  // namespace platen::net
