// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace platen::config {

/// What a setting may hold; the `type` column of settings.json.
enum class Kind : std::uint8_t {
    Boolean,
    Integer,
    Duration,
    String,        ///< Free text, UTF-8 without control characters.
    Identity,      ///< Printable ASCII, 1 to 64 characters (C-PRX-11).
    Enumeration,   ///< One of `allowed`.
    Oui,           ///< Six hexadecimal digits.
    VendorPrefix,  ///< `X_NAME` or empty (mfp-model section 2).
    Url,           ///< http or https, without user name.
    ProxyUrl,      ///< http, https, socks5 or socks5h; may hold a user name.
    Listen,        ///< `address:port` or `[v6]:port`.
    Ranges,        ///< Array of address ranges.
    Targets,       ///< Array of address ranges and host names.
    Names,         ///< Array of texts that are not empty.
    File,          ///< Must be readable.
    FilePattern,   ///< A File, unless it holds `{oui}`, `{product_class}` or `{serial}`.
    Folder,        ///< Must exist.
    Path,          ///< May come to exist later.
    Secret,        ///< String, or `{"file": name}`.
    List,          ///< Array of objects, whose settings have rows of their own.
};

[[nodiscard]] std::string_view toString(Kind kind);

/// The objects that a row writes to; credentials are set while one of their list is read.
struct Target {
    Settings& settings;
    SnmpCredential* snmp = nullptr;
    EwsCredential* ews = nullptr;
};

/// Where a value goes.
using Slot = std::variant<std::monostate,
                          bool*,
                          std::uint16_t*,
                          std::uint32_t*,
                          std::string*,
                          Millis*,
                          std::filesystem::path*,
                          Secret*,
                          std::vector<std::string>*>;

/// One setting. Equal to the row of the same name in settings.json; a test compares.
struct Row {
    std::string_view pointer;  ///< JSON pointer; `*` stands for each element of a list.
    Kind kind;
    Slot (*slot)(Target& target);
    std::int64_t minimum = 0;  ///< Integer; Duration in milliseconds.
    std::int64_t maximum = 0;
    std::string_view allowed = {};  ///< Enumeration: values between commas.
    bool required = false;          ///< In the object that holds it.
    bool mayBeEmpty = true;         ///< Text kinds.
};

/// All settings, in the order of the manual.
[[nodiscard]] std::span<const Row> settingTable();

}  // namespace platen::config
