// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/dm_document.hpp"

#include "base/text.hpp"
#include "mfp-datamodel/dm_syntax.hpp"
#include "mfp-datamodel/dm_xml.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

namespace platen::model {

namespace {

constexpr std::string_view kNamespace = "urn:broadband-forum-org:cwmp:datamodel-1-";

/// Letter or underscore, then letters, digits, `_`, `-` (C-DT-09).
bool isNodeName(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    };
    return !name.empty() && letter(name.front()) && std::ranges::all_of(name, [letter](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '-';
    });
}

class DocumentReader {
  public:
    DocumentReader(std::string_view text, const std::string& name) : xml_(text, name) {
        document_.file = name;
    }

    DmDocument read() {
        const pugi::xml_node root = xml_.root();
        checkRoot(root);
        document_.spec = xml_.required(root, "spec");
        for (const pugi::xml_node type : root.children("dataType")) {
            if (!dataTypes_.emplace(xml_.required(type, "name"), type).second) {
                xml_.reject(type, "data type is defined twice");
            }
        }
        const pugi::xml_node model = root.child("model");
        if (model.empty() || !model.next_sibling("model").empty()) {
            xml_.reject(root, "exactly one model is needed");
        }
        document_.modelName = xml_.required(model, "name");
        document_.service = xml_.flag(model, "isService");
        for (const pugi::xml_node object : model.children("object")) {
            readObject(object);
        }
        for (const pugi::xml_node profile : model.children("profile")) {
            readProfile(profile);
        }
        return std::move(document_);
    }

  private:
    void checkRoot(pugi::xml_node root) const {
        const std::string_view name = root.name();
        const std::size_t colon = name.find(':');
        const std::string_view local =
            colon == std::string_view::npos ? name : name.substr(colon + 1);
        const std::string declaration = colon == std::string_view::npos
                                            ? "xmlns"
                                            : text::cat({"xmlns:", name.substr(0, colon)});
        const std::string_view uri = root.attribute(declaration.c_str()).as_string();
        if (local != "document" || !uri.starts_with(kNamespace) ||
            !text::toUnsigned(uri.substr(kNamespace.size()))) {
            xml_.reject(root, "this is no cwmp-datamodel-1-x document");
        }
    }

    bool readAccess(pugi::xml_node node) const {
        const std::string access = xml_.required(node, "access");
        if (access != "readOnly" && access != "readWrite") {
            xml_.reject(node, text::cat({"unknown access \"", access, "\""}));
        }
        return access == "readWrite";
    }

    ActiveNotify readNotify(pugi::xml_node node) const {
        const std::string_view notify = node.attribute("activeNotify").as_string("normal");
        if (notify == "normal") {
            return ActiveNotify::Normal;
        }
        if (notify == "forceEnabled") {
            return ActiveNotify::ForceEnabled;
        }
        if (notify == "forceDefaultEnabled") {
            return ActiveNotify::ForceDefaultEnabled;
        }
        if (notify == "canDeny") {
            return ActiveNotify::CanDeny;
        }
        xml_.reject(node, text::cat({"unknown activeNotify \"", notify, "\""}));
    }

    /// Splits the template path and fills name, table and depth.
    void readPath(pugi::xml_node node, ObjectDef& def) const {
        def.path = xml_.required(node, "name");
        if (def.path.size() > kMaxTemplateBytes || def.path.back() != '.') {
            xml_.reject(node, text::cat({"object name \"", text::cutUtf8(def.path, 60),
                                         "\" is too long or has no final dot"}));
        }
        auto segments = text::split(def.path, '.');
        segments.pop_back();  // the piece after the final dot
        bool mayBeInstance = false;
        for (const std::string_view segment : segments) {
            const bool instance = segment == "{i}";
            if (instance ? !mayBeInstance : !isNodeName(segment)) {
                xml_.reject(node, text::cat({"object name \"", def.path, "\" is malformed"}));
            }
            mayBeInstance = !instance;
            def.depth = static_cast<std::uint8_t>(def.depth + (instance ? 1 : 0));
            def.table = instance;
            if (!instance) {
                def.name = segment;
            }
        }
        if (segments.size() > kMaxPathSegments || def.depth > kMaxDepth) {
            xml_.reject(node, text::cat({"object \"", def.path, "\" is nested too deeply"}));
        }
    }

    ParamDef readParameter(pugi::xml_node node) const {
        ParamDef def;
        def.name = xml_.required(node, "name");
        if (!isNodeName(def.name)) {
            xml_.reject(node, text::cat({"parameter name \"", def.name, "\" is malformed"}));
        }
        def.description = text::trim(node.child("description").child_value());
        def.readWrite = readAccess(node);
        def.activeNotify = readNotify(node);
        def.forcedInform = xml_.flag(node, "forcedInform");
        const pugi::xml_node syntax = node.child("syntax");
        if (!syntax) {
            xml_.reject(node, text::cat({"parameter \"", def.name, "\" has no syntax"}));
        }
        readSyntax(xml_, syntax, dataTypes_, def);
        return def;
    }

    void readObject(pugi::xml_node node) {
        DmObject object;
        object.where = xml_.where(node);
        readPath(node, object.def);
        object.def.description = text::trim(node.child("description").child_value());
        object.def.readWrite = readAccess(node);
        object.countParameter = node.attribute("numEntriesParameter").as_string();
        for (const pugi::xml_node key : node.children("uniqueKey")) {
            std::vector<std::string> names;
            for (const pugi::xml_node part : key.children("parameter")) {
                names.push_back(xml_.required(part, "ref"));
            }
            object.def.uniqueKeys.push_back(std::move(names));
        }
        for (const pugi::xml_node child : node.children("parameter")) {
            if (object.params.size() == kMaxObjectParams) {
                xml_.reject(child, "too many parameters in one object");
            }
            object.params.push_back(readParameter(child));
            const std::string& name = object.params.back().name;
            if (std::ranges::count(object.params, name, &ParamDef::name) > 1) {
                xml_.reject(child, text::cat({"parameter \"", name, "\" stands twice in ",
                                              object.def.path}));
            }
        }
        if (document_.objects.size() == kMaxObjects) {
            xml_.reject(node, "too many objects");
        }
        document_.objects.push_back(std::move(object));
    }

    void readProfile(pugi::xml_node node) {
        DmProfile profile;
        profile.where = xml_.where(node);
        profile.name = xml_.required(node, "name");
        for (const std::string_view base :
             text::split(node.attribute("extends").as_string(), ' ')) {
            if (!base.empty()) {
                profile.extends.emplace_back(base);
            }
        }
        for (const pugi::xml_node object : node.children("object")) {
            const std::string path = xml_.required(object, "ref");
            for (const pugi::xml_node param : object.children("parameter")) {
                profile.params.emplace_back(path, xml_.required(param, "ref"));
            }
        }
        document_.profiles.push_back(std::move(profile));
    }

    DmXml xml_;
    DataTypes dataTypes_;
    DmDocument document_;
};

}  // namespace

DmDocument parseDmDocument(std::string_view xml, const std::string& name) {
    return DocumentReader(xml, name).read();
}

DmDocument readDmDocument(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    std::ifstream file(path, std::ios::binary);
    if (!file || !std::filesystem::is_regular_file(path)) {
        throw DocumentError(ErrorCode::NotFound, path.string() + ": cannot be read");
    }
    if (std::filesystem::file_size(path) > kMaxDocumentBytes) {
        throw DocumentError(ErrorCode::TooLarge, name + ": larger than 4 MiB");
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return parseDmDocument(text, name);
}

}  // namespace platen::model
