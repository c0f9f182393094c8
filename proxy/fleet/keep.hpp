// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/fleet/printer_state.hpp"
#include "proxy/store/store.hpp"

#include <vector>

namespace platen::fleet {

/// Commits a batch that nobody waits for; a failure is logged. An empty one costs nothing.
/// thread: loop
void commitAndLog(store::Store& store,
                  store::Batch batch,
                  store::Durability durability,
                  DeviceId device);

/// Values that the gateway itself gives: into the tree; the rows for the store, where `kept`.
[[nodiscard]] store::Batch setOwnValues(const std::vector<Assignment>& assignments,
                                        bool kept,
                                        const model::PathCodec& codec,
                                        DeviceId device,
                                        ChangeRecorder& changes);

}  // namespace platen::fleet
