// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <string>

namespace platen::net {

/// An absolute http or https URL in curl's normal form, without user name, password and fragment.
struct Target {
    std::string url;
    std::string host;     ///< With the port if it is given; for messages.
    std::string request;  ///< Path and query, as in the request line.
    bool secure = false;
};

/// `location` may be relative to `base` (RFC 9110 10.2.2); with an empty base it must be absolute.
/// Pure. Errors: Malformed, Unsupported (another scheme).
[[nodiscard]] Result<Target> resolveTarget(const std::string& base, const std::string& location);

}  // namespace platen::net
