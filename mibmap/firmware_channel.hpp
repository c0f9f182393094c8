// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace platen::mibmap {

/// A way by which a printer takes a firmware image; section `firmware` of a map.
struct FirmwareChannel {
    enum class Kind : std::uint8_t {
        Raw,  ///< The image as it is, to a TCP port.
        Ftp,  ///< STOR, without a login (anonymous).
    };
    Kind kind = Kind::Raw;
    std::uint16_t port = 0;
    std::string path;  ///< Of FTP: folder, beginning and ending with a slash.
};

}  // namespace platen::mibmap
