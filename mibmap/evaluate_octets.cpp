// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/evaluator.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdlib>

namespace platen::mibmap {

namespace {

constexpr std::size_t kMaxBits = 4096;

std::span<const std::uint8_t> bytesOf(std::string_view octets) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    return {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
}

bool bitSet(std::string_view octets, std::size_t bit) {
    const std::size_t place = bit / 8;
    return place < octets.size() &&
           (static_cast<unsigned char>(octets[place]) & (0x80U >> (bit % 8))) != 0;
}

Datum macText(std::string_view octets) {
    if (octets.size() != 6 ||
        std::all_of(octets.begin(), octets.end(), [](char c) { return c == '\0'; })) {
        return {};
    }
    std::string out;
    const std::string hex = text::toHex(bytesOf(octets), true);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        if (i != 0) {
            out += ':';
        }
        out += hex.substr(i, 2);
    }
    return Datum::text(std::move(out));
}

std::string ipv4(std::span<const std::uint8_t> b) {
    return text::cat({std::to_string(b[0]), ".", std::to_string(b[1]), ".", std::to_string(b[2]),
                      ".", std::to_string(b[3])});
}

/// RFC 5952: lower case, no leading zeros, the longest run of zero groups as `::`.
std::string ipv6(std::span<const std::uint8_t> b) {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) {
        groups[i] = static_cast<unsigned>(b[2 * i]) << 8U | b[2 * i + 1];
    }
    std::size_t bestAt = 8;
    std::size_t bestRun = 1;
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t run = 0;
        while (i + run < 8 && groups[i + run] == 0) {
            ++run;
        }
        if (run > bestRun) {
            bestAt = i;
            bestRun = run;
        }
    }
    std::string out;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == bestAt) {
            out += "::";
            i += bestRun - 1;
            continue;
        }
        if (!out.empty() && out.back() != ':') {
            out += ':';
        }
        bool begun = false;
        for (int shift = 12; shift >= 0; shift -= 4) {
            const unsigned digit = groups[i] >> static_cast<unsigned>(shift) & 0xFU;
            if (digit != 0 || begun || shift == 0) {
                out += "0123456789abcdef"[digit];
                begun = true;
            }
        }
    }
    return out;
}

/// Four octets, sixteen octets, or an InetAddress index as dotted text: type, length, octets.
Datum ipText(const Datum& value) {
    if (value.kind() == Datum::Kind::Octets) {
        const auto bytes = bytesOf(value.view());
        if (bytes.size() == 4) {
            return Datum::text(ipv4(bytes));
        }
        return bytes.size() == 16 ? Datum::text(ipv6(bytes)) : Datum();
    }
    const auto oid = Oid::parse(value.toText());
    if (!oid || oid->size() < 6) {
        return {};
    }
    std::vector<std::uint8_t> bytes;
    for (const std::uint32_t id : oid->suffix(2)) {
        if (id > 255) {
            return {};
        }
        bytes.push_back(static_cast<std::uint8_t>(id));
    }
    const bool four = (*oid)[0] == 1 && (*oid)[1] == 4 && bytes.size() == 4;
    const bool six = (*oid)[0] == 2 && (*oid)[1] == 16 && bytes.size() == 16;
    if (four) {
        return Datum::text(ipv4(bytes));
    }
    return six ? Datum::text(ipv6(bytes)) : Datum();
}

/// DateAndTime (RFC 2579): 8 octets of local time, or 11 with the zone. Without a zone the nearest
/// quarter of an hour to our clock is taken as the printer's offset from UTC, because no printer
/// says more (mfp-model 7.2).
Datum dateAndTime(std::string_view octets, WallTime now) {
    using std::chrono::day;
    using std::chrono::month;
    using std::chrono::year;
    if (octets.size() != 8 && octets.size() != 11) {
        return {};
    }
    const auto b = bytesOf(octets);
    const int fullYear = b[0] * 256 + b[1];
    const std::chrono::year_month_day date{year(fullYear), month(b[2]), day(b[3])};
    if (!date.ok() || fullYear < 1970 || b[4] > 23 || b[5] > 59 || b[6] > 60) {
        return {};
    }
    WallTime time = std::chrono::sys_days(date) + std::chrono::hours(b[4]) +
                    std::chrono::minutes(b[5]) + std::chrono::seconds(b[6]);
    if (octets.size() == 11) {
        if ((b[8] != '+' && b[8] != '-') || b[9] > 14 || b[10] > 59) {
            return {};
        }
        const auto offset = std::chrono::hours(b[9]) + std::chrono::minutes(b[10]);
        return Datum::time(b[8] == '+' ? time - offset : time + offset);
    }
    constexpr std::int64_t kQuarter = 15LL * 60 * 1000;
    constexpr std::int64_t kFarthest = 14LL * 60 * 60 * 1000;
    const std::int64_t ahead = (time - now).count();
    if (std::abs(ahead) <= kFarthest + kQuarter / 2) {
        const std::int64_t half = ahead >= 0 ? kQuarter / 2 : -kQuarter / 2;
        time -= Millis((ahead + half) / kQuarter * kQuarter);
    }
    return Datum::time(time);
}

/// A text as an index has it (RFC 2578 section 7.7): sub-identifier `place`, from 1, is its length,
/// the characters follow. Only printable ASCII.
Datum textInOid(const Oid& oid, std::size_t place) {
    if (place < 1 || place > oid.size() || oid[place - 1] > oid.size() - place) {
        return {};
    }
    std::string text;
    for (std::size_t i = place; i < place + oid[place - 1]; ++i) {
        if (oid[i] < 0x20 || oid[i] > 0x7E) {
            return {};
        }
        text += static_cast<char>(oid[i]);
    }
    return Datum::text(std::move(text));
}

/// IEEE 754 in four octets, the most significant first (HP's equivalent impressions), rounded down.
Datum realNumber(std::string_view octets) {
    if (octets.size() != sizeof(float)) {
        return {};
    }
    std::uint32_t bits = 0;
    for (const std::uint8_t octet : bytesOf(octets)) {
        bits = bits << 8U | octet;
    }
    const double value = std::bit_cast<float>(bits);
    constexpr double kMost = 1e15;
    return value >= 0 && value <= kMost ? Datum::of(static_cast<std::int64_t>(value)) : Datum();
}

}  // namespace

Datum Evaluator::octetal(const Node& node, const Frame& frame) {
    const Datum value = run(node.args[0], frame);
    if (value.none()) {
        return {};
    }
    const std::string_view octets = value.view();
    switch (node.op) {
        case Op::HasBit:
            return Datum::of(
                bitSet(octets, static_cast<std::size_t>(std::max<std::int64_t>(node.number, 0))));
        case Op::Hex:
            return Datum::text(text::toHex(bytesOf(octets), true));
        case Op::Mac:
            return macText(octets);
        case Op::Ip:
            return ipText(value);
        case Op::DateAndTime:
            return dateAndTime(octets, s_.now);
        case Op::OidText:
            return value.kind() == Datum::Kind::ObjectId ? Datum::text(value.oid().toString())
                                                         : Datum();
        case Op::SubId: {
            const auto place = static_cast<std::size_t>(node.number);
            const bool there =
                value.kind() == Datum::Kind::ObjectId && place >= 1 && place <= value.oid().size();
            return there ? Datum::of(std::int64_t{value.oid()[place - 1]}) : Datum();
        }
        case Op::SubText:
            return value.kind() == Datum::Kind::ObjectId
                       ? textInOid(value.oid(), static_cast<std::size_t>(node.number))
                       : Datum();
        case Op::Real:
            return realNumber(octets);
        case Op::Bits: {
            std::vector<std::string> items;
            for (std::size_t i = 0; i < node.names->names.size(); ++i) {
                if (bitSet(octets, i)) {
                    items.push_back(listItem(node.names->names[i]->text));
                }
            }
            return Datum::text(joinItems(items));
        }
        case Op::BitIndexes: {
            std::vector<std::uint32_t> indexes;
            for (std::size_t i = 0; i < std::min(octets.size() * 8, kMaxBits); ++i) {
                if (bitSet(octets, i)) {
                    indexes.push_back(static_cast<std::uint32_t>(i + 1));
                }
            }
            return Datum::numbers(std::move(indexes));
        }
        default:
            return {};
    }
}

}  // namespace platen::mibmap
