// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/v3_message.hpp"

#include "base/crypto.hpp"
#include "proxy/snmp/ber_writer.hpp"
#include "proxy/snmp/netsnmp_codec.hpp"
#include "proxy/snmp/pdu_reader.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace platen::snmp::v3 {

namespace {

constexpr std::uint8_t kOctetString = static_cast<std::uint8_t>(SnmpType::OctetString);
constexpr std::int64_t kVersion3 = 3;
constexpr std::int64_t kUserBasedModel = 3;
constexpr std::uint8_t kAuthFlag = 1;
constexpr std::uint8_t kPrivFlag = 2;
constexpr std::uint8_t kReportableFlag = 4;
constexpr std::int64_t kLeastMaxSize = 484;  // RFC 3412 section 6.3

tl::unexpected<Error> broken(const char* what) {
    return fail(ErrorCode::Malformed, std::string("SNMPv3 message: ") + what);
}

std::string_view textOf(std::span<const std::byte> bytes) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets to char
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A number of 31 bits, as all of the header are.
std::optional<std::int32_t> natural(BerReader& in) {
    const auto number = in.nextInteger();
    if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(*number);
}

bool readFlags(std::string_view octets, Envelope& envelope) {
    if (octets.size() != 1) {
        return false;
    }
    const auto flags = static_cast<std::uint8_t>(octets.front());
    const bool auth = (flags & kAuthFlag) != 0;
    const bool priv = (flags & kPrivFlag) != 0;
    envelope.reportable = (flags & kReportableFlag) != 0;
    envelope.level = priv   ? SecurityLevel::AuthPriv
                     : auth ? SecurityLevel::AuthNoPriv
                            : SecurityLevel::NoAuthNoPriv;
    return auth || !priv;  // RFC 3412 section 7.2: privacy without authentication is no level
}

Result<void> readHeader(std::string_view header, Envelope& envelope) {
    BerReader in(header);
    const auto id = natural(in);
    const auto maxSize = id ? natural(in) : std::nullopt;
    const auto flags = maxSize ? in.next(kOctetString) : std::nullopt;
    const auto model = flags ? in.nextInteger() : std::nullopt;
    if (!model || *maxSize < kLeastMaxSize || !readFlags(*flags, envelope)) {
        return broken("header is broken");
    }
    if (*model != kUserBasedModel) {
        return fail(ErrorCode::Unsupported, "SNMPv3 message of another security model");
    }
    envelope.msgId = *id;
    return {};
}

Result<void> readSecurity(std::string_view octets, Envelope& envelope) {
    BerReader outer(octets);
    const auto sequence = outer.next(kSequence);
    BerReader in(sequence.value_or(std::string_view{}));
    const auto engineId = in.next(kOctetString);
    const auto boots = engineId ? natural(in) : std::nullopt;
    const auto time = boots ? natural(in) : std::nullopt;
    const auto user = time ? in.next(kOctetString) : std::nullopt;
    const auto mac = user ? in.next(kOctetString) : std::nullopt;
    const auto salt = mac ? in.next(kOctetString) : std::nullopt;
    if (!salt) {
        return broken("security parameters are broken");
    }
    if (engineId->size() > kMaxEngineId || user->size() > kMaxUser) {
        return fail(ErrorCode::TooLarge, "SNMPv3 engine id or user name is too long");
    }
    envelope.engineId = *engineId;
    envelope.boots = static_cast<std::uint32_t>(*boots);
    envelope.time = static_cast<std::uint32_t>(*time);
    envelope.user = *user;
    envelope.mac = *mac;
    envelope.salt = *salt;
    return {};
}

std::string sequenceOf(std::string_view content) {
    std::string out;
    berAppend(out, kSequence, content);
    return out;
}

/// HeaderData (RFC 3412 section 6).
std::string headerData(const Header& header) {
    std::string content;
    berAppendInteger(content, header.msgId);
    berAppendInteger(content, static_cast<std::int64_t>(Codec::kMaxMessageBytes));
    std::uint8_t flags = header.reportable ? kReportableFlag : 0;
    if (header.level != SecurityLevel::NoAuthNoPriv) {
        flags |= kAuthFlag;
    }
    if (header.level == SecurityLevel::AuthPriv) {
        flags |= kPrivFlag;
    }
    berAppend(content, kOctetString, std::string(1, static_cast<char>(flags)));
    berAppendInteger(content, kUserBasedModel);
    return sequenceOf(content);
}

struct Assembled {
    std::string whole;
    std::size_t macAt = 0;
};

/// The message with zeros for the digest.
Assembled assemble(const Header& header,
                   std::string_view data,
                   std::size_t macBytes,
                   std::string_view salt) {
    std::string security;
    berAppend(security, kOctetString, header.engineId);
    berAppendInteger(security, header.boots);
    berAppendInteger(security, header.time);
    berAppend(security, kOctetString, header.user);
    berAppend(security, kOctetString, std::string(macBytes, '\0'));
    const auto macEnd = security.size();
    berAppend(security, kOctetString, salt);
    const auto behindMac = security.size() - macEnd + data.size();
    std::string content;
    berAppendInteger(content, kVersion3);
    content.append(headerData(header));
    berAppend(content, kOctetString, sequenceOf(security));
    content.append(data);
    Assembled out{sequenceOf(content), 0};
    out.macAt = out.whole.size() - behindMac - macBytes;
    return out;
}

usm::Salt saltOf(const Envelope& envelope) {
    usm::Salt salt{envelope.boots, envelope.time, {}};
    std::ranges::transform(envelope.salt, salt.octets.begin(),
                           [](char c) { return static_cast<std::uint8_t>(c); });
    return salt;
}

/// `bytes` begins with the element; more may follow (padding of a cipher).
Result<ScopedPdu> readScopedPdu(std::string_view content) {
    BerReader in(content);
    const auto engineId = in.next(kOctetString);
    const auto name = engineId ? in.next(kOctetString) : std::nullopt;
    const auto pdu = name ? in.next() : std::nullopt;
    if (!pdu || engineId->size() > kMaxEngineId || name->size() > kMaxContextName) {
        return broken("scoped PDU is broken");
    }
    ScopedPdu out;
    out.contextEngineId.assign(*engineId);
    out.contextName.assign(*name);
    out.message.version = Version::V3;
    if (auto decoded = decodePdu(*pdu, out.message); !decoded) {
        return tl::unexpected<Error>(std::move(decoded.error()));
    }
    return out;
}

}  // namespace

bool isV3(std::span<const std::byte> bytes) {
    BerReader outer(textOf(bytes));
    const auto whole = outer.next(kSequence);
    BerReader in(whole.value_or(std::string_view{}));
    return in.nextInteger() == kVersion3;
}

Result<Envelope> parse(std::span<const std::byte> bytes) {
    if (bytes.size() > Codec::kMaxMessageBytes) {
        return fail(ErrorCode::TooLarge, "SNMP message is too large");
    }
    const auto text = textOf(bytes);
    BerReader outer(text);
    const auto whole = outer.next(kSequence);
    BerReader in(whole.value_or(std::string_view{}));
    const auto version = in.nextInteger();
    if (!version) {
        return broken("no SNMP message");
    }
    if (*version != kVersion3) {
        return fail(ErrorCode::Unsupported, "SNMP version is not 3");
    }
    const auto header = in.next(kSequence);
    const auto security = header ? in.next(kOctetString) : std::nullopt;
    const auto data = security ? in.next() : std::nullopt;
    if (!data) {
        return broken("breaks BER or its own lengths");
    }
    Envelope envelope;
    // What lies behind the message in the datagram is no part of what is authenticated.
    envelope.whole =
        text.substr(0, static_cast<std::size_t>(whole->data() + whole->size() - text.data()));
    envelope.data = *data;
    if (auto read = readHeader(*header, envelope); !read) {
        return tl::unexpected<Error>(std::move(read.error()));
    }
    if (auto read = readSecurity(*security, envelope); !read) {
        return tl::unexpected<Error>(std::move(read.error()));
    }
    const bool encrypted = envelope.data.tag == kOctetString;
    if ((!encrypted && envelope.data.tag != kSequence) ||
        encrypted != (envelope.level == SecurityLevel::AuthPriv)) {
        return broken("data do not fit its security level");
    }
    return envelope;
}

bool authentic(const Envelope& envelope, const UsmKeys& keys) {
    if (envelope.level == SecurityLevel::NoAuthNoPriv || keys.auth == AuthProtocol::None ||
        envelope.mac.size() != usm::macSize(keys.auth)) {
        return false;
    }
    std::string zeroed(envelope.whole);
    const auto at = static_cast<std::size_t>(envelope.mac.data() - envelope.whole.data());
    std::fill_n(zeroed.begin() + static_cast<std::ptrdiff_t>(at), envelope.mac.size(), '\0');
    const auto digest = usm::mac(keys.auth, keys.authKey.reveal(), zeroed);
    return digest && crypto::equalConstantTime(*digest, envelope.mac);
}

Result<ScopedPdu> open(const Envelope& envelope, const UsmKeys& keys) {
    if (envelope.level != SecurityLevel::AuthPriv) {
        return readScopedPdu(envelope.data.content);
    }
    if (keys.priv == PrivProtocol::None) {
        return fail(ErrorCode::Unsupported, "SNMPv3 message is encrypted, the user is not to be");
    }
    if (envelope.salt.size() != usm::kSaltBytes) {
        return broken("privacy parameters have a wrong length");
    }
    const auto plain =
        usm::decrypt(keys.priv, keys.privKey.reveal(), saltOf(envelope), envelope.data.content);
    if (!plain) {
        return tl::unexpected<Error>(plain.error());
    }
    BerReader reader(*plain);
    const auto scoped = reader.next(kSequence);
    return scoped ? readScopedPdu(*scoped) : Result<ScopedPdu>(broken("does not decrypt"));
}

Result<std::vector<std::byte>> build(const Header& header,
                                     std::string_view pdu,
                                     const UsmKeys& keys) {
    std::string scoped;
    berAppend(scoped, kOctetString, header.contextEngineId);
    berAppend(scoped, kOctetString, header.contextName);
    scoped.append(pdu);
    std::string data = sequenceOf(scoped);
    std::string salt;
    if (header.level == SecurityLevel::AuthPriv) {
        auto full = header.salt;
        full.boots = header.boots;
        full.time = header.time;
        const auto cipher = usm::encrypt(keys.priv, keys.privKey.reveal(), full, data);
        if (!cipher) {
            return tl::unexpected<Error>(cipher.error());
        }
        data.clear();
        berAppend(data, kOctetString, *cipher);
        salt.assign(full.octets.begin(), full.octets.end());
    }
    const bool auth = header.level != SecurityLevel::NoAuthNoPriv;
    auto assembled = assemble(header, data, auth ? usm::macSize(keys.auth) : 0, salt);
    if (assembled.whole.size() > Codec::kMaxMessageBytes) {
        return fail(ErrorCode::TooLarge, "SNMP message does not fit a datagram");
    }
    if (auth) {
        const auto digest = usm::mac(keys.auth, keys.authKey.reveal(), assembled.whole);
        if (!digest) {
            return tl::unexpected<Error>(digest.error());
        }
        assembled.whole.replace(assembled.macAt, digest->size(), *digest);
    }
    const auto bytes = std::as_bytes(std::span(assembled.whole));
    return std::vector<std::byte>(bytes.begin(), bytes.end());
}

std::string_view pduOf(std::span<const std::byte> communityMessage) {
    BerReader outer(textOf(communityMessage));
    const auto whole = outer.next(kSequence).value_or(std::string_view{});
    BerReader in(whole);
    if (!in.next() || !in.next()) {  // version, community
        return {};
    }
    return in.rest();
}

}  // namespace platen::snmp::v3
