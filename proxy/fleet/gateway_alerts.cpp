// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/gateway_alerts.hpp"

#include "base/text.hpp"
#include "proxy/fleet/alert_book.hpp"
#include "proxy/fleet/snmp_access_values.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace platen::fleet {

namespace {

using Code = GatewayAlertCode;
using Field = std::optional<model::Value>;

std::string_view viewOf(const Field& value) {
    return value ? value->stringView() : std::string_view();
}

/// Code for a supply's State; nothing if that is no reason for an alert.
std::optional<Code> codeOf(std::string_view supplyState) {
    struct Entry {
        std::string_view state;
        Code code;
    };
    static constexpr std::array kCodes{
        Entry{"Low", Code::SupplyLow},           Entry{"VeryLow", Code::SupplyVeryLow},
        Entry{"Depleted", Code::SupplyDepleted}, Entry{"AlmostFull", Code::SupplyAlmostFull},
        Entry{"Full", Code::SupplyFull},         Entry{"Missing", Code::SupplyMissing}};
    const auto* found = std::ranges::find(kCodes, supplyState, &Entry::state);
    return found != kCodes.end() ? std::optional(found->code) : std::nullopt;
}

bool ofSupply(Code code) {
    return code >= Code::SupplyLow;
}

bool ofSilence(Code code) {
    return code == Code::Unreachable || code == Code::CredentialRefused;
}

std::string pathOf(const ApplyContext& context, std::uint32_t supply) {
    return referenceTo(context, {context.names->supplyTable, model::Instances{{1, supply, 0}}});
}

/// What the printer itself says of its supplies now.
class PrinterSays {
  public:
    PrinterSays(const PrinterState& state, const ApplyContext& context) : context_(context) {
        const auto& n = *context.names;
        for (const auto row : state.tree.rows(n.alertTable, serviceInstance())) {
            const auto get = [&](model::ParamIndex param) {
                return state.tree.get(inRow(param, row));
            };
            if (isGatewaysOwn(state, n, row)) {
                continue;
            }
            auto reference = get(n.alertReference);
            if (!viewOf(reference).empty()) {
                references_.push_back(std::move(*reference));
            } else if (viewOf(get(n.alertOrigin)) != "DetectedErrorState") {
                // It means one of them, and nobody knows which.
                any_ = any_ || viewOf(get(n.alertGroup)) == "MarkerSupplies";
            }
        }
        const auto list = state.tree.get(inService(n.detectedErrorList));
        const auto bits = viewOf(list);
        toner_ = bits.find("LowToner") != std::string_view::npos ||
                 bits.find("NoToner") != std::string_view::npos;
        missing_ = bits.find("MarkerSupplyMissing") != std::string_view::npos;
    }

    [[nodiscard]] bool of(std::uint32_t supply, std::string_view type, Code code) const {
        const bool toner =
            type == "Toner" || type == "TonerCartridge" || type == "Ink" || type == "InkCartridge";
        if (any_ || (toner_ && toner) || (missing_ && code == Code::SupplyMissing)) {
            return true;
        }
        return !references_.empty() &&
               std::ranges::any_of(references_, [path = pathOf(context_, supply)](const auto& one) {
                   return one.stringView() == path;
               });
    }

  private:
    const ApplyContext& context_;
    std::vector<model::Value> references_;
    bool any_ = false;
    bool toner_ = false;
    bool missing_ = false;
};

void addSilence(const PrinterState& state, const WellKnown& n, std::vector<GatewayAlert>& due) {
    const auto shown = state.tree.get(inService(n.communicationStatus));
    const auto status = viewOf(shown);
    if (status == "Unreachable") {
        due.push_back({.code = Code::Unreachable});
    } else if (status == kAuthenticationFailure) {
        due.push_back({.code = Code::CredentialRefused});
    }
}

void addCounter(const PrinterState& state,
                const ApplyContext& context,
                std::vector<GatewayAlert>& due) {
    const auto& n = *context.names;
    if (viewOf(state.tree.get(inService(n.countersEpochReason))) !=
        toString(EpochReason::CounterWentBack)) {
        return;
    }
    const auto start = state.tree.get(inService(n.countersEpochStartTime));
    const auto epoch = state.tree.get(inService(n.countersEpoch));
    if (start && epoch && context.now - start->asTime() < kCounterAlertStays) {
        due.push_back({.code = Code::CounterWentBack,
                       .index = static_cast<std::int32_t>(epoch->asUnsigned())});
    }
}

void addSupplies(const PrinterState& state,
                 const ApplyContext& context,
                 std::span<const GatewayAlertRow> present,
                 bool alertsRead,
                 std::vector<GatewayAlert>& due) {
    const auto& n = *context.names;
    std::optional<PrinterSays> says;
    for (const auto supply : state.tree.rows(n.supplyTable, serviceInstance())) {
        const auto code = codeOf(viewOf(state.tree.get(inRow(n.supplyState, supply))));
        if (!code) {
            continue;
        }
        if (!says) {
            says.emplace(state, context);
        }
        if (says->of(supply, viewOf(state.tree.get(inRow(n.supplyType, supply))), *code)) {
            continue;
        }
        const auto index = static_cast<std::int32_t>(supply);
        if (alertsRead) {
            due.push_back({.code = *code, .index = index});
            continue;
        }
        const auto known = std::ranges::find_if(present, [index](const auto& one) {
            return ofSupply(one.alert.code) && one.alert.index == index;
        });
        if (known != present.end()) {
            due.push_back(known->alert);
        }
    }
}

/// CodeName of IANA-PRINTER-MIB and PWG 5100.9 keyword, as the standard map has them.
struct Word {
    std::string_view codeName, keyword;
};

struct SupplyWords {
    std::string_view type;  ///< Supply.Type
    Word nearEnd, end, missing;
};

constexpr std::array kSupplyWords{
    SupplyWords{"Toner",
                {"markerTonerAlmostEmpty", "toner-low"},
                {"markerTonerEmpty", "toner-empty"},
                {"markerTonerMissing", "marker-toner-missing"}},
    SupplyWords{"TonerCartridge",
                {"markerTonerAlmostEmpty", "toner-low"},
                {"markerTonerEmpty", "toner-empty"},
                {"markerTonerCartridgeMissing", "marker-toner-cartridge-missing"}},
    SupplyWords{"Ink",
                {"markerInkAlmostEmpty", "marker-ink-almost-empty"},
                {"markerInkEmpty", "marker-ink-empty"},
                {"markerInkMissing", "marker-ink-missing"}},
    SupplyWords{"InkCartridge",
                {"markerInkAlmostEmpty", "marker-ink-almost-empty"},
                {"markerInkEmpty", "marker-ink-empty"},
                {"markerInkMissing", "marker-ink-missing"}},
    SupplyWords{"InkRibbon",
                {"markerPrintRibbonAlmostEmpty", "marker-print-ribbon-almost-empty"},
                {"markerPrintRibbonEmpty", "marker-print-ribbon-empty"},
                {"markerPrintRibbonMissing", "marker-print-ribbon-missing"}},
    SupplyWords{"OPC",
                {"markerOpcLifeAlmostOver", "opc-near-eol"},
                {"markerOpcLifeOver", "opc-life-over"},
                {"markerOpcMissing", "marker-opc-missing"}},
    SupplyWords{"Developer",
                {"markerDeveloperAlmostEmpty", "developer-low"},
                {"markerDeveloperEmpty", "developer-empty"},
                {"markerDeveloperMissing", "marker-developer-missing"}},
    SupplyWords{
        "WasteToner",
        {"markerWasteTonerReceptacleAlmostFull", "marker-waste-toner-receptacle-almost-full"},
        {"markerWasteTonerReceptacleFull", "marker-waste-toner-receptacle-full"},
        {"markerWasteTonerReceptacleMissing", "marker-waste-toner-receptacle-missing"}},
    SupplyWords{"WasteInk",
                {"markerWasteInkReceptacleAlmostFull", "marker-waste-ink-receptacle-almost-full"},
                {"markerWasteInkReceptacleFull", "marker-waste-ink-receptacle-full"},
                {"markerWasteInkReceptacleMissing", "marker-waste-ink-receptacle-missing"}}};

constexpr SupplyWords kOtherReceptacle{"",
                                       {"markerWasteAlmostFull", "marker-waste-almost-full"},
                                       {"markerWasteFull", "marker-waste-full"},
                                       {"markerWasteMissing", "marker-waste-missing"}};
constexpr SupplyWords kOtherSupply{"",
                                   {"markerSupplyAlmostEmpty", "marker-supply-low"},
                                   {"markerSupplyEmpty", "marker-supply-empty"},
                                   {"markerSupplyMissing", "marker-supply-missing"}};

/// What a row says beside its code and index.
struct Wording {
    std::string codeName, stateReason, description, reference;
    std::string_view training;
};

std::string supplyText(const PrinterState& state, const WellKnown& n, const GatewayAlert& alert) {
    const auto row = static_cast<std::uint32_t>(alert.index);
    const auto get = [&](model::ParamIndex param) { return state.tree.get(inRow(param, row)); };
    auto name = get(n.supplyDescription);
    if (viewOf(name).empty()) {
        name = get(n.supplyAlias);
    }
    const bool part = viewOf(get(n.supplyCategory)) == "ServicePart";
    const auto level = get(n.supplyLevelPercent);
    const auto percent = level && level->asInt() >= 0 ? std::to_string(level->asInt()) : "";
    const auto with = [&](std::string_view says, std::string_view unit) {
        return percent.empty() ? text::cat({viewOf(name), says})
                               : text::cat({viewOf(name), says, " (", percent, unit, ")"});
    };
    switch (alert.code) {
        case Code::SupplyLow:
            return with(part ? " nears the end of its life" : " is low", " % left");
        case Code::SupplyVeryLow:
            return with(part ? " is almost at the end of its life" : " is nearly empty", " % left");
        case Code::SupplyDepleted:
            return text::cat({viewOf(name), part ? " is at the end of its life" : " is empty"});
        case Code::SupplyAlmostFull:
            return with(" is almost full", " % free");
        case Code::SupplyFull:
            return text::cat({viewOf(name), " is full"});
        case Code::SupplyMissing:
        case Code::Unreachable:
        case Code::CredentialRefused:
        case Code::CounterWentBack:
            break;
    }
    return text::cat({viewOf(name), " is missing"});
}

Wording supplyWording(const PrinterState& state,
                      const ApplyContext& context,
                      const GatewayAlert& alert) {
    const auto& n = *context.names;
    const auto row = static_cast<std::uint32_t>(alert.index);
    const auto type = state.tree.get(inRow(n.supplyType, row));
    const auto* words = std::ranges::find(kSupplyWords, viewOf(type), &SupplyWords::type);
    if (words == kSupplyWords.end()) {
        const bool receptacle =
            viewOf(state.tree.get(inRow(n.supplyCategory, row))) == "Receptacle" ||
            viewOf(state.tree.get(inRow(n.supplyClass, row))) == "Filled";
        words = receptacle ? &kOtherReceptacle : &kOtherSupply;
    }
    const auto& word = alert.code == Code::SupplyMissing ? words->missing
                       : alert.code == Code::SupplyDepleted || alert.code == Code::SupplyFull
                           ? words->end
                           : words->nearEnd;
    return {.codeName = std::string(word.codeName),
            .stateReason = text::cat({word.keyword, "-warning"}),
            .description = supplyText(state, n, alert),
            .reference = pathOf(context, row),
            .training = "Untrained"};
}

Wording wordingOf(const PrinterState& state,
                  const ApplyContext& context,
                  const GatewayAlert& alert) {
    const auto& n = *context.names;
    const auto text = [&](model::ParamIndex param) {
        const auto value = state.tree.get(inService(param));
        return value ? value->text() : std::string();
    };
    switch (alert.code) {
        case Code::Unreachable:
            return {
                .codeName = "printerUnreachable",
                .stateReason = "timed-out-warning",
                .description = text::cat({"The printer is not reached at ",
                                          text(n.connectionAddress), ": ", text(n.snmpLastError)}),
                .reference = "",
                .training = "Unknown"};
        case Code::CredentialRefused:
            return {.codeName = "credentialRefused",
                    .stateReason = "other-warning",
                    .description = text::cat(
                        {"The printer at ", text(n.connectionAddress),
                         " refuses the SNMP credential of the gateway: ", text(n.snmpLastError)}),
                    .reference = "",
                    .training = "Management"};
        case Code::CounterWentBack:
            return {.codeName = "counterWentBack",
                    .stateReason = "other-warning",
                    .description = text::cat({"A page counter of the printer went back; counting "
                                              "goes on in epoch ",
                                              std::to_string(alert.index)}),
                    .reference = "",
                    .training = "Management"};
        case Code::SupplyLow:
        case Code::SupplyVeryLow:
        case Code::SupplyDepleted:
        case Code::SupplyAlmostFull:
        case Code::SupplyFull:
        case Code::SupplyMissing:
            break;
    }
    return supplyWording(state, context, alert);
}

void raise(PrinterState& state,
           const GatewayAlert& alert,
           const ApplyContext& context,
           ChangeRecorder& changes) {
    const auto& n = *context.names;
    constexpr std::int64_t kUnknownLocation = -2;
    constexpr std::uint64_t kWarning = 4;  // PrtAlertSeverityLevelTC
    const auto code = static_cast<std::int64_t>(alert.code);
    const model::InstanceTable::RowKey key{
        .key = text::cat({"Gateway:", std::to_string(alert.index), ":", std::to_string(code), ":",
                          std::to_string(kUnknownLocation)}),
        .preferred = {}};
    const auto row =
        state.instances.resolve(n.alertTable, serviceInstance(), std::span(&key, 1), context.now)
            .front();
    const auto words = wordingOf(state, context, alert);
    changes.setText(inRow(n.alertKey, row), key.key);
    changes.setText(inRow(n.alertSeverity, row), "Warning");
    changes.setUnsigned(inRow(n.alertSeverityRaw, row), kWarning);
    changes.setText(inRow(n.alertTraining, row), words.training);
    changes.setText(inRow(n.alertGroup, row), "Gateway");
    changes.setInt(inRow(n.alertGroupIndex, row), alert.index);
    changes.setText(inRow(n.alertReference, row), words.reference);
    changes.setInt(inRow(n.alertLocation, row), kUnknownLocation);
    changes.setInt(inRow(n.alertCode, row), code);
    changes.setText(inRow(n.alertCodeName, row), words.codeName);
    changes.setText(inRow(n.alertStateReason, row), words.stateReason);
    changes.setText(inRow(n.alertDescription, row), words.description);
    changes.setUnsigned(inRow(n.alertDeviceTime, row), 0);
    // A gateway that crashed has lost the row, but not its number.
    const auto* record = state.instances.record(n.alertTable, serviceInstance(), row);
    changes.setTime(inRow(n.alertRaisedTime, row),
                    record != nullptr ? record->firstSeen : context.now);
    changes.setText(inRow(n.alertOrigin, row), "Gateway");
}

bool liftsSeverity(const GatewayAlertRow& one) {
    return !ofSilence(one.alert.code);
}

}  // namespace

std::vector<GatewayAlertRow> gatewayAlertRows(const PrinterState& state, const WellKnown& names) {
    std::vector<GatewayAlertRow> rows;
    for (const auto row : state.tree.rows(names.alertTable, serviceInstance())) {
        if (!isGatewaysOwn(state, names, row)) {
            continue;
        }
        const auto code = state.tree.get(inRow(names.alertCode, row));
        const auto index = state.tree.get(inRow(names.alertGroupIndex, row));
        if (code && index) {
            rows.push_back({.alert = {.code = static_cast<GatewayAlertCode>(code->asInt()),
                                      .index = static_cast<std::int32_t>(index->asInt())},
                            .row = row});
        }
    }
    return rows;
}

std::vector<GatewayAlert> gatewayAlertsDue(const PrinterState& state,
                                           const ApplyContext& context,
                                           const std::vector<GatewayAlertRow>& present,
                                           bool alertsRead) {
    std::vector<GatewayAlert> due;
    addSilence(state, *context.names, due);
    addCounter(state, context, due);
    addSupplies(state, context, present, alertsRead, due);
    return due;
}

bool updateGatewayAlerts(PrinterState& state,
                         const ApplyContext& context,
                         bool alertsRead,
                         ChangeRecorder& changes) {
    const auto present = gatewayAlertRows(state, *context.names);
    const auto due = gatewayAlertsDue(state, context, present, alertsRead);
    bool moved = false;
    for (const auto& one : present) {
        if (std::ranges::find(due, one.alert) == due.end()) {
            clearAlert(state, one.row, context, changes);
            moved = true;
        }
    }
    for (const auto& alert : due) {
        if (std::ranges::find(present, alert, &GatewayAlertRow::alert) == present.end()) {
            raise(state, alert, context, changes);
            moved = true;
        }
    }
    if (!moved) {
        return false;
    }
    countAlerts(state, *context.names, changes);
    const auto status = state.tree.get(inService(context.names->communicationStatus));
    if (state.printerSeverity && viewOf(status) == "Up") {
        changes.set(inService(context.names->severity),
                    shownSeverity(state, *context.names, *state.printerSeverity),
                    model::Source::Snmp);
    }
    return true;
}

model::Value shownSeverity(const PrinterState& state,
                           const WellKnown& names,
                           const model::Value& printers) {
    const auto text = printers.stringView();
    if (text == "Warning" || text == "Critical" ||
        std::ranges::none_of(gatewayAlertRows(state, names), liftsSeverity)) {
        return printers;
    }
    return model::Value::string("Warning");
}

}  // namespace platen::fleet
