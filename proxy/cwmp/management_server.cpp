// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/management_server.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <limits>

namespace platen::cwmp {
namespace {

constexpr std::uint64_t kRetryMinimumDefault = 5;
constexpr std::uint64_t kRetryMultiplierDefault = 2000;
constexpr std::uint64_t kRetryHighest = 65'535;
constexpr std::uint64_t kRetryMultiplierLowest = 1000;
constexpr std::uint64_t kPeriodicDefault = 86'400;  // C-TIM-01
constexpr std::uint64_t kStunPortDefault = 3478;    // C-UDP-08
constexpr std::uint64_t kStunMinimumDefault = 30;
constexpr std::uint64_t kLightweightPortDefault = 7547;  // C-LWN-01
// Ten years: longer waits say nothing and would overflow a timer.
constexpr std::uint64_t kLongestSeconds = 315'360'000;

Millis seconds(std::uint64_t count) {
    return std::chrono::seconds(static_cast<std::int64_t>(std::min(count, kLongestSeconds)));
}

}  // namespace

ManagementParams ManagementParams::find(const model::Schema& schema) {
    const auto named = [&schema](std::string_view name) {
        return schema.findParam(text::cat({"Device.ManagementServer.", name}));
    };
    ManagementParams params;
    params.enableCwmp = named("EnableCWMP");
    params.url = named("URL");
    params.username = named("Username");
    params.password = named("Password");
    params.periodicEnable = named("PeriodicInformEnable");
    params.periodicInterval = named("PeriodicInformInterval");
    params.periodicTime = named("PeriodicInformTime");
    params.parameterKey = named("ParameterKey");
    params.connectionRequestUrl = named("ConnectionRequestURL");
    params.connectionRequestUsername = named("ConnectionRequestUsername");
    params.connectionRequestPassword = named("ConnectionRequestPassword");
    params.httpConnectionRequestEnable = named("HTTPConnectionRequestEnable");
    params.activeThrottle = named("DefaultActiveNotificationThrottle");
    params.retryMinimum = named("CWMPRetryMinimumWaitInterval");
    params.retryMultiplier = named("CWMPRetryIntervalMultiplier");
    params.stunEnable = named("STUNEnable");
    params.stunServerAddress = named("STUNServerAddress");
    params.stunServerPort = named("STUNServerPort");
    params.stunUsername = named("STUNUsername");
    params.stunPassword = named("STUNPassword");
    params.stunMaximum = named("STUNMaximumKeepAlivePeriod");
    params.stunMinimum = named("STUNMinimumKeepAlivePeriod");
    params.udpConnectionRequestAddress = named("UDPConnectionRequestAddress");
    params.natDetected = named("NATDetected");
    params.supportedConnReqMethods = named("SupportedConnReqMethods");
    params.connReqXmppConnection = named("ConnReqXMPPConnection");
    params.connReqAllowedJabberIds = named("ConnReqAllowedJabberIDs");
    params.connReqJabberId = named("ConnReqJabberID");
    params.lightweightSupported = named("LightweightNotificationProtocolsSupported");
    params.lightweightUsed = named("LightweightNotificationProtocolsUsed");
    params.lightweightInterval = named("LightweightNotificationTriggerInterval");
    params.lightweightTime = named("LightweightNotificationTriggerTime");
    params.lightweightHost = named("UDPLightweightNotificationHost");
    params.lightweightPort = named("UDPLightweightNotificationPort");
    params.softwareVersion = schema.findParam("Device.DeviceInfo.SoftwareVersion");
    return params;
}

std::optional<model::Value> ManagementServer::value(ManagementParams::Index param) const {
    if (!param) {
        return std::nullopt;
    }
    return tree_.get({*param, {}});
}

std::string ManagementServer::text(ManagementParams::Index param) const {
    const auto found = value(param);
    return found ? found->text() : std::string();
}

bool ManagementServer::flag(ManagementParams::Index param, bool absent) const {
    const auto found = value(param);
    return found ? found->asBool() : absent;
}

std::uint64_t ManagementServer::number(ManagementParams::Index param, std::uint64_t absent) const {
    const auto found = value(param);
    return found ? found->asUnsigned() : absent;
}

Millis ManagementServer::periodicInterval() const {
    return seconds(std::max<std::uint64_t>(number(params_.periodicInterval, kPeriodicDefault), 1));
}

WallTime ManagementServer::time(ManagementParams::Index param) const {
    const auto found = value(param);
    return found ? found->asTime() : kUnknownTime;
}

WallTime ManagementServer::periodicTime() const {
    return time(params_.periodicTime);
}

WallTime ManagementServer::lightweightTime() const {
    return time(params_.lightweightTime);
}

Millis ManagementServer::lightweightInterval() const {
    return seconds(number(params_.lightweightInterval, 0));
}

bool ManagementServer::lightweightByUdp() const {
    const auto protocols = text(params_.lightweightUsed);
    const auto listed = text::split(protocols, ',');
    return std::any_of(listed.begin(), listed.end(),
                       [](std::string_view item) { return text::trim(item) == "UDP"; });
}

std::string ManagementServer::lightweightHost() const {
    auto host = text(params_.lightweightHost);
    return host.empty() ? hostOfUrl(url()) : host;
}

std::uint16_t ManagementServer::lightweightPort() const {
    return port(params_.lightweightPort, kLightweightPortDefault);
}

Millis ManagementServer::activeThrottle() const {
    return seconds(number(params_.activeThrottle, 0));
}

std::uint32_t ManagementServer::retryMinimumSeconds() const {
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
        number(params_.retryMinimum, kRetryMinimumDefault), 1, kRetryHighest));
}

std::uint32_t ManagementServer::retryMultiplier() const {
    return static_cast<std::uint32_t>(
        std::clamp(number(params_.retryMultiplier, kRetryMultiplierDefault), kRetryMultiplierLowest,
                   kRetryHighest));
}

std::string ManagementServer::stunServerHost() const {
    auto host = text(params_.stunServerAddress);
    return host.empty() ? hostOfUrl(url()) : host;
}

std::string ManagementServer::connReqXmppConnection() const {
    auto path = text(params_.connReqXmppConnection);
    if (path.ends_with('.')) {
        path.pop_back();
    }
    return path;
}

std::uint16_t ManagementServer::port(ManagementParams::Index param, std::uint64_t absent) const {
    const auto found = number(param, absent);
    return found <= std::numeric_limits<std::uint16_t>::max() ? static_cast<std::uint16_t>(found)
                                                              : std::uint16_t{0};
}

std::uint16_t ManagementServer::stunServerPort() const {
    return port(params_.stunServerPort, kStunPortDefault);
}

Millis ManagementServer::stunMinimumKeepAlive() const {
    return seconds(number(params_.stunMinimum, kStunMinimumDefault));
}

std::optional<Millis> ManagementServer::stunMaximumKeepAlive() const {
    const auto found = value(params_.stunMaximum);
    if (!found || found->asInt() < 0) {
        return std::nullopt;
    }
    return seconds(static_cast<std::uint64_t>(found->asInt()));
}

std::string hostOfUrl(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return {};
    }
    auto host = url.substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    if (const auto at = host.rfind('@'); at != std::string_view::npos) {
        host.remove_prefix(at + 1);
    }
    if (host.starts_with('[')) {
        return std::string(host.substr(1, host.find(']') - 1));
    }
    return std::string(host.substr(0, host.find(':')));
}

bool isAcsUrl(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return false;
    }
    const auto name = url.substr(0, scheme);
    if (!text::equalsIgnoreCase(name, "http") && !text::equalsIgnoreCase(name, "https")) {
        return false;
    }
    const auto rest = url.substr(scheme + 3);
    const auto host = rest.substr(0, rest.find_first_of("/?#"));
    const auto isBad = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; };
    return !host.empty() && host.front() != ':' && !host.ends_with('@') &&
           std::none_of(url.begin(), url.end(), isBad);
}

}  // namespace platen::cwmp
