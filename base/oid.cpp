// SPDX-License-Identifier: Apache-2.0
#include "base/oid.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>

namespace platen {

Result<Oid> Oid::parse(std::string_view text) {
    std::string_view rest = text;
    if (!rest.empty() && rest.front() == '.') {
        rest.remove_prefix(1);
    }
    std::array<std::uint32_t, kMaxLength> ids;  // NOLINT(*-member-init): filled below
    std::size_t count = 0;
    for (;;) {
        std::uint32_t id = 0;
        const char* const end = rest.data() + rest.size();
        const auto [stop, error] = std::from_chars(rest.data(), end, id);
        if (error != std::errc{}) {
            return fail(ErrorCode::Malformed, "an OID is numbers up to 4294967295 between dots");
        }
        if (count == ids.size()) {
            return fail(ErrorCode::TooLarge, "an OID has at most 128 numbers");
        }
        ids[count++] = id;
        if (stop == end) {
            return Oid(std::span<const std::uint32_t>(ids.data(), count));
        }
        if (*stop != '.') {
            return fail(ErrorCode::Malformed, "an OID is numbers up to 4294967295 between dots");
        }
        rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()) + 1);
    }
}

std::string Oid::toString() const {
    std::string out;
    out.reserve(size() * 4);
    std::array<char, 12> digits{};
    for (const std::uint32_t id : ids()) {
        if (!out.empty()) {
            out.push_back('.');
        }
        const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), id);
        out.append(digits.data(), result.ptr);
    }
    return out;
}

bool Oid::startsWith(const Oid& prefix) const {
    return size() >= prefix.size() && std::ranges::equal(ids().first(prefix.size()), prefix.ids());
}

std::span<const std::uint32_t> Oid::suffix(std::size_t prefixLength) const {
    return ids().subspan(std::min(prefixLength, size()));
}

Oid Oid::child(std::span<const std::uint32_t> more) const {
    Oid result;
    result.assign(ids(), more);
    return result;
}

void Oid::assign(std::span<const std::uint32_t> first, std::span<const std::uint32_t> more) {
    const std::size_t count = first.size() + more.size();
    std::uint32_t* to = inline_.data();  // NOLINT(cppcoreguidelines-pro-type-union-access)
    if (count > kInlineLength) {
        to = new std::uint32_t[count];  // NOLINT(cppcoreguidelines-owning-memory)
        heap_ = to;                     // NOLINT(cppcoreguidelines-pro-type-union-access)
    }
    size_ = static_cast<std::uint32_t>(count);
    if (!first.empty()) {
        std::memcpy(to, first.data(), first.size_bytes());
    }
    if (!more.empty()) {
        std::memcpy(to + first.size(), more.data(), more.size_bytes());
    }
}

Oid Oid::child(std::initializer_list<std::uint32_t> more) const {
    return child(std::span<const std::uint32_t>(more.begin(), more.size()));
}

}  // namespace platen

std::size_t std::hash<platen::Oid>::operator()(const platen::Oid& oid) const noexcept {
    // FNV-1a over the numbers, then mixed: OIDs of one table differ in the last number only.
    std::uint64_t value = 14695981039346656037ULL;
    for (const std::uint32_t id : oid.ids()) {
        value = (value ^ id) * 1099511628211ULL;
    }
    value ^= value >> 32U;
    return static_cast<std::size_t>(value);
}
