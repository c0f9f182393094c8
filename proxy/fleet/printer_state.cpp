// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/printer_state.hpp"

#include "proxy/fleet/well_known.hpp"

#include <algorithm>

namespace platen::fleet {

CounterEntry& PrinterState::counter(const model::ParamRef& ref) {
    const auto it = std::lower_bound(
        counters.begin(), counters.end(), ref,
        [](const CounterEntry& entry, const model::ParamRef& key) { return entry.ref < key; });
    if (it != counters.end() && it->ref == ref) {
        return *it;
    }
    return *counters.insert(it,
                            CounterEntry{.ref = ref, .state = {}, .dirty = false, .read = false});
}

bool PrinterState::readCountersAgain(WallTime before, WallTime now) {
    bool any = false;
    for (CounterEntry& entry : counters) {
        if (entry.state.lastRead == before) {
            entry.state.lastRead = now;
            entry.read = true;
            any = true;
        }
    }
    return any;
}

void PrinterState::setRowIndex(const model::ObjectRef& row, std::uint32_t index) {
    const auto it = std::lower_bound(
        rowIndexes.begin(), rowIndexes.end(), row,
        [](const RowIndex& entry, const model::ObjectRef& key) { return entry.row < key; });
    if (it != rowIndexes.end() && it->row == row) {
        revision += it->index == index ? 0U : 1U;
        it->index = index;
        return;
    }
    ++revision;
    rowIndexes.insert(it, RowIndex{.row = row, .index = index});
}

void PrinterState::eraseRowIndex(const model::ObjectRef& row) {
    const auto gone =
        std::erase_if(rowIndexes, [&](const RowIndex& entry) { return entry.row == row; });
    revision += gone != 0 ? 1U : 0U;
}

std::optional<std::uint32_t> PrinterState::rowIndex(const model::ObjectRef& row) const {
    const auto it = std::lower_bound(
        rowIndexes.begin(), rowIndexes.end(), row,
        [](const RowIndex& entry, const model::ObjectRef& key) { return entry.row < key; });
    return it != rowIndexes.end() && it->row == row ? std::optional(it->index) : std::nullopt;
}

std::optional<model::ObjectRef> PrinterState::rowByIndex(model::ObjectIndex table,
                                                         std::uint32_t index) const {
    const auto it = std::find_if(rowIndexes.begin(), rowIndexes.end(), [&](const RowIndex& entry) {
        return entry.row.object == table && entry.index == index;
    });
    return it != rowIndexes.end() ? std::optional(it->row) : std::nullopt;
}

void PrinterState::keepNewest(model::ObjectIndex table, std::size_t most) {
    const auto rows = tree.rows(table, serviceInstance());
    for (std::size_t i = 0; i + most < rows.size(); ++i) {
        tree.removeObject({table, model::Instances{{1, rows[i], 0}}});
        instances.retire(table, serviceInstance(), rows[i]);
    }
}

bool ChangeRecorder::set(const model::ParamRef& ref,
                         const model::Value& value,
                         model::Source source) {
    const bool changed = tree_.set(ref, value, source);
    if (changed) {
        changes_.push_back({.ref = ref, .cause = cause_});
    }
    return changed;
}

void ChangeRecorder::setText(const model::ParamRef& ref, std::string_view text) {
    set(ref, model::Value::string(text), model::Source::Gateway);
}

void ChangeRecorder::setUnsigned(const model::ParamRef& ref, std::uint64_t number) {
    set(ref, model::Value::unsignedInteger(tree_.schema().param(ref.param).type, number),
        model::Source::Gateway);
}

void ChangeRecorder::setInt(const model::ParamRef& ref, std::int64_t number) {
    set(ref, model::Value::integer(tree_.schema().param(ref.param).type, number),
        model::Source::Gateway);
}

void ChangeRecorder::setBool(const model::ParamRef& ref, bool value) {
    set(ref, model::Value::boolean(value), model::Source::Gateway);
}

void ChangeRecorder::setTime(const model::ParamRef& ref, WallTime time) {
    set(ref, model::Value::dateTime(std::chrono::floor<std::chrono::seconds>(time)),
        model::Source::Gateway);
}

std::vector<Change> ChangeRecorder::take() {
    for (const auto& count : tree_.takeMovedCounts()) {
        changes_.push_back({.ref = count, .cause = cause_});
    }
    return std::exchange(changes_, {});
}

void ChangeRecorder::erase(const model::ParamRef& ref) {
    if (tree_.erase(ref)) {
        changes_.push_back({.ref = ref, .cause = cause_});
    }
}

}  // namespace platen::fleet
