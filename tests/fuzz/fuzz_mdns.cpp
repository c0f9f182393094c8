// SPDX-License-Identifier: Apache-2.0
// Datagrams as strangers on the network send them to the port of an mDNS question. The first two
// octets are also the id of the question, so that answers count.
#include "proxy/discovery/mdns.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

namespace platen::discovery {
namespace {

void require(bool good) {
    if (!good) {
        std::abort();
    }
}

/// What is read must come back the same after it was written.
void roundTrip(const dns::Message& message) {
    const auto written = dns::encode(message);
    if (!written) {
        require(written.error().code == ErrorCode::TooLarge);  // compression is not used
        return;
    }
    const auto again = dns::decode(*written);
    require(again.has_value() && again->id == message.id && again->flags == message.flags);
    require(again->questions.size() == message.questions.size() &&
            again->records.size() == message.records.size());
    for (std::size_t i = 0; i < message.records.size(); ++i) {
        const auto& before = message.records[i];
        const auto& after = again->records[i];
        require(after.name == before.name && after.type == before.type && after.cls == before.cls &&
                after.ttl == before.ttl && after.cacheFlush == before.cacheFlush);
    }
}

}  // namespace
}  // namespace platen::discovery

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace platen::discovery;
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto message = dns::decode(bytes);
    if (!message) {
        return 0;
    }
    require(message->records.size() <= dns::kMaxRecords);
    // Of types that we do not read only the head is kept, so they cannot be written back as they
    // were.
    roundTrip(*message);
    const auto sender = platen::net::Address::fromIpv4(0xC0000263U);
    if (const auto heard = mdns::readAnswer(bytes, message->id, sender)) {
        require(heard->size() <= kMaxAnnouncementsInOne);
        for (const auto& one : *heard) {
            require(one.name.size() <= kMaxAnnouncedName * 4 + 3);
        }
    }
    return 0;
}
