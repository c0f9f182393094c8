// SPDX-License-Identifier: Apache-2.0
// Rows of other trees that a Tree shows as its own (C-PRX-60).
#include "base/text.hpp"
#include "mfp-datamodel/tree.hpp"

#include <algorithm>
#include <string>

namespace platen::model {

namespace {

/// `MFP.1.Supply.2` as `MFP.7.Supply.2`; a path into another row stays.
std::string renumbered(std::string_view path, std::string_view from, std::string_view to) {
    if (!path.starts_with(from) || (path.size() > from.size() && path[from.size()] != '.')) {
        return std::string(path);
    }
    return text::cat({to, path.substr(from.size())});
}

}  // namespace

Instances Tree::Mount::there(const Instances& here) const {
    return here.with(0, sourceNumber);
}

Instances Tree::Mount::here(const Instances& there) const {
    return there.with(0, row.instances.numbers[0]);
}

Value Tree::Mount::shown(ParamIndex param, const Value& value) const {
    const auto& schema = source->schema();
    const auto& def = schema.param(param);
    const auto number = row.instances.numbers[0];
    if (!def.pathReference || number == sourceNumber) {
        return value;
    }
    // Paths have no commas and no percent signs, so a list of them needs no decoding.
    const auto& table = schema.object(row.object).path;
    const auto stem = table.substr(0, table.size() - std::string_view("{i}.").size());
    const auto from = stem + std::to_string(sourceNumber);
    const auto to = stem + std::to_string(number);
    const auto texts = value.text();
    std::string all;
    for (const auto path : text::split(texts, ',')) {
        all += text::cat({all.empty() ? "" : ",", renumbered(path, from, to)});
    }
    return Value::string(all);
}

std::optional<Value> Tree::Mount::get(const ParamRef& ref) const {
    const auto value = source->get({ref.param, there(ref.instances)});
    return value ? std::optional(shown(ref.param, *value)) : std::nullopt;
}

void Tree::Mount::forEachParam(const Path& path, const ParamVisitor& visit) const {
    auto inside = path;
    inside.instances = there(path.instances);
    source->forEachParam(inside, [&](const ParamRef& ref, const Value& value) {
        visit({ref.param, here(ref.instances)}, shown(ref.param, value));
    });
}

void Tree::Mount::forEachOwnParam(const ObjectRef& ref, const ParamVisitor& visit) const {
    source->forEachOwnParam(
        {ref.object, there(ref.instances)}, [&](const ParamRef& found, const Value& value) {
            visit({found.param, here(found.instances)}, shown(found.param, value));
        });
}

void Tree::Mount::forEachChild(const Path& path, const PathVisitor& visit) const {
    auto inside = path;
    inside.instances = there(path.instances);
    source->forEachChild(inside, [&](const Path& child) {
        auto outside = child;
        outside.instances = here(child.instances);
        visit(outside);
    });
}

void Tree::mount(const ObjectRef& row, const Tree& source, std::uint32_t sourceNumber) {
    const auto at = std::ranges::lower_bound(mounts_, row, {}, &Mount::row);
    if (at != mounts_.end() && at->row == row) {
        at->source = &source;
        at->sourceNumber = sourceNumber;
    } else {
        noteCount(row);
        mounts_.insert(at, Mount{row, &source, sourceNumber});
    }
    ++shape_;
}

bool Tree::unmount(const ObjectRef& row) {
    const auto at = std::ranges::lower_bound(mounts_, row, {}, &Mount::row);
    if (at == mounts_.end() || at->row != row) {
        return false;
    }
    noteCount(row);
    mounts_.erase(at);
    ++shape_;
    return true;
}

const Tree::Mount* Tree::mountOf(const ObjectRef& ref) const {
    if (mounts_.empty()) {
        return nullptr;
    }
    const auto& table = schema_->object(mounts_.front().row.object);
    if (ref.object < table.index || ref.object >= table.subtreeEnd) {
        return nullptr;
    }
    const ObjectRef row{table.index, ref.instances.upTo(1)};
    const auto found = std::ranges::lower_bound(mounts_, row, {}, &Mount::row);
    return found != mounts_.end() && found->row == row ? &*found : nullptr;
}

std::size_t Tree::rowCount(ObjectIndex table, const Instances& parents) const {
    const auto [begin, end] = rowRange(table, parents);
    const auto mounted = std::ranges::count_if(
        mounts_, [table](const Mount& mount) { return mount.row.object == table; });
    return end - begin + static_cast<std::size_t>(mounted);
}

}  // namespace platen::model
