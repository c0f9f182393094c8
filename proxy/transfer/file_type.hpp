// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/transfer/transfer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::transfer {

/// What a FileType argument names (C-XFER, table of file types).
struct FileType {
    enum class Content : std::uint8_t { Firmware, Configuration, Log };
    Content content = Content::Log;
    std::optional<std::uint32_t> instance;  ///< Of VendorConfigFile or VendorLogFile.
};

/// Reads a FileType for this kind of transfer; the deprecated names of uploads are taken, too.
/// Nothing for types that no device of this program has (web content, tones, vendor types) and for
/// everything else.
[[nodiscard]] std::optional<FileType> readFileType(Kind kind, std::string_view text);

/// The name in GetAllQueuedTransfers, whose list differs from that of Upload.
[[nodiscard]] std::string listedFileType(Kind kind, const std::string& text);

}  // namespace platen::transfer
