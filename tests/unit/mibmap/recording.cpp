// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/mibmap/recording.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace platen::mibmap::testing {

const model::Schema& modelSchema() {
    static const model::Schema schema = [] {
        const std::filesystem::path root = std::filesystem::path(PLATEN_SOURCE) / "mfp-datamodel";
        const std::vector<std::filesystem::path> files{root / "model" / "device-2.xml",
                                                       root / "model" / "mfp-1.0.xml"};
        auto loaded = model::Schema::load(files);
        if (!loaded) {
            ADD_FAILURE() << loaded.error().text;
            std::abort();
        }
        return std::move(*loaded);
    }();
    return schema;
}

MapSet& sourceMaps() {
    static const std::unique_ptr<MapSet> maps = [] {
        std::vector<std::string> problems;
        auto loaded = MapSet::load(
            modelSchema(), std::filesystem::path(PLATEN_SOURCE) / "mibmap" / "maps", {}, problems);
        if (!loaded) {
            ADD_FAILURE() << loaded.error().text;
            std::abort();
        }
        for (const std::string& problem : problems) {
            ADD_FAILURE() << problem;
        }
        return std::move(*loaded);
    }();
    return *maps;
}

Polled poll(const Recording& recording,
            MapSet& maps,
            bool trace,
            std::optional<Oid> polledAddress) {
    Polled polled;
    maps.identify(recording.answer(maps.identifyPlan()), polled.device);
    polled.device.polledAddressInterface = std::move(polledAddress);
    polled.map = maps.select(polled.device);
    for (const Group group :
         {Group::Configuration, Group::Supplies, Group::Counters, Group::Status}) {
        const auto answers = recording.answer(polled.map->plan(group, polled.device));
        polled.groups.emplace_back(
            group, polled.map->evaluate(group, answers, polled.device, kNow, trace));
    }
    return polled;
}

const Evaluation& Polled::group(Group wanted) const {
    const auto it = std::find_if(groups.begin(), groups.end(),
                                 [&](const auto& entry) { return entry.first == wanted; });
    return it->second;
}

namespace {

template <typename Fits>
std::optional<std::string> best(const Polled& polled, std::string_view path, Fits&& fits) {
    const auto param = modelSchema().findParam(path);
    EXPECT_TRUE(param) << path;
    const Reading* found = nullptr;
    const Evaluation* where = nullptr;
    for (const auto& [group, evaluation] : polled.groups) {
        for (const Reading& reading : evaluation.readings) {
            const bool better = found == nullptr || reading.rank > found->rank;
            if (param && reading.param == *param && better && fits(evaluation, reading.row)) {
                found = &reading;
                where = &evaluation;
            }
        }
    }
    (void)where;
    return found != nullptr ? std::optional(found->value.text()) : std::nullopt;
}

}  // namespace

std::optional<std::string> Polled::text(std::string_view path) const {
    return best(*this, path, [](const Evaluation&, std::int32_t row) { return row == -1; });
}

std::optional<std::string> Polled::text(std::string_view path, std::uint32_t index) const {
    return best(*this, path, [&](const Evaluation& evaluation, std::int32_t row) {
        return row >= 0 && evaluation.rows[static_cast<std::size_t>(row)].index == index;
    });
}

std::optional<std::string> Polled::textOfKey(std::string_view path, std::string_view key) const {
    return best(*this, path, [&](const Evaluation& evaluation, std::int32_t row) {
        return row >= 0 && evaluation.rows[static_cast<std::size_t>(row)].key == key;
    });
}

const CounterReading* Polled::counter(std::string_view path) const {
    const auto param = modelSchema().findParam(path);
    EXPECT_TRUE(param) << path;
    const CounterReading* found = nullptr;
    for (const auto& [group, evaluation] : groups) {
        for (const CounterReading& reading : evaluation.counters) {
            if (param && reading.param == *param &&
                (found == nullptr || reading.rank > found->rank)) {
                found = &reading;
            }
        }
    }
    return found;
}

std::vector<std::uint32_t> Polled::indexes(std::string_view objectPath) const {
    const auto object = modelSchema().findObject(objectPath);
    EXPECT_TRUE(object) << objectPath;
    std::vector<std::uint32_t> out;
    for (const auto& [group, evaluation] : groups) {
        for (const Row& row : evaluation.rows) {
            const bool wanted = object && row.object == *object && row.index;
            if (wanted && std::find(out.begin(), out.end(), *row.index) == out.end()) {
                out.push_back(*row.index);
            }
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace platen::mibmap::testing
