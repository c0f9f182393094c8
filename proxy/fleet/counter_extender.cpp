// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/counter_extender.hpp"

#include <array>

namespace platen::fleet {

namespace {

// Moduli seen in the field when the map names none (mfp-model 7.4.4).
constexpr std::array<std::uint64_t, 4> kCommonModuli{1ULL << 32U, 1ULL << 31U, 10'000'000ULL,
                                                     1'000'000ULL};

bool nearTop(std::uint64_t value, std::uint64_t modulus) {
    return value <= modulus && value >= modulus - modulus / 50;
}

/// What may have been printed since the last read, generously: 1.2 times the rated speed, and 1000.
std::uint64_t plausibleGrowth(const CounterState& state, const CounterInput& input) {
    constexpr std::uint64_t kSlack = 1000;
    if (input.ratedPerHour == 0 || state.lastRead == kUnknownTime || input.now <= state.lastRead) {
        return kSlack;
    }
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::seconds>(input.now - state.lastRead);
    const auto hours = static_cast<double>(elapsed.count()) / 3600.0;
    return static_cast<std::uint64_t>(1.2 * static_cast<double>(input.ratedPerHour) * hours) +
           kSlack;
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

void accept(CounterState& state, const CounterInput& input) {
    state.lastRaw = input.raw;
    state.lastRead = input.now;
    state.confirmCount = 0;
    state.suspectRaw = 0;
}

/// True once enough reads in a row agree; agreement allows for pages printed in between.
bool confirmed(CounterState& state, std::uint64_t raw, std::uint32_t needed) {
    constexpr std::uint64_t kDrift = 1000;
    const bool agrees =
        state.confirmCount > 0 && raw >= state.suspectRaw && raw - state.suspectRaw <= kDrift;
    state.confirmCount = agrees ? state.confirmCount + 1 : 1;
    state.suspectRaw = raw;
    return state.confirmCount >= needed;
}

CounterOutput onRise(CounterState& state, const CounterInput& input) {
    const bool jump =
        input.ratedPerHour != 0 && input.raw - state.lastRaw > plausibleGrowth(state, input);
    constexpr std::uint32_t kJumpConfirmations = 2;
    if (jump && !confirmed(state, input.raw, kJumpConfirmations)) {
        return {.value = state.value(), .suspect = true, .newEpoch = {}};
    }
    accept(state, input);
    return {.value = state.value(), .suspect = false, .newEpoch = {}};
}

CounterOutput onFall(CounterState& state, const CounterInput& input) {
    if (input.persistence == mibmap::Persistence::PowerOn && input.restarted) {
        state.base = 0;
        accept(state, input);
        return {.value = state.value(), .suspect = false, .newEpoch = {}};
    }
    if (const auto modulus = wrapModulus(state, input); modulus != 0) {
        state.base += modulus;
        accept(state, input);
        return {.value = state.value(), .suspect = false, .newEpoch = {}};
    }
    if (!confirmed(state, input.raw, kFallConfirmations)) {
        return {.value = state.value(), .suspect = true, .newEpoch = {}};
    }
    // The extended value stays where it was; it grows from here with the new raw counter.
    state.base = state.value() - input.raw;
    ++state.epoch;
    accept(state, input);
    return {.value = state.value(), .suspect = false, .newEpoch = EpochReason::CounterWentBack};
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
    }
    return "FirstRead";
}

CounterOutput extendCounter(CounterState& state, const CounterInput& input) {
    if (state.epoch == 0) {
        state = {};
        state.source = input.source;
        state.epoch = 1;
        accept(state, input);
        return {.value = state.value(), .suspect = false, .newEpoch = EpochReason::FirstRead};
    }
    if (state.source != input.source) {
        // Another object counts now (a map was added or corrected). The new number is what the new
        // source says: mixing two sources into one monotonic line would bill the difference. The
        // epoch tells billing that the base moved.
        state.source = input.source;
        state.base = 0;
        ++state.epoch;
        accept(state, input);
        return {.value = state.value(), .suspect = false, .newEpoch = EpochReason::SourceChange};
    }
    return input.raw >= state.lastRaw ? onRise(state, input) : onFall(state, input);
}

}  // namespace platen::fleet
