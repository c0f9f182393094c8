// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/cwmp/session.hpp"
#include "proxy/cwmp/soap_writer.hpp"
#include "proxy/transfer/queue.hpp"

#include <vector>

namespace platen::cwmp {

/// One TransferComplete for each transfer of the queue that has ended (C-XFER-06), one
/// AutonomousTransferComplete if no ACS asked for it (C-XFER-24). `7 TRANSFER COMPLETE`, `10
/// AUTONOMOUS TRANSFER COMPLETE` and `M Download`, `M ScheduleDownload`, `M Upload`, once for each
/// CommandKey (C-EVT-30), are put among the events. `queue` may be null.
[[nodiscard]] Session::OwnRequests reportTransfers(const transfer::Queue* queue,
                                                   std::vector<EventStruct>& events);

}  // namespace platen::cwmp
