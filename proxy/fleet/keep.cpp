// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/keep.hpp"

#include "base/log.hpp"
#include "proxy/fleet/device_values.hpp"

#include <utility>

namespace platen::fleet {

void commitAndLog(store::Store& store,
                  store::Batch batch,
                  store::Durability durability,
                  DeviceId device) {
    if (batch.empty()) {
        return;
    }
    store.commit(std::move(batch), durability, [device](const Result<void>& result) {
        if (!result) {
            LOG_ERROR("fleet", "store.failed", {"device", device}, {"error", result.error().text});
        }
    });
}

store::Batch setOwnValues(const std::vector<Assignment>& assignments,
                          bool kept,
                          const model::PathCodec& codec,
                          DeviceId device,
                          ChangeRecorder& changes) {
    store::Batch batch;
    for (const auto& assignment : assignments) {
        changes.set(assignment.ref, assignment.value,
                    kept ? model::Source::Acs : model::Source::Gateway);
        if (kept) {
            batch.emplace_back(toRow(device, codec, assignment));
        }
    }
    return batch;
}

}  // namespace platen::fleet
