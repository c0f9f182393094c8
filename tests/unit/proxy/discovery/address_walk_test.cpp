// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/address_walk.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::discovery {
namespace {

using Texts = std::vector<std::string>;

Texts walk(const Texts& ranges, const Texts& exclude) {
    AddressWalk walk(config::parseAddressRanges(ranges).value(),
                     config::parseAddressRanges(exclude).value());
    Texts out;
    while (const auto address = walk.next()) {
        out.push_back(address->toString());
    }
    return out;
}

TEST(AddressWalk, NetworkLeavesOutNetworkAndBroadcastAddress) {
    EXPECT_EQ(walk({"192.0.2.0/30"}, {}), (Texts{"192.0.2.1", "192.0.2.2"}));
    EXPECT_EQ(walk({"192.0.2.4/31"}, {}), (Texts{"192.0.2.4", "192.0.2.5"}));
    EXPECT_EQ(walk({"192.0.2.9/32"}, {}), (Texts{"192.0.2.9"}));
    EXPECT_EQ(walk({"192.0.2.0/24"}, {}).size(), 254U);
}

TEST(AddressWalk, SpansAndSingleAddressesHaveAllTheirAddresses) {
    EXPECT_EQ(walk({"192.0.2.10-192.0.2.12", "2001:db8::7"}, {}),
              (Texts{"192.0.2.10", "192.0.2.11", "192.0.2.12", "2001:db8::7"}));
    EXPECT_EQ(walk({"192.0.2.254 - 192.0.3.1"}, {}),
              (Texts{"192.0.2.254", "192.0.2.255", "192.0.3.0", "192.0.3.1"}));
    EXPECT_EQ(walk({"2001:db8::/126"}, {}).size(), 4U);
    EXPECT_EQ(walk({"2001:db8::ffff-2001:db8::1:0"}, {}),
              (Texts{"2001:db8::ffff", "2001:db8::1:0"}));
}

TEST(AddressWalk, ExcludesWin) {
    EXPECT_EQ(walk({"192.0.2.0/29"}, {"192.0.2.2-192.0.2.4", "192.0.2.6"}),
              (Texts{"192.0.2.1", "192.0.2.5"}));
    EXPECT_TRUE(walk({"192.0.2.7"}, {"192.0.2.0/24"}).empty());
}

TEST(AddressWalk, Ipv6RangesAboveTheCapAreLeftOut) {
    EXPECT_EQ(walk({"2001:db8::/112"}, {}).size(), config::kMaxIpv6Walk);
    EXPECT_EQ(walk({"2001:db8::/111", "192.0.2.9"}, {}), Texts{"192.0.2.9"});
    EXPECT_EQ(walk({"2001:db8::/64", "192.0.2.9"}, {}), Texts{"192.0.2.9"});
}

TEST(AddressWalk, TopOfTheAddressSpaceEnds) {
    EXPECT_EQ(walk({"255.255.255.254-255.255.255.255"}, {}).size(), 2U);
    EXPECT_EQ(walk({"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127"}, {}).size(), 2U);
}

}  // namespace
}  // namespace platen::discovery
