// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/socket_address.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>

#include <cstring>

namespace platen::net {
namespace {

Endpoint endpoint(const char* address, std::uint16_t port) {
    return {Address::parse(address).value(), port};
}

TEST(SocketAddress, BothFamiliesComeBackAsTheyWent) {
    for (const auto* text : {"192.0.2.7", "0.0.0.0", "2001:db8::7", "::1"}) {
        const auto there = endpoint(text, 1161);
        const SocketAddress address(there);
        EXPECT_EQ(toEndpoint(address.data()), there) << text;
    }
}

TEST(SocketAddress, IsAsTheSocketsApiTakesIt) {
    const SocketAddress v4(endpoint("192.0.2.7", 0x1234));
    ASSERT_EQ(v4.size(), sizeof(sockaddr_in));
    sockaddr_in four{};
    std::memcpy(&four, v4.data(), sizeof four);
    EXPECT_EQ(four.sin_family, AF_INET);
    EXPECT_EQ(four.sin_port, htons(0x1234));
    EXPECT_EQ(four.sin_addr.s_addr, htonl(0xC0000207U));

    const SocketAddress v6(endpoint("fe80::1", 5353), 3);
    ASSERT_EQ(v6.size(), sizeof(sockaddr_in6));
    sockaddr_in6 six{};
    std::memcpy(&six, v6.data(), sizeof six);
    EXPECT_EQ(six.sin6_family, AF_INET6);
    EXPECT_EQ(six.sin6_port, htons(5353));
    EXPECT_EQ(six.sin6_scope_id, 3U);
    EXPECT_EQ(six.sin6_addr.s6_addr[0], 0xfe);
}

TEST(SocketAddress, AnotherFamilyIsNoEndpoint) {
    sockaddr_storage other{};
    other.ss_family = AF_UNIX;
    EXPECT_FALSE(toEndpoint(&other));
    other.ss_family = AF_UNSPEC;
    EXPECT_FALSE(toEndpoint(&other));
}

}  // namespace
}  // namespace platen::net
