// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/version_order.hpp"

#include <algorithm>
#include <cstddef>

namespace platen::firmware {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Takes the digits that `text` begins with, without leading zeros.
std::string_view takeNumber(std::string_view& text) {
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    auto number = text.substr(0, end);
    text.remove_prefix(end);
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
    return number;
}

int sign(std::ptrdiff_t difference) {
    return difference < 0 ? -1 : (difference > 0 ? 1 : 0);
}

}  // namespace

int compareVersions(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        if (isDigit(a.front()) && isDigit(b.front())) {
            const auto left = takeNumber(a);
            const auto right = takeNumber(b);
            if (left.size() != right.size()) {
                return left.size() < right.size() ? -1 : 1;
            }
            if (const int order = sign(left.compare(right)); order != 0) {
                return order;
            }
            continue;
        }
        if (const int order = sign(lower(a.front()) - lower(b.front())); order != 0) {
            return order;
        }
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return sign(static_cast<std::ptrdiff_t>(a.size()) - static_cast<std::ptrdiff_t>(b.size()));
}

}  // namespace platen::firmware
