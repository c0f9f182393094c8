// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"
#include "base/time.hpp"
#include "proxy/cwmp/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace platen::cwmp {

/// The XML namespaces of CWMP; 1.2, 1.3 and 1.4 share the last one (C-VER-01).
enum class Dialect : std::uint8_t { Cwmp10, Cwmp11, Cwmp12 };

[[nodiscard]] std::string_view namespaceUri(Dialect dialect);
/// Nothing for any other namespace.
[[nodiscard]] std::optional<Dialect> dialectOfNamespace(std::string_view uri);
/// `1.0` to `1.4`, the versions that we offer (C-VER-03); nothing otherwise.
[[nodiscard]] std::optional<Dialect> dialectOfVersion(std::string_view version);
inline constexpr std::string_view kOfferedVersions = "1.0,1.1,1.2,1.3,1.4";

// Limits of arguments, in characters (C-ARG-02), and of lists.
inline constexpr std::size_t kMaxNameLength = 256;
inline constexpr std::size_t kMaxKeyLength = 32;
inline constexpr std::size_t kMaxFileTypeLength = 64;
inline constexpr std::size_t kMaxListEntries = 65'535;

struct GetRpcMethods {};
struct GetParameterValues {
    std::vector<std::string> names;
};
struct GetParameterNames {
    std::string path;
    bool nextLevel = false;
};
struct SetParameterValues {
    struct Entry {
        std::string name;
        std::string type;  ///< Local part of xsi:type; empty if there was none.
        std::string text;
    };
    std::vector<Entry> entries;
    std::string parameterKey;
};
struct GetParameterAttributes {
    std::vector<std::string> names;
};
struct SetParameterAttributes {
    struct Entry {
        std::string name;
        std::optional<std::uint8_t> notification;            ///< Nothing: NotificationChange false.
        std::optional<std::vector<std::string>> accessList;  ///< Nothing: AccessListChange false.
    };
    std::vector<Entry> entries;
};
struct Reboot {
    std::string commandKey;
};
struct FactoryReset {};
struct ScheduleInform {
    std::uint32_t delaySeconds = 0;  ///< At least 1 (C-CMD-04).
    std::string commandKey;
};
struct AddObject {
    std::string path;  ///< Of a table, with final dot.
    std::string parameterKey;
};
struct DeleteObject {
    std::string path;  ///< Of a row, with final dot.
    std::string parameterKey;
};
/// What Download, Upload and ScheduleDownload have in common.
struct FileRequest {
    std::string commandKey, fileType, url, username;
    Secret password;
    std::uint32_t fileSize = 0;
    std::string targetFileName;
};
struct Download {
    FileRequest file;
    std::uint32_t delaySeconds = 0;
};
struct Upload {
    FileRequest file;
    std::uint32_t delaySeconds = 0;
};
struct ScheduleDownload {
    struct Window {
        std::uint32_t start = 0, end = 0;  ///< Seconds from now.
        std::string mode;
        std::int32_t maxRetries = 0;
    };
    FileRequest file;
    std::vector<Window> windows;  ///< 1 or 2.
};
struct CancelTransfer {
    std::string commandKey;
};
struct GetQueuedTransfers {};
struct GetAllQueuedTransfers {};

/// A request of the ACS with arguments that hold to their limits.
using RpcRequest = std::variant<GetRpcMethods,
                                GetParameterValues,
                                GetParameterNames,
                                SetParameterValues,
                                GetParameterAttributes,
                                SetParameterAttributes,
                                Reboot,
                                FactoryReset,
                                ScheduleInform,
                                AddObject,
                                DeleteObject,
                                Download,
                                Upload,
                                ScheduleDownload,
                                CancelTransfer,
                                GetQueuedTransfers,
                                GetAllQueuedTransfers>;

/// What the ACS sent in one envelope.
struct RequestMessage {
    std::string method;
    std::variant<RpcRequest, Fault> request;  ///< Fault: unknown method (9000), bad arguments.
};
struct InformResponseMessage {};
struct ResponseMessage {
    std::string method;  ///< Without `Response`.
};
struct FaultMessage {
    std::uint32_t code = 0;  ///< 0 if there was no detail that could be read (C-FLT-03).
    std::string text;
};
using Message = std::variant<RequestMessage, InformResponseMessage, ResponseMessage, FaultMessage>;

/// A SOAP envelope from the ACS.
struct Envelope {
    std::optional<std::string> id;          ///< cwmp:ID.
    bool holdRequests = false;              ///< Absent counts as false.
    std::optional<std::string> useVersion;  ///< UseCWMPVersion (C-VER-04).
    /// Name of a header that must be understood and is not (C-VER-10).
    std::optional<std::string> notUnderstood;
    std::optional<Dialect> dialect;  ///< Namespace of the body's element, if it is CWMP's.
    Message message;
};

/// What AutonomousTransferComplete says beside TransferComplete (C-XFER-24).
struct AutonomousFile {
    std::string url;       ///< Where it came from or went; empty: no URL.
    std::string fileType;  ///< As in GetAllQueuedTransfers.
    std::uint64_t fileSize = 0;
    std::string targetName;
};

/// TransferComplete, or AutonomousTransferComplete: how a transfer ended.
struct TransferReport {
    std::uint64_t transfer = 0;  ///< Id in its queue; not on the wire.
    bool upload = false;
    std::string commandKey;
    std::uint16_t faultCode = 0;  ///< 0: success.
    std::string faultText;
    WallTime started = kUnknownTime;
    WallTime completed = kUnknownTime;
    std::optional<AutonomousFile> autonomous;  ///< No ACS asked for the transfer.
};

/// A request of ours to the ACS.
struct OwnRequest {
    std::string method;
    std::optional<TransferReport> report;  ///< Of both; others have no arguments.
};

/// What an RPC gives back: the inner markup of `<cwmp:METHODResponse>`, or a fault.
struct RpcResponse {
    std::string method;
    std::string content;
};
using RpcResult = std::variant<RpcResponse, Fault>;

}  // namespace platen::cwmp
