// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/notify.hpp"

#include "base/text.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace platen::app {

void notifySystemd(std::string_view state) {
    const char* path =
        std::getenv("NOTIFY_SOCKET");  // NOLINT(concurrency-mt-unsafe): nobody sets variables here
    if (path == nullptr || *path == '\0') {
        return;
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto length = std::strlen(path);
    if (length >= sizeof(address.sun_path)) {
        return;
    }
    std::memcpy(static_cast<char*>(address.sun_path), path, length);
    if (*path == '@') {
        address.sun_path[0] = '\0';  // abstract socket
    }
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return;
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
    // Nothing can be done if systemd is not listening.
    [[maybe_unused]] const auto sent =
        ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address),  // NOLINT: socket API
                 size);
    ::close(descriptor);
}

std::optional<Millis> watchdogPeriod() {
    const char* text =
        std::getenv("WATCHDOG_USEC");  // NOLINT(concurrency-mt-unsafe): nobody sets variables here
    const auto micros = text != nullptr ? text::toUnsigned(text) : std::nullopt;
    if (!micros || *micros == 0) {
        return std::nullopt;
    }
    return Millis(static_cast<Millis::rep>(*micros / 2000));
}

}  // namespace platen::app
