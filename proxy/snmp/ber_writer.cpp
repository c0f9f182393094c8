// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/ber_writer.hpp"

#include <cstddef>

namespace platen::snmp {

namespace {
constexpr std::size_t kShortForm = 128;
constexpr std::uint8_t kLongForm = 0x80;
constexpr std::uint8_t kInteger = 2;
constexpr unsigned kOctetBits = 8;

char octet(std::uint64_t number) {
    return static_cast<char>(static_cast<std::uint8_t>(number));
}
}  // namespace

void berAppend(std::string& out, std::uint8_t tag, std::string_view content) {
    out.push_back(static_cast<char>(tag));
    const std::size_t length = content.size();
    if (length < kShortForm) {
        out.push_back(octet(length));
    } else {
        unsigned octets = 1;
        while ((length >> (kOctetBits * octets)) != 0) {
            ++octets;
        }
        out.push_back(octet(kLongForm | octets));
        for (unsigned i = octets; i > 0; --i) {
            out.push_back(octet(length >> (kOctetBits * (i - 1))));
        }
    }
    out.append(content);
}

void berAppendInteger(std::string& out, std::int64_t number) {
    // As many octets as keep the sign: number must fit into 8 * octets bits, two's complement.
    unsigned octets = 1;
    while (octets < sizeof(number) && (number < -(std::int64_t{1} << (kOctetBits * octets - 1)) ||
                                       number >= (std::int64_t{1} << (kOctetBits * octets - 1)))) {
        ++octets;
    }
    std::string content;
    for (unsigned i = octets; i > 0; --i) {
        content.push_back(octet(static_cast<std::uint64_t>(number) >> (kOctetBits * (i - 1))));
    }
    berAppend(out, kInteger, content);
}

}  // namespace platen::snmp
