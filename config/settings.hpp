// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
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
    std::string profile = "strict";  ///< Name of a delivered ACS profile, or a file.
    // What a profile may hold (acsProfileSettings); settings of the configuration win over it.
    std::string root = "Device:2";
    std::string cwmpVersion = "1.4";            ///< Highest that is offered.
    std::string longTypes = "long";             ///< `long`, `int`, `int_or_string`, `string`.
    std::uint32_t maxRedirects = 5;             ///< 0: a redirect ends the session.
    std::vector<std::string> informParameters;  ///< Internal names; in every Inform.
    std::string eventOrder = "number";          ///< `number`, `weightiest_last`.
    Millis retryMinimum{0};                     ///< Least wait after a failed session.
    std::string unansweredRequests = "repeat";  ///< `repeat`, `drop`.
    bool repairAmpersands = false;
    bool lightweightNotifications = false;  ///< Offered to the ACS (TR-069 Annex M).
};

struct ConnectionRequests {
    std::string listen;     ///< `0.0.0.0:7548`; empty: no listener.
    std::string publicUrl;  ///< `http://gateway.example.net:7548/`
};

/// XMPP for connection requests (TR-069 Annex K); off without a domain.
struct Xmpp {
    std::string server;  ///< `host:port`; empty: found by DNS for the domain.
    std::string domain;
    std::string username;
    Secret password;
    std::string resource = "platen";
    std::filesystem::path caFile;
    bool tlsRequired = true;
    std::string allowedJids;  ///< Comma-separated.
};

struct Discovery {
    std::vector<std::string> ranges;   ///< CIDR, `a-b`, single addresses or host names.
    std::vector<std::string> exclude;  ///< CIDR, `a-b` or single addresses; wins.
    Millis interval{86'400'000};
    std::vector<std::string> quietHours;  ///< `22:00-06:00`, local time.
    bool mdns = false;
    bool wsd = false;
    bool broadcast = false;             ///< By SNMP.
    std::filesystem::path devicesFile;  ///< CSV host, community, tags; empty: none.
    std::uint32_t packetsPerSecond = 50;
};

struct SnmpCredential {
    std::string name;                 ///< For the devices file and messages; may be empty.
    std::vector<std::string> ranges;  ///< Empty: everywhere.
    std::string version = "2c";       ///< `1`, `2c` or `3`.
    Secret community;                 ///< Versions 1 and 2c.
    Secret writeCommunity;            ///< Empty: community.
    // Version 3 (RFC 3414).
    std::string user;
    std::string securityLevel = "auto";  ///< `auto`: what the passwords allow.
    std::string authProtocol = "none";   ///< `none`, `md5`, `sha1`, `sha224` … `sha512`.
    Secret authPassword;
    std::string privProtocol =
        "none";           ///< `none`, `des`, `aes128` … `aes256`, `aes192c`, `aes256c`.
    Secret privPassword;  ///< Empty: authPassword.
    std::string context;
};

struct Snmp {
    std::uint16_t port = 161;
    Millis timeout{2000};
    std::uint32_t retries = 2;
    Millis pause{0};  ///< From an answer of a printer to the next request to it.
    std::vector<SnmpCredential> credentials;
    std::string trapsListen;
};

struct EwsCredential {
    std::vector<std::string> ranges;  ///< Empty: everywhere.
    std::string username;
    Secret password;
};

struct Ews {
    bool enabled = true;
    std::vector<EwsCredential> credentials;  ///< The first that covers the address is used.
};

struct Polling {
    Millis status{60'000};
    Millis supplies{300'000};
    Millis counters{900'000};
    Millis configuration{21'600'000};
    std::uint32_t packetsPerDay = 0;  ///< To one printer; 0: no limit.
    std::uint32_t bytesPerDay = 0;    ///< To and from one printer; 0: no limit.
};

struct Writes {
    bool snmp = false;
    bool ews = false;
};

/// Firmware for printers; off without a catalogue (rules FW1 to FW12).
struct Firmware {
    std::filesystem::path catalogue;  ///< JSON; its signature is beside it, with `.sig` added.
    std::filesystem::path publicKey;  ///< PEM, Ed25519: of who may sign the catalogue.
    Millis idle{300'000};             ///< So long a printer must have been idle.
    Millis timeout{3'600'000};        ///< For getting idle, and again for the new version.
    std::filesystem::path holdFile;   ///< While it exists, no update begins (site on battery).
};

struct DataModel {
    std::string vendorPrefix = "X_PLATEN";
    std::string presentation = "virtual_devices";  ///< Or `embedded_objects` (TR-069 Annex J).
};

struct Api {
    std::string listen = "127.0.0.1:8088";  ///< Empty: no listener.
};

/// Where data files are, if not where they were installed.
struct Paths {
    std::filesystem::path maps;   ///< Folder of the maps; empty: the installed ones.
    std::filesystem::path model;  ///< Folder of the data model; empty: the installed one.
    /// Folder of the site's own maps, laid over the others; empty: none. Not set: the folder `maps`
    /// beside the configuration file, if there is one.
    std::filesystem::path extraMaps;
};

/// The whole configuration, read once; replaced as a whole on reload. Moves, does not copy (it
/// holds secrets).
struct Settings {
    Gateway gateway;
    Acs acs;
    ConnectionRequests connectionRequests;
    Xmpp xmpp;
    Discovery discovery;
    Snmp snmp;
    Ews ews;
    Polling polling;
    Writes writes;
    Firmware firmware;
    DataModel dataModel;
    Api api;
    Paths paths;
};

/// What a load found: settings if there were no errors; every problem otherwise, in file order.
struct LoadOutcome {
    bool ok = false;
    Settings settings;
    std::string report;  ///< Rendered problems (`FILE:LINE:COL: error: /pointer: …` with the source
                         ///< line and a caret), empty if ok.
    std::size_t errorCount = 0;
};

/// Limits of a configuration; the files themselves are held to JsonLimits.
inline constexpr std::size_t kMaxReportedProblems = 100;
inline constexpr std::size_t kMaxConfigFiles = 64;      ///< In conf.d.
inline constexpr std::size_t kMaxSecretBytes = 4096;    ///< Of a secret's file.
inline constexpr std::size_t kMaxCredentials = 256;     ///< In one list.
inline constexpr std::size_t kMaxRanges = 1024;         ///< In one list.
inline constexpr std::size_t kMaxNames = 64;            ///< In one list of names.
inline constexpr std::size_t kMaxUserBytes = 32;        ///< Of an SNMPv3 user or context.
inline constexpr std::size_t kMinUsmPassword = 8;       ///< Characters (RFC 3414 section 11.2).
inline constexpr std::size_t kMaxTextCharacters = 256;  ///< Of one text or secret in the file.

/// Reads and checks a configuration file (JSON with comments), and over it, in the order of their
/// names, the `*.json` files of the folder `conf.d` beside it: objects merge, everything else
/// replaces. Secrets given as `{"file": "name"}` are read from $CREDENTIALS_DIRECTORY if the name
/// is there, else relative to the main file's folder. Relative paths are made absolute against that
/// folder. Reports all errors, up to kMaxReportedProblems. thread: any
[[nodiscard]] LoadOutcome loadSettings(const std::filesystem::path& file);

/// What a text may refer to.
struct LoadContext {
    std::filesystem::path folder;             ///< Base of relative names; absolute.
    std::filesystem::path credentialsFolder;  ///< Looked at first for secrets; may be empty.
    bool readFiles = true;  ///< False: no file is opened; a secret in a file counts as empty.
};

/// The same for one text without conf.d; `fileName` is what problems name. thread: any
[[nodiscard]] LoadOutcome loadSettingsFromText(std::string_view fileName,
                                               std::string text,
                                               const LoadContext& context);

/// Settings that `platen run` needs and that are not there, each as `/pointer: why`. Discovering
/// and polling by hand do without them. thread: any
[[nodiscard]] std::vector<std::string> missingForRun(const Settings& settings);

/// The effective values as the text of a configuration file, secrets replaced by `(secret)`.
/// thread: any
[[nodiscard]] std::string printConfig(const Settings& settings);

}  // namespace platen::config
