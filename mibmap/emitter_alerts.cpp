// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/emitter.hpp"

#include <algorithm>
#include <utility>

namespace platen::mibmap {

namespace {

using Frame = Evaluator::Frame;

std::string alertKey(const AlertReading& alert, std::int64_t group) {
    return text::cat({std::to_string(group), ":", std::to_string(alert.groupIndex), ":",
                      std::to_string(alert.code), ":", std::to_string(alert.location)});
}

}  // namespace

// mfp-model 7.6: rows of prtAlertTable; the error bits only if there are none.
void Emitter::alerts(Group group) {
    const auto& rules = state_.program.alerts;
    if (!rules || (rules->groups & maskOf(group)) == 0) {
        return;
    }
    const TableData& table = state_.tables[static_cast<std::size_t>(rules->table)];
    bool any = false;
    for (const TableData::Row& row : table.rows) {
        const Frame frame{&table, &row, nullptr};
        if (evaluator_.truthy(rules->skip, frame)) {
            continue;
        }
        any = true;
        AlertReading alert = alertOf(*rules, frame);
        const auto equal = std::count_if(
            state_.alerts.begin(), state_.alerts.end(), [&](const AlertReading& other) {
                return other.key == alert.key || other.key.starts_with(alert.key + "#");
            });
        if (equal > 0) {
            alert.key += "#" + std::to_string(equal + 1);
        }
        state_.alerts.push_back(std::move(alert));
    }
    if (!any) {
        alertsFromErrors();
    }
    out_.alertsComplete = true;
}

AlertReading Emitter::alertOf(const AlertRules& rules, const Frame& frame) {
    const auto text = [&](const Node& node) { return evaluator_.run(node, frame).toText(); };
    const auto number = [&](const Node& node, std::int64_t otherwise) {
        return evaluator_.run(node, frame).toNumber().value_or(otherwise);
    };
    AlertReading alert;
    alert.severity = text(rules.severity);
    alert.severityRaw = number(rules.severityRaw, 0);
    alert.training = text(rules.training);
    alert.group = text(rules.group);
    alert.groupIndex = number(rules.groupIndex, -1);
    alert.location = number(rules.location, -2);
    alert.code = number(rules.code, 0);
    alert.codeName = text(rules.codeName);
    alert.stateReason = text(rules.stateReason);
    if (!alert.stateReason.empty()) {
        alert.stateReason += Evaluator::reasonSuffix(alert.severity);
    }
    alert.description = text(rules.description);
    alert.deviceTimeTicks =
        static_cast<std::uint64_t>(std::max<std::int64_t>(number(rules.time, 0), 0));
    alert.origin = "SNMPTable";
    const std::int64_t group = number(rules.groupRaw, 0);
    alert.key = alertKey(alert, group);
    const auto it = std::lower_bound(
        rules.references.begin(), rules.references.end(), group,
        [](const auto& entry, std::int64_t wanted) { return entry.first < wanted; });
    if (it != rules.references.end() && it->first == group && alert.groupIndex > 0) {
        alert.referenceTable = it->second;
    }
    return alert;
}

void Emitter::alertsFromErrors() {
    for (const DetectedError& error : evaluator_.errors()) {
        if (error.severity.empty()) {
            continue;
        }
        const ErrorBit& bit = *error.bit;
        AlertReading alert;
        alert.severity = error.severity;
        alert.severityRaw = error.severity == "Critical" ? 3 : 4;
        alert.training = "Unknown";
        alert.group = bit.group->text;
        alert.code = bit.code;
        alert.codeName = bit.codeName->text;
        if (!bit.reason->text.empty()) {
            alert.stateReason = bit.reason->text;
            alert.stateReason += Evaluator::reasonSuffix(alert.severity);
        }
        alert.description = bit.name->text;
        alert.origin = "DetectedErrorState";
        alert.key = alertKey(alert, bit.groupRaw);
        state_.alerts.push_back(std::move(alert));
    }
}

}  // namespace platen::mibmap
