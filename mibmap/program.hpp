// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "mfp-datamodel/schema.hpp"
#include "mibmap/evaluation.hpp"
#include "mibmap/expression.hpp"
#include "mibmap/firmware_channel.hpp"
#include "mibmap/plan.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the compiler makes of map files and the evaluator runs. Immutable once made.

namespace platen::mibmap {

/// Set of groups, one bit each.
using GroupMask = std::uint8_t;

[[nodiscard]] constexpr GroupMask maskOf(Group group) {
    return static_cast<GroupMask>(1U << static_cast<unsigned>(group));
}

/// One sub-identifier of an index as the map writes it.
struct IndexPart {
    enum class Kind : std::uint8_t {
        Literal,
        Device,  ///< `{d}`: the printer's hrDeviceIndex.
        One,     ///< `{n}`: part of the row's index.
        Rest,    ///< `{*}`: all that follows, at least one.
    };
    Kind kind = Kind::Literal;
    std::uint32_t literal = 0;
};

/// An SNMP object that rules use: a scalar instance, a column of a table, or a field of the records
/// in an octet string.
struct Source {
    std::string name;  ///< As the map calls it, for problems.
    Oid prefix;        ///< Up to the first part that is not fixed.
    std::vector<IndexPart> index;
    std::int32_t table = -1;  ///< -1: scalar.
    std::int32_t slot = 0;    ///< Scalar slot, or column number in the table.
    /// What a column of a `records` table holds; its object is one octet string.
    enum class Record : std::uint8_t { None, Value, Length };
    Record record = Record::None;
    bool bare = false;   ///< Rows may come without the hrDeviceIndex (quirk noDeviceIndex).
    GroupMask used = 0;  ///< Groups whose rules need it.
    GroupMask read = 0;  ///< Groups that read it from the device.
    bool keep = false;   ///< Other groups use what one of `read` brought.
};

struct TableInfo {
    std::string name;
    std::int32_t columns = 0;
};

/// Where a rule stands, for explain.
struct RulePlace {
    std::string_view file;
    std::string pointer;
};

struct Rule {
    enum class Kind : std::uint8_t { Value, Reference, Counter };
    Kind kind = Kind::Value;
    model::ParamIndex param;
    GroupMask groups = 0;
    std::int16_t rank = 0;
    Node value;
    // Reference
    model::ObjectIndex target;
    // Counter
    std::optional<Node> when;
    std::uint64_t modulus = 0;
    Persistence persistence = Persistence::Lifetime;
    Quality quality = Quality::Exact;
    std::string counterName;
    RulePlace place;
};

/// Rules for one parameter, highest rank first.
struct ParamRules {
    model::ParamIndex param;
    GroupMask groups = 0;
    bool timed = false;  ///< A rule of this parameter, here or elsewhere, depends on a clock.
    std::vector<Rule> rules;
};

/// A row of another table that rows lie under.
struct ParentRow {
    model::ObjectIndex object;
    std::vector<Node> key;
    std::optional<Node> index;
};

/// Rules of one object: once for a single object, for each row of `table`, or for one fixed row.
struct ObjectRules {
    model::ObjectIndex object;
    bool rows = false;        ///< The object is a table of the model.
    std::int32_t table = -1;  ///< Its SNMP table; -1: none.
    bool timed = false;       ///< The object has a timed parameter, here or in another entry.
    bool partial = false;     ///< Other rows may exist that SNMP does not tell of.
    GroupMask groups = 0;
    std::optional<Node> where;
    std::vector<Node> key;
    std::vector<Node> distinguish;
    std::optional<Node> index;
    std::optional<ParentRow> parent;
    std::vector<ParamRules> params;
};

/// How a parameter is written.
struct SetRule {
    std::int32_t source = -1;
    enum class Encoding : std::uint8_t { Integer, PlainText, GeneralText, ConsoleText, Octets };
    Encoding encoding = Encoding::Integer;
    Node value;
    std::optional<std::int64_t> minimum, maximum;
    std::optional<std::size_t> maxBytes;
};

/// prtAlertTable → AlertReading.
struct AlertRules {
    std::int32_t table = -1;
    GroupMask groups = 0;
    Node skip, severity, training, group, groupIndex, location, code, codeName, stateReason,
        description, time, severityRaw, groupRaw;
    std::vector<std::pair<std::int64_t, model::ObjectIndex>>
        references;  ///< Group → table, sorted.
};

/// One bit of hrPrinterDetectedErrorState.
struct ErrorBit {
    std::int64_t bit = 0;
    const Constant* name = nullptr;
    const Constant* reason = nullptr;
    const Constant* group = nullptr;
    const Constant* codeName = nullptr;
    const Constant* description = nullptr;
    std::int64_t groupRaw = 0, code = 0;
    Node severity;
};

struct ErrorRules {
    std::optional<Node> octets;
    std::vector<ErrorBit> bits;
};

struct SharedValue {
    std::string name;
    Node node;
    std::vector<std::int32_t> sources;  ///< That it uses, directly or not.
};

struct ResetRule {
    std::int32_t source = -1;
    std::int64_t powerCycle = 4;
    std::int64_t factoryDefaults = 6;
};

/// One prefix of the dispatch tree of a group.
struct DispatchNode {
    std::vector<std::uint32_t> prefix;
    std::vector<std::int32_t> sources;
    std::int32_t parent = -1;  ///< Longest other prefix of this prefix.
};

struct DispatchTable {
    std::vector<DispatchNode> nodes;  ///< Sorted by prefix.
};

struct GroupProgram {
    DispatchTable read;                    ///< What the plan asks for.
    DispatchTable timed;                   ///< Of `read` what timed rules may need.
    bool anyTimed = false;                 ///< There are timed rules.
    DispatchTable kept;                    ///< What the device context has from other groups.
    std::vector<std::int32_t> readTables;  ///< SNMP tables of `read`.
    std::vector<Oid> keptPrefixes;         ///< Objects of `read` that other groups need.
};

struct Program {
    Program() = default;
    ~Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    std::vector<std::string> files;
    AgentQuirks agent;

    // Stable addresses: nodes point into these.
    std::deque<Constant> constants;
    std::map<std::string, EnumTable> enums;
    std::map<std::string, WordTable> words;
    std::map<std::string, NameList> lists;
    std::map<std::string, TrimList> trims;
    std::map<std::string, MediaTable> media;
    std::deque<Pattern> patterns;
    std::deque<Decision> decisions;

    std::vector<Source> sources;
    std::int32_t scalarCount = 0;
    std::vector<TableInfo> tables;
    std::vector<SharedValue> shared;
    std::vector<ObjectRules> objects;
    std::map<model::ParamIndex, SetRule> sets;
    std::optional<ResetRule> reset;
    std::vector<FirmwareChannel> firmware;
    std::optional<AlertRules> alerts;
    ErrorRules errors;
    std::vector<GroupProgram> groups;  ///< By Group value.
    /// Tables of the model of which one group's rules name every row.
    std::map<Group, std::vector<model::ObjectIndex>> completeTables;
    GroupMask restless = 0;  ///< Groups where clocks decide over more than values.
    std::vector<model::ParamIndex> sharedParams;  ///< That several groups give; sorted.
    std::optional<std::int32_t> generalCharset, consoleCharset;  ///< Shared values.
};

}  // namespace platen::mibmap
