// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "base/time.hpp"
#include "base/unique_function.hpp"
#include "proxy/cwmp/connection_request_table.hpp"
#include "proxy/cwmp/device_agent.hpp"
#include "proxy/net/digest_verifier.hpp"
#include "proxy/net/http_server.hpp"
#include "proxy/net/loop.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace platen::cwmp {

class Manager;

/// The HTTP side of connection requests: the path tells the device, digest authentication by its
/// own credentials comes first, then the loop decides (C-CR, C-PRX-21 … 23). thread: any
class ConnectionRequests {
  public:
    /// Asks the loop about an authenticated request. thread: loop
    using Decide = std::function<void(DeviceId, UniqueFunction<void(ConnectionRequestVerdict)>)>;

    /// All must outlive this; `clock` and `random` must be safe to use from any thread. The Manager
    /// decides.
    ConnectionRequests(net::Loop& loop, Manager& manager, const Clock& clock, Random& random);
    ConnectionRequests(net::Loop& loop,
                       const ConnectionRequestTable& table,
                       Decide decide,
                       const Clock& clock,
                       Random& random);

    /// 200 accepted; 401 with one MD5 challenge; 404 unknown path; 405 other methods; 503 rate
    /// limit, unreachable printer, switched off, or no answer of the loop within kDeadline.
    [[nodiscard]] net::ServerReply handle(const net::ServerRequest& request);

    static constexpr Millis kDeadline{2'000};

  private:
    [[nodiscard]] net::ServerReply challenge(bool stale);

    net::Loop& loop_;
    const ConnectionRequestTable& table_;
    Decide decide_;
    net::DigestVerifier verifier_;
};

/// The path of the table in a request target: the last segment, without a query.
[[nodiscard]] std::string_view connectionRequestPath(std::string_view target);

}  // namespace platen::cwmp
