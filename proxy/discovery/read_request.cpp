// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/read_request.hpp"

namespace platen::discovery {

snmp::ReadRequest toRequest(const mibmap::PollPlan& plan) {
    return {.scalars = plan.scalars,
            .tables = plan.tables,
            .walkOnly = plan.quirks.walkOnly,
            .limits = {.noBulk = plan.quirks.noBulk,
                       .maxVarbinds = plan.quirks.maxVarbinds,
                       .maxRepetitions = plan.quirks.maxRepetitions}};
}

}  // namespace platen::discovery
