// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/wsd.hpp"

#include "base/text.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <optional>

namespace platen::discovery::wsd {

namespace {

std::string_view localName(std::string_view qualified) {
    const auto colon = qualified.rfind(':');
    return colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
}

/// First child element by local name. Prefixes are each maker's own, and some get namespaces wrong.
pugi::xml_node childNamed(pugi::xml_node parent, std::string_view local) {
    for (const auto child : parent.children()) {
        if (child.type() == pugi::node_element && localName(child.name()) == local) {
            return child;
        }
    }
    return {};
}

std::string_view trimmedText(pugi::xml_node element) {
    return text::trim(element.text().get());
}

/// Words between white space.
std::vector<std::string_view> wordsOf(std::string_view list) {
    std::vector<std::string_view> words;
    constexpr std::string_view kSpace = " \t\r\n";
    for (std::size_t at = list.find_first_not_of(kSpace); at != std::string_view::npos;) {
        const auto end = std::min(list.find_first_of(kSpace, at), list.size());
        words.push_back(list.substr(at, end - at));
        at = list.find_first_not_of(kSpace, end);
    }
    return words;
}

bool saysItPrints(pugi::xml_node match) {
    const auto types = wordsOf(trimmedText(childNamed(match, "Types")));
    return std::any_of(types.begin(), types.end(),
                       [](std::string_view type) { return localName(type) == "PrintDeviceType"; });
}

/// Host of `http://192.0.2.7:80/wsd` or `http://[2001:db8::7]/`, if it is an address that can be
/// asked.
std::optional<net::Address> addressOf(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return std::nullopt;
    }
    auto host = url.substr(scheme + 3);
    if (host.starts_with('[')) {
        host = host.substr(1, host.find(']') == std::string_view::npos ? 0 : host.find(']') - 1);
    } else {
        host = host.substr(0, host.find_first_of(":/?#"));
    }
    const auto address = net::Address::parse(host);
    if (!address || (address->ipv6 && address->bytes[0] == 0xFE &&
                     (address->bytes[1] & 0xC0U) == 0x80)) {  // fe80::/10 needs a zone
        return std::nullopt;
    }
    return *address;
}

void addMatch(pugi::xml_node match, const net::Address& sender, std::vector<Announcement>& out) {
    const auto name =
        text::oneLine(trimmedText(childNamed(childNamed(match, "EndpointReference"), "Address")),
                      kMaxAnnouncedName);
    std::vector<net::Address> addresses;
    std::size_t urls = 0;
    for (const auto url : wordsOf(trimmedText(childNamed(match, "XAddrs")))) {
        if (++urls > kMaxUrls) {
            break;
        }
        const auto address = addressOf(url);
        if (address && std::find(addresses.begin(), addresses.end(), *address) == addresses.end()) {
            addresses.push_back(*address);
        }
    }
    if (addresses.empty()) {
        addresses.push_back(sender);
    }
    for (const auto& address : addresses) {
        if (out.size() < kMaxAnnouncementsInOne) {
            out.push_back({address, Channel::Wsd, name});
        }
    }
}

}  // namespace

net::Endpoint group(bool ipv6) {
    return {net::Address::parse(ipv6 ? "ff02::c" : "239.255.255.250").value(), kPort};
}

std::string makeProbe(std::string_view messageId) {
    return text::cat(
        {R"(<?xml version="1.0" encoding="utf-8"?>)"
         R"(<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope")"
         R"( xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
         R"( xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery")"
         R"( xmlns:wprt="http://schemas.microsoft.com/windows/2006/08/wdp/print">)"
         "<soap:Header><wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>"
         "<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</wsa:Action>"
         "<wsa:MessageID>",
         messageId,
         "</wsa:MessageID></soap:Header><soap:Body><wsd:Probe>"
         "<wsd:Types>wprt:PrintDeviceType</wsd:Types></wsd:Probe></soap:Body></soap:Envelope>"});
}

Result<std::vector<Announcement>> readMatches(std::string_view document,
                                              std::string_view messageId,
                                              const net::Address& sender) {
    // Some answer with the NUL that ends their buffer.
    while (document.ends_with('\0')) {
        document.remove_suffix(1);
    }
    if (auto checked = checkXml(document, kLimits); !checked) {
        return tl::unexpected<Error>(std::move(checked.error()));
    }
    pugi::xml_document tree;
    if (!tree.load_buffer(document.data(), document.size(), pugi::parse_default,
                          pugi::encoding_utf8)) {
        return fail(ErrorCode::Malformed, "WSD: not well-formed");
    }
    const auto envelope = childNamed(tree.root(), "Envelope");
    if (trimmedText(childNamed(childNamed(envelope, "Header"), "RelatesTo")) != messageId) {
        return fail(ErrorCode::Malformed, "WSD: no answer to our Probe");
    }
    const auto matches = childNamed(childNamed(envelope, "Body"), "ProbeMatches");
    if (!matches) {
        return fail(ErrorCode::Malformed, "WSD: no ProbeMatches");
    }
    std::vector<Announcement> out;
    std::size_t count = 0;
    for (const auto match : matches.children()) {
        if (localName(match.name()) != "ProbeMatch") {
            continue;
        }
        if (++count > kMaxMatches) {
            break;
        }
        if (saysItPrints(match)) {
            addMatch(match, sender, out);
        }
    }
    return out;
}

}  // namespace platen::discovery::wsd
