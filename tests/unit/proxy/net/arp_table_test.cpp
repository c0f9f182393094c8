// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/arp_table.hpp"

#include "proxy/net/lan.hpp"

#include <gtest/gtest.h>

namespace platen::net {
namespace {

constexpr const char* kHead =
    "IP address       HW type     Flags       HW address            Mask     Device\n";

std::string macOf(const Neighbours& table, const char* address) {
    const auto found = table.find(Address::parse(address).value());
    return found == table.end() ? "" : found->second;
}

TEST(ArpTable, ReadsCompleteEthernetEntries) {
    const auto table = parseArpTable(
        std::string(kHead) +
        "192.0.2.7        0x1         0x2         00:1b:a9:aa:bb:0c     *        eth0\n"
        "192.0.2.8        0x1         0x0         00:1b:a9:aa:bb:0d     *        eth0\n"
        "192.0.2.9        0x20        0x2         00:1b:a9:aa:bb:0e     *        ib0\n"
        "192.0.2.10       0x1         0x6         00:1b:a9:aa:bb:0f     *        eth0\n");
    EXPECT_EQ(table.size(), 2U);
    EXPECT_EQ(macOf(table, "192.0.2.7"), "00:1B:A9:AA:BB:0C");
    EXPECT_EQ(macOf(table, "192.0.2.10"), "00:1B:A9:AA:BB:0F");
}

TEST(ArpTable, RouterThatAnswersForOthersNamesNobody) {
    const auto table = parseArpTable(
        "192.0.2.7 0x1 0x2 00:1b:a9:aa:bb:0c * eth0\n192.0.2.8 0x1 0x2 00:1B:A9:AA:BB:0C * eth0\n"
        "192.0.2.9 0x1 0x2 00:1b:a9:aa:bb:0d * eth0\n");
    EXPECT_EQ(table.size(), 1U);
    EXPECT_EQ(macOf(table, "192.0.2.9"), "00:1B:A9:AA:BB:0D");
}

TEST(ArpTable, NonsenseIsLeftOut) {
    for (const char* line :
         {"", "\n\n", "192.0.2.7", "192.0.2.7 0x1 0x2", "192.0.2.7 0x1 0x2 00:00:00:00:00:00 *",
          "192.0.2.7 0x1 0x2 ff:ff:ff:ff:ff:ff *", "192.0.2.7 0x1 0x2 00-1b-a9-aa-bb-0c *",
          "x 0x1 0x2 00:1b:a9:aa:bb:0c *", "192.0.2.7 0x1 0x2 00:1b:a9:aa:bb:zz *"}) {
        EXPECT_TRUE(parseArpTable(line).empty()) << line;
    }
}

Neighbours& fakeTable() {
    static Neighbours table;
    return table;
}

TEST(ArpTable, CacheReadsAgainWhenItIsOld) {
    const auto address = Address::parse("192.0.2.7").value();
    fakeTable() = {{address, "00:1B:A9:AA:BB:0C"}};
    ArpCache cache([] { return fakeTable(); });
    const SteadyTime start{std::chrono::hours{1}};
    EXPECT_EQ(cache.macOf(address, start), "00:1B:A9:AA:BB:0C");
    fakeTable().clear();
    EXPECT_EQ(cache.macOf(address, start + ArpCache::kFresh - Millis{1}), "00:1B:A9:AA:BB:0C");
    EXPECT_EQ(cache.macOf(address, start + ArpCache::kFresh), "");
}

TEST(ArpTable, SystemsTableCanBeRead) {
    EXPECT_LE(readArpTable().size(), kMaxNeighbours);
}

TEST(Lan, NetworksAreCutAtTheirBits) {
    const auto [first, last] = networkOf(Address::parse("192.0.2.77").value(), 26);
    EXPECT_EQ(first.toString(), "192.0.2.64");
    EXPECT_EQ(last.toString(), "192.0.2.127");
    const auto [low, high] = networkOf(Address::parse("2001:db8::77").value(), 64);
    EXPECT_EQ(low.toString(), "2001:db8::");
    EXPECT_EQ(high.toString(), "2001:db8::ffff:ffff:ffff:ffff");
    EXPECT_EQ(networkOf(Address::parse("192.0.2.77").value(), 0).second.toString(),
              "255.255.255.255");
}

}  // namespace
}  // namespace platen::net
