// SPDX-License-Identifier: Apache-2.0
#include "mibmap/compiled_map.hpp"

#include "base/charset.hpp"
#include "base/text.hpp"
#include "mibmap/compiler.hpp"
#include "mibmap/emitter.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace platen::mibmap {

ProgramMap::ProgramMap(const model::Schema& schema,
                       std::unique_ptr<const Program> program,
                       std::vector<std::shared_ptr<const MapFile>> files)
    : schema_(schema), program_(std::move(program)), files_(std::move(files)) {}

Result<std::shared_ptr<const CompiledMap>> compileMap(
    const model::Schema& schema, std::vector<std::shared_ptr<const MapFile>> files) {
    std::vector<const MapFile*> plain;
    plain.reserve(files.size());
    for (const auto& file : files) {
        plain.push_back(file.get());
    }
    Problems problems;
    Compiler compiler(schema, plain, problems);
    std::unique_ptr<const Program> program = compiler.run();
    if (!problems.empty()) {
        return fail(ErrorCode::Malformed, problems.joined());
    }
    return std::make_shared<const ProgramMap>(schema, std::move(program), std::move(files));
}

Oid ProgramMap::instance(const Source& source,
                         std::span<const std::uint32_t> rowIndexes,
                         const DeviceContext& device) const {
    std::vector<std::uint32_t> tail;
    std::size_t used = 0;
    for (const IndexPart& part : source.index) {
        switch (part.kind) {
            case IndexPart::Kind::Literal:
                tail.push_back(part.literal);
                break;
            case IndexPart::Kind::Device:
                tail.push_back(device.printerIndex);
                break;
            case IndexPart::Kind::One:
                if (used < rowIndexes.size()) {
                    tail.push_back(rowIndexes[used++]);
                }
                break;
            case IndexPart::Kind::Rest:
                while (used < rowIndexes.size()) {
                    tail.push_back(rowIndexes[used++]);
                }
                break;
        }
    }
    return source.prefix.child(tail);
}

const PollPlan& ProgramMap::plan(Group group, const DeviceContext& device) const {
    // Nearly all printers have the same hrDeviceIndex, 1.
    KnownPlan& known = plans_.at(static_cast<std::size_t>(group));
    if (!known.plan || known.printerIndex != device.printerIndex) {
        known = {device.printerIndex, makePlan(group, device)};
    }
    return *known.plan;
}

PollPlan ProgramMap::makePlan(Group group, const DeviceContext& device) const {
    PollPlan plan;
    plan.quirks = program_->agent;
    std::map<std::int32_t, std::vector<Oid>> tables;
    for (const DispatchNode& node : program_->groups[static_cast<std::size_t>(group)].read.nodes) {
        for (const std::int32_t index : node.sources) {
            const Source& source = program_->sources[static_cast<std::size_t>(index)];
            if (source.table < 0 || source.record != Source::Record::None) {
                plan.scalars.push_back(instance(source, {}, device));
            } else {
                tables[source.table].push_back(source.prefix);
            }
        }
    }
    std::sort(plan.scalars.begin(), plan.scalars.end());
    plan.scalars.erase(std::unique(plan.scalars.begin(), plan.scalars.end()), plan.scalars.end());
    for (auto& [table, columns] : tables) {
        std::ranges::sort(columns);
        plan.tables.push_back(std::move(columns));
    }
    std::ranges::sort(plan.tables);
    return plan;
}

void ProgramMap::readCharsets(State& state, Evaluator& evaluator, Group group) const {
    if (group != Group::Configuration) {
        return;
    }
    const auto read = [&](const std::optional<std::int32_t>& shared,
                          std::optional<CharsetMib>& out) {
        if (!shared) {
            return;
        }
        Node node;
        node.op = Op::Shared;
        node.a = *shared;
        const auto mib = evaluator.run(node, {}).toNumber();
        std::optional<CharsetMib> found;
        if (mib && *mib > 0 && *mib <= std::numeric_limits<CharsetMib>::max()) {
            found = static_cast<CharsetMib>(*mib);
        }
        state.device.revision += found == out ? 0U : 1U;
        out = found;
    };
    read(program_->generalCharset, state.device.generalCharset);
    read(program_->consoleCharset, state.device.consoleCharset);
}

Evaluation ProgramMap::evaluate(Group group,
                                std::span<const VarBind> varbinds,
                                DeviceContext& device,
                                WallTime now,
                                bool trace) const {
    Evaluation out;
    State state(*program_, device, now, trace);
    const GroupProgram& program = program_->groups[static_cast<std::size_t>(group)];
    state.fill(program.read, varbinds);
    state.freeze(program.readTables);
    state.fill(program.kept, device.kept);
    Evaluator evaluator(state);
    readCharsets(state, evaluator, group);
    out.rows.reserve(64);
    out.readings.reserve(varbinds.size() + 64);
    Emitter emitter(schema_, state, evaluator, out);
    emitter.alerts(group);
    emitter.objects(group);
    out.alerts = std::move(state.alerts);
    out.problems = std::move(state.problems);
    keep(group, state.toKeep, device);
    return out;
}

Evaluation ProgramMap::evaluateTimed(Group group,
                                     std::span<const VarBind> varbinds,
                                     DeviceContext& device,
                                     WallTime now) const {
    Evaluation out;
    const GroupProgram& program = program_->groups[static_cast<std::size_t>(group)];
    if (!program.anyTimed) {
        return out;
    }
    State state(*program_, device, now, false);
    state.fill(program.timed, varbinds);
    state.freeze(program.readTables);
    state.fill(program.kept, device.kept);
    Evaluator evaluator(state);
    Emitter(schema_, state, evaluator, out).timedObjects(group);
    out.problems = std::move(state.problems);
    return out;
}

/// Remembers what other groups need of this one's varbinds.
void ProgramMap::keep(Group group,
                      const std::vector<const VarBind*>& read,
                      DeviceContext& device) const {
    const auto& prefixes = program_->groups[static_cast<std::size_t>(group)].keptPrefixes;
    const auto mine = [&](const VarBind& varbind) {
        return std::any_of(prefixes.begin(), prefixes.end(),
                           [&](const Oid& prefix) { return varbind.oid.startsWith(prefix); });
    };
    std::vector<const VarBind*> before;
    for (const VarBind& varbind : device.kept) {
        if (mine(varbind)) {
            before.push_back(&varbind);
        }
    }
    const auto same = [](const VarBind* a, const VarBind* b) { return *a == *b; };
    if (std::equal(before.begin(), before.end(), read.begin(), read.end(), same)) {
        return;
    }
    constexpr std::size_t kMaxKept = 2000;
    std::vector<VarBind> fresh;
    // No slack: it lies in each device.
    fresh.reserve(device.kept.size() - before.size() + std::min(read.size(), kMaxKept));
    for (const VarBind& varbind : device.kept) {
        if (!mine(varbind)) {
            fresh.push_back(varbind);
        }
    }
    for (const VarBind* varbind : read) {
        if (fresh.size() < kMaxKept) {
            fresh.push_back(*varbind);
        }
    }
    std::sort(fresh.begin(), fresh.end(),
              [](const VarBind& a, const VarBind& b) { return a.oid < b.oid; });
    device.kept = std::move(fresh);
    ++device.revision;
}

bool ProgramMap::inSeveralGroups(model::ParamIndex param) const {
    return std::ranges::binary_search(program_->sharedParams, param);
}

bool ProgramMap::writable(model::ParamIndex param) const {
    return program_->sets.count(param) != 0;
}

namespace {

/// The value to write as SNMP carries it.
Result<SnmpValue> encoded(const SetRule& rule, const Datum& value, const DeviceContext& device) {
    if (rule.encoding == SetRule::Encoding::Integer) {
        const auto number = value.toNumber();
        const bool fits = number && *number >= rule.minimum.value_or(*number) &&
                          *number <= rule.maximum.value_or(*number) &&
                          *number >= std::numeric_limits<std::int32_t>::min() &&
                          *number <= std::numeric_limits<std::int32_t>::max();
        if (!fits) {
            return fail(ErrorCode::Unsupported, "the printer's object cannot hold this value");
        }
        return SnmpValue::integer(*number);
    }
    std::optional<CharsetMib> charset;
    if (rule.encoding == SetRule::Encoding::GeneralText) {
        charset = device.generalCharset;
    } else if (rule.encoding == SetRule::Encoding::ConsoleText) {
        charset = device.consoleCharset;
    }
    auto octets = encodeText(value.toText(), charset);
    if (!octets) {
        return fail(ErrorCode::Unsupported, octets.error().text);
    }
    if (rule.maxBytes && octets->size() > *rule.maxBytes) {
        return fail(ErrorCode::Unsupported, text::cat({"longer than the printer's ",
                                                       std::to_string(*rule.maxBytes), " octets"}));
    }
    return SnmpValue::string(std::move(*octets));
}

}  // namespace

Result<SetPlan> ProgramMap::planSet(model::ParamIndex param,
                                    std::span<const std::uint32_t> rowIndexes,
                                    const model::Value& value,
                                    const DeviceContext& device) const {
    const auto it = program_->sets.find(param);
    if (it == program_->sets.end()) {
        return fail(ErrorCode::Unsupported, "SNMP cannot write " + schema_.templatePath(param));
    }
    const SetRule& rule = it->second;
    const Source& source = program_->sources[static_cast<std::size_t>(rule.source)];
    // The rule may look at remembered columns of its row: units, languages.
    DeviceContext copy = device;
    State state(*program_, copy, kUnknownTime, false);
    state.fill(program_->groups[static_cast<std::size_t>(Group::Identify)].kept, device.kept);
    const bool text = value.type() == model::ValueType::String;
    const Datum given =
        text ? Datum::text(std::string(value.stringView())) : Datum::of(value.asInt());
    state.newValue = &given;
    // A row that nothing was kept of is made up: only its index is needed then.
    TableData alone;
    const TableData::Row own{rowIndexes, 0};
    alone.cells.resize(64, nullptr);
    Evaluator::Frame frame{&alone, &own, nullptr};
    const model::ObjectDef& object = schema_.object(schema_.param(param).object);
    if (source.table >= 0 && rowIndexes.empty()) {
        return fail(ErrorCode::Unsupported, "the row of " + object.path + " has no SNMP index");
    }
    for (const TableData& table : state.tables) {
        if (&table - state.tables.data() != source.table && source.table >= 0) {
            continue;
        }
        for (const TableData::Row& row : table.rows) {
            if (source.table >= 0 && std::equal(row.index.begin(), row.index.end(),
                                                rowIndexes.begin(), rowIndexes.end())) {
                frame = {&table, &row, nullptr};
            }
        }
    }
    Evaluator evaluator(state);
    const Datum result = evaluator.run(rule.value, frame);
    if (result.none()) {
        return fail(ErrorCode::Unsupported, "this value cannot be written to the printer");
    }
    auto made = encoded(rule, result, device);
    if (!made) {
        return tl::unexpected<Error>(made.error());
    }
    return SetPlan{{VarBind{instance(source, rowIndexes, device), std::move(*made)}}};
}

Result<SetPlan> ProgramMap::planReset(bool factoryDefaults, const DeviceContext& device) const {
    if (!program_->reset) {
        return fail(ErrorCode::Unsupported, "the map knows no reset");
    }
    const ResetRule& rule = *program_->reset;
    const Source& source = program_->sources[static_cast<std::size_t>(rule.source)];
    const std::int64_t code = factoryDefaults ? rule.factoryDefaults : rule.powerCycle;
    if (code <= 0) {
        return fail(ErrorCode::Unsupported, "the map knows no such reset");
    }
    return SetPlan{{VarBind{instance(source, {}, device), SnmpValue::integer(code)}}};
}

}  // namespace platen::mibmap
