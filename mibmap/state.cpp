// SPDX-License-Identifier: Apache-2.0
#include "mibmap/state.hpp"

#include <algorithm>
#include <compare>

namespace platen::mibmap {

namespace {

bool lessIds(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

bool startsWith(std::span<const std::uint32_t> ids, std::span<const std::uint32_t> prefix) {
    return ids.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), ids.begin());
}

}  // namespace

State::State(const Program& ofProgram, DeviceContext& ofDevice, WallTime atTime, bool withTrace)
    : program(ofProgram),
      device(ofDevice),
      now(atTime),
      trace(withTrace),
      scalars(static_cast<std::size_t>(ofProgram.scalarCount), nullptr),
      tables(ofProgram.tables.size()),
      sharedKnown(ofProgram.shared.size(), 0),
      shared(ofProgram.shared.size()),
      sharedUsed(ofProgram.shared.size(), nullptr) {}

void State::problem(std::string text) {
    // Columns of one table often have the same one.
    if (problems.size() < Evaluation::kMaxProblems &&
        std::find(problems.begin(), problems.end(), text) == problems.end()) {
        problems.push_back(std::move(text));
    }
}

void State::fill(const DispatchTable& dispatch, std::span<const VarBind> varbinds) {
    const auto& nodes = dispatch.nodes;
    if (nodes.empty()) {
        return;
    }
    std::size_t at = 0;
    for (const VarBind& varbind : varbinds) {
        const auto ids = varbind.oid.ids();
        const bool under = startsWith(ids, nodes[at].prefix);
        if (!under && lessIds(ids, nodes[at].prefix)) {
            at = 0;  // out of order: begin again, slower but right
        }
        // Mostly the next cell of the same column, which encloses no other.
        const bool innermost =
            at + 1 == nodes.size() || nodes[at + 1].parent != static_cast<std::int32_t>(at);
        while (!(under && innermost) && at + 1 < nodes.size() &&
               !lessIds(ids, nodes[at + 1].prefix)) {
            ++at;
        }
        // The largest prefix that is not above the OID, or one that encloses it.
        auto node = static_cast<std::int32_t>(at);
        while (node >= 0) {
            const DispatchNode& candidate = nodes[static_cast<std::size_t>(node)];
            if (startsWith(ids, candidate.prefix)) {
                for (const std::int32_t source : candidate.sources) {
                    take(program.sources[static_cast<std::size_t>(source)], varbind);
                }
            }
            node = candidate.parent;
        }
    }
}

void State::freeze(const std::vector<std::int32_t>& readTables) {
    frozen_ = true;
    for (const std::int32_t table : readTables) {
        tables[static_cast<std::size_t>(table)].frozen = true;
        tables[static_cast<std::size_t>(table)].hint = 0;
    }
}

void State::take(const Source& source, const VarBind& varbind) {
    if (!varbind.value.isValue()) {
        return;
    }
    std::span<const std::uint32_t> rest = varbind.oid.suffix(source.prefix.size());
    for (const IndexPart& part : source.index) {
        if (part.kind == IndexPart::Kind::One || part.kind == IndexPart::Kind::Rest) {
            break;
        }
        const std::uint32_t wanted =
            part.kind == IndexPart::Kind::Device ? device.printerIndex : part.literal;
        if (rest.empty() || rest.front() != wanted) {
            return;
        }
        rest = rest.subspan(1);
    }
    if (source.record != Source::Record::None) {
        if (rest.empty()) {
            takeRecords(source, varbind);
            if (source.keep && !frozen_) {
                toKeep.push_back(&varbind);
            }
        }
        return;
    }
    if (source.table < 0) {
        if (rest.empty()) {
            scalars[static_cast<std::size_t>(source.slot)] = &varbind;
            if (source.keep && !frozen_) {
                toKeep.push_back(&varbind);
            }
        }
        return;
    }
    const bool open = source.index.back().kind == IndexPart::Kind::Rest;
    const auto ones = static_cast<std::size_t>(
        std::count_if(source.index.begin(), source.index.end(),
                      [](const IndexPart& p) { return p.kind == IndexPart::Kind::One; }));
    // Some models of such a maker have the device index all the same.
    if (source.bare && !open && rest.size() == ones + 1 && rest.front() == device.printerIndex) {
        rest = rest.subspan(1);
    }
    const bool fits = open ? rest.size() > ones : rest.size() == ones;
    if (fits) {
        takeCell(source, varbind, rest);
        if (source.keep && !frozen_) {
            toKeep.push_back(&varbind);
        }
    }
}

/// Each record is an octet that names it, an octet of a type, the length and that many octets of a
/// big-endian number; ff ends them (snmp-quirks, section 5). The row's index is the name. What does
/// not fit ends the reading: the records before it are good.
void State::takeRecords(const Source& source, const VarBind& varbind) {
    constexpr std::size_t kHead = 3;
    constexpr std::size_t kMaxNumber = 7;  // fits an std::int64_t
    constexpr unsigned kEnd = 0xFF;
    std::string_view octets = varbind.value.octets;
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(octets[at]); };
    while (octets.size() >= kHead && octet(0) != kEnd) {
        const std::uint32_t name = octet(0);
        const std::size_t length = octet(2);
        if (octets.size() - kHead < length) {
            return;
        }
        if (length >= 1 && length <= kMaxNumber) {
            std::int64_t number = 0;
            for (std::size_t i = 0; i < length; ++i) {
                number = number * 256 + octet(kHead + i);
            }
            const bool value = source.record == Source::Record::Value;
            records_.push_back(
                {varbind.oid.child({name}),
                 SnmpValue::integer(value ? number : static_cast<std::int64_t>(length))});
            const VarBind& cell = records_.back();
            takeCell(source, cell, cell.oid.suffix(varbind.oid.size()));
        }
        octets.remove_prefix(kHead + length);
    }
}

void State::takeCell(const Source& source,
                     const VarBind& varbind,
                     std::span<const std::uint32_t> index) {
    TableData& table = tables[static_cast<std::size_t>(source.table)];
    const auto columns =
        static_cast<std::size_t>(program.tables[static_cast<std::size_t>(source.table)].columns);
    // Columns come one after the other, each in row order: the next row is nearly always the hint.
    std::size_t at = table.hint;
    const auto same = [&](std::size_t row) {
        return row < table.rows.size() &&
               std::equal(index.begin(), index.end(), table.rows[row].index.begin(),
                          table.rows[row].index.end());
    };
    if (!same(at)) {
        const auto it = std::lower_bound(
            table.rows.begin(), table.rows.end(), index,
            [](const TableData::Row& row, auto wanted) { return lessIds(row.index, wanted); });
        at = static_cast<std::size_t>(it - table.rows.begin());
        if (!same(at)) {
            if (table.frozen) {
                return;
            }
            if (table.rows.size() >= TableData::kMaxRows) {
                problem(source.name + ": more than 1000 rows");
                return;
            }
            const auto cells = static_cast<std::uint32_t>(table.cells.size());
            table.rows.insert(it, TableData::Row{index, cells});
            table.cells.resize(table.cells.size() + columns, nullptr);
        }
    }
    table.cells[table.rows[at].cells + static_cast<std::size_t>(source.slot)] = &varbind;
    table.hint = at + 1;
}

}  // namespace platen::mibmap
