// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/device_defaults.hpp"

#include "base/text.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::cwmp {
namespace {

/// Collects values, then sets them in one call.
class Defaults {
  public:
    Defaults(const Context& context, const fleet::ManagedDevice& device, bool reset)
        : schema_(context.codec.schema()), tree_(device.tree()), reset_(reset) {}

    /// Unless the ACS set the parameter.
    void unlessSet(std::string_view name, std::string_view text) {
        if (const auto ref = find(name); ref && (reset_ || !setByAcs(*ref))) {
            put(*ref, text);
        }
    }
    /// Only where there is a value: a feature that was switched off.
    void ifPresent(std::string_view name, std::string_view text) {
        if (const auto ref = find(name); ref && tree_.get(*ref)) {
            put(*ref, text);
        }
    }
    /// Only where there is no value at all; for secrets that are made once and kept.
    void unlessKept(std::string_view name, const std::string& text) {
        const auto ref = find(name);
        if (ref && (reset_ || !tree_.get(*ref))) {
            put(*ref, text);
        }
    }
    [[nodiscard]] std::vector<fleet::Assignment> take() { return std::move(assignments_); }

  private:
    [[nodiscard]] std::optional<model::ParamRef> find(std::string_view name) const {
        const auto param = schema_.findParam(text::cat({"Device.ManagementServer.", name}));
        if (!param) {
            return std::nullopt;
        }
        return model::ParamRef{*param, {}};
    }
    [[nodiscard]] bool setByAcs(const model::ParamRef& ref) const {
        return tree_.sourceOf(ref) == model::Source::Acs;
    }
    void put(const model::ParamRef& ref, std::string_view text) {
        if (auto value = schema_.parseValue(ref.param, text)) {
            assignments_.push_back({ref, std::move(*value)});
        }
    }

    const model::Schema& schema_;
    const model::Tree& tree_;
    bool reset_;
    std::vector<fleet::Assignment> assignments_;
};

void percentEncode(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kMarks = "-._~";
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4U];
            out += kHex[byte & 0xFU];
        }
    }
}

}  // namespace

std::string defaultUsername(const fleet::Identity& identity) {
    std::string name;
    percentEncode(name, identity.oui);
    if (!identity.productClass.empty()) {
        name += '-';
        percentEncode(name, identity.productClass);
    }
    name += '-';
    percentEncode(name, identity.serial);
    return name;
}

std::string connectionRequestUrl(const Context& context,
                                 const fleet::ManagedDevice& device,
                                 const std::string& path) {
    const auto& base = context.options.publicUrl;
    if (base.empty() ||
        !ManagementServer(context.params, device.tree()).httpConnectionRequestEnabled()) {
        return {};
    }
    return text::cat({base, base.ends_with('/') ? "" : "/", path});
}

void setConnectionRequestUrl(const Context& context,
                             fleet::ManagedDevice& device,
                             const std::string& path) {
    if (!context.params.connectionRequestUrl) {
        return;
    }
    const model::ParamRef ref{*context.params.connectionRequestUrl, {}};
    const auto wanted = connectionRequestUrl(context, device, path);
    const auto present = device.tree().get(ref);
    if (!present || present->stringView() != wanted) {
        device.setGatewayValues({{ref, model::Value::string(wanted)}}, true);
    }
}

void applyDefaults(Context& context,
                   fleet::ManagedDevice& device,
                   const std::string& path,
                   bool reset) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kFixed{{
        {"EnableCWMP", "true"},
        {"PeriodicInformEnable", "true"},
        {"PeriodicInformTime", "0001-01-01T00:00:00Z"},
        {"ParameterKey", ""},
        {"UpgradesManaged", "false"},
        {"DefaultActiveNotificationThrottle", "0"},
        {"CWMPRetryMinimumWaitInterval", "5"},
        {"CWMPRetryIntervalMultiplier", "2000"},
        {"HTTPConnectionRequestEnable", "true"},
        {"AliasBasedAddressing", "false"},
        {"InstanceWildcardsSupported", "false"},
        // Off until the ACS wants it; the rest takes effect with it (C-UDP-01, C-UDP-08).
        {"STUNEnable", "false"},
        {"STUNServerAddress", ""},
        {"STUNServerPort", "3478"},
        {"STUNUsername", ""},
        {"STUNPassword", ""},
        {"STUNMaximumKeepAlivePeriod", "-1"},
        {"STUNMinimumKeepAlivePeriod", "30"},
        {"NATDetected", "false"},
        {"UDPConnectionRequestAddress", ""},
    }};
    Defaults values(context, device, reset);
    for (const auto& [name, text] : kFixed) {
        values.unlessSet(name, text);
    }
    if (device.id() == DeviceId{0}) {  // Only the gateway takes files by itself.
        constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kPolicy{{
            {"AutonomousTransferCompletePolicy.Enable", "false"},
            {"AutonomousTransferCompletePolicy.TransferTypeFilter", "Both"},
            {"AutonomousTransferCompletePolicy.ResultTypeFilter", "Both"},
            {"AutonomousTransferCompletePolicy.FileTypeFilter", ""},
        }};
        for (const auto& [name, text] : kPolicy) {
            values.unlessSet(name, text);
        }
    }
    if (context.options.lightweight) {
        // In use only when the ACS says so (C-LWN-03).
        constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kLightweight{{
            {"LightweightNotificationProtocolsUsed", ""},
            {"LightweightNotificationTriggerInterval", "0"},
            {"LightweightNotificationTriggerTime", "0001-01-01T00:00:00Z"},
            {"UDPLightweightNotificationHost", ""},
            {"UDPLightweightNotificationPort", "7547"},
        }};
        for (const auto& [name, text] : kLightweight) {
            values.unlessSet(name, text);
        }
        values.unlessSet("LightweightNotificationProtocolsSupported", "UDP");
    } else {
        values.ifPresent("LightweightNotificationProtocolsSupported", "");
    }
    const auto& acs = context.acs;
    const auto interval =
        std::chrono::duration_cast<std::chrono::seconds>(acs.periodicInform).count();
    values.unlessSet("PeriodicInformInterval", std::to_string(interval));
    values.unlessSet("URL", acs.url);
    values.unlessSet("Username",
                     acs.username.empty() ? defaultUsername(device.identity()) : acs.username);
    values.unlessSet("Password", acs.password.reveal());
    if (!context.options.xmppConnection.empty()) {
        values.unlessSet("ConnReqXMPPConnection", context.options.xmppConnection);
        values.unlessSet("ConnReqAllowedJabberIDs", context.options.xmppAllowed);
    }
    values.unlessKept("SupportedConnReqMethods", "HTTP");  // STUN comes and goes with its binding.
    device.setGatewayValues(values.take(), false);

    constexpr std::size_t kNameBytes = 8;
    constexpr std::size_t kSecretBytes = 16;
    Defaults kept(context, device, reset);
    kept.unlessKept("ConnectionRequestUsername", context.random.hex(kNameBytes));
    kept.unlessKept("ConnectionRequestPassword", context.random.hex(kSecretBytes));
    if (auto assignments = kept.take(); !assignments.empty()) {
        device.setGatewayValues(std::move(assignments), true);
    }
    setConnectionRequestUrl(context, device, path);
}

}  // namespace platen::cwmp
