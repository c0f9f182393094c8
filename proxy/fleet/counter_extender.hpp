// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "mibmap/evaluation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::fleet {

/// Why a counter's epoch moved (Counters.EpochReason).
enum class EpochReason : std::uint8_t { FirstRead, CounterWentBack, SourceChange };

[[nodiscard]] std::string_view toString(EpochReason reason);

/// What is remembered of one counter between reads; stored as CounterRow.
struct CounterState {
    std::string source;
    std::uint32_t epoch = 0;  ///< 0: never read.
    std::uint64_t base = 0;
    std::uint64_t lastRaw = 0;
    std::uint32_t confirmCount = 0;  ///< Reads in a row that agreed on a fall or a jump.
    std::uint64_t suspectRaw = 0;
    WallTime lastRead = kUnknownTime;

    /// The extended value: monotonic, 64 bits.
    [[nodiscard]] std::uint64_t value() const { return base + lastRaw; }
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
};

/// Outcome of one reading.
struct CounterOutput {
    std::uint64_t value = 0;
    bool suspect = false;  ///< A jump or a fall that waits for confirmation.
    std::optional<EpochReason> newEpoch;
};

/// Reads that must agree before a fall is believed (mfp-model 7.4.5).
inline constexpr std::uint32_t kFallConfirmations = 3;

/// Extends a raw counter by the rules of mfp-model 7.4: wraps are added up, falls are confirmed
/// before an epoch begins, and the value never goes back (except power-on counters after a
/// restart). Pure. A stored value is never clamped to 0.
[[nodiscard]] CounterOutput extendCounter(CounterState& state, const CounterInput& input);

}  // namespace platen::fleet
