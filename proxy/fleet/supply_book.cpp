// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/supply_book.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/fleet/supply_estimate.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>

namespace platen::fleet {

namespace {

/// Serial number and level may be read by different groups: both together are one replacement if
/// they change within the longest usual interval.
constexpr std::chrono::hours kOneReplacement{25};
/// Levels of coarse sensors are multiples of it.
constexpr std::int32_t kUsualStep = 5;
/// Between reads so close no printing empties a supply.
constexpr std::chrono::hours kSudden{7};

std::int32_t dayOf(WallTime time) {
    return static_cast<std::int32_t>(
        std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

std::int32_t percentOf(const std::optional<model::Value>& value) {
    return value ? static_cast<std::int32_t>(value->asInt()) : -1;
}

/// True for a supply that only pages in process colour use.
bool isColor(std::string_view color) {
    static constexpr std::array<std::string_view, 10> kColors{
        "Cyan", "Magenta", "Yellow", "LightCyan", "LightMagenta",
        "Red",  "Green",   "Blue",   "Orange",    "TriColor"};
    return std::ranges::find(kColors, color) != kColors.end();
}

}  // namespace

/// One look at all supplies after a read.
class SupplyWatch::Pass {
  public:
    Pass(PrinterState& state, const ApplyContext& context, bool levelsRead, ChangeRecorder& changes)
        : state_(state),
          context_(context),
          n_(*context.names),
          levelsRead_(levelsRead),
          changes_(changes),
          today_(dayOf(context.now)),
          lastLevels_(state.tree.get(inService(n_.lastSupplyTime))),
          total_(state.tree.get(inService(n_.totalImpressions))),
          color_(state.tree.get(inService(n_.totalFullColor))) {}

    /// True if it was replaced.
    bool look(std::uint32_t row, const Before* before) {
        const auto percent = percentOf(get(n_.supplyLevelPercent, row));
        noteLevelChange(row, before);
        auto* track = state_.supplies.find(row);
        if (track == nullptr) {
            if (percent < 0 && yieldOf(row) == 0) {
                return false;  // nothing to follow
            }
            track = &state_.supplies.make(row);
        }
        const auto cause = before != nullptr ? causeOf(*track, row, *before, percent)
                                             : SupplyTrack::Replaced::Never;
        const bool replaced = cause != SupplyTrack::Replaced::Never;
        if (replaced) {
            replace(*track, row, *before, cause);
        }
        if (!levelsRead_) {
            return replaced;
        }
        const bool moved = noteLevel(*track, before, percent, replaced);
        noteCount(*track, row, percent);
        if (moved || track->estimatedDay != today_) {
            track->estimatedDay = today_;
            estimate(*track, row, percent);
        }
        return replaced;
    }

    /// Use day by day is kept only if a supply's yield needs it.
    void noteUse(const std::vector<std::uint32_t>& rows) {
        if (levelsRead_ && total_ &&
            std::ranges::any_of(rows, [this](std::uint32_t row) { return yieldOf(row) > 0; })) {
            state_.supplies.noteUse({.day = today_,
                                     .total = total_->asUnsigned(),
                                     .color = color_ ? color_->asUnsigned() : 0});
        }
    }

  private:
    [[nodiscard]] Field get(model::ParamIndex param, std::uint32_t row) const {
        return state_.tree.get(inRow(param, row));
    }
    [[nodiscard]] bool fromDevice(model::ParamIndex param, std::uint32_t row) const {
        const auto source = state_.tree.sourceOf(inRow(param, row));
        return source == model::Source::Snmp || source == model::Source::Ews;
    }
    [[nodiscard]] std::uint64_t yieldOf(std::uint32_t row) const {
        const auto value = get(n_.supplyRatedYield, row);
        return value ? value->asUnsigned() : 0;
    }
    [[nodiscard]] bool usesColor(std::uint32_t row) const {
        const auto color = get(n_.supplyColor, row);
        return color && isColor(color->stringView());
    }
    [[nodiscard]] const Field& countOf(std::uint32_t row) const {
        return usesColor(row) ? color_ : total_;
    }

    void noteLevelChange(std::uint32_t row, const Before* before) {
        const auto level = get(n_.supplyLevel, row);
        if (before != nullptr && before->level && level && *before->level != *level) {
            changes_.setTime(inRow(n_.supplyLastChangeTime, row), context_.now);
        } else if (level && !get(n_.supplyLastChangeTime, row)) {
            changes_.setTime(inRow(n_.supplyLastChangeTime, row), kUnknownTime);
        }
    }

    [[nodiscard]] SupplyTrack::Replaced causeOf(const SupplyTrack& track,
                                                std::uint32_t row,
                                                const Before& before,
                                                std::int32_t percent) const {
        const auto serial = get(n_.supplySerial, row);
        if (before.serial && serial && !before.serial->stringView().empty() &&
            !serial->stringView().empty() && *before.serial != *serial) {
            return SupplyTrack::Replaced::BySerial;
        }
        const auto known = std::max(percentOf(before.percent), std::int32_t{track.previous});
        const bool rose = levelsRead_ && known >= 0 && percent >= known + kReplacementRise;
        // Put back, or awake again: it is what it was before a fall that was none.
        const bool cameBack = fellAway(track) && percent <= track.fellFrom;
        return rose && !cameBack ? SupplyTrack::Replaced::ByLevel : SupplyTrack::Replaced::Never;
    }

    /// Where only full and empty are told, a fall from 100 to 0 is how it runs out.
    static bool fellAway(const SupplyTrack& track) { return track.fine && track.fellFrom >= 0; }

    /// What was left when it went: two reads may have seen 0 in a machine without a cartridge.
    static std::int32_t levelAtRemoval(const SupplyTrack& track, const Before& before) {
        const auto percent = percentOf(before.percent);
        const auto last = percent >= 0 ? percent : std::int32_t{track.previous};
        return fellAway(track) ? std::int32_t{track.fellFrom} : last;
    }

    void replace(SupplyTrack& track,
                 std::uint32_t row,
                 const Before& before,
                 SupplyTrack::Replaced cause) {
        const auto last = get(n_.supplyLastReplaced, row);
        const bool known = track.replaced != SupplyTrack::Replaced::Never &&
                           track.replaced != cause && last &&
                           context_.now - last->asTime() < kOneReplacement;
        if (!known) {
            writeHistory(track, row, before);
            tell(track, row, before);
            if (!fromDevice(n_.supplyReplacementCount, row)) {
                const auto count = get(n_.supplyReplacementCount, row);
                changes_.setUnsigned(inRow(n_.supplyReplacementCount, row),
                                     (count ? count->asUnsigned() : 0) + 1);
            }
            changes_.setTime(inRow(n_.supplyLastReplaced, row), context_.now);
            track.hasStart = false;
            track.startIsInstall = countOf(row).has_value();
        }
        if (cause == SupplyTrack::Replaced::BySerial && !fromDevice(n_.supplyInstallDate, row)) {
            changes_.setTime(inRow(n_.supplyInstallDate, row), context_.now);
        }
        track.replaced = cause;
        if (!known) {
            track.removedAt =
                static_cast<std::int8_t>(std::clamp(levelAtRemoval(track, before), -1, 100));
        }
        track.levels.clear();
        track.smallestStep = 0;
        track.previous = -1;
        track.fellFrom = -1;
    }

    /// A supply that goes with more than its Low threshold in it was replaced too early.
    void tell(const SupplyTrack& track, std::uint32_t row, const Before& before) const {
        const auto percent = levelAtRemoval(track, before);
        const auto low = percentOf(get(n_.supplyLowThreshold, row));
        const auto alias = get(n_.supplyAlias, row);
        const auto name = alias ? alias->text() : std::to_string(row);
        const auto category = get(n_.supplyClass, row);
        const bool consumed = !category || category->stringView() != "Filled";
        if (consumed && low >= 0 && percent > low) {
            LOG_WARNING("fleet", "supply.replaced_early", {"device", context_.device},
                        {"supply", name}, {"level", percent});
        } else {
            LOG_INFO("fleet", "supply.replaced", {"device", context_.device}, {"supply", name},
                     {"level", percent});
        }
    }

    void writeHistory(const SupplyTrack& track, std::uint32_t row, const Before& before) {
        const auto alias = get(n_.supplyAlias, row);
        const model::InstanceTable::RowKey key{
            .key =
                (alias ? alias->text() : std::to_string(row)) + "@" + formatDateTime(context_.now),
            .preferred = {}};
        const auto target =
            state_.instances
                .resolve(n_.supplyHistoryTable, serviceInstance(), std::span(&key, 1), context_.now)
                .front();
        const auto put = [&](model::ParamIndex param, const Field& value) {
            if (value) {
                changes_.set(inRow(param, target), *value, model::Source::Gateway);
            }
        };
        put(n_.replacedAlias, alias);
        put(n_.replacedPartNumber, before.partNumber);
        put(n_.replacedSerial, before.serial);
        // The last replacement seen is when the old one came.
        put(n_.replacedInstallDate,
            before.installDate ? before.installDate : get(n_.supplyLastReplaced, row));
        changes_.setTime(inRow(n_.replacedTime, target), context_.now);
        changes_.setInt(inRow(n_.replacedLevel, target), levelAtRemoval(track, before));
        put(n_.replacedImpressions, before.impressions);
        put(n_.replacedCoverage, before.coverage);
        state_.keepNewest(n_.supplyHistoryTable, kSupplyHistorySize);
    }

    /// True if the level is another one than before.
    bool noteLevel(SupplyTrack& track,
                   const Before* before,
                   std::int32_t percent,
                   bool replaced) const {
        const auto old = before != nullptr && !replaced ? percentOf(before->percent) : -1;
        if (percent >= 0) {
            track.levels.add(today_, percent);
            track.fine = track.fine || percent % kUsualStep != 0;
        }
        if (old >= 0) {
            track.previous = static_cast<std::int8_t>(std::min(old, 100));
        }
        const auto fall = percent >= 0 && old > percent ? old - percent : 0;
        if (percent >= 0 && old >= 0 && percent != old) {
            noteMove(track, old, percent);
        }
        if (fall > 0 && (track.smallestStep == 0 || fall < track.smallestStep)) {
            track.smallestStep = static_cast<std::uint8_t>(std::min(fall, 100));
        }
        return replaced || old != percent;
    }

    /// A fall to nothing, or to where the one before ended, that no printing explains is kept in
    /// mind until the level moves on.
    void noteMove(SupplyTrack& track, std::int32_t old, std::int32_t percent) const {
        const auto fall = old - percent;
        const bool sudden = fall >= kReplacementRise && lastLevels_ &&
                            context_.now - lastLevels_->asTime() < kSudden &&
                            (percent == 0 || percent == track.removedAt);
        track.fine = track.fine || (fall > 0 && fall < kReplacementRise);
        track.fellFrom = sudden ? static_cast<std::int8_t>(std::clamp(
                                      std::max(old, std::int32_t{track.fellFrom}), 0, 100))
                                : std::int8_t{-1};
    }

    /// Impressions made with this supply.
    void noteCount(SupplyTrack& track, std::uint32_t row, std::int32_t percent) {
        const auto& count = countOf(row);
        if (!count) {
            return;
        }
        const auto now = count->asUnsigned();
        if (track.hasStart && now < track.startCount) {
            track.hasStart = false;  // another counter
            track.startIsInstall = false;
        }
        if (!track.hasStart) {
            track.hasStart = true;
            track.startCount = now;
            track.startLevel = static_cast<std::int8_t>(std::clamp(percent, -1, 100));
        }
        if (track.startIsInstall && !fromDevice(n_.supplyImpressions, row)) {
            changes_.setUnsigned(inRow(n_.supplyImpressions, row), now - track.startCount);
        }
    }

    void estimate(const SupplyTrack& track, std::uint32_t row, std::int32_t percent) {
        EstimateInputs in;
        in.percent = percent;
        const auto levelState = get(n_.supplyLevelState, row);
        in.noLimit = levelState && levelState->stringView() == "NoLimit";
        if (const auto told = get(n_.supplyDaysLeft, row);
            told && fromDevice(n_.supplyDaysLeft, row)) {
            in.told = told->asInt();
        }
        in.coarse = track.smallestStep >= kCoarseStep;
        in.trend = track.levels.pace();
        in.yield = yieldOf(row);
        if (const auto used = get(n_.supplyImpressions, row)) {
            in.used = used->asUnsigned();
        }
        if (in.yield != 0) {
            in.daily = state_.supplies.dailyUse(usesColor(row));
        }
        const auto& count = countOf(row);
        const auto fall = track.startLevel - percent;
        if (count && track.hasStart && percent >= 0 && fall >= LevelHistory::kSmallestFall &&
            count->asUnsigned() > track.startCount) {
            in.perPoint = static_cast<double>(count->asUnsigned() - track.startCount) / fall;
        }
        write(row, estimateSupply(in));
    }

    /// Without an estimate nothing appears; what is there already says that it is not known.
    void write(std::uint32_t row, const Estimate& left) {
        const bool none = left.days < 0 && left.dailyUse < 0;
        if (none && !get(n_.supplyEstimateMethod, row)) {
            return;
        }
        constexpr double kHundredths = 100;
        changes_.setInt(inRow(n_.supplyDailyUse, row),
                        left.dailyUse < 0 ? -1 : std::lround(left.dailyUse * kHundredths));
        if (!fromDevice(n_.supplyImpressionsLeft, row)) {
            changes_.setInt(inRow(n_.supplyImpressionsLeft, row), left.impressions);
        }
        if (!fromDevice(n_.supplyDaysLeft, row)) {
            changes_.setInt(inRow(n_.supplyDaysLeft, row), left.days);
        }
        changes_.setInt(inRow(n_.supplyDaysLow, row), left.low);
        changes_.setInt(inRow(n_.supplyDaysHigh, row), left.high);
        // To the day, so that it does not move with every read.
        const WallTime midnight{std::chrono::days{today_}};
        changes_.setTime(inRow(n_.supplyDepletionTime, row),
                         left.days < 0 ? kUnknownTime : midnight + std::chrono::days{left.days});
        changes_.setText(inRow(n_.supplyEstimateMethod, row), left.method);
    }

    PrinterState& state_;
    const ApplyContext& context_;
    const WellKnown& n_;
    bool levelsRead_;
    ChangeRecorder& changes_;
    std::int32_t today_;
    Field lastLevels_;  // when the levels were read before
    Field total_, color_;
};

SupplyWatch::SupplyWatch(const PrinterState& state, const WellKnown& n) {
    const auto rows = state.tree.rows(n.supplyTable, serviceInstance());
    before_.reserve(rows.size());
    for (const auto row : rows) {
        const auto get = [&](model::ParamIndex param) { return state.tree.get(inRow(param, row)); };
        before_.push_back({.row = row,
                           .level = get(n.supplyLevel),
                           .percent = get(n.supplyLevelPercent),
                           .serial = get(n.supplySerial),
                           .partNumber = get(n.supplyPartNumber),
                           .installDate = get(n.supplyInstallDate),
                           .impressions = get(n.supplyImpressions),
                           .coverage = get(n.supplyCoverage)});
    }
}

const SupplyWatch::Before* SupplyWatch::find(std::uint32_t row) const {
    const auto it = std::ranges::lower_bound(before_, row, {}, &Before::row);
    return it != before_.end() && it->row == row ? &*it : nullptr;
}

bool SupplyWatch::apply(PrinterState& state,
                        const ApplyContext& context,
                        bool levelsRead,
                        ChangeRecorder& changes) const {
    const auto& n = *context.names;
    const auto rows = state.tree.rows(n.supplyTable, serviceInstance());
    std::erase_if(state.supplies.tracks, [&](const SupplyTrack& track) {
        return !std::ranges::binary_search(rows, track.row);
    });
    Pass pass(state, context, levelsRead, changes);
    pass.noteUse(rows);
    bool replaced = false;
    for (const auto row : rows) {
        const model::ObjectRef ref{n.supplyTable, model::Instances{{1, row, 0}}};
        // What is missing keeps its last level, but that was not read.
        if (std::ranges::find(state.goneRows, ref) == state.goneRows.end()) {
            replaced = pass.look(row, find(row)) || replaced;
        }
    }
    return replaced;
}

void forgetFigures(const PrinterState& state,
                   const mibmap::Evaluation& evaluation,
                   const EvaluationApplier& applier,
                   const WellKnown& n,
                   ChangeRecorder& changes) {
    for (const auto row : state.tree.rows(n.supplyTable, serviceInstance())) {
        const auto ref = inRow(n.supplyDaysLeft, row);
        if (state.tree.sourceOf(ref) != model::Source::Snmp) {
            continue;
        }
        const bool told = std::ranges::any_of(evaluation.readings, [&](const auto& reading) {
            return reading.param == ref.param && applier.refOf(reading.param, reading.row) == ref;
        });
        const auto days = state.tree.get(ref);
        if (!told || !days || days->asInt() < 0 || days->asInt() > kLongestEstimateDays) {
            changes.erase(ref);
        }
    }
}

}  // namespace platen::fleet
