// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::mibmap {

/// A small regular expression whose cost is bounded whatever the pattern and the text are, because
/// both come from outside (std::regex has no such bound). Octets, not code points.
///
/// Literals, `.`, `[a-z]`, `[^…]`, `\d \D \s \S \w \W \b \n \t`, `^ $`, `( )`, `(?: )`, `|`,
/// `* + ? {m} {m,} {m,n}` and their lazy forms; `(?i)` at the start ignores ASCII case. thread: any
class Pattern {
  public:
    static constexpr std::size_t kMaxPatternBytes = 256;
    static constexpr std::size_t kMaxTextBytes = 512;  ///< Longer texts are looked at up to here.
    static constexpr std::size_t kMaxInstructions = 2000;
    static constexpr std::size_t kMaxSteps = 50'000;  ///< Of one search; beyond: no match.
    static constexpr std::size_t kMaxGroups = 8;      ///< Capturing ones.
    static constexpr int kMaxDepth = 16;

    /// Errors: Malformed with the position in the pattern, TooLarge.
    static Result<Pattern> compile(std::string_view text);

    /// Begin and end of the whole match (0) and of the groups; end < begin: group took no part.
    struct Match {
        std::array<std::pair<std::size_t, std::size_t>, kMaxGroups + 1> spans;
        [[nodiscard]] std::string_view group(std::string_view text, std::size_t number) const;
    };
    /// The leftmost match.
    [[nodiscard]] std::optional<Match> find(std::string_view text) const;
    [[nodiscard]] std::size_t groupCount() const { return groups_; }

  private:
    friend class PatternParser;
    enum class Code : std::uint8_t { Char, Any, Class, Split, Jump, Save, Begin, End, Word, Match };
    struct Instruction {
        Code code = Code::Match;
        std::uint8_t octet = 0;
        std::uint16_t x = 0;  // class, slot, or first target
        std::uint16_t y = 0;  // second target
    };
    using Octets = std::bitset<256>;

    [[nodiscard]] bool runAt(std::string_view text,
                             std::size_t start,
                             Match& match,
                             std::size_t& steps) const;
    [[nodiscard]] bool accepts(const Instruction& instruction,
                               std::string_view text,
                               std::size_t at) const;
    void findFirstOctets();

    std::vector<Instruction> program_;
    std::vector<Octets> classes_;
    Octets first_;           // octets that can begin a match
    bool anchored_ = false;  // can only begin at 0
    bool ignoreCase_ = false;
    std::size_t groups_ = 0;
};

}  // namespace platen::mibmap
