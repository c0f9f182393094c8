// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/definitions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Compiled expressions of a map: small trees, evaluated without names, JSON or regex compilation.

namespace platen::mibmap {

/// What a node does. docs/formats/map.md describes each function under its name in the file.
/// Ordered by family: Evaluator::run relies on it.
enum class Op : std::uint8_t {
    // leaves
    Constant,
    Scalar,  // a: scalar slot
    Cell,    // a: column of the current row
    Shared,  // a: shared value
    New,     // the value to write
    Index,   // number: which sub-identifier of the row's index, from 1
    IndexText,
    OuterIndex,   // of the row around the named table's row
    DeviceIndex,  // hrDeviceIndex of the printer
    Now,
    PolledAddress,
    // choice
    First,
    If,
    And,
    Or,
    Not,
    Equal,
    Less,
    LessOrEqual,
    In,
    Present,
    Decide,  // a: column of the result
    // numbers
    Number,
    Add,
    Subtract,
    Multiply,
    Divide,
    Scale,
    Percent,
    Clamp,
    Mask,
    Bit,
    // texts
    Text,  // a: 0 plain, 1 general, 2 console
    Lower,
    Trim,
    Concat,
    Find,
    Test,
    Trims,
    Word,
    DeviceId,
    Enum,
    Unenum,
    MediaName,
    ListOf,
    Worst,
    // octets and OIDs
    HasBit,
    Hex,
    Mac,
    Ip,
    DateAndTime,
    OidText,
    SubId,
    SubText,
    Real,
    Bits,
    BitIndexes,
    // tables: a = table
    Count,
    Sum,
    Max,
    Min,
    List,
    Lines,
    FirstRow,
    Row,
    // the status of the device
    AlertCount,
    AlertWorst,
    AlertReasons,
    AlertHasCode,
    ErrorNames,
    ErrorReasons,
    ErrorWorst,
};

struct Decision;

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): a union has one member
struct Node {
    Op op = Op::Constant;
    std::int32_t a = 0;
    std::int64_t number = 0;
    std::int64_t divisor = 1;
    const Constant* constant = nullptr;  ///< Constant; template of Find; else of Enum.
    /// The one that the function needs: programs have thousands of nodes.
    union {
        const EnumTable* enumeration = nullptr;
        const WordTable* words;
        const NameList* names;
        const Pattern* pattern;
        const TrimList* trims;
        const MediaTable* media;
        const Decision* decision;
    };
    std::vector<Node> args;
};

/// One cell of a decision table.
struct CellTest {
    enum class Kind : std::uint8_t { Any, Absent, Present, True, False, OneOf, Range };
    Kind kind = Kind::Any;
    std::vector<const Constant*> oneOf;
    std::optional<std::int64_t> minimum, maximum;
};

/// A decision table: the first row whose tests all hold gives the results.
struct Decision {
    static constexpr std::size_t kMaxInputs = 8;
    struct Row {
        std::vector<CellTest> tests;
        std::vector<Node> results;
    };
    std::vector<Node> inputs;
    std::vector<Row> rows;
    std::vector<Node> otherwise;  ///< Empty: nothing.
};

}  // namespace platen::mibmap
