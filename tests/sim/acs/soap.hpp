// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <pugixml.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace platen::acs {

inline constexpr std::string_view kCwmp10 = "urn:dslforum-org:cwmp-1-0";

/// A SOAP envelope of CWMP, as read. Holds the document that `method` points into.
struct Envelope {
    pugi::xml_document document;
    pugi::xml_node method;  ///< First element of the body.
    std::string name;       ///< Its name without prefix: `Inform`, `Fault`.
    std::string id;         ///< Header ID, empty if absent.
    std::string version;    ///< Namespace of CWMP.
};

/// Errors: Malformed with what is wrong.
[[nodiscard]] Result<Envelope> parseEnvelope(std::string_view text);

/// Child element by name without prefix; an empty node if there is none.
[[nodiscard]] pugi::xml_node childOf(pugi::xml_node parent, std::string_view name);
/// Text of such a child.
[[nodiscard]] std::string textOf(pugi::xml_node parent, std::string_view name);
[[nodiscard]] std::string_view localName(std::string_view qualified);

[[nodiscard]] std::string escapeXml(std::string_view text);

struct EnvelopeHead {
    std::string_view version = kCwmp10;
    std::string_view id;
    bool mustUnderstandId = true;
    int holdRequests = -1;  ///< -1: no element; 0 or 1.
};
/// The whole message around `body` (method element with the prefix `cwmp`).
[[nodiscard]] std::string makeEnvelope(const EnvelopeHead& head, std::string_view body);
/// The body of a SOAP fault with a CWMP fault in it.
[[nodiscard]] std::string makeFaultBody(int code, std::string_view text);

}  // namespace platen::acs
