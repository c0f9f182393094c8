// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::app {

enum class StepResult : std::uint8_t { Ok, Warning, Failed, Skipped };
[[nodiscard]] std::string_view toString(StepResult result);  ///< `ok`, `failed`

/// One thing that must be right for a printer to be read.
struct DiagnosisStep {
    std::string step;  ///< Stable name: `credential`.
    StepResult result = StepResult::Ok;
    std::string text;    ///< What was found.
    std::string advice;  ///< What to do; empty if nothing.
    std::vector<std::pair<std::string, std::string>> facts;
};

/// Why a printer is read, or not.
struct Diagnosis {
    std::string host;
    std::vector<DiagnosisStep> steps;
    std::string verdict;  ///< One line.
    int exit = 0;         ///< As `platen poll`: 0, 3 no answer, 4 no printer.
};

[[nodiscard]] std::string diagnosisText(const Diagnosis& diagnosis);
[[nodiscard]] std::string diagnosisJson(const Diagnosis& diagnosis);

}  // namespace platen::app
