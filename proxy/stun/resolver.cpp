// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace platen::stun {
namespace {

constexpr unsigned kMaxLookups = 4;

Result<net::Address> lookUp(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* list = nullptr;
    const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (code != 0 || list == nullptr) {
        return fail(ErrorCode::NotFound, code != 0 ? ::gai_strerror(code) : "no address");
    }
    sockaddr_in address{};
    std::memcpy(&address, list->ai_addr, sizeof address);
    ::freeaddrinfo(list);
    return net::Address::fromIpv4(ntohl(address.sin_addr.s_addr));
}

/// Outlives the resolver while a lookup hangs, so that the end of the program need not wait.
struct Shared {
    std::mutex mutex;
    net::Loop* loop = nullptr;  ///< Null once the resolver is gone.
    unsigned running = 0;
};

class SystemResolver final : public Resolver {
  public:
    explicit SystemResolver(net::Loop& loop) : shared_(std::make_shared<Shared>()) {
        shared_->loop = &loop;
    }
    SystemResolver(const SystemResolver&) = delete;
    SystemResolver& operator=(const SystemResolver&) = delete;
    ~SystemResolver() override {
        const std::lock_guard lock(shared_->mutex);
        shared_->loop = nullptr;
    }

    void resolve(const std::string& host,
                 UniqueFunction<void(Result<net::Address>)> done) override {
        if (const auto address = net::Address::parse(host)) {
            answer(std::move(done), *address);
            return;
        }
        const std::lock_guard lock(shared_->mutex);
        if (shared_->running >= kMaxLookups) {
            answer(std::move(done), fail(ErrorCode::Exhausted, "too many names at once"));
            return;
        }
        auto waiting =
            std::make_shared<UniqueFunction<void(Result<net::Address>)>>(std::move(done));
        try {
            std::thread([shared = shared_, waiting, host] {
                auto found = lookUp(host);
                const std::lock_guard guard(shared->mutex);
                --shared->running;
                if (shared->loop != nullptr) {
                    shared->loop->post([waiting, found = std::move(found),
                                        weak = std::weak_ptr(shared)]() mutable {
                        if (const auto alive = weak.lock(); alive && alive->loop != nullptr) {
                            (*waiting)(std::move(found));
                        }
                    });
                }
            }).detach();
            ++shared_->running;
        } catch (const std::system_error&) {
            answer(std::move(*waiting), fail(ErrorCode::Exhausted, "no thread for the name"));
        }
    }

  private:
    void answer(UniqueFunction<void(Result<net::Address>)> done, Result<net::Address> result) {
        shared_->loop->post([done = std::move(done), result = std::move(result),
                             weak = std::weak_ptr(shared_)]() mutable {
            if (const auto alive = weak.lock(); alive && alive->loop != nullptr) {
                done(std::move(result));
            }
        });
    }

    std::shared_ptr<Shared> shared_;
};

}  // namespace

std::unique_ptr<Resolver> makeSystemResolver(net::Loop& loop) {
    return std::make_unique<SystemResolver>(loop);
}

}  // namespace platen::stun
