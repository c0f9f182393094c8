// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/v3_message.hpp"

#include "base/crypto.hpp"
#include "proxy/snmp/ber_writer.hpp"
#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/pdu_reader.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

namespace platen::snmp::v3 {

namespace {

constexpr std::uint8_t kInteger = static_cast<std::uint8_t>(SnmpType::Integer);
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

tl::unexpected<Error> tooLarge() {
    return fail(ErrorCode::TooLarge, "SNMP message does not fit a datagram");
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

std::uint8_t flagsOf(const Header& header) {
    std::uint8_t flags = header.reportable ? kReportableFlag : 0;
    if (header.level != SecurityLevel::NoAuthNoPriv) {
        flags |= kAuthFlag;
    }
    if (header.level == SecurityLevel::AuthPriv) {
        flags |= kPrivFlag;
    }
    return flags;
}

/// UsmSecurityParameters (RFC 3414 section 2.4), with zeros for the digest. Returns how much was
/// written behind the digest.
std::size_t writeSecurity(BerWriter& out,
                          const Header& header,
                          std::size_t macBytes,
                          std::string_view salt) {
    constexpr std::array<char, usm::kMaxMacBytes> kZeros{};
    const auto since = out.size();
    out.element(kOctetString, salt);
    const auto behind = out.size();
    out.element(kOctetString, {kZeros.data(), macBytes});
    out.element(kOctetString, header.user);
    out.number(kInteger, header.time);
    out.number(kInteger, header.boots);
    out.element(kOctetString, header.engineId);
    out.wrap(kSequence, since);
    out.wrap(kOctetString, since);
    return behind;
}

/// HeaderData (RFC 3412 section 6).
void writeHeaderData(BerWriter& out, const Header& header) {
    const auto since = out.size();
    const auto flags = static_cast<char>(flagsOf(header));
    out.number(kInteger, kUserBasedModel);
    out.element(kOctetString, {&flags, 1});
    out.number(kInteger, static_cast<std::int64_t>(Codec::kMaxMessageBytes));
    out.number(kInteger, header.msgId);
    out.wrap(kSequence, since);
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
    BerReader outer(octetsOf(bytes));
    const auto whole = outer.next(kSequence);
    BerReader in(whole.value_or(std::string_view{}));
    return in.nextInteger() == kVersion3;
}

Result<Envelope> parse(std::span<const std::byte> bytes) {
    if (bytes.size() > Codec::kMaxMessageBytes) {
        return fail(ErrorCode::TooLarge, "SNMP message is too large");
    }
    const auto text = octetsOf(bytes);
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
                                     std::span<const std::byte> pdu,
                                     const UsmKeys& keys) {
    BerWriter out(Codec::kMaxMessageBytes);
    out.put(octetsOf(pdu));
    out.element(kOctetString, header.contextName);
    out.element(kOctetString, header.contextEngineId);
    out.wrap(kSequence, 0);
    if (out.full()) {  // before encryption forgets it
        return tooLarge();
    }
    std::string salt;
    if (header.level == SecurityLevel::AuthPriv) {
        auto full = header.salt;
        full.boots = header.boots;
        full.time = header.time;
        const auto cipher = usm::encrypt(keys.priv, keys.privKey.reveal(), full, out.octets());
        if (!cipher) {
            return tl::unexpected<Error>(cipher.error());
        }
        out.clear();
        out.element(kOctetString, *cipher);
        salt.assign(full.octets.begin(), full.octets.end());
    }
    const bool auth = header.level != SecurityLevel::NoAuthNoPriv;
    const auto behindMac = writeSecurity(out, header, auth ? usm::macSize(keys.auth) : 0, salt);
    writeHeaderData(out, header);
    out.number(kInteger, kVersion3);
    out.wrap(kSequence, 0);
    if (out.full()) {
        return tooLarge();
    }
    const auto octets = std::as_bytes(std::span(out.octets()));
    std::vector<std::byte> whole(octets.begin(), octets.end());
    if (auth) {
        const auto digest = usm::mac(keys.auth, keys.authKey.reveal(), out.octets());
        if (!digest) {
            return tl::unexpected<Error>(digest.error());
        }
        const auto mac = std::as_bytes(std::span(*digest));
        std::ranges::copy(mac, whole.end() - static_cast<std::ptrdiff_t>(behindMac + mac.size()));
    }
    return whole;
}

}  // namespace platen::snmp::v3
