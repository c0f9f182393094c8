// SPDX-License-Identifier: Apache-2.0
#include "mibmap/recording.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "mibmap/row_sink.hpp"

#include <algorithm>
#include <utility>

namespace platen::mibmap {

namespace {

bool lessOid(const VarBind& a, const VarBind& b) {
    return a.oid < b.oid;
}

/// Whether snmpwalk wrote this: its rows have ` = ` before any bar.
bool isWalk(std::string_view text) {
    while (!text.empty()) {
        const auto line = takeLine(text);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const auto equals = line.find(" =");
        return equals != std::string_view::npos && equals < line.find('|');
    }
    return false;
}

Result<std::vector<VarBind>> read(std::string_view text,
                                  const std::string& name,
                                  std::vector<std::string>* problems) {
    if (text.size() > Recording::kMaxFileBytes) {
        return fail(ErrorCode::TooLarge, name + ": too large for a recording");
    }
    RowSink sink(name, problems == nullptr);
    if (isWalk(text)) {
        readWalk(text, sink);
    } else {
        readRows(text, sink);
    }
    auto rows = sink.finish();
    if (problems != nullptr) {
        *problems = sink.problems();
    }
    return rows;
}

Result<std::string> content(const std::filesystem::path& path) {
    auto text = readFile(path, Recording::kMaxFileBytes);
    if (!text) {
        return fail(text.error().code, text::cat({path.string(), ": ", text.error().text}));
    }
    return text;
}

}  // namespace

Result<Recording> Recording::parse(std::string_view text, const std::string& name) {
    auto rows = read(text, name, nullptr);
    if (!rows) {
        return tl::unexpected<Error>(rows.error());
    }
    Recording recording;
    recording.rows_ = std::move(*rows);
    return recording;
}

Result<Recording> Recording::parseLeniently(std::string_view text,
                                            const std::string& name,
                                            std::vector<std::string>& problems) {
    auto rows = read(text, name, &problems);
    if (!rows) {
        return tl::unexpected<Error>(rows.error());
    }
    Recording recording;
    recording.rows_ = std::move(*rows);
    return recording;
}

Result<Recording> Recording::load(const std::filesystem::path& path) {
    const auto text = content(path);
    if (!text) {
        return tl::unexpected<Error>(text.error());
    }
    return parse(*text, path.filename().string());
}

Result<Recording> Recording::loadLeniently(const std::filesystem::path& path,
                                           std::vector<std::string>& problems) {
    const auto text = content(path);
    if (!text) {
        return tl::unexpected<Error>(text.error());
    }
    return parseLeniently(*text, path.filename().string(), problems);
}

Recording Recording::of(std::vector<VarBind> rows) {
    Recording recording;
    recording.rows_ = std::move(rows);
    Oid twice;
    sortRows(recording.rows_, twice);
    return recording;
}

const SnmpValue* Recording::get(const Oid& oid) const {
    const auto it = std::lower_bound(rows_.begin(), rows_.end(), VarBind{oid, {}}, lessOid);
    return it != rows_.end() && it->oid == oid ? &it->value : nullptr;
}

bool Recording::hasUnder(const Oid& prefix) const {
    const auto it = std::lower_bound(rows_.begin(), rows_.end(), VarBind{prefix, {}}, lessOid);
    return it != rows_.end() && it->oid.startsWith(prefix);
}

std::vector<VarBind> Recording::answer(const PollPlan& plan) const {
    std::vector<VarBind> out;
    for (const Oid& scalar : plan.scalars) {
        if (const SnmpValue* value = get(scalar)) {
            out.push_back({scalar, *value});
        }
    }
    for (const auto& table : plan.tables) {
        for (const Oid& column : table) {
            auto it = std::lower_bound(rows_.begin(), rows_.end(), VarBind{column, {}}, lessOid);
            for (; it != rows_.end() && it->oid.startsWith(column); ++it) {
                out.push_back(*it);
            }
        }
    }
    std::stable_sort(out.begin(), out.end(), lessOid);
    return out;
}

void Recording::set(const Oid& oid, SnmpValue value) {
    const auto it = std::lower_bound(rows_.begin(), rows_.end(), VarBind{oid, {}}, lessOid);
    if (it != rows_.end() && it->oid == oid) {
        it->value = std::move(value);
    } else {
        rows_.insert(it, VarBind{oid, std::move(value)});
    }
}

void Recording::erase(const Oid& prefix) {
    std::erase_if(rows_, [&](const VarBind& row) { return row.oid.startsWith(prefix); });
}

std::string Recording::text() const {
    std::string out;
    for (const auto& row : rows_) {
        out += row.oid.toString();
        out += '|';
        out += formatRowValue(row.value);
        out += '\n';
    }
    return out;
}

}  // namespace platen::mibmap
