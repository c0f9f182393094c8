// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace platen::discovery {

/// A printer named by the operator.
struct ListedDevice {
    std::string host;  ///< Address or name.
    Secret community;  ///< Empty: by the configured credentials.
    std::string tags;
};

/// What a devices file held. Lines that cannot be used are named, the others are taken.
struct DevicesFile {
    std::vector<ListedDevice> devices;
    std::vector<std::string> problems;  ///< `line 7: …`
};

inline constexpr std::size_t kMaxDevicesFileBytes = 8U << 20U;
inline constexpr std::size_t kMaxListedDevices = 50'000;

/// CSV as spreadsheets write it: `host,community,tags`, comma, semicolon or tab, quotes, CRLF, a
/// byte order mark, a heading line. `#` begins a comment line. Pure.
[[nodiscard]] DevicesFile parseDevicesFile(std::string_view text);
/// Errors: NotFound, TooLarge.
[[nodiscard]] Result<DevicesFile> loadDevicesFile(const std::filesystem::path& path);

}  // namespace platen::discovery
