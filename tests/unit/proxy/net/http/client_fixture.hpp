// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/epoll_loop.hpp"
#include "proxy/net/http_client.hpp"
#include "tests/unit/proxy/net/http/scripted_server.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace platen::net::test {

/// The system's steady time and a date that only the test changes.
class FixedDateClock final : public Clock {
  public:
    [[nodiscard]] SteadyTime steadyNow() const override { return system_.steadyNow(); }
    [[nodiscard]] WallTime wallNow() const override { return wall_; }
    void setWall(WallTime wall) { wall_ = wall; }

  private:
    SystemClock system_;
    WallTime wall_{std::chrono::sys_days{std::chrono::year{2031} / 2 / 3}};
};

/// A curl client on a real loop that runs in the test's own thread.
class ClientFixture : public testing::Test {
  protected:
    static constexpr Millis kPatience{20'000};

    static HttpSessionOptions optionsFor(std::string url) {
        HttpSessionOptions options;
        options.url = std::move(url);
        options.timeout = Millis{10'000};
        return options;
    }
    static HttpSessionOptions withLogin(std::string url) {
        auto options = optionsFor(std::move(url));
        options.username = "device";
        options.password = Secret("s3cret");
        return options;
    }
    std::unique_ptr<HttpSession> open(HttpSessionOptions options) {
        return client_->open(std::move(options));
    }
    /// Posts and runs the loop until the answer is there.
    Result<HttpReply> post(HttpSession& session, std::string body) {
        std::optional<Result<HttpReply>> got;
        session.post(std::move(body), [this, &got](Result<HttpReply> reply) {
            got = std::move(reply);
            loop_.stop();
        });
        EXPECT_FALSE(got) << "answered inside the call";
        runLoop();
        return got ? std::move(*got) : fail(ErrorCode::Internal, "the test's patience ended");
    }
    /// Runs until something stops the loop.
    void runLoop() {
        const auto guard = loop_.after(kPatience, "test.guard", [this] { loop_.stop(); });
        loop_.run();
        loop_.cancel(guard);
    }

    FixedDateClock clock_;
    EpollLoop loop_{clock_};
    std::unique_ptr<HttpClient> client_ = makeCurlClient(loop_);
};

}  // namespace platen::net::test
