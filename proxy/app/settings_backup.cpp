// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/settings_backup.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace platen::app {
namespace {

constexpr const char* kVersionKey = "platen_settings";
constexpr const char* kDeviceKey = "device";
constexpr const char* kSettingsKey = "settings";
constexpr int kVersion = 1;
constexpr std::size_t kMaxBytes = 1U << 20U;
constexpr std::size_t kMaxDepth = 3;

std::string nameOf(const fleet::Identity& identity) {
    return text::cat({identity.oui, "-", identity.productClass, "-", identity.serial});
}

/// Rows that the ACS makes are not restored: their numbers belong to AddObject.
bool inRowOfAcs(const model::Schema& schema, const model::ParamRef& ref) {
    const auto& object = schema.object(schema.param(ref.param).object);
    return object.table && object.readWrite;
}

Result<fleet::Assignment> readSetting(const std::string& name,
                                      const nlohmann::json& value,
                                      const fleet::ManagedDevice& device,
                                      const model::PathCodec& codec) {
    const auto path = codec.parse(name);
    if (!path || path->kind != model::Path::Kind::Parameter || !value.is_string() ||
        !device.writable(path->paramRef())) {
        return fail(ErrorCode::Malformed, text::cat({"this device does not take ", name}));
    }
    const auto ref = path->paramRef();
    const auto internal = codec.internalText(ref.param, value.get_ref<const std::string&>());
    if (!internal) {
        return fail(ErrorCode::Malformed, text::cat({name, ": ", internal.error().text}));
    }
    auto parsed = codec.schema().parseValue(ref.param, *internal);
    if (!parsed) {
        return fail(ErrorCode::Malformed, text::cat({name, ": ", parsed.error().text}));
    }
    return fleet::Assignment{ref, std::move(*parsed)};
}

}  // namespace

std::string writeBackup(const fleet::ManagedDevice& device, const model::PathCodec& codec) {
    nlohmann::ordered_json settings = nlohmann::ordered_json::object();
    const auto root = codec.parse("");
    if (root) {
        const auto& schema = codec.schema();
        device.tree().forEachParam(
            *root, [&](const model::ParamRef& ref, const model::Value& value) {
                const auto& def = schema.param(ref.param);
                const bool kept = device.tree().sourceOf(ref) == model::Source::Acs;
                if (kept && def.readWrite && !def.hidden && !inRowOfAcs(schema, ref) &&
                    device.writable(ref)) {
                    settings[codec.name(ref)] = codec.valueText(ref.param, value);
                }
            });
    }
    nlohmann::ordered_json file;
    file[kVersionKey] = kVersion;
    file[kDeviceKey] = nameOf(device.identity());
    file[kSettingsKey] = std::move(settings);
    constexpr int kIndent = 2;
    return file.dump(kIndent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

bool isBackup(std::string_view text) {
    return text.find(text::cat({"\"", kVersionKey, "\""})) != std::string_view::npos;
}

Result<std::vector<fleet::Assignment>> readBackup(std::string text,
                                                  const fleet::ManagedDevice& device,
                                                  const model::PathCodec& codec) {
    JsonLimits limits;
    limits.maxBytes = kMaxBytes;
    limits.maxDepth = kMaxDepth;
    limits.allowComments = false;
    const auto document = JsonDocument::parse(std::move(text), limits);
    if (!document) {
        return tl::unexpected<Error>(document.error());
    }
    const auto& file = document->root();
    const auto* settings =
        file.is_object() && file.contains(kSettingsKey) ? &file[kSettingsKey] : nullptr;
    if (settings == nullptr || !settings->is_object() || file.value(kVersionKey, 0) != kVersion) {
        return fail(ErrorCode::Malformed, "no settings of version 1");
    }
    const auto owner = file.find(kDeviceKey);
    if (owner == file.end() || *owner != nameOf(device.identity())) {
        return fail(ErrorCode::Conflict, "the settings are those of another device");
    }
    std::vector<fleet::Assignment> assignments;
    for (const auto& [name, value] : settings->items()) {
        auto one = readSetting(name, value, device, codec);
        if (!one) {
            return tl::unexpected<Error>(one.error());
        }
        assignments.push_back(std::move(*one));
    }
    return assignments;
}

}  // namespace platen::app
