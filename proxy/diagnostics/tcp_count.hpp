// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace platen::diagnostics {

/// Octets of one TCP connection at the IP layer, headers included, as the kernel counts them.
struct TcpCount {
    std::uint64_t received = 0, sent = 0;
};

/// Zero if the kernel does not tell.
[[nodiscard]] TcpCount tcpCount(int socket, bool ipv6);

}  // namespace platen::diagnostics
