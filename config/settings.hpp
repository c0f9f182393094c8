// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace platen::config {

// One struct for each object of the configuration file (design section 4). Defaults here equal
// those of settings.json; a test compares them.

struct Gateway {
    std::string oui = "02A1B2";  ///< Six upper-case hexadecimal digits.
    std::string productClass = "Platen";
    std::string serial = "auto";  ///< `auto`: made once and kept in the store.
    std::string site;
    std::string customer;
    std::filesystem::path stateDir = "/var/lib/platen";
};

struct Acs {
    std::string url;       ///< http or https.
    std::string username;  ///< Empty: `OUI-ProductClass-SerialNumber` of each device (C-AUTH-10).
    Secret password;
    std::filesystem::path caFile;
    std::filesystem::path clientCertificate;
    std::filesystem::path clientKey;
    std::string proxy;
    Millis periodicInform{3'600'000};
    std::uint32_t maxSessions = 8;
    std::string root = "Device:2";
};

struct ConnectionRequests {
    std::string listen;     ///< `0.0.0.0:7548`; empty: no listener.
    std::string publicUrl;  ///< `http://gateway.example.net:7548/`
};

struct Discovery {
    std::vector<std::string> ranges;   ///< CIDR, `a-b`, or single addresses.
    std::vector<std::string> exclude;  ///< The same forms; wins.
    Millis interval{86'400'000};
    std::filesystem::path devicesFile;  ///< CSV host, community, tags; empty: none.
    std::uint32_t packetsPerSecond = 50;
};

struct SnmpCredential {
    std::vector<std::string> ranges;  ///< Empty: everywhere.
    std::string version = "2c";       ///< `1` or `2c`.
    Secret community;
    Secret writeCommunity;  ///< Empty: community.
};

struct Snmp {
    std::uint16_t port = 161;
    Millis timeout{2000};
    std::uint32_t retries = 2;
    std::vector<SnmpCredential> credentials;
    std::string trapsListen;
};

struct Ews {
    bool enabled = true;
};

struct Polling {
    Millis status{60'000};
    Millis supplies{300'000};
    Millis counters{900'000};
    Millis configuration{21'600'000};
};

struct Writes {
    bool snmp = false;
    bool ews = false;
};

struct DataModel {
    std::string vendorPrefix = "X_PLATEN";
};

struct Api {
    std::string listen = "127.0.0.1:8088";
};

/// The whole configuration, read once; replaced as a whole on reload. Moves, does not copy (it
/// holds secrets).
struct Settings {
    Gateway gateway;
    Acs acs;
    ConnectionRequests connectionRequests;
    Discovery discovery;
    Snmp snmp;
    Ews ews;
    Polling polling;
    Writes writes;
    DataModel dataModel;
    Api api;
};

/// What a load found: settings if there were no errors; every problem otherwise, in file order.
struct LoadOutcome {
    bool ok = false;
    Settings settings;
    std::string report;  ///< Rendered problems (`FILE:LINE:COL: error: /pointer: …` with the source
                         ///< line and a caret), empty if ok.
    std::size_t errorCount = 0;
};

/// Reads and checks a configuration file (JSON with comments); secrets given as `{"file": "name"}`
/// are read relative to the file's folder, or to $CREDENTIALS_DIRECTORY if it is there. Relative
/// paths are made absolute against the file's folder. Reports all errors. thread: any
[[nodiscard]] LoadOutcome loadSettings(const std::filesystem::path& file);

}  // namespace platen::config
