// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/resolver.hpp"

#include "proxy/net/resolver.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace platen::stun {
namespace {

/// The first IPv4 address that the system knows: a binding by Annex G is IPv4 (C-UDP-06).
class FirstIpv4 final : public Resolver {
  public:
    explicit FirstIpv4(net::Loop& loop) : names_(net::makeSystemResolver(loop)) {}

    void resolve(const std::string& host,
                 UniqueFunction<void(Result<net::Address>)> done) override {
        names_->resolve(
            host, [done = std::move(done)](Result<std::vector<net::Address>> addresses) mutable {
                if (!addresses) {
                    done(tl::unexpected<Error>(std::move(addresses.error())));
                    return;
                }
                const auto found = std::ranges::find(*addresses, false, &net::Address::ipv6);
                if (found == addresses->end()) {
                    done(fail(ErrorCode::NotFound, "no IPv4 address"));
                } else {
                    done(*found);
                }
            });
    }

  private:
    std::unique_ptr<net::Resolver> names_;
};

}  // namespace

std::unique_ptr<Resolver> makeSystemResolver(net::Loop& loop) {
    return std::make_unique<FirstIpv4>(loop);
}

}  // namespace platen::stun
