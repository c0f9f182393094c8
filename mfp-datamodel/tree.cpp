// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/tree.hpp"

#include <algorithm>

namespace platen::model {

namespace {

/// Cells that a new node has room for.
constexpr std::size_t kFirstCells = 8;

/// True if the levels that count for `depth` are equal.
bool samePrefix(const Instances& a, const Instances& b, std::size_t depth) {
    return std::equal(a.numbers.begin(), a.numbers.begin() + static_cast<std::ptrdiff_t>(depth),
                      b.numbers.begin());
}

}  // namespace

std::string_view toString(Source source) {
    switch (source) {
        case Source::Gateway:
            return "gateway";
        case Source::Snmp:
            return "snmp";
        case Source::Ews:
            return "ews";
        case Source::Acs:
            return "acs";
    }
    return "gateway";
}

Tree::Tree(const Schema& schema, TextPool& pool) : schema_(&schema), pool_(&pool) {
    static_assert(sizeof(Cell) == sizeof(Value), "a cell must not cost more than its value");
}

std::size_t Tree::lowerBound(const ObjectRef& ref) const {
    const auto found = std::ranges::lower_bound(nodes_, ref, {}, &Node::ref);
    return static_cast<std::size_t>(found - nodes_.begin());
}

const Tree::Node* Tree::findNode(const ObjectRef& ref) const {
    const std::size_t at = lowerBound(ref);
    return at < nodes_.size() && nodes_[at].ref == ref ? &nodes_[at] : nullptr;
}

/// True if each level of the object's path has a number and no other level has one.
bool Tree::fits(const ObjectRef& ref) const {
    const std::size_t depth = schema_->object(ref.object).depth;
    for (std::size_t level = 0; level < kMaxDepth; ++level) {
        if ((ref.instances.numbers[level] != 0) != (level < depth)) {
            return false;
        }
    }
    return true;
}

/// The node, made with all its parents if need be.
Tree::Node& Tree::makeNode(const ObjectRef& ref) {
    if (lastUsed_ < nodes_.size() && nodes_[lastUsed_].ref == ref) {
        return nodes_[lastUsed_];
    }
    std::size_t at = lowerBound(ref);
    if (at == nodes_.size() || nodes_[at].ref != ref) {
        const ObjectDef& def = schema_->object(ref.object);
        if (def.parent) {
            const std::size_t depth = schema_->object(*def.parent).depth;
            makeNode({*def.parent, ref.instances.upTo(depth)});
            at = lowerBound(ref);
        }
        noteCount(ref);
        nodes_.insert(nodes_.begin() + static_cast<std::ptrdiff_t>(at), Node{ref, false, {}});
        ++shape_;
    }
    lastUsed_ = static_cast<std::uint32_t>(at);
    return nodes_[at];
}

/// Before a row comes or goes.
void Tree::noteCount(const ObjectRef& row) {
    const ObjectDef& def = schema_->object(row.object);
    if (!def.table || !def.numberOfEntries) {
        return;
    }
    const Instances parents = row.instances.upTo(def.depth - std::size_t{1});
    const ParamRef count{*def.numberOfEntries, parents};
    if (std::ranges::find(movedCounts_, count, &MovedCount::count) == movedCounts_.end()) {
        movedCounts_.push_back({count, row.object, rowCount(row.object, parents)});
    }
}

std::vector<ParamRef> Tree::takeMovedCounts() {
    std::vector<ParamRef> moved;
    for (const auto& one : std::exchange(movedCounts_, {})) {
        if (rowCount(one.table, one.count.instances) != one.before) {
            moved.push_back(one.count);
        }
    }
    return moved;
}

bool Tree::set(const ParamRef& ref, const Value& value, Source source) {
    const ParamDef& def = schema_->param(ref.param);
    const ObjectRef owner{def.object, ref.instances};
    if (def.countedTable || !fits(owner) || mountOf(owner) != nullptr) {
        return false;
    }
    auto& cells = makeNode(owner).cells;
    auto at = cells.end();
    if (!cells.empty() && !(cells.back().param < ref.param)) {
        at = std::ranges::lower_bound(cells, ref.param, {}, &Cell::param);
        if (at->param == ref.param) {
            const bool ofPrinter = at->source == Source::Snmp || at->source == Source::Ews;
            const bool taken = ofPrinter && at->source != source;
            at->source = source;
            if (taken && (source == Source::Acs || at->value != value)) {
                ++overwrites_;
            }
            if (at->value == value) {
                return false;
            }
            Value fitted = schema_->fit(ref.param, value);
            if (at->value == fitted) {
                return false;
            }
            at->value = pool_->intern(std::move(fitted));
            return true;
        }
    }
    if (cells.empty()) {
        cells.reserve(std::min(kFirstCells, schema_->object(def.object).params.size()));
        at = cells.end();
    }
    ++shape_;
    cells.insert(at, Cell{pool_->intern(schema_->fit(ref.param, value)), source, ref.param});
    return true;
}

bool Tree::erase(const ParamRef& ref) {
    const ObjectRef owner{schema_->param(ref.param).object, ref.instances};
    const std::size_t at = lowerBound(owner);
    if (at == nodes_.size() || nodes_[at].ref != owner) {
        return false;
    }
    auto& cells = nodes_[at].cells;
    const auto cell = std::ranges::lower_bound(cells, ref.param, {}, &Cell::param);
    if (cell == cells.end() || cell->param != ref.param) {
        return false;
    }
    cells.erase(cell);
    ++shape_;
    ++overwrites_;
    prune(owner);
    return true;
}

bool Tree::hasAnythingBelow(const ObjectRef& ref) const {
    const ObjectDef& def = schema_->object(ref.object);
    return std::ranges::any_of(nodes_, [&def, &ref](const Node& node) {
        return node.ref.object > ref.object && node.ref.object < def.subtreeEnd &&
               samePrefix(node.ref.instances, ref.instances, def.depth);
    });
}

/// Removes a single object that has become empty, and those above it that are empty then.
void Tree::prune(const ObjectRef& ref) {
    const ObjectDef& def = schema_->object(ref.object);
    const std::size_t at = lowerBound(ref);
    if (def.table || nodes_[at].added || !nodes_[at].cells.empty() || hasAnythingBelow(ref)) {
        return;
    }
    nodes_.erase(nodes_.begin() + static_cast<std::ptrdiff_t>(at));
    ++shape_;
    if (def.parent) {
        prune({*def.parent, ref.instances.upTo(schema_->object(*def.parent).depth)});
    }
}

bool Tree::addObject(const ObjectRef& ref) {
    if (!fits(ref) || mountOf(ref) != nullptr) {
        return false;
    }
    const bool isNew = findNode(ref) == nullptr;
    makeNode(ref).added = true;
    return isNew;
}

bool Tree::removeObject(const ObjectRef& ref) {
    const ObjectDef& def = schema_->object(ref.object);
    if (findNode(ref) == nullptr) {
        return false;
    }
    noteCount(ref);
    ++shape_;
    ++overwrites_;
    std::erase_if(nodes_, [&def, &ref](const Node& node) {
        return node.ref.object >= ref.object && node.ref.object < def.subtreeEnd &&
               samePrefix(node.ref.instances, ref.instances, def.depth);
    });
    return true;
}

void Tree::hideEmptyTable(ObjectIndex table) {
    const auto at = std::ranges::lower_bound(hidden_, table);
    if (at == hidden_.end() || *at != table) {
        hidden_.insert(at, table);
    }
}

const Tree::Cell* Tree::findCell(const ParamRef& ref) const {
    const Node* node = findNode({schema_->param(ref.param).object, ref.instances});
    if (node == nullptr) {
        return nullptr;
    }
    const auto cell = std::ranges::lower_bound(node->cells, ref.param, {}, &Cell::param);
    return cell != node->cells.end() && cell->param == ref.param ? &*cell : nullptr;
}

/// Rows of one table under the same parents stand together, rising.
std::pair<std::size_t, std::size_t> Tree::rowRange(ObjectIndex table,
                                                   const Instances& parents) const {
    const std::size_t depth = schema_->object(table).depth;
    const Instances above = parents.upTo(depth - 1);
    const std::size_t begin = lowerBound({table, above});
    std::size_t end = begin;
    while (end < nodes_.size() && nodes_[end].ref.object == table &&
           samePrefix(nodes_[end].ref.instances, above, depth - 1)) {
        ++end;
    }
    return {begin, end};
}

bool Tree::tableExists(ObjectIndex table, const Instances& parents) const {
    const ObjectDef& def = schema_->object(table);
    if (def.parent) {
        const std::size_t depth = schema_->object(*def.parent).depth;
        if (findNode({*def.parent, parents.upTo(depth)}) == nullptr) {
            return false;
        }
    }
    if (!std::ranges::binary_search(hidden_, table)) {
        return true;
    }
    return rowCount(table, parents) != 0;
}

std::optional<Value> Tree::get(const ParamRef& ref) const {
    const ParamDef& def = schema_->param(ref.param);
    if (const Mount* mount = mountOf({def.object, ref.instances}); mount != nullptr) {
        return mount->get(ref);
    }
    if (def.countedTable) {
        const ObjectRef owner{def.object, ref.instances};
        if (!fits(owner) || !tableExists(*def.countedTable, ref.instances)) {
            return std::nullopt;
        }
        return Value::unsignedInteger(def.type, rowCount(*def.countedTable, ref.instances));
    }
    const Cell* cell = findCell(ref);
    return cell == nullptr ? std::nullopt : std::optional(cell->value);
}

std::optional<Source> Tree::sourceOf(const ParamRef& ref) const {
    if (const auto* mount = mountOf({schema_->param(ref.param).object, ref.instances});
        mount != nullptr) {
        return mount->source->sourceOf({ref.param, mount->there(ref.instances)});
    }
    if (schema_->param(ref.param).countedTable) {
        return get(ref) ? std::optional(Source::Gateway) : std::nullopt;
    }
    const Cell* cell = findCell(ref);
    return cell == nullptr ? std::nullopt : std::optional(cell->source);
}

bool Tree::has(const ObjectRef& ref) const {
    if (const Mount* mount = mountOf(ref); mount != nullptr) {
        return mount->source->has({ref.object, mount->there(ref.instances)});
    }
    const ObjectDef& def = schema_->object(ref.object);
    if (def.table && ref.instances.numbers[def.depth - std::size_t{1}] == 0) {
        return tableExists(ref.object, ref.instances);
    }
    return findNode(ref) != nullptr;
}

std::vector<std::uint32_t> Tree::rows(ObjectIndex table, const Instances& parents) const {
    const ObjectDef& def = schema_->object(table);
    std::vector<std::uint32_t> numbers;
    if (!def.table) {
        return numbers;
    }
    if (const Mount* mount = def.depth > 1 ? mountOf({table, parents}) : nullptr;
        mount != nullptr) {
        return mount->source->rows(table, mount->there(parents));
    }
    const auto [begin, end] = rowRange(table, parents);
    numbers.reserve(end - begin);
    for (std::size_t at = begin; at < end; ++at) {
        numbers.push_back(nodes_[at].ref.instances.numbers[def.depth - std::size_t{1}]);
    }
    for (const Mount& mount : mounts_) {
        if (mount.row.object == table) {
            numbers.push_back(mount.row.instances.numbers[0]);
        }
    }
    std::ranges::sort(numbers);
    return numbers;
}

std::size_t Tree::cellCount() const {
    std::size_t count = 0;
    for (const Node& node : nodes_) {
        count += node.cells.size();
    }
    return count;
}

std::size_t Tree::heapBytes() const {
    constexpr std::size_t kBlockOverhead = 8;
    const auto block = [](std::size_t bytes) { return bytes == 0 ? 0 : bytes + kBlockOverhead; };
    std::size_t bytes = block(nodes_.capacity() * sizeof(Node)) +
                        block(hidden_.capacity() * sizeof(ObjectIndex)) +
                        block(mounts_.capacity() * sizeof(Mount));
    for (const Node& node : nodes_) {
        bytes += block(node.cells.capacity() * sizeof(Cell));
    }
    return bytes;
}

void Tree::compact() {
    for (Node& node : nodes_) {
        node.cells.shrink_to_fit();
    }
    nodes_.shrink_to_fit();
}

}  // namespace platen::model
