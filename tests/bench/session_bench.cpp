// SPDX-License-Identifier: Apache-2.0
// CWMP sessions a CPU second: the gateway's own agents, SOAP, HTTP client, loop and store against a
// null ACS in another process; sessions.sh starts both. Each device has one session with `1 BOOT` a
// round: Inform, InformResponse, empty POST, 204. The first round warms up and is not counted.
//   platen-session-bench gateway URL COUNT MAX_SESSIONS sqlite|memory [CA_FILE]
//   platen-session-bench bare    URL COUNT [CA_FILE]     the same exchanges by libcurl alone
#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/app/core.hpp"
#include "proxy/cwmp/manager.hpp"
#include "proxy/fleet/printer_device.hpp"
#include "proxy/net/http_client.hpp"
#include "proxy/transfer/transfers.hpp"
#include "tests/bench/bare_sessions.hpp"
#include "tests/bench/measure.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace platen::bench {
namespace {

constexpr std::size_t kRounds = 5;
/// How often the end of a round is looked for.
constexpr Millis kLook{2};

struct Options {
    std::string url;
    std::string caFile;
    std::size_t count = 0;
    std::uint32_t maxSessions = 0;
    bool onDisk = true;
};

/// A round of one session for each device.
struct Round {
    double cpu = 0, wall = 0;
    std::uint64_t sessions = 0, failed = 0;
};

/// What the Fleet does between its devices and the Manager.
class Events final : public fleet::PrinterEvents {
  public:
    explicit Events(fleet::FleetObserver& observer) : observer_(observer) {}
    void valuesChanged(fleet::ManagedDevice& device,
                       std::span<const fleet::Change> changes) override {
        observer_.valuesChanged(device, changes);
    }
    void restarted(fleet::ManagedDevice& device) override { observer_.restarted(device); }
    void identityMismatch(DeviceId /*device*/, const net::Endpoint& /*endpoint*/) override {}
    void presenceChanged(DeviceId /*device*/) override {}

  private:
    fleet::FleetObserver& observer_;
};

/// No files move in this benchmark.
class NoFiles final : public transfer::Fetcher, public transfer::Depot {
  public:
    std::unique_ptr<transfer::Fetch> start(
        transfer::FetchRequest /*request*/,
        UniqueFunction<void(transfer::FetchResult)> /*done*/) override {
        return nullptr;
    }
    [[nodiscard]] transfer::Outcome check(DeviceId /*device*/,
                                          transfer::Kind /*kind*/,
                                          std::string_view /*fileType*/) const override {
        return {};
    }
    [[nodiscard]] transfer::Outcome read(DeviceId /*device*/,
                                         std::string_view /*fileType*/,
                                         std::string& /*content*/) override {
        return {};
    }
    [[nodiscard]] transfer::Outcome apply(DeviceId /*device*/,
                                          std::string_view /*fileType*/,
                                          const std::filesystem::path& /*file*/) override {
        return {};
    }
};

config::Settings settingsFor(const Options& options) {
    config::Settings settings;
    settings.acs.url = options.url;
    settings.acs.caFile = options.caFile;
    settings.acs.maxSessions = options.maxSessions;
    settings.acs.periodicInform = std::chrono::hours{24};  // none during the run
    return settings;
}

store::DeviceRecord recordOf(std::uint32_t number, const std::string& url) {
    store::DeviceRecord record;
    record.id = DeviceId{number};
    record.manufacturer = "Acme";
    record.oui = "0200AA";
    record.productClass = "LaserPoint 410";
    record.serial = "BENCH" + std::to_string(number);
    record.printerSerial = record.serial;
    record.model = record.productClass;
    record.bootstrapped = true;
    record.acsUrl = url;
    return record;
}

class SessionBench {
  public:
    /// `folder` is for file transfers.
    SessionBench(app::Core& core, const Options& options, const std::filesystem::path& folder)
        : core_(core),
          options_(options),
          http_(options.url.starts_with("https:") ? net::makeCurlClient(core.loop, options.caFile)
                                                  : net::makeCurlClient(core.loop)),
          transfers_({core.loop, *core.store, files_, files_}, folder, transfer::Limits{}),
          manager_({core.loop, *core.store, *http_, core.random, *core.knowledge.codec, transfers_},
                   core.context->settings->acs,
                   {}),
          events_(manager_) {}

    /// All devices, known to the ACS and with nothing to say yet.
    void present() {
        store::Snapshot known;
        for (std::uint32_t i = 1; i <= options_.count; ++i) {
            known.devices.push_back(recordOf(i, options_.url));
        }
        manager_.restore(known);
        for (auto& record : known.devices) {
            devices_.push_back(
                std::make_unique<fleet::PrinterDevice>(*core_.context, events_, std::move(record)));
            devices_.back()->prepare();
            manager_.deviceAdded(*devices_.back(), false);
        }
        core_.store->flush();
    }

    Round round() {
        const auto before = manager_.counters();
        const double cpu = cpuSeconds();
        const auto started = core_.clock.steadyNow();
        for (const auto& device : devices_) {
            core_.loop.post([this, &device] { manager_.restarted(*device); });
        }
        const auto target = before.sessionsSucceeded + before.sessionsFailed + devices_.size();
        std::function<void()> look = [this, target, &look] {
            const auto& now = manager_.counters();
            if (now.sessionsSucceeded + now.sessionsFailed >= target) {
                core_.loop.stop();
            } else {
                core_.loop.after(kLook, "bench.look", [&look] { look(); });
            }
        };
        core_.loop.after(kLook, "bench.look", [&look] { look(); });
        core_.loop.run();
        core_.store->flush();
        const auto& after = manager_.counters();
        return {.cpu = cpuSeconds() - cpu,
                .wall = std::chrono::duration<double>(core_.clock.steadyNow() - started).count(),
                .sessions = after.sessionsSucceeded - before.sessionsSucceeded,
                .failed = after.sessionsFailed - before.sessionsFailed};
    }

  private:
    app::Core& core_;
    const Options& options_;
    std::unique_ptr<net::HttpClient> http_;
    NoFiles files_;
    transfer::Transfers transfers_;
    cwmp::Manager manager_;
    Events events_;
    std::vector<std::unique_ptr<fleet::PrinterDevice>> devices_;
};

/// The round in the middle by CPU time, with what all rounds had together.
int report(std::string_view what,
           const Options& options,
           std::vector<Round> rounds,
           const AcsCounts& before) {
    const auto after = askNullAcs(options.url, options.caFile);
    std::uint64_t sessions = 0;
    std::uint64_t failed = 0;
    for (const auto& round : rounds) {
        sessions += round.sessions;
        failed += round.failed;
    }
    std::ranges::sort(rounds, {}, &Round::cpu);
    const auto& middle = rounds[rounds.size() / 2];
    const auto perCpu = [](const Round& round) {
        return static_cast<double>(round.sessions) / std::max(round.cpu, 1e-6);
    };
    const auto connections = after.connections - before.connections;
    std::printf(
        "%.*s: sessions_per_cpu_s=%.0f slowest=%.0f fastest=%.0f cpu_s=%.3f wall_s=%.3f "
        "sessions=%llu failed=%llu connections=%llu whole_sessions=%llu peak_mb=%.1f\n",
        static_cast<int>(what.size()), what.data(), perCpu(middle), perCpu(rounds.back()),
        perCpu(rounds.front()), middle.cpu, middle.wall, static_cast<unsigned long long>(sessions),
        static_cast<unsigned long long>(failed), static_cast<unsigned long long>(connections),
        static_cast<unsigned long long>(after.sessions - before.sessions), peakMegabytes());
    const bool good = failed == 0 && connections == sessions &&
                      after.sessions - before.sessions == sessions && after.odd == before.odd;
    if (!good) {
        std::fprintf(stderr, "platen-session-bench: sessions failed or shared connections\n");
    }
    return good ? 0 : 1;
}

int runGateway(const Options& options) {
    const auto settings = settingsFor(options);
    const test::TemporaryFolder folder;
    const auto core = app::Core::make(
        settings, options.onDisk ? folder.path() / "state.db" : std::filesystem::path{});
    if (!core) {
        throw std::runtime_error(core.error().text);
    }
    SessionBench bench(**core, options, folder.path() / "transfers");
    bench.present();
    static_cast<void>(bench.round());
    const auto before = askNullAcs(options.url, options.caFile);
    std::vector<Round> rounds;
    for (std::size_t i = 0; i < kRounds; ++i) {
        rounds.push_back(bench.round());
    }
    const int result = report("gateway", options, std::move(rounds), before);
    printCallbackTimes((*core)->loop.stats().callbacks);
    return result;
}

int runBare(const Options& options) {
    const SystemClock clock;
    static_cast<void>(runBareSessions(options.url, options.caFile, options.count / 10 + 1));
    const auto before = askNullAcs(options.url, options.caFile);
    std::vector<Round> rounds;
    for (std::size_t i = 0; i < kRounds; ++i) {
        const double cpu = cpuSeconds();
        const auto started = clock.steadyNow();
        Round round;
        round.failed = runBareSessions(options.url, options.caFile, options.count);
        round.sessions = options.count - round.failed;
        round.cpu = cpuSeconds() - cpu;
        round.wall = std::chrono::duration<double>(clock.steadyNow() - started).count();
        rounds.push_back(round);
    }
    return report("bare", options, std::move(rounds), before);
}

int usage() {
    std::fprintf(
        stderr,
        "usage: platen-session-bench gateway URL COUNT MAX_SESSIONS sqlite|memory [CA_FILE]\n"
        "       platen-session-bench bare URL COUNT [CA_FILE]\n");
    return 2;
}

int run(const std::vector<std::string>& words) {
    const bool gateway = !words.empty() && words[0] == "gateway";
    const std::size_t fixed = gateway ? 5 : 3;
    if (words.empty() || (!gateway && words[0] != "bare") || words.size() < fixed ||
        words.size() > fixed + 1) {
        return usage();
    }
    Options options;
    options.url = words[1];
    const auto count = text::toUnsigned(words[2]);
    const auto most = gateway ? text::toUnsigned(words[3]) : 1;
    constexpr std::uint64_t kLargest = 1'000'000;
    if (!count || *count == 0 || *count > kLargest || !most || *most == 0 || *most > kLargest ||
        (gateway && words[4] != "sqlite" && words[4] != "memory")) {
        return usage();
    }
    options.count = *count;
    options.maxSessions = static_cast<std::uint32_t>(*most);
    options.onDisk = gateway && words[4] == "sqlite";
    options.caFile = words.size() > fixed ? words[fixed] : std::string();
    return gateway ? runGateway(options) : runBare(options);
}

}  // namespace
}  // namespace platen::bench

int main(int argc, char** argv) {
    platen::log::configure(platen::log::Level::Error, platen::log::Format::Journal);
    try {
        return platen::bench::run(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "platen-session-bench: %s\n", error.what());
        return 1;
    }
}
