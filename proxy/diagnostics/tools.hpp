// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/icmp.hpp"
#include "proxy/net/loop.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::diagnostics {

/// `ProtocolVersion` of a test.
enum class Protocol : std::uint8_t { Any, IPv4, IPv6 };

/// Addresses of a host name or a numeric address, in the system's order. `done` comes once, never
/// inside the call.
using Resolve = std::function<void(const std::string& host,
                                   UniqueFunction<void(Result<std::vector<net::Address>>)> done)>;

/// What a test works with; all must outlive it. thread: loop
struct Tools {
    net::Loop& loop;
    net::Icmp& icmp;
    Resolve resolve;
};

/// How a test ended; the `DiagnosticsState` of TR-181.
enum class Outcome : std::uint8_t {
    Complete,
    CannotResolveHostName,
    NoRouteToHost,
    MaxHopCountExceeded,  ///< TraceRoute only.
    Other,
};

[[nodiscard]] std::string_view toString(Outcome outcome);  ///< `Error_NoRouteToHost`

/// The first address of the wanted family; nothing if there is none.
[[nodiscard]] const net::Address* pick(const std::vector<net::Address>& addresses,
                                       Protocol protocol);

}  // namespace platen::diagnostics
