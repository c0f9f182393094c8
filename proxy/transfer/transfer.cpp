// SPDX-License-Identifier: Apache-2.0
#include "proxy/transfer/transfer.hpp"

#include "base/text.hpp"

#include <limits>
#include <optional>
#include <utility>

namespace platen::transfer {
namespace {

/// `START,END,RETRIES` in milliseconds since 1970; windows are joined by `;`.
std::string textOf(const std::vector<Window>& windows) {
    std::string text;
    for (const auto& window : windows) {
        text += text::cat({text.empty() ? "" : ";",
                           std::to_string(window.start.time_since_epoch().count()), ",",
                           std::to_string(window.end.time_since_epoch().count()), ",",
                           std::to_string(window.maxRetries)});
    }
    return text;
}

std::optional<Window> windowOf(std::string_view text) {
    const auto parts = text::split(text, ',');
    if (parts.size() != 3) {
        return std::nullopt;
    }
    const auto start = text::toInt(parts[0]);
    const auto end = text::toInt(parts[1]);
    const auto retries = text::toInt(parts[2]);
    if (!start || !end || !retries || *retries < -1 ||
        *retries > std::numeric_limits<std::int32_t>::max()) {
        return std::nullopt;
    }
    return Window{WallTime{Millis{*start}}, WallTime{Millis{*end}},
                  static_cast<std::int32_t>(*retries)};
}

/// Nothing if the text is not one of ours.
std::optional<std::vector<Window>> windowsOf(std::string_view text) {
    std::vector<Window> windows;
    if (text.empty()) {
        return windows;
    }
    for (const auto part : text::split(text, ';')) {
        const auto window = windowOf(part);
        if (!window || windows.size() == kMaxWindows) {
            return std::nullopt;
        }
        windows.push_back(*window);
    }
    return windows;
}

}  // namespace

FaultCode generalFault(Kind kind) {
    return isUpload(kind) ? FaultCode::UploadFailed : FaultCode::DownloadFailed;
}

store::TransferRow toRow(DeviceId device, const Transfer& transfer) {
    return {.device = device,
            .id = transfer.id,
            .kind = static_cast<std::uint8_t>(transfer.kind),
            .state = static_cast<std::uint8_t>(transfer.state),
            .commandKey = transfer.commandKey,
            .fileType = transfer.fileType,
            .url = transfer.url,
            .username = transfer.username,
            .password = std::string(transfer.password.reveal()),
            .fileSize = transfer.fileSize,
            .targetName = transfer.targetName,
            .notBefore = transfer.notBefore,
            .windows = textOf(transfer.windows),
            .attempts = transfer.attempts,
            .started = transfer.started,
            .completed = transfer.completed,
            .fault = static_cast<std::uint32_t>(transfer.outcome.code),
            .faultText = transfer.outcome.text};
}

Transfer fromRow(const store::TransferRow& row) {
    Transfer transfer;
    transfer.id = row.id;
    transfer.commandKey = row.commandKey;
    transfer.fileType = row.fileType;
    transfer.url = row.url;
    transfer.username = row.username;
    transfer.password = Secret(row.password);
    transfer.fileSize = row.fileSize;
    transfer.targetName = row.targetName;
    transfer.notBefore = row.notBefore;
    transfer.attempts = row.attempts;
    transfer.started = row.started;
    transfer.completed = row.completed;
    transfer.outcome = {static_cast<FaultCode>(row.fault), row.faultText};
    auto windows = windowsOf(row.windows);
    const bool known = row.kind <= static_cast<std::uint8_t>(Kind::OwnUpload) &&
                       row.state >= static_cast<std::uint8_t>(State::Waiting) &&
                       row.state <= static_cast<std::uint8_t>(State::Done) && windows.has_value() &&
                       row.fault <= static_cast<std::uint32_t>(FaultCode::CannotCancel);
    if (!known) {
        transfer.state = State::Done;
        transfer.outcome = {FaultCode::Internal, "the stored transfer cannot be read"};
        return transfer;
    }
    transfer.kind = static_cast<Kind>(row.kind);
    transfer.state = static_cast<State>(row.state);
    transfer.windows = std::move(*windows);
    return transfer;
}

}  // namespace platen::transfer
