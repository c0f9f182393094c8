// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/device_summary.hpp"

#include "base/text.hpp"
#include "proxy/fleet/derived_states.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace platen::fleet {

namespace {

constexpr std::size_t kDefaultMost = 1024;

/// One entry without its profiles, and these.
struct Entry {
    std::string head;  ///< `Device:1.14[]`
    std::vector<std::string> profiles;
};

Entry rootEntry(const model::Tree& tree) {
    const auto& schema = tree.schema();
    Entry entry{text::cat({schema.models().front().name, "[]"}), {}};
    for (const auto& profile : schema.rootProfiles()) {
        const bool met = std::ranges::all_of(profile.params, [&](model::ParamIndex param) {
            return tree.get({param, {}}).has_value();
        });
        if (met) {
            entry.profiles.push_back(profile.name);
        }
    }
    return entry;
}

/// Profiles that each of these rows names in its Capabilities.ProfileNames.
std::string commonProfiles(const model::Tree& tree, const std::vector<std::uint32_t>& rows) {
    const auto param = tree.schema().findParam("MFP.{i}.Capabilities.ProfileNames");
    std::vector<std::string> common;
    for (std::size_t i = 0; param && i < rows.size(); ++i) {
        const auto value = tree.get({*param, model::Instances{{rows[i], 0, 0}}});
        const auto texts = value ? value->text() : std::string();
        const auto names = text::split(texts, ',');
        if (i == 0) {
            common.assign(names.begin(), names.end());
        } else {
            std::erase_if(common, [&](const std::string& name) {
                return std::ranges::find(names, name) == names.end();
            });
        }
    }
    std::string list;
    for (const auto& name : common) {
        list += text::cat({list.empty() ? "" : ",", name});
    }
    return list;
}

/// Vendor profiles carry the prefix like the service itself (TR-106, vendor-specific elements).
Entry serviceEntry(const model::PathCodec& codec,
                   const model::Schema::Model& service,
                   const model::Tree& tree,
                   bool connectable) {
    const auto rows = tree.rows(service.root, {});
    std::string instances;
    for (const auto number : rows) {
        instances += (instances.empty() ? "" : ",") + std::to_string(number);
    }
    instances += connectable ? "+" : "";
    Entry entry{text::cat({codec.prefix(), service.name, "[", instances, "]"}), {}};
    const auto met = connectable ? commonProfiles(tree, rows) : profilesMet(tree);
    for (const auto name : text::split(met, ',')) {
        if (!name.empty()) {
            entry.profiles.push_back(text::cat({codec.prefix(), name}));
        }
    }
    return entry;
}

}  // namespace

std::string deviceSummary(const model::PathCodec& codec,
                          const model::Tree& tree,
                          std::size_t most,
                          bool connectable) {
    std::vector<Entry> entries{rootEntry(tree)};
    for (const auto& candidate : tree.schema().models()) {
        if (candidate.service && (connectable || !tree.rows(candidate.root, {}).empty())) {
            entries.push_back(serviceEntry(codec, candidate, tree, connectable));
        }
    }
    constexpr std::string_view kBetween = ", ";
    std::size_t length = 0;
    for (const auto& entry : entries) {
        length += entry.head.size() + std::string_view("()").size() + kBetween.size();
    }
    std::string out;
    for (const auto& entry : entries) {
        out += (out.empty() ? "" : ", ") + entry.head + "(";
        std::string_view separator;
        for (const auto& profile : entry.profiles) {
            length += profile.size() + kBetween.size();
            if (length > most) {
                break;
            }
            out += text::cat({separator, profile});
            separator = kBetween;
        }
        out += ')';
    }
    return out;
}

void SummaryKeeper::update(const model::Tree& tree, ChangeRecorder& changes) {
    if (!names_.deviceSummary || shape_ == tree.shape()) {
        return;
    }
    const auto& def = codec_.schema().param(*names_.deviceSummary);
    changes.setText(
        {def.index, {}},
        deviceSummary(codec_, tree, def.maxLength.value_or(kDefaultMost), connectable_));
    shape_ = tree.shape();
}

}  // namespace platen::fleet
