// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "mibmap/plan.hpp"
#include "proxy/fleet/diagnostic.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace platen::fleet {

/// Which groups to read, and what came of it: nothing if all were read, else the first error.
using PollNow =
    std::function<void(std::vector<mibmap::Group>, UniqueFunction<void(std::optional<Error>)>)>;

/// `MFP.1.Diagnostics.Refresh.`: reads the printer now. `poll` and the clock must outlive it.
[[nodiscard]] std::unique_ptr<Diagnostic> makeRefreshDiagnostic(const model::Schema& schema,
                                                                const Clock& clock,
                                                                PollNow poll);

}  // namespace platen::fleet
