// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/evaluator.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace platen::mibmap {

/// Runs the rules of one group and collects rows, readings, references, counters and alerts.
class Emitter {
  public:
    Emitter(const model::Schema& schema, State& state, Evaluator& evaluator, Evaluation& out)
        : schema_(schema), state_(state), evaluator_(evaluator), out_(out) {}

    void alerts(Group group);
    void objects(Group group);
    /// Only what depends on clocks.
    void timedObjects(Group group);

  private:
    void object(const ObjectRules& rules, GroupMask group);
    void rowsOf(const ObjectRules& rules, GroupMask group);
    std::int32_t parentOf(const ObjectRules& rules, const Evaluator::Frame& frame);
    void params(const ObjectRules& rules,
                GroupMask group,
                const Evaluator::Frame& frame,
                std::int32_t row);
    bool emit(const Rule& rule, const Evaluator::Frame& frame, std::int32_t row);
    bool emitReference(const Rule& rule, const Datum& value, std::int32_t row);
    bool emitCounter(const Rule& rule,
                     const Datum& value,
                     const Evaluator::Frame& frame,
                     std::int32_t row);
    /// Index of the new origin; -1 unless tracing.
    [[nodiscard]] std::int32_t origin(const Rule& rule);
    [[nodiscard]] std::optional<model::Value> valueOf(const model::ParamDef& param,
                                                      const Datum& value);
    [[nodiscard]] std::optional<model::Value> numberOf(const model::ParamDef& param,
                                                       const Datum& value);
    [[nodiscard]] std::string joined(const std::vector<Node>& parts, const Evaluator::Frame& frame);
    [[nodiscard]] std::optional<std::uint32_t> indexOf(const std::optional<Node>& index,
                                                       const Evaluator::Frame& frame);
    void distinguish(const ObjectRules& rules,
                     std::vector<std::pair<Evaluator::Frame, std::string>>& rows);
    [[nodiscard]] AlertReading alertOf(const AlertRules& rules, const Evaluator::Frame& frame);
    void alertsFromErrors();

    const model::Schema& schema_;
    State& state_;
    Evaluator& evaluator_;
    Evaluation& out_;
    bool timedOnly_ = false;
};

/// The value of a varbind as text for `explain`: numbers, text, or hexadecimal octets.
[[nodiscard]] std::string rawText(const SnmpValue& value);

}  // namespace platen::mibmap
