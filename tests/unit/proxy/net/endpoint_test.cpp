// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/endpoint.hpp"

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>

namespace platen::net {
namespace {

TEST(Address, ReadsAndPrintsBothFamilies) {
    for (const std::string text :
         {"192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::"}) {
        const auto address = Address::parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->toString(), text);
        EXPECT_EQ(address->ipv6, text.find(':') != std::string::npos);
    }
}

TEST(Address, RefusesWhatIsNoNumericAddress) {
    for (const std::string& text :
         {std::string(""), std::string("printer.example.net"), std::string("192.0.2"),
          std::string("192.0.2.256"), std::string("192.0.2.1 "), std::string("192.0.2.1\0x", 11),
          std::string("fe80::1%eth0"), std::string("[::1]"), std::string(100, '1')}) {
        const auto address = Address::parse(text);
        ASSERT_FALSE(address) << text;
        EXPECT_EQ(address.error().code, ErrorCode::Malformed);
    }
}

TEST(Address, GivesOneHostOneForm) {
    const auto mapped = Address::parse("::ffff:192.0.2.7");
    ASSERT_TRUE(mapped);
    EXPECT_EQ(*mapped, *Address::parse("192.0.2.7"));
}

TEST(Address, ConvertsIpv4Numbers) {
    const auto address = Address::fromIpv4(0xC0000207U);
    EXPECT_EQ(address.toString(), "192.0.2.7");
    EXPECT_EQ(address.ipv4(), 0xC0000207U);
}

TEST(Endpoint, ReadsWhatItPrints) {
    for (const std::string text : {"192.0.2.1:161", "[2001:db8::1]:161", "0.0.0.0:0"}) {
        const auto endpoint = Endpoint::parse(text);
        ASSERT_TRUE(endpoint) << text;
        EXPECT_EQ(endpoint->toString(), text);
    }
}

TEST(Endpoint, RefusesHalfEndpoints) {
    for (const char* text : {"", "192.0.2.1", "192.0.2.1:", ":161", "192.0.2.1:65536",
                             "2001:db8::1:161", "[192.0.2.1]:161", "[::1]", "192.0.2.1:+1"}) {
        const auto endpoint = Endpoint::parse(text);
        ASSERT_FALSE(endpoint) << text;
        EXPECT_EQ(endpoint.error().code, ErrorCode::Malformed);
    }
}

TEST(Endpoint, HashesDifferByFamilyAddressAndPort) {
    std::unordered_set<std::size_t> hashes;
    for (std::uint32_t host = 0; host < 1000; ++host) {
        hashes.insert(std::hash<Endpoint>{}({Address::fromIpv4(0x0A000000U + host), 161}));
        hashes.insert(std::hash<Endpoint>{}({Address::fromIpv4(0x0A000000U + host), 162}));
    }
    EXPECT_EQ(hashes.size(), 2000U);
    EXPECT_NE(std::hash<Address>{}(*Address::parse("0.0.0.0")),
              std::hash<Address>{}(*Address::parse("::")));
}

}  // namespace
}  // namespace platen::net
