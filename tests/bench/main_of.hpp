// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/log.hpp"

#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

namespace platen::bench {

/// main() of a benchmark: only warnings are logged, an exception ends it with exit 1. `run` takes
/// the words after the program's name.
template <typename Run>
int mainOf(const char* name, int argc, char** argv, Run run) {
    log::configure(log::Level::Warning, log::Format::Journal);
    try {
        return run(std::vector<std::string_view>(argv + 1, argv + argc));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name, error.what());
        return 1;
    }
}

}  // namespace platen::bench
