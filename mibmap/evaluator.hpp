// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::mibmap {

/// Runs expressions over a State. Never fails: what cannot be computed is Datum::none().
class Evaluator {
  public:
    /// The row that `$column` means; null outside tables.
    struct Frame {
        const TableData* table = nullptr;
        const TableData::Row* row = nullptr;
        const TableData::Row* outer = nullptr;  ///< Row around a `count`, `firstRow` and so on.
    };

    explicit Evaluator(State& state) : s_(state) {}

    [[nodiscard]] Datum run(const Node& node, const Frame& frame);
    [[nodiscard]] bool truthy(const Node& node, const Frame& frame) {
        return run(node, frame).truthy();
    }
    /// Bits of hrPrinterDetectedErrorState with their severities, worked out once.
    const std::vector<DetectedError>& errors();
    /// `-error`, `-warning` or `-report` (PWG 5100.9) for a severity.
    [[nodiscard]] static std::string_view reasonSuffix(std::string_view severity);

  private:
    // evaluate.cpp
    Datum leaf(const Node& node, const Frame& frame);
    Datum choice(const Node& node, const Frame& frame);
    Datum naming(const Node& node, const Frame& frame);
    Datum decide(const Node& node, const Frame& frame);
    Datum use(const VarBind* varbind);
    // evaluate_number.cpp
    Datum arithmetic(const Node& node, const Frame& frame);
    std::optional<std::int64_t> number(const Node& node, const Frame& frame);
    // evaluate_text.cpp
    Datum textual(const Node& node, const Frame& frame);
    Datum decoded(const Datum& value, int charset) const;
    Datum translated(const Node& node, const Frame& frame);
    Datum listOf(const Node& node, const Frame& frame);
    Datum worst(const Node& node, const Frame& frame);
    Datum mediaName(const Node& node, const Frame& frame);
    // evaluate_octets.cpp
    Datum octetal(const Node& node, const Frame& frame);
    // evaluate_table.cpp
    Datum aggregate(const Node& node, const Frame& frame);
    Datum total(const Node& node, const TableData& table, const Frame& frame);
    Datum gathered(const Node& node, const TableData& table, const Frame& frame);
    Datum rowOf(const Node& node, const TableData& table, const Frame& frame);
    Datum condition(const Node& node);

    State& s_;
};

/// Splits a list text into its items and adds those that are not in `items` yet.
void addListItems(std::vector<std::string>& items, std::string_view list);
/// Items joined as a list value of TR-106; items are taken as already encoded.
[[nodiscard]] std::string joinItems(const std::vector<std::string>& items);
/// One item, with comma, percent sign and white space percent-encoded.
[[nodiscard]] std::string listItem(std::string_view text);

}  // namespace platen::mibmap
