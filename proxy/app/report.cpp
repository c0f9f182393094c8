// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/report.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace platen::app {

namespace {

using Json = nlohmann::ordered_json;

std::string groupResult(const fleet::GroupReport& report) {
    return report.error ? std::string(toString(report.error->code)) : "ok";
}

template <typename Visit>
void forEachParameter(const fleet::PrinterDevice& device,
                      const model::PathCodec& codec,
                      Visit visit) {
    const auto root = codec.parse("");
    if (!root) {
        return;
    }
    device.tree().forEachParam(*root, [&](const model::ParamRef& ref, const model::Value& value) {
        const auto source = device.tree().sourceOf(ref);
        visit(codec.name(ref), value, codec.valueText(ref.param, value),
              std::string(toString(source.value_or(model::Source::Gateway))));
    });
}

/// Columns padded to their widest cell; the last one is not padded.
std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) {
                line.append(widths[i] - row[i].size() + 2, ' ');
            }
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace

std::string pollJson(fleet::PrinterDevice& device,
                     std::span<const fleet::GroupReport> groups,
                     const model::PathCodec& codec) {
    const auto& identity = device.identity();
    Json out;
    out["device"] = Json{{"manufacturer", identity.manufacturer},
                         {"oui", identity.oui},
                         {"product_class", identity.productClass},
                         {"serial", identity.serial}};
    out["map"] = device.mapFiles();
    out["groups"] = Json::array();
    for (const auto& report : groups) {
        Json group{{"group", std::string(mibmap::toString(report.group))},
                   {"result", groupResult(report)},
                   {"pdus", report.pdus},
                   {"milliseconds", report.took.count()}};
        if (!report.problems.empty()) {
            group["problems"] = report.problems;
        }
        out["groups"].push_back(std::move(group));
    }
    out["parameters"] = Json::array();
    forEachParameter(
        device, codec,
        [&](std::string name, const model::Value& value, std::string text, std::string source) {
            out["parameters"].push_back(Json{{"name", std::move(name)},
                                             {"type", std::string(toString(value.type()))},
                                             {"value", std::move(text)},
                                             {"source", std::move(source)}});
        });
    return out.dump(2) + "\n";
}

std::string identityText(const fleet::PrinterDevice& device) {
    const auto& identity = device.identity();
    const auto& model = device.record().model;
    return text::cat({identity.manufacturer, model.empty() ? "" : " ", model, ", serial ",
                      identity.serial, " (", identity.oui, "-", identity.productClass, "-",
                      identity.serial, ")"});
}

std::string pollText(fleet::PrinterDevice& device,
                     std::span<const fleet::GroupReport> groups,
                     const model::PathCodec& codec) {
    std::string out = identityText(device) + "\nmaps:";
    for (const auto& file : device.mapFiles()) {
        out += " " + file;
    }
    out += "\n";
    for (const auto& report : groups) {
        out += std::string(mibmap::toString(report.group)) + ": " + groupResult(report) + ", " +
               std::to_string(report.pdus) + " PDUs, " + std::to_string(report.took.count()) +
               " ms\n";
        for (const auto& problem : report.problems) {
            out += "  note: " + problem + "\n";
        }
    }
    out += "\n";
    std::vector<std::vector<std::string>> rows;
    forEachParameter(
        device, codec,
        [&](std::string name, const model::Value& /*value*/, std::string text, std::string source) {
            std::replace(text.begin(), text.end(), '\n', ' ');
            rows.push_back({std::move(name), std::move(source), std::move(text)});
        });
    return out + table(rows);
}

std::string discoverJson(std::span<const DiscoverRow> rows) {
    Json out = Json::array();
    for (const auto& row : rows) {
        out.push_back(Json{{"address", row.address},
                           {"state", row.state},
                           {"manufacturer", row.manufacturer},
                           {"model", row.model},
                           {"oui", row.oui},
                           {"product_class", row.productClass},
                           {"serial", row.serial},
                           {"reason", row.reason}});
    }
    return out.dump(2) + "\n";
}

std::string discoverText(std::span<const DiscoverRow> rows) {
    std::vector<std::vector<std::string>> cells{
        {"ADDRESS", "STATE", "MANUFACTURER", "MODEL", "SERIAL", "REASON"}};
    for (const auto& row : rows) {
        cells.push_back(
            {row.address, row.state, row.manufacturer, row.model, row.serial, row.reason});
    }
    return table(cells);
}

std::string explainJson(std::string_view name,
                        std::span<const fleet::Explanation> sources,
                        std::string_view time) {
    Json out{{"name", std::string(name)}, {"time", std::string(time)}, {"sources", Json::array()}};
    for (const auto& source : sources) {
        out["sources"].push_back(Json{{"winner", source.winner},
                                      {"value", source.value},
                                      {"oid", source.oid},
                                      {"raw", source.raw},
                                      {"map", source.file},
                                      {"rule", source.rule},
                                      {"rank", source.rank}});
    }
    return out.dump(2) + "\n";
}

std::string explainText(std::string_view name,
                        std::span<const fleet::Explanation> sources,
                        std::string_view time) {
    std::string out = std::string(name) + " at " + std::string(time) + "\n";
    for (const auto& source : sources) {
        out +=
            std::string(source.winner ? "  used:  " : "  lost:  ") + "\"" + source.value + "\"\n";
        if (!source.oid.empty()) {
            out += "         from " + source.oid + " = " + source.raw + "\n";
        }
        if (!source.rule.empty()) {
            out += "         by " + source.file + " " + source.rule + ", rank " +
                   std::to_string(source.rank) + "\n";
        }
    }
    return out;
}

}  // namespace platen::app
