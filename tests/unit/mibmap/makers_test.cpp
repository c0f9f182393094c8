// SPDX-License-Identifier: Apache-2.0
// Each maker's overlay over small agents of our own: makers/NAME.snmprec is what the agent holds,
// makers/NAME.json what must come out of it. A new case is two files, no code.
#include "base/text.hpp"
#include "tests/unit/mibmap/map_fixture.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace platen::mibmap::testing {
namespace {

using Json = nlohmann::json;

struct Agent {
    Recording recording;
    Json expected;
};

std::filesystem::path folder() {
    return std::filesystem::path(PLATEN_SOURCE) / "tests" / "unit" / "mibmap" / "makers";
}

Agent agent(const std::string& name) {
    auto recording = Recording::load(folder() / (name + ".snmprec"));
    EXPECT_TRUE(recording) << name;
    std::ifstream file(folder() / (name + ".json"));
    Json expected = Json::parse(file, nullptr, false);
    EXPECT_FALSE(expected.is_discarded()) << name;
    return {recording ? std::move(*recording) : Recording{}, std::move(expected)};
}

std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
        if (entry.path().extension() == ".snmprec") {
            out.push_back(entry.path().stem().string());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string pathOf(const Reading& reading) {
    return modelSchema().templatePath(reading.param);
}

/// The value with the highest rank of a parameter in one row.
std::string valueInRow(const Evaluation& evaluation, std::int32_t row, const std::string& path) {
    const Reading* found = nullptr;
    for (const Reading& reading : evaluation.readings) {
        const bool better = found == nullptr || reading.rank > found->rank;
        if (reading.row == row && better && pathOf(reading) == path) {
            found = &reading;
        }
    }
    return found != nullptr ? found->value.text() : "none";
}

/// A row of `object` whose parameters have these values.
struct Found {
    const Evaluation* evaluation = nullptr;
    std::int32_t row = -1;
};

Found findRow(const Polled& polled, const std::string& object, const Json& where) {
    const auto index = modelSchema().findObject(object);
    EXPECT_TRUE(index) << object;
    for (const auto& [group, evaluation] : polled.groups) {
        for (std::size_t i = 0; i < evaluation.rows.size(); ++i) {
            const auto row = static_cast<std::int32_t>(i);
            bool fits = index && evaluation.rows[i].object == *index;
            for (auto it = where.begin(); fits && it != where.end(); ++it) {
                fits = valueInRow(evaluation, row, object + it.key()) == it.value();
            }
            if (fits) {
                return {&evaluation, row};
            }
        }
    }
    return {};
}

class Makers : public ::testing::TestWithParam<std::string> {};

TEST_P(Makers, IsReadByItsOverlay) {
    const Agent it = agent(GetParam());
    const Polled polled = poll(it.recording, sourceMaps());
    EXPECT_EQ(polled.map->files().back(), it.expected.at("map"));
    for (const auto& [group, evaluation] : polled.groups) {
        for (const std::string& problem : evaluation.problems) {
            ADD_FAILURE() << problem;
        }
    }
}

TEST_P(Makers, SingleValuesAndMeters) {
    const Agent it = agent(GetParam());
    const Polled polled = poll(it.recording, sourceMaps());
    for (const auto& [path, value] : it.expected.at("params").items()) {
        EXPECT_EQ(polled.text(path).value_or("none"), value) << path;
    }
    for (const auto& [path, value] : it.expected.at("counters").items()) {
        const CounterReading* counter = polled.counter(path);
        ASSERT_NE(counter, nullptr) << path;
        EXPECT_EQ(counter->raw, value.get<std::uint64_t>()) << path << " from " << counter->source;
    }
    for (const Json& path : it.expected.value("no counters", Json::array())) {
        EXPECT_EQ(polled.counter(path.get<std::string>()), nullptr) << path;
    }
}

TEST_P(Makers, Rows) {
    const Agent it = agent(GetParam());
    const Polled polled = poll(it.recording, sourceMaps());
    for (const Json& row : it.expected.at("rows")) {
        const auto object = row.at(0).get<std::string>();
        const Found found = findRow(polled, object, row.at(1));
        ASSERT_NE(found.evaluation, nullptr) << row;
        for (const auto& [name, value] : row.at(2).items()) {
            EXPECT_EQ(valueInRow(*found.evaluation, found.row, object + name), value)
                << row.at(1) << " " << name;
        }
    }
    for (const Json& row : it.expected.at("missing")) {
        EXPECT_EQ(findRow(polled, row.at(0).get<std::string>(), row.at(1)).evaluation, nullptr)
            << row;
    }
}

void expectPossible(const Polled& polled, const std::string& what) {
    for (const auto& [group, evaluation] : polled.groups) {
        for (const Reading& reading : evaluation.readings) {
            if (pathOf(reading) == "MFP.{i}.Supply.{i}.LevelPercent") {
                const std::int64_t percent = reading.value.asInt();
                EXPECT_GE(percent, -1) << what;
                EXPECT_LE(percent, 100) << what;
                const std::string state =
                    valueInRow(evaluation, reading.row, "MFP.{i}.Supply.{i}.LevelState");
                EXPECT_EQ(state == "Measured", percent >= 0) << what << ": " << state;
            }
        }
    }
}

// Agents leave out what they like: whatever column is missing, no level and no meter is made up.
TEST_P(Makers, AMissingObjectNeverMakesAValueUp) {
    const Agent it = agent(GetParam());
    const Polled whole = poll(it.recording, sourceMaps());
    for (const VarBind& gone : it.recording.rows()) {
        Recording less = it.recording;
        less.erase(gone.oid);
        const Polled polled = poll(less, sourceMaps());
        expectPossible(polled, "without " + gone.oid.toString());
        for (const auto& [group, evaluation] : polled.groups) {
            for (const CounterReading& counter : evaluation.counters) {
                const std::string path = modelSchema().templatePath(counter.param);
                const CounterReading* before = counter.row < 0 ? whole.counter(path) : nullptr;
                if (before != nullptr && before->source == counter.source) {
                    EXPECT_LE(counter.raw, before->raw)
                        << path << " without " << gone.oid.toString();
                }
            }
        }
    }
}

// Each number of the recording in turn becomes one of the values that agents send for "no value".
TEST_P(Makers, SpecialNumbersAreStatesNotLevels) {
    const Agent it = agent(GetParam());
    constexpr std::array<std::int64_t, 3> kOdd{-3, -1, 150};
    for (const VarBind& varbind : it.recording.rows()) {
        if (varbind.value.type != SnmpType::Integer) {
            continue;
        }
        for (const std::int64_t number : kOdd) {
            Recording odd = it.recording;
            odd.set(varbind.oid, SnmpValue::integer(number));
            expectPossible(poll(odd, sourceMaps()),
                           varbind.oid.toString() + " = " + std::to_string(number));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Agents, Makers, ::testing::ValuesIn(names()), [](const auto& instance) {
    std::string name = instance.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
}  // namespace platen::mibmap::testing
