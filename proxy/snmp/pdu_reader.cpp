// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/pdu_reader.hpp"

#include "proxy/snmp/codec.hpp"

#include <algorithm>
#include <utility>

namespace platen::snmp {

namespace {

/// For a first guess of how many varbinds a message holds.
constexpr std::size_t kUsualVarbindBytes = 20;

tl::unexpected<Error> broken() {
    return fail(ErrorCode::Malformed, "SNMP message breaks BER or its own lengths");
}

bool isPduType(std::uint8_t tag) {
    switch (static_cast<PduType>(tag)) {
        case PduType::Get:
        case PduType::GetNext:
        case PduType::Response:
        case PduType::Set:
        case PduType::GetBulk:
        case PduType::Inform:
        case PduType::TrapV2:
        case PduType::Report:
            return true;
    }
    return false;
}

}  // namespace

Result<std::vector<VarBind>> decodeVarbinds(std::string_view list) {
    std::vector<VarBind> decoded;
    decoded.reserve(std::min(list.size() / kUsualVarbindBytes + 1, Codec::kMaxVarbinds));
    for (BerReader varbinds(list); !varbinds.atEnd();) {
        if (decoded.size() == Codec::kMaxVarbinds) {
            return fail(ErrorCode::TooLarge, "SNMP message has too many varbinds");
        }
        const auto varbind = varbinds.next(kSequence);
        if (!varbind) {
            return broken();
        }
        BerReader parts(*varbind);
        const auto name = parts.next(static_cast<std::uint8_t>(SnmpType::ObjectId));
        const auto element = name ? parts.next() : std::nullopt;
        if (!element) {
            return broken();
        }
        auto& read = decoded.emplace_back();
        if (!berObjectId(*name, read.oid) || !berValue(*element, read.value)) {
            return broken();
        }
    }
    return decoded;
}

Result<void> decodePdu(const BerElement& pdu, Message& message) {
    if (!isPduType(pdu.tag)) {
        return broken();
    }
    message.type = static_cast<PduType>(pdu.tag);
    BerReader in(pdu.content);
    for (auto* field : {&message.requestId, &message.errorStatus, &message.errorIndex}) {
        const auto number = in.nextInteger();
        if (!number) {
            return broken();
        }
        *field = static_cast<std::int32_t>(*number);
    }
    const auto list = in.next(kSequence);
    if (!list) {
        return broken();
    }
    auto varbinds = decodeVarbinds(*list);
    if (!varbinds) {
        return tl::unexpected<Error>(std::move(varbinds.error()));
    }
    message.varbinds = std::move(*varbinds);
    return {};
}

}  // namespace platen::snmp
