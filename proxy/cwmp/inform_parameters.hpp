// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/schema.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/cwmp/soap_writer.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::cwmp {

/// Device.ManagementServer.InformParameter: what the ACS wants in the Inform (C-DM-07). Looked up
/// once; a schema may lack the table.
struct InformParams {
    std::optional<model::ObjectIndex> table;
    std::optional<model::ParamIndex> enable, alias, parameterName, eventList;

    [[nodiscard]] static InformParams find(const model::Schema& schema);
};

/// Most parameters that the rows of one device add to an Inform; the rest is left out.
inline constexpr std::size_t kMaxInformParameters = 256;
/// Most events in one EventList.
inline constexpr std::size_t kMaxEventListItems = 64;

/// The parameters that the enabled rows want in an Inform with these events: existing ones, in the
/// order of the rows, each once, none that every Inform carries anyway.
[[nodiscard]] std::vector<model::ParamRef> wantedInInform(const InformParams& params,
                                                          const model::PathCodec& codec,
                                                          const model::Tree& tree,
                                                          std::span<const EventStruct> events);

/// An assignment that must not be (9007).
struct InformParameterFault {
    std::size_t index = 0;  ///< Into the assignments.
    std::string text;
};

/// What these assignments would break in the table: ParameterName is a full name of the model, with
/// `*` for instances, and not of a forced parameter; no `4 VALUE CHANGE` in EventList; Alias and
/// ParameterName are unique (C-DM-07, C-ALI-05).
[[nodiscard]] std::vector<InformParameterFault> checkInformParameters(
    const InformParams& params,
    const model::PathCodec& codec,
    const model::Tree& tree,
    std::span<const fleet::Assignment> assignments);

}  // namespace platen::cwmp
