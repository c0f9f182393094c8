// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/simulator.hpp"

#include "tests/sim/agent.hpp"
#include "tests/sim/line_server.hpp"
#include "tests/sim/raw_port.hpp"
#include "tests/sim/udp_port.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <queue>
#include <random>
#include <thread>
#include <vector>

namespace platen::sim {

namespace {

constexpr std::size_t kMaxDelayed = 100'000;
constexpr int kIdleMillis = 1000;
constexpr Ipv4 kLoopbackNet = 0x7F;

struct Delayed {
    SteadyTime due;
    std::uint64_t order = 0;
    Bytes datagram;
    UdpPeer to;
    Ipv4 from = 0;
};

struct Later {
    bool operator()(const Delayed& a, const Delayed& b) const {
        return a.due != b.due ? a.due > b.due : a.order > b.order;
    }
};

}  // namespace

struct Simulator::Impl {
    Impl(const Clock& theClock, Fleet theFleet, UdpPort thePort, std::uint64_t seed)
        : clock(theClock),
          fleet(std::move(theFleet)),
          udp(std::move(thePort)),
          wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
          random(seed) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { ::close(wake); }

    void onDatagram(ByteView datagram, UdpPeer from, Ipv4 asked, SteadyTime now);
    void send(ByteView reply, const Printer& printer, UdpPeer to, Ipv4 asked, SteadyTime now);
    void sendDue(SteadyTime now);
    [[nodiscard]] int waitMillis(SteadyTime now) const;
    void turn(const std::vector<pollfd>& ready);

    const Clock& clock;
    std::mutex mutex;  ///< Of everything below but `stopped` and `wake`.
    Fleet fleet;
    UdpPort udp;
    std::optional<LineServer> control;
    std::optional<RawPort> raw;
    Agent agent;
    Request request;
    std::priority_queue<Delayed, std::vector<Delayed>, Later> delayed;
    std::uint64_t order = 0;
    int wake = -1;
    std::mt19937_64 random;
    std::atomic<bool> stopped{false};
};

void Simulator::Impl::send(
    ByteView reply, const Printer& printer, UdpPeer to, Ipv4 asked, SteadyTime now) {
    const Faults& faults = printer.faults();
    const Ipv4 from = faults.wrongSource ? asked + 1 : asked;
    for (int copy = 0; copy < (faults.duplicate ? 2 : 1); ++copy) {
        if (faults.delay.count() == 0) {
            udp.queue(reply, to, from);
        } else if (delayed.size() < kMaxDelayed) {
            delayed.push({.due = now + faults.delay,
                          .order = ++order,
                          .datagram = Bytes(reply.begin(), reply.end()),
                          .to = to,
                          .from = from});
        }
    }
}

void Simulator::Impl::onDatagram(ByteView datagram, UdpPeer from, Ipv4 asked, SteadyTime now) {
    Printer* printer = asked >> 24U == kLoopbackNet ? fleet.at(asked) : nullptr;
    if (printer == nullptr || !request.decode(datagram)) {
        return;
    }
    const double loss = printer->faults().loss;
    if (loss > 0 && std::uniform_real_distribution<double>(0, 1)(random) < loss) {
        ++printer->counts().dropped;
        return;
    }
    if (const auto reply = agent.respond(*printer, request, now)) {
        send(*reply, *printer, from, asked, now);
    }
}

void Simulator::Impl::sendDue(SteadyTime now) {
    while (!delayed.empty() && delayed.top().due <= now) {
        const Delayed& one = delayed.top();
        udp.queue(one.datagram, one.to, one.from);
        delayed.pop();
    }
}

int Simulator::Impl::waitMillis(SteadyTime now) const {
    if (delayed.empty()) {
        return kIdleMillis;
    }
    const auto left = std::chrono::ceil<Millis>(delayed.top().due - now).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, kIdleMillis));
}

void Simulator::Impl::turn(const std::vector<pollfd>& ready) {
    const std::lock_guard lock(mutex);
    const SteadyTime now = clock.steadyNow();
    udp.receive([this, now](ByteView datagram, UdpPeer from, Ipv4 asked) {
        onDatagram(datagram, from, asked, now);
    });
    sendDue(now);
    udp.flush();
    if (raw) {
        raw->serve(
            ready,
            [this, now](Ipv4 address) {
                const Printer* printer = fleet.at(address);
                return printer != nullptr && printer->isUp(now) && !printer->faults().silent;
            },
            [this, now](const RawJob& job) {
                if (Printer* printer = fleet.at(job.printer)) {
                    printer->takeJob(job.head, now);
                }
            });
    }
    if (control) {
        control->serve(ready,
                       [this, now](std::string_view line) { return fleet.command(line, now); });
    }
}

Simulator::Simulator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Simulator::~Simulator() = default;

Result<std::unique_ptr<Simulator>> Simulator::open(const SimulatorOptions& options,
                                                   const Clock& clock) {
    auto fleet = Fleet::make(options.fleet, clock.steadyNow());
    if (!fleet) {
        return tl::unexpected(fleet.error());
    }
    auto udp = UdpPort::open(options.port);
    if (!udp) {
        return tl::unexpected(udp.error());
    }
    auto impl = std::make_unique<Impl>(clock, *std::move(fleet), *std::move(udp), options.seed);
    if (!options.control.empty()) {
        auto control = LineServer::open(options.control);
        if (!control) {
            return tl::unexpected(control.error());
        }
        impl->control.emplace(*std::move(control));
    }
    if (options.rawPort != 0) {
        auto raw = RawPort::open(options.rawPort);
        if (!raw) {
            return tl::unexpected(raw.error());
        }
        impl->raw.emplace(*std::move(raw));
    }
    return std::unique_ptr<Simulator>(new Simulator(std::move(impl)));
}

void Simulator::run() {
    std::vector<pollfd> ready;
    while (!impl_->stopped) {
        int wait = 0;
        {
            const std::lock_guard lock(impl_->mutex);
            ready.clear();
            ready.push_back({.fd = impl_->wake, .events = POLLIN, .revents = 0});
            ready.push_back({.fd = impl_->udp.descriptor(), .events = POLLIN, .revents = 0});
            if (impl_->control) {
                impl_->control->addDescriptors(ready);
            }
            if (impl_->raw) {
                impl_->raw->addDescriptors(ready);
            }
            wait = impl_->waitMillis(impl_->clock.steadyNow());
        }
        ::poll(ready.data(), ready.size(), wait);
        impl_->turn(ready);
    }
}

void Simulator::stop() noexcept {
    impl_->stopped = true;
    const std::uint64_t one = 1;
    // a full counter wakes as well, so the result says nothing
    [[maybe_unused]] const ssize_t written = ::write(impl_->wake, &one, sizeof one);
}

std::string Simulator::command(std::string_view line) {
    const std::lock_guard lock(impl_->mutex);
    return impl_->fleet.command(line, impl_->clock.steadyNow());
}

std::uint16_t Simulator::port() const {
    return impl_->udp.port();
}
std::uint16_t Simulator::controlPort() const {
    return impl_->control ? impl_->control->port() : std::uint16_t{0};
}

std::string Simulator::table() {
    const std::lock_guard lock(impl_->mutex);
    return impl_->fleet.table();
}

struct SimulatorThread::Impl {
    SystemClock clock;
    std::unique_ptr<Simulator> simulator;
    std::thread thread;
};

SimulatorThread::SimulatorThread(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SimulatorThread::~SimulatorThread() {
    impl_->simulator->stop();
    impl_->thread.join();
}

Result<std::unique_ptr<SimulatorThread>> SimulatorThread::start(const SimulatorOptions& options) {
    auto impl = std::make_unique<Impl>();
    auto simulator = Simulator::open(options, impl->clock);
    if (!simulator) {
        return tl::unexpected(simulator.error());
    }
    impl->simulator = *std::move(simulator);
    impl->thread = std::thread([run = impl->simulator.get()] { run->run(); });
    return std::unique_ptr<SimulatorThread>(new SimulatorThread(std::move(impl)));
}

Simulator& SimulatorThread::simulator() {
    return *impl_->simulator;
}

}  // namespace platen::sim
