// SPDX-License-Identifier: Apache-2.0
#include "config/address_range.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace platen::config {
namespace {

using namespace std::string_literals;

bool holds(const char* range, const char* address) {
    return parseAddressRange(range).value().contains(parseAddress(address).value());
}

TEST(AddressRange, PrefixHoldsItsAddresses) {
    EXPECT_TRUE(holds("192.0.2.0/24", "192.0.2.0"));
    EXPECT_TRUE(holds("192.0.2.0/24", "192.0.2.255"));
    EXPECT_FALSE(holds("192.0.2.0/24", "192.0.3.0"));
    EXPECT_FALSE(holds("192.0.2.0/24", "192.0.1.255"));
    EXPECT_TRUE(holds("192.0.2.130/25", "192.0.2.128"));
    EXPECT_FALSE(holds("192.0.2.130/25", "192.0.2.127"));
    EXPECT_TRUE(holds("0.0.0.0/0", "255.255.255.255"));
    EXPECT_TRUE(holds("192.0.2.7/32", "192.0.2.7"));
    EXPECT_FALSE(holds("192.0.2.7/32", "192.0.2.8"));
    EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(AddressRange, SpanAndSingleAddress) {
    EXPECT_TRUE(holds("192.0.2.10-192.0.2.20", "192.0.2.20"));
    EXPECT_TRUE(holds("192.0.2.10 - 192.0.3.20", "192.0.3.0"));
    EXPECT_FALSE(holds("192.0.2.10-192.0.2.20", "192.0.2.21"));
    EXPECT_TRUE(holds("192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(holds("192.0.2.7", "192.0.2.8"));
}

TEST(AddressRange, KnowsANetworkFromASpanAndASingleAddress) {
    EXPECT_TRUE(parseAddressRange("192.0.2.0/30").value().network);
    EXPECT_FALSE(parseAddressRange("192.0.2.0-192.0.2.3").value().network);
    EXPECT_TRUE(parseAddressRange("192.0.2.7").value().single());
    EXPECT_FALSE(parseAddressRange("192.0.2.0/30").value().single());
}

TEST(AddressRange, SeveralAreReadTogetherOrTheFirstWrongOneIsTold) {
    EXPECT_EQ(parseAddressRanges(std::vector{"192.0.2.0/30"s, "192.0.2.9"s}).value().size(), 2U);
    EXPECT_FALSE(parseAddressRanges(std::vector{"192.0.2.0/30"s, "printer"s}));
}

TEST(AddressRange, FamiliesDoNotMix) {
    EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
    EXPECT_FALSE(holds("::/0", "127.0.0.1"));
}

TEST(AddressRange, CountsAddresses) {
    const auto size = [](const char* range) { return parseAddressRange(range).value().size(); };
    EXPECT_EQ(size("192.0.2.7"), 1U);
    EXPECT_EQ(size("192.0.2.0/24"), 256U);
    EXPECT_EQ(size("192.0.2.255-192.0.3.0"), 2U);
    EXPECT_EQ(size("0.0.0.0/0"), 4294967296U);
    EXPECT_EQ(size("2001:db8::/112"), 65536U);
    EXPECT_EQ(size("2001:db8::/64"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(size("::/0"), std::numeric_limits<std::uint64_t>::max());
}

TEST(AddressRange, RefusesWhatIsNoRange) {
    for (const std::string& text :
         {""s, "192.0.2"s, "192.0.2.0/"s, "192.0.2.0/33"s, "192.0.2.0/-1"s, "192.0.2.0/0024"s,
          "192.0.2.256"s, "192.0.2.0/24/8"s, "192.0.2.1-"s, "-192.0.2.1"s, "192.0.2.9-192.0.2.1"s,
          "192.0.2.1-2001:db8::1"s, "2001:db8::/129"s, "fe80::1%eth0"s, "host.example.net"s,
          "192.0.2.7\0"s, "192.0.2.1-5"s}) {
        const auto range = parseAddressRange(text);
        ASSERT_FALSE(range) << text;
        EXPECT_EQ(range.error().code, ErrorCode::Malformed) << text;
    }
}

}  // namespace
}  // namespace platen::config
