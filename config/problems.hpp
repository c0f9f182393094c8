// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace platen::config {

/// The files of one configuration, the main file first, and what was found in them.
class Problems {
  public:
    /// A file whose text did not parse has no document.
    struct Source {
        std::string name;
        std::string text;
        const JsonDocument* document;  ///< Must outlive this; null if it did not parse.
    };

    /// Returns the number of the file.
    std::size_t addSource(Source source);
    /// A file whose values hold only where the others say nothing. Returns its number.
    std::size_t addBelow(Source source);

    /// A finding at a pointer of the merged configuration: told for the last file that has it.
    void add(std::string_view pointer, std::string text, bool ofKey = false);
    /// A finding at a place in file `source`; `text` may begin with `line:column: `.
    void addSyntax(std::size_t source, std::string_view text);
    /// A finding about a file that has no text, for example because it cannot be read.
    void addFile(std::string_view name, std::string_view text);

    [[nodiscard]] std::size_t count() const { return count_; }
    /// True if further problems are only counted: their texts need not be made.
    [[nodiscard]] bool full() const { return entries_.size() >= kMaxReportedProblems; }
    /// All problems, in the order of the files and then of lines, secrets masked; at most
    /// kMaxReportedProblems, then how many more there are.
    [[nodiscard]] std::string render() const;

  private:
    struct Entry {
        std::size_t source;  // npos: rendered is the whole text.
        JsonProblem problem;
        std::string rendered;
    };
    static constexpr std::size_t kNoSource = static_cast<std::size_t>(-1);

    /// False if there are too many to keep.
    bool admit();
    [[nodiscard]] std::size_t sourceOf(std::string_view pointer) const;

    std::vector<Source> sources_;
    std::size_t below_ = kNoSource;  ///< The file of addBelow.
    std::vector<Entry> entries_;
    std::size_t count_ = 0;
};

}  // namespace platen::config
