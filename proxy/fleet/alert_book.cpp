// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/alert_book.hpp"

#include <algorithm>
#include <string>

namespace platen::fleet {

namespace {

/// UTC of the event from sysUpTime ticks, if that is plausible; else now.
WallTime raisedTime(const PrinterState& state,
                    const mibmap::AlertReading& alert,
                    const ApplyContext& context) {
    const auto upTime = state.tree.get(inService(context.names->upTime));
    constexpr std::uint64_t kTicksPerSecond = 100;
    const auto atSeconds = alert.deviceTimeTicks / kTicksPerSecond;
    if (alert.deviceTimeTicks == 0 || !upTime || atSeconds > upTime->asUnsigned()) {
        return context.now;
    }
    return context.now - std::chrono::seconds(upTime->asUnsigned() - atSeconds);
}

void writeAlert(PrinterState& state,
                const mibmap::AlertReading& alert,
                std::uint32_t row,
                const ApplyContext& context,
                ChangeRecorder& changes) {
    const auto& n = *context.names;
    const auto text = [&](model::ParamIndex param, const std::string& value) {
        if (!value.empty()) {
            changes.set(inRow(param, row), model::Value::string(value), model::Source::Snmp);
        }
    };
    const auto integer = [&](model::ParamIndex param, std::int64_t value) {
        changes.set(inRow(param, row), model::Value::integer(model::ValueType::Int, value),
                    model::Source::Snmp);
    };
    const auto count = [&](model::ParamIndex param, std::uint64_t value) {
        changes.set(inRow(param, row),
                    model::Value::unsignedInteger(model::ValueType::UnsignedInt, value),
                    model::Source::Snmp);
    };
    const bool isNew = !state.tree.get(inRow(n.alertRaisedTime, row)).has_value();
    text(n.alertKey, alert.key);
    text(n.alertSeverity, alert.severity);
    count(n.alertSeverityRaw,
          static_cast<std::uint64_t>(std::max<std::int64_t>(alert.severityRaw, 0)));
    text(n.alertTraining, alert.training);
    text(n.alertGroup, alert.group);
    integer(n.alertGroupIndex, alert.groupIndex);
    if (alert.referenceTable && alert.groupIndex > 0) {
        state.alertTargets.push_back({.alertRow = row,
                                      .table = *alert.referenceTable,
                                      .index = static_cast<std::uint32_t>(alert.groupIndex)});
    } else {
        changes.set(inRow(n.alertReference, row), model::Value(), model::Source::Snmp);
    }
    integer(n.alertLocation, alert.location);
    integer(n.alertCode, alert.code);
    text(n.alertCodeName, alert.codeName);
    text(n.alertStateReason, alert.stateReason);
    text(n.alertDescription, alert.description);
    count(n.alertDeviceTime, alert.deviceTimeTicks);
    text(n.alertOrigin, alert.origin);
    if (isNew) {
        changes.setTime(inRow(n.alertRaisedTime, row), raisedTime(state, alert, context));
    }
}

void moveToHistory(PrinterState& state,
                   std::uint32_t row,
                   const ApplyContext& context,
                   ChangeRecorder& changes) {
    const auto& n = *context.names;
    const auto valueOf = [&](model::ParamIndex param) { return state.tree.get(inRow(param, row)); };
    const auto key = valueOf(n.alertKey);
    const auto raised = valueOf(n.alertRaisedTime);
    const model::InstanceTable::RowKey rowKey{.key = (key ? key->text() : std::string("?")) + "@" +
                                                     (raised ? raised->text() : std::string("?")),
                                              .preferred = {}};
    const auto numbers = state.instances.resolve(n.historyTable, serviceInstance(),
                                                 std::span(&rowKey, 1), context.now);
    const auto target = numbers.front();
    const auto copy = [&](model::ParamIndex from, model::ParamIndex to) {
        if (const auto value = valueOf(from)) {
            changes.set(inRow(to, target), *value, model::Source::Gateway);
        }
    };
    copy(n.alertKey, n.historyKey);
    copy(n.alertSeverity, n.historySeverity);
    copy(n.alertGroup, n.historyGroup);
    copy(n.alertCode, n.historyCode);
    copy(n.alertCodeName, n.historyCodeName);
    copy(n.alertDescription, n.historyDescription);
    copy(n.alertRaisedTime, n.historyRaisedTime);
    changes.setTime(inRow(n.historyClearedTime, target), context.now);
    changes.setBool(inRow(n.historyAcknowledged, target), false);

    state.keepNewest(n.historyTable, kAlertHistorySize);
}

}  // namespace

bool isGatewaysOwn(const PrinterState& state, const WellKnown& names, std::uint32_t row) {
    const auto origin = state.tree.get(inRow(names.alertOrigin, row));
    return origin && origin->stringView() == "Gateway";
}

std::string referenceTo(const ApplyContext& context, const model::ObjectRef& row) {
    auto path = context.codec->internalName(row);
    path.pop_back();
    return path;
}

void applyAlerts(PrinterState& state,
                 std::span<const mibmap::AlertReading> alerts,
                 const ApplyContext& context,
                 ChangeRecorder& changes) {
    const auto& n = *context.names;
    std::vector<model::InstanceTable::RowKey> keys;
    keys.reserve(alerts.size());
    for (const auto& alert : alerts) {
        keys.push_back({.key = alert.key, .preferred = {}});
    }
    const auto numbers =
        state.instances.resolve(n.alertTable, serviceInstance(), keys, context.now);
    state.alertTargets.clear();
    for (std::size_t i = 0; i < alerts.size(); ++i) {
        writeAlert(state, alerts[i], numbers[i], context, changes);
    }
    for (const auto row : state.tree.rows(n.alertTable, serviceInstance())) {
        if (std::find(numbers.begin(), numbers.end(), row) == numbers.end() &&
            !isGatewaysOwn(state, n, row)) {
            clearAlert(state, row, context, changes);
        }
    }
    countAlerts(state, n, changes);
}

void clearAlert(PrinterState& state,
                std::uint32_t row,
                const ApplyContext& context,
                ChangeRecorder& changes) {
    const auto table = context.names->alertTable;
    moveToHistory(state, row, context, changes);
    state.tree.removeObject({table, model::Instances{{1, row, 0}}});
    state.instances.retire(table, serviceInstance(), row);
}

void countAlerts(const PrinterState& state, const WellKnown& names, ChangeRecorder& changes) {
    std::uint64_t warnings = 0;
    std::uint64_t criticals = 0;
    for (const auto row : state.tree.rows(names.alertTable, serviceInstance())) {
        const auto severity = state.tree.get(inRow(names.alertSeverity, row));
        const auto text = severity ? severity->stringView() : std::string_view();
        warnings += text == "Warning" ? 1U : 0U;
        criticals += text == "Critical" ? 1U : 0U;
    }
    changes.setUnsigned(inService(names.activeWarnings), warnings);
    changes.setUnsigned(inService(names.activeCriticals), criticals);
}

void resolveAlertTargets(PrinterState& state,
                         const ApplyContext& context,
                         ChangeRecorder& changes) {
    for (const auto& target : state.alertTargets) {
        std::string path;
        if (const auto row = state.rowByIndex(target.table, target.index)) {
            path = referenceTo(context, *row);
        }
        changes.set(inRow(context.names->alertReference, target.alertRow),
                    model::Value::string(path), model::Source::Snmp);
    }
}

}  // namespace platen::fleet
