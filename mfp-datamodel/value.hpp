// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace platen::model {

/// The CWMP data types (TR-106 3.2, C-DT). enum and path references are strings with a rule.
enum class ValueType : std::uint8_t {
    String,
    Int,
    UnsignedInt,
    Long,
    UnsignedLong,
    Boolean,
    DateTime,
    Base64,
    HexBinary,
};

[[nodiscard]] std::string_view toString(ValueType type);

/// Immutable text with a reference count, in one heap block. Not thread-safe: values live on the
/// loop thread.
class SharedText {
  public:
    SharedText() = default;  ///< The empty text; owns nothing.
    explicit SharedText(std::string_view text);
    SharedText(const SharedText& other) : block_(retain(other.block_)) {}
    SharedText(SharedText&& other) noexcept : block_(other.block_) { other.block_ = nullptr; }
    SharedText& operator=(const SharedText& other) {
        if (this != &other) {
            Block* old = block_;
            block_ = retain(other.block_);
            release(old);
        }
        return *this;
    }
    SharedText& operator=(SharedText&& other) noexcept {
        if (this != &other) {
            release(block_);
            block_ = other.block_;
            other.block_ = nullptr;
        }
        return *this;
    }
    ~SharedText() { release(block_); }

    [[nodiscard]] std::string_view view() const { return viewOf(block_); }
    /// Holders of the block, this one included; 0 for the empty text.
    [[nodiscard]] std::uint32_t useCount() const { return block_ == nullptr ? 0 : block_->uses; }
    friend bool operator==(const SharedText& a, const SharedText& b) {
        return a.block_ == b.block_ || a.view() == b.view();
    }

  private:
    friend class Value;
    /// The characters follow it in the same allocation.
    struct Block {
        std::uint32_t uses;
        std::uint32_t size;
    };
    static Block* retain(Block* block) {
        if (block != nullptr) {
            ++block->uses;
        }
        return block;
    }
    static void release(Block* block) {
        if (block != nullptr && --block->uses == 0) {
            destroy(block);
        }
    }
    static void destroy(Block* block);
    static std::string_view viewOf(const Block* block);

    Block* block_ = nullptr;
};

/// One value of one type, 16 bytes. Numbers are numbers, not text. thread: loop
class Value {
  public:
    Value() = default;  ///< The empty string.
    static Value string(std::string_view text) { return string(SharedText(text)); }
    static Value string(SharedText text);
    static Value integer(ValueType type, std::int64_t number);  ///< Int, Long.
    static Value unsignedInteger(ValueType type,
                                 std::uint64_t number);  ///< UnsignedInt, UnsignedLong.
    static Value boolean(bool value);
    static Value dateTime(WallTime time);
    /// As dateTime, with microseconds: times of measurements (TR-143).
    static Value preciseDateTime(std::chrono::sys_time<std::chrono::microseconds> time);
    static Value binary(ValueType type,
                        std::string_view lexical);  ///< Base64, HexBinary: as on the wire.

    Value(const Value& other) : payload_(other.payload_), type_(other.type_) {
        if (holdsText()) {
            SharedText::retain(payload_.text);
        }
    }
    Value(Value&& other) noexcept : payload_(other.payload_), type_(other.type_) { other.reset(); }
    Value& operator=(const Value& other) {
        if (this != &other) {
            *this = Value(other);
        }
        return *this;
    }
    Value& operator=(Value&& other) noexcept {
        if (this != &other) {
            releaseText();
            payload_ = other.payload_;
            type_ = other.type_;
            other.reset();
        }
        return *this;
    }
    ~Value() { releaseText(); }

    [[nodiscard]] ValueType type() const { return type_; }
    /// The CWMP lexical form: `true`, `42`, `2031-02-03T04:05:06Z`, the text itself.
    [[nodiscard]] std::string text() const;
    /// Strings and binaries without a copy; empty for other types.
    [[nodiscard]] std::string_view stringView() const {
        return holdsText() ? SharedText::viewOf(payload_.text) : std::string_view{};
    }
    /// The shared text of strings and binaries; empty for other types.
    [[nodiscard]] SharedText sharedText() const;
    /// Any number or boolean as a signed number (UnsignedLong above INT64_MAX saturates); strings
    /// and times give 0.
    [[nodiscard]] std::int64_t asInt() const;
    /// As asInt; negative numbers give 0.
    [[nodiscard]] std::uint64_t asUnsigned() const;
    /// True for a number other than 0; strings and times give false.
    [[nodiscard]] bool asBool() const;
    /// In whole milliseconds; kUnknownTime for other types.
    [[nodiscard]] WallTime asTime() const;

    /// Same type and same content.
    friend bool operator==(const Value& a, const Value& b) {
        if (a.type_ != b.type_) {
            return false;
        }
        if (a.holdsText()) {
            return a.payload_.text == b.payload_.text || a.stringView() == b.stringView();
        }
        return a.payload_.number == b.payload_.number;
    }

  private:
    union Payload {
        std::int64_t number;      ///< Unsigned numbers by bit pattern, times in microseconds.
        SharedText::Block* text;  ///< String, Base64, HexBinary.
    };
    [[nodiscard]] bool holdsText() const {
        return type_ == ValueType::String || type_ == ValueType::Base64 ||
               type_ == ValueType::HexBinary;
    }
    void releaseText() {
        if (holdsText()) {
            SharedText::release(payload_.text);
        }
    }
    void reset() {
        payload_.text = nullptr;
        type_ = ValueType::String;
    }
    Value(ValueType type, std::int64_t number) : type_(type) { payload_.number = number; }

    Payload payload_{.text = nullptr};
    ValueType type_ = ValueType::String;
};

static_assert(sizeof(Value) == 16, "a device holds hundreds of them");

/// Makes equal texts of all devices share one block, so that 1,000 printers hold "Black Toner"
/// once. thread: loop
class TextPool {
  public:
    /// The same value; a string's block is the pool's.
    [[nodiscard]] Value intern(const Value& value);
    /// As above, without a copy of numbers.
    [[nodiscard]] Value intern(Value&& value);
    /// Forgets texts that nobody else holds. Called now and then by the owner.
    void sweep();
    [[nodiscard]] std::size_t size() const { return texts_.size(); }

  private:
    std::unordered_map<std::string_view, SharedText> texts_;
};

}  // namespace platen::model
