// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "proxy/net/epoll_loop.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace platen::net {
namespace {

constexpr Millis kDeadline{5000};

/// A connected pair of nonblocking stream sockets.
class Pair {
  public:
    Pair() {
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds_.data()),
                  0);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    ~Pair() {
        closeFar();
        ::close(fds_[0]);
    }
    [[nodiscard]] int near() const { return fds_[0]; }
    void sendFromFar() const { EXPECT_EQ(::write(fds_[1], "x", 1), 1); }
    void closeFar() {
        if (fds_[1] >= 0) {
            ::close(fds_[1]);
            fds_[1] = -1;
        }
    }
    [[nodiscard]] bool takeOne() const {
        char c = 0;
        return ::read(fds_[0], &c, 1) == 1;
    }

  private:
    std::array<int, 2> fds_{-1, -1};
};

class EpollLoopTest : public ::testing::Test {
  protected:
    /// Runs until a callback calls stop(); a lost wake-up fails instead of hanging.
    void run() {
        bool late = false;
        const auto deadline = loop_.after(kDeadline, "deadline", [this, &late] {
            late = true;
            loop_.stop();
        });
        loop_.run();
        loop_.cancel(deadline);
        EXPECT_FALSE(late) << "the loop did not reach the condition";
    }

    SystemClock clock_;
    EpollLoop loop_{clock_};
};

TEST_F(EpollLoopTest, RunsPostedTasksInOrder) {
    std::vector<int> seen;
    for (int i = 0; i < 3; ++i) {
        loop_.post([&seen, i] { seen.push_back(i); });
    }
    loop_.post([this] { loop_.stop(); });
    EXPECT_TRUE(seen.empty()) << "post must not run the task inside the call";
    run();
    EXPECT_EQ(seen, (std::vector<int>{0, 1, 2}));
}

TEST_F(EpollLoopTest, TasksPostedByTasksDoNotStarveTimers) {
    std::uint64_t turns = 0;
    UniqueFunction<void()> again;
    again = [this, &turns, &again] {
        ++turns;
        loop_.post([&again] { again(); });
    };
    loop_.post([this, &again] {
        again();
        loop_.after(Millis{5}, "timer", [this] { loop_.stop(); });
    });
    run();
    EXPECT_GT(turns, 1U);
}

TEST_F(EpollLoopTest, AcceptsTasksFromManyThreads) {
    constexpr int kThreads = 4;
    constexpr int kTasks = 2000;
    int ran = 0;  // loop thread only
    std::vector<std::vector<int>> order(kThreads);
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([this, t, &ran, &order] {
            for (int i = 0; i < kTasks; ++i) {
                loop_.post([this, t, i, &ran, &order] {
                    order[static_cast<std::size_t>(t)].push_back(i);
                    if (++ran == kThreads * kTasks) {
                        loop_.stop();
                    }
                });
            }
        });
    }
    run();
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(ran, kThreads * kTasks);
    for (const auto& one : order) {
        EXPECT_TRUE(std::is_sorted(one.begin(), one.end()));
    }
}

TEST_F(EpollLoopTest, CancelledTimersNeverRun) {
    bool ran = false;
    const auto doomed = loop_.after(Millis{0}, "doomed", [&ran] { ran = true; });
    loop_.cancel(doomed);
    loop_.cancel(doomed);             // twice is harmless
    loop_.cancel(TimerId{});          // unknown is harmless
    loop_.cancel(TimerId{12345678});  // so is this
    loop_.after(Millis{2}, "end", [this] { loop_.stop(); });
    run();
    EXPECT_FALSE(ran);
}

TEST_F(EpollLoopTest, AnOldTimerIdDoesNotCancelTheNextTimer) {
    const auto first = loop_.after(Millis{0}, "first", [] {});
    loop_.cancel(first);
    bool ran = false;
    loop_.after(Millis{0}, "second", [this, &ran] {  // reuses the place of the first
        ran = true;
        loop_.stop();
    });
    loop_.cancel(first);
    run();
    EXPECT_TRUE(ran);
}

TEST_F(EpollLoopTest, ATimerMayCancelTheNextOneAndItself) {
    bool ran = false;
    TimerId second;
    TimerId first;
    first = loop_.after(Millis{0}, "first", [this, &first, &second] {
        loop_.cancel(first);
        loop_.cancel(second);
    });
    second = loop_.after(Millis{0}, "second", [&ran] { ran = true; });
    loop_.after(Millis{3}, "end", [this] { loop_.stop(); });
    run();
    EXPECT_FALSE(ran);
}

TEST_F(EpollLoopTest, CarriesManyTimersAndForgetsCancelledOnes) {
    constexpr int kTimers = 20'000;
    int ran = 0;
    for (int i = 0; i < kTimers; ++i) {
        loop_.cancel(loop_.after(Millis{60'000}, "cancelled", [&ran] { ran += 1'000'000; }));
        loop_.after(Millis{i % 7}, "kept", [this, &ran] {
            if (++ran == kTimers) {
                loop_.stop();
            }
        });
    }
    run();
    EXPECT_EQ(ran, kTimers);
}

TEST_F(EpollLoopTest, CallsBackWhileADescriptorIsReadable) {
    const Pair pair;
    int calls = 0;
    const auto watch = loop_.watch(pair.near(), Ready::Read, "pair", [&](Ready ready) {
        EXPECT_EQ(ready, Ready::Read);
        EXPECT_TRUE(pair.takeOne());
        if (++calls == 2) {
            loop_.stop();
        } else {
            pair.sendFromFar();
        }
    });
    pair.sendFromFar();
    run();
    loop_.unwatch(watch);
    EXPECT_EQ(calls, 2);
}

TEST_F(EpollLoopTest, UnwatchInsideTheOwnCallbackIsLegal) {
    const Pair pair;
    int calls = 0;
    WatchId watch;
    auto owned = std::make_unique<int>(7);  // must live until the callback has ended
    watch = loop_.watch(pair.near(), Ready::Both, "pair",
                        [&calls, &watch, this, owned = std::move(owned)](Ready) {
                            loop_.unwatch(watch);
                            loop_.unwatch(watch);
                            calls += *owned;
                        });
    loop_.after(Millis{3}, "end", [this] { loop_.stop(); });
    run();
    EXPECT_EQ(calls, 7);
}

TEST_F(EpollLoopTest, UnwatchOfAnotherDescriptorInTheSameBatchSilencesIt) {
    const Pair a;
    const Pair b;
    std::array<WatchId, 2> watches;
    int calls = 0;
    const auto first = [&](Ready) {  // whichever comes first ends both
        ++calls;
        loop_.unwatch(watches[0]);
        loop_.unwatch(watches[1]);
        loop_.after(Millis{3}, "end", [this] { loop_.stop(); });
    };
    watches[0] = loop_.watch(a.near(), Ready::Read, "a", first);
    watches[1] = loop_.watch(b.near(), Ready::Read, "b", first);
    a.sendFromFar();
    b.sendFromFar();
    run();
    EXPECT_EQ(calls, 1);
}

TEST_F(EpollLoopTest, ANewWatchOnAReusedDescriptorGetsNoOldEvents) {
    const Pair a;
    const Pair b;
    int oldCalls = 0;
    WatchId second;
    const auto replace = [&](WatchId& mine) {
        loop_.unwatch(mine);
        loop_.watch(a.near(), Ready::None, "paused", [&oldCalls](Ready) { ++oldCalls; });
    };
    WatchId first = loop_.watch(a.near(), Ready::Read, "a", [](Ready) {});
    second = loop_.watch(b.near(), Ready::Read, "b", [&](Ready) {
        loop_.unwatch(second);
        replace(first);
        loop_.after(Millis{3}, "end", [this] { loop_.stop(); });
    });
    a.sendFromFar();
    b.sendFromFar();
    run();
    EXPECT_EQ(oldCalls, 0);
}

TEST_F(EpollLoopTest, InterestNonePausesEvenAfterHangUp) {
    Pair pair;
    int calls = 0;
    const auto watch = loop_.watch(pair.near(), Ready::Write, "pair", [&](Ready ready) {
        EXPECT_EQ(ready, Ready::Write);
        ++calls;
        loop_.setInterest(WatchId{}, Ready::Read);  // unknown: harmless
        loop_.stop();
    });
    run();
    EXPECT_EQ(calls, 1);
    loop_.setInterest(watch, Ready::None);
    pair.closeFar();
    loop_.after(Millis{3}, "end", [this] { loop_.stop(); });
    run();
    EXPECT_EQ(calls, 1);
    loop_.setInterest(watch, Ready::Write);  // the hang-up now wakes the writer
    run();
    EXPECT_EQ(calls, 2);
    loop_.unwatch(watch);
}

TEST_F(EpollLoopTest, SurvivesExceptionsAndCountsThem) {
    std::string lines;
    log::setSink([](void* to, log::Level,
                    std::string_view line) { static_cast<std::string*>(to)->append(line); },
                 &lines);
    loop_.post([] { throw std::runtime_error("first"); });
    loop_.post([this] {
        loop_.after(Millis{0}, "bad.timer", [] { throw 42; });
        loop_.after(Millis{2}, "end", [this] { loop_.stop(); });
    });
    run();
    log::setSink(nullptr, nullptr);
    EXPECT_EQ(loop_.stats().internalErrors, 2U);
    EXPECT_NE(lines.find("first"), std::string::npos);
    EXPECT_NE(lines.find("bad.timer"), std::string::npos);
}

/// Stands still until it is released, so that timers are registered at one time on a slow machine.
class HeldClock final : public Clock {
  public:
    [[nodiscard]] SteadyTime steadyNow() const override {
        return released_ ? real_.steadyNow() : start_;
    }
    [[nodiscard]] WallTime wallNow() const override { return real_.wallNow(); }
    [[nodiscard]] SteadyTime start() const { return start_; }
    void release() { released_ = true; }

  private:
    SystemClock real_;
    SteadyTime start_ = real_.steadyNow();
    bool released_ = false;
};

TEST(EpollLoopTimers, RunByTimeThenByRegistration) {
    HeldClock clock;
    EpollLoop loop(clock);
    std::vector<int> seen;
    loop.after(Millis{20}, "d", [&loop, &seen] {
        seen.push_back(4);
        loop.stop();
    });
    loop.after(Millis{10}, "b", [&seen] { seen.push_back(2); });
    loop.after(Millis{1}, "a", [&seen] { seen.push_back(1); });
    loop.after(Millis{10}, "c", [&seen] { seen.push_back(3); });
    clock.release();
    loop.run();
    EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 4}));
    EXPECT_GE(clock.steadyNow() - clock.start(), Millis{20}) << "a timer never runs early";
}

/// Every look at the clock costs 60 ms, so that each callback seems to stall.
class SlowClock final : public Clock {
  public:
    [[nodiscard]] SteadyTime steadyNow() const override {
        now_ += Millis{60};
        return now_;
    }
    [[nodiscard]] WallTime wallNow() const override { return {}; }

  private:
    mutable SteadyTime now_{};
};

TEST(EpollLoopWatchdog, NamesTheCallbackThatStalls) {
    std::string lines;
    log::setSink([](void* to, log::Level,
                    std::string_view line) { static_cast<std::string*>(to)->append(line); },
                 &lines);
    const SlowClock clock;
    EpollLoop loop(clock);
    loop.after(Millis{0}, "slow.one", [&loop] { loop.stop(); });
    loop.run();
    log::setSink(nullptr, nullptr);
    EXPECT_GT(loop.stats().longestCallback, EpollLoop::kStallLimit);
    EXPECT_NE(lines.find("slow.one"), std::string::npos);
}

TEST(EpollLoopWatchdog, CountsCallbacksByDurationAndNamesTheLongest) {
    test::FakeClock clock;
    EpollLoop loop(clock);
    const auto run = [&clock, &loop](const char* name, int millis) {
        loop.after(Millis{0}, name, [&clock, &loop, millis] {
            clock.advance(Millis{millis});
            loop.stop();
        });
        loop.run();
    };
    for (const int millis : {0, 1, 4, 5, 9, 10, 20, 49, 50}) {
        run("some", millis);
    }
    run("long", 70);
    run("some", 6);
    const auto times = loop.stats().callbacks;
    EXPECT_EQ(times.counts, (std::array<std::uint64_t, 6>{1, 2, 3, 1, 2, 2}));
    EXPECT_EQ(times.longest, Millis{70});
    EXPECT_STREQ(times.longestName, "long");
    EXPECT_STREQ(times.slow.at(0).name, "some");
    EXPECT_EQ(times.slow.at(0).count, 7U);
    EXPECT_EQ(times.slow.at(0).longest, Millis{50});
    EXPECT_STREQ(times.slow.at(1).name, "long");
    EXPECT_EQ(times.slow.at(1).count, 1U);
    EXPECT_EQ(times.slow.at(2).name, nullptr);
}

TEST(EpollLoopWatchdog, SlowNamesBeyondTheTableAreStillCounted) {
    CallbackTimes times;
    std::vector<std::string> names(CallbackTimes::kSlowNames + 3);
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = "name" + std::to_string(i);
        times.note(names[i].c_str(), CallbackTimes::kSlow);
    }
    EXPECT_EQ(times.counts.at(2), names.size());
    EXPECT_EQ(times.slow.back().name, names[CallbackTimes::kSlowNames - 1]);
}

TEST_F(EpollLoopTest, StopsFromAnotherThreadWhileIdle) {
    std::thread stopper([this] { loop_.stop(); });
    run();
    stopper.join();
}

EpollLoop* signalled = nullptr;

TEST_F(EpollLoopTest, StopsFromASignalHandler) {
    signalled = &loop_;
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = [](int) { signalled->stop(); };
    ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
    loop_.post([] { ::raise(SIGUSR1); });
    run();
    ::sigaction(SIGUSR1, &before, nullptr);
}

TEST_F(EpollLoopTest, StopBeforeRunReturnsAtOnceAndKeepsTasksForTheNextRun) {
    int ran = 0;
    loop_.post([this, &ran] {
        ++ran;
        loop_.stop();
    });
    loop_.post([this, &ran] {
        ++ran;
        loop_.stop();
    });
    loop_.stop();
    run();
    EXPECT_EQ(ran, 0);
    run();
    EXPECT_EQ(ran, 1) << "run returns after the current callback";
    run();
    EXPECT_EQ(ran, 2);
}

TEST(EpollLoopDestruction, CallbacksThatOwnUsersOfTheLoopDieInPeace) {
    const SystemClock clock;
    EpollLoop loop(clock);
    struct User {
        explicit User(Loop& l) : loop(l), timer(l.after(Millis{1000}, "user", [] {})) {}
        User(const User&) = delete;
        User& operator=(const User&) = delete;
        ~User() { loop.cancel(timer); }
        Loop& loop;
        TimerId timer;
    };
    bool ran = false;
    loop.post([user = std::make_unique<User>(loop), &ran] { ran = true; });
    loop.after(Millis{1}, "owner", [user = std::make_unique<User>(loop), &ran] { ran = true; });
    EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace platen::net
