// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/snmp_access_values.hpp"

#include "proxy/snmp/usm_user.hpp"

#include <algorithm>
#include <memory>

namespace platen::fleet {

namespace {

using snmp::AuthProtocol;
using snmp::PrivProtocol;
using snmp::SecurityLevel;

struct Level {
    SecurityLevel level;
    std::string_view text;
};
constexpr std::array<Level, 3> kLevels{{{SecurityLevel::NoAuthNoPriv, "NoAuthNoPriv"},
                                        {SecurityLevel::AuthNoPriv, "AuthNoPriv"},
                                        {SecurityLevel::AuthPriv, "AuthPriv"}}};
struct Auth {
    AuthProtocol protocol;
    std::string_view text;
};
constexpr std::array<Auth, 7> kAuth{{{AuthProtocol::None, "None"},
                                     {AuthProtocol::Md5, "MD5"},
                                     {AuthProtocol::Sha1, "SHA1"},
                                     {AuthProtocol::Sha224, "SHA224"},
                                     {AuthProtocol::Sha256, "SHA256"},
                                     {AuthProtocol::Sha384, "SHA384"},
                                     {AuthProtocol::Sha512, "SHA512"}}};
struct Priv {
    PrivProtocol protocol;
    std::string_view text;
};
// The model does not tell the two ways to extend a key apart; the first one of a text is meant.
constexpr std::array<Priv, 7> kPriv{{{PrivProtocol::None, "None"},
                                     {PrivProtocol::Des, "DES"},
                                     {PrivProtocol::Aes128, "AES128"},
                                     {PrivProtocol::Aes192, "AES192"},
                                     {PrivProtocol::Aes256, "AES256"},
                                     {PrivProtocol::Aes192Cisco, "AES192"},
                                     {PrivProtocol::Aes256Cisco, "AES256"}}};

std::string_view textOf(snmp::Version version) {
    switch (version) {
        case snmp::Version::V1:
            return "V1";
        case snmp::Version::V2c:
            return "V2c";
        case snmp::Version::V3:
            return "V3";
    }
    return "V2c";
}

}  // namespace

std::array<model::ParamIndex, 10> accessParams(const WellKnown& names) {
    return {names.snmpVersion,        names.snmpReadCommunity, names.snmpWriteCommunity,
            names.snmpSecurityName,   names.snmpSecurityLevel, names.snmpAuthProtocol,
            names.snmpAuthPassphrase, names.snmpPrivProtocol,  names.snmpPrivPassphrase,
            names.snmpContextName};
}

std::vector<std::pair<model::ParamIndex, std::string>> accessTexts(
    const WellKnown& names, const discovery::SnmpAccess& access) {
    std::vector<std::pair<model::ParamIndex, std::string>> out;
    const auto add = [&out](model::ParamIndex param, std::string_view text) {
        out.emplace_back(param, text);
    };
    const snmp::UsmUser nobody({});
    const auto& user = access.user ? *access.user : nobody;
    add(names.snmpVersion, textOf(access.version));
    add(names.snmpReadCommunity, access.community.reveal());
    add(names.snmpWriteCommunity, access.writeCommunity.reveal());
    add(names.snmpSecurityName, user.name());
    add(names.snmpSecurityLevel, std::ranges::find(kLevels, user.level(), &Level::level)->text);
    add(names.snmpAuthProtocol, std::ranges::find(kAuth, user.auth(), &Auth::protocol)->text);
    add(names.snmpAuthPassphrase, user.authPassword().reveal());
    add(names.snmpPrivProtocol, std::ranges::find(kPriv, user.priv(), &Priv::protocol)->text);
    add(names.snmpPrivPassphrase, user.privPassword().reveal());
    add(names.snmpContextName, user.context());
    return out;
}

discovery::SnmpAccess accessOf(const WellKnown& names,
                               const model::Tree& tree,
                               const discovery::SnmpAccess& now) {
    const auto text = [&tree](model::ParamIndex param) {
        const auto value = tree.get(inService(param));
        return value ? value->text() : std::string();
    };
    const auto asTold = accessTexts(names, now);
    if (std::ranges::all_of(
            asTold, [&text](const auto& told) { return text(told.first) == told.second; })) {
        return now.clone();
    }
    discovery::SnmpAccess access;
    const auto version = text(names.snmpVersion);
    access.version = version == "V1"   ? snmp::Version::V1
                     : version == "V3" ? snmp::Version::V3
                                       : snmp::Version::V2c;
    if (access.version != snmp::Version::V3) {
        access.community = Secret(text(names.snmpReadCommunity));
        access.writeCommunity = Secret(text(names.snmpWriteCommunity));
        return access;
    }
    const auto known = [&text](model::ParamIndex param, const auto& table) {
        const auto wanted = text(param);
        const auto* const found = std::ranges::find_if(
            table, [&wanted](const auto& entry) { return entry.text == wanted; });
        return found == table.end() ? table.front() : *found;
    };
    snmp::UsmUserOptions options;
    options.name = text(names.snmpSecurityName);
    options.level = known(names.snmpSecurityLevel, kLevels).level;
    options.auth = known(names.snmpAuthProtocol, kAuth).protocol;
    options.authPassword = Secret(text(names.snmpAuthPassphrase));
    options.priv = known(names.snmpPrivProtocol, kPriv).protocol;
    if (now.user && now.user->priv() != options.priv &&
        std::ranges::find(kPriv, now.user->priv(), &Priv::protocol)->text ==
            text(names.snmpPrivProtocol)) {
        options.priv = now.user->priv();
    }
    options.privPassword = Secret(text(names.snmpPrivPassphrase));
    options.context = text(names.snmpContextName);
    access.user = std::make_shared<const snmp::UsmUser>(std::move(options));
    return access;
}

std::string_view snmpStatusOf(ErrorCode code) {
    switch (code) {
        case ErrorCode::AuthFailed:
            return kAuthenticationFailure;
        case ErrorCode::Refused:
            return "UnsupportedSecurity";
        case ErrorCode::Timeout:
            return "Timeout";
        case ErrorCode::Malformed:
        case ErrorCode::TooLarge:
        case ErrorCode::Unsupported:
        case ErrorCode::NotFound:
        case ErrorCode::Conflict:
        case ErrorCode::Exhausted:
        case ErrorCode::Internal:
            return "Error";
    }
    return "Error";
}

bool endsContact(ErrorCode code) {
    return code == ErrorCode::Timeout || code == ErrorCode::AuthFailed ||
           code == ErrorCode::Refused || code == ErrorCode::Malformed;
}

}  // namespace platen::fleet
