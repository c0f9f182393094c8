// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/time.hpp"
#include "base/varbind.hpp"
#include "mibmap/definitions.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace platen::mibmap {

/// What an expression gives. Cheap to move; texts of the device are views until somebody must
/// change them.
class Datum {
  public:
    /// More octets of one value are not looked at; the longest standard object has 1,023.
    static constexpr std::size_t kMaxOctets = 4096;

    enum class Kind : std::uint8_t {
        None,
        Number,
        Text,    ///< UTF-8 of ours.
        Octets,  ///< As the device sent them; outlived by the evaluation's input.
        ObjectId,
        Constant,  ///< A literal of the map.
        Numbers,   ///< Several sub-indexes.
        Time,      ///< number() is milliseconds since 1970, UTC.
    };

    Datum() = default;
    static Datum of(std::int64_t number) { return Datum(Content(Number{number})); }
    static Datum of(bool truth) { return of(std::int64_t{truth ? 1 : 0}); }
    static Datum text(std::string text) { return Datum(Content(std::move(text))); }
    static Datum octets(std::string_view octets) { return Datum(Content(octets)); }
    static Datum objectId(const Oid& oid) { return Datum(Content(&oid)); }
    static Datum constant(const Constant* constant) {
        return constant != nullptr ? Datum(Content(constant)) : Datum();
    }
    static Datum numbers(std::vector<std::uint32_t> numbers) {
        return Datum(Content(std::move(numbers)));
    }
    static Datum time(WallTime time) {
        return Datum(Content(Time{time.time_since_epoch().count()}));
    }
    /// The value of a varbind; Null and exceptions are None. It must outlive the datum.
    static Datum of(const SnmpValue& value);

    [[nodiscard]] Kind kind() const { return static_cast<Kind>(content_.index()); }
    [[nodiscard]] bool none() const { return kind() == Kind::None; }
    /// Number and Time; 0 for the others.
    [[nodiscard]] std::int64_t rawNumber() const;
    /// Precondition: an ObjectId.
    [[nodiscard]] const Oid& oid() const { return *std::get<const Oid*>(content_); }
    /// Precondition: a Constant.
    [[nodiscard]] const Constant* constant() const { return std::get<const Constant*>(content_); }
    /// Precondition: Numbers.
    [[nodiscard]] const std::vector<std::uint32_t>& numbers() const {
        return std::get<std::vector<std::uint32_t>>(content_);
    }
    /// Text, Octets and Constant without conversion; empty for the others.
    [[nodiscard]] std::string_view view() const;

    /// As a number: digits in a text count (agents send levels as text). None: nothing.
    [[nodiscard]] std::optional<std::int64_t> toNumber() const;
    /// As clean UTF-8: octets are decoded without a declared charset.
    [[nodiscard]] std::string toText() const;
    /// Not None, not 0, not the empty text.
    [[nodiscard]] bool truthy() const;
    /// None, or a text without characters.
    [[nodiscard]] bool blank() const;
    /// Same number, or same text.
    [[nodiscard]] bool equals(const Datum& other) const;

  private:
    struct Number {
        std::int64_t value;
    };
    struct Time {
        std::int64_t milliseconds;
    };
    /// In the order of Kind.
    using Content = std::variant<std::monostate,
                                 Number,
                                 std::string,
                                 std::string_view,
                                 const Oid*,
                                 const Constant*,
                                 std::vector<std::uint32_t>,
                                 Time>;

    explicit Datum(Content content) : content_(std::move(content)) {}

    Content content_;
};

}  // namespace platen::mibmap
