// SPDX-License-Identifier: Apache-2.0
#include "proxy/xmpp/strophe_wire.hpp"

#include "proxy/xmpp/strophe_stream.hpp"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

namespace platen::xmpp {
namespace {

constexpr std::chrono::seconds kEndLimit{2};
constexpr unsigned kTokenBits = 32;  ///< Of a stream's own tokens; the stream's number is above.

/// The program's signals are the loop's business, and a lost connection is no reason to end.
void blockSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

Login copyOf(const Login& login) {
    return {.host = login.host,
            .port = login.port,
            .username = login.username,
            .domain = login.domain,
            .resource = login.resource,
            .password = login.password.clone(),
            .caFile = login.caFile,
            .tlsRequired = login.tlsRequired};
}

}  // namespace

/// What outlives the wire while a thread still runs.
struct StropheWire::Shared {
    // thread: loop
    StropheWire::Events events;
    std::uint64_t generation = 0;  ///< Of the present stream.
    bool busy = false;

    WireLimits limits;
    StropheContext context;  ///< Of the running thread alone.

    std::mutex mutex;
    std::condition_variable ended;
    net::Loop* loop = nullptr;  ///< Null once the wire is gone.
    std::shared_ptr<StreamControl> control;
    bool running = false;

    /// Runs `task` on the loop unless the wire, or this stream, is gone. thread: any
    static void post(const std::shared_ptr<Shared>& self,
                     std::uint64_t stream,
                     UniqueFunction<void(Events&)> task) {
        const std::lock_guard lock(self->mutex);
        if (self->loop == nullptr) {
            return;
        }
        self->loop->post([self, stream, task = std::move(task)]() mutable {
            if (self->generation == stream) {
                task(self->events);
            }
        });
    }
};

namespace {

template <typename Shared>
void runStream(const std::shared_ptr<Shared>& shared,
               const std::shared_ptr<StreamControl>& control,
               std::uint64_t generation,
               const Login& login) {
    blockSignals();
    StropheStream stream(
        shared->context, *control, shared->limits,
        {.online =
             [&](std::string jid, bool secured) {
                 Shared::post(shared, generation,
                              [jid = std::move(jid), secured](Wire::Events& events) {
                                  if (events.online) {
                                      events.online(jid, secured);
                                  }
                              });
             },
         .request =
             [&](Request request) {
                 request.token |= generation << kTokenBits;
                 Shared::post(shared, generation,
                              [request = std::move(request)](Wire::Events& events) mutable {
                                  if (events.request) {
                                      events.request(std::move(request));
                                  }
                              });
             },
         .pong =
             [&] {
                 Shared::post(shared, generation, [](Wire::Events& events) {
                     if (events.pong) {
                         events.pong();
                     }
                 });
             }});
    const auto end = stream.run(login);
    {
        const std::lock_guard lock(shared->mutex);
        shared->running = false;
    }
    Shared::post(shared, generation, [shared, end](Wire::Events& events) {
        shared->busy = false;
        if (events.offline) {
            events.offline(end.loss, end.detail);
        }
    });
    shared->ended.notify_all();
}

}  // namespace

StropheWire::StropheWire(net::Loop& loop, WireLimits limits) : shared_(std::make_shared<Shared>()) {
    shared_->loop = &loop;
    shared_->limits = limits;
}

StropheWire::~StropheWire() {
    shared_->events = {};
    std::unique_lock lock(shared_->mutex);
    shared_->loop = nullptr;
    if (shared_->control) {
        shared_->control->stop();
    }
    shared_->ended.wait_for(lock, kEndLimit, [this] { return !shared_->running; });
}

void StropheWire::onEvents(Events events) {
    shared_->events = std::move(events);
}

void StropheWire::connect(const Login& login) {
    if (shared_->busy) {
        return;
    }
    shared_->busy = true;
    const auto generation = ++shared_->generation;
    auto control = std::make_shared<StreamControl>();
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->control = control;
        shared_->running = true;
    }
    // Detached: it may sit in a name look-up for minutes, and owns all that it touches.
    std::thread([shared = shared_, control = std::move(control), generation,
                 login = copyOf(login)] {
        runStream(shared, control, generation, login);
    }).detach();
}

void StropheWire::drop() {
    if (shared_->control) {
        shared_->control->stop();
    }
}

void StropheWire::ping() {
    if (shared_->control) {
        shared_->control->send({});
    }
}

void StropheWire::answer(std::uint64_t token, Answer answer) {
    // A late answer must not meet a request of a later stream.
    if (shared_->control && token >> kTokenBits == shared_->generation) {
        shared_->control->send({token & ((std::uint64_t{1} << kTokenBits) - 1), answer});
    }
}

}  // namespace platen::xmpp
