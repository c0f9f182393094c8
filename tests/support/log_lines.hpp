// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/log.hpp"
#include "base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace platen::test {

/// What the program logs while this is there, by a test's clock.
class LogLines {
  public:
    explicit LogLines(const Clock& clock) {
        log::setClock(&clock);
        log::setSink(
            [](void* to, log::Level, std::string_view line) {
                static_cast<std::vector<std::string>*>(to)->emplace_back(line);
            },
            &lines);
    }
    LogLines(const LogLines&) = delete;
    LogLines& operator=(const LogLines&) = delete;
    ~LogLines() {
        log::setSink(nullptr, nullptr);
        log::setClock(nullptr);
    }

    std::vector<std::string> lines;
};

}  // namespace platen::test
