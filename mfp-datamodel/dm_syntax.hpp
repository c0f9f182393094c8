// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/dm_xml.hpp"
#include "mfp-datamodel/schema.hpp"

#include <map>
#include <string>

namespace platen::model {

/// Named data types of one document, by name.
using DataTypes = std::map<std::string, pugi::xml_node, std::less<>>;

/// Fills type, list, range, lengths, enumeration, references and default of a parameter from its
/// `<syntax>`. Patterns are not evaluated; named types have a TextFormat instead. Throws
/// DocumentError.
void readSyntax(const DmXml& xml,
                pugi::xml_node syntax,
                const DataTypes& dataTypes,
                ParamDef& param);

}  // namespace platen::model
