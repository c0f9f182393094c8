// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pugixml.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace platen::model {

/// An XML document that has passed the checks which pugixml leaves out: valid UTF-8, one root
/// element, no DOCTYPE (so no entities), no double attributes, depth and size within the limits.
/// Throws DocumentError.
class DmXml {
  public:
    DmXml(std::string_view xml, std::string name);

    [[nodiscard]] pugi::xml_node root() const { return document_.document_element(); }
    /// `file:line` of an element.
    [[nodiscard]] std::string where(pugi::xml_node node) const;
    /// Malformed, with `where`.
    [[noreturn]] void reject(pugi::xml_node node, std::string_view text) const;

    /// An attribute that must be there and not be empty.
    [[nodiscard]] std::string required(pugi::xml_node node, const char* attribute) const;
    /// `true`, `false`, `1`, `0`; false if absent.
    [[nodiscard]] bool flag(pugi::xml_node node, const char* attribute) const;

  private:
    [[nodiscard]] std::size_t lineAt(std::ptrdiff_t offset) const;

    std::string name_;
    std::vector<std::ptrdiff_t> lineEnds_;  ///< Offsets of the line feeds.
    pugi::xml_document document_;
};

}  // namespace platen::model
