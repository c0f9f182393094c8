// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/varbind.hpp"
#include "mfp-datamodel/schema.hpp"
#include "mfp-datamodel/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::mibmap {

/// A table row that the agent has, named by its key (mfp-model section 5 says which), not yet by an
/// instance number.
struct Row {
    model::ObjectIndex object;
    std::int32_t parent = -1;  ///< Index into Evaluation::rows of the row above; -1: directly in
                               ///< `MFP.{i}.` or a single object.
    std::string key;
    std::optional<std::uint32_t> index;  ///< SNMP sub-index, the preferred instance number.
};

/// Where a reading came from, for `explain`.
struct Origin {
    std::string_view file;  ///< Map file that holds the rule; lives as long as the CompiledMap.
    std::string_view rule;  ///< JSON pointer of the rule in it.
    Oid oid;  ///< First object that gave the value; empty if it was computed from readings only.
    std::string raw;  ///< Its raw value as text.
};

/// One value from one source at one time.
struct Reading {
    model::ParamIndex param;
    std::int32_t row = -1;  ///< Index into Evaluation::rows; -1: a parameter of a single object.
    model::Value value;
    std::int16_t rank = 0;     ///< Higher wins when two sources give one parameter.
    std::int32_t origin = -1;  ///< Index into Evaluation::origins; -1 unless tracing.
};

/// A reference that becomes a path once rows have instance numbers (mfp-model 8.5).
struct ReferenceReading {
    model::ParamIndex param;
    std::int32_t row = -1;
    model::ObjectIndex target;           ///< Table that is pointed at.
    std::vector<std::uint32_t> indexes;  ///< SNMP sub-indexes there; more than one only for list
                                         ///< parameters. Not found: empty string.
};

/// How a counter lives (mfp-model 7.4).
enum class Persistence : std::uint8_t { Lifetime, PowerOn };

/// How far a total can be trusted (Counters.Quality).
enum class Quality : std::uint8_t { Exact, Derived, Estimated, Suspect, Stale };

/// A raw meter; the fleet extends it to a monotonic value before it enters the tree.
struct CounterReading {
    model::ParamIndex param;
    std::int32_t row = -1;
    std::uint64_t raw = 0;
    std::uint64_t modulus = 0;  ///< 0 = not known.
    Persistence persistence = Persistence::Lifetime;
    Quality quality = Quality::Exact;
    std::string_view source;  ///< Stable name of the source counter, for example
                              ///< `standard/prtMarkerLifeCount`; a change of it is an epoch.
    std::int16_t rank = 0;
    std::int32_t origin = -1;  ///< As of Reading.
};

/// One row of prtAlertTable, or one made from the error bits (mfp-model 7.6). Not yet matched with
/// known alerts.
struct AlertReading {
    std::string key;  ///< group:groupIndex:code:location
    std::string severity, training, group, codeName, stateReason, description, origin;
    std::int64_t severityRaw = 0, groupIndex = -1, location = -2, code = 0;
    std::uint64_t deviceTimeTicks = 0;  ///< sysUpTime at the event in 1/100 s, 0 = not given.
    std::optional<model::ObjectIndex>
        referenceTable;  ///< Table that group names, with groupIndex as SNMP sub-index.
};

/// What one evaluated group says about a device.
struct Evaluation {
    std::vector<Row> rows;
    std::vector<Reading> readings;
    std::vector<ReferenceReading> references;
    std::vector<CounterReading> counters;
    std::vector<Origin> origins;  ///< Of readings and counters; only filled when tracing.
    std::vector<AlertReading> alerts;
    bool alertsComplete =
        false;  ///< The alert table was read whole: alerts not in `alerts` are over.
    std::vector<model::ObjectIndex>
        completeTables;  ///< Tables read whole: rows not in `rows` are gone.
    std::vector<std::string>
        problems;  ///< Wrong types and the like, for the log; at most kMaxProblems.
    static constexpr std::size_t kMaxProblems = 20;
};

}  // namespace platen::mibmap
