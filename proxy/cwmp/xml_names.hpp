// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <pugixml.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace platen::cwmp {

// Namespaces over pugixml, which knows none. Private to this folder's .cpp files.

inline constexpr std::string_view kSoapNamespace = "http://schemas.xmlsoap.org/soap/envelope/";

/// Name without its prefix.
[[nodiscard]] std::string_view localName(std::string_view qualified);
/// URI of an element's namespace, empty if it has none. Nothing if the prefix is not bound.
[[nodiscard]] std::optional<std::string_view> namespaceOf(pugi::xml_node element);
/// True for an element with this namespace and local name.
[[nodiscard]] bool isNamed(pugi::xml_node element, std::string_view uri, std::string_view local);
/// Value of an attribute in the SOAP envelope's namespace; empty if absent.
[[nodiscard]] std::string_view soapAttribute(pugi::xml_node element, std::string_view local);
/// Local part of the element's xsi:type, whatever its prefix; empty if absent.
[[nodiscard]] std::string_view xsiType(pugi::xml_node element);

/// First child element by local name, whatever its namespace (C-ARG-03, C-SOAP-15).
[[nodiscard]] pugi::xml_node childNamed(pugi::xml_node parent, std::string_view local);
[[nodiscard]] pugi::xml_node firstElement(pugi::xml_node parent);
[[nodiscard]] pugi::xml_node nextElement(pugi::xml_node element);
/// All character data directly in the element, comments left out, white space kept.
[[nodiscard]] std::string textOf(pugi::xml_node element);

/// Every prefix of a name is bound, no element has two attributes of one name, no prefix is bound
/// to nothing. One name with two colons is let pass here: GenieACS writes its fault so (C-FLT-04).
/// The nesting was limited before. Errors: Malformed.
[[nodiscard]] Result<void> checkNames(pugi::xml_node root);

}  // namespace platen::cwmp
