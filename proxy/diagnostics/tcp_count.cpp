// SPDX-License-Identifier: Apache-2.0
#include "proxy/diagnostics/tcp_count.hpp"

// Not <netinet/tcp.h>: its tcp_info ends before the counts of octets.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>

namespace platen::diagnostics {

TcpCount tcpCount(int socket, bool ipv6) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        size < offsetof(tcp_info, tcpi_bytes_sent) + sizeof info.tcpi_bytes_sent) {
        return {};
    }
    constexpr std::uint64_t kIpv4Header = 20;
    constexpr std::uint64_t kIpv6Header = 40;
    constexpr std::uint64_t kTcpHeader = 20;
    constexpr std::uint64_t kTimestamps = 12;
    const auto header = (ipv6 ? kIpv6Header : kIpv4Header) + kTcpHeader +
                        ((info.tcpi_options & TCPI_OPT_TIMESTAMPS) != 0 ? kTimestamps : 0);
    return {info.tcpi_bytes_received + info.tcpi_segs_in * header,
            info.tcpi_bytes_sent + info.tcpi_segs_out * header};
}

}  // namespace platen::diagnostics
