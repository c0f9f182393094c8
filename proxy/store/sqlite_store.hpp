// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/store/store.hpp"

#include <cstddef>
#include <cstdint>

namespace platen::store {

/// What openSqlite may use; the defaults are those of the two-argument form.
struct SqliteLimits {
    std::uint64_t maxPages = 0;  ///< Size of the file in pages of 4 KiB; more is Exhausted, as on a
                                 ///< full disk; 0: the disk decides.
    std::size_t maxQueuedBatches = Store::kMaxQueuedBatches;
    Millis soon = Store::kSoon;  ///< Until a batch of Durability::Soon is on disk.
};

[[nodiscard]] Result<std::unique_ptr<Store>> openSqlite(const std::filesystem::path& file,
                                                        net::Loop& loop,
                                                        const SqliteLimits& limits);

}  // namespace platen::store
