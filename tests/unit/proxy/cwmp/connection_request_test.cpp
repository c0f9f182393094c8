// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/connection_request.hpp"

#include "base/crypto.hpp"
#include "proxy/cwmp/call_on_loop.hpp"
#include "seeded_random.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace platen::cwmp {
namespace {

/// A loop with a thread of its own that only runs posted tasks.
class TaskLoop final : public net::Loop {
  public:
    TaskLoop() : thread_([this] { run(); }) {}
    TaskLoop(const TaskLoop&) = delete;
    TaskLoop& operator=(const TaskLoop&) = delete;
    ~TaskLoop() override {
        post([this] { stop_ = true; });
        thread_.join();
    }
    void post(UniqueFunction<void()> task) override {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
        ready_.notify_one();
    }
    net::TimerId after(Millis, const char*, UniqueFunction<void()>) override { return {}; }
    void cancel(net::TimerId) override {}
    net::WatchId watch(int, net::Ready, const char*, UniqueFunction<void(net::Ready)>) override {
        return {};
    }
    void setInterest(net::WatchId, net::Ready) override {}
    void unwatch(net::WatchId) override {}
    [[nodiscard]] const Clock& clock() const override { return clock_; }

  private:
    void run() {
        while (!stop_) {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [this] { return !tasks_.empty(); });
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
        }
    }
    test::FakeClock clock_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<UniqueFunction<void()>> tasks_;
    bool stop_ = false;
    std::thread thread_;
};

std::string quoted(const std::string& header, const std::string& field) {
    const auto start = header.find(field + "=\"");
    if (start == std::string::npos) {
        return {};
    }
    const auto from = start + field.size() + 2;
    return header.substr(from, header.find('"', from) - from);
}

class ConnectionRequestTest : public testing::Test {
  protected:
    ConnectionRequestTest() {
        table.set("path1", {DeviceId(1), "user1", "pass1"});
        table.set("path2", {DeviceId(2), "user2", "pass2"});
        table.set("empty", {DeviceId(3), "", ""});
    }

    static net::ServerRequest get(const std::string& path) {
        net::ServerRequest request;
        request.method = "GET";
        request.path = path;
        return request;
    }
    static std::string challengeOf(const net::ServerReply& reply) {
        for (const auto& [name, value] : reply.headers) {
            if (name == "WWW-Authenticate") {
                return value;
            }
        }
        return {};
    }
    /// What curl --digest would send (RFC 2617).
    static std::string authorization(const std::string& challenge,
                                     const std::string& user,
                                     const std::string& password,
                                     const std::string& uri,
                                     const std::string& nc = "00000001") {
        const auto realm = quoted(challenge, "realm");
        const auto nonce = quoted(challenge, "nonce");
        const auto a1 = crypto::md5Hex(user + ":" + realm + ":" + password);
        const auto a2 = crypto::md5Hex("GET:" + uri);
        const auto response = crypto::md5Hex(a1 + ":" + nonce + ":" + nc + ":abcdef:auth:" + a2);
        return "Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\"" + nonce +
               "\", uri=\"" + uri + "\", cnonce=\"abcdef\", nc=" + nc + ", qop=auth, response=\"" +
               response + "\", algorithm=MD5";
    }
    net::ServerReply ask(const std::string& path,
                         const std::string& user,
                         const std::string& password) {
        auto request = get(path);
        request.authorization =
            authorization(challengeOf(handler.handle(request)), user, password, path);
        return handler.handle(request);
    }

    test::FakeClock clock;
    test::SeededRandom random;
    TaskLoop loop;
    ConnectionRequestTable table;
    std::atomic<int> asked{0};
    std::atomic<std::uint32_t> askedFor{0};
    std::atomic<ConnectionRequestVerdict> answer{ConnectionRequestVerdict::Accepted};
    std::atomic<bool> silent{false};
    ConnectionRequests handler{
        loop, table,
        [this](DeviceId device, UniqueFunction<void(ConnectionRequestVerdict)> done) {
            ++asked;
            askedFor = device.value();
            if (!silent) {
                done(answer);
            }
        },
        clock, random};
};

// C-CR-03, C-CR-06
TEST_F(ConnectionRequestTest, ChallengesWithOneMd5Digest) {
    const auto reply = handler.handle(get("/path1"));
    EXPECT_EQ(reply.status, 401);
    ASSERT_EQ(reply.headers.size(), 1U);
    const auto challenge = challengeOf(reply);
    EXPECT_TRUE(challenge.starts_with("Digest "));
    EXPECT_NE(challenge.find("MD5"), std::string::npos);
    EXPECT_EQ(challenge.find("SHA-256"), std::string::npos);
    EXPECT_NE(challenge.find("qop=\"auth\""), std::string::npos);
    EXPECT_NE(quoted(challenge, "nonce"),
              quoted(challengeOf(handler.handle(get("/path1"))), "nonce"));
    EXPECT_EQ(asked, 0);
}

// C-CR-07, C-PRX-21
TEST_F(ConnectionRequestTest, AcceptsTheCredentialsOfThatDeviceOnly) {
    const auto reply = ask("/path2", "user2", "pass2");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(askedFor, 2U);
    EXPECT_EQ(ask("/path2", "user1", "pass1").status, 401);
    EXPECT_EQ(ask("/path2", "user2", "wrong").status, 401);
    EXPECT_EQ(asked, 1);
}

// C-CR-04: no Basic; query ignored.
TEST_F(ConnectionRequestTest, RefusesBasicAndIgnoresTheQuery) {
    auto request = get("/path1");
    request.authorization = "Basic dXNlcjE6cGFzczE=";
    EXPECT_EQ(handler.handle(request).status, 401);
    EXPECT_EQ(ask("/path1?reboot=now", "user1", "pass1").status, 200);
    EXPECT_EQ(ask("/behind/a/proxy/path1", "user1", "pass1").status, 200);
}

// C-CR-08
TEST_F(ConnectionRequestTest, EmptyCredentialsNeverPass) {
    EXPECT_EQ(ask("/empty", "", "").status, 401);
    EXPECT_EQ(asked, 0);
}

// C-CR-15
TEST_F(ConnectionRequestTest, RefusesAReplay) {
    auto request = get("/path1");
    const auto challenge = challengeOf(handler.handle(request));
    request.authorization = authorization(challenge, "user1", "pass1", "/path1");
    EXPECT_EQ(handler.handle(request).status, 200);
    const auto again = handler.handle(request);
    EXPECT_EQ(again.status, 401);
    EXPECT_NE(challengeOf(again).find("stale=true"), std::string::npos);
    request.authorization = authorization(challenge, "user1", "pass1", "/path1", "00000002");
    EXPECT_EQ(handler.handle(request).status, 200);
    clock.advance(std::chrono::minutes(6));
    request.authorization = authorization(challenge, "user1", "pass1", "/path1", "00000003");
    EXPECT_EQ(handler.handle(request).status, 401);
    EXPECT_EQ(asked, 2);
}

// C-CR-17
TEST_F(ConnectionRequestTest, UnknownPathsAndOtherMethods) {
    EXPECT_EQ(handler.handle(get("/")).status, 404);
    EXPECT_EQ(handler.handle(get("/unknown")).status, 404);
    EXPECT_EQ(handler.handle(get("/path1/")).status, 404);
    auto post = get("/path1");
    post.method = "POST";
    EXPECT_EQ(handler.handle(post).status, 405);
    table.erase("path1");
    EXPECT_EQ(handler.handle(get("/path1")).status, 404) << "C-CR-14";
}

// C-CR-09, C-PRX-22, C-PRX-23: only after authentication.
// C-CR-12
TEST_F(ConnectionRequestTest, Answers503WhereNoSessionWillCome) {
    for (const auto verdict :
         {ConnectionRequestVerdict::RateLimited, ConnectionRequestVerdict::Unreachable,
          ConnectionRequestVerdict::Disabled}) {
        answer = verdict;
        const auto reply = ask("/path1", "user1", "pass1");
        EXPECT_EQ(reply.status, 503);
        EXPECT_TRUE(reply.headers.empty()) << "no Retry-After";
        EXPECT_EQ(handler.handle(get("/path1")).status, 401) << "a stranger learns nothing";
    }
}

TEST(CallOnLoop, GivesUpAtTheDeadline) {
    TaskLoop loop;
    const auto late = callOnLoop<int>(loop, Millis{20}, [](UniqueFunction<void(int)>) {});
    EXPECT_FALSE(late);
    const auto good =
        callOnLoop<int>(loop, Millis{2000}, [](UniqueFunction<void(int)> done) { done(7); });
    EXPECT_EQ(good, 7);
}

TEST(CallOnLoop, TakesTheFirstAnswerOnly) {
    TaskLoop loop;
    const auto first = callOnLoop<int>(loop, Millis{2000}, [](UniqueFunction<void(int)> done) {
        done(1);
        done(2);
    });
    EXPECT_EQ(first, 1);
}

TEST(ConnectionRequestPath, IsTheLastSegment) {
    EXPECT_EQ(connectionRequestPath("/abc"), "abc");
    EXPECT_EQ(connectionRequestPath("/x/y/abc?q=/z#f"), "abc");
    EXPECT_EQ(connectionRequestPath("http://host:1/abc"), "abc");
    EXPECT_EQ(connectionRequestPath("/"), "");
    EXPECT_EQ(connectionRequestPath(""), "");
}

}  // namespace
}  // namespace platen::cwmp
