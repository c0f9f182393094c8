// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/cwmp/messages.hpp"
#include "proxy/cwmp/xml_check.hpp"

#include <span>
#include <string_view>

namespace platen::cwmp {

/// Limits of an envelope from the ACS (C-SOAP-12, C-SOAP-14).
inline constexpr XmlLimits kSoapLimits{};

/// Reads one SOAP 1.1 envelope of the ACS. Matches by namespace and local name, whatever the
/// prefixes (C-VER-09). Bad arguments of a known request are no error here: they are the fault
/// that answers it. Pure. Errors: Malformed, TooLarge: the session has failed (C-SOAP-13).
[[nodiscard]] Result<Envelope> readEnvelope(std::string_view body);

/// The methods that readEnvelope knows, which are all that this release supports (C-GRM-01).
[[nodiscard]] std::span<const std::string_view> supportedMethods();

}  // namespace platen::cwmp
