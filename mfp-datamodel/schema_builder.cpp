// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/schema_builder.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace platen::model {

namespace {

constexpr std::string_view kServices = "Services.";

[[noreturn]] void reject(const std::string& where, std::string_view text) {
    throw DocumentError(ErrorCode::Malformed, text::cat({where, ": ", text}));
}

/// `MFP.{i}.Supply.{i}.` → `MFP.{i}.`; empty for a root object.
std::string_view parentPath(const ObjectDef& def) {
    const std::size_t own = def.name.size() + 1 + (def.table ? std::string_view("{i}.").size() : 0);
    return std::string_view(def.path).substr(0, def.path.size() - own);
}

}  // namespace

void SchemaBuilder::add(DmDocument document) {
    documents_.push_back(std::move(document));
}

Schema SchemaBuilder::build() {
    for (DmDocument& document : documents_) {
        addObjects(document);
    }
    const DmObject& root = documents_.front().objects.front();
    number(node(root.def.path, root.where), std::nullopt);
    linkCounts();
    checkUniqueKeys();
    checkDefaults();
    for (const DmDocument& document : documents_) {
        const ObjectIndex top = *schema_.findObject(document.objects.front().def.path);
        schema_.models_.push_back({document.modelName, document.spec, top, document.service});
        addProfiles(document);
    }
    return std::move(schema_);
}

SchemaBuilder::Node& SchemaBuilder::node(const std::string& path, const std::string& where) {
    const auto found = nodes_.find(path);
    if (found == nodes_.end()) {
        reject(where, text::cat({"object \"", path, "\" is not defined"}));
    }
    return found->second;
}

void SchemaBuilder::addObjects(DmDocument& document) {
    const bool first = &document == documents_.data();
    if (document.objects.empty() || document.service == first) {
        reject(document.file, first ? "the first document must be a root model with objects"
                                    : "a service model with objects is needed");
    }
    for (DmObject& object : document.objects) {
        if (!nodes_.emplace(object.def.path, Node{&object, {}}).second) {
            reject(object.where, text::cat({"object \"", object.def.path, "\" stands twice"}));
        }
    }
    DmObject& root = document.objects.front();
    if (!parentPath(root.def).empty() || root.def.table == first) {
        reject(root.where, "the first object must be the root of the model");
    }
    for (DmObject& object : document.objects) {
        if (&object == &root) {
            continue;
        }
        const std::string_view parent = parentPath(object.def);
        if (!object.def.path.starts_with(root.def.path)) {
            reject(object.where,
                   text::cat({"object \"", object.def.path, "\" lies outside ", root.def.path}));
        }
        attach(object, parent);
    }
    if (!first) {
        mountService(root);
    }
}

void SchemaBuilder::attach(DmObject& object, std::string_view parentPath) {
    Node& parent = node(std::string(parentPath), object.where);
    parent.children.push_back(&node(object.def.path, object.where));
}

/// A service lies under `Device.Services.`, which counts its instances.
void SchemaBuilder::mountService(DmObject& root) {
    const std::string services =
        documents_.front().objects.front().def.path + std::string(kServices);
    attach(root, services);
    root.def.serviceRoot = true;
    if (root.countParameter.empty()) {
        root.countParameter = root.def.name + "NumberOfEntries";
    }
    ParamDef count;
    count.name = root.countParameter;
    count.description = text::cat({"Number of rows of ", root.def.name, "."});
    count.type = ValueType::UnsignedInt;
    auto& params = node(services, root.where).object->params;
    if (std::ranges::count(params, count.name, &ParamDef::name) > 0) {
        reject(root.where,
               text::cat({"parameter \"", count.name, "\" stands twice in ", services}));
    }
    params.push_back(std::move(count));
}

/// Depth first; the depth is bounded by kMaxPathSegments of each document.
void SchemaBuilder::number(const Node& node, std::optional<ObjectIndex> parent) {
    constexpr std::size_t kMaxIndex = std::numeric_limits<std::uint16_t>::max();
    const std::size_t objectNumber = schema_.objects_.size();
    if (objectNumber >= kMaxIndex - 1 ||
        schema_.params_.size() + node.object->params.size() >= kMaxIndex) {
        reject(node.object->where, "the model is too large");
    }
    const ObjectIndex index(static_cast<std::uint16_t>(objectNumber));
    schema_.objects_.push_back(node.object->def);
    schema_.objectsByPath_.emplace(node.object->def.path, index);
    schema_.objects_[objectNumber].index = index;
    schema_.objects_[objectNumber].parent = parent;
    for (const ParamDef& source : node.object->params) {
        const ParamIndex paramIndex(static_cast<std::uint16_t>(schema_.params_.size()));
        schema_.objects_[objectNumber].params.push_back(paramIndex);
        ParamDef& def = schema_.params_.emplace_back(source);
        def.index = paramIndex;
        def.object = index;
    }
    for (const Node* child : node.children) {
        const ObjectIndex childIndex(static_cast<std::uint16_t>(schema_.objects_.size()));
        schema_.objects_[objectNumber].children.push_back(childIndex);
        number(*child, index);
    }
    schema_.objects_[objectNumber].subtreeEnd =
        ObjectIndex(static_cast<std::uint16_t>(schema_.objects_.size()));
}

void SchemaBuilder::linkCounts() {
    for (const auto& [path, entry] : nodes_) {
        const std::string& name = entry.object->countParameter;
        if (name.empty()) {
            continue;
        }
        ObjectDef& table = schema_.objects_[schema_.findObject(path)->value()];
        const auto count =
            table.table && table.parent ? schema_.findParam(*table.parent, name) : std::nullopt;
        if (!count) {
            reject(entry.object->where,
                   text::cat({"parameter \"", name, "\", which counts ", path, ", is missing"}));
        }
        table.numberOfEntries = count;
        schema_.params_[count->value()].countedTable = table.index;
    }
}

void SchemaBuilder::checkUniqueKeys() const {
    for (const ObjectDef& object : schema_.objects_) {
        for (const auto& key : object.uniqueKeys) {
            for (const std::string& name : key) {
                if (!schema_.findParam(object.index, name)) {
                    reject(nodes_.find(object.path)->second.object->where,
                           text::cat({"unique key parameter \"", name, "\" is missing in ",
                                      object.path}));
                }
            }
        }
    }
}

void SchemaBuilder::checkDefaults() const {
    for (const ParamDef& param : schema_.params_) {
        if (!param.defaultText) {
            continue;
        }
        if (const auto value = schema_.parseValue(param.index, *param.defaultText); !value) {
            reject(nodes_.find(schema_.object(param.object).path)->second.object->where,
                   text::cat({"default of ", value.error().text}));
        }
    }
}

ParamIndex SchemaBuilder::profileParam(const DmProfile& profile,
                                       const std::string& object,
                                       const std::string& name) const {
    const auto found = schema_.findObject(object);
    const auto param = found ? schema_.findParam(*found, name) : std::nullopt;
    if (!param) {
        reject(profile.where, text::cat({"profile \"", profile.name, "\" asks for \"", object, name,
                                         "\", which is not defined"}));
    }
    return *param;
}

void SchemaBuilder::addProfiles(const DmDocument& document) {
    std::vector<Schema::Profile> profiles;
    for (const DmProfile& source : document.profiles) {
        Schema::Profile profile{source.name, {}};
        for (const std::string& base : source.extends) {
            const auto found = std::ranges::find(profiles, base, &Schema::Profile::name);
            if (found == profiles.end()) {
                reject(source.where, text::cat({"profile \"", base, "\" is not defined before \"",
                                                source.name, "\""}));
            }
            profile.params.insert(profile.params.end(), found->params.begin(), found->params.end());
        }
        for (const auto& [object, name] : source.params) {
            const ParamIndex param = profileParam(source, object, name);
            profile.params.push_back(param);
            std::string& firstProfile = schema_.params_[param.value()].profile;
            if (firstProfile.empty()) {
                firstProfile = source.name;
            }
        }
        std::ranges::sort(profile.params);
        profile.params.erase(std::unique(profile.params.begin(), profile.params.end()),
                             profile.params.end());
        profiles.push_back(std::move(profile));
    }
    std::ranges::move(
        profiles, std::back_inserter(document.service ? schema_.profiles_ : schema_.rootProfiles_));
}

Result<Schema> Schema::load(std::span<const std::filesystem::path> files) {
    if (files.empty()) {
        return fail(ErrorCode::NotFound, "no data model document is given");
    }
    try {
        SchemaBuilder builder;
        for (const std::filesystem::path& file : files) {
            builder.add(readDmDocument(file));
        }
        return builder.build();
    } catch (const DocumentError& error) {
        return fail(error.code(), error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        return fail(ErrorCode::NotFound, error.what());
    }
}

}  // namespace platen::model
