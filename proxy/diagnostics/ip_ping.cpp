// SPDX-License-Identifier: Apache-2.0
#include "proxy/diagnostics/ip_ping.hpp"

#include <algorithm>
#include <utility>

namespace platen::diagnostics {

IpPing::IpPing(Tools tools, IpPingOptions options, UniqueFunction<void(IpPingResult)> done)
    : tools_(std::move(tools)), options_(std::move(options)), done_(std::move(done)) {
    options_.repetitions = std::clamp(options_.repetitions, 1U, kMaxRepetitions);
}

IpPing::~IpPing() {
    tools_.loop.cancel(timer_);
}

void IpPing::start() {
    tools_.resolve(options_.host, [this, weak = std::weak_ptr<int>(alive_)](auto addresses) {
        if (!weak.expired()) {
            onResolved(std::move(addresses));
        }
    });
}

void IpPing::onResolved(Result<std::vector<net::Address>> addresses) {
    const auto* const address = addresses ? pick(*addresses, options_.protocol) : nullptr;
    if (address == nullptr) {
        finish(Outcome::CannotResolveHostName);
        return;
    }
    target_ = *address;
    result_.addressUsed = target_.toString();
    sendNext();
}

void IpPing::sendNext() {
    tools_.icmp.echo({.target = target_,
                      .dataBytes = options_.dataBytes,
                      .dscp = options_.dscp,
                      .timeout = options_.timeout},
                     [this, weak = std::weak_ptr<int>(alive_)](const net::EchoResult& echo) {
                         if (!weak.expired()) {
                             onEcho(echo);
                         }
                     });
}

void IpPing::onEcho(const net::EchoResult& echo) {
    if (echo.kind == net::EchoResult::Kind::Reply) {
        result_.minimum =
            result_.successes == 0 ? echo.roundTrip : std::min(result_.minimum, echo.roundTrip);
        result_.maximum = std::max(result_.maximum, echo.roundTrip);
        total_ += echo.roundTrip;
        ++result_.successes;
        result_.average = total_ / result_.successes;
    } else {
        ++result_.failures;
        unreachable_ += echo.kind == net::EchoResult::Kind::Unreachable ? 1U : 0U;
    }
    const auto sent = result_.successes + result_.failures;
    if (sent < options_.repetitions) {
        timer_ = tools_.loop.after(kPause, "diagnostics.ping", [this] { sendNext(); });
        return;
    }
    // All said that there is no way: an error; silence is a result (TR-181).
    finish(unreachable_ == sent ? Outcome::NoRouteToHost : Outcome::Complete);
}

void IpPing::finish(Outcome outcome) {
    result_.outcome = outcome;
    auto done = std::move(done_);
    done(result_);  // may destroy this
}

}  // namespace platen::diagnostics
