// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/map_report.hpp"

#include "base/text.hpp"
#include "proxy/app/report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace platen::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxShownText = 60;

/// A value that the printer gave, and the rule that made it.
struct Value {
    std::string name;
    std::string value;
    std::string rule;  ///< `site/acme.json /objects/0/params/Level`
    std::string oid;
};

/// What came from the printer, in the order of the model; alerts and references have no one rule.
/// What the gateway adds by itself is left out.
std::vector<Value> valuesOf(fleet::PrinterDevice& device, const model::PathCodec& codec) {
    std::map<std::string, const fleet::Explanation*> sources;
    for (const auto& source : device.explanations()) {
        if (source.winner) {
            sources.emplace(source.name, &source);
        }
    }
    std::vector<Value> out;
    const auto root = codec.parse("");
    if (!root) {
        return out;
    }
    device.tree().forEachParam(*root, [&](const model::ParamRef& ref, const model::Value& value) {
        const auto source = sources.find(codec.internalName(ref));
        if (source != sources.end()) {
            out.push_back({codec.name(ref), codec.valueText(ref.param, value),
                           source->second->file + " " + source->second->rule, source->second->oid});
        } else if (device.tree().sourceOf(ref) == model::Source::Snmp) {
            out.push_back({codec.name(ref), codec.valueText(ref.param, value), {}, {}});
        }
    });
    return out;
}

std::vector<std::string> problemsOf(std::span<const fleet::GroupReport> groups,
                                    const TriedMap& tried) {
    auto out = tried.unreadable;
    for (const auto& group : groups) {
        if (group.error) {
            out.push_back(text::cat({mibmap::toString(group.group), ": ", group.error->text}));
        }
        for (const auto& problem : group.problems) {
            out.push_back(text::cat({mibmap::toString(group.group), ": ", problem}));
        }
    }
    return out;
}

std::string shown(const mibmap::Recording& recording, const Oid& oid) {
    const auto* value = recording.get(oid);
    return value != nullptr ? text::oneLine(mibmap::formatRowValue(*value), kMaxShownText)
                            : std::string();
}

std::string sectionOf(std::string_view name) {
    constexpr std::string_view kRow = "MFP.1.";
    const auto service = name.find(kRow);
    if (service == std::string_view::npos) {
        return std::string(name.substr(0, name.rfind('.') + 1));
    }
    const auto rest = name.substr(service + kRow.size());
    return std::string(rest.substr(0, std::min(rest.find('.'), rest.size())));
}

}  // namespace

std::string triedText(fleet::PrinterDevice& device,
                      std::span<const fleet::GroupReport> groups,
                      const model::PathCodec& codec,
                      const mibmap::Recording& recording,
                      const TriedMap& tried) {
    auto out = text::cat({"device: ", identityText(device), "\nmaps: "});
    const auto& files = device.mapFiles();
    for (const auto& file : files) {
        const auto reason = std::find_if(tried.reasons.begin(), tried.reasons.end(),
                                         [&file](const auto& one) { return one.file == file; });
        out += file == files.front() ? "" : ", ";
        out += file;
        out += reason != tried.reasons.end() ? " (" + reason->reason + ")" : std::string();
    }
    out += "\n";
    std::string section;
    for (const auto& value : valuesOf(device, codec)) {
        if (auto now = sectionOf(value.name); now != section) {
            section = std::move(now);
            out += "\n" + section + "\n";
        }
        out +=
            text::cat({"  ", value.name, " = ", text::oneLine(value.value, kMaxShownText), "\n"});
        if (!value.rule.empty()) {
            out +=
                text::cat({"      ", value.rule, value.oid.empty() ? "" : ", ", value.oid, "\n"});
        }
    }
    const auto problems = problemsOf(groups, tried);
    out += text::cat({"\nproblems: ", std::to_string(problems.size()), "\n"});
    for (const auto& problem : problems) {
        out += "  " + problem + "\n";
    }
    out += text::cat(
        {"private objects that no rule reads: ", std::to_string(tried.unread.size()), "\n"});
    for (std::size_t i = 0; i < std::min(tried.unread.size(), kMaxUnreadShown); ++i) {
        out += text::cat(
            {"  ", tried.unread[i].toString(), "|", shown(recording, tried.unread[i]), "\n"});
    }
    return out;
}

std::string triedJson(fleet::PrinterDevice& device,
                      std::span<const fleet::GroupReport> groups,
                      const model::PathCodec& codec,
                      const mibmap::Recording& recording,
                      const TriedMap& tried) {
    const auto& identity = device.identity();
    Json out{{"device", Json{{"manufacturer", identity.manufacturer},
                             {"oui", identity.oui},
                             {"product_class", identity.productClass},
                             {"serial", identity.serial}}},
             {"map", device.mapFiles()},
             {"reasons", Json::object()},
             {"parameters", Json::array()}};
    for (const auto& reason : tried.reasons) {
        out["reasons"][reason.file] = reason.reason;
    }
    for (auto& value : valuesOf(device, codec)) {
        out["parameters"].push_back(Json{{"name", std::move(value.name)},
                                         {"value", std::move(value.value)},
                                         {"rule", std::move(value.rule)},
                                         {"oid", std::move(value.oid)}});
    }
    out["problems"] = problemsOf(groups, tried);
    out["unread_count"] = tried.unread.size();
    out["unread"] = Json::array();
    for (std::size_t i = 0; i < std::min(tried.unread.size(), kMaxUnreadShown); ++i) {
        out["unread"].push_back(
            text::cat({tried.unread[i].toString(), "|", shown(recording, tried.unread[i])}));
    }
    return out.dump(2) + "\n";
}

}  // namespace platen::app
