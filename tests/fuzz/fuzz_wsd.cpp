// SPDX-License-Identifier: Apache-2.0
// Answers to a WS-Discovery Probe.
#include "proxy/discovery/wsd.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace platen::discovery;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto sender = platen::net::Address::fromIpv4(0xC0000263U);
    const auto heard = wsd::readMatches(text, "urn:uuid:1", sender);
    if (heard && heard->size() > kMaxAnnouncementsInOne) {
        std::abort();
    }
    return 0;
}
