// SPDX-License-Identifier: Apache-2.0
#include "config/settings.hpp"
#include "tests/unit/config/support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace platen::config {
namespace {

const std::filesystem::path& folder() {
    static const std::filesystem::path kFolder =
        std::filesystem::path(PLATEN_SOURCE) / "tests/data/config-bad";
    return kFolder;
}

std::vector<std::string> badFiles() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
        if (entry.path().extension() == ".json") {
            names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Golden files do not depend on where the source tree is.
std::string withoutPaths(std::string text) {
    const std::string source = folder().string();
    for (auto at = text.find(source); at != std::string::npos; at = text.find(source, at)) {
        text.replace(at, source.size(), "FOLDER");
    }
    return text;
}

class BadConfig : public testing::TestWithParam<std::string> {};

/// PLATEN_UPDATE_GOLDEN=1 writes what is told now; look at the difference before it goes in.
TEST_P(BadConfig, TellsExactlyWhatIsExpected) {
    const auto file = folder() / (GetParam() + ".json");
    LoadContext context;
    context.folder = folder();
    const LoadOutcome outcome =
        loadSettingsFromText(file.filename().string(), test::readWhole(file), context);
    EXPECT_FALSE(outcome.ok);
    EXPECT_GT(outcome.errorCount, 0U);
    EXPECT_EQ(outcome.report.find("hunter"), std::string::npos) << outcome.report;
    const auto expected = folder() / (GetParam() + ".expected");
    const std::string report = withoutPaths(outcome.report);
    if (std::getenv("PLATEN_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(expected, std::ios::binary) << report;
    }
    EXPECT_EQ(report, test::readWhole(expected));
}

INSTANTIATE_TEST_SUITE_P(Golden,
                         BadConfig,
                         testing::ValuesIn(badFiles()),
                         [](const testing::TestParamInfo<std::string>& param) {
                             std::string name = param.param;
                             std::replace_if(
                                 name.begin(), name.end(),
                                 [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                             return name;
                         });

}  // namespace
}  // namespace platen::config
