// SPDX-License-Identifier: Apache-2.0
// Throughput tests against a scripted server on loopback, over http and https.
#include "proxy/diagnostics/throughput.hpp"

#include "proxy/net/epoll_loop.hpp"
#include "tests/unit/proxy/net/http/certificates.hpp"
#include "tests/unit/proxy/net/http/client_fixture.hpp"
#include "tests/unit/proxy/net/http/scripted_server.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace platen::diagnostics {
namespace {

using net::test::answer;
using net::test::ScriptedServer;
using net::test::Seen;
using Outcome = ThroughputOutcome;

constexpr std::size_t kFile = 4U << 20U;

class ThroughputTest : public testing::Test {
  protected:
    ThroughputResult run(ThroughputOptions options) {
        std::optional<ThroughputResult> got;
        run_ = start_(std::move(options), [this, &got](const ThroughputResult& result) {
            got = result;
            loop_.stop();
        });
        EXPECT_FALSE(got) << "answered inside the call";
        runLoop(Millis{20'000});
        run_.reset();
        EXPECT_TRUE(got) << "no answer";
        return got.value_or(ThroughputResult{});
    }
    void runLoop(Millis most) {
        const auto guard = loop_.after(most, "test.guard", [this] { loop_.stop(); });
        loop_.run();
        loop_.cancel(guard);
    }
    static ThroughputOptions download(std::string url) { return {.url = std::move(url)}; }
    static ThroughputOptions upload(std::string url, std::uint64_t bytes) {
        return {.direction = Direction::Upload, .url = std::move(url), .uploadBytes = bytes};
    }
    /// TR-143: in the order of a connection's life, and near to now.
    void expectTimes(const ThroughputResult& result) const {
        ASSERT_TRUE(result.tcpOpenRequest && result.tcpOpenResponse && result.request &&
                    result.begin && result.end);
        EXPECT_LE(*result.tcpOpenRequest, *result.tcpOpenResponse);
        EXPECT_LE(*result.tcpOpenResponse, *result.request);
        EXPECT_LE(*result.request, *result.begin);
        EXPECT_LT(*result.begin, *result.end);
        EXPECT_GE(*result.tcpOpenRequest, clock_.wallNow());
        EXPECT_LE(*result.end, clock_.wallNow() + std::chrono::seconds{20});
    }
    /// At the IP layer, so with headers of IP and TCP, of TLS, and with what a slow machine sends
    /// twice. TcpCountTest holds the 1 %.
    static void expectWithHeaders(std::uint64_t total, std::uint64_t test) {
        EXPECT_GE(total, test);
        EXPECT_LE(total, test + test / 2);
    }

    net::test::FixedDateClock clock_;
    net::EpollLoop loop_{clock_};
    ThroughputSettings settings_;
    ThroughputStart start_ = makeCurlThroughput(loop_, [this] { return settings_; });
    std::unique_ptr<ThroughputRun> run_;
};

// TP-181 5.2.2
TEST_F(ThroughputTest, ADownloadIsTimedAndCounted) {
    auto whole = answer(200, std::string(kFile, 'x'));
    ScriptedServer server([&](const Seen&) { return whole; });
    const auto result = run(download(server.url("/file")));
    EXPECT_EQ(result.outcome, Outcome::Complete) << result.text;
    EXPECT_EQ(result.testBytes, whole.bytes.size()) << "headers included";
    expectWithHeaders(result.ipBytesReceived, result.testBytes);
    EXPECT_GT(result.ipBytesSent, 50U);
    EXPECT_LT(result.ipBytesSent, result.testBytes / 10);
    expectTimes(result);
    ASSERT_EQ(server.seen().size(), 1U);
    EXPECT_EQ(server.seen().front().requestLine(), "GET /file HTTP/1.1");
    EXPECT_EQ(server.seen().front().header("Authorization"), "<none>");
}

// A connection that the server ends is counted before it is closed.
TEST_F(ThroughputTest, ADownloadWhoseEndIsTheConnectionsEndIsCounted) {
    const std::string bytes =
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(kFile, 'x');
    ScriptedServer server([&](const Seen&) { return net::test::Answer{bytes, true, false}; });
    const auto result = run(download(server.url()));
    EXPECT_EQ(result.outcome, Outcome::Complete) << result.text;
    EXPECT_EQ(result.testBytes, bytes.size());
    expectWithHeaders(result.ipBytesReceived, result.testBytes);
}

// TP-181 5.14
TEST_F(ThroughputTest, ADownloadOverHttpsCountsWhatCameOnTheWire) {
    const net::test::TestAuthority authority("our authority");
    const auto context = authority.server({.ip = "127.0.0.1"});
    auto whole = answer(200, std::string(kFile, 'x'));
    ScriptedServer server([&](const Seen&) { return whole; }, context.get());
    settings_.caFile = authority.file();
    clock_.setWall(std::chrono::floor<Millis>(std::chrono::system_clock::now()));
    const auto result = run(download(server.url()));
    EXPECT_EQ(result.outcome, Outcome::Complete) << result.text;
    EXPECT_EQ(result.testBytes, whole.bytes.size());
    expectWithHeaders(result.ipBytesReceived, result.testBytes);
    expectTimes(result);
}

TEST_F(ThroughputTest, AServerWithAnotherAuthorityIsNotUsed) {
    const net::test::TestAuthority authority("our authority");
    const net::test::TestAuthority other("another authority");
    const auto context = other.server({.ip = "127.0.0.1"});
    ScriptedServer server([](const Seen&) { return answer(200, "x"); }, context.get());
    settings_.caFile = authority.file();
    clock_.setWall(std::chrono::floor<Millis>(std::chrono::system_clock::now()));
    const auto result = run(download(server.url()));
    EXPECT_EQ(result.outcome, Outcome::InitConnectionFailed);
    EXPECT_TRUE(server.seen().empty());
    EXPECT_FALSE(result.request);
}

// TP-181 5.2.4, TP-181 5.15
TEST_F(ThroughputTest, AnUploadSendsWhatWasAskedAndIsTimedAndCounted) {
    ScriptedServer server([](const Seen&) { return answer(201); });
    const auto result = run(upload(server.url("/up"), kFile));
    EXPECT_EQ(result.outcome, Outcome::Complete) << result.text;
    ASSERT_EQ(server.seen().size(), 1U);
    const auto seen = server.seen().front();
    EXPECT_EQ(seen.requestLine(), "PUT /up HTTP/1.1");
    EXPECT_EQ(seen.body.size(), kFile);
    constexpr std::size_t kEmptyLine = 2;  // Not part of what was seen of the head.
    EXPECT_EQ(result.testBytes, seen.head.size() + kEmptyLine + seen.body.size());
    expectWithHeaders(result.ipBytesSent, result.testBytes);
    EXPECT_GT(result.ipBytesReceived, 50U);
    expectTimes(result);
}

TEST_F(ThroughputTest, WhatWentWrongIsToldApart) {
    ScriptedServer server([](const Seen& seen) {
        if (seen.requestLine().find("/missing") != std::string::npos) {
            return answer(404);
        }
        if (seen.requestLine().find("/moved") != std::string::npos) {
            return answer(302, "", "Location: /file\r\n");
        }
        if (seen.requestLine().find("/locked") != std::string::npos) {
            return answer(401, "", "WWW-Authenticate: Basic realm=\"x\"\r\n");
        }
        if (seen.requestLine().find("/short") != std::string::npos) {
            return net::test::Answer{"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", true, false};
        }
        return net::test::Answer{"", true, false};
    });
    EXPECT_EQ(run(download(server.url("/missing"))).outcome, Outcome::TransferFailed);
    EXPECT_EQ(run(download(server.url("/moved"))).outcome, Outcome::TransferFailed);
    EXPECT_EQ(run(download(server.url("/locked"))).outcome, Outcome::TransferFailed);
    EXPECT_EQ(run(download(server.url("/short"))).outcome, Outcome::TransferFailed);
    EXPECT_EQ(run(download(server.url("/silent"))).outcome, Outcome::NoResponse);
    EXPECT_EQ(server.seen().size(), 5U) << "nothing is asked twice";
    EXPECT_EQ(run(download("http://127.0.0.1:1/")).outcome, Outcome::InitConnectionFailed);
    EXPECT_EQ(run(download("http://nowhere.invalid/")).outcome, Outcome::CannotResolveHostName);
    auto wrongFamily = download(server.url());
    wrongFamily.protocol = Protocol::IPv6;
    EXPECT_NE(run(wrongFamily).outcome, Outcome::Complete);
    EXPECT_EQ(run(download("")).outcome, Outcome::InitConnectionFailed);
}

TEST_F(ThroughputTest, TheTimeLimitEndsATest) {
    settings_.timeLimit = Millis{300};
    ScriptedServer silent([](const Seen&) { return net::test::Answer{"", false, true}; });
    EXPECT_EQ(run(download(silent.url())).outcome, Outcome::NoResponse);
    ScriptedServer slow([](const Seen&) {
        return net::test::Answer{"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", false, true};
    });
    EXPECT_EQ(run(download(slow.url())).outcome, Outcome::Timeout);
}

TEST_F(ThroughputTest, ATestThatIsTakenBackIsNotReported) {
    ScriptedServer server([](const Seen&) { return answer(200, std::string(kFile, 'x')); });
    bool reported = false;
    run_ = start_(download(server.url()), [&](const ThroughputResult&) { reported = true; });
    loop_.after(Millis{1}, "test.stop", [this] { run_.reset(); });
    runLoop(Millis{300});
    EXPECT_FALSE(reported);
}

TEST(TestUrl, IsHttpOrHttpsWithoutAUser) {
    EXPECT_TRUE(checkTestUrl("http://192.0.2.1/file"));
    EXPECT_TRUE(checkTestUrl("https://host.example:8443/file?duration=1"));
    for (const auto* url : {"ftp://192.0.2.1/file", "file:///etc/passwd", "/file", "",
                            "http://user:word@192.0.2.1/", "gopher://192.0.2.1/"}) {
        EXPECT_FALSE(checkTestUrl(url)) << url;
    }
}

}  // namespace
}  // namespace platen::diagnostics
