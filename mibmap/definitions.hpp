// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/value.hpp"
#include "mibmap/pattern.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Named tables of a map file, ready for use (docs/formats/map.md, "Definitions").

namespace platen::mibmap {

/// A literal of the map. Its Value is made once; readings share the text block.
struct Constant {
    std::string text;
    std::optional<std::int64_t> number;  ///< Of number and boolean literals.
    model::Value value;                  ///< The text as a string value.
};

/// `enums`: number or text → name, and back for writing.
struct EnumTable {
    std::vector<std::pair<std::int64_t, const Constant*>> numbers;  ///< Sorted.
    std::vector<std::pair<std::string, const Constant*>> texts;     ///< Sorted; for OIDs as text.

    [[nodiscard]] const Constant* find(std::int64_t number) const;
    [[nodiscard]] const Constant* find(std::string_view text) const;
    [[nodiscard]] std::optional<std::int64_t> numberOf(std::string_view name) const;
};

/// `words`: the first word of a text that the table knows, in the order of the text.
struct WordTable {
    std::vector<std::pair<std::string, const Constant*>> words;  ///< Sorted, lower case.
    std::vector<std::pair<std::string, const Constant*>>
        parts;  ///< Looked for anywhere (`*part` in the file), for scripts without blanks.

    [[nodiscard]] const Constant* find(std::string_view text) const;
};

/// `lists`: names in order; the place is the meaning (bit numbers, severities).
struct NameList {
    std::vector<const Constant*> names;
};

/// `trims`: patterns applied one after the other; each match is replaced.
struct TrimList {
    struct Step {
        Pattern pattern;
        std::string replacement;  ///< `$1` … `$8` stand for groups.
        bool all = false;         ///< Every match, not only the first.
    };
    std::vector<Step> steps;
};

/// `media`: self-describing size names (PWG 5101.1) with width and length in micrometres.
struct MediaTable {
    struct Size {
        const Constant* name = nullptr;
        std::int64_t width = 0;
        std::int64_t length = 0;
    };
    std::vector<Size> sizes;
};

/// `replacement` with `$0` … `$8` filled in.
[[nodiscard]] std::string fillTemplate(std::string_view replacement,
                                       const Pattern::Match& match,
                                       std::string_view text);

}  // namespace platen::mibmap
