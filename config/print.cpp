// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "config/setting_table.hpp"
#include "config/settings.hpp"
#include "config/value_checks.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace platen::config {

namespace {

using Json = nlohmann::ordered_json;

/// A value as the configuration file writes it.
struct ToJson {
    const Row& row;

    Json operator()(std::monostate /*nothing*/) const { return nullptr; }
    Json operator()(const bool* value) const { return *value; }
    Json operator()(const std::uint16_t* value) const { return *value; }
    Json operator()(const std::uint32_t* value) const { return *value; }
    Json operator()(const std::string* value) const {
        return row.kind == Kind::ProxyUrl ? withoutUserInfo(*value) : *value;
    }
    Json operator()(const Millis* value) const { return formatDuration(*value); }
    Json operator()(const std::filesystem::path* value) const { return value->string(); }
    Json operator()(const Secret* value) const { return value->empty() ? "" : "(secret)"; }
    Json operator()(const std::vector<std::string>* value) const { return *value; }
};

void put(Json& out, const Row& row, std::string_view pointer, Target target) {
    out[Json::json_pointer(std::string(pointer))] = std::visit(ToJson{row}, row.slot(target));
}

}  // namespace

std::string printConfig(const Settings& settings) {
    // The table of settings hands out places to write to; here they are only read.
    auto& readable = const_cast<Settings&>(settings);
    Json out = Json::object();
    for (const Row& row : settingTable()) {
        const auto star = row.pointer.find("/*/");
        if (row.kind == Kind::List) {
            out[Json::json_pointer(std::string(row.pointer))] = Json::array();
        } else if (star == std::string_view::npos) {
            put(out, row, row.pointer, {readable, nullptr, nullptr});
        } else {
            const bool isSnmp = row.pointer.starts_with("/snmp/");
            const std::size_t count =
                isSnmp ? readable.snmp.credentials.size() : readable.ews.credentials.size();
            for (std::size_t i = 0; i < count; ++i) {
                const Target target{readable, isSnmp ? &readable.snmp.credentials[i] : nullptr,
                                    isSnmp ? nullptr : &readable.ews.credentials[i]};
                put(out, row,
                    text::cat({row.pointer.substr(0, star + 1), std::to_string(i),
                               row.pointer.substr(star + 2)}),
                    target);
            }
        }
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace platen::config
