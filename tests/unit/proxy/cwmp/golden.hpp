// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace platen::test {

/// Compares with tests/data/soap/golden/NAME; PLATEN_UPDATE_GOLDEN=1 writes the file instead.
inline void expectGolden(const std::string& name, const std::string& text) {
    const auto file = std::filesystem::path(PLATEN_SOURCE) / "tests/data/soap/golden" / name;
    const auto* update = std::getenv("PLATEN_UPDATE_GOLDEN");  // NOLINT(concurrency-mt-unsafe)
    if (update != nullptr && std::string(update) == "1") {
        std::ofstream(file, std::ios::binary) << text << '\n';
        return;
    }
    std::ifstream in(file, std::ios::binary);
    const std::string expected{std::istreambuf_iterator<char>(in),
                               std::istreambuf_iterator<char>()};
    EXPECT_EQ(text + "\n", expected) << "golden file " << file;
}

}  // namespace platen::test
