// SPDX-License-Identifier: Apache-2.0
// A device's values: filling, reading, and the memory that 400 of them take.
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/tree.hpp"
#include "tests/bench/bench_world.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <utility>

namespace platen::bench {
namespace {

constexpr std::size_t kValues = 400;
constexpr std::uint32_t kRows = 4;

model::Value sampleValue(const model::ParamDef& param, std::size_t number) {
    using enum model::ValueType;
    switch (param.type) {
        case Int:
        case Long:
            return model::Value::integer(param.type, static_cast<std::int64_t>(number));
        case UnsignedInt:
        case UnsignedLong:
            return model::Value::unsignedInteger(param.type, number);
        case Boolean:
            return model::Value::boolean(number % 2 == 0);
        case DateTime:
            return model::Value::dateTime(World::kNow);
        case String:
        case Base64:
        case HexBinary:
            break;
    }
    return param.enumeration.empty() ? model::Value::string("Text " + std::to_string(number % 50))
                                     : model::Value::string(param.enumeration.front());
}

/// About 400 parameters of the service, tables with a few rows each.
std::vector<std::pair<model::ParamRef, model::Value>> sampleValues() {
    const model::Schema& schema = World::get().schema();
    std::vector<std::pair<model::ParamRef, model::Value>> values;
    for (std::uint16_t i = 0; i < schema.objectCount() && values.size() < kValues; ++i) {
        const auto& object = schema.object(model::ObjectIndex{i});
        if (!object.path.starts_with("MFP.")) {
            continue;
        }
        const std::uint32_t rows = object.depth > 1 ? kRows : 1;
        for (std::uint32_t row = 1; row <= rows; ++row) {
            model::Instances instances;
            for (std::size_t level = 0; level < object.depth; ++level) {
                instances.numbers.at(level) = level == 1 ? row : 1;
            }
            for (const auto param : object.params) {
                if (!schema.param(param).countedTable && values.size() < kValues) {
                    values.emplace_back(model::ParamRef{param, instances},
                                        sampleValue(schema.param(param), values.size()));
                }
            }
        }
    }
    return values;
}

void fillTree(benchmark::State& state) {
    const auto values = sampleValues();
    model::TextPool pool;
    std::size_t heap = 0;
    for (auto _ : state) {
        model::Tree tree(World::get().schema(), pool);
        for (const auto& entry : values) {
            tree.set(entry.first, entry.second, model::Source::Snmp);
        }
        tree.compact();
        heap = tree.heapBytes();
    }
    state.counters["values"] = static_cast<double>(values.size());
    state.counters["heap_bytes"] = static_cast<double>(heap);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(values.size()));
}

/// A poll that finds nothing new: the usual case.
void setUnchanged(benchmark::State& state) {
    const auto values = sampleValues();
    model::TextPool pool;
    model::Tree tree(World::get().schema(), pool);
    for (const auto& entry : values) {
        tree.set(entry.first, entry.second, model::Source::Snmp);
    }
    for (auto _ : state) {
        for (const auto& entry : values) {
            benchmark::DoNotOptimize(tree.set(entry.first, entry.second, model::Source::Snmp));
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(values.size()));
}

void readWholeTree(benchmark::State& state) {
    const model::Schema& schema = World::get().schema();
    const model::PathCodec codec(schema, "X_PLATEN");
    const auto values = sampleValues();
    model::TextPool pool;
    model::Tree tree(schema, pool);
    for (const auto& entry : values) {
        tree.set(entry.first, entry.second, model::Source::Snmp);
    }
    const auto root = codec.parse("");
    if (!root) {
        state.SkipWithError("the root path was refused");
        return;
    }
    std::size_t bytes = 0;
    for (auto _ : state) {
        bytes = 0;
        tree.forEachParam(*root,
                          [&codec, &bytes](const model::ParamRef& ref, const model::Value& value) {
                              bytes += codec.name(ref).size() + value.text().size();
                          });
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(tree.cellCount()));
}

BENCHMARK(fillTree);
BENCHMARK(setUnchanged);
BENCHMARK(readWholeTree);

}  // namespace
}  // namespace platen::bench
