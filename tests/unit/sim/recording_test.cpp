// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/recording.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace platen::sim {
namespace {

namespace fs = std::filesystem;

const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};

std::shared_ptr<const Recording> parsed(std::string_view text) {
    auto recording = Recording::parse(text, "test");
    EXPECT_TRUE(recording) << recording.error().text;
    return recording.value_or(nullptr);
}

TEST(Recording, ReadsEveryTypeOfRow) {
    const auto recording = parsed(
        "# comment\n"
        "1.3.6.1.1.1|2|-3\r\n"
        "1.3.6.1.1.2|4|a|b \n"
        "1.3.6.1.1.3|4x|00ff0A\n"
        "1.3.6.1.1.4|6|1.3.6.1.4.1.11\n"
        "1.3.6.1.1.5|64|192.0.2.7\n"
        "1.3.6.1.1.6|65|4294967295\n"
        "1.3.6.1.1.7|66|7\n"
        "\n"
        "1.3.6.1.1.8|67|100\n"
        "1.3.6.1.1.9|70|18446744073709551615\n"
        "1.3.6.1.1.10|4|\n");
    ASSERT_EQ(recording->size(), 10U);
    EXPECT_EQ(recording->value(0), SnmpValue::integer(-3));
    EXPECT_EQ(recording->value(1), SnmpValue::string("a|b "));
    EXPECT_EQ(recording->value(2), SnmpValue::string(std::string("\0\xFF\n", 3)));
    EXPECT_EQ(recording->value(3).oid, (Oid{1, 3, 6, 1, 4, 1, 11}));
    EXPECT_EQ(recording->value(4).octets, std::string("\xC0\x00\x02\x07", 4));
    EXPECT_EQ(recording->value(5).number, 4'294'967'295);
    EXPECT_EQ(recording->value(8).number, -1);
    EXPECT_EQ(recording->value(9), SnmpValue::string(""));
}

TEST(Recording, SortsRowsByTheOrderOfOidsNotOfTexts) {
    const auto recording = parsed("1.3.6.10|2|3\n1.3.6.9|2|2\n1.3.6.9.1|2|4\n");
    EXPECT_EQ(Oid(recording->oid(0)), (Oid{1, 3, 6, 9}));
    EXPECT_EQ(Oid(recording->oid(1)), (Oid{1, 3, 6, 9, 1}));
    EXPECT_EQ(Oid(recording->oid(2)), (Oid{1, 3, 6, 10}));
}

TEST(Recording, FindsRowsAndTheNextOnes) {
    const auto recording = parsed("1.3.6.1|2|1\n1.3.6.1.5|2|2\n1.3.6.2|2|3\n");
    EXPECT_EQ(recording->find(Oid{1, 3, 6, 1, 5}.ids()), std::optional<std::size_t>{1});
    EXPECT_FALSE(recording->find(Oid{1, 3, 6, 1, 4}.ids()).has_value());
    EXPECT_EQ(recording->firstAfter(Oid{1, 3}.ids()), 0U);
    EXPECT_EQ(recording->firstAfter(Oid{1, 3, 6, 1}.ids()), 1U);
    EXPECT_EQ(recording->firstAfter(Oid{1, 3, 6, 2}.ids()), 3U);
}

TEST(Recording, SaysWhichRowIsWrong) {
    for (const char* row : {"1.3.6.1", "1.3.6.1|2", "1.3.x|2|1", "1.3.6.1|99|1", "1.3.6.1|2|abc",
                            "1.3.6.1|2|2147483648", "1.3.6.1|65|-1", "1.3.6.1|4x|abc",
                            "1.3.6.1|64|300.1.1.1", "9.3.6|2|1", "1.3.6.1|2x3|1"}) {
        const auto recording = Recording::parse(std::string("1.3.6.0|2|1\n") + row, "test");
        ASSERT_FALSE(recording) << row;
        EXPECT_TRUE(recording.error().text.starts_with("test:2: ")) << recording.error().text;
    }
}

TEST(Recording, TheSameOidTwiceIsRefused) {
    EXPECT_FALSE(Recording::parse("1.3.6.1|2|1\n1.3.6.1|2|2\n", "test"));
}

TEST(Recording, ValuesAreWrittenAsTheyAreRead) {
    for (const char* text : {"2|-3", "4|a|b", "4x|00ff", "6|1.3.6", "65|4294967295",
                             "70|18446744073709551615", "64x|c0000207"}) {
        const std::string_view row(text);
        const auto bar = row.find('|');
        const auto value = parseRowValue(row.substr(0, bar), row.substr(bar + 1));
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(formatRowValue(*value), text);
    }
}

TEST(Recording, KnowsWhatACopyMustHaveForItself) {
    const auto recording = parsed(
        "1.3.6.1.2.1.1.1.0|4|Printer,SN:AB12345,x\n"
        "1.3.6.1.2.1.2.2.1.6.1|4|\n"
        "1.3.6.1.2.1.2.2.1.6.2|4x|00005e005301\n"
        "1.3.6.1.2.1.2.2.1.6.3|4x|000000000000\n"
        "1.3.6.1.2.1.43.5.1.1.17.1|4|AB12345-130-0\n");
    EXPECT_EQ(recording->serialLabel(), "AB12345");
    EXPECT_EQ(recording->serialRows(), (std::vector<std::size_t>{0, 4}));
    EXPECT_EQ(recording->macRows(), (std::vector<std::size_t>{2}));
}

TEST(Recording, ShortPartsBeforeAHyphenBelongToTheNumber) {
    EXPECT_EQ(parsed("1.3.6.1.2.1.43.5.1.1.17.1|4|C72-80045512\n")->serialLabel(), "C72-80045512");
    EXPECT_EQ(parsed("1.3.6.1.2.1.43.5.1.1.17.1|4|123\n")->serialLabel(), "");
}

TEST(Recording, OwnRecordingsHoldWhatTheirExpectationsSay) {
    const fs::path folder = fs::path(PLATEN_SOURCE) / "tests/data/recordings";
    const auto files = findRecordings({folder});
    ASSERT_TRUE(files);
    EXPECT_EQ(files->size(), 6U);
    for (const fs::path& file : *files) {
        const auto recording = Recording::load(file);
        ASSERT_TRUE(recording) << recording.error().text;
        std::ifstream stream(fs::path(file).replace_extension(".expected.json"));
        const auto expected = nlohmann::json::parse(stream);
        EXPECT_EQ((*recording)->name(), expected.at("recording").get<std::string>() + ".snmprec");
        EXPECT_TRUE((*recording)->find(kSysDescr.ids()).has_value());
        EXPECT_EQ((*recording)->serialLabel(), expected.at("serial").get<std::string>());
        const auto device = expected.at("hr_device_index").get<std::uint32_t>();
        const auto life =
            (*recording)->find(Oid{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4, device, 1}.ids());
        ASSERT_TRUE(life.has_value()) << file;
        EXPECT_EQ((*recording)->value(*life).number, expected.at("life_count").get<std::int64_t>());
        const Oid levels{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9};
        std::size_t supplies = 0;
        for (std::size_t row = (*recording)->firstAfter(levels.ids());
             row < (*recording)->size() && Oid((*recording)->oid(row)).startsWith(levels); ++row) {
            ++supplies;
        }
        EXPECT_EQ(supplies, expected.at("supplies").size()) << file;
    }
}

TEST(Recording, LoadsEverySharedRecording) {
    const fs::path folder = fs::path(PLATEN_SHARED) / "corpus/snmp";
    if (!fs::is_directory(folder)) {
        GTEST_SKIP() << "shared recordings are not here: " << folder;
    }
    const auto files = findRecordings({folder});
    ASSERT_TRUE(files);
    for (const fs::path& file : *files) {
        const auto recording = Recording::load(file);
        ASSERT_TRUE(recording) << recording.error().text;
        std::ifstream stream(file);
        std::size_t lines = 0;
        for (std::string line; std::getline(stream, line);) {
            lines += line.empty() ? 0U : 1U;
        }
        EXPECT_EQ((*recording)->size(), lines) << file;
    }
}

}  // namespace
}  // namespace platen::sim
