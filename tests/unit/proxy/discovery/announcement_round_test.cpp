// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/announcement_round.hpp"

#include "proxy/discovery/mdns.hpp"
#include "proxy/discovery/wsd.hpp"
#include "tests/support/fake_lan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::discovery {
namespace {

class FixedRandom final : public Random {
  public:
    std::uint64_t below(std::uint64_t bound) override { return bound / 2; }
    std::string hex(std::size_t bytes) override { return std::string(bytes * 2, 'a'); }
};

class RoundTest : public testing::Test {
  public:
    RoundTest() {
        lan.add("eth0", "192.0.2.1", 24);
        lan.add("eth1", "198.51.100.1", 24);
        lan.add("eth0", "2001:db8::1", 64);
    }
    bool start(const std::vector<std::string>& ranges) {
        const auto parsed = config::parseAddressRanges(ranges).value();
        return round.start(
            settings, parsed, [this](const Announcement& one) { heard.push_back(one); },
            [this] { ++done; });
    }
    std::vector<std::string> asked() const {
        std::vector<std::string> out;
        for (const auto& sent : lan.sent) {
            out.push_back(sent.interface + " " + sent.to.toString());
        }
        return out;
    }

    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::FakeLan lan{loop};
    FixedRandom random;
    config::Settings settings;
    AnnouncementRound round{loop, lan, random};
    std::vector<Announcement> heard;
    int done = 0;
};

using Texts = std::vector<std::string>;

TEST_F(RoundTest, NothingIsSentUnlessItIsSwitchedOn) {
    EXPECT_FALSE(start({"192.0.2.0/24"}));
    EXPECT_TRUE(lan.sent.empty());
    EXPECT_EQ(loop.pendingTimers(), 0U);
}

TEST_F(RoundTest, OnlyNetworksOfTheRangesAreAsked) {
    settings.discovery.mdns = true;
    ASSERT_TRUE(start({"192.0.2.128/25"}));
    EXPECT_EQ(asked(), Texts{"eth0 224.0.0.251:5353"});
    round.stop();
    lan.sent.clear();
    ASSERT_TRUE(start({"2001:db8::/64"}));
    EXPECT_EQ(asked(), Texts{"eth0 [ff02::fb]:5353"});
    round.stop();
    lan.sent.clear();
    EXPECT_FALSE(start({"203.0.113.0/24"}));
    EXPECT_TRUE(lan.sent.empty());
}

TEST_F(RoundTest, LoopbackAndInterfacesWithoutMulticastAreLeftAlone) {
    settings.discovery.mdns = settings.discovery.wsd = true;
    lan.all[0].loopback = true;
    EXPECT_FALSE(start({"192.0.2.0/24"}));
    lan.all[0].loopback = false;
    lan.all[0].multicast = false;
    EXPECT_FALSE(start({"192.0.2.0/24"}));
}

TEST_F(RoundTest, SecondAddressOfAnInterfaceIsNotASecondMulticast) {
    settings.discovery.mdns = true;
    lan.add("eth0", "192.0.2.2", 24);
    lan.all.back().index = lan.all.front().index;
    ASSERT_TRUE(start({"192.0.2.0/24"}));
    EXPECT_EQ(lan.sent.size(), 1U);
}

TEST_F(RoundTest, AsksTwiceThenListensToTheEnd) {
    settings.discovery.mdns = settings.discovery.wsd = settings.discovery.broadcast = true;
    ASSERT_TRUE(start({"192.0.2.0/24"}));
    EXPECT_EQ(asked(), (Texts{"eth0 224.0.0.251:5353", "eth0 239.255.255.250:3702",
                              "eth0 192.0.2.255:161"}));
    EXPECT_EQ(lan.sent[0].hops, 255);
    EXPECT_EQ(lan.sent[1].hops, 1);
    loop.advance(AnnouncementRound::kListenFor - Millis{1});
    EXPECT_EQ(lan.sent.size(), 6U);
    EXPECT_EQ(round.packets(), 6U);
    EXPECT_EQ(done, 0);
    EXPECT_EQ(lan.open_, 3U);
    loop.advance(Millis{1});
    EXPECT_EQ(done, 1);
    EXPECT_EQ(lan.open_, 0U);
    EXPECT_EQ(loop.pendingTimers(), 0U);
}

TEST_F(RoundTest, BroadcastIsAnswered) {
    settings.discovery.broadcast = true;
    settings.snmp.port = 1161;
    const net::Endpoint printer{net::Address::parse("192.0.2.7").value(), 1161};
    lan.answer = [&](const test::FakeLan::Sent& sent) {
        snmp::Codec codec;
        const auto request = codec.decode(sent.bytes).value();
        EXPECT_EQ(request.community, "public");
        snmp::MessageHeader header;
        header.community = "public";
        header.type = snmp::PduType::Response;
        header.requestId = request.requestId;
        auto good = codec.encode(header, std::span<const Oid>(&request.varbinds[0].oid, 1)).value();
        header.requestId += 1;
        auto stray =
            codec.encode(header, std::span<const Oid>(&request.varbinds[0].oid, 1)).value();
        return std::vector<std::pair<net::Endpoint, std::vector<std::byte>>>{
            {printer, good}, {printer, stray}, {printer, {}}};
    };
    ASSERT_TRUE(start({"192.0.2.0/24"}));
    EXPECT_EQ(asked(), Texts{"eth0 192.0.2.255:1161"});
    loop.runUntilIdle();
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].address, printer.address);
    EXPECT_EQ(heard[0].text(), "answered the SNMP broadcast");
    EXPECT_EQ(round.malformed(), 2U);
}

TEST_F(RoundTest, CommunityOfOtherNetworksIsNotBroadcast) {
    settings.discovery.broadcast = true;
    config::SnmpCredential other;
    other.ranges = {"198.51.100.0/24"};
    other.community = Secret("elsewhere");
    settings.snmp.credentials.push_back(std::move(other));
    EXPECT_FALSE(start({"192.0.2.0/24"}));
    EXPECT_TRUE(lan.sent.empty());
}

TEST_F(RoundTest, FloodIsReadUpToItsLimit) {
    settings.discovery.mdns = true;
    lan.answer = [](const test::FakeLan::Sent&) {
        return std::vector<std::pair<net::Endpoint, std::vector<std::byte>>>(
            AnnouncementRound::kMaxAnswers + 5);
    };
    ASSERT_TRUE(start({"192.0.2.0/24"}));
    loop.runUntilIdle();
    EXPECT_EQ(round.malformed(), AnnouncementRound::kMaxAnswers);
}

TEST_F(RoundTest, RefusedSocketsAreNoRound) {
    settings.discovery.mdns = true;
    lan.refuse = true;
    EXPECT_FALSE(start({"192.0.2.0/24"}));
    loop.advance(std::chrono::seconds{5});
    EXPECT_EQ(done, 0);
}

TEST_F(RoundTest, StoppedRoundIsNotHeardOf) {
    settings.discovery.mdns = true;
    ASSERT_TRUE(start({"192.0.2.0/24"}));
    round.stop();
    loop.advance(std::chrono::seconds{5});
    EXPECT_EQ(done, 0);
    EXPECT_EQ(lan.sent.size(), 1U);
}

}  // namespace
}  // namespace platen::discovery
