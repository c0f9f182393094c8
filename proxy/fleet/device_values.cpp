// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/device_values.hpp"

#include "base/text.hpp"

#include <optional>

namespace platen::fleet {

namespace {

std::string dotted(const model::Instances& instances) {
    std::string out;
    for (const auto number : instances.numbers) {
        if (number == 0) {
            break;
        }
        out += (out.empty() ? "" : ".") + std::to_string(number);
    }
    return out;
}

std::optional<model::Instances> parseDotted(std::string_view text) {
    model::Instances out;
    if (text.empty()) {
        return out;
    }
    std::size_t level = 0;
    for (const auto piece : text::split(text, '.')) {
        const auto number = text::toUnsigned(piece);
        if (!number || *number == 0 || *number > UINT32_MAX || level >= model::kMaxDepth) {
            return std::nullopt;
        }
        out.numbers.at(level++) = static_cast<std::uint32_t>(*number);
    }
    return out;
}

std::optional<model::ParamRef> paramByName(const model::PathCodec& codec, std::string_view name) {
    const auto path = codec.parseInternal(name);
    if (!path || path->kind != model::Path::Kind::Parameter) {
        return std::nullopt;
    }
    return path->paramRef();
}

void appendEscaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else {
            out += c;
        }
    }
}

std::string unescape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        ++i;
        out += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
    }
    return out;
}

std::optional<model::Source> sourceOf(char code) {
    switch (code) {
        case 'g':
            return model::Source::Gateway;
        case 's':
            return model::Source::Snmp;
        case 'e':
            return model::Source::Ews;
        default:
            return std::nullopt;
    }
}

char codeOf(model::Source source) {
    switch (source) {
        case model::Source::Gateway:
            return 'g';
        case model::Source::Snmp:
            return 's';
        case model::Source::Ews:
            return 'e';
        case model::Source::Acs:
            break;
    }
    return 'a';
}

}  // namespace

store::ValueRow toRow(DeviceId device,
                      const model::PathCodec& codec,
                      const Assignment& assignment) {
    return {.device = device,
            .name = codec.internalName(assignment.ref),
            .text = assignment.value.text()};
}

void restoreValues(std::span<const store::ValueRow> rows,
                   const model::PathCodec& codec,
                   model::Tree& tree) {
    for (const auto& row : rows) {
        const auto ref = paramByName(codec, row.name);
        if (!ref) {
            continue;
        }
        if (const auto value = codec.schema().parseValue(ref->param, row.text)) {
            tree.set(*ref, *value, model::Source::Acs);
        }
    }
}

void restoreAttributes(std::span<const store::AttributeRow> rows,
                       const model::PathCodec& codec,
                       model::AttributeTable& attributes) {
    std::vector<model::AttributeTable::Entry> entries;
    for (const auto& row : rows) {
        const auto ref = paramByName(codec, row.name);
        constexpr std::uint8_t kHighest = 6;
        if (!ref || row.notification > kHighest) {
            continue;
        }
        model::Attributes value;
        value.notification = static_cast<model::Notification>(row.notification);
        if (!row.accessList.empty()) {
            for (const auto entity : text::split(row.accessList, ',')) {
                value.accessList.emplace_back(entity);
            }
        }
        entries.push_back({.ref = *ref, .attributes = std::move(value)});
    }
    attributes.restore(entries);
}

store::InstanceRow toRow(DeviceId device,
                         const model::Schema& schema,
                         const model::InstanceRecord& record) {
    return {.device = device,
            .object = schema.object(record.object).path,
            .parents = dotted(record.parents),
            .key = record.key,
            .number = record.number,
            .firstSeen = record.firstSeen,
            .lastSeen = record.lastSeen,
            .retired = record.retired};
}

void restoreInstances(std::span<const store::InstanceRow> rows,
                      const model::Schema& schema,
                      model::InstanceTable& instances) {
    std::vector<model::InstanceRecord> records;
    records.reserve(rows.size());
    for (const auto& row : rows) {
        const auto object = schema.findObject(row.object);
        const auto parents = parseDotted(row.parents);
        if (!object || !parents || row.number == 0) {
            continue;
        }
        records.push_back({.object = *object,
                           .parents = *parents,
                           .key = row.key,
                           .number = row.number,
                           .firstSeen = row.firstSeen,
                           .lastSeen = row.lastSeen,
                           .retired = row.retired});
    }
    instances.restore(std::move(records));
}

store::CounterRow toRow(DeviceId device, const model::PathCodec& codec, const CounterEntry& entry) {
    return {.device = device,
            .name = codec.internalName(entry.ref),
            .source = entry.state.source,
            .epoch = entry.state.epoch,
            .base = entry.state.base,
            .lastRaw = entry.state.lastRaw,
            .modulus = 0,
            .confirmCount = entry.state.confirmCount,
            .suspectRaw = entry.state.suspectRaw,
            .lastRead = entry.state.lastRead,
            .suspectRead = entry.state.suspectRead,
            .baseBeforeFall = entry.state.baseBeforeFall,
            .rawBeforeFall = entry.state.rawBeforeFall};
}

void restoreCounters(std::span<const store::CounterRow> rows,
                     const model::PathCodec& codec,
                     PrinterState& state) {
    for (const auto& row : rows) {
        const auto ref = paramByName(codec, row.name);
        if (!ref) {
            continue;
        }
        state.counter(*ref).state = CounterState{.source = row.source,
                                                 .epoch = row.epoch,
                                                 .base = row.base,
                                                 .lastRaw = row.lastRaw,
                                                 .confirmCount = row.confirmCount,
                                                 .suspectRaw = row.suspectRaw,
                                                 .lastRead = row.lastRead,
                                                 .suspectRead = row.suspectRead,
                                                 .baseBeforeFall = row.baseBeforeFall,
                                                 .rawBeforeFall = row.rawBeforeFall};
    }
}

std::string packReadings(const model::Tree& tree, const model::PathCodec& codec) {
    std::string out;
    constexpr std::size_t kTypicalLine = 64;
    out.reserve(tree.cellCount() * kTypicalLine);
    const auto root = codec.parse("");
    if (!root) {
        return out;
    }
    tree.forEachParam(*root, [&](const model::ParamRef& ref, const model::Value& value) {
        const auto source = tree.sourceOf(ref);
        if (!source || *source == model::Source::Acs) {
            return;
        }
        // Settings of the gateway come from the configuration at each start, secrets among them;
        // rows keep what was made up for them.
        const auto& param = codec.schema().param(ref.param);
        if (*source == model::Source::Gateway && param.readWrite &&
            codec.schema().object(param.object).depth <= 1) {
            return;
        }
        out += codec.internalName(ref);
        out += '\t';
        out += codeOf(*source);
        out += '\t';
        appendEscaped(out, value.text());
        out += '\n';
    });
    return out;
}

std::optional<model::ParamRef> ParamNames::find(std::string_view name) {
    if (const auto known = known_.find(name); known != known_.end()) {
        return known->second;
    }
    auto ref = paramByName(codec_, name);
    if (known_.size() < kMaxKnown) {
        known_.emplace(name, ref);
    }
    return ref;
}

void unpackReadings(std::string_view text, ParamNames& names, model::Tree& tree) {
    const auto& schema = names.codec().schema();
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        // name TAB one letter TAB value
        const auto tab = line.find('\t');
        if (tab == std::string_view::npos || line.size() < tab + 3 || line[tab + 2] != '\t') {
            continue;
        }
        const auto source = sourceOf(line[tab + 1]);
        const auto ref = names.find(line.substr(0, tab));
        const auto content = line.substr(tab + 3);
        if (!ref || !source || content.find('\t') != std::string_view::npos) {
            continue;
        }
        const bool escaped = content.find('\\') != std::string_view::npos;
        const auto value = escaped ? schema.parseValue(ref->param, unescape(content))
                                   : schema.parseValue(ref->param, content);
        if (value) {
            tree.set(*ref, *value, *source);
        }
    }
}

}  // namespace platen::fleet
