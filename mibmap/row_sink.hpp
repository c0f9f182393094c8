// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/varbind.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace platen::mibmap {

/// Where readers of recordings put rows and problems; stops them at the first problem, if strict,
/// and at the limit of rows.
class RowSink {
  public:
    RowSink(std::string name, bool strict) : name_(std::move(name)), strict_(strict) {}

    /// False: enough, stop reading.
    [[nodiscard]] bool take(std::size_t line, Result<VarBind> row);
    /// Sorts, and looks for OIDs that stand there twice. Errors: the first problem, if strict;
    /// Malformed without one row.
    [[nodiscard]] Result<std::vector<VarBind>> finish();
    [[nodiscard]] std::vector<std::string> problems() const;

  private:
    void problem(std::string text);

    std::string name_;
    bool strict_;
    std::vector<VarBind> rows_;
    std::vector<std::string> problems_;
    std::size_t problemCount_ = 0;
    Error first_;
};

/// Sorted by OID, of two with one OID the first; true if there were such.
bool sortRows(std::vector<VarBind>& rows, Oid& twice);

/// `OID|TAG|VALUE`, a row a line.
void readRows(std::string_view text, RowSink& sink);
/// Output of `snmpwalk -On`: `.1.3.6.1 = TYPE: VALUE`; texts and hexadecimal octets may go on in
/// the next lines. Objects that the agent did not have are passed over.
void readWalk(std::string_view text, RowSink& sink);

/// The first line of the rest, without its end; takes it off.
[[nodiscard]] std::string_view takeLine(std::string_view& rest);

}  // namespace platen::mibmap
