// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/mibmap/corpus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace platen::mibmap::testing {
namespace {

std::filesystem::path corpusFolder() {
    return std::filesystem::path(PLATEN_SHARED) / "corpus" / "snmp";
}

std::filesystem::path pagePath() {
    return std::filesystem::path(PLATEN_SOURCE) / "docs" / "corpus.md";
}

class Corpus : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::is_directory(corpusFolder())) {
            GTEST_SKIP() << "no recordings in " << corpusFolder();
        }
    }

    static const std::vector<CorpusResult>& results() {
        static const std::vector<CorpusResult> all = [] {
            auto compared = compareCorpus(corpusFolder(), sourceMaps());
            EXPECT_TRUE(compared) << (compared ? "" : compared.error().text);
            return compared ? std::move(*compared) : std::vector<CorpusResult>{};
        }();
        return all;
    }
};

TEST_F(Corpus, EveryFactIsRightOrExplained) {
    ASSERT_GE(results().size(), 60U);
    std::size_t right = 0;
    std::size_t all = 0;
    for (const CorpusResult& result : results()) {
        right += result.right();
        all += result.facts.size();
        std::printf("%-32s %3zu of %3zu\n", result.recording.c_str(), result.right(),
                    result.facts.size());
        for (const Fact& fact : result.facts) {
            EXPECT_TRUE(fact.right || !fact.reason.empty())
                << result.recording << ": " << fact.name << " should be \"" << fact.expected
                << "\" but is \"" << fact.got << "\"";
        }
    }
    std::printf("all: %zu of %zu facts\n", right, all);
    EXPECT_GE(right * 100, all * 97);
}

TEST_F(Corpus, ARecordingWithPrinterMibGivesATree) {
    for (const auto& entry : std::filesystem::directory_iterator(corpusFolder())) {
        if (entry.path().extension() != ".snmprec") {
            continue;
        }
        const auto recording = Recording::load(entry.path());
        ASSERT_TRUE(recording);
        const Polled polled = poll(*recording, sourceMaps(), true);
        std::size_t problems = 0;
        for (const auto& [group, evaluation] : polled.groups) {
            problems += evaluation.problems.size();
            for (const Reading& reading : evaluation.readings) {
                ASSERT_GE(reading.origin, 0);
                EXPECT_FALSE(
                    evaluation.origins.at(static_cast<std::size_t>(reading.origin)).rule.empty());
            }
        }
        EXPECT_EQ(problems, 0U) << entry.path();
        const Oid supplies{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9};
        EXPECT_EQ(recording->hasUnder(supplies), !polled.indexes("MFP.{i}.Supply.{i}.").empty())
            << entry.path();
        EXPECT_EQ(polled.device.hasPrinterMib,
                  recording->hasUnder(Oid{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 3}) ||
                      recording->hasUnder(Oid{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4}) ||
                      recording->hasUnder(supplies) ||
                      recording->hasUnder(Oid{1, 3, 6, 1, 2, 1, 25, 3, 5, 1, 1}))
            << entry.path();
    }
}

TEST_F(Corpus, SameSuppliesKeepTheirKeysOverTime) {
    // Two walks of one printer, weeks apart, with other levels: the same keys.
    const std::pair<const char*, const char*> pairs[] = {
        {"hp-m1522n-1", "hp-m1522n-4"},
        {"hp-m551-1", "hp-m551-2"},
        {"lexmark-mx711-a1", "lexmark-mx711-a2"},
        {"sharp-mx-3100n-1", "sharp-mx-3100n-2"},
    };
    for (const auto& [before, after] : pairs) {
        std::vector<std::string> keys[2];
        int at = 0;
        for (const char* name : {before, after}) {
            const auto recording =
                Recording::load(corpusFolder() / (std::string(name) + ".snmprec"));
            ASSERT_TRUE(recording);
            const Polled polled = poll(*recording, sourceMaps());
            const auto object = modelSchema().findObject("MFP.{i}.Supply.{i}.");
            for (const Row& row : polled.group(Group::Supplies).rows) {
                if (row.object == *object) {
                    keys[at].push_back(row.key);
                }
            }
            ++at;
        }
        EXPECT_FALSE(keys[0].empty());
        EXPECT_EQ(keys[0], keys[1]) << before;
        std::sort(keys[0].begin(), keys[0].end());
        EXPECT_EQ(std::adjacent_find(keys[0].begin(), keys[0].end()), keys[0].end()) << before;
    }
}

TEST_F(Corpus, PageIsUpToDate) {
    const std::string page = corpusPage(results());
    if (std::getenv("PLATEN_UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe): test
        std::filesystem::create_directories(pagePath().parent_path());
        std::ofstream(pagePath()) << page;
    }
    std::ifstream file(pagePath());
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), page) << "run with PLATEN_UPDATE_GOLDEN=1 and review the difference";
}

}  // namespace
}  // namespace platen::mibmap::testing
