// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/varbind.hpp"

#include <cstdint>
#include <string>

namespace platen::demo {

/// One SNMP v2c GET, blocking, with three tries. Errors: Timeout, Malformed, NotFound (no such
/// object), Refused.
[[nodiscard]] Result<SnmpValue> snmpGet(const std::string& address,
                                        std::uint16_t port,
                                        const Oid& oid);

/// A free UDP or TCP port of 127.0.0.1; `wanted` if that is free (0: any).
[[nodiscard]] std::uint16_t freePort(int socketType, std::uint16_t wanted);

}  // namespace platen::demo
