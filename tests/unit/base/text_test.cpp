// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

namespace platen::text {
namespace {

using namespace std::string_literals;
using Pieces = std::vector<std::string_view>;

TEST(Text, CatJoins) {
    EXPECT_EQ(cat({"a", "", "bc"}), "abc");
    EXPECT_EQ(cat({}), "");
}

TEST(Text, TrimTakesBlanksAndNulFromBothEnds) {
    EXPECT_EQ(trim(" \t\r\n a b \0 "s), "a b");
    EXPECT_EQ(trim("\0\0"s), "");
    EXPECT_EQ(trim(""), "");
}

TEST(Text, CaseIsAsciiOnly) {
    EXPECT_EQ(toLower("HP LaserJet Ä"), "hp laserjet Ä");
    EXPECT_TRUE(equalsIgnoreCase("Content-Length", "content-LENGTH"));
    EXPECT_FALSE(equalsIgnoreCase("a", "ab"));
    EXPECT_FALSE(equalsIgnoreCase("[", "{"));
}

TEST(Text, SplitKeepsEmptyPieces) {
    EXPECT_EQ(split("a,,b,", ','), (Pieces{"a", "", "b", ""}));
    EXPECT_EQ(split("", ','), Pieces{""});
    EXPECT_EQ(split("abc", ','), Pieces{"abc"});
}

TEST(Text, ToIntTakesWholeDecimalNumbersOnly) {
    EXPECT_EQ(toInt("-42"), -42);
    EXPECT_EQ(toInt("9223372036854775807"), 9223372036854775807LL);
    EXPECT_EQ(toInt("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
    for (const char* bad : {"", "+1", " 1", "1 ", "1x", "0x1", "1.0", "-", "9223372036854775808"}) {
        EXPECT_EQ(toInt(bad), std::nullopt) << bad;
    }
}

TEST(Text, ToUnsignedTakesNoSign) {
    EXPECT_EQ(toUnsigned("18446744073709551615"), 18446744073709551615ULL);
    EXPECT_EQ(toUnsigned("0"), 0U);
    for (const char* bad : {"", "-1", "+1", "18446744073709551616"}) {
        EXPECT_EQ(toUnsigned(bad), std::nullopt) << bad;
    }
}

TEST(Text, HexGoesBothWays) {
    const std::vector<std::uint8_t> bytes{0x00, 0x9A, 0xFF};
    EXPECT_EQ(toHex(bytes, false), "009aff");
    EXPECT_EQ(toHex(bytes, true), "009AFF");
    EXPECT_EQ(fromHex("009aFF"), bytes);
    EXPECT_EQ(fromHex(""), std::vector<std::uint8_t>{});
    EXPECT_EQ(fromHex("0"), std::nullopt);
    EXPECT_EQ(fromHex("0g"), std::nullopt);
}

TEST(Text, NearestFindsTypingErrors) {
    const std::array<std::string_view, 4> names{"retries", "timeout", "port", "ca_file"};
    EXPECT_EQ(nearest("retires", names), "retries");
    EXPECT_EQ(nearest("timout", names), "timeout");
    EXPECT_EQ(nearest("Port", names), "port");
    EXPECT_EQ(nearest("ca_flie", names), "ca_file");
    EXPECT_EQ(nearest("pot", names), "port");
}

TEST(Text, NearestGivesNothingForOtherWords) {
    const std::array<std::string_view, 2> names{"retries", "port"};
    EXPECT_EQ(nearest("colour", names), std::nullopt);
    EXPECT_EQ(nearest("", names), std::nullopt);
    EXPECT_EQ(nearest("po", names), std::nullopt);
    EXPECT_EQ(nearest("x", {}), std::nullopt);
    EXPECT_EQ(nearest(std::string(65, 'p'), std::array<std::string_view, 1>{"p"}), std::nullopt);
}

TEST(Text, NearestAllowsAThirdOfTheLengthAndNoMore) {
    const std::array<std::string_view, 1> names{"abcdefghi"};
    EXPECT_EQ(nearest("abcdefxyz", names), "abcdefghi");
    EXPECT_EQ(nearest("abcdewxyz", names), std::nullopt);
}

TEST(Utf8, AcceptsWellFormedAndRefusesTheRest) {
    for (const char* good : {"", "abc", "é", "東", "😀", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
        EXPECT_TRUE(isUtf8(good)) << good;
    }
    for (const char* bad :
         {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE6\x9D", "a\xFF"}) {
        EXPECT_FALSE(isUtf8(bad));
    }
}

TEST(Utf8, LengthCountsCodePoints) {
    EXPECT_EQ(utf8Length("é東😀a"), 4U);
    EXPECT_EQ(utf8Length(""), 0U);
}

TEST(Utf8, CutNeverSplitsACharacter) {
    EXPECT_EQ(cutUtf8("é東😀a", 3), "é東😀");
    EXPECT_EQ(cutUtf8("é東😀a", 4), "é東😀a");
    EXPECT_EQ(cutUtf8("é東😀a", 0), "");
    EXPECT_EQ(cutUtf8("", 5), "");
}

TEST(Utf8, CutNeverSeparatesACombiningMark) {
    const std::string text = "ae\u0301z";  // The accent is its own code point.
    EXPECT_EQ(cutUtf8(text, 4), text);
    EXPECT_EQ(cutUtf8(text, 3), "ae\u0301");
    EXPECT_EQ(cutUtf8(text, 2), "a");
    EXPECT_EQ(cutUtf8(text, 1), "a");
    EXPECT_EQ(cutUtf8("e\u0301\u0302", 2), "");
}

TEST(CleanForXml, ReplacesAndRemovesWhatXmlCannotHold) {
    EXPECT_EQ(cleanForXml("a\x01\x0B\x0C\x1F\x7Fz"), "az");
    EXPECT_EQ(cleanForXml("a\0z"s), "az");
    EXPECT_EQ(cleanForXml("a\n\tb\r"), "a\n\tb");
    EXPECT_EQ(cleanForXml("a\xFFz"), "a\uFFFDz");
    EXPECT_EQ(cleanForXml("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(cleanForXml("\xEF\xBF\xBE\xEF\xBF\xBF"), "\uFFFD\uFFFD");
    EXPECT_EQ(cleanForXml("Grün <&> 東 😀"), "Grün <&> 東 😀");
}

TEST(OneLine, CleansAndCutsForMessages) {
    EXPECT_EQ(oneLine("a\nb\tc\x1B[0m", 20), "a b c[0m");
    EXPECT_EQ(oneLine("\xC3\xA9\xC3\xA9\xC3\xA9", 3), "ééé");
    EXPECT_EQ(oneLine("\xC3\xA9\xC3\xA9\xC3\xA9", 2), "éé...");
    EXPECT_EQ(oneLine("\xFF", 2), "\uFFFD");
}

}  // namespace
}  // namespace platen::text
