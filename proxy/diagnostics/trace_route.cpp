// SPDX-License-Identifier: Apache-2.0
#include "proxy/diagnostics/trace_route.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace platen::diagnostics {

TraceRoute::TraceRoute(Tools tools,
                       TraceRouteOptions options,
                       UniqueFunction<void(TraceRouteResult)> done)
    : tools_(std::move(tools)), options_(std::move(options)), done_(std::move(done)) {
    options_.tries = std::clamp(options_.tries, 1U, kMaxTries);
    options_.maxHops = std::clamp(options_.maxHops, 1U, kMostHops);
}

void TraceRoute::start() {
    tools_.resolve(options_.host, [this, weak = std::weak_ptr<int>(alive_)](auto addresses) {
        if (!weak.expired()) {
            onResolved(std::move(addresses));
        }
    });
}

void TraceRoute::onResolved(Result<std::vector<net::Address>> addresses) {
    const auto* const address = addresses ? pick(*addresses, options_.protocol) : nullptr;
    if (address == nullptr) {
        finish(Outcome::CannotResolveHostName);
        return;
    }
    target_ = *address;
    result_.addressUsed = target_.toString();
    result_.hops.emplace_back();
    sendNext();
}

void TraceRoute::sendNext() {
    tools_.icmp.echo({.target = target_,
                      .dataBytes = options_.dataBytes,
                      .dscp = options_.dscp,
                      .hopLimit = static_cast<std::uint8_t>(result_.hops.size()),
                      .timeout = options_.timeout},
                     [this, weak = std::weak_ptr<int>(alive_)](const net::EchoResult& echo) {
                         if (!weak.expired()) {
                             onEcho(echo);
                         }
                     });
}

void TraceRoute::onEcho(const net::EchoResult& echo) {
    using Kind = net::EchoResult::Kind;
    auto& hop = result_.hops.back();
    if (echo.kind == Kind::Failed) {
        finish(Outcome::Other);
        return;
    }
    if (echo.kind != Kind::Timeout) {
        hop.address = echo.from.toString();
        hop.errorCode = echo.icmpType;
        hop.times.push_back(echo.roundTrip);
        reached_ = reached_ || echo.kind == Kind::Reply;
        noWay_ = noWay_ || echo.kind == Kind::Unreachable;
    }
    if (++tried_ < options_.tries) {
        sendNext();
        return;
    }
    if (reached_) {
        const auto total =
            std::accumulate(hop.times.begin(), hop.times.end(), std::chrono::microseconds{});
        result_.responseTime = total / static_cast<std::int64_t>(hop.times.size());
        finish(Outcome::Complete);
    } else if (noWay_) {
        finish(Outcome::NoRouteToHost);
    } else if (result_.hops.size() >= options_.maxHops) {
        finish(Outcome::MaxHopCountExceeded);
    } else {
        tried_ = 0;
        result_.hops.emplace_back();
        sendNext();
    }
}

void TraceRoute::finish(Outcome outcome) {
    result_.outcome = outcome;
    auto done = std::move(done_);
    done(std::move(result_));  // may destroy this
}

}  // namespace platen::diagnostics
