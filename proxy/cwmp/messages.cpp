// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/messages.hpp"

namespace platen::cwmp {

std::string_view namespaceUri(Dialect dialect) {
    switch (dialect) {
        case Dialect::Cwmp10:
            return "urn:dslforum-org:cwmp-1-0";
        case Dialect::Cwmp11:
            return "urn:dslforum-org:cwmp-1-1";
        case Dialect::Cwmp12:
            return "urn:dslforum-org:cwmp-1-2";
    }
    return "urn:dslforum-org:cwmp-1-2";
}

std::optional<Dialect> dialectOfNamespace(std::string_view uri) {
    for (const auto dialect : {Dialect::Cwmp10, Dialect::Cwmp11, Dialect::Cwmp12}) {
        if (uri == namespaceUri(dialect)) {
            return dialect;
        }
    }
    return std::nullopt;
}

std::optional<Dialect> dialectOfVersion(std::string_view version) {
    if (version == "1.0") {
        return Dialect::Cwmp10;
    }
    if (version == "1.1") {
        return Dialect::Cwmp11;
    }
    if (version == "1.2" || version == "1.3" || version == "1.4") {
        return Dialect::Cwmp12;
    }
    return std::nullopt;
}

}  // namespace platen::cwmp
