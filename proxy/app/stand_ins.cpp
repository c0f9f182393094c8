// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/stand_ins.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace platen::app {

namespace {

constexpr std::size_t kMacBytes = 6;
constexpr std::size_t kOuiBytes = 3;
constexpr std::size_t kIpv4Bytes = 4;

bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool isLower(char c) {
    return c >= 'a' && c <= 'z';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isWord(char c) {
    return isUpper(c) || isLower(c) || isDigit(c) || static_cast<unsigned char>(c) >= 0x80U;
}

/// A small generator (SplitMix64): the stand-ins must differ, not be secret.
class Numbers {
  public:
    explicit Numbers(std::uint64_t seed) : state_(seed) {}
    std::uint32_t below(std::uint32_t bound) {
        state_ += 0x9e3779b97f4a7c15ULL;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return static_cast<std::uint32_t>((z ^ (z >> 31U)) % bound);
    }

  private:
    std::uint64_t state_;
};

char standInFor(char c, Numbers& numbers) {
    constexpr std::uint32_t kLetters = 26;
    constexpr std::uint32_t kDigits = 10;
    if (isUpper(c)) {
        return static_cast<char>('A' + numbers.below(kLetters));
    }
    if (isLower(c)) {
        return static_cast<char>('a' + numbers.below(kLetters));
    }
    if (isDigit(c)) {
        return static_cast<char>('0' + numbers.below(kDigits));
    }
    return static_cast<unsigned char>(c) >= 0x80U ? 'x' : c;
}

std::uint16_t beginOf(std::string_view lower) {
    return static_cast<std::uint16_t>((static_cast<unsigned char>(lower[0]) << 8U) |
                                      static_cast<unsigned char>(lower[1]));
}

std::string hexOf(std::string_view octets) {
    const std::vector<std::uint8_t> bytes(octets.begin(), octets.end());
    return text::toHex(bytes, false);
}

/// Every `step` digits a separator.
std::string parted(std::string_view digits, std::size_t step, char separator) {
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && i % step == 0) {
            out += separator;
        }
        out += digits[i];
    }
    return out;
}

std::string dotted(std::string_view octets) {
    std::string out;
    for (const char c : octets) {
        out += (out.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(c));
    }
    return out;
}

/// Octets that only say which kind of private network it is (RFC 1918, RFC 3927); they stay.
std::size_t networkOctets(std::string_view address) {
    const auto a = static_cast<unsigned char>(address[0]);
    const auto b = static_cast<unsigned char>(address[1]);
    if (a == 10) {
        return 1;
    }
    return (a == 192 && b == 168) || (a == 172 && b >= 16 && b < 32) || (a == 169 && b == 254) ? 2
                                                                                               : 0;
}

/// As many decimal digits as the octet has, so that texts keep their length.
char octetLike(unsigned char octet, Numbers& numbers) {
    constexpr std::uint32_t kTen = 10;
    constexpr std::uint32_t kHundred = 100;
    if (octet < kTen) {
        return static_cast<char>(1 + numbers.below(kTen - 1));
    }
    return static_cast<char>(octet < kHundred ? kTen + numbers.below(kHundred - kTen)
                                              : kHundred + numbers.below(kHundred));
}

}  // namespace

std::string_view toString(Private kind) {
    switch (kind) {
        case Private::SerialNumber:
            return "serial numbers";
        case Private::AssetTag:
            return "asset tags";
        case Private::MacAddress:
            return "MAC addresses";
        case Private::IpAddress:
            return "IP addresses";
        case Private::HostName:
            return "names";
        case Private::Contact:
            return "contacts";
        case Private::Location:
            return "locations";
        case Private::Person:
            return "persons";
        case Private::Email:
            return "e-mail addresses";
        case Private::Phone:
            return "phone numbers";
        case Private::Secret:
            return "communities, keys and user names";
    }
    return "texts";
}

std::string StandIns::make(std::string_view text) {
    const auto changeable = std::any_of(text.begin(), text.end(), [](char c) { return isWord(c); });
    std::string out(text);
    while (changeable && (out == text || known_.contains(text::toLower(out)))) {
        Numbers numbers(++next_);
        std::transform(text.begin(), text.end(), out.begin(),
                       [&numbers](char c) { return standInFor(c, numbers); });
        if (text.size() < kMinSearched && out != text) {
            break;  // so few characters cannot be all different
        }
    }
    return out;
}

void StandIns::put(std::string_view text, std::string standIn, bool wordsOnly, bool exact) {
    if (text.size() < kMinSearched || entries_.size() >= kMaxTexts) {
        return;
    }
    const auto key = exact ? std::string(text) : text::toLower(text);
    auto& places = begins_[beginOf(text::toLower(text))];
    for (const auto place : places) {
        auto& entry = entries_[place];
        if (entry.exact == exact && entry.text == key) {
            entry.wordsOnly = entry.wordsOnly && wordsOnly;
            return;
        }
    }
    entries_.push_back({key, std::move(standIn), wordsOnly, exact});
    const auto longer = std::find_if(places.begin(), places.end(), [&](std::size_t place) {
        return entries_[place].text.size() < key.size();
    });
    places.insert(longer, entries_.size() - 1);
}

void StandIns::add(Private kind, std::string_view text, bool wordsOnly) {
    text = text::trim(text);
    if (text.empty()) {
        return;
    }
    // A serial number with a revision behind it is shown without it elsewhere.
    constexpr std::size_t kMinLabel = 5;
    const auto hyphen = text.find('-');
    const bool labelled = kind == Private::SerialNumber && hyphen != std::string_view::npos &&
                          hyphen >= kMinLabel && hyphen + 1 < text.size();
    if (labelled) {
        add(kind, text.substr(0, hyphen), wordsOnly);
    }
    const auto key = text::toLower(text);
    auto known = known_.find(key);
    if (known == known_.end()) {
        if (known_.size() >= kMaxTexts) {
            return;
        }
        const auto label = labelled ? known_.find(text::toLower(text.substr(0, hyphen))) : known;
        known = known_
                    .emplace(key, label != known_.end() ? label->second + make(text.substr(hyphen))
                                                        : make(text))
                    .first;
        counts_[kind] += labelled ? 0U : 1U;
    }
    put(text, known->second, wordsOnly, false);
}

void StandIns::addMac(std::string_view octets) {
    if (octets.size() != kMacBytes || octets == std::string(kMacBytes, '\0') ||
        known_.contains(std::string(octets)) || known_.size() >= kMaxTexts) {
        return;
    }
    Numbers numbers(++next_);
    std::string standIn(octets);
    do {
        for (std::size_t i = kOuiBytes; i < kMacBytes; ++i) {
            constexpr std::uint32_t kOctets = 256;
            standIn[i] = static_cast<char>(numbers.below(kOctets));
        }
    } while (standIn == octets);
    known_.emplace(octets, standIn);
    ++counts_[Private::MacAddress];
    put(octets, standIn, false, true);
    const auto digits = hexOf(octets);
    const auto shown = hexOf(standIn);
    put(digits, shown, false, false);
    put(parted(digits, 2, ':'), parted(shown, 2, ':'), false, false);
    put(parted(digits, 2, '-'), parted(shown, 2, '-'), false, false);
    put(parted(digits, 2, ' '), parted(shown, 2, ' '), false, false);
    put(parted(digits, 4, '.'), parted(shown, 4, '.'), false, false);
    // Many cards name themselves by the second half.
    put(digits.substr(2 * kOuiBytes), shown.substr(2 * kOuiBytes), false, false);
}

void StandIns::addIpv4(std::string_view octets) {
    constexpr unsigned char kLoopback = 127;
    constexpr unsigned char kMulticast = 224;
    if (octets.size() != kIpv4Bytes) {
        return;
    }
    const auto first = static_cast<unsigned char>(octets[0]);
    const std::string key(octets);
    if (first == 0 || first == kLoopback || first >= kMulticast || ipv4_.contains(key) ||
        ipv4_.size() >= kMaxTexts) {
        return;
    }
    std::string standIn(octets);
    constexpr int kMostTries = 1000;
    for (int i = 0; i < kMostTries && (standIn == key || takenIpv4_.contains(standIn)); ++i) {
        Numbers numbers(++next_);
        for (std::size_t k = networkOctets(octets); k < kIpv4Bytes; ++k) {
            standIn[k] = octetLike(static_cast<unsigned char>(octets[k]), numbers);
        }
        if (static_cast<unsigned char>(standIn[0]) == kLoopback) {
            standIn[0] = static_cast<char>(kLoopback - 1);
        }
    }
    takenIpv4_.insert(standIn);
    takenIpv4_.insert(key);
    ipv4_.emplace(key, standIn);
    ++counts_[Private::IpAddress];
    put(dotted(octets), dotted(standIn), true, false);
}

std::string StandIns::whole(Private kind, std::string_view text) {
    const auto begin = text.find_first_not_of(std::string_view(" \t\r\n\0", 5));
    if (begin == std::string_view::npos) {
        return std::string(text);
    }
    const auto core = text::trim(text);
    // Not looked for elsewhere: whether it is private there, add() is told.
    if (known_.size() < kMaxTexts && !known_.contains(text::toLower(core))) {
        known_.emplace(text::toLower(core), make(core));
        ++counts_[kind];
    }
    std::string out(text);
    const auto place = out.find(core);
    const auto known = known_.find(text::toLower(core));
    if (place == std::string::npos || known == known_.end()) {
        out.assign(text.size(), 'x');
        return out;
    }
    out.replace(place, core.size(), known->second);
    return out;
}

std::string StandIns::ipv4(std::string_view octets) const {
    const auto known = ipv4_.find(std::string(octets));
    return known != ipv4_.end() ? known->second : std::string(octets);
}

const StandIns::Entry* StandIns::entryAt(std::string_view text,
                                         std::string_view lower,
                                         std::size_t place) const {
    const auto places = begins_.find(beginOf(lower.substr(place)));
    if (places == begins_.end()) {
        return nullptr;
    }
    for (const auto index : places->second) {
        const auto& entry = entries_[index];
        const auto& where = entry.exact ? text : lower;
        if (where.substr(place, entry.text.size()) != entry.text) {
            continue;
        }
        const auto end = place + entry.text.size();
        const bool inWord =
            (place > 0 && isWord(text[place - 1])) || (end < text.size() && isWord(text[end]));
        if (!entry.wordsOnly || !inWord) {
            return &entry;
        }
    }
    return nullptr;
}

std::string StandIns::apply(std::string_view text) const {
    std::string out(text);
    const auto lower = text::toLower(text);
    for (std::size_t i = 0; i + kMinSearched <= text.size();) {
        const auto* entry = entryAt(text, lower, i);
        if (entry == nullptr) {
            ++i;
            continue;
        }
        for (std::size_t k = 0; k < entry->standIn.size(); ++k) {
            char c = entry->standIn[k];
            if (!entry->exact && isUpper(text[i + k]) && isLower(c)) {
                c = static_cast<char>(c - 'a' + 'A');
            } else if (!entry->exact && isLower(text[i + k]) && isUpper(c)) {
                c = static_cast<char>(c - 'A' + 'a');
            }
            out[i + k] = c;
        }
        i += entry->standIn.size();
    }
    return out;
}

Oid StandIns::apply(const Oid& oid) const {
    constexpr std::size_t kFirst = 8;  // before it nobody's data stands
    constexpr std::uint32_t kMaxOctet = 255;
    static const Oid kIp{1, 3, 6, 1, 2, 1, 4};
    constexpr std::uint32_t kLowNetwork = 10;  // smaller numbers are rows and columns
    std::vector<std::uint32_t> ids(oid.ids().begin(), oid.ids().end());
    for (std::size_t i = kFirst; i + kIpv4Bytes <= ids.size(); ++i) {
        std::string octets;
        for (std::size_t k = 0; k < kIpv4Bytes && ids[i + k] <= kMaxOctet; ++k) {
            octets += static_cast<char>(ids[i + k]);
        }
        const auto known = ipv4_.find(octets);
        if (known != ipv4_.end() && (oid.startsWith(kIp) || ids[i] >= kLowNetwork)) {
            for (std::size_t k = 0; k < kIpv4Bytes; ++k) {
                ids[i + k] = static_cast<unsigned char>(known->second[k]);
            }
            i += kIpv4Bytes - 1;
        }
    }
    // Texts and MAC addresses: runs of sub-identifiers that fit an octet.
    for (std::size_t begin = kFirst; begin < ids.size();) {
        std::string run;
        while (begin + run.size() < ids.size() && ids[begin + run.size()] <= kMaxOctet) {
            run += static_cast<char>(ids[begin + run.size()]);
        }
        const auto shown = apply(run);
        for (std::size_t k = 0; k < run.size(); ++k) {
            ids[begin + k] = static_cast<unsigned char>(shown[k]);
        }
        begin += run.size() + 1;
    }
    return Oid(std::span<const std::uint32_t>(ids));
}

}  // namespace platen::app
