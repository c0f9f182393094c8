// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::fleet {

/// How fast something is used, a day. `slow` and `fast` are the quartiles over all pairs of days:
/// half of the pairs lie between them.
struct Pace {
    double usual = 0;
    double slow = 0;
    double fast = 0;
};

/// Levels of one supply since it was installed: one a day (days since 1970, UTC), the last one read
/// on that day (mfp-model 7.5). Pure.
class LevelHistory {
  public:
    static constexpr std::int32_t kDays = 60;  ///< Days that are kept.
    static constexpr std::int32_t kFewestDays = 7;
    static constexpr std::int32_t kSmallestFall = 5;  ///< Percentage points.

    LevelHistory() { clear(); }
    void clear();
    /// `percent` 0 to 100. A day before the last one is ignored (clock set back).
    void add(std::int32_t day, std::int32_t percent);
    /// Percentage points a day: the median of the slopes of all pairs (Theil-Sen), and their
    /// quartiles. Nothing without kFewestDays and a fall of kSmallestFall points.
    [[nodiscard]] std::optional<Pace> pace() const;

    /// Two hexadecimal digits a day, the last day first; `ff`: no level.
    [[nodiscard]] std::string pack() const;
    [[nodiscard]] std::int32_t lastDay() const { return lastDay_; }
    /// What pack wrote. False, and empty, if it is damaged.
    bool unpack(std::int32_t lastDay, std::string_view text);

  private:
    [[nodiscard]] std::int8_t& at(std::int32_t day);
    [[nodiscard]] std::int8_t at(std::int32_t day) const;

    std::int32_t lastDay_ = 0;                 // 0: empty
    std::array<std::int8_t, kDays> levels_{};  // by day modulo kDays; -1: none
};

/// What is remembered of one supply between its reads. Small: there is one for each supply of each
/// printer.
struct SupplyTrack {
    enum class Replaced : std::uint8_t { Never, ByLevel, BySerial };

    std::uint32_t row = 0;  ///< Instance number in Supply.
    std::int32_t estimatedDay = 0;
    LevelHistory levels;
    std::int8_t previous = -1;    ///< Level one read before the one in the tree; -1: none.
    std::int8_t startLevel = -1;  ///< When startCount was read.
    /// Level before a fall that no printing explains, while it stays there; -1: none. The supply
    /// was taken out, or an agent that sleeps says what it knew before.
    std::int8_t fellFrom = -1;
    std::int8_t removedAt = -1;           ///< Level at which the last one went; -1: not known.
    std::uint8_t smallestStep = 0;        ///< Smallest fall between two reads; 0: none seen.
    Replaced replaced = Replaced::Never;  ///< By what the last replacement was seen.
    bool hasStart = false;
    bool startIsInstall = false;   ///< startCount was read when the supply was installed.
    bool fine = false;             ///< The printer tells more than full, empty and a few steps.
    std::uint64_t startCount = 0;  ///< Impressions that use this supply.
};

/// Impressions at the end of a day.
struct DayCount {
    std::int32_t day = 0;
    std::uint64_t total = 0;
    std::uint64_t color = 0;
};

/// All supplies of a printer, and its use day by day if a supply's yield is known.
struct SupplyTracks {
    static constexpr std::int32_t kUseDays = 30;

    std::vector<SupplyTrack> tracks;  ///< Sorted by row.
    std::vector<DayCount> use;        ///< Sorted by day, at most kUseDays + 1 days.

    [[nodiscard]] SupplyTrack* find(std::uint32_t row);
    [[nodiscard]] SupplyTrack& make(std::uint32_t row);
    void noteUse(const DayCount& count);
    /// Impressions a day over the last kUseDays: their mean, and the quartiles over all pairs of
    /// days. Nothing with less than a week.
    [[nodiscard]] std::optional<Pace> dailyUse(bool color) const;
};

/// As one text for the store, a line each; empty if there is nothing.
[[nodiscard]] std::string packSupplies(const SupplyTracks& supplies);
/// Damaged lines are left out.
void unpackSupplies(std::string_view text, SupplyTracks& supplies);

}  // namespace platen::fleet
