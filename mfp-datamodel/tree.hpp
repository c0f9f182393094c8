// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/schema.hpp"
#include "mfp-datamodel/value.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::model {

/// Where a value came from.
enum class Source : std::uint8_t { Gateway, Snmp, Ews, Acs };

[[nodiscard]] std::string_view toString(Source source);

/// The values of one device over a shared Schema. A parameter that has no cell is absent (design
/// decision 10). NumberOfEntries parameters are computed, never stored.
///
/// What exists: a row or single object exists once something in or under it was set or it was added
/// with addObject. It goes with removeObject; a single object without own values and with nothing
/// under it also goes when its last value is erased. A table exists where its parent object exists,
/// even with no row, unless it is hidden; its NumberOfEntries parameter exists exactly where the
/// table does. So `MFP.1.` shows all its counts, and an object shows the counts of its empty
/// tables.
///
/// A row of cells for each existing object, the objects in one flat vector sorted by (object,
/// instances): a lookup is two short binary searches. thread: loop
class Tree {
  public:
    /// Both must outlive the tree.
    Tree(const Schema& schema, TextPool& pool);

    /// Stores a value (after Schema::fit); makes missing rows above it. True if it differs from
    /// before. A computed parameter, or instances that do not fit the path (a 0 where a number must
    /// stand), change nothing and give false.
    bool set(const ParamRef& ref, const Value& value, Source source);
    /// True if it was there.
    bool erase(const ParamRef& ref);
    /// Makes a row (or a single object) visible even if it holds no values. True if it is new.
    bool addObject(const ObjectRef& ref);
    /// Removes a row with all that lies under it. True if it was there. What is above stays, so
    /// that an empty table keeps its count of 0.
    bool removeObject(const ObjectRef& ref);
    /// Hides a table of this device while it has no rows, with its count (C-DM-11): VirtualDevice
    /// on a printer. For all places of the table.
    void hideEmptyTable(ObjectIndex table);
    /// Shows a row of another device's tree as a row of the same table here, to read only: `MFP.1.`
    /// of a printer as `MFP.7.` of its gateway (C-PRX-60). Path references into that row are
    /// renumbered. All mounts of a tree are in one table, which is not inside another one and has
    /// no rows of its own. Both trees have one schema; `source` must outlive the mount and mounts
    /// nothing itself.
    void mount(const ObjectRef& row, const Tree& source, std::uint32_t sourceNumber);
    /// True if it was there.
    bool unmount(const ObjectRef& row);

    /// The value, computed where it is computed. Nothing if absent.
    [[nodiscard]] std::optional<Value> get(const ParamRef& ref) const;
    /// Gateway for computed parameters.
    [[nodiscard]] std::optional<Source> sourceOf(const ParamRef& ref) const;
    /// True for an existing row or single object; for a table (own number 0) where the table
    /// exists.
    [[nodiscard]] bool has(const ObjectRef& ref) const;
    /// Instance numbers of a table's rows, rising.
    [[nodiscard]] std::vector<std::uint32_t> rows(ObjectIndex table,
                                                  const Instances& parents) const;

    /// Every parameter that exists at or under the path, in schema order, rows rising. The path
    /// must come from the same schema; `visit` must not change the tree.
    void forEachParam(const Path& path,
                      const std::function<void(const ParamRef&, const Value&)>& visit) const;
    /// The parameters of one object or row itself, without what lies under it.
    void forEachOwnParam(const ObjectRef& ref,
                         const std::function<void(const ParamRef&, const Value&)>& visit) const;
    /// Objects and rows directly under the path (one level; tables as tables and their rows under
    /// them), for GetParameterNames with NextLevel. `table` entries have the last instance number
    /// 0.
    void forEachChild(const Path& path, const std::function<void(const Path& child)>& visit) const;

    [[nodiscard]] const Schema& schema() const { return *schema_; }
    [[nodiscard]] std::size_t cellCount() const;
    /// Heap held by this tree without the pool's texts; with the allocator's own 8 bytes a block.
    [[nodiscard]] std::size_t heapBytes() const;
    /// Gives back spare capacity after a first fill.
    void compact();
    /// NumberOfEntries parameters whose number is another than at the last call, in no order.
    [[nodiscard]] std::vector<ParamRef> takeMovedCounts();
    /// Changes whenever a parameter or an object comes or goes.
    [[nodiscard]] std::uint32_t shape() const { return shape_; }
    /// Counts what befell the printer's own values (source Snmp or Ews) other than its answers:
    /// those that the ACS took over or the gateway changed, and what was removed. While it stands
    /// still, the same answer of the printer changes no value.
    [[nodiscard]] std::uint32_t overwrites() const { return overwrites_; }

  private:
    /// 16 bytes: param and source lie in the spare bytes behind Value.
    struct Cell {
        [[no_unique_address]] Value value;
        Source source = Source::Gateway;
        ParamIndex param;
    };
    struct Node {
        ObjectRef ref;
        bool added = false;       ///< By addObject, so it stays without values.
        std::vector<Cell> cells;  ///< Sorted by parameter.
    };
    using Nodes = std::vector<Node>;
    struct MovedCount {
        ParamRef count;
        ObjectIndex table;
        std::size_t before = 0;
    };
    using ParamVisitor = std::function<void(const ParamRef&, const Value&)>;
    using PathVisitor = std::function<void(const Path&)>;
    /// A row of another tree, shown as one of this; tree_mount.cpp.
    struct Mount {
        ObjectRef row;
        const Tree* source = nullptr;
        std::uint32_t sourceNumber = 0;

        [[nodiscard]] Instances there(const Instances& here) const;
        [[nodiscard]] Instances here(const Instances& there) const;
        [[nodiscard]] Value shown(ParamIndex param, const Value& value) const;
        [[nodiscard]] std::optional<Value> get(const ParamRef& ref) const;
        void forEachParam(const Path& path, const ParamVisitor& visit) const;
        void forEachOwnParam(const ObjectRef& ref, const ParamVisitor& visit) const;
        void forEachChild(const Path& path, const PathVisitor& visit) const;
    };

    [[nodiscard]] std::size_t lowerBound(const ObjectRef& ref) const;
    [[nodiscard]] const Node* findNode(const ObjectRef& ref) const;
    Node& makeNode(const ObjectRef& ref);
    [[nodiscard]] const Cell* findCell(const ParamRef& ref) const;
    [[nodiscard]] bool fits(const ObjectRef& ref) const;
    [[nodiscard]] std::pair<std::size_t, std::size_t> rowRange(ObjectIndex table,
                                                               const Instances& parents) const;
    /// The mount that this row or object lies in; null if none.
    [[nodiscard]] const Mount* mountOf(const ObjectRef& ref) const;
    [[nodiscard]] std::size_t rowCount(ObjectIndex table, const Instances& parents) const;
    [[nodiscard]] bool tableExists(ObjectIndex table, const Instances& parents) const;
    [[nodiscard]] bool hasAnythingBelow(const ObjectRef& ref) const;
    void prune(const ObjectRef& ref);
    void noteCount(const ObjectRef& row);
    void visitOwn(const Node& node, const ParamVisitor& visit) const;
    void visitUnder(const Node& node, const ParamVisitor& visit) const;
    void visitMounts(ObjectIndex table, const ParamVisitor& visit) const;

    const Schema* schema_;
    TextPool* pool_;
    Nodes nodes_;                      // sorted by ref; parents of a node always exist
    std::vector<ObjectIndex> hidden_;  // sorted
    std::vector<Mount> mounts_;        // sorted by row
    std::uint32_t lastUsed_ = 0;       // a guess where the next node stands
    std::uint32_t shape_ = 0;
    std::uint32_t overwrites_ = 0;
    std::vector<MovedCount> movedCounts_;
};

}  // namespace platen::model
