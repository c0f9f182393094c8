// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/compiler.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace platen::mibmap {

namespace {

using Json = nlohmann::json;

std::int64_t numberAt(const Located& at, std::string_view key) {
    const Located item = at.at(key);
    return item && item.json->is_number_integer() ? item.json->get<std::int64_t>() : 0;
}

}  // namespace

void Compiler::readErrors(const Located& at) {
    if (!at) {
        return;
    }
    static constexpr std::array<std::string_view, 3> kKeys{"octets", "bits", "text"};
    checkKeys(at, kKeys);
    const Located octets = at.at("octets");
    const Located bits = at.at("bits");
    if (!octets || !bits || !bits.json->is_array() || bits.json->size() > 64) {
        problems_.add(at, R"(needs "octets" and "bits", at most 64)");
        return;
    }
    program_->errors.bits.clear();
    Uses uses = collect([&] {
        program_->errors.octets = expression(octets, Scope{});
        static constexpr std::array<std::string_view, 8> kBitKeys{
            "bit", "name", "severity", "reason", "group", "groupCode", "code", "codeName"};
        for (std::size_t i = 0; i < bits.json->size(); ++i) {
            const Located item = bits.at(i);
            checkKeys(item, kBitKeys);
            ErrorBit bit;
            bit.bit = numberAt(item, "bit");
            bit.groupRaw = numberAt(item, "groupCode");
            bit.code = numberAt(item, "code");
            const auto text = [&](std::string_view key) -> const Constant* {
                const Located value = item.at(key);
                if (!value || !value.json->is_string()) {
                    problems_.add(item, "needs " + inQuotes(key));
                    return textConstant("");
                }
                return textConstant(value.json->get_ref<const std::string&>());
            };
            bit.name = text("name");
            bit.reason = text("reason");
            bit.group = text("group");
            bit.codeName = text("codeName");
            bit.severity = optionalExpression(item.at("severity"), Scope{});
            program_->errors.bits.push_back(std::move(bit));
        }
    });
    errorUses_ = std::move(uses);
}

void Compiler::readAlerts(const Located& at) {
    if (!at) {
        return;
    }
    static constexpr std::array<std::string_view, 18> kKeys{
        "table",   "group",       "skip",         "severity",   "severityRaw", "training",
        "subunit", "subunitRaw",  "subunitIndex", "location",   "code",        "codeName",
        "reason",  "description", "time",         "references", "text",        "match"};
    checkKeys(at, kKeys);
    Node table;
    if (!at.at("table") || !argument(at.at("table"), Scope{}, 't', false, table)) {
        problems_.add(at, R"(needs "table")");
        return;
    }
    AlertRules rules;
    rules.table = table.a;
    rules.groups = groupsOf(at.at("group"), maskOf(Group::Status));
    const Scope scope{rules.table, false, 0, nullptr, nullptr};
    alertUses_ = collect([&] {
        rules.skip = optionalExpression(at.at("skip"), scope);
        rules.severity = optionalExpression(at.at("severity"), scope);
        rules.severityRaw = optionalExpression(at.at("severityRaw"), scope);
        rules.training = optionalExpression(at.at("training"), scope);
        rules.group = optionalExpression(at.at("subunit"), scope);
        rules.groupRaw = optionalExpression(at.at("subunitRaw"), scope);
        rules.groupIndex = optionalExpression(at.at("subunitIndex"), scope);
        rules.location = optionalExpression(at.at("location"), scope);
        rules.code = optionalExpression(at.at("code"), scope);
        rules.codeName = optionalExpression(at.at("codeName"), scope);
        rules.stateReason = optionalExpression(at.at("reason"), scope);
        rules.description = optionalExpression(at.at("description"), scope);
        rules.time = optionalExpression(at.at("time"), scope);
    });
    if (alertUses_.alerts) {
        problems_.add(at, "alert rules cannot look at alerts");
    }
    alertUses_.sources.insert(errorUses_.sources.begin(), errorUses_.sources.end());
    if (const Located references = at.at("references");
        references && references.json->is_object()) {
        for (const auto& [group, path] : references.json->items()) {
            const auto number = text::toInt(group);
            const auto object = path.is_string()
                                    ? schema_.findObject(path.get_ref<const std::string&>())
                                    : std::nullopt;
            if (!number || !object) {
                problems_.add(references.at(group), "must be group number to table of the model");
                continue;
            }
            rules.references.emplace_back(*number, *object);
        }
        std::sort(rules.references.begin(), rules.references.end());
    }
    addUses(at, alertUses_, rules.groups);
    program_->alerts = std::move(rules);
}

void Compiler::readReset(const Located& at) {
    if (!at) {
        return;
    }
    static constexpr std::array<std::string_view, 4> kKeys{"to", "powerCycle", "factoryDefaults",
                                                           "text"};
    checkKeys(at, kKeys);
    ResetRule rule;
    const Located to = at.at("to");
    const Uses uses = collect([&] {
        if (to && to.json->is_string() && to.json->get_ref<const std::string&>().size() > 1) {
            source(to, Scope{}, to.json->get_ref<const std::string&>().substr(1));
        }
    });
    if (uses.sources.empty()) {
        problems_.add(at, R"(needs "to", the object to write: "$name")");
        return;
    }
    rule.source = *uses.sources.begin();
    rule.powerCycle = numberAt(at, "powerCycle");
    rule.factoryDefaults = numberAt(at, "factoryDefaults");
    program_->reset = rule;
}

void Compiler::readCharsets(const Located& at) {
    if (!at) {
        return;
    }
    static constexpr std::array<std::string_view, 3> kKeys{"general", "console", "text"};
    checkKeys(at, kKeys);
    const auto read = [&](std::string_view key, std::optional<std::int32_t>& out) {
        const Located item = at.at(key);
        if (!item || !item.json->is_string() ||
            item.json->get_ref<const std::string&>().substr(0, 1) != "@") {
            problems_.add(at, R"(needs ")" + std::string(key) + R"(", a shared value: "@name")");
            return;
        }
        Node node;
        const Uses uses = collect([&] { node = expression(item, Scope{}); });
        if (node.op == Op::Shared) {
            out = node.a;
            addUses(item, uses, maskOf(Group::Configuration));
        }
    };
    read("general", program_->generalCharset);
    read("console", program_->consoleCharset);
}

std::unique_ptr<Program> Compiler::run() {
    program_ = std::make_unique<Program>();
    for (const MapFile* file : files_) {
        program_->files.push_back(file->name);
    }
    checkTopLevel();
    readDefinitions();
    for (const std::string_view section :
         {"scalars", "tables", "errors", "alerts", "charsets", "objects", "reset", "firmware"}) {
        for (const MapFile* file : files_) {
            overlay_ = file != files_.front();
            const Located at = Located{file, "", &file->document.root()}.at(section);
            if (section == "scalars") {
                readScalars(at);
            } else if (section == "tables") {
                readTables(at);
            } else if (section == "errors") {
                readErrors(at);
            } else if (section == "alerts") {
                readAlerts(at);
            } else if (section == "charsets") {
                readCharsets(at);
            } else if (section == "objects") {
                readObjects(at);
            } else if (section == "reset") {
                readReset(at);
            } else {
                readFirmware(at);
            }
        }
    }
    dropDeviceIndexes();
    finishObjects();
    markTimed();
    finishSources();
    return std::move(program_);
}

}  // namespace platen::mibmap
