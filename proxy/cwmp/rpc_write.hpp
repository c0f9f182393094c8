// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/attributes.hpp"
#include "mfp-datamodel/path.hpp"
#include "proxy/cwmp/inform_parameters.hpp"
#include "proxy/cwmp/management_server.hpp"
#include "proxy/cwmp/messages.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/store/store.hpp"

#include <cstddef>
#include <variant>
#include <vector>

namespace platen::cwmp {

/// Checks a whole SetParameterValues against names, access, types, ranges and our own rules, and
/// collects all faults (C-SPV-02, C-SPV-03). ParameterKey is the last assignment (C-KEY-01), if the
/// schema has it. Changes nothing.
[[nodiscard]] std::variant<std::vector<fleet::Assignment>, Fault> checkSetValues(
    fleet::ManagedDevice& device,
    const model::PathCodec& codec,
    const ManagementParams& params,
    const InformParams& informParams,
    const SetParameterValues& request);

/// The fault that answers a write which the device refused. `faults` is not empty.
[[nodiscard]] Fault faultOfWrite(const SetParameterValues& request,
                                 const fleet::WriteFaults& faults);

/// A checked SetParameterAttributes: the table as it will be, and the rows to store.
struct AttributeChange {
    model::AttributeTable table;
    store::Batch rows;
};

/// C-ATT; later entries win (C-ATT-08). `lightweight`: the notification values 3 to 6 are offered
/// (C-NOT-10). Changes nothing.
[[nodiscard]] std::variant<AttributeChange, Fault> checkSetAttributes(
    fleet::ManagedDevice& device,
    const model::PathCodec& codec,
    const SetParameterAttributes& request,
    bool lightweight);

}  // namespace platen::cwmp
