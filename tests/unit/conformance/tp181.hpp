// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace platen::conformance {

/// A case of TP-181 Issue 1 Amendment 2 that applies to a gateway of printers. The other 42 of its
/// 69 are about routers, Wi-Fi and NAT.
struct Tp181Case {
    std::string_view id;
    std::string_view name;
    bool always;  ///< Else only where the feature is offered.
};

inline constexpr std::array kTp181Cases{
    Tp181Case{"5.1.1", "Factory Reset", true},
    Tp181Case{"5.1.4", "Firmware Download", true},
    Tp181Case{"5.1.5", "GetRPCMethods", true},
    Tp181Case{"5.1.6", "Configuration Backup and Restoration", true},
    Tp181Case{"5.1.9", "SetParameterValues on a Boolean Parameter", true},
    Tp181Case{"5.1.10", "Encrypted Connection", true},
    Tp181Case{"5.1.11", "GetParameterNames, Vendor Specific Parameters", true},
    Tp181Case{"5.1.12", "SetParameterValues, Vendor Specific Parameters", true},
    Tp181Case{"5.3.5", "Device Connect/Disconnect Notification", true},
    Tp181Case{"5.7.1", "Non-Printable ASCII in SetParameterValues", true},
    Tp181Case{"5.7.2", "Multi-Byte Encoding in SetParameterValues", true},
    Tp181Case{"5.7.3", "Non-ASCII Characters in ParameterKey", true},
    Tp181Case{"5.7.4", "Multi-Byte Encoding in ParameterKey", true},
    Tp181Case{"5.7.5", "Non-ASCII Characters in CommandKey", true},
    Tp181Case{"5.7.6", "Multi-Byte Encoding in CommandKey", true},
    Tp181Case{"5.1.2", "Time Setting", false},
    Tp181Case{"5.2.1", "Diagnostics IPPing", false},
    Tp181Case{"5.2.2", "Download Diagnostics over HTTP", false},
    Tp181Case{"5.2.4", "Upload Diagnostics over HTTP", false},
    Tp181Case{"5.2.6", "TraceRoute", false},
    Tp181Case{"5.2.7", "UDPEcho", false},
    Tp181Case{"5.8", "Configuration Restore, Incorrect Backup File", false},
    Tp181Case{"5.10", "IPPing, Error Condition", false},
    Tp181Case{"5.11", "TraceRoute, Error Condition", false},
    Tp181Case{"5.12", "IPPing, Periodic Inform", false},
    Tp181Case{"5.14", "Download Diagnostics over HTTPS", false},
    Tp181Case{"5.15", "Upload Diagnostics over HTTP, TotalBytesSent", false},
};

}  // namespace platen::conformance
