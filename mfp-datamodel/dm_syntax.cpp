// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/dm_syntax.hpp"

#include "base/text.hpp"
#include "mfp-datamodel/dm_document.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace platen::model {

namespace {

std::optional<ValueType> valueTypeOf(std::string_view element) {
    constexpr std::array kTypes = {
        ValueType::String,   ValueType::Int,          ValueType::UnsignedInt,
        ValueType::Long,     ValueType::UnsignedLong, ValueType::Boolean,
        ValueType::DateTime, ValueType::Base64,       ValueType::HexBinary,
    };
    const auto* const found = std::ranges::find_if(
        kTypes, [element](ValueType type) { return toString(type) == element; });
    return found == kTypes.end() ? std::nullopt : std::optional(*found);
}

/// Reads the facets of one type element. Two ranges or sizes are alternatives (TR-106), of which
/// the hull is kept.
class FacetReader {
  public:
    FacetReader(const DmXml& xml, ParamDef& param) : xml_(xml), param_(param) {}

    void read(pugi::xml_node type) {
        bool firstSize = true;
        bool firstRange = true;
        for (const pugi::xml_node facet : type.children()) {
            const std::string_view name = facet.name();
            if (name == "size") {
                readSize(facet, std::exchange(firstSize, false));
            } else if (name == "range") {
                readRange(facet, std::exchange(firstRange, false));
            } else if (name == "enumeration") {
                readEnumeration(facet);
            } else if (name == "pathRef") {
                param_.pathReference = true;
            }
        }
    }

    [[nodiscard]] std::optional<std::size_t> count(pugi::xml_node node, const char* name) const {
        const std::string_view text = node.attribute(name).as_string();
        if (text.empty()) {
            return std::nullopt;
        }
        const auto number = text::toUnsigned(text);
        if (!number) {
            xml_.reject(node, text::cat({name, " is no number"}));
        }
        return *number;
    }

  private:
    void readSize(pugi::xml_node facet, bool first) {
        const auto low = count(facet, "minLength");
        const auto high = count(facet, "maxLength");
        if (first) {
            param_.minLength = low.value_or(0) == 0 ? std::nullopt : low;
            param_.maxLength = high;
            return;
        }
        param_.minLength = low && param_.minLength ? std::min(low, param_.minLength) : std::nullopt;
        param_.maxLength =
            high && param_.maxLength ? std::max(high, param_.maxLength) : std::nullopt;
    }

    void readRange(pugi::xml_node facet, bool first) {
        const std::string_view lowText = facet.attribute("minInclusive").as_string();
        const auto low = text::toInt(lowText);
        if (!lowText.empty() && !low) {
            xml_.reject(facet, "minInclusive is no number");
        }
        const std::optional<std::uint64_t> high = count(facet, "maxInclusive");
        if (low && high && *low > 0 && static_cast<std::uint64_t>(*low) > *high) {
            xml_.reject(facet, "the range is empty");
        }
        if (first) {
            param_.minimum = low;
            param_.maximum = high;
            return;
        }
        param_.minimum = low && param_.minimum ? std::min(low, param_.minimum) : std::nullopt;
        param_.maximum = high && param_.maximum ? std::max(high, param_.maximum) : std::nullopt;
    }

    void readEnumeration(pugi::xml_node facet) {
        std::string value = xml_.required(facet, "value");
        if (std::ranges::find(param_.enumeration, value) != param_.enumeration.end()) {
            xml_.reject(facet, text::cat({"enumeration \"", value, "\" stands twice"}));
        }
        if (param_.enumeration.size() == kMaxEnumeration) {
            xml_.reject(facet, "too many enumeration values");
        }
        param_.enumeration.push_back(std::move(value));
    }

    const DmXml& xml_;
    ParamDef& param_;
};

void readList(const DmXml& xml, pugi::xml_node list, ParamDef& param) {
    param.list = true;
    const FacetReader facets(xml, param);
    if (std::string_view(list.attribute("maxItems").as_string()) != "unbounded") {
        param.maxItems = facets.count(list, "maxItems");
    }
    param.maxListLength = facets.count(list.child("size"), "maxLength");
}

/// The type element inside a syntax or a data type definition: its first element that is none of
/// the others which may stand there.
pugi::xml_node typeElement(pugi::xml_node parent) {
    for (const pugi::xml_node child : parent.children()) {
        const std::string_view name = child.name();
        if (child.type() == pugi::node_element && name != "list" && name != "default" &&
            name != "description") {
            return child;
        }
    }
    return {};
}

void readType(const DmXml& xml, pugi::xml_node type, const DataTypes& dataTypes, ParamDef& param) {
    if (std::string_view(type.name()) != "dataType") {
        const auto known = valueTypeOf(type.name());
        if (!known) {
            xml.reject(type, text::cat({"unknown type \"", type.name(), "\""}));
        }
        param.type = *known;
        FacetReader(xml, param).read(type);
        return;
    }
    const std::string name = xml.required(type, "ref");
    const auto found = dataTypes.find(name);
    const pugi::xml_node base =
        found == dataTypes.end() ? pugi::xml_node() : typeElement(found->second);
    const auto known = valueTypeOf(base.name());
    if (!known) {
        xml.reject(type, text::cat({"unknown data type \"", name, "\""}));
    }
    param.type = *known;
    param.format = textFormatOf(name);
    FacetReader(xml, param).read(base);
}

}  // namespace

void readSyntax(const DmXml& xml,
                pugi::xml_node syntax,
                const DataTypes& dataTypes,
                ParamDef& param) {
    param.hidden = xml.flag(syntax, "hidden");
    if (const pugi::xml_node list = syntax.child("list"); list) {
        readList(xml, list, param);
    }
    const pugi::xml_node type = typeElement(syntax);
    if (!type) {
        xml.reject(syntax, text::cat({"parameter \"", param.name, "\" has no type"}));
    }
    readType(xml, type, dataTypes, param);
    if (const pugi::xml_node value = syntax.child("default"); value) {
        param.defaultText = value.attribute("value").as_string();
    }
}

}  // namespace platen::model
