// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/fleet/printer_state.hpp"
#include "proxy/fleet/well_known.hpp"

#include <cstdint>
#include <string>

namespace platen::fleet {

/// Device.DeviceSummary of a Device:1 root (C-DM-05, TR-106 3.7): the root model and the services
/// with version, instances and the profiles that this device's tree holds, as
/// `Device:1.14[](Baseline:1), X_PLATEN_MFP:1.0[1](X_PLATEN_Baseline:1)`. Profiles that would make
/// it longer than `most` characters are left out from the end. `connectable`: the services are
/// those of devices that come and go behind this one, so they stand there without any instance,
/// too, and with a `+` after the instances, `X_PLATEN_MFP:1.0[1,2+](…)` (C-PRX-64); their profiles
/// are those that all of them have.
[[nodiscard]] std::string deviceSummary(const model::PathCodec& codec,
                                        const model::Tree& tree,
                                        std::size_t most,
                                        bool connectable = false);

/// Keeps DeviceSummary right while parameters come and go. thread: loop
class SummaryKeeper {
  public:
    /// `connectable` as for deviceSummary.
    SummaryKeeper(const model::PathCodec& codec, const WellKnown& names, bool connectable = false)
        : codec_(codec), names_(names), connectable_(connectable) {}
    /// Writes it if the shape of the tree is another than at the last call; nothing under Device:2.
    void update(const model::Tree& tree, ChangeRecorder& changes);

  private:
    const model::PathCodec& codec_;
    const WellKnown& names_;
    bool connectable_;
    std::uint32_t shape_ = 0;  ///< Tree::shape at the last look.
};

}  // namespace platen::fleet
