// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace platen::model {

namespace {

constexpr std::size_t kMaxTextBytes = std::numeric_limits<std::uint32_t>::max();

template <typename Number>
std::string decimal(Number number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return {digits.data(), end};
}

/// With the fraction of a second, if there is one, in three or six digits: what an ACS set reads
/// back as it was set.
std::string exactDateTime(std::chrono::sys_time<std::chrono::microseconds> time) {
    constexpr std::int64_t kPerMilli = 1000;
    constexpr std::size_t kSecondsEnd = 19;  // YYYY-MM-DDThh:mm:ss
    auto text = formatDateTime(std::chrono::floor<Millis>(time));
    const auto micros = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
    if (micros != 0) {
        const bool whole = micros % kPerMilli == 0;
        const auto digits = decimal(whole ? micros / kPerMilli : micros);
        text.insert(kSecondsEnd, "." + std::string((whole ? 3 : 6) - digits.size(), '0') + digits);
    }
    return text;
}

std::chrono::sys_time<std::chrono::microseconds> microseconds(std::int64_t sinceEpoch) {
    return std::chrono::sys_time<std::chrono::microseconds>{std::chrono::microseconds{sinceEpoch}};
}

bool isUnsigned(ValueType type) {
    return type == ValueType::UnsignedInt || type == ValueType::UnsignedLong;
}

bool isNumeric(ValueType type) {
    return isUnsigned(type) || type == ValueType::Int || type == ValueType::Long ||
           type == ValueType::Boolean;
}

}  // namespace

std::string_view toString(ValueType type) {
    switch (type) {
        case ValueType::String:
            return "string";
        case ValueType::Int:
            return "int";
        case ValueType::UnsignedInt:
            return "unsignedInt";
        case ValueType::Long:
            return "long";
        case ValueType::UnsignedLong:
            return "unsignedLong";
        case ValueType::Boolean:
            return "boolean";
        case ValueType::DateTime:
            return "dateTime";
        case ValueType::Base64:
            return "base64";
        case ValueType::HexBinary:
            return "hexBinary";
    }
    return "string";
}

SharedText::SharedText(std::string_view text) {
    if (text.empty()) {
        return;
    }
    const std::size_t size = std::min(text.size(), kMaxTextBytes);
    void* memory = ::operator new(sizeof(Block) + size);
    block_ = ::new (memory) Block{1, static_cast<std::uint32_t>(size)};
    std::memcpy(static_cast<char*>(memory) + sizeof(Block), text.data(), size);
}

void SharedText::destroy(Block* block) {
    ::operator delete(block);
}

std::string_view SharedText::viewOf(const Block* block) {
    if (block == nullptr) {
        return {};
    }
    const void* memory = block;
    return {static_cast<const char*>(memory) + sizeof(Block), block->size};
}

Value Value::string(SharedText text) {
    Value value;
    value.payload_.text = text.block_;
    text.block_ = nullptr;
    return value;
}

Value Value::integer(ValueType type, std::int64_t number) {
    return {type, number};
}

Value Value::unsignedInteger(ValueType type, std::uint64_t number) {
    return {type, static_cast<std::int64_t>(number)};
}

Value Value::boolean(bool value) {
    return {ValueType::Boolean, value ? 1 : 0};
}

Value Value::dateTime(WallTime time) {
    return preciseDateTime(time);
}

Value Value::preciseDateTime(std::chrono::sys_time<std::chrono::microseconds> time) {
    return {ValueType::DateTime, std::int64_t{time.time_since_epoch().count()}};
}

Value Value::binary(ValueType type, std::string_view lexical) {
    Value value = string(lexical);
    value.type_ = type;
    return value;
}

std::string Value::text() const {
    switch (type_) {
        case ValueType::String:
        case ValueType::Base64:
        case ValueType::HexBinary:
            return std::string(stringView());
        case ValueType::Boolean:
            return payload_.number != 0 ? "true" : "false";
        case ValueType::DateTime:
            return exactDateTime(microseconds(payload_.number));
        case ValueType::UnsignedInt:
        case ValueType::UnsignedLong:
            return decimal(static_cast<std::uint64_t>(payload_.number));
        case ValueType::Int:
        case ValueType::Long:
            return decimal(payload_.number);
    }
    return {};
}

SharedText Value::sharedText() const {
    SharedText text;
    if (holdsText()) {
        text.block_ = SharedText::retain(payload_.text);
    }
    return text;
}

std::int64_t Value::asInt() const {
    if (!isNumeric(type_)) {
        return 0;
    }
    if (isUnsigned(type_) && payload_.number < 0) {
        return std::numeric_limits<std::int64_t>::max();
    }
    return payload_.number;
}

std::uint64_t Value::asUnsigned() const {
    if (!isNumeric(type_) || (!isUnsigned(type_) && payload_.number < 0)) {
        return 0;
    }
    return static_cast<std::uint64_t>(payload_.number);
}

bool Value::asBool() const {
    return isNumeric(type_) && payload_.number != 0;
}

WallTime Value::asTime() const {
    return type_ == ValueType::DateTime ? std::chrono::floor<Millis>(microseconds(payload_.number))
                                        : kUnknownTime;
}

Value TextPool::intern(const Value& value) {
    return intern(Value(value));
}

Value TextPool::intern(Value&& value) {
    if (value.type() != ValueType::String || value.stringView().empty()) {
        return std::move(value);
    }
    if (const auto found = texts_.find(value.stringView()); found != texts_.end()) {
        return Value::string(found->second);
    }
    SharedText text = value.sharedText();
    const std::string_view key = text.view();
    texts_.emplace(key, std::move(text));
    return std::move(value);
}

void TextPool::sweep() {
    std::erase_if(texts_, [](const auto& entry) { return entry.second.useCount() <= 1; });
}

}  // namespace platen::model
