// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"
#include "base/time.hpp"
#include "proxy/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace platen::transfer {

/// Which RPC asked for a transfer, or none: a file that the gateway took or gave without the ACS.
/// The numbers are stored.
enum class Kind : std::uint8_t {
    Download = 0,
    Upload = 1,
    ScheduledDownload = 2,
    OwnDownload = 3,  ///< A restore or import (C-XFER-24).
    OwnUpload = 4,    ///< A backup or export.
};

[[nodiscard]] constexpr bool isUpload(Kind kind) {
    return kind == Kind::Upload || kind == Kind::OwnUpload;
}
/// No ACS asked for it: AutonomousTransferComplete reports it.
[[nodiscard]] constexpr bool isAutonomous(Kind kind) {
    return kind == Kind::OwnDownload || kind == Kind::OwnUpload;
}

/// The numbers are those of GetQueuedTransfers, and are stored.
enum class State : std::uint8_t {
    Waiting = 1,
    Running = 2,
    Done = 3,  ///< The ACS has not confirmed TransferComplete yet.
};

/// Faults of transfers, with the numbers of CWMP (C-FLT); None is success.
enum class FaultCode : std::uint16_t {
    None = 0,
    Denied = 9001,
    Internal = 9002,
    InvalidArguments = 9003,
    ResourcesExceeded = 9004,
    DownloadFailed = 9010,
    UploadFailed = 9011,
    Authentication = 9012,
    Protocol = 9013,
    CannotContact = 9015,
    CannotAccess = 9016,
    Incomplete = 9017,
    Corrupted = 9018,
    NotAuthentic = 9019,
    OutsideWindow = 9020,
    CannotCancel = 9021,
};

/// How a transfer or a request for one ended. `text` is for the ACS: no secrets.
struct Outcome {
    FaultCode code = FaultCode::None;
    std::string text;
    bool last = false;  ///< Another try in a window of ScheduleDownload is of no use.

    [[nodiscard]] bool good() const { return code == FaultCode::None; }
};

/// 9010 or 9011: failed, and no code says more.
[[nodiscard]] FaultCode generalFault(Kind kind);

/// A time window of ScheduleDownload.
struct Window {
    WallTime start = kUnknownTime;
    WallTime end = kUnknownTime;
    std::int32_t maxRetries = 0;  ///< -1: kOwnRetries.
};

/// Limits, all tested at the edge.
inline constexpr std::size_t kMaxPerDevice = 16;  ///< Queued and unconfirmed (C-XFER-12).
inline constexpr std::size_t kMaxAutonomous = 8;  ///< Of those, transfers that no ACS asked for.
inline constexpr std::size_t kMaxWindows = 2;
inline constexpr std::int32_t kOwnRetries = 3;  ///< In a window with MaxRetries -1.
/// Starts of one Download or Upload that the end of the program cut off, before it counts as
/// failed.
inline constexpr std::uint32_t kMaxStarts = 3;
inline constexpr Millis kRetryPause{60'000};  ///< Between tries inside a window.

/// One transfer of one device.
struct Transfer {
    std::uint64_t id = 0;  ///< Given by the Queue.
    Kind kind = Kind::Download;
    State state = State::Waiting;
    std::string commandKey;
    std::string fileType;
    std::string url;
    std::string username;
    Secret password;
    std::uint64_t fileSize = 0;         ///< Promised by the ACS; 0: not known.
    std::string targetName;             ///< Only shown; never a path (C-XFER-16).
    WallTime notBefore = kUnknownTime;  ///< DelaySeconds, or the pause before a retry.
    std::vector<Window> windows;        ///< Those not passed yet, the next one first.
    std::uint32_t attempts = 0;         ///< Starts; of a scheduled one in the first window.
    WallTime started = kUnknownTime;
    WallTime completed = kUnknownTime;
    Outcome outcome;  ///< Of State::Done.
};

[[nodiscard]] store::TransferRow toRow(DeviceId device, const Transfer& transfer);
/// Numbers that this program does not know become a transfer that has failed.
[[nodiscard]] Transfer fromRow(const store::TransferRow& row);

}  // namespace platen::transfer
