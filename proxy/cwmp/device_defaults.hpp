// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/cwmp/context.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <string>

namespace platen::cwmp {

/// Gives a device its ManagementServer values. What the ACS set stays, unless `reset` (factory
/// reset); names that the schema lacks are skipped. Observers are called inside. `path` is the
/// device's random path for connection requests.
void applyDefaults(Context& context,
                   fleet::ManagedDevice& device,
                   const std::string& path,
                   bool reset);

/// ConnectionRequestURL as it should be now: public URL and path; empty while switched off or
/// without a public URL (C-CR-14, C-CR-19).
[[nodiscard]] std::string connectionRequestUrl(const Context& context,
                                               const fleet::ManagedDevice& device,
                                               const std::string& path);
/// Puts it into the tree and the store.
void setConnectionRequestUrl(const Context& context,
                             fleet::ManagedDevice& device,
                             const std::string& path);

/// `OUI-ProductClass-SerialNumber`, characters outside RFC 3986's unreserved set percent-encoded;
/// without a product class `OUI-SerialNumber` (C-AUTH-10).
[[nodiscard]] std::string defaultUsername(const fleet::Identity& identity);

}  // namespace platen::cwmp
