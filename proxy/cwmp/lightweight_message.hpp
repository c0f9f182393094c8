// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/managed_device.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::cwmp {

/// A datagram with more parameters than fit into this is followed by another one, because a
/// fragmented datagram is lost with any of its pieces: 1,500 of Ethernet without IP, UDP and some
/// tunnel.
inline constexpr std::size_t kLightweightDatagramBytes = 1'400;
/// A single parameter may need more; beyond this it cannot be told in a datagram.
inline constexpr std::size_t kLargestLightweightBytes = 60'000;

/// Who sends a lightweight notification, and to whom.
struct LightweightSender {
    std::string host;  ///< As the ACS configured it; `host:port` stands in HOST.
    std::string username;
    std::string password;  ///< Of Device.ManagementServer.; key of the signature.
    fleet::Identity identity;
};

/// A parameter as the ACS sees it.
struct LightweightParam {
    std::string name;
    std::string value;
};

/// What the messages of one moment have in common.
struct LightweightStamp {
    std::int64_t seconds = 0;  ///< Since 1970; the schema's type ends in 2038.
    std::string nonce;
};

/// The XML body: Notification of the namespace `urn:broadband-forum-org:cwmp:lwnotif-1-0`
/// (C-LWN-02).
[[nodiscard]] std::string lightweightBody(const LightweightSender& sender,
                                          const LightweightStamp& stamp,
                                          const std::vector<LightweightParam>& params);

/// The whole datagram: an HTTP request line, HOST, Content-Type, Content-Length and Signature, an
/// empty line, the body. Signature is the HMAC-SHA1 of the body with the password as the key, in
/// upper-case hexadecimal. Request method, names of the headers, key and case of the digits are
/// those of the open source client icwmp, whose head is misspelt where ours is proper HTTP
/// (`POST /HTTPS/1.1`, `test/xml`, `Content-Lenght`); the schema has no word on the head (ADR
/// 0021).
[[nodiscard]] std::string lightweightDatagram(const LightweightSender& sender,
                                              std::string_view body);

/// Some parameters in as few datagrams as hold them.
struct LightweightDatagrams {
    std::vector<std::string> datagrams;
    std::size_t tooLarge = 0;  ///< Parameters that fit into none.
};
/// `stamp` is asked for each datagram.
[[nodiscard]] LightweightDatagrams lightweightDatagrams(
    const LightweightSender& sender,
    const std::vector<LightweightParam>& params,
    const std::function<LightweightStamp()>& stamp);

}  // namespace platen::cwmp
