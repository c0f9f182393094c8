// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/resolver.hpp"

#include "proxy/net/socket_address.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace platen::net {
namespace {

constexpr unsigned kMaxLookups = 4;

Result<std::vector<Address>> lookUp(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* list = nullptr;
    const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (code != 0) {
        return fail(ErrorCode::NotFound, ::gai_strerror(code));
    }
    std::vector<Address> addresses;
    for (const addrinfo* at = list; at != nullptr && addresses.size() < Resolver::kMaxAddresses;
         at = at->ai_next) {
        if (const auto endpoint = toEndpoint(at->ai_addr)) {
            addresses.push_back(endpoint->address);
        }
    }
    ::freeaddrinfo(list);
    if (addresses.empty()) {
        return fail(ErrorCode::NotFound, "no address");
    }
    return addresses;
}

/// Outlives the resolver while a lookup hangs, so that the end of the program need not wait.
struct Shared {
    std::mutex mutex;
    Loop* loop = nullptr;  ///< Null once the resolver is gone.
    unsigned running = 0;
};

class SystemResolver final : public Resolver {
  public:
    explicit SystemResolver(Loop& loop) : shared_(std::make_shared<Shared>()) {
        shared_->loop = &loop;
    }
    SystemResolver(const SystemResolver&) = delete;
    SystemResolver& operator=(const SystemResolver&) = delete;
    ~SystemResolver() override {
        const std::lock_guard lock(shared_->mutex);
        shared_->loop = nullptr;
    }

    void resolve(const std::string& host,
                 UniqueFunction<void(Result<std::vector<Address>>)> done) override {
        if (const auto address = Address::parse(host)) {
            answer(std::move(done), std::vector{*address});
            return;
        }
        if (host.empty() || host.size() > kMaxHostBytes) {
            answer(std::move(done), fail(ErrorCode::NotFound, "no host name"));
            return;
        }
        const std::lock_guard lock(shared_->mutex);
        if (shared_->running >= kMaxLookups) {
            answer(std::move(done), fail(ErrorCode::Exhausted, "too many names at once"));
            return;
        }
        auto waiting =
            std::make_shared<UniqueFunction<void(Result<std::vector<Address>>)>>(std::move(done));
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
    void answer(UniqueFunction<void(Result<std::vector<Address>>)> done,
                Result<std::vector<Address>> result) {
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

std::unique_ptr<Resolver> makeSystemResolver(Loop& loop) {
    return std::make_unique<SystemResolver>(loop);
}

}  // namespace platen::net
