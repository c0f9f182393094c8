// SPDX-License-Identifier: Apache-2.0
#include "mibmap/emitter.hpp"

#include "base/text.hpp"
#include "mibmap/map_file.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace platen::mibmap {

namespace {

using Frame = Evaluator::Frame;

/// Longest row key; keys are stored.
constexpr std::size_t kMaxKey = 128;
/// Longest raw value shown by explain.
constexpr std::size_t kMaxRaw = 256;

}  // namespace

std::string rawText(const SnmpValue& value) {
    switch (value.type) {
        case SnmpType::ObjectId:
            return value.oid->toString();
        case SnmpType::OctetString:
        case SnmpType::IpAddress:
        case SnmpType::Opaque: {
            const std::string_view octets = std::string_view(value.octets).substr(0, kMaxRaw);
            const bool printable = std::all_of(octets.begin(), octets.end(),
                                               [](char c) { return c >= ' ' && c <= '~'; });
            if (printable && value.type == SnmpType::OctetString) {
                return std::string(octets);
            }
            // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(octets.data());
            return "0x" + text::toHex({bytes, octets.size()}, true);
        }
        default:
            return std::to_string(value.number);
    }
}

void Emitter::objects(Group group) {
    const GroupMask mask = maskOf(group);
    for (const ObjectRules& rules : state_.program.objects) {
        if ((rules.groups & mask) != 0) {
            object(rules, mask);
        }
    }
    const auto complete = state_.program.completeTables.find(group);
    if (complete != state_.program.completeTables.end()) {
        out_.completeTables = complete->second;
    }
}

void Emitter::timedObjects(Group group) {
    timedOnly_ = true;
    const GroupMask mask = maskOf(group);
    for (const ObjectRules& rules : state_.program.objects) {
        if (rules.timed && (rules.groups & mask) != 0) {
            object(rules, mask);
        }
    }
}

void Emitter::object(const ObjectRules& rules, GroupMask group) {
    if (rules.rows && rules.table >= 0) {
        rowsOf(rules, group);
        return;
    }
    if (rules.where && !evaluator_.truthy(*rules.where, Frame{})) {
        return;
    }
    std::int32_t row = -1;
    if (rules.rows) {
        const std::int32_t parent = parentOf(rules, Frame{});
        row = static_cast<std::int32_t>(out_.rows.size());
        out_.rows.push_back(
            {rules.object, parent, joined(rules.key, Frame{}), indexOf(rules.index, Frame{})});
    }
    params(rules, group, Frame{}, row);
}

void Emitter::rowsOf(const ObjectRules& rules, GroupMask group) {
    const TableData& table = state_.tables[static_cast<std::size_t>(rules.table)];
    std::vector<std::pair<Frame, std::string>> rows;
    rows.reserve(table.rows.size());
    for (const TableData::Row& row : table.rows) {
        const Frame frame{&table, &row, nullptr};
        if (!rules.where || evaluator_.truthy(*rules.where, frame)) {
            rows.emplace_back(frame, joined(rules.key, frame));
        }
    }
    if (!rules.distinguish.empty()) {
        distinguish(rules, rows);
    }
    for (auto& [frame, key] : rows) {
        const std::int32_t parent = parentOf(rules, frame);
        const auto row = static_cast<std::int32_t>(out_.rows.size());
        out_.rows.push_back({rules.object, parent, std::move(key), indexOf(rules.index, frame)});
        params(rules, group, frame, row);
    }
}

// Rows with equal keys get more parts until they differ (mfp-model 8.1 with the key rules of the
// objects: type and colour first, the index only if nothing else tells two rows apart).
void Emitter::distinguish(const ObjectRules& rules,
                          std::vector<std::pair<Frame, std::string>>& rows) {
    for (const Node& part : rules.distinguish) {
        std::map<std::string, int> seen;
        for (const auto& [frame, key] : rows) {
            ++seen[key];
        }
        for (auto& [frame, key] : rows) {
            if (seen[key] > 1) {
                key += "/" + evaluator_.run(part, frame).toText();
                key = key.substr(0, kMaxKey);
            }
        }
    }
}

std::int32_t Emitter::parentOf(const ObjectRules& rules, const Frame& frame) {
    if (!rules.parent) {
        return -1;
    }
    const ParentRow& parent = *rules.parent;
    std::string key = joined(parent.key, frame);
    const auto it = std::find_if(out_.rows.begin(), out_.rows.end(), [&](const Row& row) {
        return row.object == parent.object && row.key == key;
    });
    if (it != out_.rows.end()) {
        return static_cast<std::int32_t>(it - out_.rows.begin());
    }
    out_.rows.push_back({parent.object, -1, std::move(key), indexOf(parent.index, frame)});
    return static_cast<std::int32_t>(out_.rows.size() - 1);
}

std::string Emitter::joined(const std::vector<Node>& parts, const Frame& frame) {
    std::string key;
    for (const Node& part : parts) {
        if (&part != &parts.front()) {
            key += '/';
        }
        key += evaluator_.run(part, frame).toText();
    }
    return key.size() > kMaxKey ? key.substr(0, kMaxKey) : key;
}

std::optional<std::uint32_t> Emitter::indexOf(const std::optional<Node>& index,
                                              const Frame& frame) {
    if (index) {
        const auto number = evaluator_.run(*index, frame).toNumber();
        const bool fits =
            number && *number >= 0 && *number <= std::numeric_limits<std::uint32_t>::max();
        return fits ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
    }
    if (frame.row != nullptr && frame.row->index.size() == 1) {
        return frame.row->index.front();
    }
    return std::nullopt;
}

void Emitter::params(const ObjectRules& rules,
                     GroupMask group,
                     const Frame& frame,
                     std::int32_t row) {
    for (const ParamRules& param : rules.params) {
        if ((param.groups & group) == 0 || (timedOnly_ && !param.timed)) {
            continue;
        }
        for (const Rule& rule : param.rules) {
            const bool done = (rule.groups & group) != 0 && emit(rule, frame, row);
            // Losers are shown by explain only.
            if (done && !state_.trace) {
                break;
            }
        }
    }
}

std::int32_t Emitter::origin(const Rule& rule) {
    if (!state_.trace) {
        return -1;
    }
    Origin origin;
    origin.file = rule.place.file;
    origin.rule = rule.place.pointer;
    if (state_.firstUsed != nullptr) {
        origin.oid = state_.firstUsed->oid;
        origin.raw = rawText(state_.firstUsed->value);
    }
    out_.origins.push_back(std::move(origin));
    return static_cast<std::int32_t>(out_.origins.size() - 1);
}

bool Emitter::emit(const Rule& rule, const Frame& frame, std::int32_t row) {
    state_.firstUsed = nullptr;
    const Datum value = evaluator_.run(rule.value, frame);
    if (value.none()) {
        return false;
    }
    switch (rule.kind) {
        case Rule::Kind::Reference:
            return emitReference(rule, value, row);
        case Rule::Kind::Counter:
            return emitCounter(rule, value, frame, row);
        case Rule::Kind::Value:
            break;
    }
    auto made = valueOf(schema_.param(rule.param), value);
    if (!made) {
        return false;
    }
    out_.readings.push_back({rule.param, row, std::move(*made), rule.rank, origin(rule)});
    return true;
}

bool Emitter::emitReference(const Rule& rule, const Datum& value, std::int32_t row) {
    std::vector<std::uint32_t> indexes;
    if (value.kind() == Datum::Kind::Numbers) {
        indexes = value.numbers();
    } else if (const auto number = value.toNumber();
               number && *number > 0 && *number <= std::numeric_limits<std::uint32_t>::max()) {
        // 0 and the negative specials mean none (mfp-model 8.5): an empty reference.
        indexes.push_back(static_cast<std::uint32_t>(*number));
    }
    out_.references.push_back({rule.param, row, rule.target, std::move(indexes)});
    return true;
}

bool Emitter::emitCounter(const Rule& rule,
                          const Datum& value,
                          const Frame& frame,
                          std::int32_t row) {
    const auto number = value.toNumber();
    if (!number || *number < 0 || (rule.when && !evaluator_.truthy(*rule.when, frame))) {
        return false;
    }
    CounterReading reading;
    reading.param = rule.param;
    reading.row = row;
    reading.raw = static_cast<std::uint64_t>(*number);
    reading.modulus = rule.modulus;
    reading.persistence = rule.persistence;
    reading.quality = rule.quality;
    reading.source = rule.counterName;
    reading.rank = rule.rank;
    reading.origin = origin(rule);
    out_.counters.push_back(reading);
    return true;
}

std::optional<model::Value> Emitter::numberOf(const model::ParamDef& param, const Datum& value) {
    const auto number = value.toNumber();
    if (!number) {
        return std::nullopt;
    }
    switch (param.type) {
        case model::ValueType::Int: {
            const bool fits = *number >= std::numeric_limits<std::int32_t>::min() &&
                              *number <= std::numeric_limits<std::int32_t>::max();
            return fits ? std::optional(model::Value::integer(param.type, *number)) : std::nullopt;
        }
        case model::ValueType::Long:
            return model::Value::integer(param.type, *number);
        case model::ValueType::UnsignedInt:
        case model::ValueType::UnsignedLong: {
            // Negative specials mean unknown: the parameter is absent.
            const bool fits =
                *number >= 0 && (param.type == model::ValueType::UnsignedLong ||
                                 *number <= std::numeric_limits<std::uint32_t>::max());
            return fits ? std::optional(model::Value::unsignedInteger(
                              param.type, static_cast<std::uint64_t>(*number)))
                        : std::nullopt;
        }
        default:
            return std::nullopt;
    }
}

std::optional<model::Value> Emitter::valueOf(const model::ParamDef& param, const Datum& value) {
    switch (param.type) {
        case model::ValueType::String: {
            if (value.kind() == Datum::Kind::Constant) {
                return value.constant()->value;
            }
            if (value.kind() == Datum::Kind::Numbers) {
                return std::nullopt;
            }
            std::string text = value.toText();
            if (!param.enumeration.empty() && !param.list) {
                const auto& names = param.enumeration;
                if (std::find(names.begin(), names.end(), text) == names.end()) {
                    state_.problem(param.name + ": " + inQuotes(text.substr(0, 40)) +
                                   " is no value");
                    return std::nullopt;
                }
            }
            return model::Value::string(text);
        }
        case model::ValueType::Boolean:
            if (value.kind() == Datum::Kind::Number || value.kind() == Datum::Kind::Constant) {
                return model::Value::boolean(value.truthy());
            }
            return std::nullopt;
        case model::ValueType::DateTime:
            if (value.kind() == Datum::Kind::Time) {
                return model::Value::dateTime(
                    std::chrono::floor<std::chrono::seconds>(WallTime(Millis(value.rawNumber()))));
            }
            return std::nullopt;
        case model::ValueType::Base64:
        case model::ValueType::HexBinary:
            return model::Value::binary(param.type, value.toText());
        default:
            return numberOf(param, value);
    }
}

}  // namespace platen::mibmap
