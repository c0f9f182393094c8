// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace platen::mibmap {

/// A way by which a printer takes a firmware image; section `firmware` of a map.
struct FirmwareChannel {
    enum class Kind : std::uint8_t {
        Raw,   ///< The image as it is, to a TCP port.
        Ftp,   ///< STOR, without a login (anonymous).
        Http,  ///< The file of a form, without a login.
    };
    Kind kind = Kind::Raw;
    std::uint16_t port = 0;
    std::string path;   ///< Of FTP: folder, beginning and ending with a slash. Of HTTP: the form's.
    std::string field;  ///< Of HTTP: name of the form's file.
};

}  // namespace platen::mibmap
