// SPDX-License-Identifier: Apache-2.0
#include "mibmap/functions.hpp"

#include <algorithm>
#include <array>

namespace platen::mibmap {

namespace {

// Sorted by name for binary search; docs/formats/map.md describes each.
constexpr std::array kFunctions = std::to_array<FunctionInfo>({
    {"add", Op::Add, "eee*"},
    {"alertCount", Op::AlertCount, "S", true},
    {"alertHasCode", Op::AlertHasCode, "I*", true},
    {"alertReasons", Op::AlertReasons, "", true},
    {"and", Op::And, "ee*"},
    {"bit", Op::Bit, "eI"},
    {"bitIndexes", Op::BitIndexes, "e"},
    {"bits", Op::Bits, "Le"},
    {"clamp", Op::Clamp, "eII"},
    {"concat", Op::Concat, "ee*"},
    {"count", Op::Count, "tx"},
    {"dateAndTime", Op::DateAndTime, "e"},
    {"deviceId", Op::DeviceId, "eSS*"},
    {"deviceIndex", Op::DeviceIndex, ""},
    {"div", Op::Divide, "eI"},
    {"enum", Op::Enum, "Eee?"},
    {"eq", Op::Equal, "ee"},
    {"errorNames", Op::ErrorNames, "", false, true},
    {"errorReasons", Op::ErrorReasons, "", false, true},
    {"find", Op::Find, "PeS?"},
    {"first", Op::First, "ee*"},
    {"firstRow", Op::FirstRow, "txx"},
    {"hasBit", Op::HasBit, "eI"},
    {"hex", Op::Hex, "e"},
    {"if", Op::If, "eee?"},
    {"in", Op::In, "ee*"},
    {"index", Op::Index, "I?"},
    {"indexText", Op::IndexText, ""},
    {"ip", Op::Ip, "e"},
    {"le", Op::LessOrEqual, "ee"},
    {"lines", Op::Lines, "tx"},
    {"list", Op::List, "tx"},
    {"listOf", Op::ListOf, "ee*"},
    {"lower", Op::Lower, "e"},
    {"lt", Op::Less, "ee"},
    {"mac", Op::Mac, "e"},
    {"mask", Op::Mask, "eI"},
    {"max", Op::Max, "tx"},
    {"mediaName", Op::MediaName, "Mee"},
    {"min", Op::Min, "tx"},
    {"mul", Op::Multiply, "ee"},
    {"not", Op::Not, "e"},
    {"now", Op::Now, ""},
    {"number", Op::Number, "e"},
    {"oid", Op::OidText, "e"},
    {"or", Op::Or, "ee*"},
    {"outerIndex", Op::OuterIndex, ""},
    {"percent", Op::Percent, "ee"},
    {"polledAddress", Op::PolledAddress, ""},
    {"present", Op::Present, "e"},
    {"real", Op::Real, "e"},
    {"row", Op::Row, "tex"},
    {"scale", Op::Scale, "eII"},
    {"sub", Op::Subtract, "ee"},
    {"subId", Op::SubId, "eI"},
    {"subText", Op::SubText, "eI"},
    {"sum", Op::Sum, "tx"},
    {"test", Op::Test, "Pe"},
    {"text", Op::Text, "Ce"},
    {"trim", Op::Trim, "e"},
    {"trims", Op::Trims, "Te"},
    {"unenum", Op::Unenum, "Ee"},
    {"word", Op::Word, "We"},
    {"worst", Op::Worst, "Lee*"},
    {"worstAlert", Op::AlertWorst, "", true},
    {"worstError", Op::ErrorWorst, "", false, true},
});

static_assert(std::is_sorted(kFunctions.begin(),
                             kFunctions.end(),
                             [](const FunctionInfo& a, const FunctionInfo& b) {
                                 return a.name < b.name;
                             }));

}  // namespace

const FunctionInfo* findFunction(std::string_view name) {
    const auto* it = std::lower_bound(
        kFunctions.begin(), kFunctions.end(), name,
        [](const FunctionInfo& info, std::string_view wanted) { return info.name < wanted; });
    return it != kFunctions.end() && it->name == name ? it : nullptr;
}

std::vector<std::string_view> functionNames() {
    std::vector<std::string_view> names;
    names.reserve(kFunctions.size());
    for (const FunctionInfo& info : kFunctions) {
        names.push_back(info.name);
    }
    return names;
}

}  // namespace platen::mibmap
