// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/xml_check.hpp"

namespace platen::cwmp {

using platen::checkXml;
using platen::XmlLimits;

}  // namespace platen::cwmp
