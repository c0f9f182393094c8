// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/derived_states.hpp"

#include "base/text.hpp"
#include "proxy/fleet/alert_book.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

namespace platen::fleet {

namespace {

using Codes = std::vector<std::int64_t>;

bool anyOf(const Codes& codes, std::initializer_list<std::int64_t> wanted) {
    return std::any_of(codes.begin(), codes.end(), [&](std::int64_t code) {
        return std::find(wanted.begin(), wanted.end(), code) != wanted.end();
    });
}

bool isMissing(const Codes& codes) {
    return anyOf(codes,
                 {9, 1115, 1116, 1117, 1118, 1119, 1120, 1121, 1124, 1127, 1128, 1129, 1130});
}

std::string_view receptacleState(const SupplyInputs& in) {
    if (anyOf(in.alertCodes, {15, 1109, 1110, 1126})) {
        return "Full";
    }
    if (anyOf(in.alertCodes, {14, 1107, 1108, 1125})) {
        return "AlmostFull";
    }
    if (in.levelPercent < 0) {
        return "Unknown";
    }
    // The level of a receptacle is its free space.
    const auto hold = in.previous == "Full" || in.previous == "AlmostFull" ? kHysteresisPoints : 0;
    if (in.levelPercent == 0) {
        return "Full";
    }
    return in.levelPercent <= in.lowThreshold + hold ? "AlmostFull" : "Normal";
}

/// Codes of the printer's alerts that name this row; what the gateway made of its state is no
/// witness for that state.
Codes alertCodesFor(const PrinterState& state, const WellKnown& n, std::string_view reference) {
    Codes codes;
    for (const auto row : state.tree.rows(n.alertTable, serviceInstance())) {
        const auto target = state.tree.get(inRow(n.alertReference, row));
        const auto code = state.tree.get(inRow(n.alertCode, row));
        if (target && code && target->stringView() == reference && !isGatewaysOwn(state, n, row)) {
            codes.push_back(code->asInt());
        }
    }
    return codes;
}

std::string textAt(const model::Tree& tree, const model::ParamRef& ref) {
    const auto value = tree.get(ref);
    return value ? value->text() : std::string();
}

std::int64_t numberAt(const model::Tree& tree, const model::ParamRef& ref, std::int64_t fallback) {
    const auto value = tree.get(ref);
    return value ? value->asInt() : fallback;
}

bool isToner(const model::Tree& tree, const WellKnown& n, std::uint32_t row) {
    const auto type = textAt(tree, inRow(n.supplyType, row));
    return type == "Toner" || type == "TonerCartridge" || type == "Ink" || type == "InkCartridge";
}

/// The one toner that a remark without a name can mean: the only one, or the only one not known to
/// be well filled. 0: none, or nobody knows which.
std::uint32_t tonerMeant(const PrinterState& state, const WellKnown& n) {
    std::vector<std::uint32_t> toners;
    std::vector<std::uint32_t> candidates;
    for (const auto row : state.tree.rows(n.supplyTable, serviceInstance())) {
        if (!isToner(state.tree, n, row)) {
            continue;
        }
        toners.push_back(row);
        const auto percent = numberAt(state.tree, inRow(n.supplyLevelPercent, row), -1);
        const auto low = numberAt(state.tree, inRow(n.supplyLowThreshold, row), 20);
        constexpr std::int64_t kWellAbove = 10;
        if (percent < low + kWellAbove) {
            candidates.push_back(row);
        }
    }
    const auto only = candidates.size() == 1 ? candidates.front() : 0;
    return toners.size() == 1 ? toners.front() : only;
}

/// What bits and panel say of toner without naming it.
struct Remarks {
    bool lowToner = false, noToner = false, missing = false;  ///< Bits.
    bool panelLow = false, panelEmpty = false;
    bool panelStays = false;       ///< The panel said so in two reads.
    std::uint32_t tonerMeant = 0;  ///< Row; 0: they can mean several.

    [[nodiscard]] bool any() const {
        return lowToner || noToner || missing || panelLow || panelEmpty;
    }
};

Remarks remarksOf(PrinterState& state, const WellKnown& n) {
    const auto bits = textAt(state.tree, inService(n.detectedErrorList));
    // The map makes these words of the panel's text while alerts and bits say nothing of toner.
    const auto reasons = textAt(state.tree, inService(n.stateReasons));
    const auto has = [](const std::string& list, std::string_view word) {
        return list.find(word) != std::string::npos;
    };
    Remarks said{.lowToner = has(bits, "LowToner"),
                 .noToner = has(bits, "NoToner"),
                 .missing = has(bits, "MarkerSupplyMissing"),
                 .panelLow = has(reasons, "toner-low-report"),
                 .panelEmpty = has(reasons, "toner-empty-report")};
    const auto read = state.tree.get(inService(n.lastStatusTime));
    if (!said.panelLow && !said.panelEmpty) {
        state.panelSince.reset();
    } else if (!state.panelSince) {
        state.panelSince = read ? read->asTime() : kUnknownTime;
    } else {
        said.panelStays = read && read->asTime() > *state.panelSince;
    }
    if (said.any()) {
        said.tonerMeant = tonerMeant(state, n);
    }
    return said;
}

bool isLow(std::string_view state) {
    return state == "Low" || state == "VeryLow" || state == "Depleted";
}

/// `TonerCartridge-Black`, made unique by a number.
std::string defaultAlias(const PrinterState& state, const WellKnown& n, std::uint32_t row) {
    auto alias = textAt(state.tree, inRow(n.supplyType, row));
    if (alias.empty()) {
        alias = "Supply";
    }
    const auto color = textAt(state.tree, inRow(n.supplyColor, row));
    if (!color.empty() && color != "None" && color != "Unknown") {
        alias += "-" + color;
    }
    const auto taken = [&](const std::string& name) {
        const auto rows = state.tree.rows(n.supplyTable, serviceInstance());
        return std::any_of(rows.begin(), rows.end(), [&](std::uint32_t other) {
            return other != row && textAt(state.tree, inRow(n.supplyAlias, other)) == name;
        });
    };
    return taken(alias) ? alias + "-" + std::to_string(row) : alias;
}

void setSupplyDefaults(PrinterState& state,
                       const WellKnown& n,
                       std::uint32_t row,
                       ChangeRecorder& changes) {
    if (state.tree.get(inRow(n.supplyLowThreshold, row))) {
        return;
    }
    constexpr std::uint64_t kLow = 20;
    constexpr std::uint64_t kLowReceptacle = 10;
    constexpr std::uint64_t kVeryLow = 5;
    const bool filled = textAt(state.tree, inRow(n.supplyClass, row)) == "Filled";
    changes.setUnsigned(inRow(n.supplyLowThreshold, row), filled ? kLowReceptacle : kLow);
    changes.setUnsigned(inRow(n.supplyVeryLowThreshold, row), kVeryLow);
    if (!state.tree.get(inRow(n.supplyAlias, row))) {
        changes.setText(inRow(n.supplyAlias, row), defaultAlias(state, n, row));
    }
}

SupplyInputs supplyInputs(PrinterState& state,
                          const ApplyContext& context,
                          const Remarks& said,
                          std::uint32_t row) {
    const auto& n = *context.names;
    const auto text = [&](model::ParamIndex param) {
        return textAt(state.tree, inRow(param, row));
    };
    const auto number = [&](model::ParamIndex param, std::int64_t fallback) {
        return numberAt(state.tree, inRow(param, row), fallback);
    };
    SupplyInputs in;
    in.receptacle = text(n.supplyCategory) == "Receptacle" || text(n.supplyClass) == "Filled";
    in.lowThreshold = number(n.supplyLowThreshold, 20);
    in.veryLowThreshold = number(n.supplyVeryLowThreshold, 5);
    in.alertCodes = alertCodesFor(
        state, n, referenceTo(context, {n.supplyTable, model::Instances{{1, row, 0}}}));
    in.someRemaining = text(n.supplyLevelState) == "SomeRemaining";
    const auto percent = number(n.supplyLevelPercent, -1);
    const bool meant = said.tonerMeant == row;
    if (meant) {
        in.lowToner = said.lowToner;
        in.noToner = said.noToner;
        in.missing = said.missing;
        // What was low before (or is by its level) is confirmed by the first word of it.
        const bool believed = said.panelStays || isLow(text(n.supplyState)) ||
                              (percent >= 0 && percent <= in.lowThreshold);
        in.panelLow = said.panelLow && believed;
        in.panelEmpty = said.panelEmpty && believed;
    }
    const auto* track = state.supplies.find(row);
    in.levelPercent = believedLevel(percent, track != nullptr ? track->previous : -1,
                                    !in.alertCodes.empty() || (meant && said.any()));
    return in;
}

void deriveSupplies(PrinterState& state, const ApplyContext& context, ChangeRecorder& changes) {
    const auto& n = *context.names;
    const auto rows = state.tree.rows(n.supplyTable, serviceInstance());
    for (const auto row : rows) {
        setSupplyDefaults(state, n, row, changes);
    }
    const auto said = remarksOf(state, n);
    for (const auto row : rows) {
        const model::ObjectRef ref{n.supplyTable, model::Instances{{1, row, 0}}};
        if (std::find(state.goneRows.begin(), state.goneRows.end(), ref) != state.goneRows.end()) {
            continue;  // State says Missing
        }
        auto in = supplyInputs(state, context, said, row);
        const auto previous = textAt(state.tree, inRow(n.supplyState, row));
        in.previous = previous;
        changes.setText(inRow(n.supplyState, row), supplyState(in));
    }
}

void deriveTrays(PrinterState& state, const ApplyContext& context, ChangeRecorder& changes) {
    const auto& n = *context.names;
    for (const auto row : state.tree.rows(n.inputTable, serviceInstance())) {
        if (textAt(state.tree, inRow(n.inputStatus, row)) == "NotPresent") {
            changes.setText(inRow(n.inputState, row), "Missing");
            continue;
        }
        const auto codes = alertCodesFor(
            state, n, referenceTo(context, {n.inputTable, model::Instances{{1, row, 0}}}));
        changes.setText(inRow(n.inputState, row),
                        inputTrayState(codes, numberAt(state.tree, inRow(n.inputLevel, row), -2),
                                       numberAt(state.tree, inRow(n.inputLevelPercent, row), -1)));
    }
    for (const auto row : state.tree.rows(n.outputTable, serviceInstance())) {
        if (textAt(state.tree, inRow(n.outputStatus, row)) == "NotPresent") {
            changes.setText(inRow(n.outputState, row), "Missing");
            continue;
        }
        const auto codes = alertCodesFor(
            state, n, referenceTo(context, {n.outputTable, model::Instances{{1, row, 0}}}));
        changes.setText(
            inRow(n.outputState, row),
            outputTrayState(codes, numberAt(state.tree, inRow(n.outputFillPercent, row), -1)));
    }
}

bool hasSource(const model::Tree& tree, const model::ParamDef& param) {
    const auto& object = tree.schema().object(param.object);
    if (object.depth <= 1) {
        return tree.get({param.index, serviceInstance()}).has_value();
    }
    const auto rows =
        object.table ? tree.rows(object.index, serviceInstance()) : std::vector<std::uint32_t>{};
    // Tables that are empty in good times have their source all the same.
    if (rows.empty()) {
        return object.name == "Alert" || object.name == "AlertHistory" ||
               object.name == "SupplyHistory";
    }
    return std::any_of(rows.begin(), rows.end(), [&](std::uint32_t row) {
        return tree.get(inRow(param.index, row)).has_value();
    });
}

}  // namespace

std::string_view supplyState(const SupplyInputs& in) {
    if (isMissing(in.alertCodes) || in.missing) {
        return "Missing";
    }
    if (in.receptacle) {
        return receptacleState(in);
    }
    if (in.levelPercent == 0 || anyOf(in.alertCodes, {13, 1101, 1102, 1103, 1114, 1123}) ||
        in.noToner || (in.panelEmpty && in.levelPercent < 0 && !in.someRemaining)) {
        return "Depleted";
    }
    const bool wasVeryLow = in.previous == "VeryLow" || in.previous == "Depleted";
    const bool wasLow = wasVeryLow || in.previous == "Low";
    const bool measured = in.levelPercent > 0;
    if (anyOf(in.alertCodes, {11, 1112}) || in.panelEmpty ||
        (measured &&
         in.levelPercent <= in.veryLowThreshold + (wasVeryLow ? kHysteresisPoints : 0))) {
        return "VeryLow";
    }
    if (in.lowToner || in.panelLow ||
        anyOf(in.alertCodes, {10, 12, 1104, 1105, 1106, 1113, 1122}) ||
        (measured && in.levelPercent <= in.lowThreshold + (wasLow ? kHysteresisPoints : 0))) {
        return "Low";
    }
    return measured ? "Normal" : "Unknown";
}

std::string_view inputTrayState(const Codes& codes, std::int64_t level, std::int64_t levelPercent) {
    // PrtAlertCodeTC (IANA-PRINTER-MIB): 3 coverOpen, 5 interlockOpen, 8 jam, 9 subunitMissing, 801
    // tray missing, 807 low, 808 empty.
    if (anyOf(codes, {8, 815})) {
        return "Jammed";
    }
    if (anyOf(codes, {9, 801, 820})) {
        return "Missing";
    }
    if (anyOf(codes, {3, 5})) {
        return "Open";
    }
    if (anyOf(codes, {808, 13})) {
        return "Empty";
    }
    if (anyOf(codes, {807, 12})) {
        return "Low";
    }
    if (anyOf(codes, {22, 29, 30, 31, 32, 33, 811, 812, 814, 816, 819})) {
        return "Fault";
    }
    constexpr std::int64_t kLowPercent = 10;
    if (level == 0) {
        return "Empty";
    }
    if (levelPercent >= 0) {
        return levelPercent <= kLowPercent ? "Low" : "OK";
    }
    // -3: at least one sheet is there.
    return level == -3 || level > 0 ? "OK" : "Unknown";
}

std::string_view outputTrayState(const Codes& codes, std::int64_t fillPercent) {
    if (anyOf(codes, {903, 15})) {
        return "Full";
    }
    if (anyOf(codes, {902, 14})) {
        return "NearFull";
    }
    if (anyOf(codes, {901, 9})) {
        return "Missing";
    }
    if (anyOf(codes, {8, 22, 29, 30, 31, 32, 33, 904, 905, 906, 907})) {
        return "Fault";
    }
    constexpr std::int64_t kFull = 100;
    constexpr std::int64_t kNearFull = 90;
    if (fillPercent < 0) {
        return "Unknown";
    }
    if (fillPercent >= kFull) {
        return "Full";
    }
    return fillPercent >= kNearFull ? "NearFull" : "OK";
}

void deriveStates(PrinterState& state, const ApplyContext& context, ChangeRecorder& changes) {
    resolveAlertTargets(state, context, changes);
    deriveSupplies(state, context, changes);
    deriveTrays(state, context, changes);
}

std::string profilesMet(const model::Tree& tree) {
    std::string names;
    for (const auto& profile : tree.schema().profiles()) {
        const bool met =
            !profile.params.empty() &&
            std::all_of(profile.params.begin(), profile.params.end(), [&](model::ParamIndex param) {
                return hasSource(tree, tree.schema().param(param));
            });
        if (met) {
            names += (names.empty() ? "" : ",") + profile.name;
        }
    }
    return names;
}

}  // namespace platen::fleet
