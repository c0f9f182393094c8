// SPDX-License-Identifier: Apache-2.0
// Readings of many polls on their way to the disk.
#include "proxy/net/epoll_loop.hpp"
#include "proxy/store/store.hpp"
#include "tests/support/temporary_folder.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <system_error>

namespace platen::bench {
namespace {

constexpr std::uint32_t kDevices = 100;
constexpr std::size_t kRowsOfDevice = 40;

store::Batch changedReadings(DeviceId device, std::int64_t round) {
    store::Batch batch;
    batch.reserve(kRowsOfDevice);
    for (std::size_t i = 0; i < kRowsOfDevice; ++i) {
        batch.emplace_back(store::ReadingRow{.device = device,
                                             .name = "MFP.1.Supply." + std::to_string(i) + ".Level",
                                             .text = std::to_string(round + std::int64_t(i)),
                                             .source = 1});
    }
    return batch;
}

/// 100 devices with 40 changed readings each, until they are on disk.
void storeReadings(benchmark::State& state) {
    const test::TemporaryFolder folder;
    {
        const SystemClock clock;
        net::EpollLoop loop(clock);
        auto opened = store::openSqlite(folder.path() / "bench.db", loop);
        if (!opened || !(*opened)->load()) {
            state.SkipWithError("the store was not opened");
            return;
        }
        store::Store& store = **opened;
        std::int64_t round = 0;
        while (state.KeepRunning()) {
            ++round;
            for (std::uint32_t device = 1; device <= kDevices; ++device) {
                store.commit(changedReadings(DeviceId{device}, round), store::Durability::Relaxed,
                             {});
            }
            store.flush();
        }
        state.SetItemsProcessed(state.iterations() *
                                std::int64_t(std::size_t{kDevices} * kRowsOfDevice));
    }
}

BENCHMARK(storeReadings)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace platen::bench
