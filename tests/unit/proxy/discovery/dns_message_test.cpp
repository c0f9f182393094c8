// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/dns_message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::discovery::dns {
namespace {

using Octets = std::vector<int>;

std::vector<std::byte> bytesOf(const Octets& octets) {
    std::vector<std::byte> out;
    for (const int octet : octets) {
        out.push_back(static_cast<std::byte>(octet));
    }
    return out;
}

Octets operator+(Octets a, const Octets& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Octets text(const std::string& letters) {
    return {letters.begin(), letters.end()};
}

/// Header of a response with one answer.
const Octets kOneAnswer{0, 7, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0};
/// `a` and the root.
const Octets kNameA{1, 'a', 0};
/// Type, class IN, time to live 120.
Octets head(int type, int length) {
    return {0, type, 0, 1, 0, 0, 0, 120, length >> 8, length & 0xFF};
}

ErrorCode refusal(const Octets& octets) {
    const auto message = decode(bytesOf(octets));
    EXPECT_FALSE(message.has_value());
    return message ? ErrorCode::Internal : message.error().code;
}

TEST(DnsMessage, ReadsRecordsWithCompressedNames) {
    // _ipp._tcp.local PTR x._ipp._tcp.local; x._ipp._tcp.local SRV 0 0 631 p.local; p.local A
    Octets octets{0, 9, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 2};
    octets = octets + Octets{4} + text("_ipp") + Octets{4} + text("_tcp") + Octets{5} +
             text("local") + Octets{0} + head(12, 4) + Octets{1, 'x', 0xC0, 12};
    octets =
        octets + Octets{0xC0, 39} + head(33, 10) + Octets{0, 0, 0, 0, 2, 119, 1, 'p', 0xC0, 22};
    octets = octets + Octets{0xC0, 61} + head(1, 4) + Octets{192, 0, 2, 7};
    const auto message = decode(bytesOf(octets));
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(message->id, 9);
    EXPECT_TRUE(message->isResponse());
    ASSERT_EQ(message->records.size(), 3U);
    EXPECT_EQ(std::get<Name>(message->records[0].data).toString(), "x._ipp._tcp.local");
    EXPECT_EQ(message->records[1].name.toString(), "x._ipp._tcp.local");
    const auto& srv = std::get<Srv>(message->records[1].data);
    EXPECT_EQ(srv.port, 631);
    EXPECT_EQ(srv.target.toString(), "p.local");
    EXPECT_EQ(message->records[2].name, srv.target);
    EXPECT_EQ(std::get<net::Address>(message->records[2].data).toString(), "192.0.2.7");
}

TEST(DnsMessage, NamesCompareWithoutCaseAndKeepDotsInLabels) {
    Name instance{{"Model 4.1", "_ipp", "_tcp", "local"}};
    EXPECT_TRUE(instance.endsWith(Name::of("_IPP._tcp.LOCAL")));
    EXPECT_FALSE(instance == Name::of("Model 4.1._ipp._tcp.local"));
    EXPECT_FALSE(Name::of("local").endsWith(instance));
}

TEST(DnsMessage, PointersThatDoNotGoBackEndNothing) {
    // A name that points at itself, one that points forward, and two that point at each other.
    EXPECT_EQ(refusal(kOneAnswer + Octets{0xC0, 12} + head(1, 4) + Octets{192, 0, 2, 7}),
              ErrorCode::Malformed);
    EXPECT_EQ(refusal(kOneAnswer + Octets{0xC0, 14} + head(1, 4) + Octets{192, 0, 2, 7}),
              ErrorCode::Malformed);
    EXPECT_EQ(refusal(Octets{0, 7, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0xC0, 12, 0, 1, 0, 1}),
              ErrorCode::Malformed);
    EXPECT_EQ(refusal(kOneAnswer + Octets{0xC0}), ErrorCode::Malformed);
}

TEST(DnsMessage, PointersHoldAtTheirLimitAndBreakAtLimitPlusOne) {
    const auto chain = [](std::size_t pointers) {
        // Questions whose names each point at the one before; the last has `pointers` of them.
        Octets octets{0, 7, 0, 0, 0, static_cast<int>(pointers + 1), 0, 0, 0, 0, 0, 0};
        octets = octets + kNameA + Octets{0, 12, 0, 1};
        int previous = 12;
        for (std::size_t i = 0; i < pointers; ++i) {
            const int at = static_cast<int>(octets.size());
            octets = octets + Octets{1, 'b', 0xC0, previous, 0, 12, 0, 1};
            previous = at;
        }
        return octets;
    };
    EXPECT_TRUE(decode(bytesOf(chain(kMaxPointers))));
    EXPECT_EQ(refusal(chain(kMaxPointers + 1)), ErrorCode::Malformed);
}

TEST(DnsMessage, NamesHoldAtTheirLimitAndBreakAtLimitPlusOne) {
    const auto named = [](std::size_t lastLabel) {
        Name name;
        name.labels = {std::string(63, 'a'), std::string(63, 'b'), std::string(63, 'c'),
                       std::string(lastLabel, 'd')};
        Message message;
        message.questions.push_back({name, 12, 1});
        return encode(message);
    };
    ASSERT_TRUE(named(61));  // 3 * 64 + 62 + 1 = 255
    EXPECT_TRUE(decode(*named(61)));
    EXPECT_FALSE(named(62));
    auto longer = kOneAnswer;
    for (const int letter : {'a', 'b', 'c', 'd'}) {
        longer = longer + Octets{63} + Octets(63, letter);
    }
    EXPECT_EQ(refusal(longer + Octets{0} + head(1, 4) + Octets{192, 0, 2, 7}),
              ErrorCode::Malformed);
    EXPECT_EQ(refusal(kOneAnswer + Octets{64} + Octets(64, 'a') + Octets{0} + head(16, 0)),
              ErrorCode::Malformed);
}

TEST(DnsMessage, CountsAndSizeHoldAtTheirLimits) {
    const auto message = [](int questions, int records) {
        Octets octets{0, 7, 0x84, 0, 0, questions, records >> 8, records & 0xFF, 0, 0, 0, 0};
        for (int i = 0; i < questions; ++i) {
            octets = octets + Octets{0, 0, 12, 0, 1};
        }
        for (int i = 0; i < records; ++i) {
            octets = octets + Octets{0} + head(16, 0);
        }
        return octets;
    };
    EXPECT_TRUE(decode(bytesOf(message(kMaxQuestions, kMaxRecords))));
    EXPECT_EQ(refusal(message(kMaxQuestions + 1, 0)), ErrorCode::TooLarge);
    EXPECT_EQ(refusal(message(0, kMaxRecords + 1)), ErrorCode::TooLarge);
    EXPECT_EQ(refusal(Octets(kMaxMessageBytes + 1, 0)), ErrorCode::TooLarge);
}

TEST(DnsMessage, EveryTruncationIsRefused) {
    Message message;
    message.flags = 0x8400;
    message.questions.push_back({Name::of("_ipp._tcp.local"), 12, 1});
    message.records.push_back({Name::of("p.local"), 16, 1, true, 120, Texts{"ty=Example", "a=b"}});
    message.records.push_back(
        {Name::of("p.local"), 33, 1, true, 120, Srv{0, 0, 631, Name::of("p.local")}});
    message.records.push_back(
        {Name::of("p.local"), 28, 1, false, 120, net::Address::parse("2001:db8::7").value()});
    const auto whole = encode(message).value();
    ASSERT_TRUE(decode(whole));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_FALSE(decode(std::span(whole).first(length))) << length;
    }
    auto longer = whole;
    longer.push_back(std::byte{0});
    EXPECT_FALSE(decode(longer));
}

TEST(DnsMessage, DataMustFillItsRecord) {
    EXPECT_EQ(refusal(kOneAnswer + kNameA + head(1, 5) + Octets{192, 0, 2, 7, 9}),
              ErrorCode::Malformed);
    EXPECT_EQ(refusal(kOneAnswer + kNameA + head(12, 4) + Octets{1, 'b', 0, 9}),
              ErrorCode::Malformed);
    EXPECT_EQ(refusal(kOneAnswer + kNameA + head(33, 5) + Octets{0, 0, 0, 0, 2}),
              ErrorCode::Malformed);
    EXPECT_EQ(refusal(kOneAnswer + kNameA + head(16, 2) + Octets{2, 'x'}), ErrorCode::Malformed);
    EXPECT_TRUE(decode(bytesOf(kOneAnswer + kNameA + head(99, 3) + Octets{1, 2, 3})));
}

}  // namespace
}  // namespace platen::discovery::dns
