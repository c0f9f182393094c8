// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "config/address_range.hpp"
#include "config/quiet_hours.hpp"
#include "config/reader.hpp"
#include "config/value_checks.hpp"

#include <array>
#include <string>
#include <utility>

namespace platen::config {

namespace {

/// Two listeners that cannot be open at the same time.
bool collide(const std::string& a, const std::string& b) {
    const auto first = splitHostPort(a);
    const auto second = splitHostPort(b);
    return first && second && first->port != 0 && first->port == second->port &&
           (text::equalsIgnoreCase(first->host, second->host) || isWildcard(first->host) ||
            isWildcard(second->host));
}

void checkConnectionRequests(const Settings& settings, Problems& problems) {
    const ConnectionRequests& requests = settings.connectionRequests;
    if (!requests.listen.empty() && requests.publicUrl.empty()) {
        problems.add("/connection_requests",
                     "listen is set, so public_url must say under which URL the ACS reaches it");
    }
    if (!requests.publicUrl.empty() && isWildcard(hostOfUrl(requests.publicUrl))) {
        problems.add("/connection_requests/public_url",
                     "the ACS cannot connect to a wildcard address; name the gateway's own");
    }
    if (collide(requests.listen, settings.api.listen)) {
        problems.add("/connection_requests/listen", "same address and port as /api/listen");
    }
}

void checkQuietHours(const Settings& settings, Problems& problems) {
    for (std::size_t i = 0; i < settings.discovery.quietHours.size(); ++i) {
        if (const auto window = parseQuietWindow(settings.discovery.quietHours[i]); !window) {
            problems.add(text::cat({"/discovery/quiet_hours/", std::to_string(i)}),
                         window.error().text);
        }
    }
    if (neverEnds(settings.discovery.quietHours)) {
        problems.add("/discovery/quiet_hours",
                     "these leave no minute of the day to look for printers");
    }
}

void checkDiscovery(const Settings& settings, Problems& problems) {
    constexpr std::uint64_t kMaxAddresses = 1U << 20U;  // Six hours at the default rate.
    std::uint64_t total = 0;
    checkQuietHours(settings, problems);
    for (std::size_t i = 0; i < settings.discovery.ranges.size(); ++i) {
        const auto range = parseAddressRange(settings.discovery.ranges[i]);
        if (!range) {
            continue;  // A host name, or told already.
        }
        if (range->first.v6 && range->size() > kMaxIpv6Walk) {
            if (!settings.discovery.mdns && !settings.discovery.wsd) {
                problems.add(text::cat({"/discovery/ranges/", std::to_string(i)}),
                             "more than 65536 IPv6 addresses (/112) are not searched one by one; "
                             "name hosts or a longer prefix, or switch on mdns or wsd, which find "
                             "printers in it");
            }
            continue;
        }
        if (range->size() > kMaxAddresses || total + range->size() > kMaxAddresses) {
            problems.add(text::cat({"/discovery/ranges/", std::to_string(i)}),
                         "more than 1048576 addresses to search; use smaller ranges");
            return;
        }
        total += range->size();
    }
}

void checkAcs(const Settings& settings, Problems& problems) {
    if (!settings.acs.clientKey.empty() && settings.acs.clientCertificate.empty()) {
        problems.add("/acs/client_key", "client_key has no use without client_certificate");
    }
    if (settings.acs.clientKey.empty() && !settings.acs.clientCertificate.empty()) {
        problems.add("/acs/client_certificate", "client_certificate has no use without client_key");
    }
}

void checkXmpp(const Settings& settings, Problems& problems) {
    const Xmpp& xmpp = settings.xmpp;
    constexpr std::string_view kNotInJid = " \"&'/:<>@";
    if (xmpp.domain.empty()) {
        if (!xmpp.username.empty() || !xmpp.server.empty()) {
            problems.add("/xmpp", "without domain there is no XMPP; name the account's domain");
        }
        return;
    }
    if (xmpp.username.empty() || xmpp.username.find_first_of(kNotInJid) != std::string::npos) {
        problems.add("/xmpp/username",
                     "the name of the XMPP account: not empty, without blanks and \"&'/:<>@");
    }
    if (xmpp.domain.find_first_of(kNotInJid) != std::string::npos) {
        problems.add("/xmpp/domain", "a domain has no blanks and none of \"&'/:<>@");
    }
    if (const auto server = splitHostPort(xmpp.server); server && server->port == 0) {
        problems.add("/xmpp/server", "the port of the XMPP server must be given");
    }
}

void checkFirmware(const Settings& settings, Problems& problems) {
    if (!settings.firmware.catalogue.empty() && settings.firmware.publicKey.empty()) {
        problems.add("/firmware/catalogue",
                     "a catalogue needs signer, by which its signature is checked");
    }
}

}  // namespace

void crossCheck(const Settings& settings, Problems& problems) {
    checkAcs(settings, problems);
    checkConnectionRequests(settings, problems);
    checkXmpp(settings, problems);
    checkDiscovery(settings, problems);
    checkFirmware(settings, problems);
}

std::vector<std::string> missingForRun(const Settings& settings) {
    std::vector<std::string> missing;
    if (settings.acs.url.empty()) {
        missing.emplace_back("/acs/url: the URL of the ACS is needed to run");
    }
    return missing;
}

}  // namespace platen::config
