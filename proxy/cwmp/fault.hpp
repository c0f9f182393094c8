// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace platen::cwmp {

/// Faults of the CPE (C-FLT). Only those that this release can send.
enum class FaultCode : std::uint16_t {
    MethodNotSupported = 9000,
    RequestDenied = 9001,
    InternalError = 9002,
    InvalidArguments = 9003,
    ResourcesExceeded = 9004,
    InvalidParameterName = 9005,
    InvalidParameterType = 9006,
    InvalidParameterValue = 9007,
    NotWritable = 9008,
    NotificationRejected = 9009,
    DownloadFailed = 9010,
    UploadFailed = 9011,
    FileServerAuthentication = 9012,
    UnsupportedProtocol = 9013,
    CannotContactFileServer = 9015,
    CannotAccessFile = 9016,
    CannotCompleteDownload = 9017,
    FileCorrupted = 9018,
    OutsideTimeWindows = 9020,
    CannotCancel = 9021,
};

/// The table's text of a code: `Invalid parameter name`.
[[nodiscard]] std::string_view toString(FaultCode code);
/// True where the table says SOAP faultcode `Client`, false for `Server` (C-FLT-01).
[[nodiscard]] bool isClientFault(FaultCode code);

/// One SetParameterValuesFault (C-SPV-02).
struct ParameterFault {
    std::string name;
    FaultCode code = FaultCode::InternalError;
    std::string text;
};

/// Why an RPC failed. Nothing was changed (C-RPC-02).
struct Fault {
    FaultCode code = FaultCode::InternalError;
    std::string text;  ///< What is wrong and where; no secrets (C-RPC-05).
    std::vector<ParameterFault> parameters;
};

/// A fault whose text is the table's text and `detail`, if there is one.
[[nodiscard]] Fault makeFault(FaultCode code, std::string_view detail);

/// Longest FaultString that we send, in characters (C-RPC-05).
inline constexpr std::size_t kMaxFaultString = 256;

/// Faults of the ACS that need a reaction of their own (C-FLT).
inline constexpr std::uint32_t kAcsRetryRequest = 8005;
inline constexpr std::uint32_t kAcsVersionIncompatible = 8006;

}  // namespace platen::cwmp
