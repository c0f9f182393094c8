// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/trap_message.hpp"

#include "proxy/snmp/ber_reader.hpp"
#include "proxy/snmp/pdu_reader.hpp"

#include <utility>

namespace platen::snmp {

namespace {

constexpr std::uint8_t kTrapV1 = 0xA4;  // RFC 1157
constexpr std::int64_t kVersion1 = 0;
constexpr std::int64_t kEnterpriseSpecific = 6;
constexpr std::int64_t kHighest = 0xffffffffLL;

const Oid& snmpTrapOid() {
    static const Oid kOid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
    return kOid;
}
const Oid& snmpTraps() {
    static const Oid kOid{1, 3, 6, 1, 6, 3, 1, 1, 5};
    return kOid;
}
const Oid& printerAlert() {
    static const Oid kOid{1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1};
    return kOid;
}
const Oid& alertGroup() {
    static const Oid kOid{1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 4};
    return kOid;
}

tl::unexpected<Error> broken() {
    return fail(ErrorCode::Malformed, "SNMP trap breaks BER or its own lengths");
}

/// RFC 3584 section 3.1: enterprise.0.specific, or one of the generic ones.
Result<Oid> oidOfV1(const Oid& enterprise, std::int64_t generic, std::int64_t specific) {
    if (generic < 0 || generic > kEnterpriseSpecific || specific < 0 || specific > kHighest) {
        return broken();
    }
    if (generic != kEnterpriseSpecific) {
        return snmpTraps().child({static_cast<std::uint32_t>(generic + 1)});
    }
    if (enterprise.size() + 2 > Oid::kMaxLength) {
        return broken();
    }
    return enterprise.child({0, static_cast<std::uint32_t>(specific)});
}

Result<Trap> decodeV1(std::string_view pdu, std::string_view community) {
    BerReader in(pdu);
    const auto name = in.next(static_cast<std::uint8_t>(SnmpType::ObjectId));
    // The agent's address is not looked at: anybody can write it.
    const auto address = name ? in.next() : std::nullopt;
    const auto generic = address ? in.nextInteger() : std::nullopt;
    const auto specific = generic ? in.nextInteger() : std::nullopt;
    const auto time = specific ? in.next() : std::nullopt;
    const auto list = time ? in.next(kSequence) : std::nullopt;
    Oid enterprise;
    if (!list || !berObjectId(*name, enterprise)) {
        return broken();
    }
    auto oid = oidOfV1(enterprise, *generic, *specific);
    if (!oid) {
        return tl::unexpected<Error>(std::move(oid.error()));
    }
    auto varbinds = decodeVarbinds(*list);
    if (!varbinds) {
        return tl::unexpected<Error>(std::move(varbinds.error()));
    }
    Trap trap;
    trap.version = Version::V1;
    trap.community.assign(community);
    trap.oid = std::move(*oid);
    trap.varbinds = std::move(*varbinds);
    return trap;
}

/// Groups of PrtAlertGroupTC that are about supplies, trays and what they feed: the supplies group
/// has their levels. 8 input, 9 output, 10 marker, 11 markerSupplies, 12 markerColorant, 31
/// finSupply, 32 finSupplyMediaInput.
bool isOfSupplies(std::int64_t group) {
    return (group >= 8 && group <= 12) || group == 31 || group == 32;
}

}  // namespace

Result<Trap> trapOf(Message message) {
    if (message.type != PduType::TrapV2 && message.type != PduType::Inform) {
        return fail(ErrorCode::Unsupported, "SNMP message is no notification");
    }
    Trap trap;
    trap.version = message.version;
    trap.community = std::move(message.community);
    trap.inform = message.type == PduType::Inform;
    trap.requestId = message.requestId;
    trap.varbinds = std::move(message.varbinds);
    for (const auto& varbind : trap.varbinds) {
        if (varbind.oid == snmpTrapOid() && varbind.value.type == SnmpType::ObjectId) {
            trap.oid = *varbind.value.oid;
            return trap;
        }
    }
    return fail(ErrorCode::Unsupported, "SNMP notification does not say what it is");
}

Result<Trap> decodeTrap(std::span<const std::byte> bytes) {
    if (bytes.size() > Codec::kMaxMessageBytes) {
        return fail(ErrorCode::TooLarge, "SNMP message is too large");
    }
    BerReader outer(octetsOf(bytes));
    BerReader in(outer.next(kSequence).value_or(std::string_view{}));
    const auto version = in.nextInteger();
    const auto community =
        version ? in.next(static_cast<std::uint8_t>(SnmpType::OctetString)) : std::nullopt;
    const auto pdu = community ? in.next() : std::nullopt;
    if (!pdu || community->size() > Codec::kMaxCommunityBytes) {
        return broken();
    }
    if (pdu->tag == kTrapV1) {
        return *version == kVersion1 ? decodeV1(pdu->content, *community) : Result<Trap>(broken());
    }
    auto message = Codec::decode(bytes);
    return message ? trapOf(std::move(*message))
                   : Result<Trap>(tl::unexpected<Error>(std::move(message.error())));
}

TrapHint hintOf(const Trap& trap) {
    if (trap.oid == printerAlert()) {
        for (const auto& varbind : trap.varbinds) {
            if (varbind.oid.startsWith(alertGroup())) {
                return {true, isOfSupplies(varbind.value.asInteger().value_or(0))};
            }
        }
        return {true, true};
    }
    if (trap.oid.startsWith(snmpTraps())) {
        constexpr std::uint32_t kColdStart = 1;
        constexpr std::uint32_t kWarmStart = 2;
        const auto number =
            trap.oid.size() > snmpTraps().size() ? trap.oid[snmpTraps().size()] : 0U;
        return {number == kColdStart || number == kWarmStart, false};
    }
    return {true, true};
}

}  // namespace platen::snmp
