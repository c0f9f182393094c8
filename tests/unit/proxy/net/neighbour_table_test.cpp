// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/neighbour_table.hpp"

#include <gtest/gtest.h>

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace platen::net {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint32_t kSequence = 0x01020304;

/// Numbers in the machine's order, as the kernel writes them.
template <typename T>
void put(Bytes& to, T number) {
    std::array<std::byte, sizeof(T)> octets{};
    std::memcpy(octets.data(), &number, sizeof number);
    to.insert(to.end(), octets.begin(), octets.end());
}
void putAttribute(Bytes& to, std::uint16_t type, const Bytes& content) {
    put(to, static_cast<std::uint16_t>(4 + content.size()));
    put(to, type);
    to.insert(to.end(), content.begin(), content.end());
    to.resize((to.size() + 3) / 4 * 4);
}
Bytes message(std::uint16_t type, const Bytes& body, std::uint32_t sequence = kSequence) {
    Bytes out;
    put(out, static_cast<std::uint32_t>(16 + body.size()));
    put(out, type);
    put(out, std::uint16_t{2});  // NLM_F_MULTI
    put(out, sequence);
    put(out, std::uint32_t{4711});
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

constexpr std::uint16_t kNewNeighbour = 28;
constexpr std::uint16_t kDone = 3;
constexpr std::uint16_t kError = 2;
constexpr std::uint16_t kReachable = 0x02, kStale = 0x04, kFailed = 0x20, kIncomplete = 0x01;
constexpr std::uint8_t kRouter = 0x80;

struct Entry {
    std::string address;
    Bytes mac{std::byte{0x00}, std::byte{0x1b}, std::byte{0xa9},
              std::byte{0xaa}, std::byte{0xbb}, std::byte{0x0c}};
    std::uint16_t state = kReachable;
    std::uint8_t flags = 0;
    std::uint8_t family = 10;
};
Bytes neighbour(const Entry& entry) {
    Bytes body;
    put(body, entry.family);
    put(body, std::uint8_t{0});
    put(body, std::uint16_t{0});
    put(body, std::int32_t{2});  // interface
    put(body, entry.state);
    put(body, entry.flags);
    put(body, std::uint8_t{1});
    const auto address = Address::parse(entry.address).value();
    Bytes octets;
    for (std::size_t i = 0; i < (address.ipv6 ? 16U : 4U); ++i) {
        octets.push_back(std::byte{address.bytes.at(i)});
    }
    putAttribute(body, 1, octets);  // NDA_DST
    if (!entry.mac.empty()) {
        putAttribute(body, 2, entry.mac);  // NDA_LLADDR
    }
    putAttribute(body, 3, Bytes(16));  // NDA_CACHEINFO
    return message(kNewNeighbour, body);
}
Bytes together(const std::vector<Bytes>& parts) {
    Bytes out;
    for (const auto& part : parts) {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}
Bytes done() {
    return message(kDone, Bytes(4));
}
std::string macOf(const Neighbours& table, const char* address) {
    const auto found = table.find(Address::parse(address).value());
    return found == table.end() ? "" : found->second;
}

TEST(NeighbourTable, AsksForAllIpv6Neighbours) {
    const auto request = neighbourRequest(kSequence);
    Bytes expected;
    put(expected, std::uint32_t{28});
    put(expected, std::uint16_t{30});     // RTM_GETNEIGH
    put(expected, std::uint16_t{0x301});  // NLM_F_REQUEST, NLM_F_DUMP
    put(expected, kSequence);
    put(expected, std::uint32_t{0});
    put(expected, std::uint8_t{10});  // AF_INET6
    expected.resize(28);
    EXPECT_EQ(request, expected);
}

TEST(NeighbourTable, ReadsEntriesOfSeveralDatagrams) {
    Neighbours table;
    EXPECT_EQ(addNeighbours(together({neighbour({.address = "2001:db8::7"}),
                                      neighbour({.address = "2001:db8::8", .state = kStale})}),
                            kSequence, table),
              NeighbourPart::More);
    Entry other{.address = "fe80::21b:a9ff:feaa:bb0d"};
    other.mac.back() = std::byte{0x0d};
    EXPECT_EQ(addNeighbours(together({neighbour(other), done()}), kSequence, table),
              NeighbourPart::Done);
    EXPECT_EQ(table.size(), 3U);
    EXPECT_EQ(macOf(table, "2001:db8::7"), "00:1B:A9:AA:BB:0C");
    EXPECT_EQ(macOf(table, "2001:db8::8"), "00:1B:A9:AA:BB:0C") << "a host has many addresses";
    EXPECT_EQ(macOf(table, "fe80::21b:a9ff:feaa:bb0d"), "00:1B:A9:AA:BB:0D");
}

TEST(NeighbourTable, WhatNamesNobodyIsLeftOut) {
    Neighbours table;
    Entry group{.address = "2001:db8::6"};
    group.mac[0] = std::byte{0x33};
    const auto datagram = together(
        {neighbour({.address = "2001:db8::1", .flags = kRouter}),
         neighbour({.address = "2001:db8::2", .state = kFailed}),
         neighbour({.address = "2001:db8::3", .mac = {}, .state = kIncomplete}),
         neighbour({.address = "2001:db8::4", .mac = Bytes(6)}),
         neighbour({.address = "2001:db8::5", .mac = Bytes(8, std::byte{2})}), neighbour(group),
         neighbour({.address = "192.0.2.7", .family = 2}), neighbour({.address = "192.0.2.8"}),
         message(kNewNeighbour, Bytes(4)), message(99, Bytes(40)), done()});
    EXPECT_EQ(addNeighbours(datagram, kSequence, table), NeighbourPart::Done);
    EXPECT_TRUE(table.empty());
}

TEST(NeighbourTable, AnAddressOnTwoLinksNamesNobody) {
    Neighbours table;
    Entry again{.address = "fe80::1"};
    again.mac.back() = std::byte{0x0d};
    EXPECT_EQ(addNeighbours(together({neighbour({.address = "fe80::1"}), neighbour(again),
                                      neighbour({.address = "fe80::1"}), done()}),
                            kSequence, table),
              NeighbourPart::Done);
    EXPECT_TRUE(table.empty());
}

TEST(NeighbourTable, AnswersToOthersAndErrorsAreTold) {
    Neighbours table;
    const auto foreign = message(kDone, Bytes(4), kSequence + 1);
    EXPECT_EQ(addNeighbours(foreign, kSequence, table), NeighbourPart::More);
    EXPECT_EQ(addNeighbours(message(kError, Bytes(20)), kSequence, table), NeighbourPart::Broken);
}

TEST(NeighbourTable, DamageIsNoCrash) {
    const auto whole = together({neighbour({.address = "2001:db8::7"}), done()});
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        Neighbours table;
        static_cast<void>(
            addNeighbours(std::span<const std::byte>(whole).first(size), kSequence, table));
        EXPECT_LE(table.size(), 1U);
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const unsigned value : {0U, 1U, 3U, 0x7fU, 0xffU}) {
            auto damaged = whole;
            damaged[at] = static_cast<std::byte>(value);
            Neighbours table;
            static_cast<void>(addNeighbours(damaged, kSequence, table));
            EXPECT_LE(table.size(), 1U);
        }
    }
}

TEST(NeighbourTable, SystemsTableCanBeRead) {
    EXPECT_LE(readIpv6Neighbours().size(), kMaxNeighbours);
    for (const auto& [address, mac] : readIpv6Neighbours()) {
        EXPECT_TRUE(address.ipv6);
        EXPECT_EQ(mac.size(), 17U);
    }
    EXPECT_GE(readNeighbours().size(), readIpv6Neighbours().size());
}

/// In a network of its own with neighbours that are put in by hand: the exit code of the test.
int insideANetwork() {
    constexpr int kCannot = 77;
    constexpr const char* kSetUp =
        "{ ip link add d0 type veth peer name d1 && ip link set d0 up && ip link set d1 up && "
        "ip -6 neigh add 2001:db8::7 lladdr 00:1b:a9:aa:bb:0c dev d0 nud permanent && "
        "ip -6 neigh add 2001:db8::1 lladdr 00:1b:a9:aa:bb:0d dev d0 nud permanent router; } "
        ">/dev/null 2>&1";
    if (::unshare(CLONE_NEWNET) != 0 || std::system(kSetUp) != 0) {
        return kCannot;
    }
    const auto table = readNeighbours();
    return macOf(table, "2001:db8::7") == "00:1B:A9:AA:BB:0C" && macOf(table, "2001:db8::1").empty()
               ? 0
               : 1;
}

TEST(NeighbourTable, SeesANeighbourOfARealLink) {
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::_exit(insideANetwork());
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) {
        GTEST_SKIP() << "no network namespace with a link can be made here (root, ip)";
    }
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace platen::net
