// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace platen::utf8 {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// The marks of the scripts that printers' panels use; blocks, not the full Unicode table.
constexpr std::array<Range, 21> kCombining{{
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C2},
    {0x05C4, 0x05C5}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0900, 0x0903}, {0x093A, 0x093C},
    {0x093E, 0x094F}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF}, {0x200D, 0x200D}, {0x20D0, 0x20FF}, {0x3099, 0x309A}, {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F},
}};

unsigned octet(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
}

}  // namespace

CodePoint decode(std::string_view bytes) {
    const unsigned lead = octet(bytes, 0);
    if (lead < 0x80) {
        return {lead, 1, true, false};
    }
    std::size_t length = 0;
    unsigned low = 0x80;  // Bounds of the second octet: no overlong forms, no surrogates.
    unsigned high = 0xBF;
    char32_t value = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
        value = lead & 0x1FU;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        value = lead & 0x0FU;
        low = lead == 0xE0 ? 0xA0U : low;
        high = lead == 0xED ? 0x9FU : high;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        value = lead & 0x07U;
        low = lead == 0xF0 ? 0x90U : low;
        high = lead == 0xF4 ? 0x8FU : high;
    } else {
        return {};
    }
    for (std::size_t i = 1; i < length; ++i) {
        if (i == bytes.size()) {
            return {0xFFFD, i, false, true};
        }
        const unsigned next = octet(bytes, i);
        if (next < low || next > high) {
            return {0xFFFD, i, false, false};
        }
        value = (value << 6U) | (next & 0x3FU);
        low = 0x80;
        high = 0xBF;
    }
    return {value, length, true, false};
}

bool isCombining(char32_t c) {
    return std::any_of(kCombining.begin(), kCombining.end(),
                       [c](const Range& range) { return c >= range.first && c <= range.last; });
}

}  // namespace platen::utf8
