// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/identity.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace platen::fleet {

namespace {

constexpr std::size_t kMaxIdentityText = 64;  // DeviceIdStruct (C-INF-01)

std::string withoutSeparators(std::string_view mac) {
    std::string out;
    for (const char c : mac) {
        if (std::isxdigit(static_cast<unsigned char>(c)) != 0) {
            out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        }
    }
    return out;
}

std::optional<std::string> macOui(std::string_view mac) {
    const auto digits = withoutSeparators(mac);
    constexpr std::size_t kMacDigits = 12;
    if (digits.size() != kMacDigits || digits == std::string(kMacDigits, '0')) {
        return std::nullopt;
    }
    return digits.substr(0, 6);
}

}  // namespace

bool isUsableSerial(std::string_view serial) {
    const auto text = cleanIdentityText(serial);
    constexpr std::size_t kShortest = 3;
    if (text.size() < kShortest) {
        return false;
    }
    const auto lower = text::toLower(text);
    static constexpr std::array<std::string_view, 9> kPlaceholders{
        "n/a",     "none", "unknown",       "not available", "not set",
        "default", "null", "serial number", "to be filled"};
    if (std::find(kPlaceholders.begin(), kPlaceholders.end(), lower) != kPlaceholders.end()) {
        return false;
    }
    // One character repeated, ignoring separators: XXXXXXXX, 0000-0000, ??????.
    char first = 0;
    for (const char c : lower) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
            continue;
        }
        if (first == 0) {
            first = c;
        } else if (c != first) {
            return lower != "0123456789" && lower != "1234567890" && lower != "123456789";
        }
    }
    return false;
}

std::string cleanIdentityText(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c >= ' ' && c <= '~') {
            out += c;
        }
    }
    auto trimmed = std::string(text::trim(out));
    if (trimmed.size() > kMaxIdentityText) {
        trimmed.resize(kMaxIdentityText);
        trimmed = std::string(text::trim(trimmed));
    }
    return trimmed;
}

std::string productClassOf(std::string_view model) {
    std::string out;
    for (const char c : cleanIdentityText(model)) {
        const bool keep = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ' ';
        const char mapped = keep ? c : ' ';
        if (mapped == ' ' && (out.empty() || out.back() == ' ')) {
            continue;
        }
        out += mapped;
    }
    return std::string(text::trim(out));
}

Identity makeIdentity(const IdentityFacts& facts,
                      const std::optional<Maker>& maker,
                      const IdentityDefaults& defaults,
                      bool serialIsUnique) {
    Identity identity;
    identity.manufacturer = cleanIdentityText(maker ? maker->brand : facts.manufacturer);
    if (identity.manufacturer.empty()) {
        identity.manufacturer = "Unknown";
    }
    identity.productClass = productClassOf(facts.model);
    if (identity.productClass.empty()) {
        identity.productClass = "Printer";
    }
    const auto ouiOfMac = macOui(facts.macAddress);
    if (serialIsUnique && isUsableSerial(facts.serial)) {
        identity.serial = cleanIdentityText(facts.serial);
        identity.oui = maker ? maker->oui : ouiOfMac.value_or(defaults.gatewayOui);
        return identity;
    }
    // A serial is unique only under its assigner's OUI: here the gateway is the assigner.
    identity.oui = defaults.gatewayOui;
    identity.serial = ouiOfMac ? withoutSeparators(facts.macAddress)
                               : cleanIdentityText("IP-" + defaults.address);
    return identity;
}

}  // namespace platen::fleet
