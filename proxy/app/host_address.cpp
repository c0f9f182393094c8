// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/host_address.hpp"

#include <netdb.h>
#include <sys/socket.h>

namespace platen::app {

Result<net::Address> findAddress(const std::string& host) {
    if (auto address = net::Address::parse(host)) {
        return address;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* list = nullptr;
    const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (code != 0) {
        return fail(ErrorCode::NotFound, host + ": " + gai_strerror(code));
    }
    constexpr std::size_t kTextSize = 64;
    std::string text(kTextSize, '\0');
    const int named = getnameinfo(list->ai_addr, list->ai_addrlen, text.data(), kTextSize, nullptr,
                                  0, NI_NUMERICHOST);
    freeaddrinfo(list);
    if (named != 0) {
        return fail(ErrorCode::NotFound, host + ": " + gai_strerror(named));
    }
    text.resize(text.find('\0'));
    return net::Address::parse(text);
}

}  // namespace platen::app
