// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/credentials.hpp"

#include "config/address_range.hpp"
#include "proxy/discovery/address_walk.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace platen::discovery {

namespace {

using snmp::AuthProtocol;
using snmp::PrivProtocol;
using snmp::SecurityLevel;

template <typename T, std::size_t N>
T find(const std::array<std::pair<std::string_view, T>, N>& table, std::string_view name, T none) {
    for (const auto& [word, value] : table) {
        if (word == name) {
            return value;
        }
    }
    return none;
}

constexpr std::array<std::pair<std::string_view, AuthProtocol>, 6> kAuthProtocols{{
    {"md5", AuthProtocol::Md5},
    {"sha1", AuthProtocol::Sha1},
    {"sha224", AuthProtocol::Sha224},
    {"sha256", AuthProtocol::Sha256},
    {"sha384", AuthProtocol::Sha384},
    {"sha512", AuthProtocol::Sha512},
}};
constexpr std::array<std::pair<std::string_view, PrivProtocol>, 6> kPrivProtocols{{
    {"des", PrivProtocol::Des},
    {"aes128", PrivProtocol::Aes128},
    {"aes192", PrivProtocol::Aes192},
    {"aes256", PrivProtocol::Aes256},
    {"aes192c", PrivProtocol::Aes192Cisco},
    {"aes256c", PrivProtocol::Aes256Cisco},
}};

SecurityLevel levelOf(const config::SnmpCredential& credential) {
    for (const auto level :
         {SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv}) {
        if (credential.securityLevel == toString(level)) {
            return level;
        }
    }
    return credential.privProtocol != "none"   ? SecurityLevel::AuthPriv
           : credential.authProtocol != "none" ? SecurityLevel::AuthNoPriv
                                               : SecurityLevel::NoAuthNoPriv;
}

SnmpAccess accessOf(const config::SnmpCredential& credential, std::size_t place) {
    SnmpAccess access;
    access.label = credential.name.empty() ? "#" + std::to_string(place + 1) : credential.name;
    if (credential.version == "3") {
        snmp::UsmUserOptions options;
        options.name = credential.user;
        options.level = levelOf(credential);
        options.auth = find(kAuthProtocols, credential.authProtocol, AuthProtocol::None);
        options.authPassword = credential.authPassword.clone();
        options.priv = find(kPrivProtocols, credential.privProtocol, PrivProtocol::None);
        options.privPassword = credential.privPassword.clone();
        options.context = credential.context;
        access.version = snmp::Version::V3;
        access.user = std::make_shared<const snmp::UsmUser>(std::move(options));
        return access;
    }
    access.version = credential.version == "1" ? snmp::Version::V1 : snmp::Version::V2c;
    access.community = credential.community.clone();
    access.writeCommunity = credential.writeCommunity.clone();
    return access;
}

bool applies(const config::SnmpCredential& credential, const net::Address& address) {
    if (credential.ranges.empty()) {
        return true;
    }
    const auto ranges = config::parseAddressRanges(credential.ranges);
    return ranges && std::any_of(ranges->begin(), ranges->end(), [&](const auto& range) {
               return range.contains(toConfig(address));
           });
}

}  // namespace

std::vector<SnmpAccess> candidatesFor(const config::Snmp& settings, const net::Address& address) {
    std::vector<SnmpAccess> out;
    for (std::size_t i = 0; i < settings.credentials.size(); ++i) {
        if (applies(settings.credentials[i], address)) {
            out.push_back(accessOf(settings.credentials[i], i));
        }
    }
    if (settings.credentials.empty()) {
        out.push_back({snmp::Version::V2c, Secret("public"), Secret()});
    }
    return out;
}

std::vector<SnmpAccess> candidatesFor(const config::Snmp& settings,
                                      const net::Address& address,
                                      std::string_view preferred) {
    auto out = candidatesFor(settings, address);
    const auto others = std::stable_partition(
        out.begin(), out.end(),
        [preferred](const SnmpAccess& access) { return access.label == preferred; });
    if (others == out.begin()) {
        if (auto named = credentialNamed(settings, preferred)) {
            out.insert(out.begin(), std::move(*named));
        }
    }
    return out;
}

std::optional<SnmpAccess> credentialNamed(const config::Snmp& settings, std::string_view name) {
    for (std::size_t i = 0; i < settings.credentials.size(); ++i) {
        if (!name.empty() && settings.credentials[i].name == name) {
            return accessOf(settings.credentials[i], i);
        }
    }
    return std::nullopt;
}

}  // namespace platen::discovery
