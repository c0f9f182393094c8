// SPDX-License-Identifier: Apache-2.0
// docs/adding-a-printer.md shows what the programs really print: each block that begins with `$ `
// is run from the source tree. PLATEN_UPDATE_GOLDEN=1 writes the page anew instead.
#include "tests/integration/process.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace platen::test {
namespace {

std::string run(const std::string& command) {
    const auto bin = std::filesystem::path(program("platen")).parent_path().string();
    const auto result = runToEnd(
        {"/bin/sh", "-c", R"(cd "$1" && PATH="$2:$PATH" && export PATH && eval "$3" 2>/dev/null)",
         "sh", PLATEN_SOURCE, bin, command});
    return result.output;
}

TEST(AddingAPrinter, ThePageShowsWhatTheProgramsPrint) {
    const auto page = std::filesystem::path(PLATEN_SOURCE) / "docs/adding-a-printer.md";
    std::ifstream in(page);
    std::string now;
    std::string before;
    std::string line;
    std::size_t commands = 0;
    while (std::getline(in, line)) {
        before += line + "\n";
        now += line + "\n";
        if (!line.starts_with("$ ")) {
            continue;
        }
        ++commands;
        now += run(line.substr(2));
        while (std::getline(in, line) && line != "```") {
            before += line + "\n";
        }
        before += "```\n";
        now += "```\n";
    }
    EXPECT_GE(commands, 4U);
    const auto* update = std::getenv("PLATEN_UPDATE_GOLDEN");  // NOLINT(concurrency-mt-unsafe)
    if (update != nullptr && std::string(update) == "1") {
        std::ofstream(page) << now;
        return;
    }
    EXPECT_EQ(before, now) << "PLATEN_UPDATE_GOLDEN=1 writes the page anew";
}

}  // namespace
}  // namespace platen::test
