// SPDX-License-Identifier: Apache-2.0
// Map text → compile → plan, evaluate and SET over fixed varbinds. A map file is written by the
// site's staff, so it may be wrong in every way; nothing may crash, hang or grow without bound.
#include "mibmap/compiled_map.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using platen::Oid;
using platen::SnmpValue;
using platen::VarBind;

const platen::model::Schema& schema() {
    static const platen::model::Schema loaded = [] {
        const std::filesystem::path model =
            std::filesystem::path(PLATEN_SOURCE) / "mfp-datamodel" / "model";
        const std::vector<std::filesystem::path> files{model / "device-2.xml",
                                                       model / "mfp-1.0.xml"};
        auto result = platen::model::Schema::load(files);
        if (!result) {
            std::abort();
        }
        return std::move(*result);
    }();
    return loaded;
}

/// Two rows of every column of the Printer-MIB's tables, with numbers, texts and specials.
std::vector<VarBind> varbinds() {
    std::vector<VarBind> out;
    for (std::uint32_t group = 5; group <= 18; ++group) {
        for (std::uint32_t table = 1; table <= 6; ++table) {
            for (std::uint32_t column = 1; column <= 9; ++column) {
                for (std::uint32_t row = 1; row <= 2; ++row) {
                    const Oid oid{1, 3, 6, 1, 2, 1, 43, group, table, 1, column, 1, row};
                    const bool text = column % 3 == 0;
                    out.push_back({oid, text ? SnmpValue::string("Black Toner, PN 12;SN\xE4")
                                             : SnmpValue::integer(std::int64_t{row} * 7 - 10)});
                }
            }
        }
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<VarBind> input = varbinds();
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    std::string text(reinterpret_cast<const char*>(data), size);
    auto file = platen::mibmap::parseMapFile("fuzz.json", std::move(text), false);
    if (!file) {
        return 0;
    }
    const auto map = platen::mibmap::compileMap(
        schema(), {std::shared_ptr<const platen::mibmap::MapFile>(std::move(*file))});
    if (!map) {
        return 0;
    }
    platen::mibmap::DeviceContext device;
    for (const auto group : platen::mibmap::kPollGroups) {
        (void)(*map)->plan(group, device);
        (void)(*map)->evaluate(group, input, device, platen::kUnknownTime, true);
        (void)(*map)->evaluate(group, input, device, platen::kUnknownTime, false);
    }
    const std::uint32_t row[] = {1};
    for (std::size_t i = 0; i < schema().paramCount(); ++i) {
        const platen::model::ParamIndex param(static_cast<std::uint16_t>(i));
        if ((*map)->writable(param)) {
            (void)(*map)->planSet(param, row, platen::model::Value::string("7"), device);
        }
    }
    return 0;
}
