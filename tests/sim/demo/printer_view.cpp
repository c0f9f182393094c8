// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/demo/printer_view.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace platen::demo {

namespace {

constexpr std::size_t kLineWidth = 96;  ///< Without the indent.
constexpr std::string_view kIndent = "    ";

std::string valueOf(const AcsClient::Parameters& parameters, std::string_view name) {
    const auto found = parameters.find(text::cat({kService, name}));
    return found == parameters.end() ? "-" : found->second;
}

std::string describeSupply(const AcsClient::Parameters& parameters, std::string_view row) {
    const std::string percent = valueOf(parameters, text::cat({row, "LevelPercent"}));
    std::string name = valueOf(parameters, text::cat({row, "Description"}));
    if (name.empty() || name == "-") {
        name = valueOf(parameters, text::cat({row, "Type"}));
    }
    // -1 says that there is no percentage; the state says why
    const bool known = text::toInt(percent).value_or(-1) >= 0;
    return name + " " +
           (known ? percent + " %" : valueOf(parameters, text::cat({row, "LevelState"})));
}

std::string pad(const std::string& text, std::size_t width, bool right) {
    const std::size_t length = text::utf8Length(text);
    const std::string blanks(length < width ? width - length : 0, ' ');
    return right ? blanks + text : text + blanks;
}

std::string wrap(const std::vector<std::string>& items) {
    std::string out;
    std::string line;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string item = items[i] + (i + 1 < items.size() ? "," : "");
        if (!line.empty() && text::utf8Length(line) + text::utf8Length(item) + 1 > kLineWidth) {
            out += text::cat({kIndent, line, "\n"});
            line.clear();
        }
        line += (line.empty() ? "" : " ") + item;
    }
    return line.empty() ? out : text::cat({out, kIndent, line, "\n"});
}

}  // namespace

std::string groupDigits(std::string_view number) {
    if (!text::toUnsigned(number)) {
        return std::string(number);
    }
    std::string out;
    for (std::size_t i = 0; i < number.size(); ++i) {
        out += i > 0 && (number.size() - i) % 3 == 0 ? "," : "";
        out += number[i];
    }
    return out;
}

PrinterView makeView(const AcsClient::Parameters& parameters) {
    PrinterView out{.serial = valueOf(parameters, "Identification.SerialNumber"),
                    .manufacturer = valueOf(parameters, "Identification.Manufacturer"),
                    .model = valueOf(parameters, "Identification.ModelName"),
                    .impressions = groupDigits(valueOf(parameters, "Counters.Total.Impressions")),
                    .state = valueOf(parameters, "Status.State"),
                    .supplies = {}};
    const std::string table = text::cat({kService, "Supply."});
    std::map<std::uint64_t, std::string> rows;  // in the order of numbers, not of texts
    for (auto at = parameters.lower_bound(table);
         at != parameters.end() && at->first.starts_with(table); ++at) {
        const std::string_view rest = std::string_view(at->first).substr(table.size());
        const auto dot = rest.find('.');
        if (const auto number = text::toUnsigned(rest.substr(0, dot))) {
            rows[*number] = text::cat({"Supply.", rest.substr(0, dot), "."});
        }
    }
    for (const auto& [number, row] : rows) {
        out.supplies.push_back(describeSupply(parameters, row));
    }
    return out;
}

std::string formatTable(const std::vector<PrinterView>& printers) {
    using Row = std::array<std::string, 5>;
    std::vector<Row> rows{{"SERIAL", "MANUFACTURER", "MODEL", "IMPRESSIONS", "STATE"}};
    for (const PrinterView& one : printers) {
        rows.push_back({one.serial, one.manufacturer, one.model, one.impressions, one.state});
    }
    std::array<std::size_t, 5> widths{};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], text::utf8Length(row[i]));
        }
    }
    std::string out;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string line = "  ";
        for (std::size_t i = 0; i < rows[r].size(); ++i) {
            line += pad(rows[r][i], widths[i] + 2, false);
        }
        out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        out += r == 0 ? "" : wrap(printers[r - 1].supplies);
    }
    return out;
}

}  // namespace platen::demo
