// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/ber_reader.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace platen::snmp {
namespace {

using namespace std::string_literals;

std::optional<Oid> objectId(std::string_view content) {
    Oid oid;
    return berObjectId(content, oid) ? std::optional(oid) : std::nullopt;
}

std::string shown(std::string_view content) {
    const auto oid = objectId(content);
    return oid ? oid->toString() : "nothing";
}

std::optional<SnmpValue> value(const BerElement& element) {
    SnmpValue out;
    return berValue(element, out) ? std::optional(out) : std::nullopt;
}

TEST(BerReader, ReadsElementsOneAfterTheOther) {
    const auto bytes = "\x02\x01\x05\x04\x03"s + "abc" + "\x05\x00"s;
    BerReader in(bytes);
    EXPECT_EQ(in.nextInteger(), 5);
    EXPECT_EQ(in.next(0x04), "abc");
    const auto null = in.next();
    ASSERT_TRUE(null);
    EXPECT_EQ(null->tag, 5);
    EXPECT_TRUE(null->content.empty());
    EXPECT_TRUE(in.atEnd());
    EXPECT_FALSE(in.next());
}

TEST(BerReader, TakesLengthsInMoreOctetsThanNeeded) {
    for (const auto& text :
         {"\x04\x02hi"s, "\x04\x81\x02hi"s, "\x04\x82\x00\x02hi"s, "\x04\x84\x00\x00\x00\x02hi"s}) {
        EXPECT_EQ(BerReader(text).next(0x04), "hi");
    }
}

TEST(BerReader, RefusesLengthsBeyondTheBytesAndIndefiniteOnes) {
    for (const auto& text :
         {""s, "\x04"s, "\x04\x03hi"s, "\x04\x80hi\x00\x00"s, "\x04\x81"s, "\x04\x82\x00"s,
          "\x04\x85\x00\x00\x00\x00\x02hi"s, "\x04\x84\xff\xff\xff\xffhi"s, "\x04\xffhi"s}) {
        EXPECT_FALSE(BerReader(text).next());
    }
}

TEST(BerReader, GivesNothingForAnotherTag) {
    const auto text = "\x04\x01x"s;
    EXPECT_FALSE(BerReader(text).next(0x02));
    EXPECT_FALSE(BerReader(text).nextInteger());
}

TEST(BerInteger, IsTwosComplementOfOneToEightOctets) {
    EXPECT_EQ(berInteger("\x00"s), 0);
    EXPECT_EQ(berInteger("\x7f"s), 127);
    EXPECT_EQ(berInteger("\xff"s), -1);
    EXPECT_EQ(berInteger("\x80"s), -128);
    EXPECT_EQ(berInteger("\x00\x80"s), 128);
    EXPECT_EQ(berInteger("\xff\xfe"s), -2);
    EXPECT_EQ(berInteger("\x80\x00\x00\x00"s), std::numeric_limits<std::int32_t>::min());
    EXPECT_EQ(berInteger("\x7f"s + std::string(7, '\xff')),
              std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(berInteger("\x80"s + std::string(7, '\0')), std::numeric_limits<std::int64_t>::min());
    EXPECT_FALSE(berInteger(""));
    EXPECT_FALSE(berInteger(std::string(9, '\0')));
}

TEST(BerUnsigned, LetsAMissingLeadingZeroPass) {
    EXPECT_EQ(berUnsigned("\xff\xff\xff\xff"s), 4294967295U);
    EXPECT_EQ(berUnsigned("\x00\xff\xff\xff\xff"s), 4294967295U);
    EXPECT_EQ(berUnsigned("\x00"s + std::string(8, '\xff')),
              std::numeric_limits<std::uint64_t>::max());
    EXPECT_FALSE(berUnsigned("\x01"s + std::string(8, '\xff')));
    EXPECT_FALSE(berUnsigned(std::string(10, '\0')));
    EXPECT_FALSE(berUnsigned(""));
}

TEST(BerObjectId, SplitsTheFirstTwo) {
    EXPECT_EQ(shown("\x2b\x06\x01"s), "1.3.6.1");
    EXPECT_EQ(shown("\x00"s), "0.0");
    EXPECT_EQ(shown("\x27"s), "0.39");
    EXPECT_EQ(shown("\x4f"s), "1.39");
    EXPECT_EQ(shown("\x50"s), "2.0");
    EXPECT_EQ(shown("\x88\x37"s), "2.999");
    EXPECT_EQ(shown(""), "0.0") << "agents send it for zeroDotZero";
}

TEST(BerObjectId, HoldsTheLimitsOfSubIdentifiers) {
    EXPECT_EQ(shown("\x2b\x8f\xff\xff\xff\x7f"s), "1.3.4294967295");
    EXPECT_FALSE(objectId("\x2b\x90\x80\x80\x80\x00"s)) << "2^32";
    EXPECT_EQ(shown("\x2b" + std::string(20, '\x80') + "\x01"s), "1.3.1")
        << "leading zeros add nothing";
    EXPECT_FALSE(objectId("\x2b\x81"s)) << "cut off inside a number";
    EXPECT_EQ(objectId(std::string(127, '\x01'))->size(), 128U);
    EXPECT_FALSE(objectId(std::string(128, '\x01')));
}

TEST(BerValue, KnowsTheTypesOfSnmp) {
    EXPECT_EQ(value({0x02, "\xff"}), SnmpValue::integer(-1));
    EXPECT_EQ(value({0x41, "\xff\xff\xff\xff"}),
              SnmpValue::integer(4294967295, SnmpType::Counter32));
    EXPECT_EQ(value({0x47, "\x05"}), SnmpValue::integer(5, SnmpType::Gauge32)) << "UInteger32";
    EXPECT_EQ(value({0x46, "\x05"}), SnmpValue::integer(5, SnmpType::Counter64));
    EXPECT_EQ(value({0x04, "abc"}), SnmpValue::string("abc"));
    EXPECT_EQ(value({0x06, "\x2b\x06"}), SnmpValue::objectId({1, 3, 6}));
    EXPECT_EQ(value({0x82, ""})->type, SnmpType::EndOfMibView);
    EXPECT_FALSE(value({0x02, ""}));
    EXPECT_FALSE(value({0x06, "\x81"}));
    EXPECT_FALSE(value({0x30, ""})) << "a sequence is no value";
    EXPECT_FALSE(value({0x09, "1"})) << "REAL";
}

}  // namespace
}  // namespace platen::snmp
