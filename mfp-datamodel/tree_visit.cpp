// SPDX-License-Identifier: Apache-2.0
// Walks over a Tree in schema order.
#include "mfp-datamodel/tree.hpp"

#include <algorithm>

namespace platen::model {

/// Cells and counts of one object, merged into schema order. Cells are sorted by parameter, and the
/// parameters of an object are numbered in schema order.
void Tree::visitOwn(const Node& node, const ParamVisitor& visit) const {
    const Instances& instances = node.ref.instances;
    const ObjectDef& def = schema_->object(node.ref.object);
    auto cell = node.cells.begin();
    const bool counts = std::ranges::any_of(def.children, [this](ObjectIndex child) {
        return schema_->object(child).numberOfEntries.has_value();
    });
    for (std::size_t i = 0; counts && i < def.params.size(); ++i) {
        const ParamIndex param = def.params[i];
        if (cell != node.cells.end() && cell->param == param) {
            visit({param, instances}, cell->value);
            ++cell;
        } else if (schema_->param(param).countedTable) {
            if (const auto value = get({param, instances}); value) {
                visit({param, instances}, *value);
            }
        }
    }
    for (; cell != node.cells.end(); ++cell) {
        visit({cell->param, instances}, cell->value);
    }
}

void Tree::visitUnder(const Node& node, const ParamVisitor& visit) const {
    visitOwn(node, visit);
    for (const ObjectIndex child : schema_->object(node.ref.object).children) {
        if (schema_->object(child).table) {
            const auto [begin, end] = rowRange(child, node.ref.instances);
            for (std::size_t at = begin; at < end; ++at) {
                visitUnder(nodes_[at], visit);
            }
            visitMounts(child, visit);
        } else if (const Node* single = findNode({child, node.ref.instances}); single != nullptr) {
            visitUnder(*single, visit);
        }
    }
}

void Tree::visitMounts(ObjectIndex table, const ParamVisitor& visit) const {
    for (const Mount& mount : mounts_) {
        if (mount.row.object == table) {
            mount.forEachParam({Path::Kind::Object, {}, table, mount.row.instances}, visit);
        }
    }
}

void Tree::forEachParam(const Path& path, const ParamVisitor& visit) const {
    if (const Mount* mount = mountOf(path.objectRef());
        mount != nullptr && path.kind != Path::Kind::Parameter) {
        mount->forEachParam(path, visit);
        return;
    }
    switch (path.kind) {
        case Path::Kind::Parameter:
            if (const auto value = get(path.paramRef()); value) {
                visit(path.paramRef(), *value);
            }
            return;
        case Path::Kind::Object:
            if (const Node* node = findNode(path.objectRef()); node != nullptr) {
                visitUnder(*node, visit);
            }
            return;
        case Path::Kind::Table: {
            const auto [begin, end] = rowRange(path.object, path.instances);
            for (std::size_t at = begin; at < end; ++at) {
                visitUnder(nodes_[at], visit);
            }
            visitMounts(path.object, visit);
            return;
        }
    }
}

void Tree::forEachOwnParam(const ObjectRef& ref, const ParamVisitor& visit) const {
    if (const Mount* mount = mountOf(ref); mount != nullptr) {
        mount->forEachOwnParam(ref, visit);
    } else if (const Node* node = findNode(ref); node != nullptr) {
        visitOwn(*node, visit);
    }
}

void Tree::forEachChild(const Path& path,
                        const std::function<void(const Path& child)>& visit) const {
    if (const Mount* mount = mountOf(path.objectRef()); mount != nullptr) {
        mount->forEachChild(path, visit);
        return;
    }
    if (path.kind == Path::Kind::Table) {
        const auto [begin, end] = rowRange(path.object, path.instances);
        for (std::size_t at = begin; at < end; ++at) {
            const ObjectRef& row = nodes_[at].ref;
            visit({Path::Kind::Object, {}, row.object, row.instances});
        }
        for (const Mount& mount : mounts_) {
            if (mount.row.object == path.object) {
                visit({Path::Kind::Object, {}, path.object, mount.row.instances});
            }
        }
        return;
    }
    const Node* node = findNode(path.objectRef());
    if (path.kind == Path::Kind::Parameter || node == nullptr) {
        return;
    }
    const Instances& instances = node->ref.instances;
    for (const ObjectIndex child : schema_->object(path.object).children) {
        if (schema_->object(child).table) {
            if (tableExists(child, instances)) {
                visit({Path::Kind::Table, {}, child, instances});
            }
        } else if (findNode({child, instances}) != nullptr) {
            visit({Path::Kind::Object, {}, child, instances});
        }
    }
}

}  // namespace platen::model
