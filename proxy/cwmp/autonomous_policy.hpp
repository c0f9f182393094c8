// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/schema.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/transfer/transfer.hpp"

namespace platen::cwmp {

/// Whether the ACS wants to hear of a transfer that it did not ask for, by
/// ManagementServer.AutonomousTransferCompletePolicy of that device (C-XFER-24). False without the
/// object, while it is disabled, and for every type of file that FileTypeFilter does not name; an
/// empty filter names none. Pure.
[[nodiscard]] bool wantsAutonomous(const model::Schema& schema,
                                   const model::Tree& tree,
                                   const transfer::Transfer& transfer);

}  // namespace platen::cwmp
