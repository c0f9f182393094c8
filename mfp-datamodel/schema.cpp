// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/schema.hpp"

#include <algorithm>

namespace platen::model {

std::optional<ObjectIndex> Schema::findObject(std::string_view templatePath) const {
    const auto found = objectsByPath_.find(templatePath);
    if (found == objectsByPath_.end()) {
        return std::nullopt;
    }
    return found->second;
}

std::optional<ParamIndex> Schema::findParam(std::string_view templatePath) const {
    const std::size_t dot = templatePath.rfind('.');
    if (dot == std::string_view::npos) {
        return std::nullopt;
    }
    const auto object = findObject(templatePath.substr(0, dot + 1));
    return object ? findParam(*object, templatePath.substr(dot + 1)) : std::nullopt;
}

std::string Schema::templatePath(ParamIndex index) const {
    const ParamDef& def = param(index);
    return object(def.object).path + def.name;
}

std::optional<ObjectIndex> Schema::findChild(ObjectIndex parent, std::string_view name) const {
    const auto& children = object(parent).children;
    const auto found = std::ranges::find_if(
        children, [this, name](ObjectIndex child) { return object(child).name == name; });
    return found == children.end() ? std::nullopt : std::optional(*found);
}

std::optional<ParamIndex> Schema::findParam(ObjectIndex object, std::string_view name) const {
    const auto& params = objects_[object.value()].params;
    const auto found = std::ranges::find_if(
        params, [this, name](ParamIndex candidate) { return param(candidate).name == name; });
    return found == params.end() ? std::nullopt : std::optional(*found);
}

}  // namespace platen::model
