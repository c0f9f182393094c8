// SPDX-License-Identifier: Apache-2.0
// Many printers on one loop by their normal schedule, some of which never answer: the length of the
// loop's callbacks, CPU, what is sent to the dead and whether the living are read in time. The
// living are those of platen-sim, already running; dead_devices.sh does that.
//   platen-dead-bench FIRST_ADDRESS PORT COUNT DEAD SECONDS
#include "base/text.hpp"
#include "tests/bench/main_of.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/poll_world.hpp"
#include "tests/support/temporary_folder.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <thread>
#include <vector>

namespace platen::bench {
namespace {

/// Takes what is sent to any address of this machine at one port, and says nothing: so a dead
/// printer behaves. A closed port of this machine would answer with ICMP.
class Pit {
  public:
    explicit Pit(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        any.sin_port = htons(port);
        any.sin_addr.s_addr = htonl(INADDR_ANY);
        const timeval wait{0, 200'000};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API is made so
        good_ = ::bind(socket_, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0;
        thread_ = std::thread([this] { swallow(); });
    }
    Pit(const Pit&) = delete;
    Pit& operator=(const Pit&) = delete;
    ~Pit() {
        stop_ = true;
        thread_.join();
        ::close(socket_);
    }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] std::uint64_t datagrams() const { return datagrams_; }

  private:
    void swallow() {
        std::array<char, 2048> octets{};
        while (!stop_) {
            if (::recv(socket_, octets.data(), octets.size(), 0) >= 0) {
                ++datagrams_;
            }
        }
    }

    int socket_;
    bool good_ = false;
    std::atomic<bool> stop_ = false;
    std::atomic<std::uint64_t> datagrams_ = 0;
    std::thread thread_;
};

struct Numbers {
    net::Endpoint first;
    std::size_t count = 0, dead = 0;
    std::chrono::seconds time{0};
};

/// Age of each living printer's last status, longest first, in seconds.
std::vector<double> statusAges(const app::Core& core,
                               std::vector<std::unique_ptr<fleet::PrinterDevice>>& devices,
                               std::size_t living) {
    std::vector<double> ages;
    const auto now = core.clock.wallNow();
    for (std::size_t i = 0; i < living; ++i) {
        const auto read =
            devices[i]->tree().get(fleet::inService(core.context->names.lastStatusTime));
        ages.push_back(
            std::chrono::duration<double>(now - (read ? read->asTime() : kUnknownTime)).count());
    }
    std::ranges::sort(ages, std::greater<>());
    return ages;
}

int run(const Numbers& numbers) {
    const Pit pit(static_cast<std::uint16_t>(numbers.first.port + 1));
    config::Settings settings;
    settings.snmp.port = numbers.first.port;
    config::SnmpCredential credential;
    credential.community = Secret("public");
    settings.snmp.credentials.push_back(std::move(credential));
    const test::TemporaryFolder folder;
    const auto made = app::Core::make(settings, folder.path() / "state.db");
    if (!made || !pit.good()) {
        std::fprintf(stderr, "platen-dead-bench: %s\n",
                     made ? "the port after PORT is taken" : made.error().text.c_str());
        return 1;
    }
    app::Core& core = **made;
    PollWorld world(core, numbers.first, numbers.count);
    if (world.meet() != numbers.count) {
        std::fprintf(stderr, "platen-dead-bench: only %zu printers answered\n",
                     world.devices().size());
        return 1;
    }
    std::printf("first contact with %zu printers: cpu_s=%.2f\n", numbers.count, cpuSeconds());
    printCallbackTimes(core.loop.stats().callbacks);
    // As Fleet::start has it: over one status interval.
    auto& devices = world.devices();
    const std::size_t living = numbers.count - numbers.dead;
    const auto spread = settings.polling.status;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        if (i >= living) {
            auto endpoint = devices[i]->endpoint();
            endpoint.port = static_cast<std::uint16_t>(numbers.first.port + 1);
            devices[i]->connect(endpoint, devices[i]->access().clone());
        }
        devices[i]->startPolling(spread * static_cast<Millis::rep>(i * 7919 % devices.size()) /
                                 static_cast<Millis::rep>(devices.size()));
    }
    core.loop.clearStats();
    const double before = cpuSeconds();
    const auto stats = core.engine->stats();
    core.loop.after(numbers.time, "bench.end", [&core] { core.loop.stop(); });
    core.loop.run();
    const auto after = core.engine->stats();
    const auto seconds = static_cast<double>(numbers.time.count());
    std::printf("steady: seconds=%.0f living=%zu dead=%zu cpu_s=%.2f cpu_percent=%.2f\n", seconds,
                living, numbers.dead, cpuSeconds() - before,
                (cpuSeconds() - before) * 100 / seconds);
    std::printf(
        "packets: requests=%llu responses=%llu retries=%llu timeouts=%llu to_dead=%llu "
        "to_dead_per_s=%.1f\n",
        static_cast<unsigned long long>(after.requests - stats.requests),
        static_cast<unsigned long long>(after.responses - stats.responses),
        static_cast<unsigned long long>(after.retries - stats.retries),
        static_cast<unsigned long long>(after.timeouts - stats.timeouts),
        static_cast<unsigned long long>(pit.datagrams()),
        static_cast<double>(pit.datagrams()) / seconds);
    const auto ages = statusAges(core, devices, living);
    std::printf("age of the living's status: longest_s=%.1f one_in_100_s=%.1f median_s=%.1f\n",
                ages.front(), ages[ages.size() / 100], ages[ages.size() / 2]);
    const auto dead = static_cast<std::size_t>(
        std::ranges::count_if(devices, [](const auto& device) { return !device->reachable(); }));
    std::printf("known as unreachable: %zu\nheap_mb=%.0f peak_resident_mb=%.0f\n", dead,
                static_cast<double>(heapInUse()) / 1e6, peakMegabytes());
    printCallbackTimes(core.loop.stats().callbacks);
    return 0;
}

int runWith(const std::vector<std::string_view>& words) {
    using text::toUnsigned;
    if (words.size() == 5) {
        const auto first = net::Address::parse(words[0]);
        const auto port = toUnsigned(words[1]);
        const auto count = toUnsigned(words[2]);
        const auto dead = toUnsigned(words[3]);
        const auto time = toUnsigned(words[4]);
        if (first && !first->ipv6 && port && *port > 0 && *port < UINT16_MAX && count && dead &&
            *dead < *count && time && *time > 0) {
            return run({{*first, static_cast<std::uint16_t>(*port)},
                        *count,
                        *dead,
                        std::chrono::seconds(static_cast<std::int64_t>(*time))});
        }
    }
    std::fprintf(stderr, "usage: platen-dead-bench FIRST_ADDRESS PORT COUNT DEAD SECONDS\n");
    return 2;
}

}  // namespace
}  // namespace platen::bench

int main(int argc, char** argv) {
    return platen::bench::mainOf("platen-dead-bench", argc, argv, platen::bench::runWith);
}
