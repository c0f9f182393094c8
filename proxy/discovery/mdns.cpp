// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/mdns.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace platen::discovery::mdns {

namespace {

bool isService(const dns::Name& name) {
    return std::any_of(kServices.begin(), kServices.end(),
                       [&](std::string_view service) { return name == dns::Name::of(service); });
}

/// `instance._ipp._tcp.local`: one label before a service.
bool isInstance(const dns::Name& name) {
    constexpr std::size_t kServiceLabels = 3;
    return name.labels.size() == kServiceLabels + 1 &&
           std::any_of(kServices.begin(), kServices.end(), [&](std::string_view service) {
               return name.endsWith(dns::Name::of(service));
           });
}

bool ofLinkOnly(const net::Address& address) {
    if (address.ipv6) {
        return address.bytes[0] == 0xFE && (address.bytes[1] & 0xC0U) == 0x80;
    }
    return address.bytes[0] == 169 && address.bytes[1] == 254;
}

template <typename Data>
const Data* dataOf(const dns::Message& message, const dns::Name& name, dns::Type type) {
    for (const auto& record : message.records) {
        if (dns::Type{record.type} == type && record.name == name) {
            return std::get_if<Data>(&record.data);
        }
    }
    return nullptr;
}

std::vector<net::Address> addressesOf(const dns::Message& message, const dns::Name& host) {
    std::vector<net::Address> addresses;
    for (const auto& record : message.records) {
        const auto* address = std::get_if<net::Address>(&record.data);
        if (address != nullptr && record.name == host && !ofLinkOnly(*address)) {
            addresses.push_back(*address);
        }
    }
    return addresses;
}

/// All instances that the message speaks of, each once.
std::vector<dns::Name> instancesOf(const dns::Message& message) {
    std::vector<dns::Name> instances;
    for (const auto& record : message.records) {
        const auto* target = std::get_if<dns::Name>(&record.data);
        const dns::Name* found = nullptr;
        if (target != nullptr && isService(record.name) && isInstance(*target)) {
            found = target;
        } else if (dns::Type{record.type} == dns::Type::Srv && isInstance(record.name)) {
            found = &record.name;
        }
        if (found != nullptr && record.ttl != 0 && instances.size() < kMaxAnnouncementsInOne &&
            std::find(instances.begin(), instances.end(), *found) == instances.end()) {
            instances.push_back(*found);
        }
    }
    return instances;
}

}  // namespace

net::Endpoint group(bool ipv6) {
    return {net::Address::parse(ipv6 ? "ff02::fb" : "224.0.0.251").value(), kPort};
}

std::vector<std::byte> makeQuery(std::uint16_t id) {
    dns::Message message;
    message.id = id;
    for (const auto service : kServices) {
        message.questions.push_back(
            {dns::Name::of(service), static_cast<std::uint16_t>(dns::Type::Ptr), 1});
    }
    return dns::encode(message).value();
}

Result<std::vector<Announcement>> readAnswer(std::span<const std::byte> bytes,
                                             std::uint16_t id,
                                             const net::Address& sender) {
    const auto message = dns::decode(bytes);
    if (!message) {
        return tl::unexpected<Error>(message.error());
    }
    if (!message->isResponse() || message->errorCode() != 0 || message->id != id) {
        return fail(ErrorCode::Malformed, "DNS: no answer to our query");
    }
    std::vector<Announcement> out;
    for (const auto& instance : instancesOf(*message)) {
        const auto* srv = dataOf<dns::Srv>(*message, instance, dns::Type::Srv);
        if (srv != nullptr && srv->port == 0) {
            continue;  // only defends its name (Bonjour Printing, flagship naming)
        }
        auto addresses =
            srv != nullptr ? addressesOf(*message, srv->target) : std::vector<net::Address>{};
        if (addresses.empty()) {
            addresses.push_back(sender);
        }
        const auto name = text::oneLine(instance.labels.front(), kMaxAnnouncedName);
        for (const auto& address : addresses) {
            const bool known = std::any_of(out.begin(), out.end(), [&](const auto& other) {
                return other.address == address;
            });
            if (!known && out.size() < kMaxAnnouncementsInOne) {
                out.push_back({address, Channel::Mdns, name});
            }
        }
    }
    return out;
}

}  // namespace platen::discovery::mdns
