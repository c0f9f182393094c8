// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/schema.hpp"

#include <array>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace platen::model {

inline std::filesystem::path modelFile(std::string_view name) {
    return std::filesystem::path(PLATEN_SOURCE) / "mfp-datamodel" / "model" / name;
}

/// The real model, read once a test program.
inline const Schema& realSchema() {
    static const Schema kSchema = [] {
        const std::array files{modelFile("device-2.xml"), modelFile("mfp-1.0.xml")};
        auto loaded = Schema::load(files);
        if (!loaded) {
            throw std::runtime_error(loaded.error().text);
        }
        return std::move(*loaded);
    }();
    return kSchema;
}

/// Index of a parameter by template path; throws if there is none.
inline ParamIndex paramOf(std::string_view templatePath) {
    const auto found = realSchema().findParam(templatePath);
    if (!found) {
        throw std::runtime_error("no parameter " + std::string(templatePath));
    }
    return *found;
}

/// Index of an object by template path; throws if there is none.
inline ObjectIndex objectOf(std::string_view templatePath) {
    const auto found = realSchema().findObject(templatePath);
    if (!found) {
        throw std::runtime_error("no object " + std::string(templatePath));
    }
    return *found;
}

/// A parameter by internal name: `MFP.1.Supply.2.Level`.
inline ParamRef refOf(std::string_view internalName) {
    static const PathCodec kPlain(realSchema(), "");
    const auto path = kPlain.parseInternal(internalName);
    if (!path || path->kind != Path::Kind::Parameter) {
        throw std::runtime_error("no parameter " + std::string(internalName));
    }
    return path->paramRef();
}

/// An object, row or table by internal name: `MFP.1.Supply.2.`
inline Path pathOf(std::string_view internalName) {
    static const PathCodec kPlain(realSchema(), "");
    const auto path = kPlain.parseInternal(internalName);
    if (!path) {
        throw std::runtime_error("no path " + std::string(internalName));
    }
    return *path;
}

}  // namespace platen::model
