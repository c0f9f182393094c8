// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/netsnmp_codec.hpp"

#include "proxy/snmp/ber_reader.hpp"
#include "proxy/snmp/pdu_reader.hpp"

// Net-SNMP's headers want this order, and its configuration first.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
// clang-format on

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

namespace platen::snmp {

namespace {

static_assert(MAX_OID_LEN == Oid::kMaxLength);

/// Without this Net-SNMP reads the host's MIB and configuration files and logs by itself.
void initNetSnmp() {
    static std::once_flag once;
    std::call_once(once, [] {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): at start-up; Net-SNMP offers no other way
        ::setenv("MIBS", "", 1);
        netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
        netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
        netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
        // Hostile packets must not fill the log; without any handler it would use standard error.
        netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
        init_snmp("platen");
    });
}

/// The parts of a message that code outside Net-SNMP's structs must own while it encodes.
struct EncodeStore {
    std::vector<netsnmp_variable_list> variables;
    std::vector<std::array<oid, Oid::kMaxLength>> objectIds;
    std::vector<counter64> counters;
    std::vector<long> numbers;

    /// All at once, because the variables point into the other vectors.
    void resize(std::size_t count, bool withValues) {
        if (variables.size() < count) {
            variables.resize(count);
        }
        if (withValues) {
            objectIds.resize(count);
            counters.resize(count);
            numbers.resize(count);
        }
    }

    void setName(std::size_t i, const Oid& name, std::size_t count) {
        auto& variable = variables[i];
        std::ranges::copy(name.ids(), std::begin(variable.name_loc));
        variable.name = variable.name_loc;
        variable.name_length = name.size();
        variable.type = ASN_NULL;
        variable.val.string = nullptr;
        variable.val_len = 0;
        variable.next_variable = i + 1 < count ? &variables[i + 1] : nullptr;
    }

    /// False if the value is out of its type's range.
    bool setValue(std::size_t i, const SnmpValue& value) {
        auto& variable = variables[i];
        variable.type = static_cast<u_char>(value.type);
        switch (value.type) {
            case SnmpType::Integer:
                if (value.number < std::numeric_limits<std::int32_t>::min() ||
                    value.number > std::numeric_limits<std::int32_t>::max()) {
                    return false;
                }
                return setNumber(i, value.number);
            case SnmpType::Counter32:
            case SnmpType::Gauge32:
            case SnmpType::TimeTicks:
                if (value.number < 0 || value.number > std::numeric_limits<std::uint32_t>::max()) {
                    return false;
                }
                return setNumber(i, value.number);
            case SnmpType::Counter64: {
                const auto bits = static_cast<std::uint64_t>(value.number);
                counters[i].high = bits >> 32U;
                counters[i].low = bits & 0xffffffffU;
                variable.val.counter64 = &counters[i];
                variable.val_len = sizeof(counter64);
                return true;
            }
            case SnmpType::OctetString:
            case SnmpType::IpAddress:
            case SnmpType::Opaque:
                // Net-SNMP only reads it.
                variable.val.string = reinterpret_cast<u_char*>(  // NOLINT
                    const_cast<char*>(value.octets.data()));      // NOLINT
                variable.val_len = value.octets.size();
                return value.type != SnmpType::IpAddress || value.octets.size() == 4;
            case SnmpType::ObjectId:
                std::ranges::copy(value.oid->ids(), objectIds[i].begin());
                variable.val.objid = objectIds[i].data();
                variable.val_len = value.oid->size() * sizeof(oid);
                return value.oid->size() >= 2;
            case SnmpType::Null:
            case SnmpType::NoSuchObject:
            case SnmpType::NoSuchInstance:
            case SnmpType::EndOfMibView:
                return true;
        }
        return false;
    }

    bool setNumber(std::size_t i, std::int64_t number) {
        numbers[i] = number;
        variables[i].val.integer = &numbers[i];
        variables[i].val_len = sizeof(long);
        return true;
    }
};

long netSnmpVersion(Version version) {
    return version == Version::V1 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
}

Result<void> checkHeader(const MessageHeader& header, std::size_t count) {
    if (header.community.empty() || header.community.size() > Codec::kMaxCommunityBytes) {
        return fail(ErrorCode::Unsupported, "the community must have 1 to 255 octets");
    }
    if (count > Codec::kMaxVarbinds) {
        return fail(ErrorCode::TooLarge, "too many varbinds for one message");
    }
    if (header.version == Version::V1 &&
        static_cast<std::uint8_t>(header.type) >= static_cast<std::uint8_t>(PduType::GetBulk)) {
        return fail(ErrorCode::Unsupported, "SNMPv1 has no such PDU");
    }
    return {};
}

tl::unexpected<Error> broken() {
    return fail(ErrorCode::Malformed, "SNMP message breaks BER or its own lengths");
}

}  // namespace

struct Codec::Impl {
    Impl() { snmp_sess_init(&session); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        // Allocated by Net-SNMP's realloc.
        std::free(buffer);  // NOLINT(cppcoreguidelines-no-malloc)
    }

    Result<std::vector<std::byte>> build(const MessageHeader& header, std::size_t count) {
        netsnmp_pdu pdu{};
        pdu.version = netSnmpVersion(header.version);
        pdu.command = static_cast<int>(header.type);
        pdu.reqid = header.requestId;
        pdu.errstat = header.errorStatus;
        pdu.errindex = header.errorIndex;
        // Net-SNMP only reads it.
        pdu.community = reinterpret_cast<u_char*>(        // NOLINT
            const_cast<char*>(header.community.data()));  // NOLINT
        pdu.community_len = header.community.size();
        pdu.variables = count == 0 ? nullptr : store.variables.data();
        session.version = pdu.version;
        session.s_snmp_errno = 0;
        std::size_t offset = 0;
        if (snmp_build(&buffer, &bufferSize, &offset, &session, &pdu) != 0) {
            return fail(ErrorCode::Unsupported, "SNMP message cannot be encoded");
        }
        if (offset > kMaxMessageBytes) {
            return fail(ErrorCode::TooLarge, "SNMP message does not fit a datagram");
        }
        // Net-SNMP encodes backwards: the message is the end of the buffer.
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets
        const auto* begin = reinterpret_cast<const std::byte*>(buffer) + (bufferSize - offset);
        return std::vector<std::byte>(begin, begin + offset);
    }

    netsnmp_session session{};
    EncodeStore store;
    u_char* buffer = nullptr;
    std::size_t bufferSize = 0;
};

Codec::Codec() {
    initNetSnmp();
    impl_ = std::make_unique<Impl>();
}

Codec::~Codec() = default;

Result<std::vector<std::byte>> Codec::encode(const MessageHeader& header,
                                             std::span<const Oid> names) {
    if (auto checked = checkHeader(header, names.size()); !checked) {
        return tl::unexpected<Error>(std::move(checked.error()));
    }
    auto& store = impl_->store;
    store.resize(names.size(), false);
    for (std::size_t i = 0; i < names.size(); ++i) {
        store.setName(i, names[i], names.size());
    }
    return impl_->build(header, names.size());
}

Result<std::vector<std::byte>> Codec::encode(const MessageHeader& header,
                                             std::span<const VarBind> varbinds) {
    if (auto checked = checkHeader(header, varbinds.size()); !checked) {
        return tl::unexpected<Error>(std::move(checked.error()));
    }
    auto& store = impl_->store;
    store.resize(varbinds.size(), true);
    for (std::size_t i = 0; i < varbinds.size(); ++i) {
        store.setName(i, varbinds[i].oid, varbinds.size());
        if (!store.setValue(i, varbinds[i].value)) {
            return fail(ErrorCode::Unsupported,
                        "value of " + varbinds[i].oid.toString() + " is out of its type's range");
        }
        if (header.version == Version::V1 && varbinds[i].value.type == SnmpType::Counter64) {
            return fail(ErrorCode::Unsupported, "SNMPv1 has no Counter64");
        }
    }
    return impl_->build(header, varbinds.size());
}

Result<Message> Codec::decode(std::span<const std::byte> bytes) {
    if (bytes.size() > kMaxMessageBytes) {
        return fail(ErrorCode::TooLarge, "SNMP message is too large");
    }
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets to char
    BerReader outer(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    const auto whole = outer.next(kSequence);
    BerReader in(whole.value_or(std::string_view{}));
    const auto version = in.nextInteger();
    if (!version) {
        return fail(ErrorCode::Malformed, "not an SNMP message");
    }
    if (*version != SNMP_VERSION_1 && *version != SNMP_VERSION_2c) {
        return fail(ErrorCode::Unsupported, "SNMP version is neither 1 nor 2c");
    }
    const auto community = in.next(static_cast<std::uint8_t>(SnmpType::OctetString));
    const auto pdu = community ? in.next() : std::nullopt;
    if (!pdu || community->size() > kMaxCommunityBytes) {
        return broken();
    }
    if (pdu->tag == SNMP_MSG_TRAP) {
        return fail(ErrorCode::Unsupported, "SNMPv1 trap");
    }
    Message message;
    message.version = *version == SNMP_VERSION_1 ? Version::V1 : Version::V2c;
    message.community.assign(*community);
    if (auto decoded = decodePdu(*pdu, message); !decoded) {
        return tl::unexpected<Error>(std::move(decoded.error()));
    }
    return message;
}

}  // namespace platen::snmp
