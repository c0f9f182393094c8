// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "base/varbind.hpp"
#include "mfp-datamodel/schema.hpp"
#include "mibmap/map_set.hpp"
#include "tests/sim/recording.hpp"

#include <memory>
#include <vector>

namespace platen::bench {

/// What the benchmarks share: the model, the maps, and one recorded printer. Made once; a failure
/// to load is an exception, since a benchmark without them says nothing.
class World {
  public:
    static World& get();

    [[nodiscard]] const model::Schema& schema() const { return schema_; }
    [[nodiscard]] mibmap::MapSet& maps() { return *maps_; }
    [[nodiscard]] const sim::Recording& printer() const { return *printer_; }
    /// What a fault-free agent answers to a plan, sorted by OID.
    [[nodiscard]] std::vector<VarBind> answers(const mibmap::PollPlan& plan) const;

    /// A fixed moment, so that runs can be compared.
    static constexpr WallTime kNow{Millis{1'900'000'000'000}};

  private:
    World();
    model::Schema schema_;
    std::unique_ptr<mibmap::MapSet> maps_;
    std::shared_ptr<const sim::Recording> printer_;
};

}  // namespace platen::bench
