// SPDX-License-Identifier: Apache-2.0
#include "base/charset.hpp"
#include "base/text.hpp"
#include "mibmap/evaluator.hpp"

#include <algorithm>
#include <cstdlib>

namespace platen::mibmap {

namespace {

/// Most matches that one trim step replaces.
constexpr int kMaxReplacements = 64;

/// Value of a key of an IEEE 1284 device id: `MFG:Brother;CMD:PJL;`.
std::string_view deviceIdValue(std::string_view id, std::string_view key) {
    while (!id.empty()) {
        const std::size_t end = id.find(';');
        const std::string_view pair = id.substr(0, end);
        const std::size_t colon = pair.find(':');
        if (colon != std::string_view::npos &&
            text::equalsIgnoreCase(text::trim(pair.substr(0, colon)), key)) {
            return text::trim(pair.substr(colon + 1));
        }
        id = end == std::string_view::npos ? std::string_view{} : id.substr(end + 1);
    }
    return {};
}

bool isPlainAscii(std::string_view octets) {
    return std::all_of(octets.begin(), octets.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string_view trimBlanks(std::string_view octets) {
    while (!octets.empty() && octets.front() == ' ') {
        octets.remove_prefix(1);
    }
    while (!octets.empty() && octets.back() == ' ') {
        octets.remove_suffix(1);
    }
    return octets;
}

std::string applyTrims(const TrimList& trims, std::string text) {
    for (const TrimList::Step& step : trims.steps) {
        std::string done;
        for (int round = 0; round < (step.all ? kMaxReplacements : 1); ++round) {
            const auto match = step.pattern.find(text);
            if (!match) {
                break;
            }
            const auto [begin, end] = match->spans[0];
            done += text.substr(0, begin) + fillTemplate(step.replacement, *match, text);
            text.erase(0, end);
            if (end == 0) {
                break;  // an empty match would come again and again
            }
        }
        text.insert(0, done);
    }
    return std::string(text::trim(text));
}

std::string_view viewOf(const Datum& value, std::string& scratch) {
    if (value.kind() == Datum::Kind::Octets && isPlainAscii(value.view())) {
        return value.view();
    }
    if (value.kind() == Datum::Kind::Text || value.kind() == Datum::Kind::Constant) {
        return value.view();
    }
    scratch = value.toText();
    return scratch;
}

}  // namespace

std::string listItem(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case ',':
                out += "%2C";
                break;
            case '%':
                out += "%25";
                break;
            case ' ':
                out += "%20";
                break;
            case '\n':
                out += "%0A";
                break;
            default:
                out += c;
        }
    }
    return out;
}

void addListItems(std::vector<std::string>& items, std::string_view list) {
    for (const std::string_view item : text::split(list, ',')) {
        const bool known = std::find(items.begin(), items.end(), item) != items.end();
        if (!item.empty() && !known) {
            items.emplace_back(item);
        }
    }
}

std::string joinItems(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) {
        if (!out.empty()) {
            out += ',';
        }
        out += item;
    }
    return out;
}

// Charset rules of mfp-model 7.3; nearly all texts are ASCII and need no conversion.
Datum Evaluator::decoded(const Datum& value, int charset) const {
    if (value.kind() != Datum::Kind::Octets) {
        return value.none() ? Datum() : Datum::text(value.toText());
    }
    const std::string_view octets = value.view();
    if (isPlainAscii(octets)) {
        const std::string_view trimmed = trimBlanks(octets);
        if (trimmed.find_first_not_of("? ") == std::string_view::npos) {
            return Datum::text({});
        }
        return Datum::text(std::string(trimmed));
    }
    std::optional<CharsetMib> declared;
    if (charset == 1) {
        declared = s_.device.generalCharset;
    } else if (charset == 2) {
        declared = s_.device.consoleCharset;
    }
    return Datum::text(decodeText(octets, declared));
}

Datum Evaluator::textual(const Node& node, const Frame& frame) {
    const Datum value = run(node.args[0], frame);
    if (value.none() && node.op != Op::Concat) {
        return {};
    }
    std::string scratch;
    const std::string_view text = viewOf(value, scratch);
    switch (node.op) {
        case Op::Lower:
            return Datum::text(text::toLower(text));
        case Op::Trim:
            return Datum::text(std::string(text::trim(text)));
        case Op::Concat: {
            std::string out(text);
            for (std::size_t i = 1; i < node.args.size(); ++i) {
                std::string more;
                const Datum next = run(node.args[i], frame);
                out += viewOf(next, more);
            }
            return Datum::text(std::move(out));
        }
        case Op::Test:
            return Datum::of(node.pattern->find(text).has_value());
        case Op::Find: {
            const auto match = node.pattern->find(text);
            if (!match) {
                return {};
            }
            if (node.constant != nullptr) {
                return Datum::text(fillTemplate(node.constant->text, *match, text));
            }
            return Datum::text(
                std::string(match->group(text, node.pattern->groupCount() > 0 ? 1 : 0)));
        }
        case Op::Trims:
            return Datum::text(applyTrims(*node.trims, std::string(text)));
        case Op::Word:
            return Datum::constant(node.words->find(text));
        case Op::DeviceId: {
            std::string_view found = deviceIdValue(text, node.constant->text);
            for (std::size_t i = 1; found.empty() && i < node.args.size(); ++i) {
                found = deviceIdValue(text, node.args[i].constant->text);
            }
            return found.empty() ? Datum() : Datum::text(std::string(found));
        }
        default:
            return {};
    }
}

Datum Evaluator::translated(const Node& node, const Frame& frame) {
    const Datum value = run(node.args[0], frame);
    if (value.none()) {
        return {};
    }
    if (node.op == Op::Unenum) {
        const auto number = node.enumeration->numberOf(value.toText());
        return number ? Datum::of(*number) : Datum();
    }
    const Constant* found = nullptr;
    if (!node.enumeration->numbers.empty()) {
        if (const auto number = value.toNumber()) {
            found = node.enumeration->find(*number);
        }
    }
    if (found == nullptr && !node.enumeration->texts.empty()) {
        found = node.enumeration->find(std::string_view(value.toText()));
    }
    if (found != nullptr) {
        return Datum::constant(found);
    }
    return node.args.size() > 1 ? run(node.args[1], frame) : Datum();
}

Datum Evaluator::listOf(const Node& node, const Frame& frame) {
    std::vector<std::string> items;
    for (const Node& arg : node.args) {
        addListItems(items, run(arg, frame).toText());
    }
    return Datum::text(joinItems(items));
}

Datum Evaluator::worst(const Node& node, const Frame& frame) {
    const auto& names = node.names->names;
    std::ptrdiff_t best = -1;
    for (const Node& arg : node.args) {
        const std::string text = run(arg, frame).toText();
        const auto it = std::find_if(names.begin(), names.end(),
                                     [&](const Constant* name) { return name->text == text; });
        if (it != names.end()) {
            best = std::max(best, it - names.begin());
        }
    }
    return best < 0 ? Datum() : Datum::constant(names[static_cast<std::size_t>(best)]);
}

// PWG 5101.1 name of (feed, cross feed), either way round, within 2 mm (mfp-model 7.2).
Datum Evaluator::mediaName(const Node& node, const Frame& frame) {
    constexpr std::int64_t kTolerance = 2000;
    constexpr std::int64_t kMaxDimension = 100'000'000;
    const auto feed = number(node.args[0], frame);
    const auto cross = number(node.args[1], frame);
    if (!feed || !cross || *feed <= 0 || *cross <= 0 || *feed > kMaxDimension ||
        *cross > kMaxDimension) {
        return {};
    }
    const std::int64_t width = std::min(*feed, *cross);
    const std::int64_t length = std::max(*feed, *cross);
    const Constant* best = nullptr;
    std::int64_t bestOff = 2 * kTolerance + 1;
    for (const MediaTable::Size& size : node.media->sizes) {
        const std::int64_t offWidth = std::abs(std::min(size.width, size.length) - width);
        const std::int64_t offLength = std::abs(std::max(size.width, size.length) - length);
        if (offWidth <= kTolerance && offLength <= kTolerance && offWidth + offLength < bestOff) {
            best = size.name;
            bestOff = offWidth + offLength;
        }
    }
    if (best != nullptr) {
        return Datum::constant(best);
    }
    return Datum::text(text::cat({"custom_", std::to_string((width + 500) / 1000), "x",
                                  std::to_string((length + 500) / 1000), "mm"}));
}

}  // namespace platen::mibmap
