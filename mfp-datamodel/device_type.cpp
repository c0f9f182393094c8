// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/device_type.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

#include <pugixml.hpp>

#include <sstream>
#include <string_view>
#include <utility>

namespace platen::model {
namespace {

constexpr const char* kNamespace = "urn:broadband-forum-org:cwmp:devicetype-1-3";

/// RFC 4122 form (version 5) of a digest.
std::string uuidOf(std::string_view document) {
    auto hex = crypto::sha256Hex(document).substr(0, 32);
    hex[12] = '5';
    constexpr std::string_view kVariant = "89ab";
    hex[16] = kVariant[static_cast<std::size_t>(hex[16]) % kVariant.size()];
    return text::cat({hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20)});
}

class Writer {
  public:
    Writer(const PathCodec& codec, const Schema::Model& model)
        : codec_(codec), schema_(codec.schema()), model_(model) {}

    [[nodiscard]] DeviceType write() {
        auto root = document_.append_child("dt:document");
        root.append_attribute("xmlns:dt") = kNamespace;
        root.append_attribute("deviceType") = model_.spec.c_str();
        auto import = root.append_child("import");
        import.append_attribute("file") = fileName().c_str();
        import.append_attribute("spec") = model_.spec.c_str();
        const auto name = outside(model_.name);
        import.append_child("model").append_attribute("name") = name.c_str();
        auto model = root.append_child("model");
        model.append_attribute("ref") = name.c_str();
        addObjects(model);
        const auto uuid = uuidOf(text());
        root.append_attribute("uuid") = uuid.c_str();
        return {fileName(), uuid, model_.spec, text(), model_.service};
    }

  private:
    [[nodiscard]] std::string outside(std::string_view name) const {
        return model_.service ? text::cat({codec_.prefix(), name}) : std::string(name);
    }
    /// `Device:2.15` is device-2.xml, `MFP:1.0` mfp-1.xml.
    [[nodiscard]] std::string fileName() const {
        const std::string_view name = model_.name;
        const auto colon = name.find(':');
        const auto version = name.substr(colon + 1);
        return text::cat({text::toLower(name.substr(0, colon)), "-",
                          version.substr(0, version.find('.')), ".xml"});
    }
    void addObjects(pugi::xml_node model) const {
        const auto& root = schema_.object(model_.root);
        for (auto index = root.index; index < root.subtreeEnd;
             index = ObjectIndex(static_cast<ObjectIndex::RepType>(index.value() + 1))) {
            const auto& def = schema_.object(index);
            if (!model_.service && !def.path.starts_with("Device.")) {
                continue;  // A service lies under Device.Services. but has a document of its own.
            }
            auto object = model.append_child("object");
            object.append_attribute("ref") = outside(def.path).c_str();
            object.append_attribute("access") = def.readWrite ? "createDelete" : "readOnly";
            object.append_attribute("minEntries") = def.table ? "0" : "1";
            object.append_attribute("maxEntries") = def.table ? "unbounded" : "1";
            for (const auto param : def.params) {
                addParameter(object, schema_.param(param));
            }
        }
    }
    void addParameter(pugi::xml_node object, const ParamDef& def) const {
        auto parameter = object.append_child("parameter");
        const auto name =
            schema_.countsService(def.index) ? text::cat({codec_.prefix(), def.name}) : def.name;
        parameter.append_attribute("ref") = name.c_str();
        parameter.append_attribute("access") = def.readWrite ? "readWrite" : "readOnly";
        if (def.activeNotify == ActiveNotify::CanDeny) {
            parameter.append_attribute("activeNotify") = "willDeny";
        }
    }
    [[nodiscard]] std::string text() const {
        std::ostringstream out;
        document_.save(out, "  ", pugi::format_indent, pugi::encoding_utf8);
        return out.str();
    }

    const PathCodec& codec_;
    const Schema& schema_;
    const Schema::Model& model_;
    pugi::xml_document document_;
};

}  // namespace

std::vector<DeviceType> deviceTypes(const PathCodec& codec) {
    std::vector<DeviceType> types;
    for (const auto& model : codec.schema().models()) {
        types.push_back(Writer(codec, model).write());
    }
    return types;
}

}  // namespace platen::model
