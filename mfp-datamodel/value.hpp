// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

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

/// Immutable text with a reference count. Not thread-safe: values live on the loop thread.
class SharedText {
  public:
    SharedText() = default;  ///< The empty text; owns nothing.
    explicit SharedText(std::string_view text);
    SharedText(const SharedText& other);
    SharedText(SharedText&& other) noexcept;
    SharedText& operator=(const SharedText& other);
    SharedText& operator=(SharedText&& other) noexcept;
    ~SharedText();

    [[nodiscard]] std::string_view view() const;
    [[nodiscard]] std::uint32_t useCount() const;
    friend bool operator==(const SharedText& a, const SharedText& b) {
        return a.view() == b.view();
    }

  private:
    struct Block;
    Block* block_ = nullptr;
};

/// One value of one type, 16 bytes. Numbers are numbers, not text. thread: loop
class Value {
  public:
    Value() = default;  ///< The empty string.
    static Value string(std::string_view text);
    static Value string(SharedText text);
    static Value integer(ValueType type, std::int64_t number);  ///< Int, Long.
    static Value unsignedInteger(ValueType type,
                                 std::uint64_t number);  ///< UnsignedInt, UnsignedLong.
    static Value boolean(bool value);
    static Value dateTime(WallTime time);
    static Value binary(ValueType type,
                        std::string_view lexical);  ///< Base64, HexBinary: as on the wire.

    Value(const Value& other);
    Value(Value&& other) noexcept;
    Value& operator=(const Value& other);
    Value& operator=(Value&& other) noexcept;
    ~Value();

    [[nodiscard]] ValueType type() const { return type_; }
    /// The CWMP lexical form: `true`, `42`, `2031-02-03T04:05:06Z`, the text itself.
    [[nodiscard]] std::string text() const;
    /// Strings and binaries without a copy; empty for other types.
    [[nodiscard]] std::string_view stringView() const;
    /// Any number or boolean as a signed number (UnsignedLong above INT64_MAX saturates); strings
    /// give 0.
    [[nodiscard]] std::int64_t asInt() const;
    [[nodiscard]] std::uint64_t asUnsigned() const;
    [[nodiscard]] bool asBool() const;
    [[nodiscard]] WallTime asTime() const;

    friend bool operator==(const Value& a, const Value& b);

  private:
    friend class TextPool;
    union Payload {
        std::int64_t number;
        void* text;
    };
    Payload payload_{0};
    ValueType type_ = ValueType::String;
};

/// Makes equal texts of all devices share one block, so that 1,000 printers hold "Black Toner"
/// once. thread: loop
class TextPool {
  public:
    /// The same value; a string's block is the pool's.
    [[nodiscard]] Value intern(const Value& value);
    /// Forgets texts that nobody else holds. Called now and then by the owner.
    void sweep();
    [[nodiscard]] std::size_t size() const { return texts_.size(); }

  private:
    std::unordered_map<std::string_view, SharedText> texts_;
};

}  // namespace platen::model
