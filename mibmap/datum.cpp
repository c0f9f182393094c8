// SPDX-License-Identifier: Apache-2.0
#include "mibmap/datum.hpp"

#include "base/charset.hpp"
#include "base/text.hpp"

#include <limits>

namespace platen::mibmap {

Datum Datum::of(const SnmpValue& value) {
    switch (value.type) {
        case SnmpType::Integer:
        case SnmpType::Counter32:
        case SnmpType::Gauge32:
        case SnmpType::TimeTicks:
            return of(value.number);
        case SnmpType::Counter64:
            // Above INT64_MAX no meter can be told from a bit pattern.
            return value.number >= 0 ? of(value.number) : Datum();
        case SnmpType::OctetString:
        case SnmpType::IpAddress:
        case SnmpType::Opaque:
            return octets(std::string_view(value.octets).substr(0, Datum::kMaxOctets));
        case SnmpType::ObjectId:
            return objectId(value.oid);
        case SnmpType::Null:
        case SnmpType::NoSuchObject:
        case SnmpType::NoSuchInstance:
        case SnmpType::EndOfMibView:
            return {};
    }
    return {};
}

std::string_view Datum::view() const {
    switch (kind_) {
        case Kind::Text:
            return text_;
        case Kind::Octets:
            return view_;
        case Kind::Constant:
            return constant_->text;
        default:
            return {};
    }
}

std::optional<std::int64_t> Datum::toNumber() const {
    switch (kind_) {
        case Kind::Number:
        case Kind::Time:
            return number_;
        case Kind::Constant:
            if (constant_->number) {
                return constant_->number;
            }
            [[fallthrough]];
        case Kind::Text:
        case Kind::Octets:
            return text::toInt(text::trim(view()));
        case Kind::Numbers:
            return numbers_.empty() ? std::nullopt : std::optional<std::int64_t>(numbers_.front());
        default:
            return std::nullopt;
    }
}

std::string Datum::toText() const {
    switch (kind_) {
        case Kind::None:
        case Kind::Numbers:
            return {};
        case Kind::Number:
            return std::to_string(number_);
        case Kind::Time:
            return formatDateTime(WallTime(Millis(number_)));
        case Kind::Text:
            return text_;
        case Kind::Octets:
            return decodeText(view_, std::nullopt);
        case Kind::ObjectId:
            return oid_->toString();
        case Kind::Constant:
            return constant_->text;
    }
    return {};
}

bool Datum::truthy() const {
    switch (kind_) {
        case Kind::None:
            return false;
        case Kind::Number:
        case Kind::Time:
            return number_ != 0;
        case Kind::Constant:
            return constant_->number ? *constant_->number != 0 : !constant_->text.empty();
        case Kind::Text:
        case Kind::Octets:
            return !view().empty();
        case Kind::ObjectId:
            return !oid_->empty();
        case Kind::Numbers:
            return !numbers_.empty();
    }
    return false;
}

bool Datum::blank() const {
    switch (kind_) {
        case Kind::None:
            return true;
        case Kind::Text:
        case Kind::Octets:
        case Kind::Constant:
            return view().empty();
        default:
            return false;
    }
}

bool Datum::equals(const Datum& other) const {
    if (none() || other.none()) {
        return false;
    }
    const bool numbers = kind_ == Kind::Number || other.kind_ == Kind::Number;
    if (numbers) {
        const auto a = toNumber();
        const auto b = other.toNumber();
        return a && b && *a == *b;
    }
    if (kind_ == Kind::ObjectId || other.kind_ == Kind::ObjectId) {
        return toText() == other.toText();
    }
    return view() == other.view();
}

}  // namespace platen::mibmap
