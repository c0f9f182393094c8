// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace platen {

/// An object identifier: at most kMaxLength sub-identifiers (RFC 2578 3.5), in SNMP's lexicographic
/// order. Those of printers fit into the object itself: a poll handles hundreds of them a device.
class Oid {
  public:
    static constexpr std::size_t kMaxLength = 128;
    /// Up to this length without memory of its own: an instance of the Printer-MIB has 13.
    static constexpr std::size_t kInlineLength = 14;

    // NOLINTBEGIN(cppcoreguidelines-pro-type-member-init): only the numbers that count are set
    Oid() noexcept {}  // NOLINT(modernize-use-equals-default): leaves the numbers uninitialised
    Oid(std::initializer_list<std::uint32_t> ids)
        : Oid(std::span<const std::uint32_t>(ids.begin(), ids.size())) {}
    /// Precondition: at most kMaxLength ids.
    explicit Oid(std::span<const std::uint32_t> ids) { assign(ids, {}); }
    Oid(const Oid& other) { assign(other.ids(), {}); }
    Oid(Oid&& other) noexcept { take(other); }
    // NOLINTEND(cppcoreguidelines-pro-type-member-init)
    Oid& operator=(const Oid& other) {
        if (this != &other) {
            release();
            assign(other.ids(), {});
        }
        return *this;
    }
    Oid& operator=(Oid&& other) noexcept {
        if (this != &other) {
            release();
            take(other);
        }
        return *this;
    }
    ~Oid() { release(); }

    /// Reads `1.3.6.1` or `.1.3.6.1`. Errors: Malformed, TooLarge.
    static Result<Oid> parse(std::string_view text);
    [[nodiscard]] std::string toString() const;

    [[nodiscard]] std::span<const std::uint32_t> ids() const { return {data(), size_}; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::uint32_t operator[](std::size_t i) const { return ids()[i]; }

    /// True if `this` lies under (or is) `prefix`.
    [[nodiscard]] bool startsWith(const Oid& prefix) const;
    /// The sub-identifiers after `prefixLength` (empty if there are none).
    [[nodiscard]] std::span<const std::uint32_t> suffix(std::size_t prefixLength) const;
    /// This one with more sub-identifiers. Precondition: the sum fits kMaxLength.
    [[nodiscard]] Oid child(std::span<const std::uint32_t> more) const;
    [[nodiscard]] Oid child(std::initializer_list<std::uint32_t> more) const;

    friend bool operator==(const Oid& a, const Oid& b) {
        return std::ranges::equal(a.ids(), b.ids());
    }
    friend std::strong_ordering operator<=>(const Oid& a, const Oid& b) {
        const auto left = a.ids();
        const auto right = b.ids();
        return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(),
                                                      right.end());
    }

  private:
    // NOLINTBEGIN(cppcoreguidelines-pro-type-union-access): size_ says which member lives
    [[nodiscard]] bool isInline() const { return size_ <= kInlineLength; }
    [[nodiscard]] const std::uint32_t* data() const { return isInline() ? inline_.data() : heap_; }
    /// Precondition: holds nothing on the heap.
    void assign(std::span<const std::uint32_t> first, std::span<const std::uint32_t> more);
    void take(Oid& other) noexcept {
        size_ = other.size_;
        if (isInline()) {
            // All of it: a copy of fixed size is a few instructions.
            inline_ = other.inline_;
        } else {
            heap_ = other.heap_;
            other.size_ = 0;
        }
    }
    void release() noexcept {
        if (!isInline()) {
            delete[] heap_;  // NOLINT(cppcoreguidelines-owning-memory)
        }
        size_ = 0;
    }
    // NOLINTEND(cppcoreguidelines-pro-type-union-access)

    union {
        std::array<std::uint32_t, kInlineLength> inline_;
        std::uint32_t* heap_;
    };
    std::uint32_t size_ = 0;
};

}  // namespace platen

template <>
struct std::hash<platen::Oid> {
    std::size_t operator()(const platen::Oid& oid) const noexcept;
};
