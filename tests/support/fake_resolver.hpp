// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/loop.hpp"
#include "proxy/net/resolver.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace platen::test {

/// Knows the names that a test gives it and numeric addresses; answers with the loop's next turn,
/// or, while `held`, when the test says so.
class FakeResolver final : public net::Resolver {
  public:
    explicit FakeResolver(net::Loop& loop) : loop_(loop) {}

    void resolve(const std::string& host,
                 UniqueFunction<void(Result<std::vector<net::Address>>)> done) override {
        asked.push_back(host);
        auto answer = [done = std::move(done), result = find(host)]() mutable {
            done(std::move(result));
        };
        if (held) {
            waiting_.emplace_back(std::move(answer));
        } else {
            loop_.post(std::move(answer));
        }
    }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    /// Answers all that wait.
    void release() {
        for (auto& answer : std::exchange(waiting_, {})) {
            loop_.post(std::move(answer));
        }
    }

    std::map<std::string, std::vector<net::Address>> hosts;
    std::vector<std::string> asked;
    bool held = false;
    bool exhausted = false;  ///< Refuses as a resolver with too many lookups does.

  private:
    [[nodiscard]] Result<std::vector<net::Address>> find(const std::string& host) const {
        if (exhausted) {
            return fail(ErrorCode::Exhausted, "too many names at once");
        }
        if (const auto address = net::Address::parse(host)) {
            return std::vector{*address};
        }
        const auto found = hosts.find(host);
        if (found == hosts.end()) {
            return fail(ErrorCode::NotFound, "unknown");
        }
        return found->second;
    }

    net::Loop& loop_;
    std::vector<UniqueFunction<void()>> waiting_;
};

}  // namespace platen::test
