// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "base/varbind.hpp"
#include "mibmap/plan.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace platen::fleet {

/// Fingerprint of a printer's answer: 128 bits under a key of this process, so that two answers
/// with one fingerprint are not met by chance and cannot be made on purpose.
struct AnswerPrint {
    std::uint64_t low = 0, high = 0;

    friend bool operator==(const AnswerPrint&, const AnswerPrint&) = default;
};

/// Of the varbinds but clocks (mibmap::isClock), their order, types and octets, and of the printer
/// that is expected to give them.
[[nodiscard]] AnswerPrint printOf(std::span<const VarBind> varbinds,
                                  std::string_view serialNumber,
                                  std::string_view macAddress);

/// What an answer's meaning and effect depend on besides its varbinds. All count changes.
struct Circumstances {
    std::uint32_t translation = 0;  ///< mibmap::DeviceContext::revision
    std::uint32_t values = 0;       ///< model::Tree::overwrites
    std::uint32_t rows = 0;         ///< PrinterState::revision

    friend bool operator==(const Circumstances&, const Circumstances&) = default;
};

/// What one printer's groups answered last, as far as the same answer again would change nothing
/// but times of reading: then it need not be translated. thread: loop
class AnswerMemory {
  public:
    /// After this time a group is translated all the same: rows that are gone are removed by age,
    /// and the day on which a row was last seen is stored.
    static constexpr std::chrono::hours kLongest{24};

    /// The time of the last read, if that had this answer in these circumstances.
    [[nodiscard]] std::optional<WallTime> sameSince(mibmap::Group group,
                                                    const AnswerPrint& print,
                                                    const Circumstances& now,
                                                    WallTime time) const;
    /// After an answer was translated and put into the tree.
    void keep(mibmap::Group group,
              const AnswerPrint& print,
              const Circumstances& now,
              WallTime time);
    /// After the same answer came again.
    void readAgain(mibmap::Group group, WallTime time) {
        entry(group).read = time;
        ++repeats_;
    }
    void forget(mibmap::Group group) { entry(group) = {}; }
    void clear() { entries_ = {}; }
    /// Answers so far that were the same again.
    [[nodiscard]] std::uint32_t repeats() const { return repeats_; }

  private:
    struct Entry {
        AnswerPrint print;
        WallTime translated = kUnknownTime;  ///< Unknown: nothing is remembered.
        WallTime read = kUnknownTime;
        Circumstances circumstances;
    };
    [[nodiscard]] static std::size_t placeOf(mibmap::Group group) {
        return static_cast<std::size_t>(group) - static_cast<std::size_t>(mibmap::Group::Status);
    }
    [[nodiscard]] Entry& entry(mibmap::Group group) { return entries_.at(placeOf(group)); }

    std::array<Entry, mibmap::kPollGroups.size()> entries_;  // from Group::Status on
    std::uint32_t repeats_ = 0;
};

}  // namespace platen::fleet
