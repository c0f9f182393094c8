// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <optional>

namespace platen {

namespace {

constexpr std::size_t kMaxDateTimeBytes = 64;
/// The longest duration that a configuration may hold.
constexpr std::int64_t kMaxDurationMillis = 36'500LL * 86'400'000LL;

/// Reads fixed-width fields off the front of a text.
class Cursor {
  public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    /// Exactly `width` digits.
    std::optional<int> digits(std::size_t width) {
        if (rest_.size() < width) {
            return std::nullopt;
        }
        int value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            const char c = rest_[i];
            if (c < '0' || c > '9') {
                return std::nullopt;
            }
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }
    bool literal(char c) {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }
    [[nodiscard]] bool atEnd() const { return rest_.empty(); }

  private:
    std::string_view rest_;
};

std::optional<WallTime> readDate(Cursor& in) {
    const auto year = in.digits(4);
    const bool dash1 = in.literal('-');
    const auto month = in.digits(2);
    const bool dash2 = in.literal('-');
    const auto day = in.digits(2);
    if (!year || !dash1 || !month || !dash2 || !day || *year < 1) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) {
        return std::nullopt;
    }
    return WallTime{std::chrono::sys_days{date}};
}

std::optional<Millis> readTime(Cursor& in) {
    const auto hour = in.digits(2);
    const bool colon1 = in.literal(':');
    const auto minute = in.digits(2);
    const bool colon2 = in.literal(':');
    const auto second = in.digits(2);
    if (!hour || !colon1 || !minute || !colon2 || !second || *hour > 23 || *minute > 59 ||
        *second > 59) {
        return std::nullopt;
    }
    Millis time =
        std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second};
    if (in.literal('.')) {
        int scale = 100;
        std::size_t count = 0;
        while (const auto digit = in.digits(1)) {
            time += Millis{*digit * scale};
            scale /= 10;
            ++count;
        }
        if (count == 0) {
            return std::nullopt;
        }
    }
    return time;
}

/// What to subtract to come to UTC.
std::optional<Millis> readZone(Cursor& in) {
    if (in.atEnd() || in.literal('Z')) {
        return Millis{0};
    }
    const bool east = in.literal('+');
    if (!east && !in.literal('-')) {
        return std::nullopt;
    }
    const auto hours = in.digits(2);
    const bool colon = in.literal(':');
    const auto minutes = in.digits(2);
    if (!hours || !colon || !minutes || *minutes > 59 || *hours * 60 + *minutes > 14 * 60) {
        return std::nullopt;
    }
    const Millis offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return east ? offset : -offset;
}

constexpr WallTime kLastTime{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31} +
                             std::chrono::hours{24} - Millis{1}};

struct Unit {
    std::string_view name;
    std::int64_t millis;
};

constexpr std::array<Unit, 5> kUnits{{
    {"d", 86'400'000},
    {"h", 3'600'000},
    {"m", 60'000},
    {"s", 1000},
    {"ms", 1},
}};

}  // namespace

SteadyTime SystemClock::steadyNow() const {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now());
}

bool clockIsSet(WallTime now) {
    constexpr WallTime kEarliest{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}};
    return now >= kEarliest;
}

WallTime wallTimeOf(WallTime system, Millis sinceBoot) {
    // Never kUnknownTime itself, which stands for no time at all.
    return clockIsSet(system) ? system : kUnknownTime + std::max(sinceBoot, Millis{1});
}

WallTime SystemClock::wallNow() const {
    const auto system = std::chrono::floor<Millis>(std::chrono::system_clock::now());
    if (clockIsSet(system)) {
        return system;
    }
    timespec boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &boot);
    return wallTimeOf(system,
                      std::chrono::seconds{boot.tv_sec} +
                          std::chrono::floor<Millis>(std::chrono::nanoseconds{boot.tv_nsec}));
}

namespace {

bool isRelative(WallTime time) {
    constexpr WallTime kFirstDated{std::chrono::sys_days{std::chrono::year{1000} / 1 / 1}};
    return time > kUnknownTime && time < kFirstDated;
}

}  // namespace

std::string formatDateTime(WallTime time) {
    // A year outside 0001 to 9999 cannot be written in four digits.
    if (time < kUnknownTime) {
        time = kUnknownTime;
    }
    if (time > kLastTime) {
        time = kLastTime;
    }
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{days};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - days)};
    std::array<char, 32> buffer{};
    const int length =
        std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d%s",
                      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                      static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()), isRelative(time) ? "" : "Z");
    return {buffer.data(), static_cast<std::size_t>(length)};
}

Result<WallTime> parseDateTime(std::string_view text) {
    const auto malformed = [] {
        return fail(ErrorCode::Malformed,
                    "not a dateTime (YYYY-MM-DDThh:mm:ss with an optional fraction and zone)");
    };
    if (text.size() > kMaxDateTimeBytes) {
        return malformed();
    }
    Cursor in(text);
    const auto date = readDate(in);
    if (!date || !in.literal('T')) {
        return malformed();
    }
    const auto time = readTime(in);
    if (!time) {
        return malformed();
    }
    const auto offset = readZone(in);
    if (!offset || !in.atEnd()) {
        return malformed();
    }
    const WallTime result = *date + *time - *offset;
    if (result < kUnknownTime || result > kLastTime) {
        return malformed();
    }
    return result;
}

Result<Millis> parseDuration(std::string_view text) {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
        ++digits;
    }
    const auto count = text::toInt(text.substr(0, digits));
    const std::string_view name = text.substr(digits);
    for (const Unit& unit : kUnits) {
        if (count && name == unit.name) {
            if (*count > kMaxDurationMillis / unit.millis) {
                return fail(ErrorCode::Malformed, "a duration is at most 36500d");
            }
            return Millis{*count * unit.millis};
        }
    }
    return fail(ErrorCode::Malformed,
                "not a duration (a whole number and ms, s, m, h or d, such as \"60s\")");
}

std::string formatDuration(Millis duration) {
    const std::int64_t millis = duration.count();
    if (millis == 0) {
        return "0s";
    }
    for (const Unit& unit : kUnits) {
        if (millis % unit.millis == 0) {
            return text::cat({std::to_string(millis / unit.millis), unit.name});
        }
    }
    return text::cat({std::to_string(millis), "ms"});
}

}  // namespace platen
