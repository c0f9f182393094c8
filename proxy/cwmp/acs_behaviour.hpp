// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "config/settings.hpp"
#include "mfp-datamodel/path.hpp"
#include "proxy/cwmp/long_types.hpp"
#include "proxy/cwmp/messages.hpp"
#include "proxy/cwmp/soap_writer.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace platen::cwmp {

/// What ACSs differ in and the standard leaves open or that they break; from the ACS profile and
/// the settings of `acs` (docs/formats/acs-profile.md). The defaults are the profile `strict`.
struct AcsBehaviour {
    std::string version = "1.4";  ///< Highest CWMP version that is offered.
    LongTypes longTypes = LongTypes::Long;
    std::uint32_t maxRedirects = 5;
    std::vector<std::string> informParameters;  ///< Internal names.
    bool weightiestLast = false;                ///< Order of the events of an Inform.
    Millis retryMinimum{0};
    bool dropUnanswered = false;    ///< An empty reply to a request of ours counts as its answer.
    bool repairAmpersands = false;  ///< In messages of the ACS.

    [[nodiscard]] static AcsBehaviour from(const config::Acs& acs);
};

/// `1.0,1.1,1.2` for `1.2` (C-VER-03).
[[nodiscard]] std::string offeredVersions(std::string_view highest);
/// Namespace of the highest version.
[[nodiscard]] Dialect newestDialect(std::string_view highest);

/// Takes the label `string` off values of long parameters that were shown as strings, so that the
/// ACS may write what it read.
void acceptShownTypes(LongTypes longTypes,
                      const model::PathCodec& codec,
                      SetParameterValues& request);

/// The same events, the one that matters most last, for an ACS that keeps only the last one
/// (acs-quirks 3.3); C-EVT-37 gives the order no meaning.
[[nodiscard]] std::vector<EventStruct> weightiestLast(std::vector<EventStruct> events);

/// The text with `&amp;` for each `&` that begins no entity of XML.
[[nodiscard]] std::string escapeStrayAmpersands(std::string_view text);

}  // namespace platen::cwmp
