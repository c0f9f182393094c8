// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/conformance/requirement_list.hpp"

#include "base/text.hpp"

namespace platen::conformance {

namespace {

/// Cells of a table row; `\|` inside a cell is a character.
std::vector<std::string> cellsOf(std::string_view line) {
    std::vector<std::string> cells;
    std::string cell;
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] == '|' && line[i - 1] != '\\') {
            cells.emplace_back(text::trim(cell));
            cell.clear();
        } else {
            cell += line[i];
        }
    }
    return cells;
}

}  // namespace

std::vector<Requirement> requirementsOf(std::string_view page) {
    constexpr std::string_view kLevels = "MSONP";
    std::vector<Requirement> requirements;
    std::string section;
    for (const std::string_view line : text::split(page, '\n')) {
        if (line.starts_with("## ") || line.starts_with("### ")) {
            section = std::string(text::trim(line.substr(line.find(' '))));
        }
        if (!line.starts_with("| C-")) {
            continue;
        }
        const auto cells = cellsOf(line);
        const bool event = cells.size() == 8 && cells[1].starts_with("`");
        if (event) {  // the table of events has no levels: what an event is, is a must
            requirements.push_back({cells[0], 'M', cells[1], cells.back(), section});
        } else if (cells.size() >= 5 && cells[1].size() == 1 &&
                   kLevels.find(cells[1][0]) != std::string_view::npos) {
            requirements.push_back({cells[0], cells[1][0], cells[2], cells.back(), section});
        } else if (cells[0].starts_with("C-SCALE-")) {  // the product's own, without levels
            requirements.push_back({cells[0], 'P', cells[1], cells.back(), section});
        }
    }
    return requirements;
}

}  // namespace platen::conformance
