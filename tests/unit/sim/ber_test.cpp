// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/ber.hpp"

#include <gtest/gtest.h>

#include <random>

namespace platen::sim {
namespace {

SnmpValue through(const SnmpValue& value) {
    Bytes bytes;
    appendValue(bytes, value);
    BerReader reader(bytes);
    const auto element = reader.next();
    EXPECT_TRUE(element && reader.atEnd());
    return element ? readValue(*element).value_or(SnmpValue{}) : SnmpValue{};
}

TEST(Ber, NumbersSurviveTheRoundTrip) {
    for (const std::int64_t number : {0LL, 1LL, -1LL, 127LL, 128LL, -128LL, -129LL, 255LL, 256LL,
                                      65'535LL, 2'147'483'647LL, -2'147'483'648LL}) {
        EXPECT_EQ(through(SnmpValue::integer(number)), SnmpValue::integer(number)) << number;
    }
    for (const std::int64_t number : {0LL, 127LL, 128LL, 2'147'483'648LL, 4'294'967'295LL}) {
        for (const SnmpType type : {SnmpType::Counter32, SnmpType::Gauge32, SnmpType::TimeTicks}) {
            EXPECT_EQ(through(SnmpValue::integer(number, type)), SnmpValue::integer(number, type));
        }
    }
    const auto top = SnmpValue::integer(-1, SnmpType::Counter64);  // 2^64 - 1 as its bit pattern
    EXPECT_EQ(through(top), top);
}

TEST(Ber, NumbersAreWrittenInTheFewestOctets) {
    Bytes out;
    appendInteger(out, 2, -128);
    appendInteger(out, 2, 128);
    appendUnsigned(out, 0x41, 0x80);
    EXPECT_EQ(out, (Bytes{2, 1, 0x80, 2, 2, 0, 0x80, 0x41, 2, 0, 0x80}));
}

TEST(Ber, TextsAndOidsSurviveTheRoundTrip) {
    const std::string all = [] {
        std::string octets;
        for (int c = 0; c < 300; ++c) {
            octets.push_back(static_cast<char>(c));
        }
        return octets;
    }();
    EXPECT_EQ(through(SnmpValue::string(all)), SnmpValue::string(all));
    for (const Oid& oid : {Oid{0, 0}, Oid{1, 3, 6, 1}, Oid{1, 39}, Oid{2, 999},
                           Oid{1, 3, 127, 128, 16'383, 16'384, 4'294'967'295}}) {
        EXPECT_EQ(through(SnmpValue::objectId(oid)), SnmpValue::objectId(oid)) << oid.toString();
    }
    const std::vector<std::uint32_t> longest(Oid::kMaxLength, 1);
    EXPECT_EQ(through(SnmpValue::objectId(Oid(longest))).oid->size(), Oid::kMaxLength);
}

TEST(Ber, OidWithMoreThanTheMostSubIdentifiersIsRefused) {
    const Bytes content(Oid::kMaxLength, 1);  // the first octet makes two of them
    std::vector<std::uint32_t> ids;
    EXPECT_FALSE(readOid(content, ids));
}

TEST(Ber, OidsWithTooLargeOrUnfinishedNumbersAreRefused) {
    std::vector<std::uint32_t> ids;
    EXPECT_FALSE(readOid(Bytes{}, ids));
    EXPECT_FALSE(readOid(Bytes{0x2B, 0x86}, ids));
    EXPECT_FALSE(readOid(Bytes{0x2B, 0x90, 0x80, 0x80, 0x80, 0x00}, ids));  // 2^32
    EXPECT_FALSE(readOid(Bytes{0x90, 0x80, 0x80, 0x80, 0x00}, ids));
}

TEST(Ber, LengthsBehindTheEndAreRefused) {
    for (const Bytes& bytes :
         {Bytes{}, Bytes{4}, Bytes{4, 1}, Bytes{4, 0x80, 0, 0}, Bytes{4, 0x81},
          Bytes{4, 0x85, 0, 0, 0, 0, 1, 9}, Bytes{4, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 9},
          Bytes{0x1F, 0x01, 0x00}}) {
        BerReader reader(bytes);
        EXPECT_FALSE(reader.next().has_value()) << bytes.size();
    }
}

TEST(Ber, LongLengthFormsAreRead) {
    BerReader reader(Bytes{4, 0x82, 0, 2, 'h', 'i'});
    // the reader keeps a view, so the octets must live longer
    const Bytes bytes{4, 0x82, 0, 2, 'h', 'i'};
    reader = BerReader(bytes);
    const auto element = reader.next();
    ASSERT_TRUE(element);
    EXPECT_EQ(readValue(*element), SnmpValue::string("hi"));
}

TEST(Ber, ValuesThatDoNotFitTheirTypeAreRefused) {
    const auto read = [](std::uint8_t tag, const Bytes& content) {
        return readValue({tag, content}).has_value();
    };
    EXPECT_FALSE(read(2, {}));
    EXPECT_FALSE(read(2, Bytes(9, 1)));
    EXPECT_FALSE(read(65, {1, 0, 0, 0, 0}));
    EXPECT_TRUE(read(65, {0, 0xFF, 0xFF, 0xFF, 0xFF}));
    EXPECT_TRUE(read(65, {0xFF, 0xFF, 0xFF, 0xFF}));  // sent so by some agents
    EXPECT_FALSE(read(64, {127, 0, 0}));
    EXPECT_FALSE(read(5, {0}));
    EXPECT_FALSE(read(0x47, {1}));
}

TEST(Ber, RandomOctetsNeverReadOutside) {
    std::mt19937 random(7);
    std::uniform_int_distribution<int> octet(0, 255);
    for (int round = 0; round < 20'000; ++round) {
        Bytes bytes(static_cast<std::size_t>(octet(random)) % 40);
        for (std::uint8_t& one : bytes) {
            one = static_cast<std::uint8_t>(octet(random));
        }
        BerReader reader(bytes);
        std::size_t seen = 0;
        while (const auto element = reader.next()) {
            seen += element->content.size() + 2;
            (void)readValue(*element);
        }
        ASSERT_LE(seen, bytes.size());
    }
}

}  // namespace
}  // namespace platen::sim
