// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/epoll_loop.hpp"

#include "base/log.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace platen::net {

namespace {

constexpr std::size_t kEventsPerTurn = 128;
/// Longest sleep; a clock that was set wrong cannot freeze the loop for ever.
constexpr Millis kLongestWait{60'000};
/// eventfd's key in epoll; no slot has generation 0.
constexpr std::uint64_t kWakeKey = 0;

[[noreturn]] void throwErrno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

/// Values in reusable places. A key names the place and its generation, so a key of a value that
/// is gone never finds the next tenant.
template <typename T>
class SlotTable {
  public:
    std::uint64_t add(T value) {
        if (free_.empty()) {
            slots_.emplace_back();
            free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
        }
        const auto index = free_.back();
        free_.pop_back();
        auto& slot = slots_[index];
        slot.value.emplace(std::move(value));
        ++live_;
        return (std::uint64_t{slot.generation} << 32U) | index;
    }
    /// Null if the key's value is gone. Valid until the next add.
    T* find(std::uint64_t key) {
        const auto index = static_cast<std::uint32_t>(key);
        if (index >= slots_.size() || slots_[index].generation != (key >> 32U) ||
            !slots_[index].value) {
            return nullptr;
        }
        return &*slots_[index].value;
    }
    /// Precondition: find(key) is not null.
    T take(std::uint64_t key) {
        auto& slot = slots_[static_cast<std::uint32_t>(key)];
        T value = std::move(*slot.value);
        slot.value.reset();
        if (++slot.generation == 0) {
            slot.generation = 1;
        }
        free_.push_back(static_cast<std::uint32_t>(key));
        --live_;
        return value;
    }
    [[nodiscard]] std::size_t live() const { return live_; }

  private:
    struct Slot {
        std::uint32_t generation = 1;
        std::optional<T> value;
    };
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    std::size_t live_ = 0;
};

std::uint32_t epollMask(Ready interest) {
    const auto bits = static_cast<unsigned>(interest);
    return ((bits & 1U) != 0 ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
           ((bits & 2U) != 0 ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
}

/// Errors and hang-ups wake whatever was asked for: the read or write will tell.
Ready readiness(std::uint32_t events, Ready interest) {
    unsigned bits = 0;
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0) {
        bits |= 1U;
    }
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
        bits |= 2U;
    }
    return static_cast<Ready>(bits & static_cast<unsigned>(interest));
}

}  // namespace

struct EpollLoop::Impl {
    struct Timer {
        const char* name = "";
        UniqueFunction<void()> task;
    };
    struct Due {
        SteadyTime at;
        std::uint64_t sequence = 0;  // equal times run in the order of registration
        std::uint64_t key = 0;
        [[nodiscard]] bool operator<(const Due& other) const {  // std heap: the greatest on top
            return std::pair{at, sequence} > std::pair{other.at, other.sequence};
        }
    };
    struct Watch {
        int descriptor = -1;
        Ready interest = Ready::None;
        const char* name = "";
        UniqueFunction<void(Ready)> onReady;
    };

    explicit Impl(const Clock& c)
        : clock(c),
          epoll(::epoll_create1(EPOLL_CLOEXEC)),
          wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (epoll.get() < 0) {
            throwErrno("epoll_create1");
        }
        if (wake.get() < 0) {
            throwErrno("eventfd");
        }
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = kWakeKey;
        if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) {
            throwErrno("epoll_ctl");
        }
    }

    void wakeUp() const noexcept {
        const std::uint64_t one = 1;
        // A full counter means that the wake-up is pending already.
        [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
    }

    template <typename F>
    void guarded(const char* name, F&& call) {
        const auto begin = clock.steadyNow();
        try {
            call();
        } catch (const std::exception& e) {
            ++counts.internalErrors;
            LOG_ERROR("loop", "loop.callback_failed", {"callback", name}, {"error", e.what()});
        } catch (...) {
            ++counts.internalErrors;
            LOG_ERROR("loop", "loop.callback_failed", {"callback", name},
                      {"error", "unknown exception"});
        }
        const auto exact = clock.steadyNow() - begin;
        counts.callbacks.note(name, exact);
        const auto took = std::chrono::duration_cast<Millis>(exact);
        counts.longestCallback = std::max(counts.longestCallback, took);
        if (took > kStallLimit) {
            LOG_WARNING("loop", "loop.stalled", {"callback", name}, {"took", took});
        }
    }

    void setEpoll(int operation, std::uint64_t key, const Watch& watch) const {
        epoll_event event{};
        event.events = epollMask(watch.interest);
        event.data.u64 = key;
        if (::epoll_ctl(epoll.get(), operation, watch.descriptor, &event) != 0) {
            throwErrno("epoll_ctl");
        }
    }

    /// Cancelled timers stay in the heap until they are due, or until they are the majority.
    void dropCancelled() {
        constexpr std::size_t kSlack = 64;
        if (heap.size() <= 2 * timers.live() + kSlack) {
            return;
        }
        std::erase_if(heap, [this](const Due& due) { return timers.find(due.key) == nullptr; });
        std::make_heap(heap.begin(), heap.end());
    }

    [[nodiscard]] int waitMillis() {
        while (!heap.empty() && timers.find(heap.front().key) == nullptr) {
            std::pop_heap(heap.begin(), heap.end());
            heap.pop_back();
        }
        if (!running.empty()) {
            return 0;
        }
        if (heap.empty()) {
            return static_cast<int>(kLongestWait.count());
        }
        const auto left = std::chrono::ceil<Millis>(heap.front().at - clock.steadyNow());
        return static_cast<int>(std::clamp(left, Millis{0}, kLongestWait).count());
    }

    void runTimers() {
        if (heap.empty()) {
            return;
        }
        const auto now = clock.steadyNow();
        const auto newest = lastSequence;  // those set by these callbacks wait for the next turn
        while (!stopping && !heap.empty() && heap.front().at <= now &&
               heap.front().sequence <= newest) {
            const auto key = heap.front().key;
            std::pop_heap(heap.begin(), heap.end());
            heap.pop_back();
            if (timers.find(key) == nullptr) {
                continue;
            }
            auto timer = timers.take(key);
            guarded(timer.name, timer.task);
        }
    }

    void runPosted() {
        {
            const std::lock_guard lock(mutex);
            if (running.empty()) {
                running.swap(posted);
            } else {
                std::move(posted.begin(), posted.end(), std::back_inserter(running));
                posted.clear();
            }
        }
        for (auto left = running.size(); left > 0 && !stopping; --left) {
            auto task = std::move(running.front());
            running.pop_front();
            guarded("posted", task);
        }
    }

    void dispatch(std::uint64_t key, std::uint32_t events) {
        if (key == kWakeKey) {
            std::uint64_t ignored = 0;
            [[maybe_unused]] const auto got = ::read(wake.get(), &ignored, sizeof ignored);
            return;
        }
        auto* watch = watches.find(key);
        if (watch == nullptr) {
            return;  // unwatched by an earlier callback of this batch
        }
        const auto ready = readiness(events, watch->interest);
        if (ready == Ready::None) {
            return;
        }
        // Out of the table while it runs: it may unwatch itself or make the table grow.
        auto call = std::move(watch->onReady);
        guarded(watch->name, [&call, ready] { call(ready); });
        if (auto* still = watches.find(key)) {
            still->onReady = std::move(call);
        }
    }

    void pollDescriptors() {
        std::array<epoll_event, kEventsPerTurn> events{};
        const int count =
            ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), waitMillis());
        if (count < 0 && errno != EINTR) {
            throwErrno("epoll_wait");
        }
        for (int i = 0; i < count && !stopping; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            dispatch(event.data.u64, event.events);
        }
    }

    const Clock& clock;
    Descriptor epoll;
    Descriptor wake;
    std::atomic<bool> stopping{false};
    std::mutex mutex;
    std::deque<UniqueFunction<void()>> posted;   // under mutex
    std::deque<UniqueFunction<void()>> running;  // loop thread only
    SlotTable<Timer> timers;
    std::vector<Due> heap;
    std::uint64_t lastSequence = 0;
    SlotTable<Watch> watches;
    Stats counts;
    static_assert(std::atomic<bool>::is_always_lock_free, "stop() runs in signal handlers");
};

void CallbackTimes::note(const char* name, std::chrono::nanoseconds took) {
    const auto above = std::ranges::upper_bound(kLimits, took);
    ++counts.at(static_cast<std::size_t>(above - kLimits.begin()));
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took);
    if (micros > longest) {
        longest = micros;
        longestName = name;
    }
    if (took < kSlow) {
        return;
    }
    const auto place = std::ranges::find_if(slow, [name](const Slow& entry) {
        return entry.name == nullptr || std::string_view(entry.name) == name;
    });
    if (place != slow.end()) {
        place->name = name;
        ++place->count;
        place->longest = std::max(place->longest, micros);
    }
}

EpollLoop::EpollLoop(const Clock& clock) : impl_(std::make_unique<Impl>(clock)) {}

EpollLoop::~EpollLoop() {
    // What callbacks own may call cancel, unwatch or post while it dies: the loop is still whole.
    auto timers = std::exchange(impl_->timers, {});
    auto watches = std::exchange(impl_->watches, {});
    std::deque<UniqueFunction<void()>> posted;
    {
        const std::lock_guard lock(impl_->mutex);
        posted.swap(impl_->posted);
    }
    auto running = std::exchange(impl_->running, {});
}

void EpollLoop::run() {
    while (!impl_->stopping) {
        impl_->pollDescriptors();
        impl_->runTimers();
        impl_->runPosted();
    }
    impl_->stopping = false;
}

void EpollLoop::stop() noexcept {
    impl_->stopping = true;
    impl_->wakeUp();
}

void EpollLoop::post(UniqueFunction<void()> task) {
    bool first = false;
    {
        const std::lock_guard lock(impl_->mutex);
        first = impl_->posted.empty();
        impl_->posted.push_back(std::move(task));
    }
    if (first) {
        impl_->wakeUp();
    }
}

TimerId EpollLoop::after(Millis delay, const char* name, UniqueFunction<void()> task) {
    const auto key = impl_->timers.add({name, std::move(task)});
    const auto at = impl_->clock.steadyNow() + std::max(delay, Millis{0});
    impl_->heap.push_back({at, ++impl_->lastSequence, key});
    std::push_heap(impl_->heap.begin(), impl_->heap.end());
    return TimerId{key};
}

void EpollLoop::cancel(TimerId timer) {
    if (impl_->timers.find(timer.value()) == nullptr) {
        return;
    }
    const auto dead = impl_->timers.take(timer.value());
    impl_->dropCancelled();
}

WatchId EpollLoop::watch(int descriptor,
                         Ready interest,
                         const char* name,
                         UniqueFunction<void(Ready)> onReady) {
    const auto key = impl_->watches.add({descriptor, interest, name, std::move(onReady)});
    if (interest != Ready::None) {
        try {
            impl_->setEpoll(EPOLL_CTL_ADD, key, *impl_->watches.find(key));
        } catch (...) {
            const auto dead = impl_->watches.take(key);
            throw;
        }
    }
    return WatchId{key};
}

void EpollLoop::setInterest(WatchId watch, Ready interest) {
    auto* found = impl_->watches.find(watch.value());
    if (found == nullptr || found->interest == interest) {
        return;
    }
    const auto before = std::exchange(found->interest, interest);
    // epoll reports hang-ups even for an empty mask; a paused descriptor is taken out instead.
    int operation = EPOLL_CTL_MOD;
    if (interest == Ready::None) {
        operation = EPOLL_CTL_DEL;
    } else if (before == Ready::None) {
        operation = EPOLL_CTL_ADD;
    }
    impl_->setEpoll(operation, watch.value(), *found);
}

void EpollLoop::unwatch(WatchId watch) {
    if (impl_->watches.find(watch.value()) == nullptr) {
        return;
    }
    const auto dead = impl_->watches.take(watch.value());
    if (dead.interest != Ready::None) {
        epoll_event ignored{};
        ::epoll_ctl(impl_->epoll.get(), EPOLL_CTL_DEL, dead.descriptor, &ignored);
    }
}

const Clock& EpollLoop::clock() const {
    return impl_->clock;
}

EpollLoop::Stats EpollLoop::stats() const {
    return impl_->counts;
}

void EpollLoop::clearStats() {
    impl_->counts = {};
}

}  // namespace platen::net
