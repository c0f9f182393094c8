// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/usm_report.hpp"

#include "base/text.hpp"

namespace platen::snmp {

namespace {

const Oid& usmStats() {
    static const Oid kOid{1, 3, 6, 1, 6, 3, 15, 1, 1};
    return kOid;
}
const Oid& targetMibObjects() {
    static const Oid kOid{1, 3, 6, 1, 6, 3, 12, 1};
    return kOid;
}

std::uint32_t numberOf(UsmReport report) {
    switch (report) {
        case UsmReport::UnsupportedSecurityLevel:
            return 1;
        case UsmReport::NotInTimeWindow:
            return 2;
        case UsmReport::UnknownUserName:
            return 3;
        case UsmReport::UnknownEngineId:
            return 4;
        case UsmReport::WrongDigest:
            return 5;
        case UsmReport::DecryptionError:
            return 6;
        case UsmReport::UnknownContext:
        case UsmReport::Other:
            break;
    }
    return 0;
}

}  // namespace

UsmReport reportOf(std::span<const VarBind> varbinds) {
    if (varbinds.empty()) {
        return UsmReport::Other;
    }
    const auto& oid = varbinds.front().oid;
    const auto number = [&oid](const Oid& below) {
        return oid.startsWith(below) && oid.size() > below.size() ? oid[below.size()] : 0U;
    };
    constexpr std::uint32_t kUnavailable = 4;
    constexpr std::uint32_t kUnknown = 5;
    const auto context = number(targetMibObjects());
    if (context == kUnavailable || context == kUnknown) {
        return UsmReport::UnknownContext;
    }
    const auto shown = number(usmStats());
    for (const auto report : {UsmReport::UnsupportedSecurityLevel, UsmReport::NotInTimeWindow,
                              UsmReport::UnknownUserName, UsmReport::UnknownEngineId,
                              UsmReport::WrongDigest, UsmReport::DecryptionError}) {
        if (shown != 0 && shown == numberOf(report)) {
            return report;
        }
    }
    return UsmReport::Other;
}

Oid counterOf(UsmReport report) {
    if (report == UsmReport::UnknownContext) {
        return targetMibObjects().child({5, 0});
    }
    return usmStats().child({numberOf(report), 0});
}

bool refusesUser(UsmReport report) {
    return report == UsmReport::WrongDigest || report == UsmReport::UnknownUserName ||
           report == UsmReport::DecryptionError;
}

Error errorOf(UsmReport report, const UsmUser& user) {
    const auto said = [&user](std::string_view what) {
        return text::cat({"SNMPv3 user \"", text::cleanForXml(user.name()), "\": ", what});
    };
    switch (report) {
        case UsmReport::UnsupportedSecurityLevel:
            return {ErrorCode::Refused,
                    said(text::cat({"the printer does not offer this user the level ",
                                    toString(user.level()),
                                    " (unsupportedSecLevels); give it the protocols in the "
                                    "printer, or lower security_level"}))};
        case UsmReport::NotInTimeWindow:
            return {ErrorCode::Malformed,
                    said("the printer refuses its own clock (notInTimeWindows); restart it, or "
                         "reset its SNMPv3 settings")};
        case UsmReport::UnknownUserName:
            return {ErrorCode::AuthFailed,
                    said("the printer does not know it (unknownUserNames); make the user in the "
                         "printer, or correct user")};
        case UsmReport::UnknownEngineId:
            return {ErrorCode::Malformed,
                    said("the printer refuses its own engine id (unknownEngineIDs); its SNMPv3 "
                         "agent is broken, or two devices answer at this address")};
        case UsmReport::WrongDigest:
            return {ErrorCode::AuthFailed,
                    said("wrong authentication (wrongDigests); auth_password or auth_protocol is "
                         "not the printer's")};
        case UsmReport::DecryptionError:
            return {ErrorCode::AuthFailed,
                    said("the printer cannot decrypt (decryptionErrors); priv_password or "
                         "priv_protocol is not the printer's (aes192c and aes256c are other keys "
                         "than aes192 and aes256)")};
        case UsmReport::UnknownContext:
            return {ErrorCode::Refused, said(text::cat({"the printer has no context \"",
                                                        text::cleanForXml(user.context()),
                                                        "\" (unknownContexts); correct context"}))};
        case UsmReport::Other:
            break;
    }
    return {ErrorCode::Refused, said("the printer refuses the message by a REPORT")};
}

}  // namespace platen::snmp
