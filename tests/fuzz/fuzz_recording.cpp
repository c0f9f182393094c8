// SPDX-License-Identifier: Apache-2.0
// Recordings as users bring them: .snmprec rows, output of snmpwalk, cut anywhere. What is read
// must be in order, and come back the same after it was written.
#include "mibmap/recording.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

void require(bool good) {
    if (!good) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using platen::mibmap::Recording;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<std::string> problems;
    const auto lenient = Recording::parseLeniently(text, "fuzz", problems);
    require(problems.size() <= Recording::kMaxProblems + 1);
    const auto strict = Recording::parse(text, "fuzz");
    if (!lenient) {
        require(!strict || strict->rows().empty());
        return 0;
    }
    const auto& rows = lenient->rows();
    require(std::adjacent_find(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
                return !(a.oid < b.oid);
            }) == rows.end());
    require(!strict || (problems.empty() && strict->rows() == rows));
    const auto again = Recording::parse(lenient->text(), "again");
    require(again && again->rows() == rows);
    return 0;
}
