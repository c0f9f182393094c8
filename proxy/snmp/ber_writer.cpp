// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/ber_writer.hpp"

#include "base/varbind.hpp"

#include <cstring>

namespace platen::snmp {

namespace {

constexpr std::size_t kShortForm = 128;
constexpr std::uint8_t kLongForm = 0x80;
constexpr std::uint8_t kSignBit = 0x80;
constexpr std::uint8_t kMoreOctets = 0x80;
constexpr std::uint8_t kSubIdMask = 0x7F;
constexpr unsigned kSubIdBits = 7;
constexpr unsigned kOctetBits = 8;
constexpr std::uint32_t kPairs = 40;

std::uint8_t lowest(std::uint64_t number) {
    return static_cast<std::uint8_t>(number);
}

}  // namespace

BerWriter::BerWriter(std::size_t capacity)
    : capacity_(capacity),
      buffer_(std::make_unique_for_overwrite<char[]>(capacity)),  // NOLINT(*-avoid-c-arrays)
      at_(capacity) {}

void BerWriter::put(std::string_view octets) {
    if (octets.size() > at_) {
        full_ = true;
        return;
    }
    at_ -= octets.size();
    if (!octets.empty()) {
        std::memcpy(buffer_.get() + at_, octets.data(), octets.size());
    }
}

void BerWriter::element(std::uint8_t tag, std::string_view contents) {
    const auto since = size();
    put(contents);
    wrap(tag, since);
}

void BerWriter::wrap(std::uint8_t tag, std::size_t since) {
    auto length = size() - since;
    if (length < kShortForm) {
        put(lowest(length));
    } else {
        std::uint8_t octets = 0;
        for (; length != 0; length >>= kOctetBits) {
            put(lowest(length));
            ++octets;
        }
        put(static_cast<std::uint8_t>(kLongForm | octets));
    }
    put(tag);
}

void BerWriter::number(std::uint8_t tag, std::int64_t number) {
    const auto since = size();
    const std::int64_t rest = number < 0 ? -1 : 0;  // what stays when all is shifted out
    std::uint8_t first = 0;
    do {
        first = lowest(static_cast<std::uint64_t>(number));
        put(first);
        number >>= kOctetBits;
    } while (number != rest);
    if (((first & kSignBit) != 0) != (rest != 0)) {
        put(lowest(static_cast<std::uint64_t>(rest)));
    }
    wrap(tag, since);
}

void BerWriter::unsignedNumber(std::uint8_t tag, std::uint64_t number) {
    const auto since = size();
    std::uint8_t first = 0;
    do {
        first = lowest(number);
        put(first);
        number >>= kOctetBits;
    } while (number != 0);
    if ((first & kSignBit) != 0) {
        put(std::uint8_t{0});
    }
    wrap(tag, since);
}

void BerWriter::objectId(const Oid& oid) {
    const auto since = size();
    const auto ids = oid.ids();
    for (auto i = ids.size(); i > 2; --i) {
        subIdentifier(ids[i - 1]);
    }
    subIdentifier(std::uint64_t{kPairs} * ids[0] + ids[1]);
    wrap(static_cast<std::uint8_t>(SnmpType::ObjectId), since);
}

void BerWriter::subIdentifier(std::uint64_t id) {
    put(lowest(id & kSubIdMask));
    for (id >>= kSubIdBits; id != 0; id >>= kSubIdBits) {
        put(static_cast<std::uint8_t>(kMoreOctets | lowest(id & kSubIdMask)));
    }
}

bool BerWriter::hasEncoding(const Oid& oid) {
    constexpr std::uint32_t kLastRoot = 2;
    const auto ids = oid.ids();
    return ids.size() >= 2 && (ids[0] < kLastRoot ? ids[1] < kPairs : ids[0] == kLastRoot);
}

}  // namespace platen::snmp
