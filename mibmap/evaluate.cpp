// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/evaluator.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::mibmap {

Datum Evaluator::use(const VarBind* varbind) {
    if (varbind == nullptr) {
        return {};
    }
    if (s_.trace && s_.firstUsed == nullptr) {
        s_.firstUsed = varbind;
    }
    return Datum::of(varbind->value);
}

// Op is ordered by family; the most frequent nodes come first.
Datum Evaluator::run(const Node& node, const Frame& frame) {
    switch (node.op) {
        case Op::Constant:
            return Datum::constant(node.constant);
        case Op::Scalar:
            return use(s_.scalars[static_cast<std::size_t>(node.a)]);
        case Op::Cell:
            return frame.row == nullptr
                       ? Datum()
                       : use(frame.table
                                 ->cells[frame.row->cells + static_cast<std::size_t>(node.a)]);
        case Op::Decide:
            return decide(node, frame);
        case Op::Text:
            return decoded(run(node.args[0], frame), node.a);
        default:
            break;
    }
    if (node.op <= Op::PolledAddress) {
        return leaf(node, frame);
    }
    if (node.op <= Op::Present) {
        return choice(node, frame);
    }
    if (node.op <= Op::Bit) {
        return arithmetic(node, frame);
    }
    if (node.op <= Op::DeviceId) {
        return textual(node, frame);
    }
    if (node.op <= Op::Worst) {
        return naming(node, frame);
    }
    if (node.op <= Op::BitIndexes) {
        return octetal(node, frame);
    }
    return node.op <= Op::Row ? aggregate(node, frame) : condition(node);
}

Datum Evaluator::naming(const Node& node, const Frame& frame) {
    switch (node.op) {
        case Op::Enum:
        case Op::Unenum:
            return translated(node, frame);
        case Op::MediaName:
            return mediaName(node, frame);
        case Op::ListOf:
            return listOf(node, frame);
        case Op::Worst:
            return worst(node, frame);
        default:
            return {};
    }
}

Datum Evaluator::leaf(const Node& node, const Frame& frame) {
    switch (node.op) {
        case Op::Shared: {
            const auto index = static_cast<std::size_t>(node.a);
            if (s_.sharedKnown[index] == 0) {
                const VarBind* const before = std::exchange(s_.firstUsed, nullptr);
                s_.sharedKnown[index] = 1;
                s_.shared[index] = run(s_.program.shared[index].node, Frame{});
                s_.sharedUsed[index] = std::exchange(s_.firstUsed, before);
            }
            if (s_.firstUsed == nullptr) {
                s_.firstUsed = s_.sharedUsed[index];
            }
            return s_.shared[index];
        }
        case Op::New:
            return s_.newValue != nullptr ? *s_.newValue : Datum();
        case Op::Index: {
            const auto place = static_cast<std::size_t>(node.number - 1);
            return frame.row != nullptr && place < frame.row->index.size()
                       ? Datum::of(std::int64_t{frame.row->index[place]})
                       : Datum();
        }
        case Op::IndexText:
            return frame.row != nullptr ? Datum::text(Oid(frame.row->index).toString()) : Datum();
        case Op::OuterIndex:
            return frame.outer != nullptr && !frame.outer->index.empty()
                       ? Datum::of(std::int64_t{frame.outer->index.front()})
                       : Datum();
        case Op::DeviceIndex:
            return Datum::of(std::int64_t{s_.device.printerIndex});
        case Op::Now:
            return Datum::time(s_.now);
        case Op::PolledAddress: {
            const auto& oid = s_.device.polledAddressInterface;
            if (!oid || oid->size() < 4) {
                return {};
            }
            return Datum::text(Oid(oid->suffix(oid->size() - 4)).toString());
        }
        default:
            return {};
    }
}

Datum Evaluator::choice(const Node& node, const Frame& frame) {
    switch (node.op) {
        case Op::First:
            for (const Node& arg : node.args) {
                Datum value = run(arg, frame);
                if (!value.blank()) {
                    return value;
                }
            }
            return {};
        case Op::If:
            if (truthy(node.args[0], frame)) {
                return run(node.args[1], frame);
            }
            return node.args.size() > 2 ? run(node.args[2], frame) : Datum();
        case Op::And:
            return Datum::of(std::all_of(node.args.begin(), node.args.end(),
                                         [&](const Node& arg) { return truthy(arg, frame); }));
        case Op::Or:
            return Datum::of(std::any_of(node.args.begin(), node.args.end(),
                                         [&](const Node& arg) { return truthy(arg, frame); }));
        case Op::Not:
            return Datum::of(!truthy(node.args[0], frame));
        case Op::Equal:
            return Datum::of(run(node.args[0], frame).equals(run(node.args[1], frame)));
        case Op::Less:
        case Op::LessOrEqual: {
            const auto a = number(node.args[0], frame);
            const auto b = number(node.args[1], frame);
            return Datum::of(a && b && (node.op == Op::Less ? *a < *b : *a <= *b));
        }
        case Op::In: {
            const Datum value = run(node.args[0], frame);
            return Datum::of(
                std::any_of(node.args.begin() + 1, node.args.end(),
                            [&](const Node& arg) { return value.equals(run(arg, frame)); }));
        }
        case Op::Present:
            return Datum::of(!run(node.args[0], frame).none());
        default:
            return {};
    }
}

namespace {

bool holds(const CellTest& test, const Datum& value) {
    switch (test.kind) {
        case CellTest::Kind::Any:
            return true;
        case CellTest::Kind::Absent:
            return value.none();
        case CellTest::Kind::Present:
            return !value.none();
        case CellTest::Kind::True:
            return value.truthy();
        case CellTest::Kind::False:
            return !value.truthy();
        case CellTest::Kind::OneOf:
            return std::any_of(test.oneOf.begin(), test.oneOf.end(), [&](const Constant* wanted) {
                if (wanted->number) {
                    const auto n = value.toNumber();
                    return n && *n == *wanted->number;
                }
                return value.equals(Datum::constant(wanted));
            });
        case CellTest::Kind::Range: {
            const auto n = value.toNumber();
            return n && *n >= test.minimum.value_or(*n) && *n <= test.maximum.value_or(*n);
        }
    }
    return false;
}

}  // namespace

Datum Evaluator::decide(const Node& node, const Frame& frame) {
    const Decision& decision = *node.decision;
    // Inputs are worked out when a test first asks for them.
    std::array<std::optional<Datum>, Decision::kMaxInputs> inputs;
    for (const Decision::Row& row : decision.rows) {
        bool fits = true;
        for (std::size_t i = 0; fits && i < row.tests.size(); ++i) {
            if (row.tests[i].kind == CellTest::Kind::Any) {
                continue;
            }
            if (!inputs[i]) {
                inputs[i] = run(decision.inputs[i], frame);
            }
            fits = holds(row.tests[i], *inputs[i]);
        }
        if (fits) {
            return run(row.results[static_cast<std::size_t>(node.a)], frame);
        }
    }
    const auto column = static_cast<std::size_t>(node.a);
    return column < decision.otherwise.size() ? run(decision.otherwise[column], frame) : Datum();
}

std::string_view Evaluator::reasonSuffix(std::string_view severity) {
    if (severity == "Critical") {
        return "-error";
    }
    return severity == "Warning" ? "-warning" : "-report";
}

const std::vector<DetectedError>& Evaluator::errors() {
    if (s_.errors) {
        return *s_.errors;
    }
    s_.errors.emplace();
    const ErrorRules& rules = s_.program.errors;
    if (!rules.octets) {
        return *s_.errors;
    }
    const Datum value = run(*rules.octets, Frame{});
    const std::string_view octets = value.view();
    for (const ErrorBit& bit : rules.bits) {
        const auto place = static_cast<std::size_t>(bit.bit / 8);
        const unsigned mask = 0x80U >> static_cast<unsigned>(bit.bit % 8);
        if (place < octets.size() && (static_cast<unsigned char>(octets[place]) & mask) != 0) {
            s_.errors->push_back({&bit, run(bit.severity, Frame{}).toText()});
        }
    }
    return *s_.errors;
}

}  // namespace platen::mibmap
