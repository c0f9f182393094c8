// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/varbind.hpp"
#include "mibmap/plan.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace platen::mibmap {

/// What one agent answered, from a file (docs/formats/recording.md): `.snmprec` rows, or the
/// output of `snmpwalk -On`.
class Recording {
  public:
    static constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20U;
    static constexpr std::size_t kMaxRows = 1'000'000;
    /// Of one row, or of one object that snmpwalk wrote over several lines.
    static constexpr std::size_t kMaxRowBytes = std::size_t{256} << 10U;
    /// Rows left out that are told of.
    static constexpr std::size_t kMaxProblems = 20;

    /// Rows may come in any order. Errors: TooLarge; Malformed for the first row that cannot be
    /// read, or an OID that stands there twice; the text begins with `NAME:LINE:`.
    static Result<Recording> parse(std::string_view text, const std::string& name = "recording");
    /// The same, but what cannot be read is left out and named in `problems`, so that a file that
    /// was cut can be looked at. Malformed only if not one row can be read.
    static Result<Recording> parseLeniently(std::string_view text,
                                            const std::string& name,
                                            std::vector<std::string>& problems);
    /// parse() of a file. Errors: also NotFound, Refused.
    static Result<Recording> load(const std::filesystem::path& path);
    /// parseLeniently() of a file. Errors: also NotFound, Refused.
    static Result<Recording> loadLeniently(const std::filesystem::path& path,
                                           std::vector<std::string>& problems);
    /// Rows that were read elsewhere; of two with one OID the first is kept.
    static Recording of(std::vector<VarBind> rows);

    /// Sorted by OID, each once.
    [[nodiscard]] const std::vector<VarBind>& rows() const { return rows_; }
    /// Null if there is none.
    [[nodiscard]] const SnmpValue* get(const Oid& oid) const;
    [[nodiscard]] bool hasUnder(const Oid& prefix) const;
    /// The rows that a poll by this plan would bring, sorted.
    [[nodiscard]] std::vector<VarBind> answer(const PollPlan& plan) const;
    /// Replaces or adds one row.
    void set(const Oid& oid, SnmpValue value);
    void erase(const Oid& prefix);
    /// As a `.snmprec` file, without comments.
    [[nodiscard]] std::string text() const;

  private:
    std::vector<VarBind> rows_;
};

/// Reads the last two fields of a row: `4`, `public` or `4x`, `00FF`. Errors: Malformed,
/// Unsupported (a tag that is not known).
[[nodiscard]] Result<SnmpValue> parseRowValue(std::string_view tag, std::string_view value);
/// The last two fields of a row: `2|5`, `4x|00ff`.
[[nodiscard]] std::string formatRowValue(const SnmpValue& value);

}  // namespace platen::mibmap
