// SPDX-License-Identifier: Apache-2.0
// Private texts that can be told by their form.
#include "base/text.hpp"
#include "proxy/app/redaction.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace platen::app {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHex = "0123456789abcdefABCDEF";
constexpr std::string_view kName =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._%+-";

bool isOneOf(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
}

void findEmails(std::string_view text, StandIns& standIns) {
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        auto begin = at;
        while (begin > 0 && isOneOf(text[begin - 1], kName)) {
            --begin;
        }
        auto end = at + 1;
        while (end < text.size() && isOneOf(text[end], kName)) {
            ++end;
        }
        if (begin < at && end > at + 1) {
            standIns.add(Private::Email, text.substr(begin, end - begin), false);
        }
    }
}

/// Whole runs of characters of a set.
template <typename Visit>
void forEachRun(std::string_view text, std::string_view set, Visit visit) {
    for (auto begin = text.find_first_of(set); begin != std::string_view::npos;) {
        const auto end = std::min(text.find_first_not_of(set, begin), text.size());
        visit(begin, text.substr(begin, end - begin));
        begin = text.find_first_of(set, end);
    }
}

/// `00:00:5e:00:53:1a`, `00-00-5E-00-53-1A`.
std::optional<std::string> macOf(std::string_view run) {
    constexpr std::size_t kLength = 17;
    if (run.size() != kLength) {
        return std::nullopt;
    }
    std::string digits;
    for (std::size_t i = 0; i < run.size(); ++i) {
        if (i % 3 != 2) {
            digits += run[i];
        } else if (run[i] != run[2]) {
            return std::nullopt;
        }
    }
    const auto octets = text::fromHex(digits);
    return octets ? std::optional(std::string(octets->begin(), octets->end())) : std::nullopt;
}

void findMacs(std::string_view text, StandIns& standIns) {
    constexpr std::size_t kLength = 17;
    for (std::size_t i = 0; i + kLength <= text.size(); ++i) {
        const bool alone = (i == 0 || !isOneOf(text[i - 1], kHex)) &&
                           (i + kLength == text.size() || !isOneOf(text[i + kLength], kHex));
        const bool maybe = text[i + 2] == ':' || text[i + 2] == '-';
        if (const auto mac = alone && maybe ? macOf(text.substr(i, kLength)) : std::nullopt) {
            standIns.addMac(*mac);
            i += kLength - 1;
        }
    }
}

/// Times have two colons.
void findIpv6(std::string_view text, StandIns& standIns) {
    forEachRun(text, "0123456789abcdefABCDEF:", [&](std::size_t /*at*/, std::string_view run) {
        constexpr std::ptrdiff_t kFewColons = 4;
        constexpr std::size_t kShort = 8;
        const auto colons = std::count(run.begin(), run.end(), ':');
        const bool gap = run.find("::") != std::string_view::npos && run.size() >= kShort;
        if ((colons >= kFewColons || gap) && !macOf(run)) {
            standIns.add(Private::IpAddress, run, true);
        }
    });
}

bool isPrivateNetwork(unsigned a, unsigned b) {
    return a == 10 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
           (a == 169 && b == 254);
}

/// Addresses of private networks, and all that an URL or a word for it stands before; other four
/// numbers with dots are versions.
void findIpv4(std::string_view text, StandIns& standIns) {
    forEachRun(text, "0123456789.", [&](std::size_t at, std::string_view run) {
        while (run.ends_with('.')) {
            run.remove_suffix(1);
        }
        std::string octets;
        for (const auto part : text::split(run, '.')) {
            const auto number = text::toUnsigned(part);
            if (!number || *number > 255 || octets.size() == 4) {
                return;
            }
            octets += static_cast<char>(*number);
        }
        if (octets.size() != 4) {
            return;
        }
        constexpr std::size_t kWord = 12;
        const auto before =
            text::toLower(text.substr(at < kWord ? 0 : at - kWord, std::min(at, kWord)));
        const bool told = before.ends_with("//") || before.ends_with("@") ||
                          before.find("ip") != std::string::npos ||
                          before.find("addr") != std::string::npos;
        if (told || isPrivateNetwork(static_cast<unsigned char>(octets[0]),
                                     static_cast<unsigned char>(octets[1]))) {
            standIns.addIpv4(octets);
        }
    });
}

void findHosts(std::string_view text, StandIns& standIns) {
    constexpr std::string_view kMark = "://";
    for (auto at = text.find(kMark); at != std::string_view::npos;
         at = text.find(kMark, at + kMark.size())) {
        auto host = text.substr(at + kMark.size());
        host = host.substr(0, host.find_first_of("/:?# \t\r\n\"'<>,;)"));
        if (host.find('.') != std::string_view::npos &&
            host.find_first_not_of("0123456789.") != std::string_view::npos) {
            standIns.add(Private::HostName, host, true);
        }
    }
}

void findPhones(std::string_view text, StandIns& standIns) {
    constexpr std::size_t kMinDigits = 7;
    const auto lower = text::toLower(text);
    forEachRun(text, "0123456789+()/- .", [&](std::size_t at, std::string_view run) {
        const auto digits = static_cast<std::size_t>(
            std::count_if(run.begin(), run.end(), [](char c) { return isOneOf(c, kDigits); }));
        const auto plus = run.find('+');
        constexpr std::size_t kWord = 10;
        const auto before =
            std::string_view(lower).substr(at < kWord ? 0 : at - kWord, std::min(at, kWord));
        const bool told = before.find("tel") != std::string_view::npos ||
                          before.find("phone") != std::string_view::npos ||
                          before.find("fax") != std::string_view::npos;
        if (digits < kMinDigits || (!told && plus == std::string_view::npos)) {
            return;
        }
        const auto begin = told ? run.find_first_of("0123456789+(") : plus;
        const auto end = run.find_last_of(kDigits);
        if (begin <= end) {
            standIns.add(Private::Phone, run.substr(begin, end - begin + 1), false);
        }
    });
}

struct Key {
    std::string_view word;
    Private kind;
};
constexpr std::array kKeys{
    Key{"sn", Private::SerialNumber},
    Key{"s/n", Private::SerialNumber},
    Key{"sern", Private::SerialNumber},
    Key{"serial", Private::SerialNumber},
    Key{"serialnumber", Private::SerialNumber},
    Key{"serial number", Private::SerialNumber},
    Key{"serial no", Private::SerialNumber},
    Key{"asset", Private::AssetTag},
    Key{"password", Private::Secret},
    Key{"passwd", Private::Secret},
    Key{"pwd", Private::Secret},
    Key{"passphrase", Private::Secret},
    Key{"psk", Private::Secret},
    Key{"key", Private::Secret},
    Key{"ssid", Private::Secret},
    Key{"community", Private::Secret},
    Key{"user", Private::Secret},
    Key{"username", Private::Secret},
    Key{"login", Private::Secret},
    Key{"owner", Private::Secret},
    Key{"pin", Private::Secret},
    Key{"secret", Private::Secret},
    Key{"hostname", Private::HostName},
};

/// `SN:AB12345;`, `password = x`: a word, a colon or an equals sign, and what follows.
void findKeys(std::string_view text, StandIns& standIns) {
    constexpr std::size_t kMinValue = 3;
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
    const auto lower = text::toLower(text);
    for (std::size_t at = lower.find_first_of(":="); at != std::string::npos;
         at = lower.find_first_of(":=", at + 1)) {
        const auto before = text::trim(std::string_view(lower).substr(0, at));
        for (const auto& key : kKeys) {
            const bool whole = before.size() == key.word.size() ||
                               (before.size() > key.word.size() &&
                                !isOneOf(before[before.size() - key.word.size() - 1], kLetters));
            if (!before.ends_with(key.word) || !whole) {
                continue;
            }
            auto value = text.substr(at + 1);
            value.remove_prefix(std::min(value.find_first_not_of(" \t\"'"), value.size()));
            value = value.substr(0, value.find_first_of(";,|\"'\r\n\t "));
            if (value.size() >= kMinValue) {
                standIns.add(key.kind, value, false);
            }
            break;
        }
    }
}

}  // namespace

void findPrivateForms(std::string_view text, StandIns& standIns) {
    constexpr std::size_t kMaxText = 65'536;
    text = text.substr(0, kMaxText);
    findEmails(text, standIns);
    findMacs(text, standIns);
    findIpv6(text, standIns);
    findIpv4(text, standIns);
    findHosts(text, standIns);
    findPhones(text, standIns);
    findKeys(text, standIns);
}

}  // namespace platen::app
