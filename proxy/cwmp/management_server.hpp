// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "mfp-datamodel/schema.hpp"
#include "mfp-datamodel/tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::cwmp {

/// The parameters of Device.ManagementServer that the CWMP client itself obeys, looked up once; a
/// schema may lack any of them.
struct ManagementParams {
    using Index = std::optional<model::ParamIndex>;
    Index enableCwmp, url, username, password;
    Index periodicEnable, periodicInterval, periodicTime;
    Index parameterKey;
    Index connectionRequestUrl, connectionRequestUsername, connectionRequestPassword;
    Index httpConnectionRequestEnable, activeThrottle, retryMinimum, retryMultiplier;
    Index stunEnable, stunServerAddress, stunServerPort, stunUsername, stunPassword;
    Index stunMaximum, stunMinimum;
    Index udpConnectionRequestAddress, natDetected, supportedConnReqMethods;
    Index connReqXmppConnection, connReqAllowedJabberIds, connReqJabberId;
    Index lightweightSupported, lightweightUsed, lightweightInterval, lightweightTime;
    Index lightweightHost, lightweightPort;
    Index softwareVersion;  ///< Device.DeviceInfo.SoftwareVersion

    [[nodiscard]] static ManagementParams find(const model::Schema& schema);
};

/// Reads them from one device's tree, with the standard's defaults where a value is absent.
class ManagementServer {
  public:
    /// Both must outlive this.
    ManagementServer(const ManagementParams& params, const model::Tree& tree)
        : params_(params), tree_(tree) {}

    [[nodiscard]] bool enabled() const { return flag(params_.enableCwmp, true); }
    [[nodiscard]] std::string url() const { return text(params_.url); }
    [[nodiscard]] std::string username() const { return text(params_.username); }
    /// The real one; hidden only from the ACS.
    [[nodiscard]] std::string password() const { return text(params_.password); }
    [[nodiscard]] bool periodicEnabled() const { return flag(params_.periodicEnable, false); }
    [[nodiscard]] Millis periodicInterval() const;
    [[nodiscard]] WallTime periodicTime() const;
    [[nodiscard]] std::string connectionRequestUrl() const {
        return text(params_.connectionRequestUrl);
    }
    [[nodiscard]] std::string connectionRequestUsername() const {
        return text(params_.connectionRequestUsername);
    }
    [[nodiscard]] std::string connectionRequestPassword() const {
        return text(params_.connectionRequestPassword);
    }
    [[nodiscard]] bool httpConnectionRequestEnabled() const {
        return flag(params_.httpConnectionRequestEnable, true);
    }
    [[nodiscard]] Millis activeThrottle() const;
    [[nodiscard]] std::uint32_t retryMinimumSeconds() const;  ///< m of C-RTY-02, 1 to 65535.
    [[nodiscard]] std::uint32_t retryMultiplier() const;      ///< k of C-RTY-02, 1000 to 65535.
    [[nodiscard]] bool stunEnabled() const { return flag(params_.stunEnable, false); }
    /// STUNServerAddress, or the host of the ACS (C-UDP-08); empty without either.
    [[nodiscard]] std::string stunServerHost() const;
    [[nodiscard]] std::uint16_t stunServerPort() const;  ///< 0: no server.
    [[nodiscard]] std::string stunUsername() const { return text(params_.stunUsername); }
    [[nodiscard]] std::string stunPassword() const { return text(params_.stunPassword); }
    [[nodiscard]] Millis stunMinimumKeepAlive() const;
    [[nodiscard]] std::optional<Millis> stunMaximumKeepAlive() const;  ///< Nothing: no maximum.
    [[nodiscard]] std::string udpConnectionRequestAddress() const {
        return text(params_.udpConnectionRequestAddress);
    }
    /// Path of a row of Device.XMPP.Connection., without a dot at its end; empty: none.
    [[nodiscard]] std::string connReqXmppConnection() const;
    [[nodiscard]] std::string connReqAllowedJabberIds() const {
        return text(params_.connReqAllowedJabberIds);
    }

    /// Lightweight notifications go by UDP (C-LWN-03).
    [[nodiscard]] bool lightweightByUdp() const;
    [[nodiscard]] Millis lightweightInterval() const;  ///< 0: only with active ones.
    [[nodiscard]] WallTime lightweightTime() const;
    /// UDPLightweightNotificationHost, or the host of the ACS (C-LWN-01); empty without either.
    [[nodiscard]] std::string lightweightHost() const;
    [[nodiscard]] std::uint16_t lightweightPort() const;  ///< 0: none.

  private:
    [[nodiscard]] std::uint16_t port(ManagementParams::Index param, std::uint64_t absent) const;
    [[nodiscard]] WallTime time(ManagementParams::Index param) const;
    [[nodiscard]] std::optional<model::Value> value(ManagementParams::Index param) const;
    [[nodiscard]] std::string text(ManagementParams::Index param) const;
    [[nodiscard]] bool flag(ManagementParams::Index param, bool absent) const;
    [[nodiscard]] std::uint64_t number(ManagementParams::Index param, std::uint64_t absent) const;

    const ManagementParams& params_;
    const model::Tree& tree_;
};

/// An absolute http or https URL with a host (C-DIS-08).
[[nodiscard]] bool isAcsUrl(std::string_view url);

/// Host of an absolute URL, without user, port and the brackets of IPv6; empty if there is none.
[[nodiscard]] std::string hostOfUrl(std::string_view url);

}  // namespace platen::cwmp
