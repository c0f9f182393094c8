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
            return objectId(*value.oid);
        case SnmpType::Null:
        case SnmpType::NoSuchObject:
        case SnmpType::NoSuchInstance:
        case SnmpType::EndOfMibView:
            return {};
    }
    return {};
}

std::string_view Datum::view() const {
    switch (kind()) {
        case Kind::Text:
            return std::get<std::string>(content_);
        case Kind::Octets:
            return std::get<std::string_view>(content_);
        case Kind::Constant:
            return constant()->text;
        default:
            return {};
    }
}

std::int64_t Datum::rawNumber() const {
    if (const auto* number = std::get_if<Number>(&content_)) {
        return number->value;
    }
    const auto* time = std::get_if<Time>(&content_);
    return time != nullptr ? time->milliseconds : 0;
}

std::optional<std::int64_t> Datum::toNumber() const {
    switch (kind()) {
        case Kind::Number:
        case Kind::Time:
            return rawNumber();
        case Kind::Constant:
            if (constant()->number) {
                return constant()->number;
            }
            [[fallthrough]];
        case Kind::Text:
        case Kind::Octets:
            return text::toInt(text::trim(view()));
        case Kind::Numbers:
            return numbers().empty() ? std::nullopt
                                     : std::optional<std::int64_t>(numbers().front());
        default:
            return std::nullopt;
    }
}

std::string Datum::toText() const {
    switch (kind()) {
        case Kind::None:
        case Kind::Numbers:
            return {};
        case Kind::Number:
            return std::to_string(rawNumber());
        case Kind::Time:
            return formatDateTime(WallTime(Millis(rawNumber())));
        case Kind::Text:
            return std::get<std::string>(content_);
        case Kind::Octets:
            return decodeText(view(), std::nullopt);
        case Kind::ObjectId:
            return oid().toString();
        case Kind::Constant:
            return constant()->text;
    }
    return {};
}

bool Datum::truthy() const {
    switch (kind()) {
        case Kind::None:
            return false;
        case Kind::Number:
        case Kind::Time:
            return rawNumber() != 0;
        case Kind::Constant:
            return constant()->number ? *constant()->number != 0 : !constant()->text.empty();
        case Kind::Text:
        case Kind::Octets:
            return !view().empty();
        case Kind::ObjectId:
            return !oid().empty();
        case Kind::Numbers:
            return !numbers().empty();
    }
    return false;
}

bool Datum::blank() const {
    switch (kind()) {
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
    const bool numbers = kind() == Kind::Number || other.kind() == Kind::Number;
    if (numbers) {
        const auto a = toNumber();
        const auto b = other.toNumber();
        return a && b && *a == *b;
    }
    if (kind() == Kind::ObjectId || other.kind() == Kind::ObjectId) {
        return toText() == other.toText();
    }
    return view() == other.view();
}

}  // namespace platen::mibmap
