// SPDX-License-Identifier: Apache-2.0
// CPU time, PDUs and memory of one full poll of many printers by the gateway's own parts: SNMP
// engine, maps, trees and the store, everything but CWMP. The printers are those of platen-sim,
// already running; poll_fleet.sh does that.
//   platen-poll-bench FIRST_ADDRESS PORT COUNT [ROUNDS [FILE_FOR_ADDRESSES]]
#include "base/text.hpp"
#include "proxy/app/core.hpp"
#include "proxy/fleet/printer_device.hpp"
#include "tests/bench/main_of.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/poll_world.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::bench {
namespace {

/// The gateway spreads the polls of its printers over the interval: few run at the same time.
constexpr std::size_t kPollsAtOnce = 50;

struct CpuTime {
    double user = 0, system = 0;
    [[nodiscard]] double all() const { return user + system; }
};

CpuTime cpuTime() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

/// What one poll of all printers took.
struct PollCost {
    double cpu = 0, system = 0, wall = 0;
    std::uint64_t pdus = 0, bytes = 0, failures = 0, retries = 0;
};

class PollBench {
  public:
    PollBench(app::Core& core, PollWorld& world) : core_(core), devices_(world.devices()) {}

    PollCost poll(const std::vector<mibmap::Group>& groups) {
        PollCost cost;
        std::size_t open = devices_.size();
        const CpuTime before = cpuTime();
        const auto retries = core_.engine->stats().retries;
        const auto started = core_.clock.steadyNow();
        std::size_t next = 0;
        std::function<void()> pollNext = [&] {
            if (next == devices_.size()) {
                return;
            }
            devices_[next++]->pollGroups(groups, [&](auto reports) {
                for (const auto& report : reports) {
                    cost.pdus += report.pdus;
                    cost.bytes += report.bytes;
                    cost.failures += report.error ? 1U : 0U;
                }
                pollNext();
                if (--open == 0) {
                    core_.loop.stop();
                }
            });
        };
        for (std::size_t i = 0; i < kPollsAtOnce; ++i) {
            pollNext();
        }
        core_.loop.run();
        const CpuTime after = cpuTime();
        cost.cpu = after.all() - before.all();
        cost.system = after.system - before.system;
        cost.wall = std::chrono::duration<double>(core_.clock.steadyNow() - started).count();
        cost.retries = core_.engine->stats().retries - retries;
        return cost;
    }

  private:
    app::Core& core_;
    std::vector<std::unique_ptr<fleet::PrinterDevice>>& devices_;
};

void report(std::string_view what, const PollCost& cost, std::size_t devices) {
    const auto count = static_cast<double>(devices);
    std::printf(
        "%.*s: cpu_s=%.3f kernel_s=%.3f wall_s=%.3f pdus_per_device=%.2f bytes_per_device=%.0f "
        "retries=%llu failed_groups=%llu\n",
        static_cast<int>(what.size()), what.data(), cost.cpu, cost.system, cost.wall,
        static_cast<double>(cost.pdus) / count, static_cast<double>(cost.bytes) / count,
        static_cast<unsigned long long>(cost.retries),
        static_cast<unsigned long long>(cost.failures));
}

void writeAddresses(const std::string& file, PollWorld& world) {
    std::ofstream out(file);
    for (const auto& device : world.devices()) {
        out << device->endpoint().address.toString() << '\n';
    }
}

int run(const net::Endpoint& first,
        std::size_t count,
        std::size_t rounds,
        const std::string& addresses) {
    config::Settings settings;
    settings.snmp.port = first.port;
    config::SnmpCredential credential;
    credential.community = Secret("public");
    settings.snmp.credentials.push_back(std::move(credential));
    // On disk as in the gateway: a store in memory would be counted as the printers' heap.
    const test::TemporaryFolder folder;
    const auto core = app::Core::make(settings, folder.path() / "state.db");
    if (!core) {
        std::fprintf(stderr, "platen-poll-bench: %s\n", core.error().text.c_str());
        return 1;
    }
    const std::size_t before = heapInUse();
    PollWorld world(**core, first, count);
    const std::size_t devices = world.meet();
    if (devices == 0) {
        std::fprintf(stderr, "platen-poll-bench: no printer answered\n");
        return 1;
    }
    if (!addresses.empty()) {
        writeAddresses(addresses, world);
    }
    PollBench bench(**core, world);
    const std::vector<mibmap::Group> all(mibmap::kPollGroups.begin(), mibmap::kPollGroups.end());
    report("warm-up, all groups", bench.poll(all), devices);
    (*core)->store->flush();
    const std::size_t heap = heapInUse() - before;
    std::vector<PollCost> costs;
    for (std::size_t i = 0; i < rounds; ++i) {
        costs.push_back(bench.poll(all));
    }
    std::ranges::sort(costs, {}, &PollCost::cpu);
    const PollCost& full = costs[rounds / 2];
    report("full poll", full, devices);
    const PollCost status = bench.poll({mibmap::Group::Status});
    report("status poll", status, devices);
    std::uint64_t repeats = 0;
    for (const auto& device : world.devices()) {
        repeats += device->repeatedAnswers();
    }
    // Of the four groups of each round; the warm-up may have some too.
    std::printf("answers that were not translated again: %.2f a printer and round\n",
                static_cast<double>(repeats) / static_cast<double>(devices * rounds));
    std::printf("devices=%zu of %zu values_per_device=%zu heap_bytes_per_device=%zu\n", devices,
                count, world.values() / devices, heap / devices);
    printCallbackTimes((*core)->loop.stats().callbacks);
    return full.failures + status.failures == 0 ? 0 : 1;
}

int runWith(std::vector<std::string_view> words) {
    if (words.size() == 3) {
        words.emplace_back("5");
    }
    words.resize(5);
    const auto first = net::Address::parse(words[0]);
    const auto port = text::toUnsigned(words[1]);
    const auto count = text::toUnsigned(words[2]);
    const auto rounds = text::toUnsigned(words[3]);
    if (!first || first->ipv6 || !port || *port == 0 || *port > UINT16_MAX || !count ||
        *count == 0 || !rounds || *rounds == 0) {
        std::fprintf(stderr, "usage: platen-poll-bench FIRST_ADDRESS PORT COUNT [ROUNDS [FILE]]\n");
        return 2;
    }
    return run({*first, static_cast<std::uint16_t>(*port)}, *count, *rounds, std::string(words[4]));
}

}  // namespace
}  // namespace platen::bench

int main(int argc, char** argv) {
    return platen::bench::mainOf("platen-poll-bench", argc, argv, platen::bench::runWith);
}
