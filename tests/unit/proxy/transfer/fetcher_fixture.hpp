// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/epoll_loop.hpp"
#include "proxy/transfer/fetcher.hpp"
#include "tests/unit/proxy/net/http/client_fixture.hpp"
#include "tests/unit/proxy/transfer/fake_transfer.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace platen::transfer::test {

/// The real fetcher on a real loop in the test's own thread, with short limits.
class FetcherFixture : public testing::Test {
  protected:
    FetcherFixture() { std::filesystem::create_directories(folder_.path()); }

    [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "file"; }

    FetchRequest download(std::string url) {
        FetchRequest request;
        request.url = std::move(url);
        request.file = file();
        request.maxBytes = 1000;
        request.timeLimit = Millis{5000};
        return request;
    }
    FetchRequest upload(std::string url, std::string body) {
        auto request = download(std::move(url));
        request.kind = Kind::Upload;
        request.body = std::move(body);
        return request;
    }
    static FetchRequest withLogin(FetchRequest request) {
        request.username = "user";
        request.password = Secret("word");
        return request;
    }
    FetchResult run(FetchRequest request) {
        std::optional<FetchResult> got;
        auto fetch = fetcher_->start(std::move(request), [this, &got](FetchResult result) {
            got = std::move(result);
            loop_.stop();
        });
        EXPECT_FALSE(got) << "answered inside the call";
        const auto guard = loop_.after(Millis{20'000}, "test.guard", [this] { loop_.stop(); });
        loop_.run();
        loop_.cancel(guard);
        return got.value_or(FetchResult{{FaultCode::Internal, "no answer"}, 0, {}});
    }
    [[nodiscard]] std::string received() const {
        std::ifstream in(file(), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    /// A failed download leaves nothing behind.
    void expectFailed(const FetchResult& result, FaultCode code) const {
        EXPECT_EQ(result.outcome.code, code) << result.outcome.text;
        EXPECT_FALSE(result.outcome.text.empty());
        EXPECT_FALSE(std::filesystem::exists(file()));
    }

    net::test::FixedDateClock clock_;
    net::EpollLoop loop_{clock_};
    platen::test::TemporaryFolder folder_;
    FetchSettings settings_;
    std::unique_ptr<Fetcher> fetcher_ = makeCurlFetcher(loop_, [this] { return settings_; });
};

}  // namespace platen::transfer::test
