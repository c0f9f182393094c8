// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace platen::snmp {

/// Writes BER from its end to its beginning: what an element holds is there when its length is
/// written (X.690 8.1). Lengths and numbers take the fewest octets. What does not fit the capacity
/// is dropped, see full(). thread: any, one at a time
class BerWriter {
  public:
    explicit BerWriter(std::size_t capacity);

    /// Forgets all that was written.
    void clear() {
        at_ = capacity_;
        full_ = false;
    }
    [[nodiscard]] std::size_t size() const { return capacity_ - at_; }
    /// True if something did not fit: what was written is of no use.
    [[nodiscard]] bool full() const { return full_; }
    /// What was written, first octet first. Valid until the next call that writes.
    [[nodiscard]] std::string_view octets() const { return {buffer_.get() + at_, size()}; }

    /// Octets as they are, before all that was written.
    void put(std::string_view octets);
    /// One element with these contents.
    void element(std::uint8_t tag, std::string_view contents);
    /// Makes one element of what was written since size() was `since`.
    void wrap(std::uint8_t tag, std::size_t since);
    /// Two's complement.
    void number(std::uint8_t tag, std::int64_t number);
    void unsignedNumber(std::uint8_t tag, std::uint64_t number);
    /// Precondition: hasEncoding(oid).
    void objectId(const Oid& oid);

    /// The first two sub-identifiers share octets: there must be two, and the first must be 0, 1 or
    /// 2, the second below 40 unless the first is 2 (X.690 8.19.4).
    [[nodiscard]] static bool hasEncoding(const Oid& oid);

  private:
    void put(std::uint8_t octet) {
        if (at_ == 0) {
            full_ = true;
            return;
        }
        buffer_[--at_] = static_cast<char>(octet);
    }
    void subIdentifier(std::uint64_t id);

    std::size_t capacity_;
    std::unique_ptr<char[]> buffer_;  // NOLINT(*-avoid-c-arrays): a vector would be zeroed
    std::size_t at_;                  // of the first octet written
    bool full_ = false;
};

}  // namespace platen::snmp
