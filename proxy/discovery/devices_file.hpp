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
    /// Name of an entry of snmp.credentials, which alone is tried; wins over community.
    std::string credential = {};
};

/// What a devices file held. Lines that cannot be used are named, the others are taken.
struct DevicesFile {
    std::vector<ListedDevice> devices;
    std::vector<std::string> problems;  ///< `line 7, column 1: …`, at most kMaxFileProblems.
};

inline constexpr std::size_t kMaxDevicesFileBytes = 8U << 20U;
inline constexpr std::size_t kMaxListedDevices = 50'000;
inline constexpr std::size_t kMaxFileProblems = 100;

/// CSV as spreadsheets write it (docs/formats/devices-file.md): addresses, communities and tags in
/// columns that a heading names in any order, or host, community, tags without one. A host that was
/// listed before is named and left out. Pure.
[[nodiscard]] DevicesFile parseDevicesFile(std::string_view bytes);
/// Errors: NotFound, TooLarge.
[[nodiscard]] Result<DevicesFile> loadDevicesFile(const std::filesystem::path& path);

}  // namespace platen::discovery
