// SPDX-License-Identifier: Apache-2.0
#include "mibmap/evaluator.hpp"

#include <algorithm>
#include <limits>

namespace platen::mibmap {

namespace {

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

/// value * multiplier / divisor, rounded to nearest. Negative specials pass unchanged (mfp-model
/// 7.2: never multiplied).
Datum scaled(std::int64_t value, std::int64_t multiplier, std::int64_t divisor) {
    if (value < 0) {
        return Datum::of(value);
    }
    std::int64_t product = 0;
    if (multiplier < 0 || __builtin_mul_overflow(value, multiplier, &product) ||
        __builtin_add_overflow(product, divisor / 2, &product)) {
        return {};
    }
    return Datum::of(product / divisor);
}

/// Share of a capacity in percent, rounded down; 1 if something is left (mfp-model 7.1, step 4).
Datum percentOf(std::int64_t level, std::int64_t capacity) {
    if (capacity <= 0 || level < 0) {
        return {};
    }
    if (level >= capacity) {
        return Datum::of(std::int64_t{100});
    }
    const std::int64_t percent =
        level > kHuge / 100 ? level / (capacity / 100) : level * 100 / capacity;
    return Datum::of(level > 0 ? std::clamp<std::int64_t>(percent, 1, 100) : percent);
}

}  // namespace

std::optional<std::int64_t> Evaluator::number(const Node& node, const Frame& frame) {
    const Datum value = run(node, frame);
    auto found = value.toNumber();
    if (!found && value.kind() == Datum::Kind::Octets && !value.view().empty()) {
        s_.problem(R"(a text stands where a number belongs: ")" + value.toText().substr(0, 40) +
                   R"(")");
    }
    return found;
}

Datum Evaluator::arithmetic(const Node& node, const Frame& frame) {
    const auto first = number(node.args[0], frame);
    if (!first) {
        return {};
    }
    std::int64_t result = *first;
    switch (node.op) {
        case Op::Number:
            return Datum::of(result);
        case Op::Scale:
            return scaled(result, node.number, node.divisor);
        case Op::Clamp:
            return Datum::of(std::clamp(result, node.number, std::max(node.number, node.divisor)));
        case Op::Mask:
            return Datum::of(result & node.number);
        case Op::Bit:
            return node.number >= 0 && node.number < 63
                       ? Datum::of((result >> node.number & 1) != 0)
                       : Datum();
        case Op::Divide:
            return node.number > 0 ? Datum::of(result / node.number) : Datum();
        default:
            break;
    }
    for (std::size_t i = 1; i < node.args.size(); ++i) {
        const auto next = number(node.args[i], frame);
        if (!next) {
            return {};
        }
        if (node.op == Op::Percent) {
            return percentOf(result, *next);
        }
        const bool overflow = node.op == Op::Add ? __builtin_add_overflow(result, *next, &result)
                              : node.op == Op::Subtract
                                  ? __builtin_sub_overflow(result, *next, &result)
                                  : __builtin_mul_overflow(result, *next, &result);
        if (overflow) {
            return {};
        }
    }
    return Datum::of(result);
}

}  // namespace platen::mibmap
