// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/udp_request.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "proxy/stun/hmac_sha1.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace platen::stun {
namespace {

constexpr std::size_t kMaxQueryFields = 32;
constexpr std::size_t kSignatureDigits = 40;

bool isDigits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Nothing for a broken escape.
std::optional<std::string> percentDecode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto byte =
            text.size() - i >= 3 ? text::fromHex(text.substr(i + 1, 2)) : std::nullopt;
        if (!byte) {
            return std::nullopt;
        }
        out += static_cast<char>(byte->front());
        i += 2;
    }
    return out;
}

/// The target of `GET TARGET HTTP/1.x`, or nothing.
std::optional<std::string_view> targetOf(std::string_view text) {
    constexpr std::string_view kMethod = "GET ";
    const auto line = text.substr(0, text.find_first_of("\r\n"));
    if (!line.starts_with(kMethod)) {
        return std::nullopt;
    }
    const auto space = line.rfind(' ');
    if (space <= kMethod.size() || !line.substr(space + 1).starts_with("HTTP/1.")) {
        return std::nullopt;
    }
    return line.substr(kMethod.size(), space - kMethod.size());
}

struct Field {
    std::string_view name;
    std::size_t limit;
    std::string_view value;
    bool seen = false;
};

/// Fills the fields from a query; false if one is there twice or too long, or there are too many.
bool readQuery(std::string_view query, std::span<Field> fields) {
    const auto parts = text::split(query, '&');
    if (parts.size() > kMaxQueryFields) {
        return false;
    }
    for (const auto part : parts) {
        const auto equals = part.find('=');
        const auto name = part.substr(0, equals);
        const auto known = std::find_if(fields.begin(), fields.end(),
                                        [name](const Field& field) { return field.name == name; });
        if (known == fields.end()) {
            continue;
        }
        if (known->seen || equals == std::string_view::npos) {
            return false;
        }
        known->seen = true;
        known->value = part.substr(equals + 1);
    }
    return std::all_of(fields.begin(), fields.end(), [](const Field& field) {
        return !field.value.empty() && field.value.size() <= field.limit;
    });
}

bool signatureIs(const UdpRequest& request,
                 const UdpRequest::Fields& fields,
                 std::string_view password) {
    const auto mac = hmacSha1(password, text::cat({request.ts, fields.id, fields.un, fields.cn}));
    std::array<std::uint8_t, Sha1Mac{}.size()> octets{};
    std::memcpy(octets.data(), mac.data(), octets.size());
    return crypto::equalConstantTime(text::toHex(octets, false), request.signature);
}

}  // namespace

Result<UdpRequest> parseUdpRequest(std::span<const std::byte> bytes) {
    if (bytes.size() > kMaxUdpRequestBytes) {
        return fail(ErrorCode::TooLarge, "the datagram is too large");
    }
    std::string datagram(bytes.size(), '\0');
    if (!bytes.empty()) {
        std::memcpy(datagram.data(), bytes.data(), bytes.size());
    }
    const auto target = targetOf(datagram);
    const auto question = target ? target->find('?') : std::string_view::npos;
    if (question == std::string_view::npos) {
        return fail(ErrorCode::Malformed, "no GET with a query");
    }
    constexpr std::size_t kMaxTimeDigits = 20;
    std::array<Field, 5> fields{{{"ts", kMaxTimeDigits, {}},
                                 {"id", kMaxIdBytes, {}},
                                 {"un", kMaxUnBytes, {}},
                                 {"cn", kMaxCnonceBytes, {}},
                                 {"sig", kSignatureDigits, {}}}};
    auto query = target->substr(question + 1);
    query = query.substr(0, query.find('#'));
    if (!readQuery(query, fields)) {
        return fail(ErrorCode::Malformed, "a field is missing, empty, too long or there twice");
    }
    const auto& [ts, id, un, cn, sig] = fields;
    const auto time = isDigits(ts.value) ? text::toUnsigned(ts.value) : std::nullopt;
    const auto plainId = percentDecode(id.value);
    if (!time || !plainId || sig.value.size() != kSignatureDigits || !text::fromHex(sig.value)) {
        return fail(ErrorCode::Malformed, "ts, id or sig is wrong");
    }
    UdpRequest request;
    request.ts = ts.value;
    request.time = *time;
    request.signature = text::toLower(sig.value);
    request.raw = {std::string(id.value), std::string(un.value), std::string(cn.value)};
    // A stray percent sign: then the ACS does not encode, and only the raw form can be meant.
    request.plain = {*plainId, percentDecode(un.value).value_or(request.raw.un),
                     percentDecode(cn.value).value_or(request.raw.cn)};
    return request;
}

bool ReplayGuard::isFresh(const UdpRequest& request) const {
    if (!used_) {
        return true;
    }
    const auto& id = request.plain.id;
    if (request.time < time_ || (!ids_.empty() && ids_.back() == id)) {
        return false;
    }
    return request.time > time_ ||
           (ids_.size() < kMaxIds && std::find(ids_.begin(), ids_.end(), id) == ids_.end());
}

void ReplayGuard::accept(const UdpRequest& request) {
    if (!used_ || request.time != time_) {
        ids_.clear();
    }
    used_ = true;
    time_ = request.time;
    ids_.push_back(request.plain.id);
}

std::string ReplayGuard::save() const {
    if (!used_) {
        return {};
    }
    auto text = std::to_string(time_);
    for (const auto& id : ids_) {
        const std::span octets(id.data(), id.size());
        std::vector<std::uint8_t> copy;
        std::transform(octets.begin(), octets.end(), std::back_inserter(copy),
                       [](char c) { return static_cast<std::uint8_t>(c); });
        text += ' ';
        text += text::toHex(copy, false);  // An id may hold any octet.
    }
    return text;
}

void ReplayGuard::restore(std::string_view text) {
    const auto parts = text::split(text, ' ');
    const auto time = text::toUnsigned(parts.front());
    if (!time || parts.size() > kMaxIds + 1) {
        return;
    }
    std::vector<std::string> ids;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto octets = text::fromHex(parts[i]);
        if (!octets || octets->empty() || octets->size() > kMaxIdBytes) {
            return;
        }
        ids.emplace_back(octets->begin(), octets->end());
    }
    used_ = true;
    time_ = *time;
    ids_ = std::move(ids);
}

UdpVerdict checkUdpRequest(const UdpRequest& request,
                           std::string_view username,
                           std::string_view password,
                           const ReplayGuard& guard) {
    if (username.empty() || password.empty()) {
        return UdpVerdict::NoCredentials;
    }
    const bool plain = request.plain.un == username;
    const bool raw = request.raw.un == username;
    if (!plain && !raw) {
        return UdpVerdict::WrongUser;
    }
    // TR-069 does not say whether the signature covers the escaped or the plain text.
    if (!signatureIs(request, request.plain, password) &&
        !signatureIs(request, request.raw, password)) {
        return UdpVerdict::WrongSignature;
    }
    return guard.isFresh(request) ? UdpVerdict::Valid : UdpVerdict::Replayed;
}

}  // namespace platen::stun
