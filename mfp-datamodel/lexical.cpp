// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/lexical.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

namespace platen::model {

namespace {

tl::unexpected<Error> wrongType(ValueType type, std::string_view text) {
    constexpr std::size_t kShown = 40;
    return fail(ErrorCode::Malformed,
                text::cat({"\"", text::cutUtf8(text, kShown), "\" is no ", toString(type)}));
}

Result<Value> parseInteger(ValueType type, std::string_view text) {
    std::string_view digits = text;
    if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-') {
        digits.remove_prefix(1);  // xsd:int allows it
    }
    const std::optional<std::int64_t> number = text::toInt(digits);
    using Limits = std::numeric_limits<std::int32_t>;
    const bool fits = number && (type == ValueType::Long ||
                                 (*number >= Limits::min() && *number <= Limits::max()));
    if (!fits) {
        return wrongType(type, text);
    }
    return Value::integer(type, *number);
}

Result<Value> parseUnsigned(ValueType type, std::string_view text) {
    const std::optional<std::uint64_t> number = text::toUnsigned(text);
    const bool fits = number && (type == ValueType::UnsignedLong ||
                                 *number <= std::numeric_limits<std::uint32_t>::max());
    if (!fits) {
        return wrongType(type, text);
    }
    return Value::unsignedInteger(type, *number);
}

Result<Value> parseBoolean(std::string_view text) {
    if (text == "1" || text == "true") {
        return Value::boolean(true);
    }
    if (text == "0" || text == "false") {
        return Value::boolean(false);
    }
    return wrongType(ValueType::Boolean, text);
}

bool isBase64(std::string_view text) {
    std::size_t digits = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        const bool digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           (c >= '0' && c <= '9') || c == '+' || c == '/';
        if (c == '=') {
            ++padding;
        } else if (digit && padding == 0) {
            ++digits;
        } else {
            return false;
        }
    }
    return (digits + padding) % 4 == 0 && padding <= 2;
}

}  // namespace

Result<Value> parseLexical(ValueType type, std::string_view text) {
    const std::string_view bare = text::trim(text);
    switch (type) {
        case ValueType::String:
            if (!text::isUtf8(text)) {
                return fail(ErrorCode::Malformed, "the text is not UTF-8");
            }
            return Value::string(text);
        case ValueType::Int:
        case ValueType::Long:
            return parseInteger(type, bare);
        case ValueType::UnsignedInt:
        case ValueType::UnsignedLong:
            return parseUnsigned(type, bare);
        case ValueType::Boolean:
            return parseBoolean(bare);
        case ValueType::DateTime:
            if (const auto time = parseDateTime(bare); time) {
                return Value::dateTime(*time);
            }
            return wrongType(type, text);
        case ValueType::Base64:
            if (!isBase64(bare)) {
                return fail(ErrorCode::Malformed, "the text is not base64");
            }
            return Value::binary(type, bare);
        case ValueType::HexBinary:
            if (!text::fromHex(bare)) {
                return fail(ErrorCode::Malformed, "the text is not hexadecimal");
            }
            return Value::binary(type, bare);
    }
    return fail(ErrorCode::Internal, "unknown type");
}

}  // namespace platen::model
