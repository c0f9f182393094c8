// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/compiler.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace platen::mibmap {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxColumns = 64;
constexpr std::size_t kMaxIndexParts = 16;

}  // namespace

void Compiler::readOidNames(const Located& section) {
    if (!section) {
        return;
    }
    if (!section.json->is_object()) {
        problems_.add(section, "must be an object");
        return;
    }
    for (const auto& [name, json] : section.json->items()) {
        auto oid =
            json.is_string() ? Oid::parse(json.get_ref<const std::string&>()) : Result<Oid>(Oid{});
        if (!oid || oid->empty()) {
            problems_.add(section.at(name), "must be an OID in dotted form");
            continue;
        }
        oidNames_[name] = std::move(*oid);
    }
}

bool Compiler::parseParts(const Located& where,
                          std::string_view text,
                          std::vector<IndexPart>& parts) {
    for (const std::string_view piece : text::split(text, '.')) {
        IndexPart part;
        if (piece == "{d}") {
            part.kind = IndexPart::Kind::Device;
        } else if (piece == "{n}") {
            part.kind = IndexPart::Kind::One;
        } else if (piece == "{*}") {
            part.kind = IndexPart::Kind::Rest;
        } else {
            const auto number = text::toUnsigned(piece);
            if (!number || *number > std::numeric_limits<std::uint32_t>::max()) {
                problems_.add(where, "not a sub-identifier: " + inQuotes(piece));
                return false;
            }
            part.literal = static_cast<std::uint32_t>(*number);
        }
        const bool fixed =
            part.kind == IndexPart::Kind::Literal || part.kind == IndexPart::Kind::Device;
        const bool open = !parts.empty() && (parts.back().kind == IndexPart::Kind::One ||
                                             parts.back().kind == IndexPart::Kind::Rest);
        const bool last = !parts.empty() && parts.back().kind == IndexPart::Kind::Rest;
        if ((open && fixed) || last || parts.size() >= Oid::kMaxLength) {
            problems_.add(where, "{n} and {*} must stand at the end");
            return false;
        }
        parts.push_back(part);
    }
    return true;
}

/// Splits an object's text into the fixed prefix and the index.
bool Compiler::parseObject(const Located& where, std::string_view text, Source& source) {
    std::vector<IndexPart> parts;
    const std::size_t dot = text.find('.');
    const auto known = oidNames_.find(text.substr(0, dot));
    if (known != oidNames_.end()) {
        for (const std::uint32_t id : known->second.ids()) {
            parts.push_back({IndexPart::Kind::Literal, id});
        }
        text = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    } else if (!text.empty() && (text.front() < '0' || text.front() > '9')) {
        std::vector<std::string_view> names;
        for (const auto& [name, oid] : oidNames_) {
            names.push_back(name);
        }
        problems_.add(where, "unknown OID name " + inQuotes(std::string(text.substr(0, dot))) +
                                 didYouMean(text.substr(0, dot), names));
        return false;
    }
    if (!text.empty() && !parseParts(where, text, parts)) {
        return false;
    }
    std::vector<std::uint32_t> prefix;
    std::size_t i = 0;
    while (i < parts.size() && parts[i].kind == IndexPart::Kind::Literal) {
        prefix.push_back(parts[i++].literal);
    }
    if (prefix.size() < 2 || parts.size() - i > kMaxIndexParts) {
        problems_.add(where, "an OID needs at least two fixed sub-identifiers");
        return false;
    }
    source.prefix = Oid(std::span<const std::uint32_t>(prefix));
    source.index.assign(parts.begin() + static_cast<std::ptrdiff_t>(i), parts.end());
    return true;
}

GroupMask Compiler::groupsOf(const Located& where, GroupMask otherwise) {
    if (!where) {
        return otherwise;
    }
    GroupMask mask = 0;
    const auto add = [&](const Located& at) {
        if (at.json->is_string()) {
            for (const Group group : kPollGroups) {
                if (at.json->get_ref<const std::string&>() == toString(group)) {
                    mask = static_cast<GroupMask>(mask | maskOf(group));
                    return;
                }
            }
        }
        static constexpr std::array<std::string_view, 4> kNames{"status", "supplies", "counters",
                                                                "configuration"};
        problems_.add(at, "must be status, supplies, counters or configuration" +
                              (at.json->is_string()
                                   ? didYouMean(at.json->get_ref<const std::string&>(), kNames)
                                   : std::string()));
    };
    if (where.json->is_array()) {
        for (std::size_t i = 0; i < where.json->size(); ++i) {
            add(where.at(i));
        }
    } else {
        add(where);
    }
    return mask != 0 ? mask : otherwise;
}

std::int32_t Compiler::addSource(const Located& where, Source source) {
    if (program_->sources.size() >= kMaxSources) {
        problems_.add(where, "more than 2000 objects");
        return -1;
    }
    program_->sources.push_back(std::move(source));
    return static_cast<std::int32_t>(program_->sources.size() - 1);
}

void Compiler::readScalars(const Located& section) {
    if (!section) {
        return;
    }
    if (!section.json->is_object()) {
        problems_.add(section, "must be an object");
        return;
    }
    static constexpr std::array<std::string_view, 3> kKeys{"oid", "read", "text"};
    for (const auto& [name, json] : section.json->items()) {
        const Located at = section.at(name);
        const Located oid = json.is_object() ? at.at("oid") : at;
        if (json.is_object()) {
            checkKeys(at, kKeys);
        }
        if (!oid || !oid.json->is_string()) {
            problems_.add(at, R"(a scalar is an OID, or an object with "oid")");
            continue;
        }
        Source source;
        source.name = name;
        if (!parseObject(oid, oid.json->get_ref<const std::string&>(), source)) {
            continue;
        }
        const bool open = std::any_of(source.index.begin(), source.index.end(), [](auto part) {
            return part.kind == IndexPart::Kind::One || part.kind == IndexPart::Kind::Rest;
        });
        if (open) {
            problems_.add(oid, "a scalar has no {n}");
            continue;
        }
        source.read = json.is_object() ? groupsOf(at.at("read"), 0) : GroupMask{0};
        const auto before = scalars_.find(name);
        if (before != scalars_.end()) {
            source.slot = program_->sources[static_cast<std::size_t>(before->second)].slot;
            program_->sources[static_cast<std::size_t>(before->second)] = std::move(source);
            continue;
        }
        source.slot = program_->scalarCount++;
        scalars_[name] = addSource(at, std::move(source));
    }
}

void Compiler::readTables(const Located& section) {
    if (!section) {
        return;
    }
    if (!section.json->is_object()) {
        problems_.add(section, "must be an object");
        return;
    }
    static constexpr std::array<std::string_view, 6> kKeys{"entry",   "records", "index",
                                                           "columns", "read",    "text"};
    for (const auto& [name, json] : section.json->items()) {
        const Located at = section.at(name);
        checkKeys(at, kKeys);
        const auto before = tables_.find(name);
        std::int32_t index = before == tables_.end() ? -1 : before->second;
        const Located records = at.at("records");
        const Located entry = records ? records : at.at("entry");
        const Located pattern = at.at("index");
        if (!entry || !entry.json->is_string() || (records && pattern)) {
            problems_.add(at, R"(a table needs "entry", or "records" without "index")");
            continue;
        }
        Source base;
        if (!parseObject(entry, entry.json->get_ref<const std::string&>(), base)) {
            continue;
        }
        const bool fixed = std::all_of(base.index.begin(), base.index.end(), [](auto part) {
            return part.kind == IndexPart::Kind::Device || part.kind == IndexPart::Kind::Literal;
        });
        if (!fixed || (!records && !base.index.empty())) {
            problems_.add(entry, "the entry is a fixed OID");
            continue;
        }
        if (index < 0) {
            std::vector<IndexPart> parts;
            const std::string text = records ? "{n}"
                                     : pattern && pattern.json->is_string()
                                         ? pattern.json->get<std::string>()
                                         : "{d}.{n}";
            if (!parseParts(pattern ? pattern : at, text, parts)) {
                continue;
            }
            if (parts.back().kind != IndexPart::Kind::One &&
                parts.back().kind != IndexPart::Kind::Rest) {
                problems_.add(pattern, "a table's index ends in {n} or {*}");
                continue;
            }
            index = static_cast<std::int32_t>(program_->tables.size());
            tables_[name] = index;
            program_->tables.push_back({name, 0});
            columns_.emplace_back();
            tableIndexes_.push_back(std::move(parts));
        }
        readColumns(at, index, base);
    }
}

/// `entry` is the table's entry, or the octet string that holds its records.
void Compiler::readColumns(const Located& table, std::int32_t index, const Source& entry) {
    const Located columns = table.at("columns");
    if (!columns || !columns.json->is_object() || columns.json->size() > kMaxColumns) {
        problems_.add(table, R"(a table needs "columns", at most 64)");
        return;
    }
    const GroupMask readAll = groupsOf(table.at("read"), 0);
    const auto place = static_cast<std::size_t>(index);
    static constexpr std::array<std::string_view, 3> kKeys{"column", "read", "text"};
    for (const auto& [name, json] : columns.json->items()) {
        const Located at = columns.at(name);
        const Located number = json.is_object() ? at.at("column") : at;
        if (json.is_object()) {
            checkKeys(at, kKeys);
        }
        const bool good =
            number && number.json->is_number_unsigned() &&
            number.json->get<std::uint64_t>() <= std::numeric_limits<std::uint32_t>::max();
        if (!good) {
            problems_.add(at, "a column is its number in the entry");
            continue;
        }
        const auto column = number.json->get<std::uint32_t>();
        Source source;
        source.name = program_->tables[place].name + "." + name;
        if (table.at("records")) {
            if (column != 1 && column != 2) {
                problems_.add(at, "a record has 1, its value, and 2, its length");
                continue;
            }
            source.prefix = entry.prefix;
            source.index = entry.index;
            source.record = column == 1 ? Source::Record::Value : Source::Record::Length;
        } else {
            source.prefix = entry.prefix.child({column});
            source.index = tableIndexes_[place];
        }
        source.table = index;
        source.read = json.is_object() ? groupsOf(at.at("read"), readAll) : readAll;
        // Fixed parts of the index belong to the prefix: a walk then reads no more than needed.
        while (!source.index.empty() && source.index.front().kind == IndexPart::Kind::Literal) {
            source.prefix = source.prefix.child({source.index.front().literal});
            source.index.erase(source.index.begin());
        }
        const auto before = columns_[place].find(name);
        if (before != columns_[place].end()) {
            Source& old = program_->sources[static_cast<std::size_t>(before->second)];
            source.slot = old.slot;
            old = std::move(source);
            continue;
        }
        source.slot = program_->tables[place].columns++;
        columns_[place][name] = addSource(at, std::move(source));
    }
}

DispatchTable Compiler::dispatchOf(const std::vector<std::int32_t>& sources) const {
    std::map<std::vector<std::uint32_t>, std::vector<std::int32_t>> byPrefix;
    for (const std::int32_t index : sources) {
        const auto ids = program_->sources[static_cast<std::size_t>(index)].prefix.ids();
        byPrefix[std::vector<std::uint32_t>(ids.begin(), ids.end())].push_back(index);
    }
    DispatchTable table;
    for (auto& [prefix, list] : byPrefix) {
        DispatchNode node;
        node.prefix = prefix;
        node.sources = std::move(list);
        // In sorted order the enclosing prefix is the previous one or one of its parents.
        auto above = static_cast<std::int32_t>(table.nodes.size()) - 1;
        while (above >= 0) {
            const auto& outer = table.nodes[static_cast<std::size_t>(above)].prefix;
            if (outer.size() <= prefix.size() &&
                std::equal(outer.begin(), outer.end(), prefix.begin())) {
                break;
            }
            above = table.nodes[static_cast<std::size_t>(above)].parent;
        }
        node.parent = above;
        table.nodes.push_back(std::move(node));
    }
    return table;
}

/// The quirk noDeviceIndex: rows of these tables (`true`: of all) come without the hrDeviceIndex.
void Compiler::dropDeviceIndexes() {
    if (!noDeviceIndex_) {
        return;
    }
    const Json& json = *noDeviceIndex_.json;
    std::set<std::int32_t> wanted;
    if (json.is_array()) {
        for (std::size_t i = 0; i < json.size(); ++i) {
            Node node;
            if (argument(noDeviceIndex_.at(i), Scope{}, 't', false, node)) {
                wanted.insert(node.a);
            }
        }
    } else if (!json.is_boolean()) {
        problems_.add(noDeviceIndex_, "must be true, false or an array of tables");
    }
    const bool all = json.is_boolean() && json.get<bool>();
    for (Source& source : program_->sources) {
        const bool column = source.table >= 0 && source.record == Source::Record::None;
        if (column && (all || wanted.count(source.table) != 0)) {
            source.index.erase(std::remove_if(source.index.begin(), source.index.end(),
                                              [](const IndexPart& part) {
                                                  return part.kind == IndexPart::Kind::Device;
                                              }),
                               source.index.end());
            source.bare = true;
        }
    }
}

/// Decides which group reads which object, and makes the dispatch tables.
void Compiler::finishSources() {
    for (Source& source : program_->sources) {
        if (source.read == 0) {
            source.read = source.used;
        }
        source.keep = (source.used & ~source.read) != 0;
    }
    for (const std::int32_t index : setSources_) {
        Source& source = program_->sources[static_cast<std::size_t>(index)];
        source.keep = true;
        if (source.read == 0) {
            source.read = maskOf(Group::Configuration);
        }
    }
    program_->groups.resize(kPollGroups.size() + 1);
    std::vector<std::int32_t> allKept;
    for (const Group group : kPollGroups) {
        std::vector<std::int32_t> read;
        std::vector<std::int32_t> kept;
        for (std::size_t i = 0; i < program_->sources.size(); ++i) {
            const Source& source = program_->sources[i];
            const bool needed = source.used != 0 || setSources_.count(static_cast<int>(i)) != 0;
            if (needed && (source.read & maskOf(group)) != 0) {
                read.push_back(static_cast<std::int32_t>(i));
            } else if ((source.used & maskOf(group)) != 0) {
                kept.push_back(static_cast<std::int32_t>(i));
            }
        }
        GroupProgram& made = program_->groups[static_cast<std::size_t>(group)];
        made.read = dispatchOf(read);
        made.kept = dispatchOf(kept);
        finishTimed(group, read);
        std::set<std::int32_t> tables;
        for (const std::int32_t index : read) {
            const Source& source = program_->sources[static_cast<std::size_t>(index)];
            tables.insert(source.table);
            if (source.keep) {
                made.keptPrefixes.push_back(source.prefix);
            }
        }
        tables.erase(-1);
        made.readTables.assign(tables.begin(), tables.end());
    }
    for (std::size_t i = 0; i < program_->sources.size(); ++i) {
        if (program_->sources[i].keep) {
            allKept.push_back(static_cast<std::int32_t>(i));
        }
    }
    // Group::Identify has no rules; its place holds what SETs need.
    program_->groups[static_cast<std::size_t>(Group::Identify)].kept = dispatchOf(allKept);
}

}  // namespace platen::mibmap
