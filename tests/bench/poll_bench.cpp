// SPDX-License-Identifier: Apache-2.0
// CPU time, PDUs and memory of one full poll of many printers by the gateway's own parts: SNMP
// engine, maps, trees and the store, everything but CWMP. The printers are those of platen-sim,
// already running; poll_fleet.sh does that.
//   platen-poll-bench FIRST_ADDRESS PORT COUNT [ROUNDS]
#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/app/core.hpp"
#include "proxy/discovery/scanner.hpp"
#include "proxy/fleet/contact_facts.hpp"
#include "proxy/fleet/printer_device.hpp"
#include "tests/bench/measure.hpp"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::bench {
namespace {

constexpr std::size_t kProbesAtOnce = 64;
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

std::size_t heapInUse() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

class NoEvents final : public fleet::PrinterEvents {
  public:
    void valuesChanged(fleet::ManagedDevice& /*device*/,
                       std::span<const fleet::Change> /*changes*/) override {}
    void restarted(fleet::ManagedDevice& /*device*/) override {}
    void identityMismatch(DeviceId /*device*/, const net::Endpoint& /*endpoint*/) override {}
    void presenceChanged(DeviceId /*device*/) override {}
};

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "platen-bench-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            std::perror("platen-poll-bench: temporary folder");
            std::exit(1);
        }
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// What one poll of all printers took.
struct PollCost {
    double cpu = 0, system = 0, wall = 0;
    std::uint64_t pdus = 0, bytes = 0, failures = 0, retries = 0;
};

class PollBench {
  public:
    PollBench(app::Core& core, std::uint32_t first, std::uint16_t port, std::size_t count)
        : core_(core), next_(first), port_(port), count_(count) {}

    /// First contact with all printers. Returns how many were found.
    std::size_t meet() {
        for (std::size_t i = 0; i < kProbesAtOnce; ++i) {
            probeNext();
        }
        core_.loop.run();
        return devices_.size();
    }

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

    [[nodiscard]] std::size_t values() const {
        std::size_t sum = 0;
        for (const auto& device : devices_) {
            sum += device->tree().cellCount();
        }
        return sum;
    }

  private:
    void probeNext() {
        if (probes_ == count_) {
            return;
        }
        ++probes_;
        // The simulator leaves .0 and .255 out.
        while ((next_ & 0xFFU) == 0 || (next_ & 0xFFU) == 0xFFU) {
            ++next_;
        }
        const net::Endpoint endpoint{net::Address::fromIpv4(next_++), port_};
        const auto& snmp = core_.context->settings->snmp;
        core_.prober->probe(endpoint, discovery::candidatesFor(snmp, endpoint.address),
                            snmp.timeout, snmp.retries, [this](discovery::Finding finding) {
                                adopt(std::move(finding));
                                probeNext();
                                if (++finished_ == count_) {
                                    core_.loop.stop();
                                }
                            });
    }

    void adopt(discovery::Finding finding) {
        if (!finding.contact) {
            return;
        }
        const auto facts = fleet::contactFacts(*core_.context, *finding.contact);
        auto record = fleet::newRecord(*core_.context, *finding.contact, facts, true);
        record.id = DeviceId{static_cast<std::uint32_t>(devices_.size() + 1)};
        auto device =
            std::make_unique<fleet::PrinterDevice>(*core_.context, events_, std::move(record));
        auto configuration = std::move(finding.contact->configuration);
        device->connect(std::move(*finding.contact));
        device->prepare();
        device->applyGroup(mibmap::Group::Configuration, std::move(configuration));
        devices_.push_back(std::move(device));
    }

    app::Core& core_;
    NoEvents events_;
    std::vector<std::unique_ptr<fleet::PrinterDevice>> devices_;
    std::uint32_t next_;
    std::uint16_t port_;
    std::size_t count_;
    std::size_t probes_ = 0;
    std::size_t finished_ = 0;
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

int run(const net::Address& first, std::uint16_t port, std::size_t count, std::size_t rounds) {
    config::Settings settings;
    settings.snmp.port = port;
    config::SnmpCredential credential;
    credential.community = Secret("public");
    settings.snmp.credentials.push_back(std::move(credential));
    // On disk as in the gateway: a store in memory would be counted as the printers' heap.
    const TemporaryFolder folder;
    const auto core = app::Core::make(settings, folder.path() / "state.db");
    if (!core) {
        std::fprintf(stderr, "platen-poll-bench: %s\n", core.error().text.c_str());
        return 1;
    }
    const std::size_t before = heapInUse();
    PollBench bench(**core, first.ipv4(), port, count);
    const std::size_t devices = bench.meet();
    if (devices == 0) {
        std::fprintf(stderr, "platen-poll-bench: no printer answered\n");
        return 1;
    }
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
    std::printf("devices=%zu of %zu values_per_device=%zu heap_bytes_per_device=%zu\n", devices,
                count, bench.values() / devices, heap / devices);
    printCallbackTimes((*core)->loop.stats().callbacks);
    return full.failures + status.failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace platen::bench

int main(int argc, char** argv) {
    std::vector<std::string_view> words(argv + 1, argv + argc);
    if (words.size() == 3) {
        words.emplace_back("5");
    }
    words.resize(4);
    const auto first = platen::net::Address::parse(words[0]);
    const auto port = platen::text::toUnsigned(words[1]);
    const auto count = platen::text::toUnsigned(words[2]);
    const auto rounds = platen::text::toUnsigned(words[3]);
    if (!first || first->ipv6 || !port || *port == 0 || *port > UINT16_MAX || !count ||
        *count == 0 || !rounds || *rounds == 0) {
        std::fprintf(stderr, "usage: platen-poll-bench FIRST_ADDRESS PORT COUNT [ROUNDS]\n");
        return 2;
    }
    platen::log::configure(platen::log::Level::Warning, platen::log::Format::Journal);
    return platen::bench::run(*first, static_cast<std::uint16_t>(*port), *count, *rounds);
}
