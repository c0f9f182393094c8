// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "proxy/firmware/push.hpp"
#include "proxy/net/socket_address.hpp"
#include "proxy/transfer/file_source.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace platen::firmware {
namespace {

using transfer::FaultCode;

constexpr std::size_t kChunk = 64U << 10U;
constexpr int kChunksPerTurn = 4;  // The loop has other work.

class RawPush final : public Push {
  public:
    RawPush(net::Loop& loop, PushRequest request, PushDone done)
        : loop_(loop), request_(std::move(request)), done_(std::move(done)) {
        if (auto problem = open(); !problem.empty()) {
            endLater(std::move(problem));
        }
    }
    RawPush(const RawPush&) = delete;
    RawPush& operator=(const RawPush&) = delete;
    ~RawPush() override { close(); }

  private:
    enum class Phase : std::uint8_t { Connecting, Sending, Closing };

    std::string open() {
        if (request_.octets.empty() && !source_.open(request_.image)) {
            return "the image cannot be read";
        }
        const net::SocketAddress to({request_.printer, request_.channel.port});
        socket_ = ::socket(to.data()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (socket_ < 0) {
            return "the gateway has no socket left";
        }
        if (::connect(socket_, to.data(), to.size()) != 0 && errno != EINPROGRESS) {
            return refused(errno);
        }
        watch_ = loop_.watch(socket_, net::Ready::Write, "firmware.push",
                             [this](net::Ready ready) { onReady(ready); });
        wait(request_.connectTimeout);
        return {};
    }

    /// A port that the printer's owner closed stays closed (FW8).
    [[nodiscard]] std::string refused(int error) const {
        return text::cat({"port ", std::to_string(request_.channel.port),
                          " of the printer is not open: ", std::generic_category().message(error)});
    }

    void wait(Millis limit) {
        if (timer_) {
            loop_.cancel(*timer_);
        }
        timer_ = loop_.after(limit, "firmware.push", [this] {
            timer_.reset();
            switch (phase_) {
                case Phase::Connecting:
                    end(refused(ETIMEDOUT));
                    break;
                case Phase::Sending:
                    end("the printer took no more octets");
                    break;
                case Phase::Closing:
                    end({});  // It keeps the connection; its version will tell.
                    break;
            }
        });
    }

    void onReady(net::Ready) {
        if (phase_ == Phase::Connecting) {
            int error = 0;
            socklen_t length = sizeof error;
            ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &length);
            if (error != 0) {
                end(refused(error));
                return;
            }
            phase_ = Phase::Sending;
            loop_.setInterest(*watch_, net::Ready::Both);
            wait(request_.stallTimeout);
        }
        if (!drain()) {
            return;
        }
        if (phase_ == Phase::Sending) {
            send();
        }
    }

    /// What the printer says is not looked at. False: it ended the connection, and so did we.
    bool drain() {
        std::array<char, 4096> waste{};
        for (int i = 0; i < kChunksPerTurn; ++i) {
            const auto got = ::recv(socket_, waste.data(), waste.size(), 0);
            if (got > 0) {
                continue;
            }
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
                return true;
            }
            if (phase_ == Phase::Closing) {
                end({});
                return false;
            }
            if (got < 0) {
                end("the printer broke the connection off");
                return false;
            }
            loop_.setInterest(*watch_, net::Ready::Write);  // It only says nothing more.
            return true;
        }
        return true;
    }

    /// Fills the buffer with what comes next; 0 at the end, nothing if the disk said no.
    std::optional<std::size_t> next() {
        const auto& octets = request_.octets;
        return octets.empty() ? source_.read(buffer_.data(), buffer_.size(), sent_)
                              : std::optional(octets.copy(buffer_.data(), buffer_.size(), sent_));
    }

    void send() {
        for (int i = 0; i < kChunksPerTurn; ++i) {
            const auto got = next();
            if (!got) {
                end("the image cannot be read");
                return;
            }
            if (*got == 0) {
                finishSending();
                return;
            }
            const auto sent = ::send(socket_, buffer_.data(), *got, MSG_NOSIGNAL);
            if (sent < 0) {
                if (errno != EAGAIN && errno != EINTR) {
                    end("the printer broke the connection off");
                }
                return;
            }
            sent_ += static_cast<std::size_t>(sent);
            wait(request_.stallTimeout);
        }
    }

    void finishSending() {
        phase_ = Phase::Closing;
        ::shutdown(socket_, SHUT_WR);
        loop_.setInterest(*watch_, net::Ready::Read);
        wait(request_.closeWait);
    }

    void close() {
        if (timer_) {
            loop_.cancel(*timer_);
            timer_.reset();
        }
        if (watch_) {
            loop_.unwatch(*watch_);
            watch_.reset();
        }
        if (socket_ >= 0) {
            ::close(std::exchange(socket_, -1));
        }
    }

    /// Empty: all went out. The last thing that is done.
    void end(const std::string& problem) {
        close();
        PushResult result;
        result.begun = sent_ > 0;
        if (!problem.empty()) {
            result.outcome = {FaultCode::DownloadFailed, problem};
        }
        auto done = std::move(done_);
        done(std::move(result));
    }

    void endLater(std::string problem) {
        timer_ = loop_.after(Millis{0}, "firmware.push", [this, problem = std::move(problem)] {
            timer_.reset();
            end(problem);
        });
    }

    net::Loop& loop_;
    PushRequest request_;
    PushDone done_;
    transfer::FileSource source_;
    int socket_ = -1;
    std::optional<net::WatchId> watch_;
    std::optional<net::TimerId> timer_;
    Phase phase_ = Phase::Connecting;
    std::size_t sent_ = 0;
    std::array<char, kChunk> buffer_{};
};

}  // namespace

std::unique_ptr<Push> startRawPush(net::Loop& loop, PushRequest request, PushDone done) {
    return std::make_unique<RawPush>(loop, std::move(request), std::move(done));
}

}  // namespace platen::firmware
