// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/mdns.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::discovery {
namespace {

using dns::Name;
using dns::Record;

const net::Address kSender = net::Address::parse("192.0.2.99").value();
constexpr std::uint16_t kId = 4711;

Record ptr(const std::string& service, const Name& instance, std::uint32_t ttl = 120) {
    return {Name::of(service), 12, 1, false, ttl, instance};
}
Record srv(const Name& instance, const std::string& host, std::uint16_t port = 631) {
    return {instance, 33, 1, true, 120, dns::Srv{0, 0, port, Name::of(host)}};
}
Record address(const std::string& host, const std::string& text) {
    const auto parsed = net::Address::parse(text).value();
    return {Name::of(host), static_cast<std::uint16_t>(parsed.ipv6 ? 28 : 1), 1, true, 120, parsed};
}
Name instance(const std::string& label, const std::string& service = "_ipp._tcp.local") {
    auto name = Name::of(service);
    name.labels.insert(name.labels.begin(), label);
    return name;
}

Result<std::vector<Announcement>> read(const std::vector<Record>& records,
                                       std::uint16_t flags = 0x8400,
                                       std::uint16_t id = kId) {
    dns::Message message;
    message.id = id;
    message.flags = flags;
    message.records = records;
    return mdns::readAnswer(dns::encode(message).value(), kId, kSender);
}

std::vector<std::string> addresses(const std::vector<Record>& records) {
    std::vector<std::string> out;
    const auto heard = read(records);
    EXPECT_TRUE(heard.has_value());
    for (const auto& one : heard.value()) {
        out.push_back(one.address.toString());
    }
    return out;
}

TEST(Mdns, QueryAsksForTheFourServicesOfPrinters) {
    const auto query = dns::decode(mdns::makeQuery(kId)).value();
    EXPECT_EQ(query.id, kId);
    EXPECT_FALSE(query.isResponse());
    ASSERT_EQ(query.questions.size(), 4U);
    EXPECT_EQ(query.questions[2].name.toString(), "_pdl-datastream._tcp.local");
    EXPECT_EQ(query.questions[2].type, 12);
    EXPECT_EQ(mdns::group(false).toString(), "224.0.0.251:5353");
    EXPECT_EQ(mdns::group(true).toString(), "[ff02::fb]:5353");
}

TEST(Mdns, CandidateIsTheHostOfTheInstance) {
    const auto name = instance("Example 410 (dup. 2)");
    const auto heard = read({ptr("_IPP._tcp.local", name), srv(name, "P.local"),
                             address("p.LOCAL", "192.0.2.7"), address("p.local", "2001:db8::7")});
    ASSERT_EQ(heard->size(), 2U);
    EXPECT_EQ(heard->at(0).address.toString(), "192.0.2.7");
    EXPECT_EQ(heard->at(1).address.toString(), "2001:db8::7");
    EXPECT_EQ(heard->at(0).text(), "announced by mDNS as \"Example 410 (dup. 2)\"");
}

TEST(Mdns, SenderStandsInForAHostWithoutAddress) {
    const auto name = instance("x");
    EXPECT_EQ(addresses({ptr("_ipp._tcp.local", name)}), std::vector<std::string>{"192.0.2.99"});
    EXPECT_EQ(addresses({srv(name, "p.local")}), std::vector<std::string>{"192.0.2.99"});
    EXPECT_EQ(addresses({srv(name, "p.local"), address("p.local", "fe80::1"),
                         address("p.local", "169.254.1.1")}),
              std::vector<std::string>{"192.0.2.99"});
}

TEST(Mdns, OneHostWithSeveralServicesIsOneCandidate) {
    EXPECT_EQ(addresses({srv(instance("x"), "p.local"),
                         srv(instance("x", "_printer._tcp.local"), "p.local", 515),
                         address("p.local", "192.0.2.7")}),
              std::vector<std::string>{"192.0.2.7"});
}

TEST(Mdns, OtherServicesGoodbyesAndReservedNamesAreNoCandidates) {
    EXPECT_TRUE(addresses({ptr("_http._tcp.local", instance("x", "_http._tcp.local"))}).empty());
    EXPECT_TRUE(addresses({ptr("_ipp._tcp.local", instance("x"), 0)}).empty());
    EXPECT_TRUE(addresses({srv(instance("x", "_printer._tcp.local"), "p.local", 0)}).empty());
    EXPECT_TRUE(addresses({ptr("_ipp._tcp.local", Name::of("x.y._ipp._tcp.local"))}).empty());
}

TEST(Mdns, AnswersToOthersAreRefused) {
    const std::vector<Record> good{ptr("_ipp._tcp.local", instance("x"))};
    EXPECT_TRUE(read(good));
    EXPECT_FALSE(read(good, 0x0000));
    EXPECT_FALSE(read(good, 0x8403));
    EXPECT_FALSE(read(good, 0x8400, kId + 1));
    EXPECT_FALSE(mdns::readAnswer({}, kId, kSender));
}

TEST(Mdns, CandidatesOfOneMessageHaveALimit) {
    std::vector<Record> records{srv(instance("x"), "p.local")};
    for (std::size_t i = 0; i <= kMaxAnnouncementsInOne; ++i) {
        records.push_back(address("p.local", "10.0.0." + std::to_string(i)));
    }
    EXPECT_EQ(addresses(records).size(), kMaxAnnouncementsInOne);
}

TEST(Mdns, NamesAreCleaned) {
    const auto heard = read({ptr("_ipp._tcp.local", instance("a\x01\n\xFF"
                                                             "b"))});
    EXPECT_EQ(heard->at(0).name.find('\x01'), std::string::npos);
    EXPECT_EQ(heard->at(0).name.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace platen::discovery
