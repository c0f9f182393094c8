// SPDX-License-Identifier: Apache-2.0
// Checking texts against the model, and fitting our own values into it.
#include "base/text.hpp"
#include "mfp-datamodel/lexical.hpp"
#include "mfp-datamodel/list.hpp"
#include "mfp-datamodel/schema.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace platen::model {

namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

tl::unexpected<Error> notAllowed(const ParamDef& param, std::string_view why) {
    return fail(ErrorCode::Unsupported, text::cat({param.name, ": ", why}));
}

Result<void> checkLength(const ParamDef& param, std::size_t length) {
    if (length > param.maxLength.value_or(kNoLimit)) {
        return notAllowed(param, text::cat({"longer than ", std::to_string(*param.maxLength)}));
    }
    if (length < param.minLength.value_or(0)) {
        return notAllowed(param, text::cat({"shorter than ", std::to_string(*param.minLength)}));
    }
    return {};
}

Result<void> checkRange(const ParamDef& param, const Value& value) {
    const bool low = param.minimum && value.asInt() < *param.minimum;
    const bool high = param.maximum && value.asInt() >= 0 && value.asUnsigned() > *param.maximum;
    if (low || high) {
        return notAllowed(param, text::cat({value.text(), " is out of range"}));
    }
    return {};
}

Result<void> checkString(const ParamDef& param, std::string_view text) {
    auto length = checkLength(param, text::utf8Length(text));
    if (!length) {
        return length;
    }
    if (!param.enumeration.empty() &&
        std::ranges::find(param.enumeration, text) == param.enumeration.end()) {
        return notAllowed(param, text::cat({"\"", text::cutUtf8(text, 40),
                                            "\" is not one of the allowed values"}));
    }
    if (!hasFormat(param.format, text)) {
        return notAllowed(param, "the form is wrong");
    }
    return {};
}

/// A scalar, or one decoded item of a list.
Result<void> checkScalar(const ParamDef& param, const Value& value) {
    switch (value.type()) {
        case ValueType::String:
            return checkString(param, value.stringView());
        case ValueType::HexBinary:
            return checkLength(param, value.stringView().size() / 2);
        case ValueType::Base64: {
            const std::string_view digits = value.stringView();
            const auto padding = static_cast<std::size_t>(std::ranges::count(digits, '='));
            return checkLength(param, digits.size() / 4 * 3 - padding);
        }
        case ValueType::Int:
        case ValueType::UnsignedInt:
        case ValueType::Long:
        case ValueType::UnsignedLong:
            return checkRange(param, value);
        case ValueType::Boolean:
        case ValueType::DateTime:
            return {};
    }
    return {};
}

/// Of free texts, white space inside an item is taken as part of it.
bool hasFreeTexts(const ParamDef& param) {
    return param.type == ValueType::String && param.enumeration.empty() &&
           param.format == TextFormat::Any;
}

/// The text is kept as it came: an ACS that reads back something else than it has set takes the
/// value for not set, and GenieACS then sets it, or makes its row, again in every session.
Result<Value> parseList(const ParamDef& param, std::string_view text) {
    if (!text::isUtf8(text)) {
        return fail(ErrorCode::Malformed, text::cat({param.name, ": the text is not UTF-8"}));
    }
    const auto items = hasFreeTexts(param) ? splitListOfTexts(text) : splitList(text);
    if (!items) {
        return notAllowed(param, items.error().text);
    }
    if (items->size() > param.maxItems.value_or(kNoLimit)) {
        return notAllowed(param,
                          text::cat({"more than ", std::to_string(*param.maxItems), " items"}));
    }
    for (const std::string& item : *items) {
        // A list is a string on the wire, so a bad item is a bad value and not a bad type.
        const auto value = parseLexical(param.type, item);
        if (!value) {
            return notAllowed(param, value.error().text);
        }
        if (const auto checked = checkScalar(param, *value); !checked) {
            return tl::unexpected(checked.error());
        }
    }
    if (text::utf8Length(text) > param.maxListLength.value_or(kNoLimit)) {
        return notAllowed(param, text::cat({"longer than ", std::to_string(*param.maxListLength)}));
    }
    return Value::string(text);
}

Value fitList(const ParamDef& param, const Value& value) {
    const std::string_view text = value.stringView();
    const std::size_t shortest =
        std::min(param.maxLength.value_or(kNoLimit), param.maxListLength.value_or(kNoLimit));
    if (text.size() <= shortest && !param.maxItems) {
        return value;
    }
    auto items = splitList(text);
    if (!items) {
        return Value::string(text::cutUtf8(text, shortest));
    }
    if (items->size() > param.maxItems.value_or(kNoLimit)) {
        items->resize(*param.maxItems);
    }
    for (std::string& item : *items) {
        item = text::cutUtf8(item, param.maxLength.value_or(kNoLimit));
    }
    std::string joined = joinList(*items);
    while (!items->empty() && text::utf8Length(joined) > param.maxListLength.value_or(kNoLimit)) {
        items->pop_back();
        joined = joinList(*items);
    }
    return Value::string(joined);
}

Value fitString(const ParamDef& param, const Value& value) {
    if (value.type() != ValueType::String) {
        return fitString(param, Value::string(value.text()));
    }
    if (param.list) {
        return fitList(param, value);
    }
    const std::string_view text = value.stringView();
    if (text.size() <= param.maxLength.value_or(kNoLimit)) {
        return value;  // no more characters than bytes
    }
    return Value::string(text::cutUtf8(text, *param.maxLength));
}

/// The number that a value stands for; texts are read as numbers.
Value toNumber(const Value& value) {
    if (value.type() != ValueType::String) {
        return value;
    }
    const std::string_view text = text::trim(value.stringView());
    if (const auto number = text::toInt(text); number) {
        return Value::integer(ValueType::Long, *number);
    }
    if (const auto number = text::toUnsigned(text); number) {
        return Value::unsignedInteger(ValueType::UnsignedLong, *number);
    }
    return Value::integer(ValueType::Long, 0);
}

Value fitSigned(const ParamDef& param, const Value& value) {
    std::int64_t low = std::numeric_limits<std::int64_t>::min();
    std::int64_t high = std::numeric_limits<std::int64_t>::max();
    if (param.type == ValueType::Int) {
        low = std::numeric_limits<std::int32_t>::min();
        high = std::numeric_limits<std::int32_t>::max();
    }
    low = std::max(low, param.minimum.value_or(low));
    if (param.maximum && *param.maximum < static_cast<std::uint64_t>(high)) {
        high = static_cast<std::int64_t>(*param.maximum);
    }
    return Value::integer(param.type, std::clamp(toNumber(value).asInt(), low, high));
}

Value fitUnsigned(const ParamDef& param, const Value& value) {
    std::uint64_t high = param.type == ValueType::UnsignedInt
                             ? std::numeric_limits<std::uint32_t>::max()
                             : std::numeric_limits<std::uint64_t>::max();
    high = std::min(high, param.maximum.value_or(high));
    const std::uint64_t low =
        static_cast<std::uint64_t>(std::max<std::int64_t>(param.minimum.value_or(0), 0));
    return Value::unsignedInteger(param.type, std::clamp(toNumber(value).asUnsigned(), low, high));
}

}  // namespace

Result<Value> Schema::parseValue(ParamIndex index, std::string_view text) const {
    const ParamDef& def = param(index);
    if (def.list) {
        return parseList(def, text);
    }
    auto value = parseLexical(def.type, text);
    if (!value) {
        return fail(value.error().code, text::cat({def.name, ": ", value.error().text}));
    }
    if (const auto checked = checkScalar(def, *value); !checked) {
        return tl::unexpected(checked.error());
    }
    return value;
}

Value Schema::fit(ParamIndex index, const Value& value) const {
    const ParamDef& def = param(index);
    switch (def.wireType()) {
        case ValueType::String:
            return fitString(def, value);
        case ValueType::Int:
        case ValueType::Long:
            return fitSigned(def, value);
        case ValueType::UnsignedInt:
        case ValueType::UnsignedLong:
            return fitUnsigned(def, value);
        case ValueType::Boolean:
            return Value::boolean(toNumber(value).asBool() || value.stringView() == "true");
        case ValueType::DateTime:
            if (value.type() == ValueType::DateTime) {
                return value;
            }
            return Value::dateTime(parseDateTime(value.stringView()).value_or(kUnknownTime));
        case ValueType::Base64:
        case ValueType::HexBinary:
            return value.type() == def.type ? value : Value::binary(def.type, value.stringView());
    }
    return value;
}

}  // namespace platen::model
