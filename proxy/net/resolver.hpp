// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace platen::net {

/// Finds the addresses of a host without blocking the loop.
class Resolver {
  public:
    static constexpr std::size_t kMaxHostBytes = 256;
    static constexpr std::size_t kMaxAddresses = 16;  ///< More of one host are left out.

    Resolver() = default;
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    virtual ~Resolver() = default;
    /// A name or a numeric address; at least one address, in the system's order of preference.
    /// `done` comes once on the loop, never inside the call; not at all once the resolver is gone.
    /// Errors: NotFound, Exhausted. thread: loop
    virtual void resolve(const std::string& host,
                         UniqueFunction<void(Result<std::vector<Address>>)> done) = 0;
};

/// getaddrinfo on threads of its own, at most four at a time, so that a slow name server stops
/// nothing. The loop must outlive it.
[[nodiscard]] std::unique_ptr<Resolver> makeSystemResolver(Loop& loop);

}  // namespace platen::net
