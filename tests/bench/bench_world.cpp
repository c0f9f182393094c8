// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench_world.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

namespace platen::bench {
namespace {

const std::filesystem::path kSource = PLATEN_SOURCE;

template <typename T>
T need(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().text);
    }
    return std::move(*result);
}

model::Schema loadSchema() {
    const std::array files{kSource / "mfp-datamodel/model/device-2.xml",
                           kSource / "mfp-datamodel/model/mfp-1.0.xml"};
    return need(model::Schema::load(files));
}

/// The recording with the most rows: the heaviest poll.
std::shared_ptr<const sim::Recording> loadPrinter() {
    std::shared_ptr<const sim::Recording> best;
    for (const auto& path : need(sim::findRecordings({kSource / "tests/data/recordings"}))) {
        auto recording = need(sim::Recording::load(path));
        if (best == nullptr || recording->size() > best->size()) {
            best = std::move(recording);
        }
    }
    if (best == nullptr) {
        throw std::runtime_error("no recording in tests/data/recordings");
    }
    return best;
}

}  // namespace

World::World() : schema_(loadSchema()), printer_(loadPrinter()) {
    std::vector<std::string> problems;
    maps_ = need(mibmap::MapSet::load(schema_, kSource / "mibmap/maps", {}, problems));
}

World& World::get() {
    static World world;
    return world;
}

std::vector<VarBind> World::answers(const mibmap::PollPlan& plan) const {
    std::vector<VarBind> varbinds;
    const auto add = [this, &varbinds](std::size_t row) {
        varbinds.push_back({Oid(printer_->oid(row)), printer_->value(row)});
    };
    for (const Oid& scalar : plan.scalars) {
        if (const auto row = printer_->find(scalar.ids())) {
            add(*row);
        }
    }
    for (const auto& table : plan.tables) {
        for (const Oid& column : table) {
            for (std::size_t row = printer_->firstAfter(column.ids());
                 row < printer_->size() && Oid(printer_->oid(row)).startsWith(column); ++row) {
                add(row);
            }
        }
    }
    std::ranges::sort(varbinds, {}, &VarBind::oid);
    varbinds.erase(std::unique(varbinds.begin(), varbinds.end(),
                               [](const VarBind& a, const VarBind& b) { return a.oid == b.oid; }),
                   varbinds.end());
    return varbinds;
}

}  // namespace platen::bench
