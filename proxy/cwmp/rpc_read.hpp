// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "proxy/cwmp/long_types.hpp"
#include "proxy/cwmp/messages.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <cstddef>
#include <string_view>

namespace platen::cwmp {

/// Largest answer that is built; a request that would give more gets 9004 (C-GPV-07).
inline constexpr std::size_t kMaxResponseBytes = 8U << 20U;

/// A name from the ACS that this device has now: a parameter with a value, an object or row that
/// exists, a table whose parent exists (even with no rows, C-GPV-03). Errors: NotFound (9005).
[[nodiscard]] Result<model::Path> findPath(const model::Tree& tree,
                                           const model::PathCodec& codec,
                                           std::string_view name);

/// C-GRM.
[[nodiscard]] RpcResult getRpcMethods();
/// C-GPV, from the tree as it is at this moment (C-GPV-08).
[[nodiscard]] RpcResult getParameterValues(fleet::ManagedDevice& device,
                                           const model::PathCodec& codec,
                                           const GetParameterValues& request,
                                           LongTypes longTypes = LongTypes::Long);
/// C-GPN.
[[nodiscard]] RpcResult getParameterNames(fleet::ManagedDevice& device,
                                          const model::PathCodec& codec,
                                          const GetParameterNames& request);
/// C-ATT-11.
[[nodiscard]] RpcResult getParameterAttributes(fleet::ManagedDevice& device,
                                               const model::PathCodec& codec,
                                               const GetParameterAttributes& request);

}  // namespace platen::cwmp
