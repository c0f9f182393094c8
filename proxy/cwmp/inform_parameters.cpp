// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/inform_parameters.hpp"

#include "base/text.hpp"
#include "mfp-datamodel/list.hpp"
#include "proxy/cwmp/event_queue.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace platen::cwmp {
namespace {

constexpr std::string_view kTable = "Device.ManagementServer.InformParameter.{i}.";

/// A parameter of the model; an instance number of 0 stands for `*`.
struct Pattern {
    model::ParamIndex param;
    model::Instances instances;
};

/// `Device.A.*.B` as a pattern; nothing if it is not the full name of a parameter.
std::optional<Pattern> parsePattern(const model::PathCodec& codec, std::string_view name) {
    std::string plain;
    std::array<bool, model::kMaxDepth> wild{};
    std::size_t level = 0;
    for (const auto piece : text::split(name, '.')) {
        const bool star = piece == "*";
        plain += plain.empty() ? "" : ".";
        plain += star ? std::string_view("1") : piece;
        if (star || text::toUnsigned(piece)) {
            if (level == model::kMaxDepth) {
                return std::nullopt;
            }
            wild.at(level++) = star;
        }
    }
    const auto path = codec.parse(plain);
    if (!path || path->kind != model::Path::Kind::Parameter) {
        return std::nullopt;
    }
    Pattern pattern{path->param, path->instances};
    for (std::size_t i = 0; i < level; ++i) {
        if (wild.at(i)) {
            pattern.instances.numbers.at(i) = 0;
        }
    }
    return pattern;
}

/// Finds the parameters of one device that a pattern means.
class Expansion {
  public:
    Expansion(const model::Tree& tree, std::vector<model::ParamRef>& found)
        : tree_(tree), found_(found) {}

    void run(const Pattern& pattern) {
        const auto& schema = tree_.schema();
        const auto* object = &schema.object(schema.param(pattern.param).object);
        depth_ = object->depth;
        while (true) {
            if (object->table) {
                tables_.at(object->depth - std::size_t{1}) = object->index;
            }
            if (!object->parent) {
                break;
            }
            object = &schema.object(*object->parent);
        }
        descend(pattern, 0, {});
    }

  private:
    void descend(const Pattern& pattern, std::size_t level, const model::Instances& above) {
        if (level == depth_) {
            const model::ParamRef ref{pattern.param, above};
            const bool room = found_.size() < kMaxInformParameters;
            if (room && tree_.get(ref) && std::ranges::find(found_, ref) == found_.end()) {
                found_.push_back(ref);
            }
            return;
        }
        if (const auto number = pattern.instances.numbers.at(level); number != 0) {
            descend(pattern, level + 1, above.with(level, number));
            return;
        }
        for (const auto number : tree_.rows(tables_.at(level), above)) {
            if (found_.size() >= kMaxInformParameters) {
                return;
            }
            descend(pattern, level + 1, above.with(level, number));
        }
    }

    const model::Tree& tree_;
    std::vector<model::ParamRef>& found_;
    std::size_t depth_ = 0;
    std::array<model::ObjectIndex, model::kMaxDepth> tables_{};
};

std::string textOf(const model::Tree& tree,
                   std::optional<model::ParamIndex> param,
                   const model::Instances& row) {
    const auto value = param ? tree.get({*param, row}) : std::nullopt;
    return value ? value->text() : std::string();
}

/// An empty list means all events but `4 VALUE CHANGE` (TR-181). The blank of an event code may be
/// encoded, `1%20BOOT` (C-DT-07), or not: ACSs write both.
bool matches(std::string_view eventList, std::span<const EventStruct> events) {
    const auto items = model::splitListOfTexts(eventList);
    if (!items || items->empty()) {
        const auto valueChange = toString(EventCode::ValueChange);
        return std::ranges::any_of(
            events, [&](const EventStruct& event) { return event.code != valueChange; });
    }
    return std::ranges::any_of(events, [&](const EventStruct& event) {
        return std::ranges::find(*items, event.code) != items->end();
    });
}

/// Looks at assignments to one device's rows.
class Checker {
  public:
    Checker(const InformParams& params,
            const model::PathCodec& codec,
            const model::Tree& tree,
            std::span<const fleet::Assignment> assignments)
        : params_(params), codec_(codec), tree_(tree), assignments_(assignments) {}

    [[nodiscard]] std::string_view refusal(const fleet::Assignment& assignment) const {
        const auto text = assignment.value.text();
        const auto& ref = assignment.ref;
        if (params_.parameterName == ref.param) {
            if (const auto why = nameRefusal(text); !why.empty()) {
                return why;
            }
            return !text.empty() && taken(ref, text) ? "another row has this name"
                                                     : std::string_view{};
        }
        if (params_.eventList == ref.param) {
            return listRefusal(text);
        }
        if (params_.alias == ref.param) {
            if (text.starts_with("cpe-") && text != textOf(tree_, params_.alias, ref.instances)) {
                return "cpe- is for names of the device's own";
            }
            return taken(ref, text) ? "another row has this alias" : std::string_view{};
        }
        return {};
    }

  private:
    [[nodiscard]] std::string_view nameRefusal(std::string_view name) const {
        if (name.empty()) {
            return {};
        }
        const auto pattern = parsePattern(codec_, name);
        if (!pattern) {
            return "not the full name of a parameter";
        }
        return codec_.schema().param(pattern->param).forcedInform
                   ? "every Inform has this parameter"
                   : std::string_view{};
    }

    static std::string_view listRefusal(std::string_view list) {
        const auto items = model::splitListOfTexts(list);
        if (!items || items->size() > kMaxEventListItems) {
            return "no list of events, or too many of them";
        }
        return std::ranges::find(*items, toString(EventCode::ValueChange)) != items->end()
                   ? "4 VALUE CHANGE is not allowed"
                   : std::string_view{};
    }

    /// Whether another row has or gets the same text.
    [[nodiscard]] bool taken(const model::ParamRef& ref, const std::string& text) const {
        const auto rows = tree_.rows(*params_.table, {});
        return std::ranges::any_of(rows, [&](std::uint32_t number) {
            const model::ParamRef other{ref.param, model::Instances{{number, 0, 0}}};
            if (other == ref) {
                return false;
            }
            const auto set = std::ranges::find(assignments_, other, &fleet::Assignment::ref);
            return (set != assignments_.end()
                        ? set->value.text()
                        : textOf(tree_, other.param, other.instances)) == text;
        });
    }

    const InformParams& params_;
    const model::PathCodec& codec_;
    const model::Tree& tree_;
    std::span<const fleet::Assignment> assignments_;
};

}  // namespace

InformParams InformParams::find(const model::Schema& schema) {
    InformParams params;
    params.table = schema.findObject(kTable);
    if (params.table) {
        params.enable = schema.findParam(*params.table, "Enable");
        params.alias = schema.findParam(*params.table, "Alias");
        params.parameterName = schema.findParam(*params.table, "ParameterName");
        params.eventList = schema.findParam(*params.table, "EventList");
    }
    return params;
}

std::vector<model::ParamRef> wantedInInform(const InformParams& params,
                                            const model::PathCodec& codec,
                                            const model::Tree& tree,
                                            std::span<const EventStruct> events) {
    std::vector<model::ParamRef> wanted;
    if (!params.table || !params.enable) {
        return wanted;
    }
    Expansion expansion(tree, wanted);
    for (const auto number : tree.rows(*params.table, {})) {
        const model::Instances row{{number, 0, 0}};
        const auto enabled = tree.get({*params.enable, row});
        if (!enabled || !enabled->asBool() ||
            !matches(textOf(tree, params.eventList, row), events)) {
            continue;
        }
        const auto pattern = parsePattern(codec, textOf(tree, params.parameterName, row));
        if (pattern && !codec.schema().param(pattern->param).forcedInform) {
            expansion.run(*pattern);
        }
    }
    return wanted;
}

std::vector<InformParameterFault> checkInformParameters(
    const InformParams& params,
    const model::PathCodec& codec,
    const model::Tree& tree,
    std::span<const fleet::Assignment> assignments) {
    std::vector<InformParameterFault> faults;
    if (!params.table) {
        return faults;
    }
    const Checker checker(params, codec, tree, assignments);
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        if (const auto why = checker.refusal(assignments[i]); !why.empty()) {
            faults.push_back({i, std::string(why)});
        }
    }
    return faults;
}

}  // namespace platen::cwmp
