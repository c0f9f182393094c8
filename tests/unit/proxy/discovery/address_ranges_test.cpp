// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/address_ranges.hpp"

#include <gtest/gtest.h>

namespace platen::discovery {
namespace {

std::vector<std::string> walk(std::vector<std::string> ranges, std::vector<std::string> exclude) {
    AddressWalk walk(parseRanges(ranges).value(), parseRanges(exclude).value());
    std::vector<std::string> out;
    while (const auto address = walk.next()) {
        out.push_back(address->toString());
    }
    return out;
}

TEST(AddressRange, NetworkLeavesOutNetworkAndBroadcastAddress) {
    EXPECT_EQ(walk({"192.0.2.0/30"}, {}), (std::vector<std::string>{"192.0.2.1", "192.0.2.2"}));
    EXPECT_EQ(walk({"192.0.2.4/31"}, {}), (std::vector<std::string>{"192.0.2.4", "192.0.2.5"}));
    EXPECT_EQ(walk({"192.0.2.9/32"}, {}), (std::vector<std::string>{"192.0.2.9"}));
    EXPECT_EQ(walk({"192.0.2.0/24"}, {}).size(), 254U);
}

TEST(AddressRange, SpansAndSingleAddresses) {
    EXPECT_EQ(walk({"192.0.2.10-12", "2001:db8::7"}, {}),
              (std::vector<std::string>{"192.0.2.10", "192.0.2.11", "192.0.2.12", "2001:db8::7"}));
    EXPECT_EQ(walk({"192.0.2.254 - 192.0.3.1"}, {}).size(), 4U);
}

TEST(AddressRange, ExcludesWin) {
    EXPECT_EQ(walk({"192.0.2.0/29"}, {"192.0.2.2-4", "192.0.2.6"}),
              (std::vector<std::string>{"192.0.2.1", "192.0.2.5"}));
}

TEST(AddressRange, RefusesWhatIsNoRange) {
    for (const auto* text : {"", "printer", "192.0.2.0/33", "192.0.2.9-192.0.2.1", "192.0.2.0/",
                             "1.2.3", "2001:db8::/64"}) {
        const auto range = AddressRange::parse(text);
        ASSERT_FALSE(range) << text;
        EXPECT_EQ(range.error().code, ErrorCode::Malformed) << text;
    }
    EXPECT_EQ(AddressRange::parse("10.0.0.0/8").error().code, ErrorCode::TooLarge);
}

TEST(AddressRange, TopOfTheAddressSpaceEnds) {
    EXPECT_EQ(walk({"255.255.255.254-255.255.255.255"}, {}).size(), 2U);
}

}  // namespace
}  // namespace platen::discovery
