// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/counter_extender.hpp"

#include <algorithm>
#include <array>

namespace platen::fleet {

namespace {

// Moduli seen in the field when the map names none (mfp-model 7.4.4).
constexpr std::array<std::uint64_t, 4> kCommonModuli{1ULL << 32U, 1ULL << 31U, 10'000'000ULL,
                                                     1'000'000ULL};

bool nearTop(std::uint64_t value, std::uint64_t modulus) {
    return value <= modulus && value >= modulus - modulus / 50;
}

/// Allowed beyond what the rated speed explains.
constexpr std::uint64_t kSlack = 1000;
/// The same between two reads if a wrong guess costs little.
constexpr std::uint64_t kStepSlack = 20;

/// What may have been printed since the last read, generously: 1.2 times the rated speed, and
/// `slack`.
std::uint64_t growthSince(const CounterState& state,
                          const CounterInput& input,
                          std::uint64_t slack) {
    if (input.ratedPerHour == 0 || state.lastRead == kUnknownTime || input.now <= state.lastRead) {
        return kSlack;
    }
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::seconds>(input.now - state.lastRead);
    const auto hours = static_cast<double>(elapsed.count()) / 3600.0;
    return static_cast<std::uint64_t>(1.2 * static_cast<double>(input.ratedPerHour) * hours) +
           slack;
}

std::uint64_t plausibleGrowth(const CounterState& state, const CounterInput& input) {
    return growthSince(state, input, kSlack);
}

/// The modulus that explains a fall as a wrap, or 0.
std::uint64_t wrapModulus(const CounterState& state, const CounterInput& input) {
    const auto limit = plausibleGrowth(state, input);
    const auto fits = [&](std::uint64_t modulus) {
        return nearTop(state.lastRaw, modulus) && modulus - state.lastRaw + input.raw <= limit;
    };
    if (input.modulus != 0) {
        return fits(input.modulus) ? input.modulus : 0;
    }
    for (const auto modulus : kCommonModuli) {
        if (fits(modulus)) {
            return modulus;
        }
    }
    return 0;
}

CounterOutput held(const CounterState& state) {
    return {.value = state.value(), .suspect = true};
}

/// Before base and last raw value are replaced by those of the fallen counter.
void rememberFall(CounterState& state) {
    state.baseBeforeFall = state.base;
    state.rawBeforeFall = state.lastRaw;
}

void accept(CounterState& state, const CounterInput& input) {
    state.lastRaw = input.raw;
    state.lastRead = input.now;
    state.confirmCount = 0;
    state.suspectRaw = 0;
    state.suspectRead = kUnknownTime;
}

/// True once enough reads in a row agree with the first of them, which stays in suspectRaw;
/// agreement allows for pages printed in between. A 0 that turns into nearly the last value was a
/// moment of the start, not the beginning of a new count.
bool confirmed(CounterState& state, const CounterInput& input, std::uint32_t needed) {
    constexpr std::uint64_t kDrift = 1000;
    const auto raw = input.raw;
    const bool fromZero = state.suspectRaw == 0;
    const bool agrees = state.confirmCount > 0 && raw >= state.suspectRaw &&
                        raw - state.suspectRaw <= kDrift && (!fromZero || raw <= state.lastRaw / 2);
    // A clock that was set back does not hold a fall for ever.
    const auto since = input.now - state.suspectRead;
    if (agrees && since >= since.zero() && since < kConfirmationSpacing) {
        return false;
    }
    state.confirmCount = agrees ? state.confirmCount + 1 : 1;
    state.suspectRaw = agrees ? state.suspectRaw : raw;
    state.suspectRead = input.now;
    return state.confirmCount >= needed;
}

CounterOutput onReturn(CounterState& state, const CounterInput& input) {
    // What was counted meanwhile stays; what was before is not counted a second time.
    const auto value = std::max(state.value(), state.baseBeforeFall + input.raw);
    state.base = value - input.raw;
    state.rawBeforeFall = 0;
    ++state.epoch;
    accept(state, input);
    return {.value = value, .newEpoch = EpochReason::OperatorReset};
}

CounterOutput onRise(CounterState& state, const CounterInput& input) {
    const bool withOthers =
        input.returned && state.rawBeforeFall > state.lastRaw && input.raw >= state.rawBeforeFall;
    if (withOthers || counterCameBack(state, input)) {
        return onReturn(state, input);
    }
    const bool jump =
        input.ratedPerHour != 0 && input.raw - state.lastRaw > plausibleGrowth(state, input);
    constexpr std::uint32_t kJumpConfirmations = 2;
    if (jump && !confirmed(state, input, kJumpConfirmations)) {
        return held(state);
    }
    accept(state, input);
    return {.value = state.value()};
}

/// The extended value goes on from where it was, with the pages since the raw value was `first`.
void beginAnew(CounterState& state, std::uint64_t first, const CounterInput& input) {
    rememberFall(state);
    state.base = state.value() - first;
    ++state.epoch;
    accept(state, input);
}

/// Octets and packets: they wrap at any time, and begin at 0 when the network card does.
CounterOutput onTrafficFall(CounterState& state, const CounterInput& input) {
    const bool wrapped = !input.restarted && input.modulus != 0 &&
                         state.lastRaw >= input.modulus / 2 && input.raw < input.modulus / 2;
    state.base = wrapped ? state.base + input.modulus : 0;
    accept(state, input);
    return {.value = state.value()};
}

CounterOutput onFall(CounterState& state, const CounterInput& input) {
    if (!input.pages) {
        return onTrafficFall(state, input);
    }
    if (input.persistence == mibmap::Persistence::PowerOn && input.restarted) {
        state.base = 0;
        accept(state, input);
        return {.value = state.value()};
    }
    if (input.raw == 0 && input.now - state.lastRead < kZeroBelieved) {
        // Printers say 0 while they start, sleep or fail. As long as it is 0 there is nothing to
        // count; what follows tells whether it began anew.
        state.confirmCount = 1;
        state.suspectRaw = 0;
        state.suspectRead = input.now;
        return held(state);
    }
    if (const auto modulus = wrapModulus(state, input); modulus != 0) {
        rememberFall(state);
        state.base += modulus;
        accept(state, input);
        return {.value = state.value()};
    }
    if (const auto lost = state.lastRaw - input.raw; input.restarted && lost <= kPowerLossLag) {
        // These pages were printed, but not yet in its memory when the power went: no new count.
        state.base += lost;
        accept(state, input);
        return {.value = state.value(), .lostPages = lost};
    }
    if (!confirmed(state, input, kFallConfirmations)) {
        return held(state);
    }
    beginAnew(state, state.suspectRaw, input);
    return {.value = state.value(), .newEpoch = EpochReason::CounterWentBack};
}

}  // namespace

std::string_view toString(EpochReason reason) {
    switch (reason) {
        case EpochReason::FirstRead:
            return "FirstRead";
        case EpochReason::CounterWentBack:
            return "CounterWentBack";
        case EpochReason::SourceChange:
            return "SourceChange";
        case EpochReason::OperatorReset:
            return "OperatorReset";
    }
    return "FirstRead";
}

bool counterCameBack(const CounterState& state, const CounterInput& input) {
    return state.rawBeforeFall > state.lastRaw && input.raw >= state.rawBeforeFall &&
           state.rawBeforeFall - state.lastRaw > growthSince(state, input, kStepSlack) &&
           input.raw - state.rawBeforeFall <= plausibleGrowth(state, input);
}

bool believeZero(CounterState& state, const CounterInput& input) {
    const bool waits =
        state.confirmCount > 0 && state.suspectRaw == 0 && input.raw == 0 && state.lastRaw > 0;
    if (waits) {
        beginAnew(state, 0, input);
    }
    return waits;
}

CounterOutput extendCounter(CounterState& state, const CounterInput& input) {
    if (state.epoch == 0) {
        state = {};
        state.source = input.source;
        state.epoch = 1;
        accept(state, input);
        return {.value = state.value(), .newEpoch = EpochReason::FirstRead};
    }
    if (state.source != input.source) {
        // Another object counts now (a map was added or corrected). The new number is what the new
        // source says: mixing two sources into one monotonic line would bill the difference. The
        // epoch tells billing that the base moved.
        state.source = input.source;
        state.base = 0;
        state.rawBeforeFall = 0;
        ++state.epoch;
        accept(state, input);
        return {.value = state.value(), .newEpoch = EpochReason::SourceChange};
    }
    return input.raw >= state.lastRaw ? onRise(state, input) : onFall(state, input);
}

}  // namespace platen::fleet
