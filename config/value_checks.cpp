// SPDX-License-Identifier: Apache-2.0
#include "config/value_checks.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "config/address_range.hpp"
#include "config/settings.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace platen::config {

namespace {

constexpr std::size_t kMaxUrlBytes = 256;  // TR-181 ManagementServer.URL
constexpr std::size_t kMaxHostBytes = 253;
constexpr std::size_t kMaxIdentity = 64;
constexpr std::size_t kMaxVendorPrefix = 36;

bool isAlnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isPrintableAscii(char c) {
    return c >= ' ' && c <= '~';
}

/// A DNS name or an IPv4 address (RFC 1123); a name of digits and dots only must be an address.
bool isHost(std::string_view host) {
    if (host.empty() || host.size() > kMaxHostBytes) {
        return false;
    }
    if (host.find_first_not_of("0123456789.") == std::string_view::npos) {
        return parseAddress(host).has_value();
    }
    const auto labels =
        text::split(host.back() == '.' ? host.substr(0, host.size() - 1) : host, '.');
    return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
        return !label.empty() && label.size() <= 63 && label.front() != '-' &&
               label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
                   return isAlnum(c) || c == '-' || c == '_';
               });
    });
}

std::optional<std::uint16_t> toPort(std::string_view text) {
    const auto number = text::toUnsigned(text);
    if (!number || text.size() > 5 || *number > 65'535) {
        return std::nullopt;
    }
    return static_cast<std::uint16_t>(*number);
}

/// Everything between scheme and path.
struct Authority {
    std::string_view userInfo;
    std::string_view hostPort;
    bool hasUserInfo = false;
};

std::optional<Authority> authorityOf(std::string_view url,
                                     std::span<const std::string_view> schemes) {
    const auto colon = url.find("://");
    if (colon == std::string_view::npos ||
        std::none_of(schemes.begin(), schemes.end(), [&](std::string_view scheme) {
            return text::equalsIgnoreCase(url.substr(0, colon), scheme);
        })) {
        return std::nullopt;
    }
    std::string_view rest = url.substr(colon + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    Authority authority;
    const auto at = rest.rfind('@');
    if (at != std::string_view::npos) {
        authority.hasUserInfo = true;
        authority.userInfo = rest.substr(0, at);
        rest.remove_prefix(at + 1);
    }
    authority.hostPort = rest;
    return authority;
}

/// A host with an optional port.
bool isAuthorityGood(std::string_view hostPort) {
    if (hostPort.starts_with('[')) {
        const auto close = hostPort.find(']');
        const auto address = parseAddress(hostPort.substr(1, close == 0 ? 0 : close - 1));
        if (close == std::string_view::npos || !address || !address->v6) {
            return false;
        }
        const std::string_view rest = hostPort.substr(close + 1);
        return rest.empty() || (rest.front() == ':' && toPort(rest.substr(1)).value_or(0) != 0);
    }
    const auto colon = hostPort.find(':');
    if (colon == std::string_view::npos) {
        return isHost(hostPort);
    }
    return isHost(hostPort.substr(0, colon)) && toPort(hostPort.substr(colon + 1)).value_or(0) != 0;
}

bool hasOnlyUrlCharacters(std::string_view url) {
    return std::all_of(url.begin(), url.end(), [](char c) {
        return c > ' ' && c <= '~' &&
               std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
    });
}

}  // namespace

Complaint checkUrl(std::string_view text) {
    constexpr std::array<std::string_view, 2> kSchemes{"http", "https"};
    if (text.size() > kMaxUrlBytes) {
        return "a URL has at most 256 characters";
    }
    const auto authority = authorityOf(text, kSchemes);
    if (!authority || !hasOnlyUrlCharacters(text) || !isAuthorityGood(authority->hostPort)) {
        return "not a URL (http://HOST[:PORT]/PATH or https://...)";
    }
    if (authority->hasUserInfo) {
        return "a user name or password has no place in this URL";
    }
    if (text.find('#') != std::string_view::npos) {
        return "a URL here has no fragment (#...)";
    }
    return std::nullopt;
}

Complaint checkProxyUrl(std::string_view text) {
    constexpr std::array<std::string_view, 4> kSchemes{"http", "https", "socks5", "socks5h"};
    if (text.size() > kMaxUrlBytes) {
        return "a URL has at most 256 characters";
    }
    const auto authority = authorityOf(text, kSchemes);
    if (!authority || !hasOnlyUrlCharacters(text) || !isAuthorityGood(authority->hostPort)) {
        return "not a proxy (http://HOST:PORT, https://, socks5:// or socks5h://)";
    }
    return std::nullopt;
}

std::optional<HostPort> splitHostPort(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    const auto port = toPort(text.substr(colon + 1));
    if (!port) {
        return std::nullopt;
    }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        const auto address = parseAddress(host);
        if (!address || !address->v6) {
            return std::nullopt;
        }
    } else if (!isHost(host)) {
        return std::nullopt;
    }
    return HostPort{std::string(host), *port};
}

Complaint checkListen(std::string_view text) {
    if (!splitHostPort(text)) {
        return "not an address to listen on (ADDRESS:PORT, such as 0.0.0.0:7548 or [::]:7548)";
    }
    return std::nullopt;
}

Complaint checkOui(std::string_view text) {
    const auto octets = text::fromHex(text);
    if (!octets || octets->size() != 3) {
        return "not an OUI (six hexadecimal digits without separators, such as 02A1B2)";
    }
    if ((octets->front() & 1U) != 0) {
        return "not an OUI: the lowest bit of the first octet marks a group address";
    }
    return std::nullopt;
}

Complaint checkVendorPrefix(std::string_view text) {
    const bool good = text.starts_with("X_") && text.size() > 2 &&
                      text.size() <= kMaxVendorPrefix && text.back() != '_' &&
                      std::all_of(text.begin(), text.end(),
                                  [](char c) { return isAlnum(c) || c == '-' || c == '_'; });
    if (!good) {
        return "not a vendor prefix (X_ and an OUI or a domain name such as X_EXAMPLE-COM, or "
               "empty)";
    }
    return std::nullopt;
}

Complaint checkIdentity(std::string_view text) {
    const bool good = !text.empty() && text.size() <= kMaxIdentity && text.front() != ' ' &&
                      text.back() != ' ' && std::all_of(text.begin(), text.end(), isPrintableAscii);
    if (!good) {
        return "must be 1 to 64 printable ASCII characters without blanks at the ends";
    }
    return std::nullopt;
}

Complaint checkFilePattern(std::string_view text) {
    constexpr std::array<std::string_view, 3> kParts{"{oui}", "{product_class}", "{serial}"};
    while (true) {
        const auto brace = text.find_first_of("{}");
        if (brace == std::string_view::npos) {
            return std::nullopt;
        }
        text.remove_prefix(brace);
        const auto* const part = std::find_if(kParts.begin(), kParts.end(),
                                              [&](auto name) { return text.starts_with(name); });
        if (part == kParts.end()) {
            return "braces may hold oui, product_class or serial, as in \"{serial}.pem\"";
        }
        text.remove_prefix(part->size());
    }
}

Complaint checkText(std::string_view text) {
    if (text::cleanForXml(text) != text || text.find_first_of("\n\t") != std::string_view::npos) {
        return "must not hold control characters";
    }
    if (text::utf8Length(text) > kMaxTextCharacters) {
        return "must have at most 256 characters";
    }
    return std::nullopt;
}

std::string hostOfUrl(std::string_view url) {
    const auto start = url.find("://");
    std::string_view rest = start == std::string_view::npos ? url : url.substr(start + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (rest.starts_with('[')) {
        return std::string(rest.substr(1, rest.find(']') - 1));
    }
    return std::string(rest.substr(0, rest.find(':')));
}

bool isWildcard(std::string_view host) {
    const auto address = parseAddress(host);
    return address && std::all_of(address->octets.begin(), address->octets.end(),
                                  [](auto octet) { return octet == 0; });
}

std::string withoutUserInfo(std::string_view url) {
    const auto start = url.find("://");
    if (start == std::string_view::npos) {
        return std::string(url);
    }
    const std::string_view rest = url.substr(start + 3);
    const auto at = rest.substr(0, rest.find_first_of("/?#")).rfind('@');
    if (at == std::string_view::npos) {
        return std::string(url);
    }
    return text::cat({url.substr(0, start + 3), "***", rest.substr(at)});
}

}  // namespace platen::config
