// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/csv.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::discovery::csv {
namespace {

std::string utf16(const std::string& ascii, bool bigEndian, bool mark) {
    std::string out = mark ? (bigEndian ? "\xFE\xFF" : "\xFF\xFE") : "";
    for (const char c : ascii) {
        out += bigEndian ? std::string{'\0', c} : std::string{c, '\0'};
    }
    return out;
}

std::string shown(const std::string& text) {
    std::string out;
    for (const auto& record : parse(text).records) {
        for (const auto& field : record.fields) {
            out += "[" + field.text + "]";
        }
        out += "\n";
    }
    return out;
}

TEST(CsvText, EveryEncodingOfSpreadsheetsBecomesUtf8) {
    EXPECT_EQ(toUtf8("a;b").value(), "a;b");
    EXPECT_EQ(toUtf8("\xEF\xBB\xBFh\xC3\xB6").value(), "h\xC3\xB6");
    for (const bool bigEndian : {false, true}) {
        for (const bool mark : {false, true}) {
            EXPECT_EQ(toUtf8(utf16("host;tags\r\n", bigEndian, mark)).value(), "host;tags\r\n");
        }
    }
    EXPECT_EQ(toUtf8(std::string("\xFF\xFE\x3D\xD8\x00\xDE", 6)).value(), "\xF0\x9F\x98\x80");
    EXPECT_EQ(toUtf8("B\xFCro\xA0"
                     "1")
                  .value(),
              "B\xC3\xBCro\xC2\xA0"
              "1");
}

TEST(CsvText, BrokenUtf16AndNulAreErrors) {
    EXPECT_FALSE(
        toUtf8(std::string("\xFF\xFE"
                           "a",
                           3)));
    EXPECT_FALSE(toUtf8(std::string("\xFF\xFE\x3D\xD8", 4)));
    EXPECT_FALSE(
        toUtf8(std::string("\xFF\xFE\x00\xDE"
                           "a\0",
                           6)));
    EXPECT_FALSE(toUtf8(std::string("PK\x03\x04\0\0\0\0\0", 9)));
    EXPECT_TRUE(toUtf8(""));
}

TEST(Csv, LineEndsOfAllSystems) {
    EXPECT_EQ(shown("a,b\nc,d\n"), "[a][b]\n[c][d]\n");
    EXPECT_EQ(shown("a,b\r\nc,d\r\n"), "[a][b]\n[c][d]\n");
    EXPECT_EQ(shown("a,b\rc,d"), "[a][b]\n[c][d]\n");
    EXPECT_EQ(shown("\n\r\n \t \n,,\n# a,b\na,b"), "[a][b]\n");
}

TEST(Csv, SeparatorIsFoundOrSaid) {
    EXPECT_EQ(shown("a;b,c;d\n"), "[a][b,c][d]\n");
    EXPECT_EQ(shown("a\tb,c\td\n"), "[a][b,c][d]\n");
    EXPECT_EQ(shown("\"a,b,c\";d\n"), "[a,b,c][d]\n");
    EXPECT_EQ(shown("sep=;\r\na,b;c\r\n"), "[a,b][c]\n");
    EXPECT_EQ(shown("\"sep=|\"\na|b\n"), "[a][b]\n");
    EXPECT_EQ(shown("a\nb;c\n"), "[a]\n[b][c]\n");
}

TEST(Csv, QuotesHoldSeparatorsQuotesAndLines) {
    EXPECT_EQ(shown("\"a,b\",\"say \"\"hi\"\"\"\n"), "[a,b][say \"hi\"]\n");
    EXPECT_EQ(shown("\"two\nlines\",b\nc,d\n"), "[two lines][b]\n[c][d]\n");
    EXPECT_EQ(shown(" \"a\" ,b\n"), "[a][b]\n");
    EXPECT_EQ(shown("5\" tray,b\n"), "[5\" tray][b]\n");
}

TEST(Csv, SpacesOfAllKindsAreCutAtTheEnds) {
    EXPECT_EQ(shown(" \xC2\xA0 a b \xE2\x80\x8B,\xEF\xBB\xBF"
                    "c\n"),
              "[a b][c]\n");
}

TEST(Csv, PlacesAreThoseOfTheFile) {
    const auto table = parse("sep=;\n\n  h\xC3\xB6;x\n\"two\nlines\";y\nlast;z\n");
    ASSERT_EQ(table.records.size(), 3U);
    EXPECT_EQ(table.records[0].line, 3U);
    EXPECT_EQ(table.records[0].fields[0].column, 3U);
    EXPECT_EQ(table.records[0].fields[1].column, 6U);
    EXPECT_EQ(table.records[1].line, 4U);
    EXPECT_EQ(table.records[2].line, 6U);
}

TEST(Csv, OpenQuoteCostsItsLineOnly) {
    const auto table = parse("a,b\nc, \"never closed\nd,e\n");
    ASSERT_EQ(table.problems.size(), 1U);
    EXPECT_EQ(table.problems[0].line, 2U);
    EXPECT_EQ(table.problems[0].column, 3U);
    ASSERT_EQ(table.records.size(), 2U);
    EXPECT_EQ(table.records[1].line, 3U);
}

TEST(Csv, FieldsHoldAtTheirLimitsAndBreakAtLimitPlusOne) {
    EXPECT_TRUE(parse(std::string(kMaxFieldBytes, 'a') + "\n").problems.empty());
    EXPECT_EQ(parse(std::string(kMaxFieldBytes + 1, 'a') + "\nb\n").problems.size(), 1U);
    EXPECT_TRUE(parse(std::string(kMaxFields - 1, ',') + "a\n").problems.empty());
    const auto table = parse(std::string(kMaxFields, ',') + "a\nb\n");
    EXPECT_EQ(table.problems.size(), 1U);
    EXPECT_EQ(table.records.size(), 1U);
}

TEST(Csv, ManyOpenQuotesAreReadInReasonableTime) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        text += "\"x\n\n";
    }
    text += "end";
    EXPECT_FALSE(parse(text).records.empty());
}

}  // namespace
}  // namespace platen::discovery::csv
