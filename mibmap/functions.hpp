// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/expression.hpp"

#include <string_view>
#include <vector>

namespace platen::mibmap {

/// A built-in function of the map's expressions.
struct FunctionInfo {
    std::string_view name;
    Op op;
    /// One letter each: `e` expression, `x` expression in the row of the named table, `t` table,
    /// `I` number, `S` text, `P` pattern, `C` charset kind, and names of `E` enums, `W` words,
    /// `L` lists, `T` trims, `M` media. `*` after a letter: any number, `?`: may be missing.
    std::string_view arguments;
    bool usesAlerts = false;
    bool usesErrors = false;
};

[[nodiscard]] const FunctionInfo* findFunction(std::string_view name);
[[nodiscard]] std::vector<std::string_view> functionNames();

}  // namespace platen::mibmap
