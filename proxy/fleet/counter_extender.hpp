// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "mibmap/evaluation.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::fleet {

/// Why a counter's epoch moved (Counters.EpochReason).
enum class EpochReason : std::uint8_t { FirstRead, CounterWentBack, SourceChange, OperatorReset };

[[nodiscard]] std::string_view toString(EpochReason reason);

/// What is remembered of one counter between reads; stored as CounterRow.
struct CounterState {
    std::string source;
    std::uint32_t epoch = 0;  ///< 0: never read.
    std::uint64_t base = 0;
    std::uint64_t lastRaw = 0;
    std::uint32_t confirmCount = 0;  ///< Reads in a row that agreed on a fall or a jump.
    std::uint64_t suspectRaw = 0;    ///< The first of them.
    WallTime lastRead = kUnknownTime;
    WallTime suspectRead = kUnknownTime;  ///< When a read last agreed.
    /// As they were before the last fall or wrap: a counter may come back.
    std::uint64_t baseBeforeFall = 0;
    std::uint64_t rawBeforeFall = 0;  ///< 0: no fall seen.

    /// The extended value: monotonic, 64 bits.
    [[nodiscard]] std::uint64_t value() const { return base + lastRaw; }
    friend bool operator==(const CounterState&, const CounterState&) = default;
};

/// One raw reading of a counter with what is known around it.
struct CounterInput {
    std::uint64_t raw = 0;
    std::uint64_t modulus = 0;  ///< 0 = not known.
    mibmap::Persistence persistence = mibmap::Persistence::Lifetime;
    std::string_view source;
    WallTime now = kUnknownTime;
    bool restarted = false;          ///< The device restarted since the last read.
    std::uint64_t ratedPerHour = 0;  ///< Rated speed; 0 = not known: no jump test.
    bool pages = true;               ///< False: octets and the like, which may grow by any number.
    bool returned = false;           ///< Another counter of the printer came back to where it was.
};

/// Outcome of one reading.
struct CounterOutput {
    std::uint64_t value = 0;
    bool suspect = false;  ///< A jump or a fall that waits for confirmation.
    std::optional<EpochReason> newEpoch{};
    std::uint64_t lostPages = 0;  ///< That the printer forgot when its power went.
};

/// A fall of at most this after a restart is what the printer had not yet stored (up to nine sheets
/// on both sides, billing-and-security A2): the value goes on without a new epoch.
inline constexpr std::uint64_t kPowerLossLag = 20;

/// A counter that is 0 for so long did begin anew.
inline constexpr std::chrono::hours kZeroBelieved{7 * 24};

/// Reads that must agree before a fall is believed (mfp-model 7.4.5).
inline constexpr std::uint32_t kFallConfirmations = 3;
/// Reads that follow sooner (a refresh, the first poll of a gateway that was started again) are one
/// look at the same moment.
inline constexpr std::chrono::seconds kConfirmationSpacing{30};

/// Extends a raw counter by the rules of mfp-model 7.4: wraps are added up, falls are confirmed
/// before an epoch begins (pages printed meanwhile count), a counter that comes back to where it
/// was is not counted twice, and the value never goes back (except power-on counters after a
/// restart). Pure. A stored value is never clamped to 0; a raw 0 decides nothing.
[[nodiscard]] CounterOutput extendCounter(CounterState& state, const CounterInput& input);

/// True if the counter had fallen and now, in one step that no printing explains, is where it was:
/// the smaller numbers were none of it, or service put the number back after a change of the board.
[[nodiscard]] bool counterCameBack(const CounterState& state, const CounterInput& input);
/// Takes a 0 that waits for what follows as a new beginning, because other counters of the printer
/// began anew. False if there is none.
bool believeZero(CounterState& state, const CounterInput& input);

}  // namespace platen::fleet
