// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string_view>

namespace platen {

/// Limits of a document from outside; the defaults are those of a message of the ACS.
struct XmlLimits {
    std::size_t maxBytes = 64U << 20U;  ///< C-SOAP-12
    std::size_t maxDepth = 32;
    std::size_t maxElements = 2'000'000;
    std::size_t maxAttributes = 64;  ///< Of one element.
};

/// Checks what the XML library lets pass, before it sees the text: size, UTF-8, characters that XML
/// 1.0 forbids, DOCTYPE and processing instructions (refused: SOAP 1.1 section 3), entity and
/// character references, nesting, number of elements, `<` in attribute values, text or a second
/// element outside the root (C-SOAP-14). Pure. Errors: TooLarge, Malformed.
[[nodiscard]] Result<void> checkXml(std::string_view document, const XmlLimits& limits);

}  // namespace platen
