// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen {

/// An object identifier: at most kMaxLength sub-identifiers (RFC 2578 3.5), in SNMP's lexicographic
/// order.
class Oid {
  public:
    static constexpr std::size_t kMaxLength = 128;

    Oid() = default;
    Oid(std::initializer_list<std::uint32_t> ids) : ids_(ids) {}
    /// Precondition: at most kMaxLength ids.
    explicit Oid(std::span<const std::uint32_t> ids) : ids_(ids.begin(), ids.end()) {}

    /// Reads `1.3.6.1` or `.1.3.6.1`. Errors: Malformed, TooLarge.
    static Result<Oid> parse(std::string_view text);
    [[nodiscard]] std::string toString() const;

    [[nodiscard]] std::span<const std::uint32_t> ids() const { return ids_; }
    [[nodiscard]] std::size_t size() const { return ids_.size(); }
    [[nodiscard]] bool empty() const { return ids_.empty(); }
    [[nodiscard]] std::uint32_t operator[](std::size_t i) const { return ids_[i]; }

    /// True if `this` lies under (or is) `prefix`.
    [[nodiscard]] bool startsWith(const Oid& prefix) const;
    /// The sub-identifiers after `prefixLength` (empty if there are none).
    [[nodiscard]] std::span<const std::uint32_t> suffix(std::size_t prefixLength) const;
    /// This one with more sub-identifiers. Precondition: the sum fits kMaxLength.
    [[nodiscard]] Oid child(std::span<const std::uint32_t> more) const;
    [[nodiscard]] Oid child(std::initializer_list<std::uint32_t> more) const;

    friend bool operator==(const Oid&, const Oid&) = default;
    friend std::strong_ordering operator<=>(const Oid& a, const Oid& b) {
        return a.ids_ <=> b.ids_;
    }

  private:
    std::vector<std::uint32_t> ids_;
};

}  // namespace platen

template <>
struct std::hash<platen::Oid> {
    std::size_t operator()(const platen::Oid& oid) const noexcept;
};
