// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/reading_steps.hpp"

#include "base/text.hpp"
#include "proxy/fleet/identity.hpp"

#include <algorithm>
#include <utility>

namespace platen::app {

namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

/// What a map or the engine says of the agent, in words.
std::string quirksOf(const mibmap::AgentQuirks& quirks) {
    std::string out;
    const auto add = [&out](std::string text) {
        out += (out.empty() ? "" : ", ") + std::move(text);
    };
    if (quirks.walkOnly) {
        add("walkOnly");
    }
    if (quirks.noBulk) {
        add("noBulk");
    }
    if (quirks.maxVarbinds > 0) {
        add("maxVarbinds " + std::to_string(quirks.maxVarbinds));
    }
    if (quirks.maxRepetitions > 0) {
        add("maxRepetitions " + std::to_string(quirks.maxRepetitions));
    }
    return out;
}

void addMissingSupplies(const fleet::PrinterDevice& device,
                        const fleet::WellKnown& names,
                        std::vector<std::string>& missing,
                        Facts& facts) {
    std::size_t without = 0;
    const auto rows = device.tree().rows(names.supplyTable, fleet::serviceInstance());
    for (const auto row : rows) {
        const auto state = device.tree().get(fleet::inRow(names.supplyLevelState, row));
        // "Some left" is all that many waste boxes and kits say.
        const bool told =
            state && (state->stringView() == "Measured" || state->stringView() == "SomeRemaining" ||
                      state->stringView() == "NoLimit");
        without += told ? 0U : 1U;
    }
    facts.emplace_back("supplies", std::to_string(rows.size()));
    facts.emplace_back("supplies_without_level", std::to_string(without));
    if (rows.empty()) {
        missing.emplace_back("no supplies");
    } else if (without > 0) {
        missing.push_back(std::to_string(without) + " of " + std::to_string(rows.size()) +
                          " supplies without a level");
    }
}

}  // namespace

void addViewOf(const discovery::Contact& contact, std::vector<DiagnosisStep>& steps) {
    if (contact.context.hasPrinterMib) {
        steps.push_back(
            {"view", StepResult::Ok, "sysDescr and the Printer-MIB are readable", {}, {}});
        return;
    }
    steps.push_back({"view",
                     StepResult::Warning,
                     "the Printer-MIB is not readable (noSuchObject); the printer is told by other "
                     "objects",
                     "if the maker says that it has a Printer-MIB, the community or user sees only "
                     "a part of the MIB: give it a view with 1.3.6.1.2.1 and 1.3.6.1.4.1",
                     {}});
}

void addMap(const discovery::Contact& contact,
            const mibmap::MapSet& maps,
            std::vector<DiagnosisStep>& steps) {
    DiagnosisStep step{"map", StepResult::Ok, {}, {}, {}};
    const auto& files = contact.map->files();
    const auto reasons = maps.reasons(contact.context);
    for (const auto& file : files) {
        const auto reason = std::find_if(reasons.begin(), reasons.end(),
                                         [&file](const auto& one) { return one.file == file; });
        step.text += (step.text.empty() ? "" : ", ") + file;
        if (reason != reasons.end()) {
            step.text += " (" + reason->reason + ")";
            step.facts.emplace_back(file, reason->reason);
        } else {
            step.facts.emplace_back(file, "always");
        }
    }
    if (files.size() < reasons.size() + 1) {
        step.result = StepResult::Warning;
        step.text += "; maps that fit, but contradict each other, were left out";
        step.advice = "platen map check FILE, and platen map try FILE RECORDING";
    } else if (reasons.empty()) {
        step.text += "; there is no map of its maker or model";
    }
    const auto quirks = quirksOf(contact.map->plan(mibmap::Group::Status, contact.context).quirks);
    if (!quirks.empty()) {
        step.text += "; quirks: " + quirks;
        step.facts.emplace_back("quirks", quirks);
    }
    step.facts.emplace_back("sysObjectID", contact.context.sysObjectId.toString());
    steps.push_back(std::move(step));
}

bool addGroups(std::span<const fleet::GroupReport> reports, std::vector<DiagnosisStep>& steps) {
    constexpr std::size_t kMaxShown = 3;
    bool good = true;
    for (const auto& report : reports) {
        const auto group = std::string(mibmap::toString(report.group));
        DiagnosisStep step{"reading " + group, StepResult::Ok, {}, {}, {}};
        if (report.error) {
            step.result = StepResult::Failed;
            step.text = report.error->text;
            step.advice =
                "try again; if it happens again, raise snmp.timeout, or set the quirks "
                "noBulk or maxVarbinds in a map of the site";
        } else {
            step.text = text::cat({std::to_string(report.objects), " objects, ",
                                   std::to_string(report.pdus), " PDUs, ",
                                   std::to_string(report.took.count()), " ms"});
            step.facts = {{"objects", std::to_string(report.objects)},
                          {"pdus", std::to_string(report.pdus)},
                          {"milliseconds", std::to_string(report.took.count())}};
        }
        for (std::size_t i = 0; i < report.problems.size(); ++i) {
            step.facts.emplace_back("problem_" + std::to_string(i + 1), report.problems[i]);
            if (i < kMaxShown) {
                step.text += "; " + report.problems[i];
            }
        }
        if (!report.problems.empty() && step.result == StepResult::Ok) {
            step.result = StepResult::Warning;
        }
        good = good && step.result == StepResult::Ok;
        steps.push_back(std::move(step));
    }
    return good;
}

void addAgent(const snmp::LearnedLimits& limits, std::vector<DiagnosisStep>& steps) {
    DiagnosisStep step{"agent", StepResult::Ok, {}, {}, {}};
    const auto add = [&step](std::string text, const char* fact, std::uint32_t value) {
        step.text += (step.text.empty() ? "found out: " : "; ") + std::move(text);
        step.facts.emplace_back(fact, std::to_string(value));
    };
    if (limits.maxVarbinds == 1) {
        add("it bears only one object in a request", "max_varbinds", 1);
    } else if (limits.maxVarbinds > 1) {
        add(text::cat(
                {"it bears at most ", std::to_string(limits.maxVarbinds), " objects in a request"}),
            "max_varbinds", limits.maxVarbinds);
    }
    if (limits.noBulk) {
        add("it does not answer GETBULK, so tables are read by GETNEXT", "no_bulk", 1);
    }
    if (limits.replyVarbinds > 0) {
        add(text::cat({"its answers to GETBULK are kept to ", std::to_string(limits.replyVarbinds),
                       " objects"}),
            "reply_varbinds", limits.replyVarbinds);
    }
    if (limits.silentObjects > 0) {
        add(text::cat({"it never answers ", std::to_string(limits.silentObjects),
                       " of the objects: they are left out, and tried again after hours"}),
            "silent_objects", limits.silentObjects);
    }
    if (limits.any()) {
        step.advice =
            "nothing: the gateway finds it out anew after each start; the quirks maxVarbinds and "
            "noBulk in a map of the site spare it the search";
    } else {
        step.text = "no limits of its SNMP agent were met";
    }
    steps.push_back(std::move(step));
}

bool addMissing(const fleet::PrinterDevice& device,
                const fleet::WellKnown& names,
                std::vector<DiagnosisStep>& steps) {
    DiagnosisStep step{"complete", StepResult::Ok, {}, {}, {}};
    std::vector<std::string> missing;
    const auto serial = device.tree().get(fleet::inService(names.serialNumber));
    if (!serial || !fleet::isUsableSerial(serial->stringView())) {
        missing.emplace_back("no serial number");
        step.facts.emplace_back("serial", "missing");
    }
    const auto total = device.tree().get(fleet::inService(names.totalImpressions));
    if (!total) {
        missing.emplace_back("no page counter");
    }
    step.facts.emplace_back("total_impressions", total ? total->text() : "missing");
    addMissingSupplies(device, names, missing, step.facts);
    if (missing.empty()) {
        step.text = "serial number, page counter and supplies are there";
        steps.push_back(std::move(step));
        return true;
    }
    step.result = StepResult::Warning;
    for (const auto& one : missing) {
        step.text += (step.text.empty() ? "" : ", ") + one;
    }
    step.advice =
        "what the standard objects do not tell is often in the maker's own: platen record "
        "HOST, and a map as in docs/adding-a-printer.md";
    steps.push_back(std::move(step));
    return false;
}

}  // namespace platen::app
