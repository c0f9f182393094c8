// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace platen::sim {

/// Calls `stop(context)` in the signal handler of SIGTERM and SIGINT, so it must be safe there;
/// both must live as long as the process. SIGPIPE is ignored. Once, at start, before threads.
void onStopSignals(void (*stop)(void* context), void* context);

}  // namespace platen::sim
