// SPDX-License-Identifier: Apache-2.0
// docs/cwmp-conformance.md: each requirement with the tests that cite it, or the reason why it has
// none. The page cannot claim more than there is: it is compared with the test sources.
#include "tests/unit/conformance/citations.hpp"
#include "tests/unit/conformance/requirement_list.hpp"
#include "tests/unit/conformance/tp181.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace platen::conformance {
namespace {

namespace fs = std::filesystem;

std::string contentOf(const fs::path& file) {
    std::ifstream in(file);
    std::stringstream whole;
    whole << in.rdbuf();
    return whole.str();
}

/// Why an item has no test: `not applicable: …` or `open: …`.
std::map<std::string, std::string> reasons() {
    const auto json = nlohmann::json::parse(
        contentOf(fs::path(PLATEN_SOURCE) / "tests/unit/conformance/reasons.json"), nullptr, true,
        true);
    return json.get<std::map<std::string, std::string>>();
}

struct Counts {
    std::size_t all = 0, tested = 0, notApplicable = 0, open = 0;
};

class CwmpConformance : public ::testing::Test {
  protected:
    void SetUp() override {
        const fs::path list = fs::path(PLATEN_SHARED) / "standards" / "cwmp-requirements.md";
        if (!fs::exists(list)) {
            GTEST_SKIP() << "no requirement list: " << list;
        }
        requirements_ = requirementsOf(contentOf(list));
        citations_ = citationsUnder(fs::path(PLATEN_SOURCE) / "tests");
        reasons_ = reasons();
    }

    [[nodiscard]] bool tested(const std::string& id) const { return citations_.contains(id); }
    [[nodiscard]] std::string reasonOf(const std::string& id) const {
        const auto reason = reasons_.find(id);
        return reason == reasons_.end() ? std::string() : reason->second;
    }

    void count(Counts& counts, const std::string& id) const {
        ++counts.all;
        if (tested(id)) {
            ++counts.tested;
        } else if (reasonOf(id).starts_with("not applicable")) {
            ++counts.notApplicable;
        } else {
            ++counts.open;
        }
    }

    [[nodiscard]] std::string page() const {
        std::ostringstream out;
        out << "<!-- Made by conformance_tests from the tests' citations (PLATEN_UPDATE_GOLDEN=1). "
               "Do not edit. -->\n"
               "# CWMP conformance\n\n"
               "Each requirement on the CPE side of TR-069, with the tests that hold it, or why "
               "there is none.\n"
               "Levels: M must, S should, O optional, N must not, P our own decision.\n\n"
               "| level | items | with a test | not applicable | open |\n| --- | --- | --- | --- | "
               "--- |\n";
        std::map<std::string, Counts> byLevel;
        for (const auto& requirement : requirements_) {
            count(byLevel[std::string(1, requirement.level)], requirement.id);
            count(byLevel["all"], requirement.id);
        }
        for (const char* level : {"M", "S", "O", "N", "P", "all"}) {
            const Counts& c = byLevel[level];
            out << "| " << level << " | " << c.all << " | " << c.tested << " | " << c.notApplicable
                << " | " << c.open << " |\n";
        }
        out << tp181();
        std::string section;
        for (const auto& requirement : requirements_) {
            if (requirement.section != section) {
                section = requirement.section;
                out << "\n## " << section << "\n\n| item | level | tests, or why none |\n"
                    << "| --- | --- | --- |\n";
            }
            out << "| " << requirement.id << " | " << requirement.level << " | "
                << evidence(requirement.id) << " |\n";
        }
        return out.str();
    }

    [[nodiscard]] std::string tp181() const {
        std::size_t always = 0, optional = 0, allAlways = 0, allOptional = 0;
        std::ostringstream rows;
        for (const auto& one : kTp181Cases) {
            const std::string id = "TP-181 " + std::string(one.id);
            const bool held = tested(id);
            (one.always ? allAlways : allOptional) += 1;
            (one.always ? always : optional) += held ? 1U : 0U;
            rows << "| " << one.id << " | " << one.name << " | "
                 << (one.always ? "always" : "if offered") << " | "
                 << (held ? evidence(id) : "not built") << " |\n";
        }
        std::ostringstream out;
        out << "\n## TP-181\n\nCases of the Broadband Forum's test plan TP-181 Issue 1 Amendment 2 "
               "that apply: "
            << always << " of " << allAlways << " that always apply, " << optional << " of "
            << allOptional << " optional.\n\n| case | name | applies | tests |\n"
            << "| --- | --- | --- | --- |\n"
            << rows.str();
        return out.str();
    }

    [[nodiscard]] std::string evidence(const std::string& id) const {
        const auto found = citations_.find(id);
        if (found == citations_.end()) {
            const auto reason = reasonOf(id);
            return reason.empty() ? "**open**" : reason;
        }
        constexpr std::size_t kShown = 4;
        std::string out;
        std::size_t shown = 0;
        for (const auto& test : found->second) {
            if (shown++ == kShown) {
                out += ", and " + std::to_string(found->second.size() - kShown) + " more";
                break;
            }
            out += (out.empty() ? "`" : ", `") + test + "`";
        }
        return out;
    }

    std::vector<Requirement> requirements_;
    Citations citations_;
    std::map<std::string, std::string> reasons_;
};

TEST_F(CwmpConformance, ThePageSaysWhatTheTestsCite) {
    ASSERT_GE(requirements_.size(), 340U);
    const fs::path file = fs::path(PLATEN_SOURCE) / "docs" / "cwmp-conformance.md";
    if (std::getenv("PLATEN_UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
        std::ofstream(file) << page();
    }
    EXPECT_EQ(contentOf(file), page()) << "run conformance_tests with PLATEN_UPDATE_GOLDEN=1";
}

TEST_F(CwmpConformance, AReasonStandsOnlyForAKnownItemWithoutATest) {
    for (const auto& [id, reason] : reasons_) {
        const bool known = std::any_of(requirements_.begin(), requirements_.end(),
                                       [&](const auto& item) { return item.id == id; });
        EXPECT_TRUE(known) << id;
        EXPECT_FALSE(tested(id)) << id << " has a test; take its reason away";
        EXPECT_TRUE(reason.starts_with("not applicable: ") || reason.starts_with("open: "))
            << id << ": " << reason;
    }
}

TEST_F(CwmpConformance, TestsCiteOnlyItemsThatExist) {
    for (const auto& [id, tests] : citations_) {
        const bool known = std::ranges::any_of(kTp181Cases, [&id = id](const auto& one) {
            return id == "TP-181 " + std::string(one.id);
        });
        EXPECT_TRUE(known || !id.starts_with("TP-181 ") ||
                    tests.contains("Citations.UnderstandsListsAndRanges"))
            << id << " in " << *tests.begin();
    }
    std::set<std::string> families;
    std::set<std::string> known;
    for (const auto& requirement : requirements_) {
        known.insert(requirement.id);
        families.insert(requirement.id.substr(0, requirement.id.rfind('-')));
    }
    for (const auto& [id, tests] : citations_) {
        if (families.contains(id.substr(0, id.rfind('-')))) {
            EXPECT_TRUE(known.contains(id)) << id << " in " << *tests.begin();
        }
    }
}

}  // namespace
}  // namespace platen::conformance
