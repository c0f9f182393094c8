// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace platen::conformance {

/// One row of the requirement list.
struct Requirement {
    std::string id;    ///< `C-SPV-02`
    char level = 'M';  ///< Must, should (S), optional (O), must not (N), product decision (P).
    std::string text;
    std::string sources;  ///< Marks: `X`, `S,I`; `r` is a recollection with low confidence.
    std::string section;  ///< Heading above it.

    /// A must that the list itself is sure enough of.
    [[nodiscard]] bool binding() const { return level == 'M' && sources != "r"; }
};

/// Rows with a level, in the order of the page.
[[nodiscard]] std::vector<Requirement> requirementsOf(std::string_view page);

}  // namespace platen::conformance
