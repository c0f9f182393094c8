// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/cwmp/messages.hpp"

#include <pugixml.hpp>

#include <string_view>
#include <variant>

namespace platen::cwmp {

/// Arguments of a request, checked for presence, literal form and length in characters (C-ARG-01,
/// C-ARG-02); their order does not matter and unknown ones are left alone (C-ARG-03). A fault is
/// 9000 for a method that this release lacks, else 9003 or 9004 (list too long). Private to this
/// folder's .cpp files.
[[nodiscard]] std::variant<RpcRequest, Fault> readRequest(pugi::xml_node element,
                                                          std::string_view method);

}  // namespace platen::cwmp
