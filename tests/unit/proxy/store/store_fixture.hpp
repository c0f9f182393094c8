// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/store/store.hpp"
#include "tests/unit/proxy/store/post_loop.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace platen::store::test {

/// A folder of the test's own, gone at its end.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "platen-store-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            ADD_FAILURE() << "no temporary folder";
        }
        path_ = pattern;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

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
