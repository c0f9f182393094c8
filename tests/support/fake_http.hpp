// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/http_client.hpp"
#include "proxy/net/loop.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace platen::test {

/// An HttpClient without a network: a function of the test answers each POST, through the loop.
class FakeHttpClient final : public net::HttpClient {
  public:
    struct Exchange {
        std::size_t session = 0;  ///< From 0, in the order of opening.
        std::size_t post = 0;     ///< Within the session.
        const net::HttpSessionOptions& options;
        const std::string& body;
    };
    /// The reply; nothing: the peer never answers.
    using Answer = std::function<std::optional<Result<net::HttpReply>>(const Exchange&)>;

    /// `loop` must outlive it.
    explicit FakeHttpClient(net::Loop& loop) : loop_(loop) {}

    void onPost(Answer answer) { answer_ = std::move(answer); }
    /// Time that each exchange takes; 0: the next turn of the loop.
    void setLatency(Millis latency) { latency_ = latency; }

    std::unique_ptr<net::HttpSession> open(net::HttpSessionOptions options) override {
        ++open_;
        mostOpen_ = std::max(mostOpen_, open_);
        return std::make_unique<Session>(*this, opened_++, std::move(options));
    }

    [[nodiscard]] std::size_t opened() const { return opened_; }
    [[nodiscard]] std::size_t openNow() const { return open_; }
    [[nodiscard]] std::size_t mostOpen() const { return mostOpen_; }

    static net::HttpReply reply(long status, std::string body) {
        net::HttpReply made;
        made.status = status;
        made.body = std::move(body);
        return made;
    }

  private:
    class Session final : public net::HttpSession {
      public:
        Session(FakeHttpClient& client, std::size_t number, net::HttpSessionOptions options)
            : client_(client), number_(number), options_(std::move(options)) {}
        Session(const Session&) = delete;
        Session& operator=(const Session&) = delete;
        ~Session() override { --client_.open_; }

        void post(std::string body, UniqueFunction<void(Result<net::HttpReply>)> done) override {
            auto answer = client_.answer_(Exchange{number_, posts_++, options_, body});
            if (!answer) {
                silent_ = std::move(done);
                return;
            }
            auto run = [alive = std::weak_ptr<int>(alive_), answer = std::move(*answer),
                        done = std::move(done)]() mutable {
                if (!alive.expired()) {
                    done(std::move(answer));
                }
            };
            if (client_.latency_.count() > 0) {
                client_.loop_.after(client_.latency_, "fake.http", std::move(run));
            } else {
                client_.loop_.post(std::move(run));
            }
        }

      private:
        FakeHttpClient& client_;
        std::size_t number_;
        std::size_t posts_ = 0;
        net::HttpSessionOptions options_;
        UniqueFunction<void(Result<net::HttpReply>)> silent_;
        std::shared_ptr<int> alive_ = std::make_shared<int>(0);
    };

    net::Loop& loop_;
    Answer answer_;
    Millis latency_{0};
    std::size_t opened_ = 0;
    std::size_t open_ = 0;
    std::size_t mostOpen_ = 0;
};

}  // namespace platen::test
