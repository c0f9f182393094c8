// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/icmp.hpp"

#include "proxy/net/epoll_loop.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace platen::net {
namespace {

class IcmpTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto opened = openIcmp(loop_);
        if (!opened) {
            GTEST_SKIP() << opened.error().text;
        }
        icmp_ = std::move(*opened);
    }

    EchoResult echo(const EchoRequest& request) {
        std::optional<EchoResult> result;
        icmp_->echo(request, [&](EchoResult got) {
            result = got;
            loop_.stop();
        });
        EXPECT_FALSE(result) << "never inside the call";
        loop_.run();
        return result.value_or(EchoResult{});
    }

    SystemClock clock_;
    EpollLoop loop_{clock_};
    std::unique_ptr<Icmp> icmp_;
};

TEST_F(IcmpTest, LoopbackAnswers) {
    for (const char* target : {"127.0.0.1", "127.9.8.7"}) {
        const auto address = Address::parse(target).value();
        const auto result = echo({.target = address, .timeout = Millis{5000}});
        EXPECT_EQ(result.kind, EchoResult::Kind::Reply) << target;
        EXPECT_EQ(result.from, address);
        EXPECT_GT(result.roundTrip.count(), 0);
    }
}

TEST_F(IcmpTest, TakesLargeAndEmptyDataBlocks) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4000}}) {
        const auto result = echo({.target = Address::parse("127.0.0.1").value(),
                                  .dataBytes = size,
                                  .dscp = 46,
                                  .timeout = Millis{5000}});
        EXPECT_EQ(result.kind, EchoResult::Kind::Reply) << size;
    }
}

TEST_F(IcmpTest, ProbesAtTheSameTimeEachGetTheirAnswer) {
    std::vector<Address> answered;
    constexpr std::uint32_t kFirst = 0x7F000101;  // 127.0.1.1
    for (std::uint32_t i = 0; i < 20; ++i) {
        icmp_->echo({.target = Address::fromIpv4(kFirst + i), .timeout = Millis{5000}},
                    [&](EchoResult result) {
                        EXPECT_EQ(result.kind, EchoResult::Kind::Reply);
                        answered.push_back(result.from);
                        if (answered.size() == 20) {
                            loop_.stop();
                        }
                    });
    }
    loop_.run();
    std::ranges::sort(answered);
    EXPECT_EQ(answered.front(), Address::fromIpv4(kFirst));
    EXPECT_EQ(answered.back(), Address::fromIpv4(kFirst + 19));
}

TEST_F(IcmpTest, DestroyingItDropsWhatIsOpen) {
    bool called = false;
    icmp_->echo({.target = Address::parse("127.0.0.1").value()},
                [&](EchoResult /*result*/) { called = true; });
    icmp_.reset();
    loop_.post([this] { loop_.stop(); });
    loop_.run();
    EXPECT_FALSE(called);
}

}  // namespace
}  // namespace platen::net
