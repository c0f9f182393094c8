// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/schema.hpp"
#include "mfp-datamodel/value.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace platen::model {

/// Where a value came from.
enum class Source : std::uint8_t { Gateway, Snmp, Ews, Acs };

[[nodiscard]] std::string_view toString(Source source);

/// The values of one device: sorted cells over a shared Schema. A parameter that has no cell is
/// absent (design decision 10). NumberOfEntries parameters are computed, never stored. thread: loop
class Tree {
  public:
    /// Both must outlive the tree.
    Tree(const Schema& schema, TextPool& pool);

    /// Stores a value (after Schema::fit); makes missing rows above it. True if it differs from
    /// before.
    bool set(const ParamRef& ref, const Value& value, Source source);
    /// True if it was there.
    bool erase(const ParamRef& ref);
    /// Makes a row (or a single object) visible even if it holds no values. True if it is new.
    bool addObject(const ObjectRef& ref);
    /// Removes a row with all that lies under it. True if it was there.
    bool removeObject(const ObjectRef& ref);

    /// The value, computed where it is computed. Nothing if absent.
    [[nodiscard]] std::optional<Value> get(const ParamRef& ref) const;
    [[nodiscard]] std::optional<Source> sourceOf(const ParamRef& ref) const;
    /// True for a single object with a value (or a child with one) or an added one, and for an
    /// existing row.
    [[nodiscard]] bool has(const ObjectRef& ref) const;
    /// Instance numbers of a table's rows, rising.
    [[nodiscard]] std::vector<std::uint32_t> rows(ObjectIndex table,
                                                  const Instances& parents) const;

    /// Every parameter that exists at or under the path, in schema order, rows rising. The path
    /// must come from the same schema.
    void forEachParam(const Path& path,
                      const std::function<void(const ParamRef&, const Value&)>& visit) const;
    /// Objects and rows directly under the path (one level; tables as tables and their rows under
    /// them), for GetParameterNames with NextLevel. `table` entries have the last instance number
    /// 0.
    void forEachChild(const Path& path, const std::function<void(const Path& child)>& visit) const;

    [[nodiscard]] const Schema& schema() const { return *schema_; }
    [[nodiscard]] std::size_t cellCount() const { return cells_.size(); }
    /// Heap held by this tree without the pool's texts.
    [[nodiscard]] std::size_t heapBytes() const;
    /// Gives back spare capacity after a first fill.
    void compact();

  private:
    struct Cell {
        ParamRef ref;
        Source source = Source::Gateway;
        Value value;
    };
    const Schema* schema_;
    TextPool* pool_;
    std::vector<Cell>
        cells_;  // sorted by object, instances, parameter (as the implementation needs)
    std::vector<ObjectRef> objects_;  // sorted; rows and added objects
};

}  // namespace platen::model
