// SPDX-License-Identifier: Apache-2.0
#include "config/quiet_hours.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace platen::config {

namespace {

/// `hh:mm`, 00:00 to 24:00.
std::optional<std::uint32_t> minuteOf(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == 0 || colon > 2 || text.size() != colon + 3) {
        return std::nullopt;
    }
    const auto hours = text::toUnsigned(text.substr(0, colon));
    const auto minutes = text::toUnsigned(text.substr(colon + 1));
    if (!hours || !minutes || *minutes > 59 || *hours * 60 + *minutes > kMinutesOfDay) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*hours * 60 + *minutes);
}

std::vector<QuietWindow> readable(std::span<const std::string> texts) {
    std::vector<QuietWindow> windows;
    for (const auto& text : texts) {
        if (const auto window = parseQuietWindow(text)) {
            windows.push_back(*window);
        }
    }
    return windows;
}

}  // namespace

Result<QuietWindow> parseQuietWindow(std::string_view text) {
    const auto dash = text.find('-');
    const auto from = minuteOf(text::trim(text.substr(0, dash)));
    const auto to =
        dash == std::string_view::npos ? std::nullopt : minuteOf(text::trim(text.substr(dash + 1)));
    if (!from || !to || *from == kMinutesOfDay || *from == *to) {
        return fail(ErrorCode::Malformed, "not a window of the day such as 22:00-06:00");
    }
    return QuietWindow{*from, *to};
}

std::uint32_t quietMinutesFrom(std::span<const std::string> windows, std::uint32_t minute) {
    const auto all = readable(windows);
    std::uint32_t count = 0;
    while (count < kMinutesOfDay &&
           std::any_of(all.begin(), all.end(), [&](const QuietWindow& window) {
               return window.contains((minute + count) % kMinutesOfDay);
           })) {
        ++count;
    }
    return count;
}

bool neverEnds(std::span<const std::string> windows) {
    return quietMinutesFrom(windows, 0) >= kMinutesOfDay;
}

}  // namespace platen::config
