// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "proxy/cwmp/messages.hpp"
#include "proxy/transfer/queue.hpp"
#include "proxy/transfer/transfer.hpp"

#include <string>
#include <variant>

namespace platen::cwmp {

/// What Download, Upload or ScheduleDownload asks for, with its times counted from `now`. A fault
/// is 9003 for windows that are empty, overlap or have a mode that TR-069 lacks, 9001 for one that
/// needs a user (C-XFER-23).
[[nodiscard]] std::variant<transfer::Transfer, Fault> wantedTransfer(RpcRequest request,
                                                                     WallTime now);
/// The answer when the transfer is queued (Status 1, C-XFER-05) or cancelled, or why not.
[[nodiscard]] RpcResult transferResult(std::string method, const transfer::Outcome& outcome);
/// C-XFER-21; `queue` may be null. Only what Download and Upload asked for.
[[nodiscard]] RpcResult getQueuedTransfers(const transfer::Queue* queue);
/// C-XFER-21; `queue` may be null.
[[nodiscard]] RpcResult getAllQueuedTransfers(const transfer::Queue* queue);

}  // namespace platen::cwmp
