// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/support.hpp"

#include <fstream>
#include <iterator>

namespace platen::config::test {

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
