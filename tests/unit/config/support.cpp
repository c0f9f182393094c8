// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/support.hpp"

#include "base/crypto.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <system_error>

namespace platen::config::test {

TemporaryFolder::TemporaryFolder()
    : path_(std::filesystem::path(testing::TempDir()) /
            ("platen-config-" + SystemRandom().hex(8))) {
    std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryFolder::write(const std::filesystem::path& name,
                                             std::string_view text) const {
    auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

std::string readWhole(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

LoadOutcome loadText(std::string text) {
    LoadContext context;
    context.folder = "/etc/platen";
    context.readFiles = false;
    return loadSettingsFromText("platen.json", std::move(text), context);
}

}  // namespace platen::config::test
