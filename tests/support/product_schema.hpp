// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/schema.hpp"

#include <array>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace platen::test {

/// The product's own data model, Device:2 with the MFP service; read once a program.
inline const model::Schema& productSchema() {
    static const model::Schema schema = [] {
        const auto folder = std::filesystem::path(PLATEN_SOURCE) / "mfp-datamodel/model";
        const std::array files{folder / "device-2.xml", folder / "mfp-1.0.xml"};
        auto loaded = model::Schema::load(files);
        if (!loaded) {
            throw std::runtime_error(loaded.error().text);
        }
        return std::move(*loaded);
    }();
    return schema;
}

}  // namespace platen::test
