// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/answer_memory.hpp"

#include "mibmap/map_set.hpp"

#include <cstring>
#include <random>

namespace platen::fleet {

namespace {

__extension__ using Wide = unsigned __int128;

/// Odd constants of the key's lanes, if the random source gave a weak one.
constexpr std::uint64_t kLaneA = 0x9E3779B97F4A7C15;
constexpr std::uint64_t kLaneB = 0xD1B54A32D192ED03;

struct Key {
    std::uint64_t startA, startB, stepA, stepB;
};

const Key& key() {
    static const Key made = [] {
        std::random_device device;
        const auto word = [&device] {
            return std::uint64_t{device()} << 32U | std::uint64_t{device()};
        };
        return Key{word(), word(), word() ^ kLaneA, word() ^ kLaneB};
    }();
    return made;
}

/// Two independent lanes of multiply and fold. Not for secrets: the key only keeps a printer from
/// making two answers alike.
class Printer {
  public:
    Printer()
        : stepA_(key().stepA | 1U), stepB_(key().stepB | 1U), a_(key().startA), b_(key().startB) {}

    void add(std::uint64_t word) {
        a_ = fold(a_ ^ word, stepA_) + word;
        b_ = fold(b_ + word, stepB_) ^ word;
    }

    void add(std::string_view octets) {
        add(octets.size());
        while (octets.size() >= sizeof(std::uint64_t)) {
            add(wordAt(octets, sizeof(std::uint64_t)));
            octets.remove_prefix(sizeof(std::uint64_t));
        }
        if (!octets.empty()) {
            add(wordAt(octets, octets.size()));
        }
    }

    void add(const Oid& oid) {
        const auto ids = oid.ids();
        add(ids.size());
        std::size_t at = 0;
        for (; at + 1 < ids.size(); at += 2) {
            add(std::uint64_t{ids[at]} << 32U | ids[at + 1]);
        }
        if (at < ids.size()) {
            add(std::uint64_t{ids[at]});
        }
    }

    [[nodiscard]] AnswerPrint done() const {
        return {fold(a_ ^ b_, stepB_) ^ a_, fold(b_ ^ stepA_, stepB_) ^ b_};
    }

  private:
    static std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }
    static std::uint64_t wordAt(std::string_view octets, std::size_t count) {
        std::uint64_t word = 0;
        std::memcpy(&word, octets.data(), count);
        return word;
    }

    std::uint64_t stepA_, stepB_, a_, b_;
};

}  // namespace

AnswerPrint printOf(std::span<const VarBind> varbinds,
                    std::string_view serialNumber,
                    std::string_view macAddress) {
    Printer print;
    print.add(serialNumber);
    print.add(macAddress);
    print.add(varbinds.size());
    for (const VarBind& varbind : varbinds) {
        if (mibmap::isClock(varbind.oid)) {
            continue;
        }
        print.add(varbind.oid);
        const SnmpValue& value = varbind.value;
        print.add(static_cast<std::uint64_t>(value.type));
        switch (value.type) {
            case SnmpType::OctetString:
            case SnmpType::IpAddress:
            case SnmpType::Opaque:
                print.add(std::string_view(value.octets));
                break;
            case SnmpType::ObjectId:
                print.add(*value.oid);
                break;
            default:
                print.add(static_cast<std::uint64_t>(value.number));
        }
    }
    return print.done();
}

std::optional<WallTime> AnswerMemory::sameSince(mibmap::Group group,
                                                const AnswerPrint& print,
                                                const Circumstances& now,
                                                WallTime time) const {
    const Entry& known = entries_.at(placeOf(group));
    const bool same =
        known.translated != kUnknownTime && known.print == print && known.circumstances == now;
    // A clock that went back says nothing about age.
    const bool young = time >= known.translated && time - known.translated < kLongest;
    return same && young ? std::optional(known.read) : std::nullopt;
}

void AnswerMemory::keep(mibmap::Group group,
                        const AnswerPrint& print,
                        const Circumstances& now,
                        WallTime time) {
    entry(group) = {.print = print, .translated = time, .read = time, .circumstances = now};
}

}  // namespace platen::fleet
