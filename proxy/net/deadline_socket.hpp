// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <Poco/Net/StreamSocket.h>

#include <atomic>

namespace platen::net {

/// The same connection as a socket that fails with Poco::TimeoutException once `limit` has passed
/// since this call, however the peer spreads its bytes (C-CR-17), or soon after `stopping` was
/// set. POCO alone limits only the single wait. `stopping` must outlive the socket.
[[nodiscard]] Poco::Net::StreamSocket withDeadline(const Poco::Net::StreamSocket& socket,
                                                   Millis limit,
                                                   const std::atomic<bool>& stopping);

}  // namespace platen::net
