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
    static Datum of(std::int64_t number) {
        Datum d;
        d.kind_ = Kind::Number;
        d.number_ = number;
        return d;
    }
    static Datum of(bool truth) { return of(std::int64_t{truth ? 1 : 0}); }
    static Datum text(std::string text) {
        Datum d;
        d.kind_ = Kind::Text;
        d.text_ = std::move(text);
        return d;
    }
    static Datum octets(std::string_view octets) {
        Datum d;
        d.kind_ = Kind::Octets;
        d.view_ = octets;
        return d;
    }
    static Datum objectId(const Oid& oid) {
        Datum d;
        d.kind_ = Kind::ObjectId;
        d.oid_ = &oid;
        return d;
    }
    static Datum constant(const Constant* constant) {
        Datum d;
        d.kind_ = constant != nullptr ? Kind::Constant : Kind::None;
        d.constant_ = constant;
        return d;
    }
    static Datum numbers(std::vector<std::uint32_t> numbers) {
        Datum d;
        d.kind_ = Kind::Numbers;
        d.numbers_ = std::move(numbers);
        return d;
    }
    static Datum time(WallTime time) {
        Datum d;
        d.kind_ = Kind::Time;
        d.number_ = time.time_since_epoch().count();
        return d;
    }
    /// The value of a varbind; Null and exceptions are None. It must outlive the datum.
    static Datum of(const SnmpValue& value);

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool none() const { return kind_ == Kind::None; }
    [[nodiscard]] std::int64_t rawNumber() const { return number_; }
    [[nodiscard]] const Oid& oid() const { return *oid_; }
    [[nodiscard]] const Constant* constant() const { return constant_; }
    [[nodiscard]] const std::vector<std::uint32_t>& numbers() const { return numbers_; }
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
    Kind kind_ = Kind::None;
    std::int64_t number_ = 0;
    const Oid* oid_ = nullptr;
    const Constant* constant_ = nullptr;
    std::string_view view_;
    std::string text_;
    std::vector<std::uint32_t> numbers_;
};

}  // namespace platen::mibmap
