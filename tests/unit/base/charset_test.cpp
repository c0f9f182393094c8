// SPDX-License-Identifier: Apache-2.0
#include "base/charset.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace platen {
namespace {

using namespace std::string_literals;

TEST(DecodeText, TakesUtf8WhateverIsDeclared) {
    // HP FutureSmart declares windows-1251 and sends UTF-8.
    EXPECT_EQ(decodeText("Картридж", 2251), "Картридж");
    EXPECT_EQ(decodeText("Tonerkassette Schwarz", 2009), "Tonerkassette Schwarz");
}

struct Sample {
    CharsetMib mib;
    std::string octets;
    std::string text;
};

class DecodeDeclared : public testing::TestWithParam<Sample> {};

TEST_P(DecodeDeclared, ConvertsByMibEnum) {
    EXPECT_EQ(decodeText(GetParam().octets, GetParam().mib), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(MibEnums,
                         DecodeDeclared,
                         testing::Values(Sample{4, "Pr\xEAt", "Prêt"},
                                         Sample{5,
                                                "Zas\xF3"
                                                "bnik \xB3",
                                                "Zasóbnik ł"},
                                         Sample{8, "\xB3\xBE\xC2\xBE\xB2", "ГОТОВ"},
                                         Sample{12,
                                                "Yaz\xFD"
                                                "c\xFD",
                                                "Yazıcı"},
                                         Sample{17, "\x83g\x83i\x81[", "トナー"},
                                         Sample{36, "\xC5\xE4\xB3\xCA", "토너"},
                                         Sample{1000, "\0P\0r\0\xEA\0t"s, "Prêt"},
                                         Sample{1001, "\0\0\0P\0\0\0\xEA"s, "Pê"},
                                         Sample{1013, "\0A\0B"s, "AB"},
                                         Sample{1014, "A\0B\0"s, "AB"},
                                         Sample{1015, "\xFF\xFE\x41\0\xEA\0"s, "Aê"},
                                         Sample{1015, "\xFE\xFF\0A\0\xEA"s, "Aê"},
                                         Sample{1015, "\0A\0\xEA"s, "Aê"},
                                         Sample{2000, "Pr\xEAt", "Prêt"},
                                         Sample{2001, "\x80uro", "€uro"},
                                         Sample{2002, "\x9C", "ś"},
                                         Sample{2003, "\xFD", "ı"},
                                         Sample{2004, "Pr\xC1t", "Prêt"},
                                         Sample{2009,
                                                "Fran\x87"
                                                "ais",
                                                "Français"},
                                         Sample{2024, "\x83g\x83i\x81[", "トナー"},
                                         Sample{2025, "\xCC\xBC\xB7\xDB", "碳粉"},
                                         Sample{2026, "\xBA\xD2\xAF\xBB", "碳粉"},
                                         Sample{2109, "\xCB\xC1\xD6\xA1", "หมึก"},
                                         Sample{2250, "\xF3\xB3", "ół"},
                                         Sample{2251, "\xD2\xEE\xED\xE5\xF0", "Тонер"},
                                         Sample{2252, "\x80", "€"},
                                         Sample{2253, "\xC1", "Α"},
                                         Sample{2254, "\xFE", "ş"},
                                         Sample{2255, "\xE0", "א"},
                                         Sample{2256, "\xCD", "ح"},
                                         Sample{2257, "\xE0", "ą"},
                                         Sample{2258, "\xD0", "Đ"}));

TEST(DecodeText, FallsBackToWindows1252) {
    EXPECT_EQ(decodeText("Caf\xE9 \x80", std::nullopt), "Café €");
    EXPECT_EQ(decodeText("Caf\xE9", 3), "Café");
    EXPECT_EQ(decodeText("Caf\xE9", 106), "Café");
    EXPECT_EQ(decodeText("Caf\xE9", 999999), "Café");
}

TEST(DecodeText, ReplacesOctetsWithoutCharacter) {
    EXPECT_EQ(decodeText("a\x81z", std::nullopt), "a\uFFFDz");
    EXPECT_EQ(decodeText("a\xFFz", 17), "a\uFFFDz");
}

TEST(DecodeText, KeepsUtf8WhoseLastCharacterWasCutOff) {
    EXPECT_EQ(decodeText("Gr\xC3\xBCn\xC3", std::nullopt), "Grün\uFFFD");
    EXPECT_EQ(decodeText("Caf\xC3", std::nullopt), "CafÃ");
}

TEST(DecodeText, CutsHpSymbolSetAndReadsRoman8) {
    EXPECT_EQ(decodeText("\x01\x15HP LaserJet\0"s, std::nullopt), "HP LaserJet");
    EXPECT_EQ(decodeText("\x01\x15Pr\xC1t", 2009), "Prêt");
}

TEST(DecodeText, EndsAtNul) {
    EXPECT_EQ(decodeText("Ready\0\0\0"s, std::nullopt), "Ready");
    // Xerox WorkCentre 3655X: an older text behind the end.
    EXPECT_EQ(decodeText("en-US\0rectional Raw TCP/IP"s, std::nullopt), "en-US");
    EXPECT_EQ(decodeText("\0\0"s, std::nullopt), "");
}

TEST(DecodeText, BelievesWideCharsetOnlyWhenItLooksWide) {
    EXPECT_EQ(decodeText("Toner", 1013), "Toner");
    EXPECT_EQ(decodeText("Tone", 1001), "Tone");
    EXPECT_EQ(decodeText("To\xE9", 1013), "Toé") << "no whole codes";
}

TEST(DecodeText, RemovesControlCharactersButLineFeed) {
    EXPECT_EQ(decodeText("Ready\nTray\x07 2\x1B[0m\r\n", std::nullopt), "Ready\nTray 2[0m");
    EXPECT_EQ(decodeText("a\tb\x7F", std::nullopt), "ab");
    EXPECT_EQ(decodeText("a\xC2\x85z", std::nullopt), "az");
}

TEST(DecodeText, TrimsEnds) {
    EXPECT_EQ(decodeText("  Black Cartridge   ", std::nullopt), "Black Cartridge");
}

TEST(DecodeText, QuestionMarksOnlyAreNoText) {
    EXPECT_EQ(decodeText("?????? ????????", std::nullopt), "");
    EXPECT_EQ(decodeText("?", 2251), "");
    EXPECT_EQ(decodeText("?????? HP CE400A", std::nullopt), "?????? HP CE400A");
}

TEST(DecodeText, DropsByteOrderMark) {
    EXPECT_EQ(decodeText("\xEF\xBB\xBFReady", std::nullopt), "Ready");
}

TEST(DecodeText, AnyOctetsGiveTextThatXmlCanHold) {
    std::mt19937 generator(20310203);  // NOLINT(bugprone-random-generator-seed): repeatable
    const std::vector<std::optional<CharsetMib>> charsets{
        std::nullopt, 3,    4,    8,    17,   36,   106,  1000, 1001, 1013, 1014,
        1015,         2004, 2009, 2024, 2025, 2026, 2109, 2250, 2255, 2258, 12345};
    for (int round = 0; round < 4000; ++round) {
        std::string octets(generator() % 24, '\0');
        for (char& c : octets) {
            c = static_cast<char>(generator() % 256);
        }
        const std::string text = decodeText(octets, charsets[generator() % charsets.size()]);
        ASSERT_TRUE(text::isUtf8(text));
        ASSERT_EQ(text, text::cleanForXml(text));
        ASSERT_EQ(text, text::trim(text));
    }
}

TEST(DecodeText, LargeValueIsDecodedWhole) {
    const std::string octets(65'507, '\xE9');
    EXPECT_EQ(text::utf8Length(decodeText(octets, 4)), 65'507U);
}

TEST(EncodeText, IsTheInverseForDeclaredCharsets) {
    EXPECT_EQ(encodeText("Prêt", 2004).value(), "Pr\xC1t");
    EXPECT_EQ(encodeText("Prêt", 4).value(), "Pr\xEAt");
    EXPECT_EQ(encodeText("Français", 2009).value(),
              "Fran\x87"
              "ais");
    EXPECT_EQ(encodeText("AB", 1013).value(), "\0A\0B"s);
    EXPECT_EQ(encodeText("Тонер", 2251).value(), "\xD2\xEE\xED\xE5\xF0");
    EXPECT_EQ(encodeText("Тонер", 106).value(), "Тонер");
    EXPECT_EQ(encodeText("Тонер", std::nullopt).value(), "Тонер");
}

TEST(EncodeText, RefusesCharactersWithoutCode) {
    const auto result = encodeText("Büro 東", 4);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
    EXPECT_NE(result.error().text.find("東"), std::string::npos);
    EXPECT_FALSE(encodeText("é", 3));
}

TEST(EncodeText, RefusesUnknownCharsetAndBrokenUtf8) {
    EXPECT_EQ(encodeText("a", 999999).error().code, ErrorCode::Unsupported);
    EXPECT_EQ(encodeText("\xC3", 4).error().code, ErrorCode::Malformed);
}

}  // namespace
}  // namespace platen
