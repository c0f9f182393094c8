// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"

#include <memory>
#include <string>

namespace platen::stun {

/// Finds the IPv4 address of a host.
class Resolver {
  public:
    Resolver() = default;
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    virtual ~Resolver() = default;
    /// `done` comes once on the loop, never inside the call; not at all once the resolver is gone.
    /// Errors: NotFound, Exhausted. thread: loop
    virtual void resolve(const std::string& host,
                         UniqueFunction<void(Result<net::Address>)> done) = 0;
};

/// getaddrinfo on threads of its own, at most four at a time, so that a slow name server stops
/// nothing. The loop must outlive it.
[[nodiscard]] std::unique_ptr<Resolver> makeSystemResolver(net::Loop& loop);

}  // namespace platen::stun
