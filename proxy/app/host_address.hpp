// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/net/endpoint.hpp"

#include <string>

namespace platen::app {

/// An address, or the first address of a host name. Waits for the name server: for commands, not
/// for the loop. Errors: NotFound.
[[nodiscard]] Result<net::Address> findAddress(const std::string& host);

}  // namespace platen::app
