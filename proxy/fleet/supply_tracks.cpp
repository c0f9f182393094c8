// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/supply_tracks.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace platen::fleet {

namespace {

constexpr std::int8_t kNone = -1;
constexpr std::uint64_t kMaxPercent = 100;
constexpr std::size_t kMaxTracks = 1024;
constexpr std::uint64_t kLastDay = 1'000'000;  // the year 4707
constexpr std::size_t kTrackFields = 11;
constexpr std::size_t kOldTrackFields = 9;  // without the last two

/// The value with `rank` smaller ones; reorders.
double ranked(std::vector<double>& values, std::size_t rank) {
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

/// Median and quartiles of slopes, at least one; reorders.
Pace paceOf(std::vector<double>& slopes) {
    const auto last = slopes.size() - 1;
    const auto middle = ranked(slopes, slopes.size() / 2);
    const auto below = slopes.size() % 2 != 0 ? middle : ranked(slopes, slopes.size() / 2 - 1);
    return {.usual = (middle + below) / 2,
            .slow = ranked(slopes, last / 4),
            .fast = ranked(slopes, last - last / 4)};
}

/// -1 as well, written as 255.
std::optional<std::int8_t> toLevel(std::optional<std::uint64_t> number) {
    constexpr std::uint64_t kNoLevel = 255;
    if (number == kNoLevel) {
        return kNone;
    }
    return number && *number <= kMaxPercent ? std::optional(static_cast<std::int8_t>(*number))
                                            : std::nullopt;
}

std::optional<std::int32_t> toDay(std::string_view text) {
    const auto day = text::toUnsigned(text);
    return day && *day <= kLastDay ? std::optional(static_cast<std::int32_t>(*day)) : std::nullopt;
}

std::string levelText(std::int8_t level) {
    return std::to_string(static_cast<std::uint8_t>(level));
}

std::optional<DayCount> readUse(const std::vector<std::string_view>& fields) {
    const auto day = toDay(fields[1]);
    const auto total = text::toUnsigned(fields[2]);
    const auto color = text::toUnsigned(fields[3]);
    if (!day || !total || !color) {
        return std::nullopt;
    }
    return DayCount{.day = *day, .total = *total, .color = *color};
}

std::optional<SupplyTrack> readTrack(const std::vector<std::string_view>& fields) {
    const auto row = text::toUnsigned(fields[1]);
    const auto lastDay = toDay(fields[2]);
    const auto previous = toLevel(text::toUnsigned(fields[4]));
    const auto startLevel = toLevel(text::toUnsigned(fields[5]));
    const auto step = text::toUnsigned(fields[6]);
    const auto flags = text::toUnsigned(fields[7]);
    const auto count = text::toUnsigned(fields[8]);
    constexpr std::uint64_t kFlags = 32;
    const bool old = fields.size() == kOldTrackFields;
    const auto fellFrom = old ? std::optional(kNone) : toLevel(text::toUnsigned(fields[9]));
    const auto removedAt = old ? std::optional(kNone) : toLevel(text::toUnsigned(fields[10]));
    if (!row || *row == 0 || *row > std::numeric_limits<std::uint32_t>::max() || !lastDay ||
        !previous || !startLevel || !step || *step > kMaxPercent || !flags || *flags >= kFlags ||
        !count || !fellFrom || !removedAt) {
        return std::nullopt;
    }
    SupplyTrack track;
    if (!track.levels.unpack(*lastDay, fields[3])) {
        return std::nullopt;
    }
    track.row = static_cast<std::uint32_t>(*row);
    track.previous = *previous;
    track.startLevel = *startLevel;
    track.smallestStep = static_cast<std::uint8_t>(*step);
    track.hasStart = (*flags & 1U) != 0;
    track.startIsInstall = (*flags & 2U) != 0;
    const auto replaced = (*flags >> 2U) & 3U;
    track.replaced = replaced == 1   ? SupplyTrack::Replaced::ByLevel
                     : replaced == 2 ? SupplyTrack::Replaced::BySerial
                                     : SupplyTrack::Replaced::Never;
    track.startCount = *count;
    track.fine = (*flags & 16U) != 0;
    track.fellFrom = *fellFrom;
    track.removedAt = *removedAt;
    return track;
}

}  // namespace

void LevelHistory::clear() {
    lastDay_ = 0;
    levels_.fill(kNone);
}

std::int8_t& LevelHistory::at(std::int32_t day) {
    return levels_.at(static_cast<std::size_t>(day % kDays));
}

std::int8_t LevelHistory::at(std::int32_t day) const {
    return levels_.at(static_cast<std::size_t>(day % kDays));
}

void LevelHistory::add(std::int32_t day, std::int32_t percent) {
    if (day < lastDay_ || day <= 0 || percent < 0 || percent > static_cast<int>(kMaxPercent)) {
        return;
    }
    if (lastDay_ == 0 || day - lastDay_ >= kDays) {
        clear();
    } else {
        for (auto skipped = lastDay_ + 1; skipped < day; ++skipped) {
            at(skipped) = kNone;
        }
    }
    lastDay_ = day;
    at(day) = static_cast<std::int8_t>(percent);
}

std::optional<Pace> LevelHistory::pace() const {
    std::vector<std::pair<std::int32_t, std::int32_t>> samples;
    for (auto day = std::max(lastDay_ - kDays + 1, 1); day <= lastDay_; ++day) {
        if (at(day) != kNone) {
            samples.emplace_back(day, at(day));
        }
    }
    if (samples.size() < 2 || samples.back().first - samples.front().first < kFewestDays ||
        samples.front().second - samples.back().second < kSmallestFall) {
        return std::nullopt;
    }
    std::vector<double> slopes;
    slopes.reserve(samples.size() * (samples.size() - 1) / 2);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        for (std::size_t j = i + 1; j < samples.size(); ++j) {
            slopes.push_back(static_cast<double>(samples[i].second - samples[j].second) /
                             static_cast<double>(samples[j].first - samples[i].first));
        }
    }
    const auto pace = paceOf(slopes);
    return pace.usual > 0 ? std::optional(pace) : std::nullopt;
}

std::string LevelHistory::pack() const {
    std::vector<std::uint8_t> bytes;
    if (lastDay_ > 0) {
        for (auto day = lastDay_; day > std::max(lastDay_ - kDays, 0); --day) {
            bytes.push_back(static_cast<std::uint8_t>(at(day)));
        }
        while (bytes.back() == static_cast<std::uint8_t>(kNone)) {
            bytes.pop_back();  // ends at the level of lastDay_
        }
    }
    return text::toHex(bytes, false);
}

bool LevelHistory::unpack(std::int32_t lastDay, std::string_view text) {
    clear();
    const auto bytes = text::fromHex(text);
    const auto days = bytes ? bytes->size() : 0;
    if (!bytes || days > static_cast<std::size_t>(kDays) || lastDay < 0 ||
        days > static_cast<std::size_t>(lastDay)) {
        return false;
    }
    if (days == 0) {
        return true;
    }
    lastDay_ = lastDay;
    for (std::size_t i = 0; i < days; ++i) {
        const auto level = toLevel((*bytes)[i]);
        if (!level) {
            clear();
            return false;
        }
        at(lastDay - static_cast<std::int32_t>(i)) = *level;
    }
    return true;
}

SupplyTrack* SupplyTracks::find(std::uint32_t row) {
    const auto it = std::ranges::lower_bound(tracks, row, {}, &SupplyTrack::row);
    return it != tracks.end() && it->row == row ? &*it : nullptr;
}

SupplyTrack& SupplyTracks::make(std::uint32_t row) {
    if (auto* known = find(row)) {
        return *known;
    }
    tracks.reserve(tracks.size() + 1);  // no slack: there is one list for each device
    SupplyTrack track;
    track.row = row;
    return *tracks.insert(std::ranges::lower_bound(tracks, row, {}, &SupplyTrack::row), track);
}

void SupplyTracks::noteUse(const DayCount& count) {
    if (!use.empty() && (count.total < use.back().total || count.color < use.back().color)) {
        use.clear();  // another counter
    }
    if (!use.empty() && count.day <= use.back().day) {
        if (count.day == use.back().day) {
            use.back() = count;
        }
        return;
    }
    use.push_back(count);
    std::erase_if(use, [&](const DayCount& old) { return count.day - old.day > kUseDays; });
}

std::optional<Pace> SupplyTracks::dailyUse(bool color) const {
    if (use.empty() || use.back().day - use.front().day < LevelHistory::kFewestDays) {
        return std::nullopt;
    }
    const auto of = [color](const DayCount& day) { return color ? day.color : day.total; };
    const auto perDay = [&](const DayCount& from, const DayCount& to) {
        return static_cast<double>(of(to) - of(from)) / static_cast<double>(to.day - from.day);
    };
    const auto mean = perDay(use.front(), use.back());
    if (mean <= 0) {
        return std::nullopt;
    }
    std::vector<double> slopes;
    slopes.reserve(use.size() * (use.size() - 1) / 2);
    for (std::size_t i = 0; i < use.size(); ++i) {
        for (std::size_t j = i + 1; j < use.size(); ++j) {
            slopes.push_back(perDay(use[i], use[j]));
        }
    }
    const auto pace = paceOf(slopes);
    // One day of much printing can bring the mean out of the middle half.
    return Pace{
        .usual = mean, .slow = std::min(pace.slow, mean), .fast = std::max(pace.fast, mean)};
}

std::string packSupplies(const SupplyTracks& supplies) {
    std::string out;
    for (const auto& track : supplies.tracks) {
        const auto flags = (track.hasStart ? 1U : 0U) | (track.startIsInstall ? 2U : 0U) |
                           (static_cast<unsigned>(track.replaced) << 2U) | (track.fine ? 16U : 0U);
        out += text::cat(
            {"level\t", std::to_string(track.row),   "\t", std::to_string(track.levels.lastDay()),
             "\t",      track.levels.pack(),         "\t", levelText(track.previous),
             "\t",      levelText(track.startLevel), "\t", std::to_string(track.smallestStep),
             "\t",      std::to_string(flags),       "\t", std::to_string(track.startCount),
             "\t",      levelText(track.fellFrom),   "\t", levelText(track.removedAt),
             "\n"});
    }
    for (const auto& count : supplies.use) {
        out += text::cat({"use\t", std::to_string(count.day), "\t", std::to_string(count.total),
                          "\t", std::to_string(count.color), "\n"});
    }
    return out;
}

void unpackSupplies(std::string_view text, SupplyTracks& supplies) {
    constexpr std::size_t kUseFields = 4;
    for (const auto line : text::split(text, '\n')) {
        const auto fields = text::split(line, '\t');
        const bool whole = fields.size() == kTrackFields || fields.size() == kOldTrackFields;
        if (whole && fields[0] == "level" && supplies.tracks.size() < kMaxTracks) {
            if (const auto track = readTrack(fields)) {
                supplies.make(track->row) = *track;
            }
        } else if (fields.size() == kUseFields && fields[0] == "use") {
            if (const auto count = readUse(fields)) {
                supplies.noteUse(*count);
            }
        }
    }
}

}  // namespace platen::fleet
