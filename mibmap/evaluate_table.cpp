// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/evaluator.hpp"

#include <algorithm>

namespace platen::mibmap {

namespace {

/// Most characters of texts joined over the rows of a table.
constexpr std::size_t kMaxJoined = 16'384;

}  // namespace

Datum Evaluator::aggregate(const Node& node, const Frame& frame) {
    const TableData& table = s_.tables[static_cast<std::size_t>(node.a)];
    switch (node.op) {
        case Op::Count:
        case Op::Sum:
        case Op::Max:
        case Op::Min:
            return total(node, table, frame);
        case Op::List:
        case Op::Lines:
            return gathered(node, table, frame);
        default:
            return rowOf(node, table, frame);
    }
}

Datum Evaluator::total(const Node& node, const TableData& table, const Frame& frame) {
    std::int64_t count = 0;
    std::optional<std::int64_t> result;
    for (const TableData::Row& row : table.rows) {
        const Frame inside{&table, &row, frame.row};
        if (node.op == Op::Count) {
            count += truthy(node.args[0], inside) ? 1 : 0;
            continue;
        }
        const auto value = number(node.args[0], inside);
        if (!value) {
            continue;
        }
        if (!result) {
            result = value;
        } else if (node.op == Op::Sum) {
            if (__builtin_add_overflow(*result, *value, &*result)) {
                return {};
            }
        } else {
            result = node.op == Op::Max ? std::max(*result, *value) : std::min(*result, *value);
        }
    }
    if (node.op == Op::Count) {
        return Datum::of(count);
    }
    return result ? Datum::of(*result) : Datum();
}

Datum Evaluator::gathered(const Node& node, const TableData& table, const Frame& frame) {
    if (table.rows.empty()) {
        return {};
    }
    std::vector<std::string> items;
    std::string lines;
    for (const TableData::Row& row : table.rows) {
        const Datum value = run(node.args[0], Frame{&table, &row, frame.row});
        if (node.op == Op::List) {
            // Literals are names of the model; what the device says is encoded as an item.
            if (!value.blank()) {
                addListItems(items, listItem(value.toText()));
            }
            continue;
        }
        if (&row != &table.rows.front()) {
            lines += '\n';
        }
        if (lines.size() < kMaxJoined) {
            lines += value.toText();
        }
    }
    if (node.op == Op::List) {
        return Datum::text(joinItems(items));
    }
    const std::size_t last = lines.find_last_not_of(" \n");
    return Datum::text(lines.substr(0, last == std::string::npos ? 0 : last + 1));
}

Datum Evaluator::rowOf(const Node& node, const TableData& table, const Frame& frame) {
    if (node.op == Op::FirstRow) {
        for (const TableData::Row& row : table.rows) {
            const Frame inside{&table, &row, frame.row};
            if (truthy(node.args[0], inside)) {
                return run(node.args[1], inside);
            }
        }
        return {};
    }
    const auto index = number(node.args[0], frame);
    if (!index || *index <= 0) {
        return {};
    }
    const auto it = std::find_if(table.rows.begin(), table.rows.end(), [&](const auto& row) {
        return row.index.size() == 1 && std::int64_t{row.index.front()} == *index;
    });
    return it == table.rows.end() ? Datum() : run(node.args[1], Frame{&table, &*it, frame.row});
}

Datum Evaluator::condition(const Node& node) {
    std::vector<std::string> items;
    switch (node.op) {
        case Op::AlertCount:
            return Datum::of(std::int64_t{std::count_if(
                s_.alerts.begin(), s_.alerts.end(),
                [&](const AlertReading& alert) { return alert.severity == node.constant->text; })});
        case Op::AlertWorst: {
            std::string_view worst;
            for (const AlertReading& alert : s_.alerts) {
                if (alert.severity == "Critical") {
                    worst = "Critical";
                } else if (alert.severity == "Warning" && worst.empty()) {
                    worst = "Warning";
                }
            }
            return worst.empty() ? Datum() : Datum::text(std::string(worst));
        }
        case Op::AlertHasCode:
            return Datum::of(
                std::any_of(s_.alerts.begin(), s_.alerts.end(), [&](const AlertReading& alert) {
                    return std::any_of(node.args.begin(), node.args.end(), [&](const Node& arg) {
                        return arg.constant->number == alert.code;
                    });
                }));
        case Op::AlertReasons:
            // Events and remarks stay in the table; the list names what is wrong now.
            for (const AlertReading& alert : s_.alerts) {
                if (alert.severity == "Critical" || alert.severity == "Warning") {
                    addListItems(items, alert.stateReason);
                }
            }
            return Datum::text(joinItems(items));
        case Op::ErrorNames:
            for (const DetectedError& error : errors()) {
                addListItems(items, error.bit->name->text);
            }
            break;
        case Op::ErrorReasons:
            for (const DetectedError& error : errors()) {
                if (!error.severity.empty() && !error.bit->reason->text.empty()) {
                    addListItems(
                        items, text::cat({error.bit->reason->text, reasonSuffix(error.severity)}));
                }
            }
            break;
        case Op::ErrorWorst: {
            std::string worst;
            for (const DetectedError& error : errors()) {
                if (error.severity == "Critical" || worst.empty()) {
                    worst = error.severity;
                }
            }
            return worst.empty() ? Datum() : Datum::text(std::move(worst));
        }
        default:
            return {};
    }
    // No octet string at all: nothing is known about errors, which is not "none".
    const bool known = s_.program.errors.octets && !run(*s_.program.errors.octets, Frame{}).none();
    return known ? Datum::text(joinItems(items)) : Datum();
}

}  // namespace platen::mibmap
