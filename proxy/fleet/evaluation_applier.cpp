// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/evaluation_applier.hpp"

#include "mibmap/map_set.hpp"
#include "proxy/fleet/gateway_alerts.hpp"

#include <algorithm>
#include <tuple>

namespace platen::fleet {

namespace {

/// Instances above a row that hangs directly in the device: `MFP.1.` for the service's tables, none
/// for those of `Device.`
model::Instances topParents(const model::ObjectDef& object) {
    return object.depth >= 2 ? serviceInstance() : model::Instances{};
}

/// The best entry for each (row, param): highest rank first, first given on a tie. Row by row, as
/// the tree holds them.
template <typename Entry>
std::vector<const Entry*> winners(const std::vector<Entry>& entries) {
    struct Place {
        std::int32_t row = 0;
        model::ParamIndex param;
        std::int16_t rank = 0;
        std::uint32_t index = 0;
        [[nodiscard]] bool samePlace(const Place& other) const {
            return row == other.row && param == other.param;
        }
    };
    std::vector<Place> places;
    places.reserve(entries.size());
    const auto add = [&](bool rows) {
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            const auto& entry = entries[i];
            if ((entry.row >= 0) == rows) {
                places.push_back({entry.row, entry.param, entry.rank, i});
            }
        }
    };
    add(false);
    add(true);
    const auto inOrder = [](const Place& a, const Place& b) {
        return std::tie(a.row, a.param, b.rank, a.index) <
               std::tie(b.row, b.param, a.rank, b.index);
    };
    // Maps give objects and parameters in the order of the model: mostly there is nothing to do.
    if (!std::is_sorted(places.begin(), places.end(), inOrder)) {
        std::sort(places.begin(), places.end(), inOrder);
    }
    std::vector<const Entry*> best;
    best.reserve(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (i == 0 || !places[i].samePlace(places[i - 1])) {
            best.push_back(&entries[places[i].index]);
        }
    }
    return best;
}

}  // namespace

CounterOutcome EvaluationApplier::apply(const mibmap::Evaluation& evaluation) {
    CounterOutcome outcome;
    resolveRows(evaluation);
    applyReadings(evaluation);
    applyReferences(evaluation);
    applyCounters(evaluation, outcome);
    dropGoneRows(evaluation);
    return outcome;
}

model::ParamRef EvaluationApplier::refOf(model::ParamIndex param, std::int32_t row) const {
    if (row >= 0) {
        return {param, rows_[static_cast<std::size_t>(row)]};
    }
    const auto& schema = context_.codec->schema();
    const auto depth = schema.object(schema.param(param).object).depth;
    return {param, depth >= 1 ? serviceInstance() : model::Instances{}};
}

void EvaluationApplier::set(const model::ParamRef& ref, const model::Value& value) {
    const bool changed = changes_.set(ref, value, model::Source::Snmp);
    if (changed && context_.map != nullptr && context_.map->inSeveralGroups(ref.param)) {
        ++state_.revision;
    }
}

void EvaluationApplier::resolveRows(const mibmap::Evaluation& evaluation) {
    const auto& schema = context_.codec->schema();
    const auto& rows = evaluation.rows;
    rows_.assign(rows.size(), model::Instances{});
    std::vector<bool> done(rows.size(), false);
    // A row's parent stands before it or is resolved in an earlier pass; the depth of the model
    // bounds the passes.
    for (std::size_t pass = 0; pass < model::kMaxDepth; ++pass) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto parent = rows[i].parent;
            if (done[i] || (parent >= 0 && !done[static_cast<std::size_t>(parent)])) {
                continue;
            }
            const auto& object = schema.object(rows[i].object);
            const auto parents =
                parent >= 0 ? rows_[static_cast<std::size_t>(parent)] : topParents(object);
            std::vector<std::size_t> members;
            std::vector<model::InstanceTable::RowKey> keys;
            for (std::size_t j = i; j < rows.size(); ++j) {
                if (!done[j] && rows[j].object == rows[i].object && rows[j].parent == parent) {
                    members.push_back(j);
                    keys.push_back({.key = rows[j].key, .preferred = rows[j].index});
                    done[j] = true;
                }
            }
            const auto numbers =
                state_.instances.resolve(rows[i].object, parents, keys, context_.now);
            for (std::size_t k = 0; k < members.size(); ++k) {
                const auto j = members[k];
                rows_[j] = parents.with(object.depth - 1U, numbers[k]);
                const model::ObjectRef ref{rows[j].object, rows_[j]};
                state_.tree.addObject(ref);
                std::erase(state_.goneRows, ref);
                if (rows[j].index) {
                    state_.setRowIndex(ref, *rows[j].index);
                }
            }
        }
    }
}

void EvaluationApplier::applyReadings(const mibmap::Evaluation& evaluation) {
    const auto& n = *context_.names;
    for (const auto* reading : winners(evaluation.readings)) {
        const auto ref = refOf(reading->param, reading->row);
        if (reading->param == n.severity) {
            state_.printerSeverity = reading->value;
            set(ref, shownSeverity(state_, n, reading->value));
            continue;
        }
        // Once deriveStates has said what a tray's state is, its word stands: it would write it
        // over this one at the end of each poll. The same with the counts of alerts.
        const bool derived = reading->param == n.inputState || reading->param == n.outputState ||
                             reading->param == n.activeWarnings ||
                             reading->param == n.activeCriticals;
        if (!derived || state_.tree.sourceOf(ref) != model::Source::Gateway) {
            set(ref, reading->value);
        }
    }
}

void EvaluationApplier::applyReferences(const mibmap::Evaluation& evaluation) {
    for (const auto& reference : evaluation.references) {
        std::string text;
        for (const auto index : reference.indexes) {
            const auto row = state_.rowByIndex(reference.target, index);
            if (!row) {
                continue;
            }
            auto path = context_.codec->internalName(*row);
            path.pop_back();  // a reference has no final dot (C-DT-08)
            text += (text.empty() ? "" : ",") + path;
        }
        set(refOf(reference.param, reference.row), model::Value::string(text));
    }
}

void EvaluationApplier::applyCounters(const mibmap::Evaluation& evaluation,
                                      CounterOutcome& outcome) {
    if (evaluation.counters.empty()) {
        return;
    }
    const auto best = winners(evaluation.counters);
    // What befell one page counter befell its neighbours too, however little they had counted.
    const bool returned = std::ranges::any_of(best, [this](const auto* reading) {
        const auto input = inputOf(*reading);
        return input.pages &&
               counterCameBack(state_.counter(refOf(reading->param, reading->row)).state, input);
    });
    for (const auto* reading : best) {
        auto input = inputOf(*reading);
        input.returned = returned;
        applyCounter(*reading, input, outcome);
    }
    if (outcome.newEpoch == EpochReason::CounterWentBack) {
        outcome.suspect = false;
        for (const auto* reading : best) {
            const auto input = inputOf(*reading);
            auto& entry = state_.counter(refOf(reading->param, reading->row));
            entry.dirty = (input.pages && believeZero(entry.state, input)) || entry.dirty;
            outcome.suspect = outcome.suspect || entry.state.confirmCount > 0;
        }
    }
}

CounterInput EvaluationApplier::inputOf(const mibmap::CounterReading& reading) const {
    constexpr std::uint64_t kMinutes = 60;
    const auto& schema = context_.codec->schema();
    const auto speed = state_.tree.get(inService(context_.names->printSpeed));
    // Octets and packets of the printer's network are no pages.
    const bool pages = schema.object(schema.param(reading.param).object).path.starts_with("MFP.");
    return {.raw = reading.raw,
            .modulus = reading.modulus,
            .persistence = reading.persistence,
            .source = reading.source,
            .now = context_.now,
            .restarted = context_.restarted,
            .ratedPerHour = speed && pages ? speed->asUnsigned() * kMinutes : 0,
            .pages = pages};
}

void EvaluationApplier::applyCounter(const mibmap::CounterReading& reading,
                                     const CounterInput& input,
                                     CounterOutcome& outcome) {
    const auto ref = refOf(reading.param, reading.row);
    auto& entry = state_.counter(ref);
    auto before = entry.state;
    const auto result = extendCounter(entry.state, input);
    entry.read = entry.read || before.lastRead != entry.state.lastRead;
    before.lastRead = entry.state.lastRead;
    entry.dirty = entry.dirty || before != entry.state;
    const auto type = context_.codec->schema().param(ref.param).type;
    set(ref, model::Value::unsignedInteger(type, result.value));
    outcome.any = true;
    outcome.suspect = outcome.suspect || result.suspect;
    outcome.lostPages = std::max(outcome.lostPages, result.lostPages);
    const bool total = ref == inService(context_.names->totalImpressions);
    if (total) {
        outcome.totalQuality = result.suspect ? mibmap::Quality::Suspect : reading.quality;
        outcome.totalSource = std::string(reading.source);
    }
    const bool moved = result.newEpoch == EpochReason::CounterWentBack ||
                       result.newEpoch == EpochReason::OperatorReset;
    if (result.newEpoch && (total || (moved && !outcome.newEpoch))) {
        outcome.newEpoch = result.newEpoch;
    }
}

void EvaluationApplier::dropGoneRows(const mibmap::Evaluation& evaluation) {
    const auto& schema = context_.codec->schema();
    for (const auto table : evaluation.completeTables) {
        const auto& object = schema.object(table);
        if (object.depth > 2) {
            continue;  // rows of rows go with their parents
        }
        const auto parents = topParents(object);
        for (const auto number : state_.tree.rows(table, parents)) {
            const model::ObjectRef row{table, parents.with(object.depth - 1U, number)};
            bool present = false;
            for (std::size_t i = 0; i < evaluation.rows.size() && !present; ++i) {
                present = evaluation.rows[i].object == table && rows_[i] == row.instances;
            }
            if (!present) {
                dropGoneRow(row);
            }
        }
    }
}

void EvaluationApplier::dropGoneRow(const model::ObjectRef& row) {
    const auto& schema = context_.codec->schema();
    const auto& names = *context_.names;
    const auto& object = schema.object(row.object);
    const auto level = object.depth - 1U;
    const auto number = row.instances.numbers.at(level);
    const auto parents = row.instances.with(level, 0);
    const auto* record = state_.instances.record(row.object, parents, number);
    state_.eraseRowIndex(row);
    const bool wasGone = std::erase(state_.goneRows, row) != 0;
    state_.revision += wasGone ? 0U : 1U;
    const bool young = record != nullptr && context_.now - record->lastSeen < kGoneRowsStay;
    if (row.object == names.supplyTable && young) {
        state_.goneRows.push_back(row);
        changes_.setText({names.supplyState, row.instances}, "Missing");
        return;
    }
    const auto status = schema.findParam(row.object, "Status");
    if (status && young) {
        const auto& values = schema.param(*status).enumeration;
        if (std::find(values.begin(), values.end(), "NotPresent") != values.end()) {
            state_.goneRows.push_back(row);
            changes_.set({*status, row.instances}, model::Value::string("NotPresent"),
                         model::Source::Snmp);
            return;
        }
    }
    state_.tree.removeObject(row);
    state_.instances.retire(row.object, parents, number);
}

}  // namespace platen::fleet
