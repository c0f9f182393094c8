// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/cwmp/management_server.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <string_view>

namespace platen::cwmp {

/// Adds a way to, or takes it from, SupportedConnReqMethods, which lists what is really on
/// (C-XMPP-06): HTTP, STUN, XMPP in this order. Observers are called inside if that is a change.
/// thread: loop
void setConnectionMethod(const ManagementParams& params,
                         fleet::ManagedDevice& device,
                         std::string_view method,
                         bool on);

}  // namespace platen::cwmp
