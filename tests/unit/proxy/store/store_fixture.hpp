// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/store/store.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/proxy/store/post_loop.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace platen::store::test {

using platen::test::TemporaryFolder;

/// Commits and waits for the answer.
inline Result<void> commitNow(Store& store,
                              platen::test::PostLoop& loop,
                              Batch batch,
                              Durability durability = Durability::Durable) {
    std::optional<Result<void>> answer;
    store.commit(std::move(batch), durability,
                 [&answer](Result<void> result) { answer = std::move(result); });
    if (!loop.runUntil([&answer] { return answer.has_value(); })) {
        return fail(ErrorCode::Timeout, "no answer to a commit");
    }
    return *answer;
}

inline WallTime at(std::int64_t millis) {
    return WallTime{Millis{millis}};
}

inline DeviceRecord sampleDevice(std::uint32_t id, std::string serial) {
    return DeviceRecord{.id = DeviceId{id},
                        .manufacturer = "Maker & Söhne",
                        .oui = "00AABB",
                        .productClass = "Laser 4000",
                        .serial = std::move(serial),
                        .printerSerial = "PS-1",
                        .macAddress = "00:AA:BB:01:02:03",
                        .address = "192.0.2.9",
                        .model = "Laser 4000dn",
                        .firstSeen = at(1'900'000'000'123),
                        .lastSeen = at(1'900'000'001'456),
                        .bootstrapped = true,
                        .acsUrl = "https://acs.example.net/"};
}

}  // namespace platen::store::test
