// SPDX-License-Identifier: Apache-2.0
#include "config/setting_table.hpp"

#include <array>

namespace platen::config {

namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kDay = 86'400 * kSecond;

/// A row without bounds.
constexpr Row row(std::string_view pointer, Kind kind, Slot (*slot)(Target&)) {
    return {.pointer = pointer, .kind = kind, .slot = slot};
}

/// A row with bounds.
constexpr Row row(std::string_view pointer,
                  Kind kind,
                  Slot (*slot)(Target&),
                  std::int64_t minimum,
                  std::int64_t maximum) {
    return {.pointer = pointer, .kind = kind, .slot = slot, .minimum = minimum, .maximum = maximum};
}

constexpr Row notEmpty(Row base) {
    base.mayBeEmpty = false;
    return base;
}

constexpr Row oneOf(std::string_view pointer, std::string_view allowed, Slot (*slot)(Target&)) {
    Row result = row(pointer, Kind::Enumeration, slot);
    result.allowed = allowed;
    return notEmpty(result);
}

constexpr Row required(Row base) {
    base.required = true;
    return base;
}

#define SLOT(expression) [](Target& t) -> Slot { return &t.expression; }

// A macro, because a lambda for each row would hide the table behind its brackets.
constexpr std::array kRows{
    notEmpty(row("/gateway/oui", Kind::Oui, SLOT(settings.gateway.oui))),
    notEmpty(row("/gateway/product_class", Kind::Identity, SLOT(settings.gateway.productClass))),
    notEmpty(row("/gateway/serial", Kind::Identity, SLOT(settings.gateway.serial))),
    row("/gateway/site", Kind::String, SLOT(settings.gateway.site)),
    row("/gateway/customer", Kind::String, SLOT(settings.gateway.customer)),
    notEmpty(row("/gateway/state_dir", Kind::Path, SLOT(settings.gateway.stateDir))),

    row("/acs/url", Kind::Url, SLOT(settings.acs.url)),
    row("/acs/username", Kind::String, SLOT(settings.acs.username)),
    row("/acs/password", Kind::Secret, SLOT(settings.acs.password)),
    row("/acs/ca_file", Kind::File, SLOT(settings.acs.caFile)),
    row("/acs/client_certificate", Kind::FilePattern, SLOT(settings.acs.clientCertificate)),
    row("/acs/client_key", Kind::FilePattern, SLOT(settings.acs.clientKey)),
    row("/acs/proxy", Kind::ProxyUrl, SLOT(settings.acs.proxy)),
    row("/acs/periodic_inform",
        Kind::Duration,
        SLOT(settings.acs.periodicInform),
        kSecond,
        31 * kDay),
    row("/acs/max_sessions", Kind::Integer, SLOT(settings.acs.maxSessions), 1, 1000),
    notEmpty(row("/acs/profile", Kind::String, SLOT(settings.acs.profile))),
    oneOf("/acs/root", "Device:2,Device:1", SLOT(settings.acs.root)),
    oneOf("/acs/cwmp_version", "1.0,1.1,1.2,1.3,1.4", SLOT(settings.acs.cwmpVersion)),
    oneOf("/acs/long_types", "long,int,int_or_string,string", SLOT(settings.acs.longTypes)),
    row("/acs/max_redirects", Kind::Integer, SLOT(settings.acs.maxRedirects), 0, 10),
    row("/acs/inform_parameters", Kind::Names, SLOT(settings.acs.informParameters)),
    oneOf("/acs/event_order", "number,weightiest_last", SLOT(settings.acs.eventOrder)),
    row("/acs/retry_minimum", Kind::Duration, SLOT(settings.acs.retryMinimum), 0, 3600 * kSecond),
    oneOf("/acs/unanswered_requests", "repeat,drop", SLOT(settings.acs.unansweredRequests)),
    row("/acs/repair_ampersands", Kind::Boolean, SLOT(settings.acs.repairAmpersands)),
    row("/acs/lightweight_notifications",
        Kind::Boolean,
        SLOT(settings.acs.lightweightNotifications)),

    row("/connection_requests/listen", Kind::Listen, SLOT(settings.connectionRequests.listen)),
    row("/connection_requests/public_url", Kind::Url, SLOT(settings.connectionRequests.publicUrl)),

    row("/xmpp/server", Kind::Listen, SLOT(settings.xmpp.server)),
    row("/xmpp/domain", Kind::String, SLOT(settings.xmpp.domain)),
    row("/xmpp/username", Kind::String, SLOT(settings.xmpp.username)),
    row("/xmpp/password", Kind::Secret, SLOT(settings.xmpp.password)),
    notEmpty(row("/xmpp/resource", Kind::String, SLOT(settings.xmpp.resource))),
    row("/xmpp/ca_file", Kind::File, SLOT(settings.xmpp.caFile)),
    row("/xmpp/tls_required", Kind::Boolean, SLOT(settings.xmpp.tlsRequired)),
    row("/xmpp/allowed_jids", Kind::String, SLOT(settings.xmpp.allowedJids)),

    row("/discovery/ranges", Kind::Targets, SLOT(settings.discovery.ranges)),
    row("/discovery/exclude", Kind::Ranges, SLOT(settings.discovery.exclude)),
    row("/discovery/interval",
        Kind::Duration,
        SLOT(settings.discovery.interval),
        kSecond,
        365 * kDay),
    row("/discovery/quiet_hours", Kind::Names, SLOT(settings.discovery.quietHours)),
    row("/discovery/mdns", Kind::Boolean, SLOT(settings.discovery.mdns)),
    row("/discovery/wsd", Kind::Boolean, SLOT(settings.discovery.wsd)),
    row("/discovery/broadcast", Kind::Boolean, SLOT(settings.discovery.broadcast)),
    row("/discovery/devices_file", Kind::File, SLOT(settings.discovery.devicesFile)),
    row("/discovery/packets_per_second",
        Kind::Integer,
        SLOT(settings.discovery.packetsPerSecond),
        1,
        1000),

    row("/snmp/port", Kind::Integer, SLOT(settings.snmp.port), 1, 65'535),
    row("/snmp/timeout", Kind::Duration, SLOT(settings.snmp.timeout), 100, 60 * kSecond),
    row("/snmp/retries", Kind::Integer, SLOT(settings.snmp.retries), 0, 10),
    row("/snmp/pause", Kind::Duration, SLOT(settings.snmp.pause), 0, 10 * kSecond),
    row("/snmp/credentials", Kind::List, nullptr),
    row("/snmp/credentials/*/name", Kind::String, SLOT(snmp->name)),
    row("/snmp/credentials/*/ranges", Kind::Ranges, SLOT(snmp->ranges)),
    oneOf("/snmp/credentials/*/version", "1,2c,3", SLOT(snmp->version)),
    notEmpty(row("/snmp/credentials/*/community", Kind::Secret, SLOT(snmp->community))),
    row("/snmp/credentials/*/write_community", Kind::Secret, SLOT(snmp->writeCommunity)),
    notEmpty(row("/snmp/credentials/*/user", Kind::String, SLOT(snmp->user))),
    oneOf("/snmp/credentials/*/security_level",
          "auto,noAuthNoPriv,authNoPriv,authPriv",
          SLOT(snmp->securityLevel)),
    oneOf("/snmp/credentials/*/auth_protocol",
          "none,md5,sha1,sha224,sha256,sha384,sha512",
          SLOT(snmp->authProtocol)),
    row("/snmp/credentials/*/auth_password", Kind::Secret, SLOT(snmp->authPassword)),
    oneOf("/snmp/credentials/*/priv_protocol",
          "none,des,aes128,aes192,aes256,aes192c,aes256c",
          SLOT(snmp->privProtocol)),
    row("/snmp/credentials/*/priv_password", Kind::Secret, SLOT(snmp->privPassword)),
    row("/snmp/credentials/*/context", Kind::String, SLOT(snmp->context)),
    row("/snmp/traps/listen", Kind::Listen, SLOT(settings.snmp.trapsListen)),

    row("/ews/enabled", Kind::Boolean, SLOT(settings.ews.enabled)),
    row("/ews/credentials", Kind::List, nullptr),
    row("/ews/credentials/*/ranges", Kind::Ranges, SLOT(ews->ranges)),
    row("/ews/credentials/*/username", Kind::String, SLOT(ews->username)),
    required(row("/ews/credentials/*/password", Kind::Secret, SLOT(ews->password))),

    row("/polling/status", Kind::Duration, SLOT(settings.polling.status), kSecond, 31 * kDay),
    row("/polling/supplies", Kind::Duration, SLOT(settings.polling.supplies), kSecond, 31 * kDay),
    row("/polling/counters", Kind::Duration, SLOT(settings.polling.counters), kSecond, 31 * kDay),
    row("/polling/configuration",
        Kind::Duration,
        SLOT(settings.polling.configuration),
        kSecond,
        31 * kDay),
    row("/polling/packets_per_day",
        Kind::Integer,
        SLOT(settings.polling.packetsPerDay),
        0,
        10'000'000),
    row("/polling/bytes_per_day",
        Kind::Integer,
        SLOT(settings.polling.bytesPerDay),
        0,
        4'000'000'000),

    row("/writes/snmp", Kind::Boolean, SLOT(settings.writes.snmp)),
    row("/writes/ews", Kind::Boolean, SLOT(settings.writes.ews)),

    row("/firmware/catalogue", Kind::File, SLOT(settings.firmware.catalogue)),
    row("/firmware/signer", Kind::File, SLOT(settings.firmware.publicKey)),
    row("/firmware/idle", Kind::Duration, SLOT(settings.firmware.idle), kSecond, kDay),
    row("/firmware/timeout", Kind::Duration, SLOT(settings.firmware.timeout), 10 * kSecond, kDay),
    row("/firmware/hold_file", Kind::Path, SLOT(settings.firmware.holdFile)),

    row("/data_model/vendor_prefix", Kind::VendorPrefix, SLOT(settings.dataModel.vendorPrefix)),
    oneOf("/data_model/presentation",
          "virtual_devices,embedded_objects",
          SLOT(settings.dataModel.presentation)),

    row("/api/listen", Kind::Listen, SLOT(settings.api.listen)),

    row("/paths/maps", Kind::Folder, SLOT(settings.paths.maps)),
    row("/paths/model", Kind::Folder, SLOT(settings.paths.model)),
    row("/paths/extra_maps", Kind::Folder, SLOT(settings.paths.extraMaps)),
};

#undef SLOT

}  // namespace

std::string_view toString(Kind kind) {
    switch (kind) {
        case Kind::Boolean:
            return "boolean";
        case Kind::Integer:
            return "integer";
        case Kind::Duration:
            return "duration";
        case Kind::String:
            return "string";
        case Kind::Identity:
            return "identity";
        case Kind::Enumeration:
            return "enumeration";
        case Kind::Oui:
            return "oui";
        case Kind::VendorPrefix:
            return "vendor-prefix";
        case Kind::Url:
            return "url";
        case Kind::ProxyUrl:
            return "proxy-url";
        case Kind::Listen:
            return "listen";
        case Kind::Ranges:
            return "ranges";
        case Kind::Targets:
            return "targets";
        case Kind::Names:
            return "names";
        case Kind::File:
            return "file";
        case Kind::FilePattern:
            return "file-pattern";
        case Kind::Folder:
            return "folder";
        case Kind::Path:
            return "path";
        case Kind::Secret:
            return "secret";
        case Kind::List:
            return "list";
    }
    return "string";
}

std::span<const Row> settingTable() {
    return kRows;
}

}  // namespace platen::config
