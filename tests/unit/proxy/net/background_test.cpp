// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/background.hpp"

#include "proxy/net/epoll_loop.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace platen::net {
namespace {

TEST(BackgroundThread, WorksElsewhereAndAnswersOnTheLoop) {
    SystemClock clock;
    EpollLoop loop(clock);
    const auto background = makeBackgroundThread(loop);
    const auto here = std::this_thread::get_id();
    std::vector<int> order;
    for (int i = 0; i < 5; ++i) {
        background->run([here] { EXPECT_NE(std::this_thread::get_id(), here); },
                        [&order, &loop, here, i] {
                            EXPECT_EQ(std::this_thread::get_id(), here);
                            order.push_back(i);
                            if (i == 4) {
                                loop.stop();
                            }
                        });
    }
    EXPECT_TRUE(order.empty());
    loop.run();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(BackgroundThread, EndsAfterTheWorkUnderWay) {
    SystemClock clock;
    EpollLoop loop(clock);
    auto background = makeBackgroundThread(loop);
    constexpr int kWorks = 1'000;
    std::promise<void> first;
    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    int answered = 0;
    for (int i = 0; i < kWorks; ++i) {
        background->run(
            [&, i] {
                ++begun;
                if (i == 0) {
                    first.set_value();
                }
                std::this_thread::yield();
                ++ended;
            },
            [&answered] { ++answered; });
    }
    first.get_future().wait();
    background.reset();
    EXPECT_GE(begun, 1);
    EXPECT_EQ(begun, ended) << "what was begun was finished";
    EXPECT_EQ(answered, 0) << "the loop did not run";
}

}  // namespace
}  // namespace platen::net
