// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "mfp-datamodel/path.hpp"
#include "proxy/cwmp/messages.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <cstdint>
#include <string_view>
#include <variant>

namespace platen::cwmp {

/// The table that AddObject names, its own number 0. 9005 if there is none where the ACS makes the
/// rows (C-OBJ-01, C-OBJ-10). Changes nothing.
[[nodiscard]] std::variant<model::ObjectRef, Fault> checkAddObject(
    const fleet::ManagedDevice& device, const model::PathCodec& codec, std::string_view path);

/// The row that DeleteObject names. 9005 if it is none that the ACS may delete (C-OBJ-07). Changes
/// nothing.
[[nodiscard]] std::variant<model::ObjectRef, Fault> checkDeleteObject(
    const fleet::ManagedDevice& device, const model::PathCodec& codec, std::string_view path);

/// Status is always 0: the row is in effect when the answer goes out (C-OBJ-05).
[[nodiscard]] RpcResult addObjectResult(const Result<std::uint32_t>& number);
[[nodiscard]] RpcResult deleteObjectResult(const Result<void>& done);

}  // namespace platen::cwmp
