// SPDX-License-Identifier: Apache-2.0
// How long the translation of one printer's answers takes, and how long planning does.
#include "tests/bench/bench_world.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>

namespace platen::bench {
namespace {

struct Device {
    mibmap::DeviceContext context;
    std::shared_ptr<const mibmap::CompiledMap> map;
};

Device identify() {
    World& world = World::get();
    Device device;
    world.maps().identify(world.answers(world.maps().identifyPlan()), device.context);
    device.map = world.maps().select(device.context);
    // Configuration first, as in a real poll: it fills what the other groups need.
    const auto answers =
        world.answers(device.map->plan(mibmap::Group::Configuration, device.context));
    (void)device.map->evaluate(mibmap::Group::Configuration, answers, device.context, World::kNow,
                               false);
    return device;
}

void evaluateGroup(benchmark::State& state, mibmap::Group group) {
    Device device = identify();
    const auto answers = World::get().answers(device.map->plan(group, device.context));
    std::size_t readings = 0;
    for (auto _ : state) {
        const auto result =
            device.map->evaluate(group, answers, device.context, World::kNow, false);
        readings = result.readings.size();
        benchmark::DoNotOptimize(result);
    }
    state.counters["varbinds"] = static_cast<double>(answers.size());
    state.counters["readings"] = static_cast<double>(readings);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(answers.size()));
}

void planAllGroups(benchmark::State& state) {
    const Device device = identify();
    for (auto _ : state) {
        for (const auto group : mibmap::kPollGroups) {
            benchmark::DoNotOptimize(device.map->plan(group, device.context));
        }
    }
}

BENCHMARK_CAPTURE(evaluateGroup, status, mibmap::Group::Status);
BENCHMARK_CAPTURE(evaluateGroup, supplies, mibmap::Group::Supplies);
BENCHMARK_CAPTURE(evaluateGroup, counters, mibmap::Group::Counters);
BENCHMARK_CAPTURE(evaluateGroup, configuration, mibmap::Group::Configuration);
BENCHMARK(planAllGroups);

}  // namespace
}  // namespace platen::bench
