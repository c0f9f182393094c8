// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/connection_request.hpp"

#include "proxy/cwmp/call_on_loop.hpp"
#include "proxy/cwmp/manager.hpp"

#include <utility>

namespace platen::cwmp {
namespace {

constexpr int kOk = 200;
constexpr int kUnauthorized = 401;
constexpr int kNotFound = 404;
constexpr int kMethodNotAllowed = 405;
constexpr int kUnavailable = 503;

net::ServerReply replyOf(int status) {
    net::ServerReply reply;
    reply.status = status;
    return reply;
}

}  // namespace

std::string_view connectionRequestPath(std::string_view target) {
    target = target.substr(0, target.find_first_of("?#"));
    const auto slash = target.rfind('/');
    return slash == std::string_view::npos ? target : target.substr(slash + 1);
}

ConnectionRequests::ConnectionRequests(net::Loop& loop,
                                       Manager& manager,
                                       const Clock& clock,
                                       Random& random)
    : ConnectionRequests(
          loop,
          manager.connectionRequestTable(),
          [&manager](DeviceId device, UniqueFunction<void(ConnectionRequestVerdict)> done) {
              manager.connectionRequested(device, std::move(done));
          },
          clock,
          random) {}

ConnectionRequests::ConnectionRequests(net::Loop& loop,
                                       const ConnectionRequestTable& table,
                                       Decide decide,
                                       const Clock& clock,
                                       Random& random)
    : loop_(loop),
      table_(table),
      decide_(std::move(decide)),
      verifier_(clock, random, "Platen", net::DigestQop::Auth) {}

net::ServerReply ConnectionRequests::challenge(bool stale) {
    auto reply = replyOf(kUnauthorized);
    // One challenge, MD5: many ACSs know no other and read the first only (C-CR-03).
    auto offers = verifier_.challenge(stale);
    if (!offers.empty()) {
        reply.headers.emplace_back("WWW-Authenticate", std::move(offers.front()));
    }
    return reply;
}

net::ServerReply ConnectionRequests::handle(const net::ServerRequest& request) {
    const auto entry = table_.find(std::string(connectionRequestPath(request.path)));
    if (!entry) {
        return replyOf(kNotFound);
    }
    if (request.method != "GET") {
        return replyOf(kMethodNotAllowed);
    }
    const auto credentials = net::parseDigest(request.authorization);
    if (!credentials || entry->username.empty() || entry->password.empty()) {
        return challenge(false);  // C-CR-04, C-CR-06, C-CR-08
    }
    switch (verifier_.verify(*credentials, request.method, request.path, entry->username,
                             entry->password)) {
        case net::DigestVerifier::Verdict::Accepted:
            break;
        case net::DigestVerifier::Verdict::Stale:
            return challenge(true);
        case net::DigestVerifier::Verdict::Wrong:
            return challenge(false);
    }
    const auto verdict = callOnLoop<ConnectionRequestVerdict>(
        loop_, kDeadline,
        [decide = decide_,
         device = entry->device](UniqueFunction<void(ConnectionRequestVerdict)> done) {
            decide(device, std::move(done));
        });
    return replyOf(verdict == ConnectionRequestVerdict::Accepted ? kOk : kUnavailable);
}

}  // namespace platen::cwmp
