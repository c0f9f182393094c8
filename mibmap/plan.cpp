// SPDX-License-Identifier: Apache-2.0
#include "mibmap/plan.hpp"

namespace platen::mibmap {

std::string_view toString(Group group) {
    switch (group) {
        case Group::Identify:
            return "identify";
        case Group::Status:
            return "status";
        case Group::Supplies:
            return "supplies";
        case Group::Counters:
            return "counters";
        case Group::Configuration:
            return "configuration";
    }
    return "identify";
}

}  // namespace platen::mibmap
