// SPDX-License-Identifier: Apache-2.0
#include "mibmap/recording.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace platen::mibmap {
namespace {

const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};

Recording walk(std::string_view text) {
    auto recording = Recording::parse(text, "walk");
    EXPECT_TRUE(recording) << recording.error().text;
    return recording.value_or(Recording{});
}

TEST(RecordingFile, WhatIsWrittenIsReadBack) {
    const std::string text =
        "1.3.6.1.1.1|2|-3\n1.3.6.1.1.2|4|a|b "
        "\n1.3.6.1.1.3|4x|00ff0a\n1.3.6.1.1.4|6|1.3.6.1.4.1.11\n"
        "1.3.6.1.1.5|64x|c0000207\n1.3.6.1.1.9|70|18446744073709551615\n1.3.6.1.1.10|4|\n";
    const auto recording = Recording::parse(text);
    ASSERT_TRUE(recording) << recording.error().text;
    EXPECT_EQ(recording->rows().size(), 7U);
    EXPECT_EQ(recording->text(), text);
}

TEST(RecordingFile, AFileThatWasCutGivesWhatIsLeft) {
    std::vector<std::string> problems;
    const auto recording = Recording::parseLeniently(
        "1.3.6.1.2.1.1.1.0|4|Acme\n1.3.6.1.2.1.1.3.0|67|abc\n1.3.6.1.2.1.1.9.1|4x|0g\n1.3.6.1.2.1."
        "1.2.0|6|1.3.6.1.4.1.9\n"
        "1.3.6.1.2.1.1.1.0|4|again\n1.3.6.1.2.1.43.5.1.1.1",
        "cut", problems);
    ASSERT_TRUE(recording) << recording.error().text;
    EXPECT_EQ(recording->rows().size(), 2U);
    EXPECT_EQ(recording->get(kSysDescr)->octets, "Acme") << "of two, the first";
    ASSERT_EQ(problems.size(), 4U);
    EXPECT_EQ(problems[0], "cut:2: \"abc\" is no number that fits TimeTicks");
    EXPECT_EQ(problems[1], "cut:3: \"0g\" is not hexadecimal");
    EXPECT_EQ(problems[2], "cut:6: a row is OID|TAG|VALUE");
    EXPECT_EQ(problems[3], "cut: 1.3.6.1.2.1.1.1.0 stands there twice");
}

TEST(RecordingFile, ProblemsAreBounded) {
    std::string text = "1.3.6.1.2.1.1.1.0|4|Acme\n";
    for (int i = 0; i < 1000; ++i) {
        text += "rubbish\n";
    }
    std::vector<std::string> problems;
    ASSERT_TRUE(Recording::parseLeniently(text, "bad", problems));
    ASSERT_EQ(problems.size(), Recording::kMaxProblems + 1);
    EXPECT_EQ(problems.back(), "bad: 980 more rows left out");
    EXPECT_FALSE(Recording::parseLeniently("rubbish\n", "bad", problems)) << "not one row";
    EXPECT_FALSE(Recording::parseLeniently("", "bad", problems));
}

TEST(RecordingFile, HugeRowsAndFilesAreRefused) {
    const auto row = [](std::size_t size) {
        return "1.3.6.1|4|" + std::string(size - std::string_view("1.3.6.1|4|").size(), 'x') + "\n";
    };
    EXPECT_TRUE(Recording::parse(row(Recording::kMaxRowBytes)));
    EXPECT_EQ(Recording::parse(row(Recording::kMaxRowBytes + 1)).error().code, ErrorCode::TooLarge);
    const std::string large(Recording::kMaxFileBytes + 1, '\n');
    EXPECT_EQ(Recording::parse(large).error().code, ErrorCode::TooLarge);
    EXPECT_EQ(Recording::load("/nonexistent/x.snmprec").error().code, ErrorCode::NotFound);
}

TEST(Snmpwalk, EveryTypeIsRead) {
    const auto recording = walk(
        ".1.3.6.1.2.1.1.1.0 = STRING: \"Acme \\\"X1\\\", one\"\n"
        ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.32473.1\n"
        ".1.3.6.1.2.1.1.3.0 = Timeticks: (8640000) 1 day, 0:00:00.00\n"
        ".1.3.6.1.2.1.1.4.0 = \"\"\n"
        ".1.3.6.1.2.1.2.2.1.6.1 = STRING: 0:0:5e:0:53:1a\n"
        ".1.3.6.1.2.1.2.2.1.6.2 = Hex-STRING: 00 00 5E 00 53 1B \n"
        ".1.3.6.1.2.1.2.2.1.8.1 = INTEGER: up(1)\n"
        ".1.3.6.1.2.1.2.2.1.10.1 = Counter32: 4294967295\n"
        ".1.3.6.1.2.1.2.2.1.5.1 = Gauge32: 1000000000\n"
        ".1.3.6.1.2.1.4.20.1.1.192.0.2.7 = IpAddress: 192.0.2.7\n"
        "iso.3.6.1.2.1.31.1.1.1.6.1 = Counter64: 18446744073709551615\n"
        ".1.3.6.1.2.1.25.3.5.1.2.1 = BITS: C0 00 lowPaper(0) noPaper(1)\n"
        ".1.3.6.1.2.1.43.5.1.1.9.1 = INTEGER: -2 tenths\n"
        ".1.3.6.1.2.1.99.1 = No Such Object available on this agent at this OID\n");
    EXPECT_EQ(recording.rows().size(), 13U);
    EXPECT_EQ(recording.get(kSysDescr)->octets, "Acme \"X1\", one");
    EXPECT_EQ(*recording.get({1, 3, 6, 1, 2, 1, 1, 2, 0})->oid, (Oid{1, 3, 6, 1, 4, 1, 32473, 1}));
    EXPECT_EQ(recording.get({1, 3, 6, 1, 2, 1, 1, 3, 0})->number, 8'640'000);
    EXPECT_EQ(recording.get({1, 3, 6, 1, 2, 1, 1, 4, 0})->octets, "");
    EXPECT_EQ(recording.get({1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 1})->octets,
              std::string("\0\0\x5e\0\x53\x1a", 6));
    EXPECT_EQ(recording.get({1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 2})->octets.back(), '\x1b');
    EXPECT_EQ(recording.get({1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 1})->number, 1);
    EXPECT_EQ(recording.get({1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1})->number, -1);
    EXPECT_EQ(recording.get({1, 3, 6, 1, 2, 1, 25, 3, 5, 1, 2, 1})->octets,
              std::string("\xC0\0", 2));
    EXPECT_EQ(recording.get({1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 9, 1})->number, -2);
}

TEST(Snmpwalk, TextsAndOctetsMayGoOnInTheNextLines) {
    const auto recording = walk(
        ".1.3.6.1.2.1.1.1.0 = STRING: \"first\n.1.3.6.1.9 = STRING: second\nthird\"\n"
        ".1.3.6.1.2.1.1.9.0 = Hex-STRING: 41 42 \n43 44 \n"
        ".1.3.6.1.2.1.1.10.0 = INTEGER: 3\n");
    ASSERT_EQ(recording.rows().size(), 3U);
    EXPECT_EQ(recording.get(kSysDescr)->octets, "first\n.1.3.6.1.9 = STRING: second\nthird");
    EXPECT_EQ(recording.get({1, 3, 6, 1, 2, 1, 1, 9, 0})->octets, "ABCD");
}

TEST(Snmpwalk, AQuoteThatNeverEndsIsBounded) {
    std::string text = ".1.3.6.1.2.1.1.1.0 = STRING: \"first\n";
    for (int i = 0; i < 400'000; ++i) {
        text += "x\n";
    }
    std::vector<std::string> problems;
    EXPECT_FALSE(Recording::parseLeniently(text, "walk", problems));
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0], "walk:1: the object is too long");
}

}  // namespace
}  // namespace platen::mibmap
