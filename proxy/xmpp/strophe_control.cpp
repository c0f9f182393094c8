// SPDX-License-Identifier: Apache-2.0
#include "proxy/xmpp/strophe_stream.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace platen::xmpp {

StreamControl::StreamControl() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StreamControl::~StreamControl() {
    for (const int descriptor : {wake_, socket_}) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

void StreamControl::wake() const {
    const std::uint64_t one = 1;
    // Fails only where the thread is to wake up already.
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof(one));
}

void StreamControl::send(Command command) {
    {
        const std::lock_guard lock(mutex_);
        commands_.push_back(command);
    }
    wake();
}

void StreamControl::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        if (socket_ >= 0) {
            ::shutdown(socket_, SHUT_RDWR);
        }
    }
    wake();
}

bool StreamControl::stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
}

std::deque<StreamControl::Command> StreamControl::take() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(wake_, &count, sizeof(count));
    const std::lock_guard lock(mutex_);
    return std::exchange(commands_, {});
}

bool StreamControl::adopt(int socket) {
    // libstrophe waits in select(2), which writes beyond its set for larger descriptors.
    if (socket >= FD_SETSIZE) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    if (stopped_) {
        return false;
    }
    if (socket_ >= 0) {
        ::close(socket_);
    }
    socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    return socket_ >= 0 && ::fcntl(socket, F_SETFD, FD_CLOEXEC) == 0;
}

void StreamControl::release() {
    const std::lock_guard lock(mutex_);
    if (socket_ >= 0) {
        ::close(socket_);
        socket_ = -1;
    }
}

}  // namespace platen::xmpp
