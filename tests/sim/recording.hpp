// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "mibmap/recording.hpp"
#include "tests/sim/ber.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::sim {

/// What one agent answered, read once from a `.snmprec` file and shared by every simulated printer
/// that plays it. Rows are kept encoded, so that answering is copying. Immutable.
///
/// Format: `OID|TAG|VALUE`, one row a line; TAG is the BER tag in decimal, with an `x` behind it if
/// VALUE is in hexadecimal. Empty lines and lines that begin with `#` are skipped.
class Recording {
  public:
    /// Errors: NotFound, TooLarge, Malformed (the text begins with `FILE:LINE:`).
    static Result<std::shared_ptr<const Recording>> load(const std::filesystem::path& path);
    /// The same from text; `name` is used in errors and tables. Rows may come in any order; the
    /// same OID twice is Malformed.
    static Result<std::shared_ptr<const Recording>> parse(std::string_view text, std::string name);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    /// Precondition of these: row < size().
    [[nodiscard]] OidView oid(std::size_t row) const;
    [[nodiscard]] ByteView varbind(std::size_t row) const;
    [[nodiscard]] SnmpValue value(std::size_t row) const;

    [[nodiscard]] std::optional<std::size_t> find(OidView oid) const;
    /// The first row behind `oid`; size() if there is none.
    [[nodiscard]] std::size_t firstAfter(OidView oid) const;

    /// The serial number on the label, as this recording has it; empty if it has none.
    [[nodiscard]] const std::string& serialLabel() const { return serialLabel_; }
    /// Rows whose text holds the serial label, and rows with an interface's MAC address: what a
    /// copy of this printer must have for itself.
    [[nodiscard]] const std::vector<std::size_t>& serialRows() const { return serialRows_; }
    [[nodiscard]] const std::vector<std::size_t>& macRows() const { return macRows_; }

  private:
    static std::shared_ptr<const Recording> encode(const mibmap::Recording& read, std::string name);
    void findIdentity();

    struct Row {
        std::uint32_t oidStart = 0;
        std::uint32_t oidLength = 0;
        std::uint32_t start = 0;
        std::uint32_t length = 0;
    };
    std::string name_;
    std::vector<Row> rows_;
    std::vector<std::uint32_t> ids_;
    Bytes encoded_;
    std::string serialLabel_;
    std::vector<std::size_t> serialRows_;
    std::vector<std::size_t> macRows_;
};

/// Lexicographic order of OIDs.
[[nodiscard]] bool oidLess(OidView a, OidView b);

using mibmap::formatRowValue;
using mibmap::parseRowValue;

/// The `.snmprec` files that the arguments name: files as given, folders with their files sorted by
/// name. Errors: NotFound.
[[nodiscard]] Result<std::vector<std::filesystem::path>> findRecordings(
    const std::vector<std::filesystem::path>& paths);

}  // namespace platen::sim
