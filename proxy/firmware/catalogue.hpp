// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace platen::firmware {

/// One image that the site allows (FW1; docs/formats/firmware-catalogue.md).
struct Entry {
    std::string vendor;                     ///< As Device.DeviceInfo.Manufacturer.
    std::vector<std::string> models;        ///< As ModelName; `*` at the end stands for any rest.
    std::vector<std::string> fromVersions;  ///< As SoftwareVersion; `*` as above.
    std::string version;                    ///< What the printer reports afterwards.
    std::string sha256;                     ///< Lower-case hexadecimal.
    std::uint64_t bytes = 0;
    bool downgrade = false;     ///< May be older than what the printer has (FW9).
    bool irreversible = false;  ///< Needs an `approval`.
    std::string approval;  ///< Who allowed it; a new text lifts the stop after a failure (FW2).
};

inline constexpr std::size_t kMaxCatalogueBytes = 256U << 10U;  ///< The loop reads it.
inline constexpr std::size_t kMaxEntries = 1000;
inline constexpr std::uint64_t kMaxImageBytes = 1U << 30U;

/// Reads the text of a catalogue. Errors: Malformed, TooLarge, with the place.
[[nodiscard]] Result<std::vector<Entry>> parseCatalogue(std::string text);

/// Reads a catalogue and checks its signature, in the file with `.sig` added, by the key. Errors:
/// AuthFailed (not signed by that key, C-XFER-26); those of parseCatalogue and of the files.
[[nodiscard]] Result<std::vector<Entry>> loadCatalogue(const std::filesystem::path& file,
                                                       const std::filesystem::path& publicKey);

}  // namespace platen::firmware
