// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "tests/unit/mibmap/recording.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace platen::mibmap::testing {

/// One fact that a careful reader of the recording wrote down, and what the maps made of it.
struct Fact {
    std::string name;  ///< `vendor`, `supply 2 percent`
    std::string expected;
    std::string got;
    bool right = false;
    std::string reason;  ///< Why a wrong one is accepted; empty: nobody knows.
};

struct CorpusResult {
    std::string recording;
    std::string map;  ///< Overlay used, or `standard`.
    std::vector<Fact> facts;

    [[nodiscard]] std::size_t right() const;
};

/// Polls a recording with the maps and compares with the `facts_here` of NAME.expected.json beside
/// it.
[[nodiscard]] Result<CorpusResult> compareRecording(const std::filesystem::path& recording,
                                                    MapSet& maps);
/// All recordings of a folder in order of their names.
[[nodiscard]] Result<std::vector<CorpusResult>> compareCorpus(const std::filesystem::path& folder,
                                                              MapSet& maps);
/// docs/corpus.md.
[[nodiscard]] std::string corpusPage(const std::vector<CorpusResult>& results);

}  // namespace platen::mibmap::testing
