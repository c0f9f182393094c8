// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/cwmp/context.hpp"
#include "proxy/cwmp/soap_writer.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace platen::cwmp {

/// An Inform with the values that hold now: the forced parameters that the device has, then those
/// that changed and those that InformParameter asks for, each once (C-INF-08 … 11, C-DM-07).
/// `4 VALUE CHANGE` is put among the events if anything in `changed` is told.
[[nodiscard]] InformMessage buildInform(const Context& context,
                                        fleet::ManagedDevice& device,
                                        std::vector<EventStruct> events,
                                        std::span<const model::ParamRef> changed,
                                        std::uint32_t retryCount);

/// Whether a change of this parameter is to be told: passive or active notification is on.
[[nodiscard]] bool isNotified(model::Notification notification);

}  // namespace platen::cwmp
