// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/compiled_map.hpp"
#include "tests/unit/mibmap/recording.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::mibmap::testing {

/// Compiles map texts given in the test; the first is the standard map.
[[nodiscard]] inline Result<std::shared_ptr<const CompiledMap>> compileTexts(
    const std::vector<std::string>& texts) {
    std::vector<std::shared_ptr<const MapFile>> files;
    for (const std::string& text : texts) {
        const bool overlay = !files.empty();
        const std::string name = overlay ? "vendor/test.json" : "standard.json";
        auto file = parseMapFile(name, text, overlay);
        if (!file) {
            return tl::unexpected<Error>(file.error());
        }
        files.push_back(std::move(*file));
    }
    return compileMap(modelSchema(), std::move(files));
}

/// An OID from text; the test fails if it is none.
[[nodiscard]] inline Oid oid(std::string_view text) {
    const auto parsed = Oid::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : Oid{};
}

/// Evaluates one expression: a map whose only rule writes it to Status.StateMessage.
[[nodiscard]] inline std::string evaluateExpression(const std::string& expression,
                                                    const Recording& recording,
                                                    const std::string& more = "") {
    const std::string text =
        R"({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
            "scalars": {"a": "t.1.0", "b": "t.2.0", "c": "t.3.0", "d": "t.4.0"},
            "tables": {"tab": {"entry": "t.10.1", "index": "{n}", "columns": {"x": 1, "y": 2}}},)" +
        more +
        R"("objects": [{"object": "MFP.{i}.Status.", "group": "status",
            "params": {"StateMessage": )" +
        expression + "}}]}";
    const auto map = compileTexts({text});
    if (!map) {
        return "error: " + map.error().text;
    }
    DeviceContext device;
    const auto plan = (*map)->plan(Group::Status, device);
    const Evaluation out =
        (*map)->evaluate(Group::Status, recording.answer(plan), device, kNow, false);
    return out.readings.empty() ? "none" : out.readings.front().value.text();
}

}  // namespace platen::mibmap::testing
