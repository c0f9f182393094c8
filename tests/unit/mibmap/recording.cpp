// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/mibmap/recording.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace platen::mibmap::testing {

namespace {

std::string bytes(std::string_view hex) {
    const auto raw = text::fromHex(hex);
    return raw ? std::string(raw->begin(), raw->end()) : std::string();
}

std::optional<SnmpValue> valueOf(std::string_view tag, std::string_view text) {
    const bool hex = !tag.empty() && tag.back() == 'x';
    const auto number = text::toInt(hex ? tag.substr(0, tag.size() - 1) : tag);
    if (!number) {
        return std::nullopt;
    }
    const auto type = static_cast<SnmpType>(*number);
    switch (type) {
        case SnmpType::OctetString:
        case SnmpType::Opaque:
            return SnmpValue::string(hex ? bytes(text) : std::string(text));
        case SnmpType::ObjectId: {
            auto oid = Oid::parse(text);
            return oid ? std::optional(SnmpValue::objectId(std::move(*oid))) : std::nullopt;
        }
        case SnmpType::IpAddress: {
            SnmpValue value;
            value.type = type;
            if (hex) {
                value.octets = bytes(text);
                return value;
            }
            for (const std::string_view part : text::split(text, '.')) {
                value.octets += static_cast<char>(text::toInt(part).value_or(0));
            }
            return value;
        }
        default:
            if (const auto n = text::toInt(text)) {
                return SnmpValue::integer(*n, type);
            }
            if (const auto n = text::toUnsigned(text)) {
                return SnmpValue::integer(static_cast<std::int64_t>(*n), type);
            }
            return std::nullopt;
    }
}

bool lessOid(const VarBind& a, const VarBind& b) {
    return a.oid < b.oid;
}

}  // namespace

Result<Recording> Recording::load(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorCode::NotFound, path.string());
    }
    std::ostringstream text;
    text << file.rdbuf();
    return parse(text.str());
}

Result<Recording> Recording::parse(std::string_view text) {
    Recording recording;
    for (std::string_view line : text::split(text, '\n')) {
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const std::size_t first = line.find('|');
        const std::size_t second = line.find('|', first + 1);
        if (first == std::string_view::npos || second == std::string_view::npos) {
            return fail(ErrorCode::Malformed, std::string(line));
        }
        auto oid = Oid::parse(line.substr(0, first));
        auto value = valueOf(line.substr(first + 1, second - first - 1), line.substr(second + 1));
        if (oid && value) {
            recording.rows_.push_back({std::move(*oid), std::move(*value)});
        }
    }
    std::stable_sort(recording.rows_.begin(), recording.rows_.end(), lessOid);
    return recording;
}

const SnmpValue* Recording::get(const Oid& oid) const {
    const auto it = std::lower_bound(rows_.begin(), rows_.end(), VarBind{oid, {}}, lessOid);
    return it != rows_.end() && it->oid == oid ? &it->value : nullptr;
}

bool Recording::hasUnder(const Oid& prefix) const {
    const auto it = std::lower_bound(rows_.begin(), rows_.end(), VarBind{prefix, {}}, lessOid);
    return it != rows_.end() && it->oid.startsWith(prefix);
}

void Recording::set(const Oid& oid, SnmpValue value) {
    const auto it = std::lower_bound(rows_.begin(), rows_.end(), VarBind{oid, {}}, lessOid);
    if (it != rows_.end() && it->oid == oid) {
        it->value = std::move(value);
    } else {
        rows_.insert(it, VarBind{oid, std::move(value)});
    }
}

void Recording::erase(const Oid& prefix) {
    rows_.erase(std::remove_if(rows_.begin(), rows_.end(),
                               [&](const VarBind& row) { return row.oid.startsWith(prefix); }),
                rows_.end());
}

std::vector<VarBind> Recording::answer(const PollPlan& plan) const {
    std::vector<VarBind> out;
    for (const Oid& scalar : plan.scalars) {
        if (const SnmpValue* value = get(scalar)) {
            out.push_back({scalar, *value});
        }
    }
    for (const auto& table : plan.tables) {
        for (const Oid& column : table) {
            auto it = std::lower_bound(rows_.begin(), rows_.end(), VarBind{column, {}}, lessOid);
            for (; it != rows_.end() && it->oid.startsWith(column); ++it) {
                out.push_back(*it);
            }
        }
    }
    std::stable_sort(out.begin(), out.end(), lessOid);
    return out;
}

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
