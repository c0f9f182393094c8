// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/message.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "proxy/stun/hmac_sha1.hpp"

#include <algorithm>
#include <cstring>

namespace platen::stun {
namespace {

constexpr std::size_t kHeaderBytes = 20;
constexpr std::size_t kAttributeHeaderBytes = 4;
constexpr std::size_t kTransactionAt = 4;
constexpr std::size_t kIntegrityBlock = 64;
constexpr std::array<std::byte, 4> kCookie{std::byte{0x21}, std::byte{0x12}, std::byte{0xA4},
                                           std::byte{0x42}};

namespace attribute {
constexpr std::uint16_t kMappedAddress = 0x0001;
constexpr std::uint16_t kResponseAddress = 0x0002;
constexpr std::uint16_t kUsername = 0x0006;
constexpr std::uint16_t kMessageIntegrity = 0x0008;
constexpr std::uint16_t kErrorCode = 0x0009;
constexpr std::uint16_t kXorMappedAddress = 0x0020;
constexpr std::uint16_t kXorMappedAddressOld = 0x8020;  // Of servers between the two RFCs.
constexpr std::uint16_t kConnectionRequestBinding = 0xC001;
constexpr std::uint16_t kBindingChange = 0xC002;
}  // namespace attribute

constexpr std::uint8_t kFamilyIpv4 = 1;
constexpr std::uint8_t kFamilyIpv6 = 2;

using Bytes = std::span<const std::byte>;

std::uint16_t read16(Bytes bytes, std::size_t at) {
    return static_cast<std::uint16_t>((std::to_integer<unsigned>(bytes[at]) << 8U) |
                                      std::to_integer<unsigned>(bytes[at + 1]));
}

std::size_t padded(std::size_t size) {
    return (size + 3U) & ~std::size_t{3};
}

std::string textOf(Bytes bytes) {
    std::string text(bytes.size(), '\0');
    if (!bytes.empty()) {
        std::memcpy(text.data(), bytes.data(), bytes.size());
    }
    return text;
}

struct Attribute {
    std::uint16_t type = 0;
    std::size_t at = 0;  ///< Of its header in the message.
    Bytes value;
};

/// Walks the attributes of a message whose header has been checked.
class AttributeReader {
  public:
    explicit AttributeReader(Bytes message) : message_(message) {}

    [[nodiscard]] bool atEnd() const { return at_ >= message_.size(); }
    /// Nothing: it does not fit in what remains, or there are too many.
    std::optional<Attribute> next() {
        const auto remaining = message_.size() - at_;
        if (remaining < kAttributeHeaderBytes || ++count_ > kMaxAttributes) {
            return std::nullopt;
        }
        const std::size_t length = read16(message_, at_ + 2);
        if (remaining - kAttributeHeaderBytes < length) {
            return std::nullopt;
        }
        Attribute found{read16(message_, at_), at_,
                        message_.subspan(at_ + kAttributeHeaderBytes, length)};
        // Some servers leave out the padding of the last attribute.
        at_ += std::min(remaining, kAttributeHeaderBytes + padded(length));
        return found;
    }

  private:
    Bytes message_;
    std::size_t at_ = kHeaderBytes;
    std::size_t count_ = 0;
};

/// `mask`: the 16 octets that XOR-MAPPED-ADDRESS is masked with; empty for the plain form.
std::optional<net::Endpoint> readAddress(Bytes value, Bytes mask) {
    constexpr std::size_t kAddressAt = 4;
    if (value.size() < kAddressAt) {
        return std::nullopt;
    }
    const auto family = std::to_integer<std::uint8_t>(value[1]);
    const std::size_t length = family == kFamilyIpv4 ? 4 : 16;
    if ((family != kFamilyIpv4 && family != kFamilyIpv6) || value.size() != kAddressAt + length) {
        return std::nullopt;
    }
    net::Endpoint endpoint;
    endpoint.port = read16(value, 2);
    endpoint.address.ipv6 = family == kFamilyIpv6;
    for (std::size_t i = 0; i < length; ++i) {
        const auto key = mask.empty() ? std::byte{0} : mask[i];
        endpoint.address.bytes[i] = std::to_integer<std::uint8_t>(value[kAddressAt + i] ^ key);
    }
    if (!mask.empty()) {
        endpoint.port = static_cast<std::uint16_t>(endpoint.port ^ read16(mask, 0));
    }
    return endpoint;
}

std::optional<ErrorReply> readError(Bytes value) {
    constexpr std::size_t kReasonAt = 4;
    constexpr unsigned kHundred = 100;
    if (value.size() < kReasonAt) {
        return std::nullopt;
    }
    const auto hundreds = std::to_integer<unsigned>(value[2]) & 7U;
    const auto rest = std::to_integer<unsigned>(value[3]);
    if (hundreds == 0 || rest >= kHundred) {
        return std::nullopt;
    }
    constexpr std::size_t kReasonCharacters = 128;
    return ErrorReply{static_cast<int>(hundreds * kHundred + rest),
                      text::oneLine(textOf(value.subspan(kReasonAt)), kReasonCharacters)};
}

/// Blanks and NULs at the end are padding: RFC 3489 wants a length that is a multiple of four.
std::string readUsername(Bytes value) {
    auto name = textOf(value);
    while (!name.empty() && (name.back() == ' ' || name.back() == '\0')) {
        name.pop_back();
    }
    return name;
}

/// The first of a kind counts (RFC 5389 15). False: the message is malformed.
template <typename T>
bool keepFirst(std::optional<T>& slot, std::optional<T> found) {
    if (!found) {
        return false;
    }
    if (!slot) {
        slot = std::move(found);
    }
    return true;
}

bool take(Message& message, const Attribute& found) {
    switch (found.type) {
        case attribute::kMappedAddress:
            return keepFirst(message.mapped, readAddress(found.value, {}));
        case attribute::kResponseAddress:
            return keepFirst(message.responseAddress, readAddress(found.value, {}));
        case attribute::kXorMappedAddress:
        case attribute::kXorMappedAddressOld:
            return keepFirst(message.xorMapped, readAddress(found.value, message.transaction));
        case attribute::kUsername:
            return found.value.size() <= kMaxUsernameBytes &&
                   keepFirst(message.username, std::optional(readUsername(found.value)));
        case attribute::kErrorCode:
            return keepFirst(message.error, readError(found.value));
        case attribute::kMessageIntegrity:
            message.integrity = true;
            return found.value.size() == Sha1Mac{}.size();
        case attribute::kConnectionRequestBinding:
            message.connectionRequestBinding = textOf(found.value) == kConnectionRequestBinding;
            return true;
        case attribute::kBindingChange:
            message.bindingChange = true;
            return true;
        default:
            return true;
    }
}

/// `message`: up to the MESSAGE-INTEGRITY attribute.
Sha1Mac macOf(Bytes message, std::string_view password, bool pad) {
    std::vector<std::byte> input(message.begin(), message.end());
    const auto length =
        message.size() - kHeaderBytes + kAttributeHeaderBytes + Sha1Mac{}.size();  // with itself
    input[2] = static_cast<std::byte>(length >> 8U);
    input[3] = static_cast<std::byte>(length & 0xFFU);
    if (pad) {
        const auto blocks = (input.size() + kIntegrityBlock - 1) / kIntegrityBlock;
        input.resize(blocks * kIntegrityBlock);
    }
    return hmacSha1(password, input);
}

class Writer {
  public:
    Writer() : out_(kHeaderBytes) {}

    void attribute(std::uint16_t type, Bytes value) { attribute(type, value, std::byte{0}, false); }
    void attribute(std::uint16_t type, std::string_view text) {
        attribute(type, std::as_bytes(std::span(text.data(), text.size())));
    }
    /// RFC 3489 has no padding outside the value: the value itself is filled up.
    void filled(std::uint16_t type, std::string_view text) {
        attribute(type, std::as_bytes(std::span(text.data(), text.size())), std::byte{' '}, true);
    }
    void address(std::uint16_t type, const net::Endpoint& endpoint, Bytes mask) {
        const std::size_t length = endpoint.address.ipv6 ? 16 : 4;
        std::vector<std::byte> value{
            std::byte{0},
            static_cast<std::byte>(endpoint.address.ipv6 ? kFamilyIpv6 : kFamilyIpv4)};
        const auto portMask = mask.empty() ? 0U : unsigned{read16(mask, 0)};
        const auto port = endpoint.port ^ portMask;
        value.push_back(static_cast<std::byte>(port >> 8U));
        value.push_back(static_cast<std::byte>(port & 0xFFU));
        for (std::size_t i = 0; i < length; ++i) {
            const auto key = mask.empty() ? std::byte{0} : mask[i];
            value.push_back(static_cast<std::byte>(endpoint.address.bytes[i]) ^ key);
        }
        attribute(type, value);
    }
    void error(const ErrorReply& error) {
        constexpr int kHundred = 100;
        std::vector<std::byte> value(2);
        value.push_back(static_cast<std::byte>(error.code / kHundred));
        value.push_back(static_cast<std::byte>(error.code % kHundred));
        for (const char c : error.reason) {
            value.push_back(static_cast<std::byte>(c));
        }
        attribute(attribute::kErrorCode, value);
    }
    /// Header and, with a password, the integrity at the end.
    std::vector<std::byte> finish(const Message& message,
                                  const std::optional<std::string>& password) {
        put16(0, static_cast<std::uint16_t>(message.type));
        std::copy(message.transaction.begin(), message.transaction.end(),
                  out_.begin() + static_cast<std::ptrdiff_t>(kTransactionAt));
        if (password) {
            const auto mac = macOf(out_, *password, !message.hasCookie());
            attribute(attribute::kMessageIntegrity, mac);
        }
        put16(2, static_cast<std::uint16_t>(out_.size() - kHeaderBytes));
        return std::move(out_);
    }
    [[nodiscard]] std::size_t size() const { return out_.size(); }

  private:
    void attribute(std::uint16_t type, Bytes value, std::byte fill, bool counted) {
        const auto at = out_.size();
        const auto full = padded(value.size());
        out_.resize(at + kAttributeHeaderBytes);
        put16(at, type);
        put16(at + 2, static_cast<std::uint16_t>(counted ? full : value.size()));
        out_.insert(out_.end(), value.begin(), value.end());
        out_.resize(at + kAttributeHeaderBytes + full, fill);
    }
    void put16(std::size_t at, std::uint16_t value) {
        out_[at] = static_cast<std::byte>(value >> 8U);
        out_[at + 1] = static_cast<std::byte>(value & 0xFFU);
    }
    std::vector<std::byte> out_;
};

}  // namespace

bool Message::hasCookie() const {
    return std::equal(kCookie.begin(), kCookie.end(), transaction.begin());
}

std::optional<net::Endpoint> Message::reflexive() const {
    if (hasCookie() && xorMapped) {
        return xorMapped;
    }
    return mapped ? mapped : xorMapped;
}

void setCookie(TransactionId& transaction) {
    std::copy(kCookie.begin(), kCookie.end(), transaction.begin());
}

bool looksLikeStun(std::span<const std::byte> bytes) {
    constexpr std::byte kTopBits{0xC0};
    return !bytes.empty() && (bytes[0] & kTopBits) == std::byte{0};
}

Result<Message> decode(std::span<const std::byte> bytes) {
    if (bytes.size() > kMaxMessageBytes) {
        return fail(ErrorCode::TooLarge, "STUN message is too large");
    }
    if (bytes.size() < kHeaderBytes || !looksLikeStun(bytes) ||
        bytes.size() - kHeaderBytes != read16(bytes, 2)) {
        return fail(ErrorCode::Malformed, "no STUN message");
    }
    Message message;
    message.type = static_cast<Type>(read16(bytes, 0));
    if (message.type != Type::BindingRequest && message.type != Type::BindingResponse &&
        message.type != Type::BindingError) {
        return fail(ErrorCode::Unsupported, "another STUN message");
    }
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(kTransactionAt),
                message.transaction.size(), message.transaction.begin());
    AttributeReader reader(bytes);
    // What follows MESSAGE-INTEGRITY is not covered by it, so it does not count.
    while (!reader.atEnd() && !message.integrity) {
        const auto found = reader.next();
        if (!found || !take(message, *found)) {
            return fail(ErrorCode::Malformed, "broken STUN attribute");
        }
    }
    return message;
}

Result<std::vector<std::byte>> encode(const Message& message,
                                      const std::optional<std::string>& password) {
    if ((message.username && message.username->size() > kMaxUsernameBytes) ||
        (message.error && message.error->reason.size() > kMaxUsernameBytes)) {
        return fail(ErrorCode::TooLarge, "STUN text is too long");
    }
    Writer writer;
    if (message.mapped) {
        writer.address(attribute::kMappedAddress, *message.mapped, {});
    }
    if (message.xorMapped) {
        writer.address(attribute::kXorMappedAddress, *message.xorMapped, message.transaction);
    }
    if (message.responseAddress) {
        writer.address(attribute::kResponseAddress, *message.responseAddress, {});
    }
    if (message.error) {
        writer.error(*message.error);
    }
    if (message.connectionRequestBinding) {
        writer.attribute(attribute::kConnectionRequestBinding, kConnectionRequestBinding);
    }
    if (message.bindingChange) {
        writer.attribute(attribute::kBindingChange, std::string_view());
    }
    if (message.username) {
        if (message.hasCookie()) {
            writer.attribute(attribute::kUsername, *message.username);
        } else {
            writer.filled(attribute::kUsername, *message.username);
        }
    }
    if (writer.size() + kAttributeHeaderBytes + Sha1Mac{}.size() > kMaxMessageBytes) {
        return fail(ErrorCode::TooLarge, "STUN message is too large");
    }
    return writer.finish(message, password);
}

bool integrityHolds(std::span<const std::byte> bytes, std::string_view password) {
    if (bytes.size() < kHeaderBytes || bytes.size() > kMaxMessageBytes) {
        return false;
    }
    AttributeReader reader(bytes);
    while (!reader.atEnd()) {
        const auto found = reader.next();
        if (!found) {
            return false;
        }
        if (found->type != attribute::kMessageIntegrity) {
            continue;
        }
        const auto given = textOf(found->value);
        const auto covered = bytes.first(found->at);
        const bool plain =
            crypto::equalConstantTime(textOf(macOf(covered, password, false)), given);
        const bool classic =
            crypto::equalConstantTime(textOf(macOf(covered, password, true)), given);
        return plain || classic;
    }
    return false;
}

}  // namespace platen::stun
