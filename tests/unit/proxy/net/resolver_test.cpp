// SPDX-License-Identifier: Apache-2.0
// The system's resolver, asked only for what needs no name server.
#include "proxy/net/resolver.hpp"

#include "proxy/net/epoll_loop.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platen::net {
namespace {

using Answer = std::optional<Result<std::vector<Address>>>;

class ResolverTest : public testing::Test {
  protected:
    Answer ask(const std::string& host) {
        Answer answer;
        resolver_->resolve(host, [&](Result<std::vector<Address>> found) {
            answer = std::move(found);
            loop_.stop();
        });
        EXPECT_FALSE(answer) << "never inside the call";
        loop_.after(Millis{10'000}, "test.limit", [this] { loop_.stop(); });
        loop_.run();
        return answer;
    }

    SystemClock clock_;
    EpollLoop loop_{clock_};
    std::unique_ptr<Resolver> resolver_ = makeSystemResolver(loop_);
};

TEST_F(ResolverTest, ANumberIsItself) {
    EXPECT_EQ(ask("192.0.2.7").value().value(), (std::vector{*Address::parse("192.0.2.7")}));
    EXPECT_EQ(ask("2001:db8::7").value().value(), (std::vector{*Address::parse("2001:db8::7")}));
}

TEST_F(ResolverTest, LocalhostIsLoopback) {
    const auto found = ask("localhost").value().value();
    EXPECT_TRUE(std::ranges::all_of(found, [](const Address& address) {
        return address.toString() == "127.0.0.1" || address.toString() == "::1";
    }));
    EXPECT_FALSE(found.empty());
}

TEST_F(ResolverTest, NonsenseIsNotFound) {
    const std::vector<std::string> hosts{"no such host", "", std::string(300, 'a')};
    for (const auto& host : hosts) {
        EXPECT_EQ(ask(host).value().error().code, ErrorCode::NotFound) << host;
    }
}

TEST_F(ResolverTest, OneThatWentAnswersNothing) {
    bool called = false;
    resolver_->resolve("192.0.2.7", [&](const auto&) { called = true; });
    resolver_.reset();
    loop_.post([this] { loop_.stop(); });
    loop_.run();
    EXPECT_FALSE(called);
}

}  // namespace
}  // namespace platen::net
