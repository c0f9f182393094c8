// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/ber_writer.hpp"

#include "base/text.hpp"
#include "proxy/snmp/ber_reader.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace platen::snmp {
namespace {

constexpr std::uint8_t kInteger = 2;
constexpr std::uint8_t kOctetString = 4;

std::string hex(std::string_view octets) {
    const std::vector<std::uint8_t> plain(octets.begin(), octets.end());
    return text::toHex(plain, false);
}

TEST(BerWriter, NumbersTakeTheFewestOctets) {
    const auto written = [](std::int64_t number) {
        BerWriter out(100);
        out.number(kInteger, number);
        BerReader in(out.octets());
        EXPECT_EQ(in.nextInteger(), number);
        return hex(out.octets());
    };
    EXPECT_EQ(written(0), "020100");
    EXPECT_EQ(written(127), "02017f");
    EXPECT_EQ(written(128), "02020080");
    EXPECT_EQ(written(-1), "0201ff");
    EXPECT_EQ(written(-128), "020180");
    EXPECT_EQ(written(-129), "0202ff7f");
    EXPECT_EQ(written(256), "02020100");
    EXPECT_EQ(written(0x7fffffff), "02047fffffff");
    EXPECT_EQ(written(0xffffffff), "020500ffffffff");
    EXPECT_EQ(written(std::numeric_limits<std::int64_t>::max()), "02087fffffffffffffff");
    EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "02088000000000000000");
}

TEST(BerWriter, UnsignedNumbersHaveNoSign) {
    const auto written = [](std::uint64_t number) {
        BerWriter out(100);
        out.unsignedNumber(0x46, number);
        return hex(out.octets());
    };
    EXPECT_EQ(written(0), "460100");
    EXPECT_EQ(written(127), "46017f");
    EXPECT_EQ(written(128), "46020080");
    EXPECT_EQ(written(std::numeric_limits<std::uint64_t>::max()), "460900ffffffffffffffff");
}

TEST(BerWriter, LengthsTakeTheFewestOctets) {
    for (const std::size_t length : {0U, 127U, 128U, 255U, 256U, 65'535U, 65'536U}) {
        const std::size_t head = length < 128 ? 2 : length < 256 ? 3 : length < 65'536 ? 4 : 5;
        BerWriter out(70'000);
        out.element(kOctetString, std::string(length, 'x'));
        EXPECT_EQ(out.size(), length + head);
        BerReader in(out.octets());
        EXPECT_EQ(in.next(kOctetString)->size(), length);
        EXPECT_TRUE(in.atEnd());
    }
}

TEST(BerWriter, SubIdentifiersTakeTheFewestOctets) {
    BerWriter out(100);
    out.objectId({2, 999, 0, 127, 128, 16'383, 16'384, 4'294'967'295U});
    EXPECT_EQ(hex(out.octets()), "06108837007f8100ff7f8180008fffffff7f");
}

TEST(BerWriter, WhatDoesNotFitIsToldAndClearedAway) {
    BerWriter out(5);
    out.element(kOctetString, "abc");
    EXPECT_FALSE(out.full());
    EXPECT_EQ(out.octets(),
              "\x04\x03"
              "abc");
    out.number(kInteger, 1);
    EXPECT_TRUE(out.full());
    out.clear();
    EXPECT_FALSE(out.full());
    EXPECT_EQ(out.size(), 0U);
    out.put("abcdef");
    EXPECT_TRUE(out.full());
}

TEST(BerWriter, WrapsWhatWasWrittenSince) {
    BerWriter out(100);
    out.put("z");
    const auto since = out.size();
    out.element(kOctetString, "y");
    out.element(kOctetString, "x");
    out.wrap(0x30, since);
    EXPECT_EQ(out.octets(), std::string("\x30\x06\x04\x01x\x04\x01yz"));
}

}  // namespace
}  // namespace platen::snmp
