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
    if (problems.size() < Evaluation::kMaxProblems) {
        problems.push_back(std::move(text));
    }
}

void State::fill(const DispatchTable& dispatch, std::span<const VarBind> varbinds) {
    const auto& nodes = dispatch.nodes;
    if (nodes.empty()) {
        return;
    }
    std::size_t at = 0;
    std::span<const std::uint32_t> previous;
    for (const VarBind& varbind : varbinds) {
        const auto ids = varbind.oid.ids();
        if (lessIds(ids, previous)) {
            at = 0;  // out of order: begin again, slower but right
        }
        previous = ids;
        while (at + 1 < nodes.size() && !lessIds(ids, nodes[at + 1].prefix)) {
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
    const bool fits = open ? rest.size() > ones : rest.size() == ones;
    if (fits) {
        takeCell(source, varbind, rest);
        if (source.keep && !frozen_) {
            toKeep.push_back(&varbind);
        }
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
