// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/announcement_round.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/discovery/address_walk.hpp"
#include "proxy/discovery/mdns.hpp"
#include "proxy/discovery/scanner.hpp"
#include "proxy/discovery/wsd.hpp"

#include <algorithm>
#include <utility>

namespace platen::discovery {

namespace {

constexpr int kMdnsHops = 255;  // RFC 6762 section 11
constexpr int kWsdHops = 1;     // never beyond the link

const Oid& sysObjectId() {
    static const Oid kOid{1, 3, 6, 1, 2, 1, 1, 2, 0};
    return kOid;
}

std::vector<std::byte> bytesOf(std::string_view text) {
    std::vector<std::byte> out;
    out.reserve(text.size());
    for (const char c : text) {
        out.push_back(static_cast<std::byte>(c));
    }
    return out;
}

std::string textOf(std::span<const std::byte> bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (const auto byte : bytes) {
        out += static_cast<char>(byte);
    }
    return out;
}

/// `urn:uuid:…`, version 4.
std::string makeUuid(Random& random) {
    constexpr std::size_t kBytes = 16;
    auto hex = random.hex(kBytes);
    hex[12] = '4';
    hex[16] = '8';
    return text::cat({"urn:uuid:", hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4),
                      "-", hex.substr(16, 4), "-", hex.substr(20)});
}

bool sameLink(const net::LanNetwork& a, const net::LanNetwork& b) {
    return a.index == b.index && a.address.ipv6 == b.address.ipv6;
}

}  // namespace

std::vector<net::LanNetwork> networksOf(std::span<const config::AddressRange> ranges,
                                        std::vector<net::LanNetwork> all) {
    std::erase_if(all, [&](const net::LanNetwork& network) {
        const auto first = toConfig(network.first);
        const auto last = toConfig(network.last);
        return network.loopback ||
               std::none_of(ranges.begin(), ranges.end(), [&](const auto& range) {
                   return range.first.v6 == first.v6 && range.first.octets <= last.octets &&
                          first.octets <= range.last.octets;
               });
    });
    return all;
}

bool AnnouncementRound::start(const config::Settings& settings,
                              std::span<const config::AddressRange> ranges,
                              std::function<void(Announcement)> onHeard,
                              std::function<void()> onDone) {
    stop();
    packets_ = malformed_ = 0;
    answers_ = 0;
    const auto& wanted = settings.discovery;
    if (!wanted.mdns && !wanted.wsd && !wanted.broadcast) {
        return false;
    }
    onHeard_ = std::move(onHeard);
    onDone_ = std::move(onDone);
    auto networks = networksOf(ranges, lan_.networks());
    networks.resize(std::min(networks.size(), kMaxNetworks));
    for (auto network = networks.begin(); network != networks.end(); ++network) {
        // An interface with several addresses is one link to multicast.
        const bool first = std::none_of(networks.begin(), network, [&](const auto& other) {
            return sameLink(other, *network);
        });
        if (first && network->multicast && wanted.mdns) {
            addMdns(*network);
        }
        if (first && network->multicast && wanted.wsd) {
            addWsd(*network);
        }
        if (network->broadcast && wanted.broadcast) {
            addBroadcast(*network, settings.snmp);
        }
    }
    if (questions_.empty()) {
        LOG_INFO("discovery", "announcements.no_network");
        return false;
    }
    sendAll();
    repeat_ = loop_.after(kRepeatAfter, "discovery.ask_again", [this] {
        repeat_.reset();
        sendAll();
    });
    end_ = loop_.after(kListenFor, "discovery.listened", [this] {
        end_.reset();
        stop();
        const auto done = std::exchange(onDone_, {});
        done();
    });
    return true;
}

void AnnouncementRound::stop() {
    for (auto* timer : {&repeat_, &end_}) {
        if (*timer) {
            loop_.cancel(**timer);
            timer->reset();
        }
    }
    questions_.clear();
}

void AnnouncementRound::add(
    const net::LanNetwork& network,
    int hops,
    const net::Endpoint& to,
    std::vector<std::byte> bytes,
    std::function<Result<std::vector<Announcement>>(const net::Address&, Bytes)> read) {
    auto socket = lan_.open(
        network, hops, [this, read = std::move(read)](const net::Endpoint& from, Bytes answer) {
            if (++answers_ > kMaxAnswers) {
                return;
            }
            auto heard = read(from.address, answer);
            if (!heard) {
                ++malformed_;
                return;
            }
            for (auto& announcement : *heard) {
                onHeard_(std::move(announcement));
            }
        });
    if (!socket) {
        LOG_WARNING("discovery", "announcements.refused", {"interface", network.interface},
                    {"error", socket.error().text});
        return;
    }
    questions_.push_back({std::move(*socket), to, std::move(bytes)});
}

void AnnouncementRound::addMdns(const net::LanNetwork& network) {
    const auto id = static_cast<std::uint16_t>(1 + random_.below(0xFFFF));
    add(network, kMdnsHops, mdns::group(network.address.ipv6), mdns::makeQuery(id),
        [id](const net::Address& from, Bytes answer) {
            return mdns::readAnswer(answer, id, from);
        });
}

void AnnouncementRound::addWsd(const net::LanNetwork& network) {
    auto uuid = makeUuid(random_);
    auto probe = bytesOf(wsd::makeProbe(uuid));
    add(network, kWsdHops, wsd::group(network.address.ipv6), std::move(probe),
        [uuid = std::move(uuid)](const net::Address& from, Bytes answer) {
            return wsd::readMatches(textOf(answer), uuid, from);
        });
}

/// The answer to a broadcast comes from each agent's own address; what it says does not matter.
void AnnouncementRound::addBroadcast(const net::LanNetwork& network, const config::Snmp& settings) {
    const auto candidates = candidatesFor(settings, *network.broadcast);
    const auto access = std::find_if(candidates.begin(), candidates.end(), [](const auto& one) {
        return one.version == snmp::Version::V1 || one.version == snmp::Version::V2c;
    });
    if (access == candidates.end()) {
        return;
    }
    if (!codec_) {
        codec_ = std::make_unique<snmp::Codec>();
    }
    snmp::MessageHeader header;
    header.version = access->version;
    header.community = access->community.reveal();
    header.type = snmp::PduType::Get;
    constexpr std::uint64_t kIds = 0x7FFFFFFF;
    header.requestId = static_cast<std::int32_t>(1 + random_.below(kIds - 1));
    auto bytes = codec_->encode(header, std::span<const Oid>(&sysObjectId(), 1));
    if (!bytes) {
        return;
    }
    add(network, 1, {*network.broadcast, settings.port}, std::move(*bytes),
        [this, id = header.requestId](const net::Address& from,
                                      Bytes answer) -> Result<std::vector<Announcement>> {
            auto message = codec_->decode(answer);
            if (!message || message->type != snmp::PduType::Response || message->requestId != id) {
                return fail(ErrorCode::Malformed, "SNMP: no answer to our broadcast");
            }
            return std::vector<Announcement>{{from, Channel::Broadcast, {}}};
        });
}

void AnnouncementRound::sendAll() {
    for (auto& question : questions_) {
        ++packets_;
        // One that is lost here is like one that is lost on the way.
        static_cast<void>(question.socket->send(question.to, question.bytes));
    }
}

}  // namespace platen::discovery
