// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"

#include <cstdint>
#include <random>
#include <string>

namespace platen::test {

/// The same numbers on every run.
class SeededRandom final : public Random {
  public:
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) override { return engine_() % bound; }
    [[nodiscard]] std::string hex(std::size_t bytes) override {
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string text;
        for (std::size_t i = 0; i < bytes * 2; ++i) {
            text += kDigits[engine_() % kDigits.size()];
        }
        return text;
    }

  private:
    std::mt19937_64 engine_{
        20310203};  // NOLINT(cert-msc32-c,cert-msc51-cpp): repeatable on purpose
};

}  // namespace platen::test
