// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/dm_xml.hpp"

#include "base/text.hpp"
#include "mfp-datamodel/dm_document.hpp"

#include <algorithm>
#include <utility>

namespace platen::model {

namespace {

/// Walks all nodes without recursion and remembers the first fault.
class Inspector final : public pugi::xml_tree_walker {
  public:
    bool for_each(pugi::xml_node& node) override {
        ++nodes_;
        if (nodes_ > kMaxDocumentNodes || static_cast<std::size_t>(depth()) > kMaxDocumentDepth) {
            return stop(node, "too many or too deeply nested elements");
        }
        if (node.type() == pugi::node_doctype) {
            return stop(node, "a document type declaration is not allowed");
        }
        if (node.type() == pugi::node_element && depth() == 0 && ++roots_ > 1) {
            return stop(node, "more than one root element");
        }
        if (hasDoubleAttribute(node)) {
            return stop(node, "an attribute stands twice");
        }
        return true;
    }
    [[nodiscard]] const std::string& fault() const { return fault_; }
    [[nodiscard]] pugi::xml_node culprit() const { return culprit_; }

  private:
    bool stop(pugi::xml_node node, std::string fault) {
        culprit_ = node;
        fault_ = std::move(fault);
        return false;
    }
    bool hasDoubleAttribute(pugi::xml_node node) {
        names_.clear();
        for (const pugi::xml_attribute attribute : node.attributes()) {
            names_.emplace_back(attribute.name());
        }
        std::ranges::sort(names_);
        return std::ranges::adjacent_find(names_) != names_.end();
    }

    std::vector<std::string_view> names_;
    std::size_t nodes_ = 0;
    std::size_t roots_ = 0;
    std::string fault_;
    pugi::xml_node culprit_;
};

}  // namespace

DmXml::DmXml(std::string_view xml, std::string name) : name_(std::move(name)) {
    if (xml.size() > kMaxDocumentBytes) {
        throw DocumentError(ErrorCode::TooLarge, name_ + ": larger than 4 MiB");
    }
    if (!text::isUtf8(xml)) {
        throw DocumentError(ErrorCode::Malformed, name_ + ": not UTF-8");
    }
    for (std::size_t at = xml.find('\n'); at != std::string_view::npos;
         at = xml.find('\n', at + 1)) {
        lineEnds_.push_back(static_cast<std::ptrdiff_t>(at));
    }
    const pugi::xml_parse_result parsed = document_.load_buffer(
        xml.data(), xml.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
    if (!parsed) {
        throw DocumentError(ErrorCode::Malformed,
                            text::cat({name_, ":", std::to_string(lineAt(parsed.offset)), ": ",
                                       parsed.description()}));
    }
    Inspector inspector;
    if (!document_.traverse(inspector)) {
        reject(inspector.culprit(), inspector.fault());
    }
}

std::size_t DmXml::lineAt(std::ptrdiff_t offset) const {
    const auto next = std::ranges::lower_bound(lineEnds_, offset);
    return 1 + static_cast<std::size_t>(next - lineEnds_.begin());
}

std::string DmXml::where(pugi::xml_node node) const {
    return text::cat({name_, ":", std::to_string(lineAt(node.offset_debug()))});
}

void DmXml::reject(pugi::xml_node node, std::string_view text) const {
    throw DocumentError(ErrorCode::Malformed, text::cat({where(node), ": ", text}));
}

std::string DmXml::required(pugi::xml_node node, const char* attribute) const {
    std::string value = node.attribute(attribute).as_string();
    if (value.empty()) {
        reject(node, text::cat({"<", node.name(), "> needs the attribute ", attribute}));
    }
    return value;
}

bool DmXml::flag(pugi::xml_node node, const char* attribute) const {
    const std::string_view value = node.attribute(attribute).as_string("false");
    const bool yes = value == "true" || value == "1";
    if (!yes && value != "false" && value != "0") {
        reject(node, text::cat({attribute, " must be true or false"}));
    }
    return yes;
}

}  // namespace platen::model
