// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/rpc_transfer.hpp"

#include "proxy/cwmp/soap_writer.hpp"
#include "proxy/cwmp/xml_writer.hpp"
#include "proxy/transfer/file_type.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace platen::cwmp {
namespace {

using transfer::Kind;
using Window = ScheduleDownload::Window;

constexpr std::string_view kConfirmationMode = "4 Confirmation Needed";
constexpr std::array<std::string_view, 3> kOurModes{"1 At Any Time", "2 Immediately",
                                                    "3 When Idle"};

transfer::Transfer fileTransfer(Kind kind, FileRequest file) {
    transfer::Transfer wanted;
    wanted.kind = kind;
    wanted.commandKey = std::move(file.commandKey);
    wanted.fileType = std::move(file.fileType);
    wanted.url = std::move(file.url);
    wanted.username = std::move(file.username);
    wanted.password = std::move(file.password);
    wanted.fileSize = file.fileSize;
    wanted.targetName = std::move(file.targetFileName);
    return wanted;
}

std::optional<Fault> checkWindows(const std::vector<Window>& windows) {
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const auto& window = windows[i];
        if (window.end <= window.start) {
            return makeFault(FaultCode::InvalidArguments, "WindowEnd is not after WindowStart");
        }
        if (i > 0 && window.start < windows[i - 1].end) {
            return makeFault(FaultCode::InvalidArguments, "the time windows overlap");
        }
        if (window.maxRetries < -1) {
            return makeFault(FaultCode::InvalidArguments, "MaxRetries is below -1");
        }
        if (window.mode == kConfirmationMode) {
            return makeFault(FaultCode::RequestDenied, "there is no user who could confirm");
        }
        if (std::ranges::find(kOurModes, window.mode) == kOurModes.end()) {
            return makeFault(FaultCode::InvalidArguments, "WindowMode is not known");
        }
    }
    return std::nullopt;
}

std::variant<transfer::Transfer, Fault> scheduled(ScheduleDownload request, WallTime now) {
    std::ranges::sort(request.windows, {}, &Window::start);
    if (auto fault = checkWindows(request.windows)) {
        return std::move(*fault);
    }
    auto wanted = fileTransfer(Kind::ScheduledDownload, std::move(request.file));
    for (const auto& window : request.windows) {
        wanted.windows.push_back({now + std::chrono::seconds{window.start},
                                  now + std::chrono::seconds{window.end}, window.maxRetries});
    }
    return wanted;
}

}  // namespace

std::variant<transfer::Transfer, Fault> wantedTransfer(RpcRequest request, WallTime now) {
    if (auto* schedule = std::get_if<ScheduleDownload>(&request)) {
        return scheduled(std::move(*schedule), now);
    }
    auto* upload = std::get_if<Upload>(&request);
    auto* download = std::get_if<Download>(&request);
    if (upload == nullptr && download == nullptr) {
        return makeFault(FaultCode::InternalError, "no file transfer");
    }
    auto wanted = upload != nullptr ? fileTransfer(Kind::Upload, std::move(upload->file))
                                    : fileTransfer(Kind::Download, std::move(download->file));
    const auto delay = upload != nullptr ? upload->delaySeconds : download->delaySeconds;
    wanted.notBefore = now + std::chrono::seconds{delay};
    return wanted;
}

RpcResult transferResult(std::string method, const transfer::Outcome& outcome) {
    if (!outcome.good()) {
        // The numbers are the same.
        return makeFault(static_cast<FaultCode>(outcome.code), outcome.text);
    }
    XmlWriter content;
    if (method == "Download" || method == "Upload") {
        content.element("Status", std::uint64_t{1});
        content.element("StartTime", formatDateTime(kUnknownTime));
        content.element("CompleteTime", formatDateTime(kUnknownTime));
    }
    return RpcResponse{std::move(method), content.take()};
}

RpcResult getQueuedTransfers(const transfer::Queue* queue) {
    XmlWriter entries;
    std::size_t count = 0;
    if (queue != nullptr) {
        for (const auto& transfer : queue->all()) {
            if (transfer.kind != Kind::Download && transfer.kind != Kind::Upload) {
                continue;
            }
            entries.raw("<QueuedTransferStruct>");
            entries.element("CommandKey", transfer.commandKey);
            entries.element("State", std::uint64_t{static_cast<std::uint8_t>(transfer.state)});
            entries.raw("</QueuedTransferStruct>");
            ++count;
        }
    }
    return RpcResponse{"GetQueuedTransfers",
                       arrayOf("TransferList", "cwmp:QueuedTransferStruct", count, entries.str())};
}

RpcResult getAllQueuedTransfers(const transfer::Queue* queue) {
    XmlWriter entries;
    std::size_t count = 0;
    if (queue != nullptr) {
        for (const auto& transfer : queue->all()) {
            entries.raw("<AllQueuedTransferStruct>");
            entries.element("CommandKey", transfer.commandKey);
            entries.element("State", std::uint64_t{static_cast<std::uint8_t>(transfer.state)});
            entries.element("IsDownload", transfer::isUpload(transfer.kind) ? "false" : "true");
            entries.element("FileType", transfer::listedFileType(transfer.kind, transfer.fileType));
            entries.element("FileSize", transfer.fileSize);
            entries.element("TargetFileName", transfer.targetName);
            entries.raw("</AllQueuedTransferStruct>");
            ++count;
        }
    }
    return RpcResponse{
        "GetAllQueuedTransfers",
        arrayOf("TransferList", "cwmp:AllQueuedTransferStruct", count, entries.str())};
}

}  // namespace platen::cwmp
