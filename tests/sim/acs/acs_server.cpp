// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/acs_server.hpp"

#include "base/text.hpp"
#include "tests/sim/acs/epoll_server.hpp"

#include <nlohmann/json.hpp>

#include <condition_variable>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

namespace platen::acs {

namespace {

constexpr std::size_t kKnockers = 4;  ///< Threads that make connection requests.

struct Knock {
    std::uint64_t task = 0;
    std::string url;
    Credentials credentials;
};

struct Knocked {
    std::uint64_t task = 0;
    Result<int> status;
};

}  // namespace

struct AcsServer::Impl {
    Impl() : http(kMaxConnections) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            ending = true;
        }
        changed.notify_all();
        for (std::thread& thread : knockers) {
            thread.join();
        }
    }

    void knock();
    void takeKnocked();

    SystemClock clock;
    SystemRandom random;
    EpollServer http;
    std::unique_ptr<Acs> acs;
    std::ofstream log;
    std::string url;
    std::string apiUrl;

    std::mutex mutex;  ///< Of the four below.
    std::condition_variable changed;
    std::deque<Knock> knocks;
    std::vector<Knocked> knocked;
    bool ending = false;
    std::vector<std::thread> knockers;
};

void AcsServer::Impl::knock() {
    std::unique_lock lock(mutex);
    while (true) {
        changed.wait(lock, [this] { return ending || !knocks.empty(); });
        if (ending) {
            return;
        }
        const Knock next = std::move(knocks.front());
        knocks.pop_front();
        lock.unlock();
        auto status = digestGet(next.url, next.credentials, kConnectionRequestTimeout);
        lock.lock();
        knocked.push_back({next.task, std::move(status)});
        http.wake();
    }
}

void AcsServer::Impl::takeKnocked() {
    std::vector<Knocked> done;
    {
        const std::lock_guard lock(mutex);
        done.swap(knocked);
    }
    for (const Knocked& one : done) {
        acs->connectionRequestDone(one.task, one.status);
    }
}

AcsServer::AcsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AcsServer::~AcsServer() = default;

Result<std::unique_ptr<AcsServer>> AcsServer::open(const AcsServerOptions& options) {
    auto impl = std::make_unique<Impl>();
    auto acs = Acs::make(options.acs, impl->clock, impl->random);
    if (!acs) {
        return tl::unexpected(acs.error());
    }
    impl->acs = *std::move(acs);
    Impl* const self = impl.get();
    const auto cpe = impl->http.listen(
        options.listen,
        {.onRequest = [self](auto id,
                             const auto& request) { return self->acs->onCpeRequest(id, request); },
         .onClosed = [self](auto id) { self->acs->onCpeConnectionClosed(id); }});
    const auto api = impl->http.listen(
        options.api,
        {.onRequest = [self](auto,
                             const auto& request) { return self->acs->onApiRequest(request); },
         .onClosed = {}});
    if (!cpe || !api) {
        return tl::unexpected(cpe ? api.error() : cpe.error());
    }
    const auto hostOf = [](const std::string& listen) {
        return listen.substr(0, listen.rfind(':'));
    };
    impl->url = text::cat({"http://", hostOf(options.listen), ":", std::to_string(*cpe), "/"});
    impl->apiUrl = text::cat({"http://", hostOf(options.api), ":", std::to_string(*api)});
    if (!options.log.empty()) {
        impl->log.open(options.log, std::ios::app);
        if (!impl->log) {
            return fail(ErrorCode::Refused, options.log.string() + " cannot be written");
        }
        impl->acs->setLogger([self](const nlohmann::json& entry) {
            self->log << entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                      << '\n'
                      << std::flush;
        });
    }
    impl->acs->setConnectionRequester(
        [self](std::uint64_t task, std::string url, Credentials credentials) {
            {
                const std::lock_guard lock(self->mutex);
                self->knocks.push_back({task, std::move(url), std::move(credentials)});
            }
            self->changed.notify_one();
        });
    impl->http.setWakeHandler([self] { self->takeKnocked(); });
    for (std::size_t i = 0; i < kKnockers; ++i) {
        impl->knockers.emplace_back([self] { self->knock(); });
    }
    return std::unique_ptr<AcsServer>(new AcsServer(std::move(impl)));
}

void AcsServer::run() {
    impl_->http.run(impl_->clock);
}
void AcsServer::stop() noexcept {
    impl_->http.stop();
}
std::string AcsServer::url() const {
    return impl_->url;
}
std::string AcsServer::apiUrl() const {
    return impl_->apiUrl;
}

struct AcsThread::Impl {
    std::unique_ptr<AcsServer> server;
    std::thread thread;
};

AcsThread::AcsThread(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AcsThread::~AcsThread() {
    impl_->server->stop();
    impl_->thread.join();
}

Result<std::unique_ptr<AcsThread>> AcsThread::start(const AcsServerOptions& options) {
    auto server = AcsServer::open(options);
    if (!server) {
        return tl::unexpected(server.error());
    }
    auto impl = std::make_unique<Impl>();
    impl->server = *std::move(server);
    impl->thread = std::thread([run = impl->server.get()] { run->run(); });
    return std::unique_ptr<AcsThread>(new AcsThread(std::move(impl)));
}

AcsServer& AcsThread::server() {
    return *impl_->server;
}

}  // namespace platen::acs
